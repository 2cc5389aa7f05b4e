"""DW2158 npm-install-undone."""

from dockwright.rules.api import Bad, Command, Findings, Good, Rule, RunStep, Step, command

_CLEAN = ("ci", "clean-install", "install-clean", "ic")
_INSTALL = (*_CLEAN, "install", "i", "add")
_ELSEWHERE = ("-g", "--global", "--prefix", "-C", "-w", "--workspace", "--workspaces")
_NO_INSTALL = ("--dry-run", "--package-lock-only", "-h", "--help")


class NpmInstallUndone(Rule):
    """
    Install npm's packages once, with the options that are meant.

    `npm ci` deletes `node_modules` before it installs. When nothing has used what an earlier
    install brought, that one was for nothing, and its options too: after `npm ci --omit=dev` a
    plain `npm ci` brings the development dependencies back.

    Silent when any other command runs between the two, which may build with the first install or
    put it away, when the working directory changes, for installs elsewhere (`--global`,
    `--prefix`) and of single packages, and when one of the two may not run.
    """

    code = "DW2158"
    name = "npm-install-undone"
    severity = "warning"
    tags = ("npm", "layers")
    on = command("npm")

    examples = (
        Bad(
            "FROM node:22\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\n"
            "COPY . .\nRUN npm ci\n",
            at="npm ci",
        ),
        Bad(
            "FROM node:22\nRUN npm install && npm cache clean --force\nENV A=1\n"
            "RUN npm ci && npm run build\n",
            at="npm ci",
        ),
        Good("FROM node:22\nRUN npm ci && npm run build && npm ci --omit=dev\n"),
        Good("FROM node:22\nRUN npm ci --omit=dev && cp -R node_modules /prod && npm ci\n"),
        Good("FROM node:22\nWORKDIR /a\nRUN npm ci\nWORKDIR /b\nRUN npm ci\n"),
        Good("FROM node:22\nRUN npm install -g npm@11\nRUN npm ci\n"),
        Good("FROM node:22\nRUN npm install left-pad\nRUN npm ci\n"),
        Good("FROM node:22\nRUN npm install || npm ci\n"),
        Good("FROM node:22\nRUN npm ci\nFROM node:22\nRUN npm ci\n"),
    )

    def check(self, run: RunStep) -> Findings:
        if run.onbuild:
            return
        earlier = _before(run)
        for found in run.commands:
            sub = _project(found)
            if earlier is not None and sub in _CLEAN:
                text = " ".join(word.text for word in earlier.words)
                line = run.stage.build.tree.source.line_of(earlier.span.start)
                yield self.at(
                    found,
                    f"this deletes all that `{text}` has installed in line {line}: one of the two"
                    " is for nothing",
                )
            earlier = _after(found, earlier)


def _before(run: RunStep) -> Command | None:
    """The install that stands before `run` with nothing behind it that could have used it."""
    between: list[Step] = []
    for step in reversed(run.stage.steps[: run.index]):
        if step.onbuild or step.name in ("COPY", "ADD", "ENV", "ARG", "LABEL", "USER", "EXPOSE"):
            continue
        if step.name != "RUN":
            break
        between.append(step)
        if any(not _keeps(one) for one in step.commands) or not step.commands:
            break
    found: Command | None = None
    for step in reversed(between):
        found = found if step.commands else None
        for one in step.commands:
            found = _after(one, found)
    return found


def _after(command: Command, earlier: Command | None) -> Command | None:
    """The unused install there is behind `command`, given the one before it."""
    if _project(command):
        return command
    return earlier if _keeps(command) else None


def _project(command: Command) -> str:
    """How npm installs the whole project here, "" when it does not, or may not."""
    if command.name != "npm" or command.within or command.operator not in ("", "&&", "\n", ";"):
        return ""
    operands = [word.value for word in command.operands("--loglevel", "--cache", "--registry")]
    if len(operands) != 1 or operands[0] not in _INSTALL:
        return ""
    if command.has(*_ELSEWHERE, *_NO_INSTALL) or command.assignments:
        return ""
    return operands[0]


def _keeps(command: Command) -> bool:
    """Whether `command` neither uses nor changes what is installed."""
    if command.within or command.operator not in ("", "&&", "\n", ";"):
        return False
    if command.name in ("set", "echo", "true", ":"):
        return True
    return command.name == "npm" and (command.runs("cache") or bool(_project(command)))
