"""A command that runs: what program effects get."""

from dockwright.facts.knowledge import Reason
from dockwright.syntax.shell.nodes import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dockwright.model.world import World
    from dockwright.syntax.shell.nodes import Command, ShellWord


class Arg:
    """
    One argument of a command, variables replaced.

    `value` is the string the program gets, None when that is not known; `shape` is it with
    `${}` for what is not known; `glob` whether the shell looks for matching files.
    """

    __slots__ = ("glob", "shape", "value", "word")

    def __init__(
        self, value: str | None, shape: str, *, glob: bool = False, word: "ShellWord | None" = None
    ) -> None:
        self.value = value
        self.shape = shape
        self.glob = glob
        self.word = word

    def __repr__(self) -> str:
        return f"Arg({self.shape!r})"


class Call:
    """A command that runs: `name` of the program, `args`, and the `world` it runs in."""

    __slots__ = ("args", "command", "env", "name", "world")

    def __init__(
        self,
        world: "World",
        name: str,
        args: "Sequence[Arg]",
        command: "Command",
        env: "dict[str, str | None]",
    ) -> None:
        self.world = world
        self.name = name
        self.args = args
        self.command = command
        self.env = env

    @property
    def reason(self) -> Reason:
        """That this command did it."""
        return self.world.because(self.command, f"`{self.text}`")

    @property
    def text(self) -> str:
        """The command as messages show it, on one line."""
        text = " ".join([self.name, *(arg.shape.replace(HOLE, "…") for arg in self.args)])
        text = " ".join(text.split())
        return text if len(text) <= 60 else text[:59] + "…"

    def options(
        self, values: str = "", long: "Collection[str]" = ()
    ) -> "tuple[dict[str, str | None], list[Arg]]":
        """
        The options and the operands, read as getopt does.

        `values` are the letters that take a value, `long` the long names (`--mode`) that do. An
        option is found under its name with dashes; one without a value holds "".
        """
        found: dict[str, str | None] = {}
        operands: list[Arg] = []
        rest = list(self.args)
        while rest:
            arg = rest.pop(0)
            shape = arg.shape
            if shape == "--":
                operands += rest
                break
            if len(shape) < 2 or not shape.startswith("-"):
                operands.append(arg)
            elif shape.startswith("--"):
                name, equals, value = shape.partition("=")
                if equals:
                    found[name] = None if HOLE in value else value
                elif name in long:
                    found[name] = rest.pop(0).value if rest else None
                else:
                    found[name] = ""
            else:
                self._cluster(shape, values, found, rest)
        return found, operands

    @staticmethod
    def _cluster(
        shape: str, values: str, found: "dict[str, str | None]", rest: "list[Arg]"
    ) -> None:
        for index, letter in enumerate(shape[1:], 1):
            if letter in values:
                value = shape[index + 1 :]
                if value:
                    found["-" + letter] = None if HOLE in value else value
                else:
                    found["-" + letter] = rest.pop(0).value if rest else None
                return
            found["-" + letter] = ""
