"""
Text to Dockerfile tree.

Faithful to moby/buildkit `frontend/dockerfile/parser/parser.go` in what an instruction is, and
lossless besides: every character of the text belongs to a token. Never raises.
"""

from sys import intern

from dockwright.syntax.dockerfile import heredoc, words
from dockwright.syntax.dockerfile.expand import SPACE
from dockwright.syntax.dockerfile.lines import Joined
from dockwright.syntax.dockerfile.nodes import (
    Comment,
    Directive,
    Dockerfile,
    Flag,
    Heredoc,
    Instruction,
    Pair,
    Word,
)
from dockwright.syntax.dockerfile.values import quoted
from dockwright.syntax.tree import (
    BLANK,
    BODY,
    BOM,
    COMMENT,
    CONTINUATION,
    DIRECTIVE,
    FLAG,
    KEYWORD,
    NEWLINE,
    TERMINATOR,
    TEXT,
    Problem,
    Tokens,
)
from dockwright.text.lazy import lazy, re
from dockwright.text.source import Source
from dockwright.text.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# bufio.Scanner's limit, which BuildKit keeps: a line may have this many bytes, ending included.
MAX_LINE_BYTES = 65536

# An ONBUILD in an ONBUILD is an error; deeper ones than this are not looked into.
MAX_TRIGGERS = 8

_DIRECTIVE = lazy(r"#[^\S\x1c-\x1f]*([a-zA-Z][a-zA-Z0-9]*)[\t\f\r ]*=[\t\f\r ]*(.+?)[\t\f\r ]*$")
_BLANK = frozenset(SPACE)
_DIRECTIVES = ("syntax", "escape", "check")
_JSON_OR_TEXT = ("RUN", "CMD", "ENTRYPOINT", "SHELL")
_JSON_OR_FIELDS = ("ADD", "COPY", "VOLUME")
_FIELDS = ("FROM", "EXPOSE")
_STRING = ("MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR")
_HEREDOCS = ("ADD", "COPY", "RUN")


def parse(source: Source) -> Dockerfile:
    """The tree of `source`."""
    return _Parser(source).run()


