"""
Comments that silence findings: ours and those of other tools, as values.

    # dockwright: ignore[DW2104, apt-lists-left] until=2027-01-31 the reason
    # dockwright: ignore-stage[…]    # dockwright: ignore-file[…]

This module knows how they are written; `suppress` knows what they cover.
"""

from dockwright.text.lazy import lazy, re
from dockwright.text.span import Span
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dockwright.model.composition import Tree
    from dockwright.model.ignoring import IgnoreTree
    from dockwright.syntax.dockerfile.nodes import Dockerfile

    Date = tuple[int, int, int]

NEXT, STAGE, FILE = "instruction", "stage", "file"
VERBS = {"ignore": NEXT, "ignore-stage": STAGE, "ignore-file": FILE}


class Name(Value):
    """A word that stands for rules, as `names.Names.rules` reads it, and where it is written."""

    __slots__ = ("span", "word")

    def __init__(self, word: str, span: Span) -> None:
        self.word = word
        self.span = span


class Pragma(Value):
    """
    One comment that silences.

    `span` is the comment's, `inside` whether it stands in a continued instruction, `scope` one of
    `NEXT`, `STAGE`, `FILE`; `problem` says what is wrong with one of ours ("" when nothing is),
    `hint` what to write instead.
    """

    __slots__ = ("hint", "inside", "names", "own", "problem", "reason", "scope", "span", "until")

    def __init__(
        self,
        span: Span,
        scope: str,
        names: "Sequence[Name]",
        *,
        inside: bool = False,
        own: bool = False,
        reason: str = "",
        until: "Date | None" = None,
        problem: str = "",
        hint: str = "",
    ) -> None:
        self.span = span
        self.scope = scope
        self.names = tuple(names)
        self.inside = inside
        self.own = own
        self.reason = reason
        self.until = until
        self.problem = problem
        self.hint = hint


class _Text:
    """A comment's text with the place of each of its characters."""

    __slots__ = ("at", "inside", "span", "text")

    def __init__(self, text: str, at: int, span: Span, inside: bool) -> None:
        self.text = text
        self.at = at
        self.span = span
        self.inside = inside

    def names(self, start: int, end: int, tool: str = "") -> list[Name]:
        """The words of the comma-separated list in `text[start:end]`."""
        found = []
        for match in _WORD.finditer(self.text, start, end):
            word = _foreign_word(tool, match[0]) if tool else match[0]
            found.append(Name(word, Span(self.at + match.start(), self.at + match.end())))
        return found


def pragmas(tree: "Dockerfile | IgnoreTree | Tree") -> "Iterator[Pragma]":
    """The pragmas of a Dockerfile, BuildKit's `check` directive first."""
    directive = tree.directive("check")
    if directive is not None:
        span = directive.value_span
        yield from _check(_Text(directive.value, span.start, directive.span, False), FILE)
    for comment in tree.comments:
        at = tree.source.text.find(comment.text, comment.span.start + 1)
        text = _Text(comment.text, at, comment.span, comment.inside)
        for read in _READERS:
            found = read(text)
            if found:
                yield from found
                break


_ANY_CASE = re.IGNORECASE
_WORD = lazy(r"[^\s,\[\]]+")

# Ours

_OWN = lazy(r"dockwright\s*:\s*(?P<verb>[\w-]*)\s*(?P<list>\[[^\]]*\])?\s*(?P<rest>.*)", _ANY_CASE)
_ALMOST = lazy(r"dockwright[\s-]+(?:ignore|disable|skip|suppress|noqa|allow)\b", _ANY_CASE)
_UNTIL = lazy(r"until\s*=\s*(\S*)\s*", _ANY_CASE)
_DATE = lazy(r"(\d{4})-(\d\d)-(\d\d)")
_FORM = "write `# dockwright: ignore[rule]` and, behind it, the reason"


def _own(text: _Text) -> list[Pragma]:
    match = _OWN.match(text.text)
    if match is None:
        if _ALMOST.match(text.text):
            return [_bad(text, "a colon is missing behind `dockwright`", _FORM)]
        return []
    verb = match["verb"].lower()
    if verb not in VERBS:
        message = f"`{match['verb']}` is no pragma" if verb else "this pragma says nothing"
        return [_bad(text, message, _FORM)]
    if match["list"] is None:
        if match["rest"].startswith("["):
            return [_bad(text, "the list of rules has no end", "close it with `]`")]
        return [_bad(text, f"`{verb}` does not say which rules", f"write `{verb}[rule]`")]
    names = text.names(*match.span("list"))
    if not names:
        return [_bad(text, "the list of rules is empty", f"write `{verb}[rule]`")]
    rest, until = match["rest"], None
    limit = _UNTIL.match(rest)
    if limit:
        until = date(limit[1])
        if until is None:
            hint = "write it as until=2027-01-31"
            return [_bad(text, f"{limit[1]!r} is no date", hint)]
        rest = rest[limit.end() :]
    reason = rest.strip(" \t-–—:#,;")
    return [
        Pragma(
            text.span, VERBS[verb], names, inside=text.inside, own=True, reason=reason, until=until
        )
    ]


