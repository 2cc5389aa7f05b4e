"""One pattern: what stands in the file, and what Docker makes of it."""

from dockwright.syntax.ignore.glob import Glob
from dockwright.syntax.ignore.gopath import clean, is_wellformed, replace_invalid, trim_space
from dockwright.text.value import Value

NO_PATTERN = "`!` needs a pattern after it"
BAD_SYNTAX = "bad pattern: an unfinished bracket, range or escape"
BAD_REGEX = "bad pattern: Docker cannot compile it"


class IgnorePattern(Value):
    """
    A pattern of an ignore file.

    `start` and `end` are half-open character offsets of the pattern as written, with its "!" and
    without the white space around it; `written` is that text. `line` counts from 1.

    `cleaned` is what paths are compared with: no "!", no leading or trailing "/", shortest
    spelling. It is "" for a pattern that Docker drops without a word (such as `/ /`) and for one
    that has no content. `negated` says that it brings paths back. It need not agree with the first
    character written: `/!a` is a negation, since the "/" goes first, and `!../../a` is none, since
    "!.." counts as a directory name.

    `error` says why a build would stop at this pattern, None if it would not.
    """

    __slots__ = ("cleaned", "end", "error", "glob", "line", "negated", "start", "written")

    def __init__(
        self,
        written: str,
        cleaned: str,
        *,
        negated: bool = False,
        error: str | None = None,
        start: int = 0,
        line: int = 1,
    ) -> None:
        self.written = written
        self.cleaned = cleaned
        self.negated = negated
        self.start = start
        self.end = start + len(written)
        self.line = line
        self.glob: Glob | None = None
        if error is None and cleaned:
            self.glob = Glob(cleaned)
            if self.glob.broken:
                error = BAD_REGEX
        self.error = error

    def _fields(self) -> tuple[object, ...]:
        return (self.written, self.cleaned, self.negated, self.error, self.start, self.line)


def wire_text(written: str) -> str:
    """
    What the builder makes of a trimmed, non-empty line before it sends it to the client.

    Follows moby/patternmatcher, ignorefile/ignorefile.go: the text after the "!" is cleaned and
    loses a leading "/". The result begins with "!" if `written` does, and sometimes if not.
    """
    negated = written.startswith("!")
    body = trim_space(written[1:]) if negated else written
    if body:
        body = clean(body)
        if len(body) > 1 and body.startswith("/"):
            body = body[1:]
    return "!" + body if negated else body


def read_line(written: str, start: int = 0, line: int = 1) -> IgnorePattern:
    """
    The pattern that a trimmed, non-empty line of an ignore file stands for.

    `start` is the offset of the line's text, `line` its number from 1.
    """
    return read_item(wire_text(written), written, start, line)


def read_item(
    item: str, written: str | None = None, start: int = 0, line: int = 1
) -> IgnorePattern:
    """
    The pattern for an entry of a list in ignore syntax, which did not come from an ignore file.

    This is `New` in moby/patternmatcher, patternmatcher.go, which trims and cleans once more what a
    line of an ignore file has become. Other such lists are `COPY --exclude` and Compose's
    `develop.watch[].ignore`; in them a leading "/" is kept and so never matches. `written`, `start`
    and `line` are only recorded.
    """
    if written is None:
        written = item
    text = trim_space(item)
    if not text:
        return IgnorePattern(written, "", start=start, line=line)
    text = clean(text)
    negated = text.startswith("!")
    if text == "!":
        return IgnorePattern(written, "", negated=True, error=NO_PATTERN, start=start, line=line)
    if negated:
        text = text[1:]
    error = None if is_wellformed(text) else BAD_SYNTAX
    # Patterns travel to the client as JSON, which turns a byte that is not UTF-8 into U+FFFD.
    text = replace_invalid(text)
    return IgnorePattern(written, text, negated=negated, error=error, start=start, line=line)
