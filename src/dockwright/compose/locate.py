"""Relative paths of a model made absolute (`paths/resolve.go` of compose-go); nothing is read."""

from posixpath import isabs, join, normpath

from dockwright.compose.gotext import kind
from dockwright.compose.patterns import ITEM, here, step, trie
from dockwright.compose.values import Map, Refused, Seq, dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.compose.patterns import States
    from dockwright.compose.values import Data, Path

    Mover = Callable[["Data", str, str], Data]

_REMOTE = ("https://", "http://", "git://", "ssh://", "github.com/", "git@", "oci:")


def locate(model: Map, folder: str, home: str) -> Map:
    """The model with its paths below `folder`; `~` is `home`. In place. Raises `Refused`."""
    _walk(model, (), (_TRIE,), folder, home)
    return model


def absolute(path: str, folder: str, home: str) -> str:
    """One path; an empty one stays empty."""
    if path.startswith("~"):
        path = join(home, path[1:].lstrip("/")) if home else path
        return normpath(path)
    if isabs(path) or not path:
        return path
    return normpath(join(folder, path))


def _walk(value: "Data", path: "Path", states: "States", folder: str, home: str) -> "Data":
    mover = here(states)
    if mover is not None:
        try:
            moved: Data = mover(value, folder, home)
        except Refused as refused:
            raise Refused(f"{dotted(path)}: {refused.message}", refused.place, path) from None
        return moved
    if isinstance(value, Map):
        for key, item in value.items():
            below = step(states, key)
            if below:
                value[key] = _walk(item, (*path, key), below, folder, home)
    elif isinstance(value, Seq):
        below = step(states, ITEM)
        if below:
            for index, item in enumerate(value):
                value[index] = _walk(item, (*path, f"[{index}]"), below, folder, home)
    return value


def _path(value: "Data", folder: str, home: str) -> "Data":
    if isinstance(value, Seq):
        for index, item in enumerate(value):
            value[index] = _path(item, folder, home)
        return value
    if isinstance(value, str):
        return absolute(value, folder, home)
    raise Refused(f"a path cannot be {kind(value)}")


def _maybe(value: "Data", folder: str, home: str) -> "Data":
    if not isinstance(value, str):
        return value
    windows = len(value) > 2 and value[1] == ":" and value[0].isalpha() and value[2] in "\\/"
    if windows or value.startswith("\\\\"):
        return value
    if not value:
        return normpath(folder)
    return absolute(value, folder, home)


def _context(value: "Data", folder: str, home: str) -> "Data":
    if not isinstance(value, str):
        return value
    if is_remote(value):
        return value
    return absolute(value, folder, home)


def is_remote(context: str) -> bool:
    """Whether a build context is no folder: a URL, another service, an image."""
    return "://" in context or context.startswith("service:") or context.startswith(_REMOTE)


def _mount(value: "Data", folder: str, home: str) -> "Data":
    if isinstance(value, Map) and value.get("type") == "bind":
        if "source" not in value:
            raise Refused("a bind mount needs a source", value.at)
        value["source"] = _maybe(value["source"], folder, home)
    return value


def _driver(value: "Data", folder: str, home: str) -> "Data":
    options = value.get("driver_opts") if isinstance(value, Map) else None
    if (
        isinstance(value, Map)
        and value.get("driver") == "local"
        and isinstance(options, Map)
        and options.get("o") == "bind"
        and "device" in options
    ):
        options["device"] = _maybe(options["device"], folder, home)
    return value


_S = "services.*."
_TABLE: "dict[str, Mover]" = {
    _S + "build.context": _context,
    _S + "build.additional_contexts.*": _context,
    _S + "build.ssh.*": _maybe,
    _S + "env_file.*.path": _path,
    _S + "label_file.*": _path,
    _S + "extends.file": _path,
    _S + "develop.watch.*.path": _path,
    _S + "volumes.*": _mount,
    "configs.*.file": _maybe,
    "secrets.*.file": _maybe,
    "volumes.*": _driver,
}
_TRIE = trie(_TABLE)
