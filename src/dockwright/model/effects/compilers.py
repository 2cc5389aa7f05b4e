"""Compilers and linkers: they write what `-o` names, and temporary files."""

from dockwright.facts.contents import Entry, parent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.model.world import Call

# Options that make other files besides the output.
_MORE = (
    "-M",
    "-save-temps",
    "--save-temps",
    "--coverage",
    "-fprofile",
    "-ftest",
    "-dump",
    "-wrapper",
)
_NO_LINK = ("-c", "-S", "-E", "-fsyntax-only")


def _compile(call: "Call") -> str | None:
    """`gcc -o FILE …`; without `-o` an `a.out`, or objects in the working directory."""
    world = call.world
    shapes = [arg.shape for arg in call.args]
    world.murky(("/tmp",), call.reason, adds=True)
    if any(shape.startswith(_MORE) or shape.startswith("@") for shape in shapes):
        world.murky((world.cwd or "/",), call.reason)
        return None
    if all(shape.startswith("-") and not shape.startswith(("-o", "-c")) for shape in shapes):
        return None  # --version, -dumpmachine
    options, _ = call.options("oxIDULlBT", ("--output", "-include", "-isystem", "--param"))
    name = options.get("-o", options.get("--output"))
    given = "-o" in options or "--output" in options
    path = world.absolute(name) if name is not None else None
    if given and path is not None:
        if path.startswith("/dev/"):
            return None
        if world.absent(parent(path)):
            return "fails"
        runs = not any(one in shapes for one in _NO_LINK)
        bits = (0o777 if runs else 0o666) & ~world.umask
        world.put(path, Entry("file", bits, world.uid, world.gid), call.reason)
    elif given or any(one in shapes for one in _NO_LINK):
        world.murky((world.cwd or "/",), call.reason)
    else:
        out = world.absolute("a.out")
        if out is None:
            world.murky(("/",), call.reason)
        else:
            bits = 0o777 & ~world.umask
            world.put(out, Entry("file", bits, world.uid, world.gid), call.reason)
    return None


_NAMES = ("gcc", "cc", "g++", "c++", "clang", "clang++", "gfortran")
PROGRAMS: "dict[str, Callable[[Call], str | None]]" = dict.fromkeys(_NAMES, _compile)
