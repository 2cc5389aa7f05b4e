"""
The byte code of the package in one file.

A check imports some 200 small modules; finding, opening and reading a `.pyc` for each is a third
of the time it takes. The first run puts their code beside the `.pyc` files of this folder, into one
file that stays open, and later runs import from there. What holds for a `.pyc` holds for an
entry: it counts only while the source has the same size and time, and it lies where only those can
write who could change the program itself. Where it cannot be written, imports work as always.

Two more things are in it. What nearly every check imports (`_startup.py`) stands there as one piece
in the order of its imports, and is run without asking the import system about each. And patterns
are there as the code that `re` compiled them to, which saves compiling them and importing `re`.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from io import FileIO
    from types import CodeType, ModuleType
    from typing import Any, TypeAlias

    Entry: TypeAlias = tuple[bool, int, int, int, int]
    Piece: TypeAlias = tuple[list[str], int, int]
    Index: TypeAlias = tuple[
        int,
        int,
        dict[str, Entry],
        dict[str, list[Piece]],
        dict[tuple[str, int], tuple[int, int]],
    ]

_PACKAGE = "dockwright"
_FOLDER = os.path.dirname(__file__)
_ABOVE = os.path.dirname(_FOLDER)
_FILE = os.path.join(_FOLDER, "__pycache__", f"all.{sys.implementation.cache_tag}.pack")

# Importing one of these imports a group, the lists of `_startup.py`, before it. No module of the
# group may import it at its top.
_TRIGGERS = ("dockwright.cli.check", "dockwright.check.run")

# How many bytes of code to read at once. The memory for larger pieces is new each time: of a group
# of a megabyte, a millisecond.
_PIECE = 60_000

# importlib.machinery.ModuleSpec, without importing importlib.machinery (1 ms).
_SPEC: "type[ModuleSpec]" = type(sys.__spec__)
_MODULE: "type[ModuleType]" = type(sys)


class Pack:
    """
    A finder and loader over the file's entries.

    `entries` maps a module's name to whether it is a package, the time and size of its source, and
    where its code begins and ends in `file`, behind `begin`. `groups` maps the module that sets it
    off to the pieces of a group, names and the place of their code; `patterns` a pattern and its
    flags to the place of its code. `missed` counts what was asked for and had no valid entry.
    """

    def __init__(self, index: "Index | None" = None, file: "FileIO | None" = None) -> None:
        self.begin, _, self.entries, self.groups, self.patterns = index or (0, 0, {}, {}, {})
        self.file = file
        self.missed = 0

    def find_spec(
        self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """The spec of a module of ours whose entry is valid."""
        if not name.startswith(_PACKAGE):
            return None
        for names, start, end in self.groups.pop(name, ()):
            self._run(names, start, end, but=name)
        spec = self._spec(name)
        if spec is None:
            self.missed += 1
        return spec

    def _spec(self, name: str) -> "ModuleSpec | None":
        entry = self.entries.get(name)
        if entry is None:
            return None
        package, mtime, size, _, _ = entry
        file = _path(name, package)
        try:
            found = os.stat(file)
        except OSError:
            return None
        if found.st_mtime_ns != mtime or found.st_size != size:
            return None
        loader: Any = self
        spec = _SPEC(name, loader, origin=file, is_package=package)
        spec.has_location = True
        spec.cached = _FILE  # else the import system works out the name of a `.pyc`
        if package:
            spec.submodule_search_locations = [os.path.dirname(file)]
        return spec

    def _run(self, names: "Sequence[str]", start: int, end: int, but: str) -> None:
        """
        Import modules, except what is there already, whose source has changed, and `but`.

        What the import system would do in 25 us for each is done here in 5: there is nothing to
        search, and no other thread. A module that fails is left to the import that needs it.
        """
        codes = self._load(start, end)
        modules = sys.modules
        for name, code in zip(names, codes, strict=True):
            if name in modules or name == but:
                continue
            spec = self._spec(name)
            if spec is None:
                continue
            module: Any = _MODULE(name)
            module.__spec__ = spec
            module.__loader__ = self
            module.__file__ = spec.origin
            module.__package__ = spec.parent
            if spec.submodule_search_locations is not None:
                module.__path__ = spec.submodule_search_locations
            modules[name] = module
            try:
                exec(code, module.__dict__)
            except Exception:  # noqa: BLE001 - it is raised again where it belongs
                del modules[name]
                continue
            above, _, last = name.rpartition(".")
            if above in modules:
                setattr(modules[above], last, module)

    def create_module(self, spec: "ModuleSpec") -> None:
        """Nothing of our own: the interpreter makes the module."""

    def get_code(self, name: str) -> "CodeType":
        """The code of the module `name`."""
        _, _, _, start, end = self.entries[name]
        code: CodeType = self._load(start, end)
        return code

    def exec_module(self, module: "ModuleType") -> None:
        """Run the module's code."""
        exec(self.get_code(module.__name__), module.__dict__)

    def pattern(self, text: str, flags: int) -> "re.Pattern[str] | None":
        """The compiled pattern, None when it is not in the file."""
        place = self.patterns.get((text, flags))
        if place is None:
            self.missed += 1
            return None
        try:
            import _sre  # type: ignore[import-not-found]

            compiled: re.Pattern[str] = _sre.compile(text, *self._load(*place))
        except (ImportError, RuntimeError, TypeError, ValueError, OSError, EOFError):
            return None
        return compiled

    def _load(self, start: int, end: int) -> "Any":
        import marshal

        return marshal.loads(_part(self.file, self.begin + start, end - start))


