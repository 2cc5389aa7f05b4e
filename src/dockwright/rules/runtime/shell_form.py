"""DW4003 shell-form."""

from dockwright.rules.api import (
    Bad,
    Command,
    Edit,
    Findings,
    Good,
    Known,
    Rule,
    Script,
    Span,
    Stage,
    Step,
    safe,
    unsafe,
)

# Commands that the shell itself runs: no program, or another one, would take their place.
_BUILTINS = (
    ". : [ alias bg bind break builtin caller cd chdir command compgen complete continue declare"
    " dirs disown echo enable eval exec exit export false fc fg getopts hash help history jobs kill"
    " let local logout mapfile popd printf pushd pwd read readarray readonly return set shift shopt"
    " source suspend test time times trap true type typeset ulimit umask unalias unset wait"
)
BUILTINS = frozenset(_BUILTINS.split())
# Where programs stand that distributions and images bring; a script of the project may lack the
# `#!` line that only a shell can do without.
PROGRAM_FOLDERS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")
# Entrypoints that start their arguments as they are.
PLAIN_ENTRYPOINTS = ("tini", "dumb-init", "catatonit", "docker-init")
# Images whose entrypoint prepares something when it sees the name of the image's own program.
_WATCHFUL_IMAGES = (
    "nginx postgres postgis mysql mariadb percona mongo redis valkey rabbitmq cassandra memcached"
    " couchdb influxdb elasticsearch kibana logstash zookeeper wordpress drupal joomla nextcloud"
    " ghost vault consul sonarqube maven haproxy registry docker"
)
WATCHFUL_IMAGES = frozenset(_WATCHFUL_IMAGES.split())


class ShellForm(Rule):
    """
    Write `CMD` and `ENTRYPOINT` as a JSON list.

    In the shell form `/bin/sh -c` is the container's first process. Many shells stay there and pass
    no signal on, so `docker stop` waits ten seconds and then kills the program. An `ENTRYPOINT` in
    that form ignores its arguments. The list needs no shell in the image; where the command needs
    one, begin the last command with `exec`.

    Silent when a `SHELL` instruction is in force, on Windows, when the shell gives way with `exec`
    to a command that needs it, for a text that begins with `[`, inside `ONBUILD`, and for a
    `HEALTHCHECK` that uses the shell: a probe gets no signals.
    """

    code = "DW4003"
    name = "shell-form"
    severity = "warning"
    tags = ("cmd", "entrypoint", "healthcheck", "signals")
    also = (
        "hadolint:DL3025",
        "buildkit:JSONArgsRecommended",
        "kics:b86987e1",
        "kics:34945ae8",
        "semgrep:prefer-json-notation",
        "slim:20012",
    )

    examples = (
        Bad(
            "FROM python:3.12\nCMD python -m app --name='a \"b\"'\n",
            at="python -m app --name='a \"b\"'",
            fixed='FROM python:3.12\nCMD ["python", "-m", "app", "--name=a \\"b\\""]\n',
        ),
        Bad(
            "FROM debian:12\nENTRYPOINT exec serve \\\n    # where\n    --port 80\n",
            at="exec serve \\\n    # where\n    --port 80",
            fixed='FROM debian:12\nENTRYPOINT ["serve", \\\n    # where\n    "--port", "80"]\n',
        ),
        Bad(
            "FROM debian:12\nCMD migrate && serve --port $PORT\n",
            at="migrate && serve --port $PORT",
            fixed="FROM debian:12\nCMD migrate && exec serve --port $PORT\n",
        ),
        Bad("FROM debian:12\nCMD a | b\n", at="a | b"),
        Bad("FROM debian:12\nCMD true\n", at="true"),
        Bad(
            "FROM debian:12\nHEALTHCHECK --retries=5 CMD curl -f http://localhost/\n",
            at="curl -f http://localhost/",
            fixed='FROM debian:12\nHEALTHCHECK --retries=5 CMD ["curl", "-f", "http://localhost/"]\n',
        ),
        Bad(
            'FROM node:22\nHEALTHCHECK CMD node -e "f(() => { process.exit(1) })"\n',
            at='node -e "f(() => { process.exit(1) })"',
            fixed='FROM node:22\nHEALTHCHECK CMD ["node", "-e", "f(() => { process.exit(1) })"]\n',
        ),
        Bad(
            "FROM debian:12\nHEALTHCHECK CMD sh -c 'curl -f http://localhost:$PORT || exit 1'\n",
            at="sh -c 'curl -f http://localhost:$PORT || exit 1'",
            fixed="FROM debian:12\nHEALTHCHECK"
            ' CMD ["sh", "-c", "curl -f http://localhost:$PORT || exit 1"]\n',
        ),
        Good('FROM debian:12\nCMD ["serve"]\n'),
        Good("FROM debian:12\nCMD migrate && exec serve --port $PORT\n"),
        Good("FROM debian:12\nHEALTHCHECK CMD curl -f http://localhost/ || exit 1\n"),
        Good('FROM a:1 AS b\nSHELL ["/bin/bash", "-c"]\nFROM b\nCMD serve\n'),
        Good("FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCMD serve\n"),
        Good("FROM debian:12\nONBUILD CMD serve\n"),
    )

    def check(self, stage: Stage) -> Findings:
        for step in stage.steps:
            node = step.node
            if node.is_json or step.onbuild or not node.args:
                continue
            probe = step.name == "HEALTHCHECK"
            if not probe and step.name not in ("CMD", "ENTRYPOINT"):
                continue
            if (probe and len(node.args) < 2) or step.before.shell_set:
                continue
            script = step.script
            if script is None or node.rest.text.startswith("["):
                continue
            words = _words(script)
            if probe and words is None:
                continue
            last = _last(script)
            if words is None and last is not None and last.name == "exec":
                continue
            draft = self.at(
                node.rest.span(0, len(node.rest.text)),
                "the probe starts a shell for nothing"
                if probe
                else "the shell form runs it in `/bin/sh -c`, which may keep signals from it",
            )
            if words is not None:
                edits = _as_list(step, words)
                form = f"{step.name.lower()}:form"
                sure = probe or (
                    _keeps_entrypoint(stage) if step.name == "CMD" else _no_arguments(stage)
                )
                if edits and sure and _is_program(words):
                    draft.fix("write it as a list", safe(*edits, changes=(form,)))
                elif edits:
                    draft.fix("write it as a list", unsafe(*edits))
            elif last is not None and last.words and last.name not in BUILTINS:
                draft.fix(
                    "let the program replace the shell",
                    unsafe(step.insert(last.words[0].span.start, "exec ")),
                )
            yield draft


