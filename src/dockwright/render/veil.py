"""
Secrets left out of what is printed.

Reports show lines of the checked files, and the texts of fixes. A value that `model.secrecy` takes
for a credential, by the name it stands behind or by its form, is covered with asterisks, one for
each character, so that marks below the line still fit.
"""

from dockwright.text.lazy import lazy, re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.findings.finding import Fix

# Nothing is covered in a text without one of these; nearly all are.
_HINT = lazy(
    r"pass|pwd|pword|secret|token|key|cred|auth|private|://[^\s/]*@|AKIA|ASIA|gh[pousr]_|glpat-"
    r"|xox[abprs]-|npm_|AIza|pypi-|SG\.|sk-|[sr]k_live",
    re.IGNORECASE,
)
# A name, what gives it a value, and the value. Blanks do so behind an option and in `ENV NAME x`.
_GIVEN = lazy(
    r"(?:(?P<name>[A-Za-z_][\w.-]*)[\"']?(?:[ \t]*[=:][ \t]*)"
    r"|--?(?P<option>[A-Za-z][\w-]*)[\"',]*[ \t]+"
    r"|^[ \t]*(?:[Ee][Nn][Vv])[ \t]+(?P<legacy>[A-Za-z_]\w*)[ \t]+)"
    r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|\$\{\w+:?-[^}\n]*\}|[^\s\"',}\]]+)",
    re.MULTILINE,
)
_DEFAULT = lazy(r"\$\{\w+:?-([^}\n]*)\}")


def veiled(text: str) -> str:
    """`text` with its secrets covered; as long as before."""
    if _HINT.search(text) is None:
        return text
    from dockwright.model import secrecy

    spans = [match.span(3) for match in secrecy.URL.finditer(text) if match[3][0] != "$"]
    spans += [match.span() for match in secrecy.TOKEN.finditer(text)]
    at = 0
    while (match := _GIVEN.search(text, at)) is not None:
        start, end = match.span("value")
        # What stands behind the name may be a name itself: `- PASSWORD=x`, `env: TOKEN=x`.
        at = start
        value = match["value"]
        inner = _DEFAULT.fullmatch(value)
        if inner is not None:
            start, end, value = start + inner.start(1), start + inner.end(1), inner[1]
        elif value[0] in "\"'":
            start, end, value = start + 1, end - 1, value[1:-1]
        name = match["name"] or match["option"] or match["legacy"]
        if value and value[0] != "$" and secrecy.verdict(name.replace("-", "_"), value)[0]:
            spans.append((start, end))
    for start, end in spans:
        text = text[:start] + "*" * (end - start) + text[end:]
    return text


def tells(fix: "Fix") -> bool:
    """Whether the text of a fix holds a secret, so that it is not printed."""
    return any(veiled(edit.text) != edit.text for edit in fix.edits)
