"""DW6403 test-without-shell."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Rule, Service, unsafe

_OPERATORS = frozenset(("||", "&&", "|", ";", ">", ">>", "2>&1", ">/dev/null", "<"))
# Programs that take such words for themselves.
_READERS = frozenset(("sh", "bash", "ash", "dash", "test", "[", "expr", "find", "awk", "env"))


class TestWithoutShell(Rule):
    """
    Write the test of a health check in the form that runs it.

    Behind `CMD` each item is one argument, and no shell reads `||`: the program gets it as an
    argument. One item with blanks is the name of a program that nobody has. Behind `CMD-SHELL`
    only the first item is the script, the others are its arguments, which it ignores.

    Silent when the program is a shell or reads such words itself, and for a script with arguments
    that uses them.
    """

    code = "DW6403"
    name = "test-without-shell"
    severity = "error"
    tags = ("compose", "health")
    mentions = ("healthcheck",)

    examples = (
        Bad(
            "services:\n  web:\n    image: a:1\n    healthcheck:\n"
            '      test: ["CMD", "curl -f http://localhost/ || exit 1"]\n',
            at='"CMD"',
            fixed="services:\n  web:\n    image: a:1\n    healthcheck:\n"
            '      test: ["CMD-SHELL", "curl -f http://localhost/ || exit 1"]\n',
        ),
        Bad(
            "services:\n  web:\n    image: a:1\n    healthcheck:\n"
            '      test: ["CMD", "curl", "-f", "http://localhost/", "||", "exit", "1"]\n',
            at='"||"',
            fixed="services:\n  web:\n    image: a:1\n    healthcheck:\n"
            '      test: ["CMD-SHELL", "curl -f http://localhost/ || exit 1"]\n',
        ),
        Bad(
            "services:\n  web:\n    image: a:1\n    healthcheck:\n"
            '      test: ["CMD-SHELL", "curl", "-f", "http://localhost/"]\n',
            at='"-f"',
            fixed="services:\n  web:\n    image: a:1\n    healthcheck:\n"
            '      test: ["CMD", "curl", "-f", "http://localhost/"]\n',
        ),
        Good(
            "services:\n  web:\n    image: a:1\n    healthcheck:\n"
            '      test: ["CMD", "sh", "-c", "a || b"]\n'
        ),
        Good(
            "services:\n  web:\n    image: a:1\n    healthcheck:\n"
            '      test: ["CMD-SHELL", "curl -f $$0", "http://localhost/"]\n'
        ),
        Good("services:\n  web:\n    image: a:1\n    healthcheck:\n      test: a || b\n"),
        Good(
            "services:\n  web:\n    image: a:1\n    healthcheck:\n"
            '      test: ["CMD", "grep", "-q", "a b", "/c"]\n'
        ),
    )

    def check(self, service: Service) -> Findings:
        key = ("healthcheck", "test")
        words = [str(one) for one in service.items(*key)]
        if len(words) < 2 or service.place(*key) is service.place(*key, 0):
            return
        if words[0] == "CMD-SHELL":
            if len(words) > 2 and "$" not in words[1]:
                yield self.at(
                    service.value(*key, 2),
                    f"only the first item behind CMD-SHELL is run, `{words[1]}`: the rest is"
                    " ignored",
                ).fix("run it without a shell", unsafe(self._without(service, words)))
            return
        if words[0] != "CMD":
            return
        if len(words) == 2 and " " in words[1].strip() and not words[1].startswith("/"):
            yield self.at(
                service.value(*key, 0),
                f"`{words[1]}` is taken for the name of one program: the container is always"
                " unhealthy",
            ).fix("run it in a shell", unsafe(service.replace('"CMD-SHELL"', *key, 0)))
            return
        program = words[1].rpartition("/")[2]
        for index, word in enumerate(words[2:], 2):
            if word in _OPERATORS and program not in _READERS:
                draft = self.at(
                    service.value(*key, index),
                    f"no shell reads `{word}` behind CMD: {program} gets it as an argument",
                )
                yield draft.fix("run it in a shell", unsafe(_joined(service, words[1:])))
                return

    @staticmethod
    def _without(service: Service, words: "list[str]") -> Edit | None:
        if any(one in _OPERATORS for one in words) or " " in words[1]:
            return None
        return service.replace('"CMD"', "healthcheck", "test", 0)


def _joined(service: Service, words: "list[str]") -> Edit | None:
    """The words as one script; None when one of them needs quotes."""
    if any(not one or set(one) & set(" '\"\\$`*?()[]{}~#!") for one in words):
        return None
    plain = all(one in _OPERATORS or not set(one) & set("|&;<>") for one in words)
    text = f'["CMD-SHELL", "{" ".join(words)}"]'
    return service.replace(text, "healthcheck", "test") if plain else None
