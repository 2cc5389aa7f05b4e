"""A command written as one text, split into words (as github.com/mattn/go-shellwords does)."""

from dockwright.compose.values import Refused

_END = ";&|<>"


def words(line: str) -> list[str]:
    """The words of `line`; reading ends at an operator of the shell. Raises `Refused`."""
    found: list[str] = []
    word = ""
    got = escaped = False
    quote = ""  # one of "'", '"', "`", "("
    for char in line:
        if escaped:
            word += char
            escaped = False
            got = True
            continue
        if char == "\\":
            if quote == "'":
                word += char
            else:
                escaped = True
            continue
        if char in " \t\r\n":
            if quote:
                word += char
            elif got:
                found.append(word)
                word, got = "", False
            continue
        if char == "`" and quote in ("", "`"):
            quote = "" if quote else "`"
        elif char == ")" and quote in ("", "("):
            # A closing bracket without its opening one opens a quote in the reference.
            quote = "" if quote else "("
        elif char == "(" and quote in ("", "("):
            if quote == "" and word.endswith("$"):
                quote = "("
                word += char
                continue
            raise Refused("this is no command: brackets need quotes")
        elif char in "\"'" and quote in ("", char, "`"):
            if quote == char:
                quote = ""
                got = True
                continue
            if quote == "":
                quote = char
                continue
        elif char in _END and not quote:
            if char == ">" and word[:1].isdigit():
                got = False
            break
        got = True
        word += char
    if got:
        found.append(word)
    if escaped or quote:
        raise Refused("this is no command: a quote is not closed")
    return found
