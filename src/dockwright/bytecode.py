"""
The byte code of the package in one file.

A check imports some 200 small modules; finding, opening and reading a `.pyc` for each is a third
of the time it takes. The first run puts their code beside the `.pyc` files of this folder, into one
file that stays open, and later runs import from there. What holds for a `.pyc` holds for an
entry: it counts only while the source has the same size and time, and it lies where only those can
write who could change the program itself. Where it cannot be written, imports work as always.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from io import FileIO
    from types import CodeType, ModuleType
    from typing import Any

    Entry = tuple[str, bool, int, int, int, int]

_PACKAGE = "dockwright"
_FOLDER = os.path.dirname(__file__)
_FILE = os.path.join(_FOLDER, "__pycache__", f"all.{sys.implementation.cache_tag}.pack")


# importlib.machinery.ModuleSpec, without importing importlib.machinery (1 ms).
_SPEC: "type[ModuleSpec]" = type(sys.__spec__)


class Pack:
    """
    A finder and loader over the file's entries.

    `entries` maps a module's name to its path, whether it is a package, the time and size of its
    source, and where its code begins and ends in `file`, behind `begin`. `missed` counts modules
    that were asked for and had no valid entry.
    """

    def __init__(
        self, entries: "dict[str, Entry]", file: "FileIO | None" = None, begin: int = 0
    ) -> None:
        self.entries = entries
        self.file = file
        self.begin = begin
        self.missed = 0

    def find_spec(
        self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """The spec of a module of ours whose entry is valid."""
        if not name.startswith(_PACKAGE):
            return None
        entry = self.entries.get(name)
        if entry is None:
            self.missed += 1
            return None
        file, package, mtime, size, _, _ = entry
        try:
            found = os.stat(file)
        except OSError:
            found = None
        if found is None or found.st_mtime_ns != mtime or found.st_size != size:
            self.missed += 1
            return None
        loader: Any = self
        spec = _SPEC(name, loader, origin=file, is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations = [os.path.dirname(file)]
        return spec

    def create_module(self, spec: "ModuleSpec") -> None:
        """Nothing of our own: the interpreter makes the module."""

    def get_code(self, name: str) -> "CodeType":
        """The code of the module `name`."""
        import marshal

        _, _, _, _, start, end = self.entries[name]
        code: CodeType = marshal.loads(_part(self.file, self.begin + start, end - start))
        return code

    def exec_module(self, module: "ModuleType") -> None:
        """Run the module's code."""
        exec(self.get_code(module.__name__), module.__dict__)


def install() -> Pack | None:
    """Import from the file from now on; None when this run may not use or write it."""
    if sys.dont_write_bytecode or sys.pycache_prefix is not None or sys.flags.optimize:
        return None
    pack = _read()
    sys.meta_path.insert(0, pack)
    return pack


def _read() -> Pack:
    import marshal

    try:
        # Only what is imported is read: touching all of the file would cost 5 ms.
        file = open(_FILE, "rb", buffering=0)  # noqa: SIM115 - stays open
        size = int.from_bytes(_part(file, 0, 8), "little")
        entries = marshal.loads(_part(file, 8, size))
        end = os.fstat(file.fileno()).st_size
    except (OSError, EOFError, ValueError, TypeError, OverflowError, MemoryError):
        return Pack({})
    begin = 8 + size
    whole = isinstance(entries, dict) and end - begin == max(
        (e[5] for e in entries.values()), default=0
    )
    return Pack(entries, file, begin) if whole else Pack({})


def _part(file: "FileIO | None", start: int, size: int) -> bytes:
    if file is None:
        raise OSError(_FILE)
    if hasattr(os, "pread"):  # which processes that share the file may do at once
        return os.pread(file.fileno(), size, start)
    file.seek(start)
    return file.read(size) or b""


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

    from dockwright.rules._index import ROWS

    names = set(pack.entries) | {name for name in sys.modules if name.startswith(_PACKAGE)}
    names |= {f"dockwright.rules.{row[2]}" for row in ROWS}
    entries: dict[str, Entry] = {}
    codes: list[bytes] = []
    at = 0
    for name in sorted(names):
        found = _compiled(name)
        if found is not None:
            codes.append(found[1])
            end = at + len(found[1])
            entries[name] = (*found[0], at, end)
            at = end
    index = marshal.dumps(entries)
    return len(index).to_bytes(8, "little") + index + b"".join(codes)


def _compiled(name: str) -> "tuple[tuple[str, bool, int, int], bytes] | None":
    """A module's source and its code, None when `name` is no file of the package."""
    from importlib.machinery import SourceFileLoader
    from marshal import dumps

    base = os.path.join(os.path.dirname(_FOLDER), *name.split("."))
    package = os.path.isdir(base)
    path = os.path.join(base, "__init__.py") if package else base + ".py"
    if not os.path.isfile(path):
        return None
    found = os.stat(path)
    code = SourceFileLoader(name, path).get_code(name)
    return (path, package, found.st_mtime_ns, found.st_size), dumps(code)
