"""
Finding and reading the configuration.

`[tool.dockwright]` in `pyproject.toml`, or `dockwright.toml`, where the whole file is the table.
The nearest one above the checked file holds, alone: files further up are not merged. The search
ends at the root of the repository (a folder with `.git`) or of the file system.
"""

import os

from dockwright.config.schema import Config, Invalid, parse
from dockwright.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

OWN_FILE = "dockwright.toml"  # wins over pyproject.toml in the same folder
PROJECT_FILE = "pyproject.toml"
TABLE = ("tool", "dockwright")


class Configs:
    """Answers which `Config` holds for a file; looks at each folder once."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[str, Config] = {}

    def for_file(self, path: str) -> Config:
        """The configuration that holds for the file `path`, which need not exist."""
        return self._above(os.path.dirname(os.path.abspath(path)))

    def for_folder(self, folder: str) -> Config:
        """The configuration that holds for files in `folder`."""
        return self._above(os.path.abspath(folder))

    def _above(self, folder: str) -> Config:
        config = self._known.get(folder)
        if config is None:
            config = _in_folder(folder)
            if config is None:
                parent = os.path.dirname(folder)
                last = parent == folder or os.path.lexists(os.path.join(folder, ".git"))
                config = Config() if last else self._above(parent)
            self._known[folder] = config
        return config


def read(path: str) -> Config:
    """The configuration in the file `path`, as named with `--config`."""
    path = os.path.abspath(path)
    config = _from_bytes(_bytes(path), path)
    if config is None:
        raise ConfigError("no table [tool.dockwright] in this file", file=path)
    return config


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        message = f"cannot read the configuration: {error.strerror}"
        raise ConfigError(message, file=path) from error


def _in_folder(folder: str) -> Config | None:
    own = os.path.join(folder, OWN_FILE)
    if os.path.isfile(own):
        return _from_bytes(_bytes(own), own)
    project = os.path.join(folder, PROJECT_FILE)
    if os.path.isfile(project):
        data = _bytes(project)
        if _may_have_table(data):
            return _from_bytes(data, project)
    return None


def _may_have_table(data: bytes) -> bool:
    """
    Whether a `pyproject.toml` is worth importing a TOML parser for (6 ms).

    Covers `[tool.dockwright]` in every spelling of white space and quotes, and `dockwright.key`
    or `dockwright = {…}` under `[tool]`. A yes may turn out wrong, a no may not.
    """
    if b"dockwright" not in data:
        return False
    bare = data.translate(None, b" \t\"'")
    return b"tool.dockwright" in bare or b"\ndockwright." in bare or b"\ndockwright=" in bare


def _from_bytes(data: bytes, path: str) -> Config | None:
    """The configuration in the bytes of the file `path`, or None if it has no table for us."""
    import tomllib  # only when there is something to parse

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError("this file is not UTF-8", file=path, line=line) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"this file is not valid TOML: {error}"
        raise ConfigError(message, file=path, line=_line_in(str(error))) from error

    own_file = os.path.basename(path) != PROJECT_FILE
    table = document if own_file else _table_in(document)
    if table is None:
        return None
    outer = () if own_file else TABLE
    root = os.path.dirname(path)
    try:
        if not isinstance(table, dict):
            raise Invalid((), "tool.dockwright must be a table")
        config = parse(table, file=path, root=root)
    except Invalid as error:
        line = _line_of(text, outer, error.keys)
        raise ConfigError(error.message, hint=error.hint, file=path, line=line) from None
    if config.baseline is None:
        return config
    return config.replace(baseline=os.path.join(root, config.baseline))


def _table_in(document: "Mapping[str, object]") -> object:
    tool = document.get("tool")
    return tool.get("dockwright") if isinstance(tool, dict) else None


def _line_in(message: str) -> int:
    """The line a TOML error message names ("… (at line 3, column 5)"), or 0."""
    digits = message.rpartition("at line ")[2].partition(",")[0]
    return int(digits) if digits.isdecimal() else 0


def _line_of(text: str, table: tuple[str, ...], keys: tuple[str, ...]) -> int:
    """
    The line that sets `keys` inside `table`, or the nearest enclosing key, or 0.

    The TOML parser keeps no positions, so this reads headers and keys again. It runs only on the
    way to an error message; strings over several lines may fool it.
    """
    wanted = table + keys
    header: tuple[str, ...] = ()
    best, best_length = 0, 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            header = here = _split_key(bare.strip("[").partition("]")[0])
        elif "=" in bare and not bare.startswith("#"):
            here = header + _split_key(bare)
        else:
            continue
        if here == wanted[: len(here)] and len(here) > best_length:
            best, best_length = number, len(here)
    return best


def _split_key(text: str) -> tuple[str, ...]:
    """The parts of the dotted key at the start of `text`: `a."b.c" = 1` gives `a`, `b.c`."""
    parts = [""]
    quote = ""
    for character in text:
        if quote:
            if character == quote:
                quote = ""
            else:
                parts[-1] += character
        elif character in "\"'":
            quote = character
        elif character == ".":
            parts.append("")
        elif character == "=":
            break
        elif not character.isspace():
            parts[-1] += character
    return tuple(parts)
