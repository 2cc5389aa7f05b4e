"""DW5607 npm-production-flag."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, Step, command, safe

_OLD = ("--production", "--production=true", "--only=production", "--only=prod", "--prod")
_FIRST = 16


class NpmProductionFlag(Rule):
    """
    Leave development dependencies out with `--omit=dev`.

    `--production` and `--only=production` are names of npm 6. Since npm 8 each install that has
    one prints a warning, and a later version may no longer know it.

    Silent for other base images than node's, for versions whose npm does not know `--omit`
    (before Node.js 16), and when npm itself is installed in another version.
    """

    code = "DW5607"
    name = "npm-production-flag"
    severity = "info"
    tags = ("npm", "deprecated")
    on = command("npm")

    examples = (
        Bad(
            "FROM node:20-slim\nRUN npm ci --only=production\n",
            at="--only=production",
            fixed="FROM node:20-slim\nRUN npm ci --omit=dev\n",
        ),
        Bad(
            "FROM node:lts AS a\nFROM a\nRUN npm install --production && npm cache clean --force\n",
            at="--production",
            fixed="FROM node:lts AS a\nFROM a\n"
            "RUN npm install --omit=dev && npm cache clean --force\n",
        ),
        Bad(
            "FROM node:22\nRUN npm ci --only production\n",
            at="--only",
        ),
        Good("FROM node:20-slim\nRUN npm ci --omit=dev\n"),
        Good("FROM node:12\nRUN npm ci --only=production\n"),
        Good("FROM example.org/node:20\nRUN npm ci --only=production\n"),
        Good("FROM node:20\nRUN npm install -g npm@6 && npm ci --only=production\n"),
        Good("FROM node:20\nRUN npm run build --production\n"),
        Good("FROM node:20\nRUN npm install --production=false --only=dev\n"),
    )

    def check(self, run: RunStep) -> Findings:
        if run.onbuild or not _new_npm(run):
            return
        for found in run.command("npm"):
            operands = found.operands()
            if not operands or operands[0].value not in ("ci", "install", "i", "prune", "update"):
                continue
            for index, word in enumerate(found.args):
                if word.shape == "--only" and index + 1 < len(found.args):
                    if found.args[index + 1].value in ("prod", "production"):
                        yield self.at(word, "`--only` is an old name of `--omit=dev`")
                elif word.value in _OLD:
                    yield self.at(word, f"`{word.value}` is an old name of `--omit=dev`").fix(
                        "write `--omit=dev`",
                        safe(run.replace(word.span, "--omit=dev"), changes=("run:options",)),
                    )


def _new_npm(run: Step) -> bool:
    """Whether the base image is node's with an npm that knows `--omit`, and nothing changed it."""
    parsed = run.stage.lineage()[-1].base.parsed
    if parsed is None or parsed.familiar != "node":
        return False
    tag = parsed.tag or "latest"
    major = tag.partition("-")[0].partition(".")[0].lstrip("v")
    if major.isdigit() and int(major) < _FIRST:
        return False
    if not major.isdigit() and tag.partition("-")[0] not in (
        "latest", "lts", "current", "slim", "alpine", "bookworm", "bullseye", "trixie", "iron",
        "jod", "hydrogen", "gallium", "krypton",
    ):  # fmt: skip
        return False
    for one in run.stage.lineage():
        for step in one.steps:
            for found in step.command("npm") if step.name == "RUN" else ():
                text = " ".join(word.shape for word in found.args)
                if "npm@" in text:
                    return False
    return True