def _words(script: Script) -> "list[tuple[str, int, int]] | None":
    """
    The words of a script that is one command without anything that needs a shell.

    Each is its value with its offsets in the script; a leading `exec` is left out.
    """
    if script.damaged is not None or len(script.commands) != 1:
        return None
    command = script.commands[0]
    text = script.text
    if command.within or command.redirects or command.assignments:
        return None
    if text[: command.start].strip() or text[command.end :].strip():
        return None
    words = command.words
    if words and words[0].value == "exec" and len(words) > 1:
        words = words[1:]
        if words[0].text.startswith("-"):
            return None
    found: list[tuple[str, int, int]] = []
    for word in words:
        if word.value is None or not word.value.isprintable():
            return None
        if not word.quoted and word.text[:1] in "{!~":
            return None
        mark = word.text[:1] if word.text[1:].endswith(word.text[:1]) else ""
        special = "" if mark == "'" else "$`" if mark == '"' else "$`{"
        if any(char in word.text for char in special):
            return None
        if found and text[found[-1][2] : word.start].strip(" \t"):
            return None
        found.append((word.value, word.start, word.end))
    return found or None


def _last(script: Script) -> "Command | None":
    """The command at the end of the script, None when it is inside another construct."""
    if script.damaged is not None:
        return None
    top = [command for command in script.commands if not command.within]
    if not top or top[-1].operator not in ("", "&&", ";", "\n"):
        return None
    last = top[-1]
    if any(command.start > last.end for command in script.commands):
        return None
    return last


def _as_list(step: Step, words: "list[tuple[str, int, int]]") -> "list[Edit] | None":
    """The edits that make a JSON list of the words and leave the layout between them."""
    script = step.script
    if script is None or words[0][0] in BUILTINS:
        return None
    source = step.stage.build.tree.source
    edits: list[Edit] = []
    command = script.commands[0]
    if command.start < words[0][1]:
        # `exec` and the blanks behind it go.
        gone = Span(command.span.start, script.joined.span(words[0][1], words[0][2]).start)
        if source.slice(gone).split() != ["exec"] or "\n" in source.slice(gone):
            return None
        edits.append(step.delete(gone))
    for index, (value, start, end) in enumerate(words):
        span = script.joined.span(start, end)
        if "\n" in source.slice(span):
            return None
        text = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        opening = "[" if index == 0 else ""
        closing = "]" if index == len(words) - 1 else ","
        edits.append(step.replace(span, opening + text + closing))
    return edits


def _is_program(words: "list[tuple[str, int, int]]") -> bool:
    """Whether the first word is surely a program and no script without a `#!` line."""
    name = words[0][0]
    folder, slash, base = name.rpartition("/")
    if slash and folder not in PROGRAM_FOLDERS:
        return False
    return not base.endswith((".sh", ".bash", ".py", ".rb", ".pl", ".js"))


def _keeps_entrypoint(stage: Stage) -> bool:
    """Whether the entrypoint, if there is one, starts a list as it starts a shell."""
    entrypoint = stage.state.entrypoint
    if not isinstance(entrypoint, Known):
        parsed = stage.lineage()[-1].base.parsed
        return parsed is None or parsed.path.rpartition("/")[2] not in WATCHFUL_IMAGES
    line = entrypoint.value
    if line is None:
        return True
    argv = getattr(line, "argv", line)
    if not argv:
        return False
    if getattr(line, "shell_form", False) or argv[0].rpartition("/")[2] not in PLAIN_ENTRYPOINTS:
        return False
    return all(word.startswith("-") for word in argv[1:])


def _no_arguments(stage: Stage) -> bool:
    """Whether no CMD gives the entrypoint of `stage` arguments, which the shell form ignores."""
    cmd = stage.state.cmd
    if not isinstance(cmd, Known) or cmd.value is not None:
        return False
    for other in stage.build.stages[stage.index + 1 :]:
        settings = other.timelines.settings
        if "cmd" in settings and "entrypoint" not in settings and stage in other.lineage():
            return False
    return True