def install() -> Pack | None:
    """Import from the file from now on; None when this run may not use or write it."""
    if sys.dont_write_bytecode or sys.pycache_prefix is not None or sys.flags.optimize:
        return None
    pack = _read()
    sys.meta_path.insert(0, pack)
    from dockwright.text import lazy

    lazy.stored = pack.pattern
    return pack


def _read() -> Pack:
    import marshal

    try:
        # Only what is imported is read: touching all of the file would cost 5 ms.
        file = open(_FILE, "rb", buffering=0)  # noqa: SIM115 - stays open
        size = int.from_bytes(_part(file, 0, 8), "little")
        version, length, *tables = marshal.loads(_part(file, 8, size))
        whole = os.fstat(file.fileno()).st_size == 8 + size + length
    except (OSError, EOFError, ValueError, TypeError, OverflowError, MemoryError):
        return Pack()
    if version != sys.hexversion or not whole or [type(one) for one in tables] != [dict] * 3:
        return Pack()
    return Pack((8 + size, length, *tables), file)


def _part(file: "FileIO | None", start: int, size: int) -> bytes:
    if file is None:
        raise OSError(_FILE)
    if hasattr(os, "pread"):  # which processes that share the file may do at once
        return os.pread(file.fileno(), size, start)
    file.seek(start)
    return file.read(size) or b""


def _path(name: str, package: bool) -> str:
    base = f"{_ABOVE}{os.sep}{name.replace('.', os.sep)}"
    return f"{base}{os.sep}__init__.py" if package else f"{base}.py"


def write(pack: Pack) -> None:
    """Write the file again with what this run imported and every rule; failing is no failure."""
    if not pack.missed:
        return
    draft = f"{_FILE}.{os.getpid()}"
    try:
        with open(draft, "wb") as file:  # first of all: most of those who may not write stop here
            file.write(_content(pack))
        os.replace(draft, _FILE)
    except Exception:  # noqa: BLE001 - the file is a convenience, whatever goes wrong with it
        return


def _content(pack: Pack) -> bytes:
    import marshal

    from dockwright import _startup
    from dockwright.rules._index import ROWS

    for row in ROWS:  # their patterns are wanted too
        __import__(f"dockwright.rules.{row[2]}")
    names = set(pack.entries) | {name for name in sys.modules if name.startswith(_PACKAGE)}
    body: list[bytes] = []
    length = 0

    def put(value: "Any") -> tuple[int, int]:
        nonlocal length
        body.append(marshal.dumps(value))
        start, length = length, length + len(body[-1])
        return start, length

    entries: dict[str, Entry] = {}
    codes: dict[str, CodeType] = {}
    for name in sorted(names):
        found = _compiled(name)
        if found is not None:
            codes[name] = found[1]
            entries[name] = (*found[0], *put(found[1]))
    groups: dict[str, list[Piece]] = {}
    for trigger, listed in zip(_TRIGGERS, (_startup.START, _startup.COLD), strict=True):
        groups[trigger] = []
        piece: list[str] = []
        size = 0
        for name in (*filter(codes.__contains__, listed), ""):
            size += entries[name][4] - entries[name][3] if name else _PIECE
            if size > _PIECE and piece:
                groups[trigger].append((piece, *put([codes[one] for one in piece])))
                piece, size = [], 0
            piece.append(name)
    patterns = {given: put(found) for given, found in _patterns(pack).items()}
    index = marshal.dumps((sys.hexversion, length, entries, groups, patterns))
    return len(index).to_bytes(8, "little") + index + b"".join(body)


def _compiled(name: str) -> "tuple[tuple[bool, int, int], CodeType] | None":
    """A module's source and its code, None when `name` is no file of the package."""
    from importlib.machinery import SourceFileLoader

    package = os.path.isdir(os.path.join(_ABOVE, *name.split(".")))
    path = _path(name, package)
    if not os.path.isfile(path):
        return None
    found = os.stat(path)
    code = SourceFileLoader(name, path).get_code(name)
    return None if code is None else ((package, found.st_mtime_ns, found.st_size), code)


def _patterns(pack: Pack) -> "dict[tuple[str, int], tuple[Any, ...]]":
    """
    What `_sre.compile` takes, for each pattern that this run or an earlier one made.

    As `re._compiler.compile` does it; where that is not what it was, there are none.
    """
    from dockwright.text.lazy import made

    found: dict[tuple[str, int], tuple[Any, ...]] = {}
    try:
        from re import _compiler, _parser  # type: ignore[attr-defined]

        for text, flags in {**pack.patterns, **made}:
            parsed = _parser.parse(text, flags)
            code = _compiler._code(parsed, flags)
            state = parsed.state
            names: list[str | None] = [None] * state.groups
            for name, at in state.groupdict.items():
                names[at] = name
            found[text, flags] = (
                int(flags | state.flags),
                [int(one) for one in code],
                state.groups - 1,
                state.groupdict,
                tuple(names),
            )
    except (ImportError, AttributeError, TypeError):
        return {}
    return found
