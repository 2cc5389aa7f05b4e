"""`find`, `xargs` and `sed -i`: programs that act on files that others name."""

from dockwright.facts.contents import Entry
from dockwright.facts.effects import ACCOUNTS
from dockwright.facts.people import Unsure
from dockwright.facts.sweeps import Thinned
from dockwright.syntax.shell.nodes import HOLE
from dockwright.text.lazy import fnmatchcase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.model.world import Arg, Call

_FAILS = "fails"
_ACTIONS = ("-delete", "-exec", "-execdir", "-ok", "-okdir", "-fprint", "-fprintf", "-fls")
_KINDS = {"f": "file", "d": "dir", "l": "link"}


def _find(call: "Call") -> str | None:
    shapes = [arg.shape for arg in call.args]
    if not any(one in _ACTIONS for one in shapes):
        return None
    starts: list[Arg] = []
    for arg in call.args:
        if arg.shape in ("-H", "-L", "-P"):
            continue
        if arg.shape.startswith(("-", "(", "!", "\\(")):
            break
        starts.append(arg)
    tests = shapes[len(starts) :]
    chosen, sure = _chosen(call.args[len(starts) :])
    for arg in starts or [_here()]:
        path = call.world.place(arg)
        resolved = call.world.contents.resolve(path) if path is not None else None
        where = resolved if isinstance(resolved, str) else call.world.around(arg)
        _acts(call, where, tests, chosen, sure=sure and isinstance(resolved, str))
    return None


def _here() -> "Arg":
    from dockwright.model.world import Arg

    return Arg(".", ".")


def _chosen(args: "Sequence[Arg]") -> "tuple[Callable[[str, Entry], bool], bool]":
    """Which entries the tests may choose, and whether that is all they ask for."""
    names: list[str] = []
    kinds: list[str] = []
    sure = True
    rest = list(args)
    while rest:
        shape = rest.pop(0).shape
        if shape in ("-name", "-type") and rest:
            value = rest.pop(0)
            text = value.shape if HOLE not in value.shape else None
            if text is None:
                sure = False
            elif shape == "-name":
                names.append(text)
            else:
                kinds.append(_KINDS.get(text, ""))
        elif shape == "-delete" or shape in _ACTIONS:
            # What stands behind the first action is not a test of it.
            sure = sure and shape == "-delete" and not rest
            break
        elif shape in ("-o", "-or", "!", "-not", "(", "\\(", ","):
            return (lambda _name, _entry: True), False
        else:
            sure = False  # another test, which chooses fewer

    def choose(name: str, entry: Entry) -> bool:
        fits = all(fnmatchcase(name, one) for one in names)
        return fits and all(entry.kind in (one, "any") or not one for one in kinds)

    return choose, sure and bool(names)


def _acts(
    call: "Call",
    where: str,
    tests: "Sequence[str]",
    chosen: "Callable[[str, Entry], bool]",
    *,
    sure: bool,
) -> None:
    from dockwright.model.world import Arg, Call

    world = call.world
    if "-delete" in tests:
        world.emit(Thinned(where, call.reason, chosen, sure=sure))
    if any(one in tests for one in ("-fprint", "-fprintf", "-fls", "-ok", "-okdir")):
        world.anything(call.reason)
    for index, one in enumerate(tests):
        if one not in ("-exec", "-execdir"):
            continue
        words = []
        for word in tests[index + 1 :]:
            if word in (";", "\\;", "+"):
                break
            words.append(word)
        if not words:
            continue
        if words[0] == "rm":
            world.emit(Thinned(where, call.reason, chosen))
            continue
        prefix = where.rstrip("/") + "/"
        args = [
            Arg(None, prefix + HOLE) if "{}" in word else Arg(_value(word), word)
            for word in words[1:]
        ]
        _run(Call(world, words[0], args, call.command, {}))


def _value(word: str) -> str | None:
    return None if HOLE in word else word


def _run(call: "Call") -> None:
    """A command that runs for files that are not known, perhaps for none."""
    from dockwright.model import effects
    from dockwright.model.effects.tables import SPECIALS

    world = call.world
    if call.name in SPECIALS or "/" in call.name or HOLE in call.name:
        world.anything(call.reason)
        return
    world.maybe += 1
    effects.apply(call)
    world.maybe -= 1


