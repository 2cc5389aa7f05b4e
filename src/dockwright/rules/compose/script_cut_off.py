"""DW6208 script-cut-off."""

from dockwright.rules.api import (
    Bad,
    Edit,
    Files,
    Findings,
    Good,
    Rule,
    Service,
    known,
    servicestate,
    unsafe,
)

_SHELLS = ("sh", "bash", "ash", "dash")


class ScriptCutOff(Rule):
    """
    Hand the whole script to `sh -c` as one argument.

    Only the argument right behind `-c` is the script; the others are its `$0`, `$1` and so on. Of
    `sh -c npm start` the shell runs `npm`. The same happens when the entrypoint is `sh -c` and
    Compose splits the command into words.

    Silent when the script uses its arguments, and when the command is not known.
    """

    code = "DW6208"
    name = "script-cut-off"
    severity = "error"
    tags = ("compose", "command")
    mentions = ("command", "entrypoint")

    examples = (
        Bad(
            "services:\n  web:\n    image: python:3.12\n    command: sh -c npm start\n",
            at="sh -c npm start",
            fixed="services:\n  web:\n    image: python:3.12\n"
            '    command: ["sh", "-c", "npm start"]\n',
        ),
        Bad(
            'services:\n  web:\n    image: a:1\n    entrypoint: ["/bin/sh", "-c"]\n'
            "    command: python app.py --port 80\n",
            at="python app.py --port 80",
            fixed='services:\n  web:\n    image: a:1\n    entrypoint: ["/bin/sh", "-c"]\n'
            '    command: ["python app.py --port 80"]\n',
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    command: [npm, start]\n",
                    "Dockerfile": 'FROM node:20\nENTRYPOINT ["sh", "-c"]\n',
                }
            ),
            at="[npm, start]",
            fixed=Files(
                {
                    "compose.yaml": 'services:\n  web:\n    build: .\n    command: ["npm start"]\n',
                    "Dockerfile": 'FROM node:20\nENTRYPOINT ["sh", "-c"]\n',
                }
            ),
        ),
        Bad(
            "services:\n  db:\n    image: postgres:16\n    command: [bash, -c, psql, -l]\n",
            at="[bash, -c, psql, -l]",
            fixed="services:\n  db:\n    image: postgres:16\n"
            '    command: ["bash", "-c", "psql -l"]\n',
        ),
        Good("services:\n  web:\n    image: python:3.12\n    command: sh -c 'npm start'\n"),
        Good(
            "services:\n  web:\n    image: python:3.12\n"
            "    command: [sh, -c, 'exec \"$$@\"', sh, npm, start]\n"
        ),
        Good("services:\n  web:\n    image: python:3.12\n    command: sh run.sh -c a b\n"),
        Good(
            "services:\n  web:\n    image: a:1\n    entrypoint: [sh, -c]\n"
            "    command:\n      - |\n        a\n        b\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        line = known(servicestate.effective_command(service))
        keys = [key for key in ("command", "entrypoint") if service.items(key)]
        argv = line.argv if line is not None else None
        if argv is not None and len(argv) > 1 and argv[0].endswith(("entrypoint.sh", "entrypoint")):
            # Nearly all of them start their arguments.
            argv, line = argv[1:], None
        if argv is None and "entrypoint" not in keys and keys:
            # The image's entrypoint is not known: most start their arguments.
            part = known(servicestate.cmd_part(service))
            argv = part.argv if part is not None else None
        if not keys or argv is None or len(argv) < 4:
            return
        if argv[0].rpartition("/")[2] not in _SHELLS:
            return
        at = 1
        while at < len(argv) and argv[at].startswith("-"):
            at += 1
        if at == 1 or at >= len(argv) - 1 or not argv[at - 1].endswith("c"):
            return
        if argv[at - 1].startswith("--") or any(one in ("-o", "+o") for one in argv[:at]):
            return
        script = argv[at]
        if "$" in script or "\n" in script:
            return
        rest = argv[at + 1 :]
        if " " in script.strip() and len(rest) == 1:
            # A name for the shell's messages.
            return
        yield self.at(
            service.value(keys[0]),
            f"the shell runs only `{script}`: {' '.join(rest)} are arguments that it ignores"
            if len(rest) > 1
            else f"the shell runs only `{script}`: {rest[0]} is an argument that it ignores",
            likely=line is None,
        ).fix("make one argument of it", unsafe(_edit(service, keys[0], argv, at)))


def _edit(service: Service, key: str, argv: "tuple[str, ...]", at: int) -> Edit | None:
    words = argv[at:]
    if any(not one or set(one) & set(" '\"\\$`*?()[]{}~#!|&;<>") for one in words):
        return None
    own = [str(one) for one in service.items(key)]
    script = " ".join(words)
    if own == list(argv):
        before = ", ".join(f'"{one}"' for one in argv[:at])
        return service.replace(f'[{before}, "{script}"]', key)
    return service.replace(f'["{script}"]', key) if own == list(words) else None
