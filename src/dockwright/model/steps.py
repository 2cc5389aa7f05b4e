"""The steps of a stage: its instructions, each with the states around it."""

from dockwright.facts.knowledge import Known
from dockwright.model import mounts, reference
from dockwright.model.state import State
from dockwright.syntax.dockerfile.expand import expand
from dockwright.syntax.dockerfile.lines import glue
from dockwright.syntax.dockerfile.nodes import Word
from dockwright.text.lazy import lazy
from dockwright.text.span import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Protocol

    from dockwright.facts.contents import Effect
    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.mounts import Mount
    from dockwright.model.reference import Reference
    from dockwright.model.run import Point
    from dockwright.model.stages import Stage
    from dockwright.syntax.dockerfile.expand import Expansion
    from dockwright.syntax.dockerfile.lines import Joined
    from dockwright.syntax.dockerfile.nodes import Flag, Instruction
    from dockwright.syntax.shell.nodes import Command, Script, ShellWord

    class Place(Protocol):
        """Whatever stands somewhere."""

        @property
        def span(self) -> Span: ...


_READ_BY = lazy(r"<<-?([\"']?)\w+\1[ \t]+(bash|sh|dash|ash)((?:[ \t]+-[eux]+)*)")
_EXPANDED = lazy(r"[$`\\]")
POSIX_SHELLS = frozenset(("sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "busybox"))
# A script takes 2 kB. Beyond so many, scripts are read again at each question: time for memory.
MAX_KEPT_SCRIPTS = 20_000
_WINDOWS_SHELLS = {"powershell": "powershell", "pwsh": "powershell", "cmd": "cmd"}


class Step:
    """
    An instruction at its place in a stage.

    `node` is the instruction, for an ONBUILD the inner one with `onbuild` set (it runs in the
    builds of other files, so its states are those of this file and only a guess). `index` counts
    the steps of the stage; `outer` is the instruction that stands in the file.
    """

    __slots__ = ("_script", "index", "node", "onbuild", "outer", "stage")

    def __init__(self, stage: "Stage", index: int, node: "Instruction") -> None:
        self.stage = stage
        self.index = index
        self.outer = node
        self.onbuild = node.trigger is not None
        self.node = node.trigger if node.trigger is not None else node
        self._script: Script | str | None = None

    def __repr__(self) -> str:
        return f"Step({self.node!r})"

    @property
    def name(self) -> str:
        """The instruction's name in upper case."""
        return self.node.name

    @property
    def source(self) -> str:
        """The name of the file."""
        return self.stage.build.tree.source.name

    @property
    def span(self) -> Span:
        """The instruction, ONBUILD included."""
        return self.outer.span

    @property
    def line_span(self) -> Span:
        """The instruction without heredoc bodies."""
        return self.outer.line_span

    @property
    def before(self) -> State:
        """The configuration the step starts from."""
        return State(self.stage, self.index)

    @property
    def after(self) -> State:
        """The configuration the step leaves."""
        return State(self.stage, self.index + 1)

    @property
    def points(self) -> "Mapping[int, Point]":
        """The moments before the commands of a RUN, by where each starts in the script."""
        return self.stage.files.points(self)

    @property
    def effects(self) -> "Sequence[Effect]":
        """What the step does to the file system, in order."""
        return self.stage.files.effects(self)

    @property
    def words(self) -> "Sequence[Word]":
        """The instruction's arguments."""
        return self.node.args

    def expand(self, text: str) -> "Knowledge":
        """`text` with the variables of this point replaced."""
        return self.stage.expand(text, self.index, self.span)

    def evaluate(self, text: str, lookup: "Callable[[str], str | None]") -> "Expansion":
        """`text` with the variables that `lookup` knows: its value, words and references."""
        return expand(text, lookup, self.stage.build.tree.escape)

    def image(self, text: str) -> "Reference | None":
        """The parts of the image reference that `text` is; None when it is no valid one."""
        return reference.parse(text)

    # Shell

    @property
    def language(self) -> str:
        """
        What the shell form is written in: "sh", "powershell", "cmd", or the program's name.

        For a RUN that is one heredoc with a `#!` line, that line decides.
        """
        node = self.node
        if heredoc_shell(node) is not None:
            return "sh"
        if len(node.heredocs) == 1 and node.rest.text.startswith("<<"):
            first = node.heredocs[0].content.lstrip("\t").partition("\n")[0]
            if first.startswith("#!"):
                return _program(first[2:].strip().split())
        if node.is_json:
            return "exec"
        shell = self.before.shell
        if isinstance(shell, Known):
            return _program(shell.value)
        return "unknown"

    @property
    def script(self) -> "Script | None":
        """The shell script of RUN, CMD, ENTRYPOINT or HEALTHCHECK; None when it is no sh."""
        found = self._script
        if found is None:
            found = self._parse() or "none"
            build = self.stage.build
            if build.kept_scripts < MAX_KEPT_SCRIPTS:
                build.kept_scripts += 1
                self._script = found
        return found if not isinstance(found, str) else None

    def _parse(self) -> "Script | None":
        from dockwright.syntax.shell import parser

        node = self.node
        if node.name not in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") or not node.args:
            return None
        if node.is_json:
            return self._exec_form(node)
        if self.language != "sh":
            return None
        if heredoc_shell(node) is not None:
            heredoc = node.heredocs[0]
            source = self.stage.build.tree.source.text
            return parser.parse(_body(source, heredoc.body, chomp=heredoc.chomp))
        return parser.parse(self.shell_text())

    def _exec_form(self, node: "Instruction") -> "Script | None":
        from dockwright.syntax.shell import parser

        args = node.args[1:] if node.name == "HEALTHCHECK" else node.args
        argv = [word.value for word in args]
        if len(argv) >= 3 and _program(argv) == "sh" and argv[-2].startswith("-"):
            inner = args[-1]
            if argv[-2].endswith("c") and inner.at >= 0:
                end = inner.at + len(inner.value)
                return parser.parse(node.joined.part(inner.at, end))
        base = node.joined
        literal = [
            (word.value, max(word.at, 0), max(word.at, 0) + len(word.value))
            for word in args
            if word.at >= 0
        ]
        return parser.exec_form(base, literal) if len(literal) == len(args) else None

    def shell_text(self) -> "Joined":
        """The text the shell gets, heredocs included."""
        node = self.node
        if not node.heredocs:
            return node.rest
        source = self.stage.build.tree.source.text
        if len(node.heredocs) == 1 and _only_heredoc(node.rest.text):
            return _body(source, node.heredocs[0].body, chomp=node.heredocs[0].chomp)
        parts: list[Joined | str] = [node.rest]
        for heredoc in node.heredocs:
            parts.append("\n")
            parts.append(_body(source, heredoc.body, chomp=False))
            parts.append(heredoc.name)
        parts.append("\n")
        return glue(parts)

    @property
    def commands(self) -> "Sequence[Command]":
        """The simple commands of the script, () when it has none or is not understood."""
        script = self.script
        return script.commands if script is not None else ()

    def command(self, *names: str) -> "Iterator[Command]":
        """The commands whose program is one of `names`."""
        for command in self.commands:
            if command.name in names:
                yield command

    @property
    def mounts(self) -> "Sequence[Mount]":
        """The mounts of a RUN."""
        return [mounts.parse(flag) for flag in self.node.flags if flag.name == "mount"]

    @property
    def sources(self) -> "Sequence[Word]":
        """The stages, images or contexts that a COPY or the mounts of a RUN name, as written."""
        node = self.node
        if node.name == "COPY":
            flag = node.flag("from")
            return [_part(node, flag, "--from=", flag.value)] if flag and flag.value else ()
        if node.name != "RUN" or not node.flags:
            return ()
        found = []
        for mount in self.mounts:
            before, key, _ = mount.flag.text.partition("from=")
            if mount.from_:
                found.append(_part(node, mount.flag, before + key, mount.from_))
        return found

    def kept_out(self, *paths: str) -> bool:
        """Whether a cache or tmpfs mount keeps what is written below one of `paths` out."""
        found = self.mounts
        return any(mount.keeps(path) for mount in found for path in paths)

    # Edits

    def replace(self, span: Span, text: str) -> Edit:
        """Replace the text under `span`."""
        return Edit(self.source, span, text)

    def instruction(self, at: int, keyword: str, rest: str) -> Edit:
        """A new instruction at `at`, its keyword in the case that most of the file has."""
        keywords = [node.keyword for node in self.stage.build.tree.instructions]
        lower = sum(map(str.islower, keywords)) > sum(map(str.isupper, keywords))
        return self.insert(at, f"{keyword.lower() if lower else keyword} {rest}")

    def insert(self, offset: int, text: str) -> Edit:
        """Put `text` before the character at `offset`."""
        return Edit(self.source, Span(offset, offset), text)

    def delete(self, span: Span) -> Edit:
        """Delete the text under `span`."""
        return Edit(self.source, span, "")

    def insert_after(self, place: "Place", text: str) -> Edit:
        """Put `text` right behind `place`."""
        return self.insert(place.span.end, text)

    def insert_before(self, place: "Place", text: str) -> Edit:
        """Put `text` right before `place`."""
        return self.insert(place.span.start, text)

    def delete_words(self, *words: "ShellWord | Flag") -> Edit | None:
        """
        Delete adjoining words with the blanks, or the line break, before them.

        A continued line that holds nothing else goes as a whole. None for the words of a JSON form
        and when a comment stands between them.
        """
        if self.node.is_json or not words:
            return None
        source = self.stage.build.tree.source.text
        start, end = words[0].span.start, words[-1].span.end
        between = source[start:end]
        if "#" in between and "\n" in between:
            return None
        first = start
        while first and source[first - 1] in " \t":
            first -= 1
        newline = source.find("\n", end)
        behind = source[end:newline] if newline >= 0 else source[end:]
        if source[:first].endswith("\n"):
            escape = self.stage.build.tree.escape
            if behind.strip() == escape:
                return self.delete(Span(first, newline + 1))
            if behind.strip():
                blanks = len(behind) - len(behind.lstrip(" \t"))
                return self.delete(Span(start, end + blanks))
            # Alone on the last line: the continuation before it must go too.
            line = source[: first - 1].rstrip("\r \t")
            if not line.endswith(escape):
                return None
            first = len(line[:-1].rstrip(" \t"))
        return self.delete(Span(first, end))

    def delete_word(self, word: "ShellWord | Flag") -> Edit | None:
        """`delete_words` of one word."""
        return self.delete_words(word)

    def delete_command(self, command: "Command") -> Edit | None:
        """
        Delete a command of an and-list or sequence with the operator that joins it.

        None when the command stands alone or inside another construct, where that would change
        what the others do, and when a comment stands between them.
        """
        script = self.script
        if script is None or script.damaged or command.within or command.redirects:
            return None
        chain = [one for one in script.commands if not one.within]
        at = chain.index(command) if command in chain else -1
        around = chain[at - 1 : at] + chain[at + 1 : at + 2] if at > 0 else chain[1:2]
        if at < 0 or len(chain) < 2 or command.operator == "||":
            return None
        if any(one.operator == "||" for one in around) or len(chain) != len(script.commands):
            return None
        before = chain[at - 1]
        if at == 0:
            span = Span(command.span.start, chain[1].span.start)
        elif before.redirects:
            return None
        else:
            span = Span(before.span.end, command.span.end)
        lines = self.stage.build.tree.source.slice(span).split("\n")
        if any(line.lstrip().startswith("#") for line in lines[1:]):
            return None
        return self.delete(span)

    def delete_lines(self) -> Edit:
        """
        Delete the whole instruction with its line ending.

        Comments above it stay, those inside it too, as lines of their own; but the ones that
        silence findings go with it, because they would speak of the next instruction.
        """
        from dockwright.model.edits import delete_lines

        return delete_lines(self)

    def append(self, command: str) -> Edit | None:
        """
        Run `command` after all others of the script, and only when they succeeded.

        None where that cannot be said: exec form, a script that is not understood, one that ends
        in the background, in a function or with `exit`. Follows the layout of the instruction.
        """
        from dockwright.model.edits import append

        return append(self, command)

    def join(self, following: "Step") -> Edit | None:
        """One RUN out of this and the next, None when that might change what they do."""
        from dockwright.model.edits import join

        return join(self, following)

    @property
    def plain(self) -> bool:
        """Whether a RUN is one and-list in shell form, with nothing behind it."""
        from dockwright.model.edits import plain

        return plain(self)


def _part(node: "Instruction", flag: "Flag", before: str, value: str) -> "Word":
    """The word `value` that stands behind the text `before` in a flag."""
    if not node.joined.text.startswith(before + value, flag.at):
        return Word(value, flag.start, flag.end, -1)
    span = node.value_span(flag, len(before), len(before) + len(value))
    return Word(value, span.start, span.end, flag.at + len(before))


def _program(argv: "Sequence[str]") -> str:
    """The language of the interpreter that `argv` starts."""
    if not argv:
        return "unknown"
    name = argv[0].replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")
    if name == "env" and len(argv) > 1:
        rest = [word for word in argv[1:] if not word.startswith("-") and "=" not in word]
        return _program(rest) if rest else "unknown"
    if name in POSIX_SHELLS:
        return "sh"
    return _WINDOWS_SHELLS.get(name, name)


def heredoc_shell(node: "Instruction") -> tuple[str, bool] | None:
    """
    The shell that reads the heredoc of `RUN <<EOF bash -e`, and whether it stops at an error.

    None where the shell in front would change what is in the heredoc.
    """
    text = node.rest.text
    if len(node.heredocs) != 1 or not text.startswith("<<"):
        return None
    match = _READ_BY.fullmatch(text.rstrip())
    if match is None or (not match[1] and _EXPANDED.search(node.heredocs[0].content)):
        return None
    return match[2], "e" in match[3]


def _only_heredoc(text: str) -> bool:
    from dockwright.syntax.dockerfile.heredoc import opening

    return opening(text.strip()) is not None


def _body(source: str, span: Span, *, chomp: bool) -> "Joined":
    """The text of a heredoc's body, with leading tabs gone when it is chomped."""
    from dockwright.syntax.dockerfile.lines import Joined

    text = source[span.start : span.end]
    if not chomp or "\t" not in text:
        return Joined(text, (0,), (span.start,))
    pieces: list[str] = []
    starts: list[int] = []
    offsets: list[int] = []
    size = 0
    at = 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        line = line + "\n" if number < len(lines) - 1 else line  # noqa: PLW2901
        kept = line.lstrip("\t")
        pieces.append(kept)
        starts.append(size)
        offsets.append(span.start + at + len(line) - len(kept))
        size += len(kept)
        at += len(line)
    return Joined("".join(pieces), starts, offsets)
