"""DW6207 command-without-shell."""

from dockwright.rules.api import (
    Bad,
    Edit,
    Findings,
    Good,
    Known,
    Rule,
    Service,
    servicestate,
    unsafe,
)

_OPERATORS = frozenset(("||", "&&", "|", ";", ">", ">>", "2>&1", "&"))
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh"))
# Programs that take such words for themselves.
_READERS = frozenset(("test", "[", "expr", "find", "awk", "xargs"))


class CommandWithoutShell(Rule):
    """
    Run several commands in a shell: `sh -c "first && second"`.

    Compose splits a command that is one text into words as a shell would, but no shell runs it:
    from an operator (`&&`, `|`, `;`, `>`) on, the rest of the text is thrown away without a word,
    and the container ends after the first command. In a list, the operator is handed over as an
    argument.

    Silent about operators in quotes, and when the entrypoint is a shell that gets the list. A list
    whose entrypoint is not known is "likely" only.
    """

    code = "DW6207"
    name = "command-without-shell"
    severity = "error"
    tags = ("compose", "command")
    mentions = ("command", "entrypoint")

    examples = (
        Bad(
            "services:\n  web:\n    image: web:1\n"
            "    command: python manage.py migrate && python manage.py runserver 0:80\n",
            at="python manage.py migrate && python manage.py runserver 0:80",
            fixed="services:\n  web:\n    image: web:1\n"
            '    command: ["sh", "-c", "python manage.py migrate && python manage.py runserver'
            ' 0:80"]\n',
        ),
        Bad(
            'services:\n  web:\n    image: python:3.12\n    command: ["a", "&&", "b", "-c"]\n',
            at='"&&"',
            fixed="services:\n  web:\n    image: python:3.12\n"
            '    command: ["sh", "-c", "a && b -c"]\n',
        ),
        Bad(
            "services:\n  web:\n    image: web:1\n    command: >\n      a --log ; b\n",
            at="command",
        ),
        Good(
            "services:\n  web:\n    image: web:1\n    command: sh -c 'a && b'\n"
            '  db:\n    image: db:1\n    command: ["bash", "-c", "a | b"]\n'
        ),
        Good("services:\n  web:\n    image: web:1\n    command: a --match 'x|y' \\&\n"),
        Good("services:\n  web:\n    image: web:1\n    command: [sh, -c, a, '&&', b]\n"),
        Good("services:\n  web:\n    image: web:1\n    command: curl 'http://a/?b=1&c=2'\n"),
    )

    def check(self, service: Service) -> Findings:
        for key in ("command", "entrypoint"):
            words = [str(one) for one in service.items(key)]
            place = service.place(key)
            if not words or place is None or key not in service.config.places:
                continue
            text = getattr(place.node, "text", None)
            if text is not None:
                text = servicestate.filled(service, text)
                cut = None if getattr(text, "open", ()) else _operator(text)
                if cut is not None:
                    yield self.at(
                        service.key(key)
                        if "\n" in text.strip() or place.node.end - place.node.start > len(text) + 2
                        else service.value(key),
                        f"no shell runs it: Compose drops the text from `{cut}` on, and only"
                        f" `{' '.join(words)}` is started",
                    ).fix("run it in a shell", unsafe(_in_shell(service, key, text)))
                continue
            if words[0].rpartition("/")[2] in _SHELLS | _READERS:
                continue
            index = next((i for i, one in enumerate(words) if one in _OPERATORS and i), None)
            if index is None:
                continue
            entrypoint = servicestate.entrypoint_part(service)
            first = entrypoint.value if isinstance(entrypoint, Known) else None
            if key == "command" and first is not None:
                argv = first.argv
                if argv is None or any(one.rpartition("/")[2] in _SHELLS for one in argv):
                    continue
            yield self.at(
                service.value(key, index),
                f"no shell reads `{words[index]}`: {words[0]} gets it as an argument",
                likely=key == "command"
                and (not isinstance(entrypoint, Known) or first is not None),
            ).fix("run it in a shell", unsafe(_listed(service, key, words)))


def _operator(text: str) -> str | None:
    """The operator at which Compose stops to read a command; None when there is none."""
    quote = ""
    escaped = False
    for index, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if char == quote else quote
        elif char in "\"'`":
            quote = char
        elif text[index - 1 : index + 1] == "$(":
            return None
        elif char in ";&|<>":
            after = text[index + 1 : index + 2]
            return char + after if after == char else char
    return None


def _in_shell(service: Service, key: str, text: str) -> Edit | None:
    """A text as the script of a shell, None when it has characters that need care."""
    if any(one in text for one in '"\\\n`') or "$" in text or key != "command":
        return None
    if "build" in service.config and service.stage is None:
        return None
    return service.replace(f'["sh", "-c", "{text.strip()}"]', key)


def _listed(service: Service, key: str, words: "list[str]") -> Edit | None:
    if key != "command" or any(not one or set(one) & set(" '\"\\$`*?()[]{}~#!") for one in words):
        return None
    if not all(one in _OPERATORS or not set(one) & set("|&;<>") for one in words):
        return None
    return service.replace(f'["sh", "-c", "{" ".join(words)}"]', key)
