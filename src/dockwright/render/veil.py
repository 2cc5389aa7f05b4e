"""
Secrets left out of what is printed.

Reports show lines of the checked files, and the texts of fixes. A value that `model.secrecy` takes
for a credential, by the name it stands behind or by its form, is covered with asterisks, one for
each character, so that marks below the line still fit.
"""

from dockwright.text.lazy import lazy, re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockwright.findings.finding import Finding, Fix

# Nothing is covered in a text without one of these; nearly all are.
_HINT = lazy(
    r"pass|pwd|pword|secret|token|key|cred|auth|private|-p\w|://[^\s/]*@|AKIA|ASIA|gh[pousr]_|glpat-"
    r"|xox[abprs]-|npm_|AIza|pypi-|SG\.|sk-|[sr]k_live",
    re.IGNORECASE,
)
# A name, what gives it a value, and the value. Blanks do so behind an option and in `ENV NAME x`,
# which in a diff has a sign before it. Repetitions have an end, so that no line takes long.
_GIVEN = lazy(
    r"(?:\$\{(?P<variable>\w+):?-"
    r"|(?P<name>[A-Za-z_][\w.-]{0,80})[\"']?(?:[ \t]*[=:][ \t]*)"
    r"|^[+-]?[ \t]*(?:[Ee][Nn][Vv])[ \t]+(?P<legacy>[A-Za-z_]\w*)[ \t]+"
    r"|--?(?P<option>[A-Za-z][\w-]{0,80})[\"',]{0,4}[ \t]+)"
    r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|\$\{\w{1,80}:?-[^}\n]{0,200}\}|[^\s\"',}\]]{1,200})",
    re.MULTILINE,
)
_REST = lazy(r"[^\s\"',}\]]*")
_LINE = lazy(r"[^\n]*")
_DEFAULT = lazy(r"\$\{\w+:?-([^}\n]*)\}")
# Passwords that no name stands before: `mysql -px`, `echo user:x | chpasswd`.
_BARE = lazy(
    r"\b(?:mysql|mariadb)[^\n|;&]{0,200}?[\s\"']-p(?P<short>[^\s\"'$=][^\s\"']*)"
    r"|\w:(?P<account>[^\s\"'$:|][^\s\"'|]{0,80})[\"']?[ \t]*\|[ \t]*(?:sudo[ \t]+)?chpasswd\b"
)


def veiled(text: str) -> str:
    """`text` with its secrets covered; as long as before."""
    if _HINT.search(text) is None:
        return text
    from dockwright.model import secrecy

    spans = [match.span(3) for match in secrecy.URL.finditer(text) if match[3][0] != "$"]
    spans += [match.span() for match in secrecy.TOKEN.finditer(text)]
    spans += [match.span(match.lastgroup or 0) for match in _BARE.finditer(text)]
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
        name = match["variable"] or match["name"] or match["option"] or match["legacy"]
        if value and value[0] != "$" and secrecy.verdict(name.replace("-", "_"), value)[0]:
            at = match.end()
            if end == at:
                # A long value goes on, one behind `ENV NAME` to the end of the line.
                rest = (_LINE if match["legacy"] else _REST).match(text, end)
                at = end = rest.end() if rest is not None else end
            spans.append((start, end))
    if not spans:
        return text
    covered = list(text)
    for start, end in spans:
        covered[start:end] = "*" * (end - start)
    return "".join(covered)


def value_of(name: str, value: str) -> str:
    """What is shown of the value of a variable or a label."""
    from dockwright.model import secrecy

    return "*" * len(value) if secrecy.verdict(name, value)[0] else veiled(value)


def within(value: "Any") -> "Any":
    """Data out of texts, lists and mappings with the secrets covered, also those of an option."""
    if isinstance(value, str):
        return veiled(value)
    if isinstance(value, (list, tuple)):
        if not all(isinstance(one, str) for one in value):
            return [within(one) for one in value]
        line = veiled(" ".join(value))
        words = []
        at = 0
        for one in value:
            words.append(line[at : at + len(one)])
            at += len(one) + 1
        return words
    if isinstance(value, dict):
        return {key: within(one) for key, one in value.items()}
    return value


def covered(finding: "Finding") -> "Finding":
    """The finding with the secrets covered that its message or its reasons quote."""
    texts = [finding.message, *(reason.text for reason in finding.because)]
    shown = [veiled(text) for text in texts]
    if shown == texts:
        return finding
    values = {name: getattr(finding, name) for name in finding.__slots__}
    values["message"] = shown[0]
    values["because"] = [
        type(reason)(text, reason.source, reason.span, firm=reason.firm)
        for reason, text in zip(finding.because, shown[1:], strict=True)
    ]
    return type(finding)(**values)


def tells(fix: "Fix") -> bool:
    """Whether the text of a fix holds a secret, so that it is not printed."""
    return any(veiled(edit.text) != edit.text for edit in fix.edits)
