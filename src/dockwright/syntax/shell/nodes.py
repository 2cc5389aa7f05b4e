"""What a shell script is made of, with positions in the Dockerfile."""

from dockwright.text.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.syntax.dockerfile.lines import Joined

# What stands for an expansion in `ShellWord.shape`.
HOLE = "${}"


class ShellWord:
    """
    One word of a command.

    `text` is the word as written. `value` is what the shell makes of it when that needs no
    variable, substitution, glob or brace; else None. `shape` is that value with `HOLE` in place of
    each expansion. `variables` are the names it expands, `substitutes` whether it holds `$(…)`.
    `start` and `end` are offsets in the script's joined text.
    """

    __slots__ = ("_flags", "_shape", "end", "script", "start", "variables")

    def __init__(
        self,
        script: "Script",
        text: str,
        shape: str,
        exact: bool,
        start: int,
        end: int,
        *,
        quoted: bool = False,
        variables: "Sequence[str]" = (),
        substitutes: bool = False,
    ) -> None:
        self.script = script
        # Most words mean what is written: their text is not kept a second time.
        self._shape = None if shape == text else shape
        self._flags = exact | quoted << 1 | substitutes << 2
        self.start = start
        self.end = end
        self.variables = variables

    @property
    def text(self) -> str:
        """The word as written."""
        return self.script.joined.text[self.start : self.end]

    @property
    def shape(self) -> str:
        """What the shell makes of the word, with `HOLE` for each expansion."""
        return self.text if self._shape is None else self._shape

    @property
    def value(self) -> str | None:
        """What the shell makes of the word; None when something outside has a say in it."""
        return self.shape if self._flags & 1 else None

    @property
    def quoted(self) -> bool:
        """Whether the word has quotes or escapes."""
        return bool(self._flags & 2)

    @property
    def substitutes(self) -> bool:
        """Whether the word holds `$(…)`."""
        return bool(self._flags & 4)

    @property
    def span(self) -> Span:
        """Where the word stands in the Dockerfile."""
        return self.script.joined.span(self.start, self.end)

    def __repr__(self) -> str:
        return f"ShellWord({self.text!r})"


class Redirect:
    """`operator` (such as `>`, `2>&1`, `<<`) with its target word, if it has one."""

    __slots__ = ("descriptor", "operator", "target")

    def __init__(self, operator: str, descriptor: str, target: ShellWord | None) -> None:
        self.operator = operator
        self.descriptor = descriptor
        self.target = target


class Command:
    """
    A simple command.

    `name` is the program's base name ("" when only assignments stand there or the name is not
    literal); `words` all words, the name's first; `args` the rest. `operator` is what stands
    before the command in its list: "" for the first, else `&&`, `||`, `;`, `&`, `|` or a newline.
    `within` names the constructs around it from the outside in: "subshell", "group", "condition"
    (of if or while), "branch" (may not run), "loop", "function", "substitution", "negation",
    "pipe" (not the last of a pipeline), "pipe-end", "background".
    """

    __slots__ = (
        "assignments",
        "end",
        "name",
        "operator",
        "redirects",
        "script",
        "start",
        "within",
        "words",
    )

    def __init__(
        self,
        script: "Script",
        words: "Sequence[ShellWord]",
        assignments: "Sequence[tuple[str, ShellWord]]",
        start: int,
        end: int,
        operator: str,
        within: "Sequence[str]",
    ) -> None:
        self.script = script
        self.words = words
        self.assignments = assignments
        self.redirects: Sequence[Redirect] = ()
        self.start = start
        self.end = end
        self.operator = operator
        self.within = within
        path = words[0].value if words else None
        self.name = path.rpartition("/")[2] if path else ""

    @property
    def args(self) -> "Sequence[ShellWord]":
        """The words after the program's name."""
        return self.words[1:]

    @property
    def span(self) -> Span:
        """From the first to the last word, redirections left out."""
        return self.script.joined.span(self.start, self.end)

    @property
    def name_span(self) -> Span:
        """Where the program's name stands."""
        return self.words[0].span if self.words else self.span

    def has(self, *options: str) -> bool:
        """
        Whether one of `options` is given: `-y` also inside a cluster such as `-qy`, `--name` also
        as `--name=value`.
        """
        return self.find(*options) is not None

    def find(self, *options: str) -> ShellWord | None:
        """The first word that gives one of `options`, as `has` understands it."""
        for word in self.args:
            shape = word.shape
            if not shape.startswith("-"):
                continue
            if shape == "--":
                return None
            for option in options:
                if shape == option or shape.startswith(option + "="):
                    return word
                if (
                    len(option) == 2
                    and option[1] != "-"
                    and shape[1:2] != "-"
                    and option[1] in shape.partition("=")[0]
                ):
                    return word
        return None

    def option(self, *options: str) -> ShellWord | str | None:
        """
        The value of an option that takes one: the word after it, or what follows its `=`.

        None when the option is not given or has no value.
        """
        for index, word in enumerate(self.args):
            for option in options:
                if word.shape == option:
                    return self.args[index + 1] if index + 1 < len(self.args) else None
                if word.shape.startswith(option + "="):
                    return word.shape[len(option) + 1 :]
        return None

    def operands(self, *takes: str) -> "list[ShellWord]":
        """The arguments that are no options; the options in `takes` swallow the word after them."""
        found: list[ShellWord] = []
        skip = False
        plain = False
        for word in self.args:
            if skip:
                skip = False
            elif plain or not word.shape.startswith("-") or word.shape == "-":
                found.append(word)
            elif word.shape == "--":
                plain = True
            elif word.shape in takes:
                skip = True
        return found

    def runs(self, *words: str) -> bool:
        """Whether the operands begin with `words`: `runs("install")` in `apt-get -q install`."""
        operands = self.operands()
        return len(operands) >= len(words) and all(
            operand.value == word for operand, word in zip(operands, words, strict=False)
        )

    @property
    def conditional(self) -> bool:
        """Whether the command may not run although the script does."""
        return self.operator == "||" or any(
            kind in ("branch", "loop", "function", "condition") for kind in self.within
        )

    def __repr__(self) -> str:
        return f"Command({' '.join(word.text for word in self.words)!r})"


class Block:
    """
    A construct that holds others.

    `kind` is "sequence", "list" (of `&&` and `||`), "pipeline", "subshell", "group", "if",
    "while", "until", "for", "case", "function", "negation" or "redirected". `children` are pairs
    of what stands before the child (an operator; "condition", "then", "else", "body", "pattern")
    and the child.
    """

    __slots__ = ("children", "end", "kind", "start")

    def __init__(
        self,
        kind: str,
        children: "Sequence[tuple[str, Block | Command]]",
        start: int,
        end: int,
    ) -> None:
        self.kind = kind
        self.children = children
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"Block({self.kind}, {len(self.children)})"


class Script:
    """
    A shell script out of a Dockerfile.

    `joined` is its text with the way back to the file, `body` its structure, `commands` all simple
    commands in the order of the text, those in substitutions included. `damaged` is the reason why
    parts of it are not understood (None when all of it is).
    """

    __slots__ = ("body", "commands", "damaged", "joined")

    def __init__(self, joined: "Joined") -> None:
        self.joined = joined
        self.body: Block = Block("sequence", (), 0, 0)
        self.commands: Sequence[Command] = ()
        self.damaged: str | None = None

    @property
    def text(self) -> str:
        """The script as the shell gets it."""
        return self.joined.text

    def named(self, *names: str) -> "Iterator[Command]":
        """The commands whose program is one of `names`."""
        for command in self.commands:
            if command.name in names:
                yield command
