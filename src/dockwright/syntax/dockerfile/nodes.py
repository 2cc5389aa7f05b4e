"""The nodes of a Dockerfile tree."""

from dockwright.syntax.dockerfile.lines import Joined
from dockwright.text.span import Span
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.syntax.tree import Problem, Tokens
    from dockwright.text.source import Source

KEYWORDS = frozenset(
    (
        *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK"),
        *("LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME"),
        "WORKDIR",
    )
)
# One string for all instructions of a kind: a file may have a hundred thousand.
_WRITTEN = {written: written for name in KEYWORDS for written in (name, name.lower())}
_NAMES = {written: written.upper() for written in _WRITTEN} | {name: name for name in KEYWORDS}


class Word:
    """
    One argument: `value` as BuildKit's parser gives it (quotes and variables still in it, JSON
    strings decoded), and where it stands in the source.

    `at` is the offset of the first character of `value` in the instruction's joined text, or -1
    when `value` is not a plain slice of it (a JSON string with escapes).
    """

    __slots__ = ("at", "end", "start", "value")

    def __init__(self, value: str, start: int, end: int, at: int) -> None:
        self.value = value
        self.start = start
        self.end = end
        self.at = at

    @property
    def span(self) -> Span:
        """Where the word stands, quotes included."""
        return Span(self.start, self.end)

    def __repr__(self) -> str:
        return f"Word({self.value!r}, {self.start}, {self.end})"


class Flag:
    """
    `--name=value` before the arguments; `value` is None when there is no `=`.

    `text` is the whole flag as BuildKit's parser gives it, `at` where it begins in the joined text.
    """

    __slots__ = ("at", "end", "name", "start", "text", "value")

    def __init__(self, text: str, start: int, end: int, at: int) -> None:
        name, equals, value = text[2:].partition("=")
        self.text = text
        self.name = name
        self.value = value if equals else None
        self.start = start
        self.end = end
        self.at = at

    @property
    def span(self) -> Span:
        """Where the flag stands."""
        return Span(self.start, self.end)

    def __repr__(self) -> str:
        return f"Flag({self.text!r}, {self.start}, {self.end})"


class Heredoc:
    """
    A here-document of an instruction.

    `content` is the body as written (tabs not yet chomped), `body` its span, `terminator` the span
    of the line that ends it (empty when it is missing), `word` the index-free name after `<<`.
    """

    __slots__ = ("body", "chomp", "content", "descriptor", "expand", "name", "terminator")

    def __init__(
        self,
        name: str,
        descriptor: int,
        expand: bool,
        chomp: bool,
        content: str,
        body: Span,
        terminator: Span,
    ) -> None:
        self.name = name
        self.descriptor = descriptor
        self.expand = expand
        self.chomp = chomp
        self.content = content
        self.body = body
        self.terminator = terminator


class Pair(Value):
    """`key=value` of ENV, LABEL or ARG; `value` is None for a bare ARG name, `legacy` for `k v`."""

    __slots__ = ("key", "legacy", "value", "word")

    def __init__(self, key: str, value: str | None, legacy: bool, word: Word) -> None:
        self.key = key
        self.value = value
        self.legacy = legacy
        self.word = word

    @property
    def key_span(self) -> Span:
        """Where the key stands (exact when no continuation splits it)."""
        return Span(self.word.start, min(self.word.end, self.word.start + len(self.key)))


class Instruction:
    """
    One instruction of a Dockerfile.

    `name` is the keyword in upper case, `keyword` as written. `start` to `end` is its text from
    keyword to the end of the last line, heredocs included, without the line ending. `args` are
    BuildKit's arguments; `rest` is the text after the flags, where shell forms find their command.
    `comments` are the texts of the comment lines directly above (without `#`), `trigger` the inner
    instruction of ONBUILD, `blank_lines` the source lines of empty continuation lines.
    """

    __slots__ = (
        "args",
        "blank_lines",
        "comments",
        "end",
        "first_line",
        "flags",
        "heredocs",
        "index",
        "is_json",
        "joined",
        "keyword",
        "last_line",
        "name",
        "pairs",
        "rest_end",
        "rest_start",
        "start",
        "trigger",
    )

    def __init__(self, keyword: str, joined: Joined, start: int, first_line: int) -> None:
        self.index = 0
        self.keyword = _WRITTEN.get(keyword, keyword)
        self.name = _NAMES.get(keyword) or keyword.upper()
        self.joined = joined
        self.start = start
        self.end = start
        self.first_line = first_line
        self.last_line = first_line
        self.flags: Sequence[Flag] = ()
        self.args: Sequence[Word] = ()
        self.pairs: Sequence[Pair] = ()
        self.rest_start = 0
        self.rest_end = len(joined.text)
        self.is_json = False
        self.heredocs: Sequence[Heredoc] = ()
        self.comments: Sequence[str] = ()
        self.blank_lines: Sequence[int] = ()
        self.trigger: Instruction | None = None

    @property
    def span(self) -> Span:
        """The whole instruction."""
        return Span(self.start, self.end)

    @property
    def rest(self) -> Joined:
        """The text after keyword and flags, without blanks around it."""
        return self.joined.part(self.rest_start, self.rest_end)

    @property
    def keyword_span(self) -> Span:
        """The keyword."""
        return self.joined.span(0, len(self.keyword))

    @property
    def line_span(self) -> Span:
        """From the keyword to the end of the last argument, without heredoc bodies."""
        return self.joined.span(0, len(self.joined.text.rstrip()))

    def flag(self, name: str) -> Flag | None:
        """The first flag called `name`."""
        for flag in self.flags:
            if flag.name == name:
                return flag
        return None

    def value_span(self, word: Word | Flag, start: int, end: int) -> Span:
        """The source span of `word.value[start:end]` (`flag.text[...]` for a flag)."""
        if word.at < 0:
            return word.span
        return self.joined.span(word.at + start, word.at + end)

    def __repr__(self) -> str:
        return f"Instruction({self.name}, line {self.first_line})"


class Directive(Value):
    """A parser directive: `# key=value`."""

    __slots__ = ("name", "span", "value", "value_span")

    def __init__(self, name: str, value: str, span: Span, value_span: Span) -> None:
        self.name = name
        self.value = value
        self.span = span
        self.value_span = value_span


class Comment(Value):
    """A comment line: `span` from `#` to the end of the line, `inside` a continued instruction."""

    __slots__ = ("inside", "line", "span", "text")

    def __init__(self, text: str, span: Span, line: int, inside: bool) -> None:
        self.text = text
        self.span = span
        self.line = line
        self.inside = inside


class Dockerfile:
    """
    The tree of one Dockerfile.

    `tokens` tile the source's text. `problems` are what BuildKit would refuse, in order; BuildKit
    stops at the first, this tree goes on at the next line.
    """

    __slots__ = (
        "comments",
        "directives",
        "escape",
        "instructions",
        "problems",
        "source",
        "tokens",
    )

    def __init__(
        self,
        source: "Source",
        tokens: "Tokens",
        escape: str,
        directives: "Sequence[Directive]",
        instructions: "Sequence[Instruction]",
        comments: "Sequence[Comment]",
        problems: "Sequence[Problem]",
    ) -> None:
        self.source = source
        self.tokens = tokens
        self.escape = escape
        self.directives = directives
        self.instructions = instructions
        self.comments = comments
        self.problems = problems

    def directive(self, name: str) -> Directive | None:
        """The directive called `name`."""
        for directive in self.directives:
            if directive.name == name:
                return directive
        return None