class _Parser:
    __slots__ = (
        "comments",
        "directives",
        "directives_done",
        "escape",
        "instructions",
        "line",
        "pending",
        "pos",
        "problems",
        "source",
        "text",
        "tokens",
    )

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.tokens = Tokens()
        self.escape = "\\"
        self.directives: list[Directive] = []
        self.directives_done = False
        self.instructions: list[Instruction] = []
        self.comments: list[Comment] = []
        self.problems: list[Problem] = []
        self.pending: list[str] = []
        self.pos = 0
        self.line = 0

    def run(self) -> Dockerfile:
        text, size = self.text, len(self.text)
        if text.startswith("\ufeff"):
            self.pos = 1
            self.tokens.add(BOM, 1)
        while self.pos < size:
            start = self.pos
            stop = self.take_line()
            first = words.skip_space(text[start:stop], 0) + start
            self.tokens.add(BLANK, first)
            if first == stop:
                self.directives_done = True
                self.tokens.add(NEWLINE, self.pos)
            elif text[first] == "#":
                self.comment(start, first, stop)
            else:
                self.directives_done = True
                self.instruction(first, stop)
        if not self.instructions and not any(p.level == "parse" for p in self.problems):
            self.problem(Span(0, 0), "file with no instructions")
        return Dockerfile(
            self.source,
            self.tokens,
            self.escape,
            self.directives,
            self.instructions,
            self.comments,
            self.problems,
        )

    def problem(self, span: Span, message: str, level: str = "parse") -> None:
        self.problems.append(Problem(span, message, level))

    def take_line(self) -> int:
        """Move past the next line; its end without line ending."""
        start = self.pos
        end = self.text.find("\n", start)
        self.pos = len(self.text) if end < 0 else end + 1
        self.line += 1
        stop = self.pos
        if stop - start > MAX_LINE_BYTES // 4:
            self.check_length(start, stop)
        while stop > start and self.text[stop - 1] in "\r\n":
            stop -= 1
        return stop

    def check_length(self, start: int, stop: int) -> None:
        data = self.text[start:stop].encode("utf-8", "surrogateescape")
        if len(data) + (not data.endswith(b"\n")) > MAX_LINE_BYTES:
            self.problem(
                Span(start, start),
                f"dockerfile line greater than max allowed size of {MAX_LINE_BYTES - 1}",
            )

    # Comments and directives

    def comment(self, start: int, first: int, stop: int) -> None:
        match = None
        if not self.directives_done:
            line = self.text[first:stop]
            match = _DIRECTIVE.match(line) if "=" in line else None
            if match is None or match[1].lower() not in _DIRECTIVES:
                self.directives_done = True
                match = None
        if match is not None:
            self.directive(first, stop, match)
            self.tokens.add(DIRECTIVE, stop)
        else:
            text = self.text[first + 1 : stop].strip(SPACE)
            # BuildKit cuts the line's first character, so an indented comment keeps its "#".
            above = text if first == start else self.text[start + 1 : stop].strip(SPACE)
            if above:
                self.pending.append(above)
            else:
                self.pending = []
            self.comments.append(Comment(text, Span(first, stop), self.line, False))
            self.tokens.add(COMMENT, stop)
        self.tokens.add(NEWLINE, self.pos)

    def directive(self, first: int, stop: int, match: "re.Match[str]") -> None:
        name, value = match[1].lower(), match[2]
        span = Span(first, stop)
        if any(known.name == name for known in self.directives):
            self.problem(span, f"only one {name} parser directive can be used")
            return
        value_span = Span(first + match.start(2), first + match.end(2))
        self.directives.append(Directive(name, value, span, value_span))
        if name == "escape":
            if value in ("\\", "`"):
                self.escape = value
            else:
                self.problem(value_span, f"invalid escape token '{value}' does not match ` or \\")

    # Instructions

    def instruction(self, first: int, stop: int) -> None:
        start_line = self.line
        joined, blank_lines, marks = self.logical_line(first, stop)
        text = joined.text
        if text[:1] in _BLANK and text.strip(SPACE):
            # The first line was a continuation character alone.
            joined = joined.part(words.skip_space(text, 0), len(text))
            text = joined.text
        trimmed = text.rstrip(SPACE)
        if not trimmed:
            # Only continuation characters: BuildKit makes an instruction without a name of it.
            node = Instruction("", joined, first, start_line)
        else:
            node = self.node(joined, trimmed, first, start_line)
        if self.pending:
            node.comments = tuple(self.pending)
            self.pending = []
        node.blank_lines = blank_lines
        marks_end = self.last_text_end(joined, trimmed, first)
        self.tile(node, marks, first)
        if "<<" in text:
            self.heredocs(node, text)
        node.end = node.heredocs[-1].terminator.end if node.heredocs else marks_end
        node.last_line = self.line
        node.index = len(self.instructions)
        self.instructions.append(node)

    @staticmethod
    def last_text_end(joined: Joined, trimmed: str, first: int) -> int:
        return joined.span(0, len(trimmed)).end if trimmed else first

    def logical_line(
        self, first: int, stop: int
    ) -> tuple[Joined, "Sequence[int]", list[tuple[int, int]]]:
        """
        The joined text that begins at `first`, its empty continuation lines, and the marks: where
        text begins (kind TEXT) and where what is no text begins, with its kind.
        """
        text = self.text
        keep = self.kept(first, stop)
        marks: list[tuple[int, int]] = []
        if keep == stop:
            marks.append((TEXT, stop))
            marks.append((NEWLINE, self.pos))
            return Joined(text[first:stop], (0,), (first,)), (), marks
        pieces = [text[first:keep]]
        starts, offsets = [0], [first]
        size = keep - first
        blank_lines: list[int] = []
        marks.append((TEXT, keep))
        marks.append((CONTINUATION, self.pos))
        going = True
        while going and self.pos < len(text):
            start = self.pos
            stop = self.take_line()
            inner = words.skip_space(text[start:stop], 0) + start
            if inner < stop and text[inner] == "#":
                span = Span(inner, stop)
                comment = text[inner + 1 : stop].strip(SPACE)
                self.comments.append(Comment(comment, span, self.line, True))
                marks += ((BLANK, inner), (COMMENT, stop), (NEWLINE, self.pos))
                continue
            if inner == stop:
                blank_lines.append(self.line)
                marks += ((BLANK, stop), (NEWLINE, self.pos))
                continue
            keep = self.kept(start, stop)
            going = keep != stop
            if keep > start:
                pieces.append(text[start:keep])
                starts.append(size)
                offsets.append(start)
                size += keep - start
            marks.append((TEXT, keep))
            marks.append((CONTINUATION if going else NEWLINE, self.pos))
        if len(starts) > 1 and starts[1] == 0:
            del pieces[0], starts[0], offsets[0]
        return Joined("".join(pieces), starts, offsets), blank_lines, marks

    def kept(self, start: int, stop: int) -> int:
        """Where the text of a line ends: before its continuation character, or at `stop`."""
        text = self.text
        end = stop
        while end > start and text[end - 1] in " \t":
            end -= 1
        if end > start and text[end - 1] == self.escape:
            alone = end - 1 == start or text[end - 2] != self.escape
            return end - 1 if alone else stop
        return stop

    def node(self, joined: Joined, text: str, first: int, line: int, depth: int = 0) -> Instruction:
        stop, after = words.split_keyword(text)
        node = Instruction(text[:stop], joined, first, line)
        flags, at = words.split_flags(text, after, self.escape)
        if flags:
            node.flags = tuple(Flag(flag, *self.ends(joined, a, b), a) for flag, a, b in flags)
        at = words.skip_space(text, at)
        node.rest_start, node.rest_end = at, len(text)
        try:
            self.arguments(node, text, at, depth)
        except words.NotStrings:
            self.problem(
                joined.span(at, len(text)),
                "when using JSON array syntax, arrays must be comprised of strings only",
            )
        return node

    @staticmethod
    def ends(joined: Joined, start: int, end: int) -> tuple[int, int]:
        span = joined.span(start, end)
        return span.start, span.end

    def word(self, joined: Joined, value: str, start: int, end: int) -> Word:
        return Word(value, *self.ends(joined, start, end), start)

    def arguments(self, node: Instruction, text: str, at: int, depth: int) -> None:
        name, joined = node.name, node.joined
        if at >= len(text):
            return
        if name in _JSON_OR_TEXT:
            self.json_or_text(node, text, at)
        elif name in _JSON_OR_FIELDS:
            if not self.json(node, text, at):
                node.args = [self.word(joined, text[a:b], a, b) for a, b in words.fields(text, at)]
        elif name in _FIELDS:
            # Images, `AS` and ports come again and again: one string for each.
            node.args = tuple(
                self.word(joined, intern(text[a:b]), a, b) for a, b in words.fields(text, at)
            )
        elif name in _STRING:
            node.args = (self.word(joined, text[at:], at, len(text)),)
        elif name in ("ENV", "LABEL"):
            self.pairs(node, text, at)
        elif name == "ARG":
            node.args = [
                self.word(joined, *found) for found in words.quoted_words(text, at, self.escape)
            ]
            node.pairs = [self.arg_pair(word) for word in node.args]
        elif name == "HEALTHCHECK":
            gap = at
            while gap < len(text) and text[gap] not in SPACE:
                gap += 1
            node.args = (self.word(joined, text[at:gap], at, gap),)
            rest = words.skip_space(text, gap)
            if rest < len(text):
                first = node.args[0]
                node.rest_start = rest
                self.json_or_text(node, text, rest)
                node.args = (first, *node.args)
        elif name == "ONBUILD" and depth < MAX_TRIGGERS:
            inner = node.rest
            begin = inner.offset(0)
            node.trigger = self.node(inner, inner.text, begin, node.first_line, depth + 1)

    @staticmethod
    def arg_pair(word: Word) -> Pair:
        key, equals, value = word.value.partition("=")
        return Pair(key, value if equals else None, False, word)

    def json(self, node: Instruction, text: str, at: int) -> bool:
        found = words.json_strings(text, at)
        if found is None:
            return False
        node.is_json = True
        node.args = [
            Word(
                value,
                *self.ends(node.joined, start, end),
                start + 1 if end - start - 2 == len(value) else -1,
            )
            for value, start, end in found
        ]
        return True

    def json_or_text(self, node: Instruction, text: str, at: int) -> None:
        if not self.json(node, text, at):
            node.args = (self.word(node.joined, text[at:], at, len(text)),)

    def pairs(self, node: Instruction, text: str, at: int) -> None:
        joined = node.joined
        found = words.quoted_words(text, at, self.escape)
        if not found:
            return
        if "=" not in found[0][0]:
            both = words.two_fields(text, at)
            if both is None:
                self.problem(joined.span(0, len(text)), f"{node.name} must have two arguments")
                return
            (a, b), (c, d) = both
            word = self.word(joined, text[a:d], a, d)
            node.pairs = (Pair(text[a:b], text[c:d], True, word),)
            node.args = (self.word(joined, text[a:b], a, b), self.word(joined, text[c:d], c, d))
            return
        pairs = []
        for value, start, end in found:
            word = self.word(joined, value, start, end)
            key, equals, rest = value.partition("=")
            if not equals:
                self.problem(
                    word.span,
                    f"Syntax error - can't find = in {quoted(value)}."
                    " Must be of the form: name=value",
                )
                return
            pairs.append(Pair(key, rest, False, word))
        node.pairs = tuple(pairs)
        node.args = tuple(pair.word for pair in pairs)

    # Tokens

    def tile(self, node: Instruction, marks: list[tuple[int, int]], first: int) -> None:
        """Add the tokens of an instruction's lines."""
        add = self.tokens.add
        keyword_end = node.keyword_span.end if node.keyword else first
        flags = [(flag.start, flag.end) for flag in node.flags]
        if len(marks) == 2 and not flags:
            add(KEYWORD, keyword_end)
            self.text_tokens(keyword_end, marks[0][1])
            add(NEWLINE, marks[1][1])
            return
        cuts: list[tuple[int, int]] = [(KEYWORD, keyword_end)]
        for start, end in flags:
            cuts.append((TEXT, start))
            cuts.append((FLAG, end))
        cuts.append((TEXT, len(self.text)))
        which = 0
        at = first
        for kind, end in marks:
            if kind != TEXT:
                add(kind, end)
                at = end
                continue
            while at < end:
                while which < len(cuts) - 1 and cuts[which][1] <= at:
                    which += 1
                cut_kind, cut_end = cuts[which]
                stop = min(end, cut_end)
                if cut_kind == TEXT:
                    self.text_tokens(at, stop)
                else:
                    add(cut_kind, stop)
                at = stop

    def text_tokens(self, start: int, end: int) -> None:
        """Tokens for argument text: blanks, text, blanks."""
        text = self.text
        inner = start
        while inner < end and text[inner] in SPACE:
            inner += 1
        self.tokens.add(BLANK, inner)
        last = end
        while last > inner and text[last - 1] in SPACE:
            last -= 1
        self.tokens.add(TEXT, last)
        self.tokens.add(BLANK, end)

    # Heredocs

    def heredocs(self, node: Instruction, line: str) -> None:
        inner = node
        if inner.name == "ONBUILD" and inner.trigger is not None:
            inner = inner.trigger
        if inner.name not in _HEREDOCS or inner.is_json:
            return
        found: list[Heredoc] = []
        for opening in heredoc.openings(line):
            start = self.pos
            end, terminator = self.heredoc_body(opening)
            if terminator is None:
                self.problem(node.line_span, "unterminated heredoc")
                terminator = Span(end, end)
            found.append(
                Heredoc(
                    opening.name,
                    opening.descriptor,
                    opening.expand,
                    opening.chomp,
                    self.text[start:end],
                    Span(start, end),
                    terminator,
                )
            )
        node.heredocs = inner.heredocs = tuple(found)

    def heredoc_body(self, opening: heredoc.Opening) -> tuple[int, Span | None]:
        """Take lines up to the terminator: the body's end and the terminator's span."""
        text = self.text
        name = opening.name
        while self.pos < len(text):
            start = self.pos
            stop = self.take_line()
            line = text[start:stop]
            if (line.lstrip("\t") if opening.chomp else line) == name:
                self.tokens.add(BODY, start)
                self.tokens.add(TERMINATOR, stop)
                self.tokens.add(NEWLINE, self.pos)
                return start, Span(start, stop)
        self.tokens.add(BODY, self.pos)
        return self.pos, None
