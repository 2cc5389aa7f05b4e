"""What the effects of package managers and downloads share: options, variables, places, files."""

from dockwright.facts.contents import Contents, Entry, below, parent
from dockwright.facts.effects import Hardly, Murky, Put, Tree
from dockwright.facts.knowledge import Known, Reason
from dockwright.model.effects import not_a_system_tool
from dockwright.model.world import Arg
from dockwright.syntax.shell.nodes import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from dockwright.facts.contents import Effect
    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.world import Call, World

FAILS = "fails"
_SYSTEM = (
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr",
    "/var",
)  # fmt: skip


class Words:
    """
    The arguments of a command: `options` in order, each a name with its dashes and its value (None
    for an option without one), and the `operands`.

    `unsure` says that a variable nobody knows stands where an option may stand.
    """

    __slots__ = ("operands", "options", "unsure")

    def __init__(
        self, args: "Sequence[Arg]", short: str = "", long: "Collection[str]" = ()
    ) -> None:
        self.options: list[tuple[str, Arg | None]] = []
        self.operands: list[Arg] = []
        self.unsure = False
        rest = list(args)
        while rest:
            arg = rest.pop(0)
            shape = arg.shape
            if shape == "--":
                self.operands += rest
                break
            if len(shape) < 2 or not shape.startswith("-"):
                # A quoted variable is one word, and seldom an option.
                quoted = arg.word is not None and arg.word.quoted
                self.unsure = self.unsure or (shape.startswith(HOLE) and not quoted)
                self.operands.append(arg)
            elif shape.startswith("--"):
                name, equals, text = shape.partition("=")
                if equals:
                    self.options.append((name, _made(text)))
                elif name in long:
                    self.options.append((name, rest.pop(0) if rest else None))
                else:
                    self.options.append((name, None))
            else:
                self._cluster(shape, short, rest)

    def _cluster(self, shape: str, short: str, rest: "list[Arg]") -> None:
        for index, letter in enumerate(shape[1:], 1):
            if letter in short:
                text = shape[index + 1 :]
                value = _made(text) if text else (rest.pop(0) if rest else None)
                self.options.append(("-" + letter, value))
                return
            self.options.append(("-" + letter, None))

    def has(self, *names: str) -> bool:
        """Whether one of the options is given."""
        return any(name in names for name, _ in self.options)

    def values(self, *names: str) -> "list[Arg]":
        """The values of the options of these names, in order."""
        return [value for name, value in self.options if name in names and value is not None]

    def last(self, *names: str) -> "Arg | None":
        """The value of the last of these options."""
        found = self.values(*names)
        return found[-1] if found else None


def _made(text: str) -> Arg:
    return Arg(None if HOLE in text else text, text)


# Variables and places


def variable(call: "Call", name: str) -> "tuple[str | None, bool]":
    """The variable as the program sees it ("" counts as not set), and whether that is known."""
    if name in call.env:
        value = call.env[name]
        return value or None, value is not None
    found = call.world.variable(name)
    if found is None:
        return None, True
    if isinstance(found, Known) and isinstance(found.value, str):
        return found.value or None, True
    return None, False


def switched_on(call: "Call", name: str) -> bool:
    """Whether a variable that holds yes or no may say yes."""
    value, known = variable(call, name)
    # Few images set such variables: unknown ones are taken for not set.
    return known and value is not None and value.lower() not in ("0", "false", "no", "off", "n")


def home(call: "Call") -> str | None:
    """The HOME of who runs, None when not known."""
    world = call.world
    if "HOME" in call.env:
        return call.env["HOME"]
    if "HOME" in world.variables:
        return world.variables["HOME"]
    set_ = world.step.before.variable("HOME")
    if isinstance(set_, Known) and isinstance(set_.value, str):
        return set_.value
    return world.home


def at_home(call: "Call", *names: str) -> list[str]:
    """Paths below the home directory; when that is not known, the places where homes are."""
    folder = home(call)
    if folder is None:
        return ["/root", "/home", "/var"]
    found = [place(call.world, f"{folder}/{name}") for name in names]
    return [one or folder for one in found]


def place(world: "World", path: str) -> str | None:
    """`path` absolute, links on the way replaced, the last one too."""
    absolute = world.absolute(path)
    if absolute is None:
        return None
    found = world.contents.resolve(absolute)
    return found if isinstance(found, str) else None


def folder_of(world: "World", arg: "Arg | None") -> str | None:
    """The directory an argument names, links replaced."""
    return place(world, arg.value) if arg is not None and arg.value is not None else None


def absent(world: "World", path: str | None) -> bool:
    """Whether surely nothing stands at `path`."""
    absolute = world.absolute(path) if path else None
    if absolute is None:
        return False
    found = world.stat(absolute)
    return isinstance(found, Known) and found.value is None and found.firm


def present(world: "World", path: str) -> bool:
    """Whether surely something stands at `path`."""
    found = world.stat(path)
    return isinstance(found, Known) and found.value is not None


def history(world: "World") -> "list[Effect]":
    """All effects on the file system, oldest first."""
    found: list[Effect] = []
    layer: object = world.contents
    while isinstance(layer, Contents):
        found[:0] = layer.effects[: layer.count]
        layer = layer.below
    return found


def takes(effect: "Effect") -> bool:
    """Whether an effect that leaves a path unknown may have taken away what was there."""
    return isinstance(effect, Murky) and not effect.adds