def _xargs(call: "Call") -> str | None:
    """What it starts gets names from its input: nobody knows which."""
    from dockwright.model.world import Arg, Call

    rest = list(call.args)
    takes = (
        "-I",
        "-i",
        "-L",
        "-l",
        "-n",
        "-P",
        "-s",
        "-a",
        "-d",
        "-E",
        "--max-args",
        "--max-procs",
    )
    file: Arg | None = None
    plain = True
    while rest and rest[0].shape.startswith("-"):
        word = rest.pop(0).shape
        if word.startswith(("-a", "--arg-file=")):
            name = word.removeprefix("--arg-file=").removeprefix("-a")
            file = rest.pop(0) if not name and rest else Arg(_value(name), name)
            continue
        plain = plain and word in ("-r", "--no-run-if-empty", "-t", "--verbose")
        if word in takes and word not in ("-i", "-l") and rest:
            rest.pop(0)
    if not rest:
        return None
    text = _text(call, file) if file is not None else call.world.piped
    words = _words(text) if text is not None and plain else None
    if words is not None and rest[0].value is not None:
        given = [*rest[1:], *(Arg(word, word) for word in words)]
        inner = Call(call.world, rest[0].value, given, call.command, call.env)
        return _once(inner)
    if rest[0].value is None:
        call.world.anything(call.reason)
        return None
    # A hole anywhere: with -I the names may be part of a word.
    args = [*rest[1:], Arg(None, HOLE)]
    _run(Call(call.world, rest[0].value, args, call.command, call.env))
    return None


def _text(call: "Call", file: "Arg") -> str | None:
    """What is in a file of the build context; None when not known."""
    from dockwright.model.unpacking import original

    world = call.world
    listing = world.step.stage.build.listing
    path = world.absolute(file.value) if file.value is not None else None
    source = original(world, path) if path is not None and listing is not None else None
    return listing.text(source) if listing is not None and source is not None else None


def _words(text: str) -> "list[str] | None":
    """The words of a text as xargs reads them; None when not known."""
    if any(char in text for char in "'\"\\"):
        return None
    words = text.split()
    return words if words and len(text) < MAX_LINE else None


# The shortest command line that xargs may make of its input: longer ones may become several.
MAX_LINE = 4096


def _once(call: "Call") -> str | None:
    """A command that runs once, with words that are known."""
    from dockwright.model import effects
    from dockwright.model.effects.tables import SPECIALS

    if call.name in SPECIALS or "/" in call.name:
        call.world.anything(call.reason)
        return None
    return effects.apply(call)


def _sed(call: "Call") -> str | None:
    """
    `sed -i` writes the file anew, with the mode it had and, for root, its owner.

    `-i.bak` keeps the old one under that name.
    """
    suffix = _in_place([arg.shape for arg in call.args])
    if suffix is None:
        return None
    world = call.world
    args = [arg for arg in call.args if not arg.shape.startswith(("-i", "--in-place"))]
    from dockwright.model.world import Call

    plain = Call(world, call.name, args, call.command, call.env)
    options, operands = plain.options("efl", ("--expression", "--file"))
    scripted = any(one in options for one in ("-e", "-f", "--expression", "--file"))
    for arg in operands if scripted else operands[1:]:
        path = world.place(arg)
        if path is None:
            world.blur(arg, call.reason, adds=True)
            continue
        if world.absent(path):
            return _FAILS
        real = world.contents.resolve(path)
        if suffix and "/" not in suffix:
            found = world.present(path)
            folder, _, name = path.rpartition("/")
            copy = suffix.replace("*", name) if "*" in suffix else name + suffix
            world.put(f"{folder}/{copy}", found or Entry("any"), call.reason)
        elif suffix:
            world.anything(call.reason)
        if world.uid != 0:
            world.owner(path, world.uid, None, call.reason, recursive=False)
        for kind, file in ACCOUNTS.items():
            if file in (path, real):
                world.emit(Unsure(kind, call.reason))
        if path.startswith("/etc/apt/"):
            world.file(path, call.reason)
    return None


def _in_place(shapes: "Sequence[str]") -> str | None:
    """The suffix of `-i`, "" for none; None when the files stay as they are."""
    for shape in shapes:
        if shape == "--in-place" or shape.startswith("--in-place="):
            return shape.partition("=")[2]
        if shape.startswith("-") and not shape.startswith("--"):
            letters = shape[1:]
            at = letters.find("i")
            if at >= 0 and not set(letters[:at]) & set("efl"):
                return letters[at + 1 :]
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "find": _find,
    "sed": _sed,
    "xargs": _xargs,
}