def _bad(text: _Text, problem: str, hint: str) -> Pragma:
    return Pragma(text.span, NEXT, (), inside=text.inside, own=True, problem=problem, hint=hint)


def date(text: str) -> "Date | None":
    """Year, month and day of `text`, None when there is no such day."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not year or not 1 <= month <= 12 or not 1 <= day <= days[month - 1]:
        return None
    return year, month, day


# Those of other tools

_LIST = r"([\w./*-]+(?:\s*,\s*[\w./*-]+)*)"
_HADOLINT = lazy(rf"hadolint\s+(?:(global|stage)\s+)?ignore\s*=\s*{_LIST}", _ANY_CASE)
_TALLY = lazy(rf"tally\s+(?:(global)\s+)?ignore\s*=\s*{_LIST}", _ANY_CASE)
_SKIP = lazy(rf"(?:^|;)\s*skip\s*=\s*{_LIST}", _ANY_CASE)
_TRIVY = lazy(r"trivy:ignore:([\w*-]+)(?::exp:([\d-]+)|\S*?\[exp:([\d-]+)\])?", _ANY_CASE)
_CHECKOV = lazy(rf"(?:checkov|bridgecrew):skip\s*=\s*{_LIST}(?::\s*(.*))?", _ANY_CASE)
_KICS = lazy(rf"kics-scan\s+(ignore-line|ignore-block|ignore|disable\s*=\s*{_LIST})", _ANY_CASE)
_SEMGREP = lazy(rf"nosem(?:grep)?(?::\s*{_LIST})?", _ANY_CASE)
_SCOPES = {"global": FILE, "stage": STAGE, "ignore-line": NEXT, "ignore-block": STAGE}


def _foreign_word(tool: str, word: str) -> str:
    if re.fullmatch(r"SC\d{4}", word, _ANY_CASE):
        return word.upper()
    if tool == "semgrep":
        word = word.rpartition(".")[2]
    family, slash, rest = word.partition("/")
    if tool == "tally" and slash and family in ("hadolint", "buildkit", "shellcheck", "tally"):
        return _foreign_word(family, rest)
    if word.lower() == "all" or word == "*":
        word = "*"
    return f"{tool}:{word}"


def _check(text: _Text, scope: str) -> list[Pragma]:
    found = _SKIP.search(text.text)
    if found is None:
        return []
    return [Pragma(text.span, scope, text.names(*found.span(1), "buildkit"), inside=text.inside)]


def _hadolint(text: _Text) -> list[Pragma]:
    return _listed(text, _HADOLINT, "hadolint")


def _tally(text: _Text) -> list[Pragma]:
    # A word without family may belong to any of the tools that tally speaks for.
    return _listed(text, _TALLY, "tally", "hadolint", "buildkit")


def _listed(text: _Text, pattern: "re.Pattern[str]", *tools: str) -> list[Pragma]:
    match = pattern.match(text.text)
    if match is None:
        return []
    names = [name for tool in tools for name in text.names(*match.span(2), tool)]
    return [Pragma(text.span, _SCOPES.get(match[1] or "", NEXT), names, inside=text.inside)]


def _buildkit(text: _Text) -> list[Pragma]:
    if not text.text.lower().startswith("check="):
        return []
    return _check(_Text(text.text[6:], text.at + 6, text.span, text.inside), NEXT)


def _trivy(text: _Text) -> list[Pragma]:
    return [
        Pragma(
            text.span,
            NEXT,
            text.names(*match.span(1), "trivy"),
            inside=text.inside,
            until=date(match[2] or match[3] or ""),
        )
        for match in _TRIVY.finditer(text.text)
    ]


def _checkov(text: _Text) -> list[Pragma]:
    match = _CHECKOV.match(text.text)
    if match is None:
        return []
    return [Pragma(text.span, FILE, text.names(*match.span(1), "checkov"), reason=match[2] or "")]


def _kics(text: _Text) -> list[Pragma]:
    match = _KICS.match(text.text)
    if match is None:
        return []
    names = [Name("kics:*", text.span)]
    if match[2]:
        names = text.names(*match.span(2), "kics")
    scope = _SCOPES.get(match[1].lower(), FILE)
    return [Pragma(text.span, scope, names, inside=text.inside)]


def _semgrep(text: _Text) -> list[Pragma]:
    match = _SEMGREP.match(text.text)
    if match is None:
        return []
    names = [Name("semgrep:*", text.span)]
    if match[1]:
        names = text.names(*match.span(1), "semgrep")
    return [Pragma(text.span, NEXT, names, inside=text.inside)]


_READERS: "tuple[Callable[[_Text], list[Pragma]], ...]" = (
    _own,
    _hadolint,
    _buildkit,
    _tally,
    _trivy,
    _checkov,
    _kics,
    _semgrep,
)