def brought(world: "World", paths: "Sequence[str]") -> bool:
    """
    Whether something may have put a file of settings at one of `paths`.

    What only adds files is a package manager: no package brings settings of a person.
    """
    nothing = Known(None, Reason("no image has such settings"))
    for effect in history(world):
        for path in paths:
            answer = effect.find(path, lambda: nothing)
            if isinstance(answer, Known):
                if answer.value is not None:
                    return True
            elif answer is not None and (isinstance(effect, Tree) or takes(effect)):
                return True
    return False


def upwards(path: str) -> list[str]:
    """A directory and those above it."""
    found = [path]
    while path != "/":
        path = parent(path)
        found.append(path)
    return found


def started(call: "Call") -> str | None:
    """The path of the program that runs, as PATH gives it; None when not known."""
    world = call.world
    for word in call.command.words:
        value = world.arg(word).value
        if value is not None and "/" in value and value.rpartition("/")[2] == call.name:
            return world.absolute(value)
    found = world.contents.program(call.name, world.path)
    if isinstance(found, Known) and found.value is not None:
        path: str | None = found.value.path
        return path
    return None


def folders_of_path(call: "Call") -> list[str]:
    """The directories of PATH in which a language's manager may put programs."""
    found = call.world.path
    if not isinstance(found, Known):
        return ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"]
    names = [place(call.world, one) for one in found.value.split(":") if one.startswith("/")]
    return list(dict.fromkeys(one for one in names if one))


# What happens


def likely(reason: Reason) -> Reason:
    """The same reason for something that is expected and no more."""
    return Reason(reason.text, reason.source, reason.span, firm=False)


class Inside(Put):
    """A `Put` in a directory that is there already: nothing above it is made."""

    __slots__ = ()

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """As of `Put`, for the path and what is below it."""
        return super().find(path, older) if below(path, self.path) else None


def stands(
    world: "World", path: str, entry: Entry, reason: Reason, *, before: bool | None = None
) -> None:
    """
    `entry` is at `path` now; what is below it stays.

    With `before` (something stood there already) its owner and mode may be another's.
    """
    if before:
        entry = entry.having(mode=None, uid=None, gid=None)
    kind = Inside if world.is_dir(parent(path)) else Put
    world.emit(kind(path, entry, reason, owner=(world.uid, world.gid)))


def folders(call: "Call", path: str) -> None:
    """A directory is there, and those above it: made as far as they are missing."""
    missing = []
    for one in upwards(path):
        if call.world.is_dir(one):
            break
        missing.append(one)
    for one in reversed(missing):
        call.world.folder(one, call.reason)


def program(call: "Call", path: str, content: str = "") -> None:
    """An executable file is written at `path`."""
    world = call.world
    found = world.contents.find(path)
    entry = Entry("file", (0o666 & ~world.umask) | 0o555, world.uid, world.gid, "", content)
    if isinstance(found, Known) and found.value is not None and found.value.uid != world.uid:
        entry = entry.having(uid=None, gid=None)
    stands(world, path, entry, call.reason)


def churn(world: "World", folder: str, reason: Reason) -> None:
    """Files below `folder` come and go; the directory itself stays what it is, made if missing."""
    before = world.stat(folder)
    if isinstance(before, Known) and before.value is None:
        world.folder(folder, reason)
        before = world.stat(folder)
    world.murky((folder,), reason)
    if isinstance(before, Known) and before.value is not None:
        world.emit(Inside(folder, before.value, before.reason))


def adds(world: "World", folders: "Sequence[str]", reason: Reason, *but: str) -> None:
    """Files are added below `folders`, nobody knows which."""
    if folders:
        world.murky(tuple(dict.fromkeys(folders)), reason, but=but, adds=True)


def adds_programs(
    world: "World",
    folders: "Sequence[str]",
    reason: Reason,
    hardly: "Collection[str]" = (),
) -> None:
    """
    Programs are added to `folders`: those of a language's packages, never the system's tools.

    `hardly` are those of another language, which packages exist for that nobody means.
    """
    if not folders:
        return

    def brings(name: str) -> bool:
        return name not in hardly and not_a_system_tool(name)

    if hardly:
        world.emit(Hardly(tuple(folders), hardly, reason))
    world.murky(tuple(folders), reason, adds=True, brings=brings)


def compiled(name: str) -> bool:
    """Whether a file of this name is what Python leaves behind when it imports something."""
    return name == "__pycache__" or name.endswith(".pyc")


def runs_python(world: "World", reason: Reason) -> None:
    """Python runs: it may leave compiled modules wherever it imports from."""
    world.emit(Murky(("/",), reason, adds=True, brings=compiled))


def source_tree(world: "World", reason: Reason, *folders: str | None) -> None:
    """
    A build writes beside the sources, in the working directory or in `folders` (None: nobody
    knows where); what was there stays.

    Sources at the root are beside the system's own directories, which a build does not mean; only
    its `bin` and `lib` have names that a project's may have.
    """
    adds(world, ["/tmp", "/var/tmp"], reason)
    for where in folders or (world.cwd,):
        if where == "/":
            adds(world, ["/"], reason, *_SYSTEM)
            adds_programs(world, ["/usr/bin", "/usr/sbin", "/usr/lib", "/bin", "/lib"], reason)
        else:
            adds(world, [where or "/"], reason)
