"""
The events of PyYAML's C parser (libyaml) as plain tuples; it is loaded at first use.

`import yaml` also brings the parser, the constructors and the emitters that are written in Python,
10 ms of imports that nobody here needs. In a process of our own the C parser is loaded with
stand-ins for them.
"""

import sys

from dockwright.text import process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    #: kind ("scalar", "mapping", "sequence", "end", "alias", "document"), start, end, anchor,
    #: tag, text, style ("flow" for flow collections).
    Event = tuple[str, int, int, str, str, str, str]

_loaded: "tuple[Any, Any, Any] | None" = None


def _load() -> "tuple[Any, Any, Any]":
    """The parser, and PyYAML's errors with and without a mark."""
    global _loaded
    if _loaded is None:
        _loaded = _bare() if process.own and "yaml" not in sys.modules else None
    if _loaded is None:
        from yaml._yaml import CParser
        from yaml.error import MarkedYAMLError, YAMLError

        _loaded = CParser, MarkedYAMLError, YAMLError
    return _loaded


def _bare() -> "tuple[Any, Any, Any] | None":
    """The parser without the rest of its package; None when that package is not as expected."""
    from _frozen_importlib_external import PathFinder  # importlib.util would cost as much

    spec = PathFinder.find_spec("yaml")
    if spec is None:
        return None
    package: Any = type(sys)("yaml")
    package.__path__ = spec.submodule_search_locations
    sys.modules["yaml"] = package
    try:
        import yaml.error
        import yaml.events
        import yaml.nodes
        import yaml.tokens

        marked, plain = yaml.error.MarkedYAMLError, yaml.error.YAMLError

        class ReaderError(plain):  # type: ignore[misc, valid-type]
            def __init__(self, *details: object) -> None:
                self.position, self.reason = details[1], details[4]

        for part in ("Scanner", "Parser", "Composer", "Constructor"):
            setattr(package, part.lower(), _Stand(f"{part}Error", marked))
        for part in ("Emitter", "Serializer", "Representer"):
            setattr(package, part.lower(), _Stand(f"{part}Error", plain))
        package.reader = _Stand("ReaderError", plain)
        package.reader.ReaderError = ReaderError
        from yaml._yaml import CParser
    except (ImportError, AttributeError):
        return None
    else:
        return CParser, marked, plain
    finally:
        for name in [one for one in sys.modules if one == "yaml" or one.startswith("yaml.")]:
            if name != "yaml._yaml":
                del sys.modules[name]


class _Stand:
    """A module that has one error."""

    def __init__(self, name: str, base: type) -> None:
        setattr(self, name, type(name, (base,), {}))


def events(text: str, take: "Callable[[Event], bool]") -> "tuple[str, int] | None":
    """
    Give `take` each event of `text`, until it answers False.

    Returns None, or why the text is no YAML and the offset where that was seen.
    """
    parser_of, marked_error, plain_error = _load()
    shown = text
    try:
        text.encode()
    except UnicodeEncodeError:
        # Lone surrogates stand for bytes that are no UTF-8 and cannot be handed to libyaml.
        shown = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    try:
        next_event = parser_of(shown).get_event
        while True:
            event = next_event()
            if event is None:
                return None
            plain = _KINDS[type(event).__name__](event)
            version = getattr(event, "version", None)
            if version is not None and version != (1, 1):
                return f"this is YAML {version[0]}.{version[1]}, not 1.1", 0
            if plain is not None and not take(plain):
                return None
    except marked_error as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or str(error)
        message = f"{error.context}, {problem}" if error.context else problem
        return message, mark.index if mark is not None else 0
    except plain_error as error:
        at = getattr(error, "position", 0)
        return str(getattr(error, "reason", error)), at if isinstance(at, int) else 0


def _scalar(event: "Any") -> "Event":
    return (
        "scalar",
        event.start_mark.index,
        event.end_mark.index,
        event.anchor or "",
        event.tag or "",
        event.value,
        event.style or "",
    )


def _collection(kind: str) -> "Callable[[Any], Event]":
    def made(event: "Any") -> "Event":
        return (
            kind,
            event.start_mark.index,
            event.end_mark.index,
            event.anchor or "",
            event.tag or "",
            "",
            "flow" if event.flow_style else "",
        )

    return made


def _bare_event(kind: str) -> "Callable[[Any], Event]":
    def made(event: "Any") -> "Event":
        return (kind, event.start_mark.index, event.end_mark.index, "", "", "", "")

    return made


def _alias(event: "Any") -> "Event":
    return ("alias", event.start_mark.index, event.end_mark.index, event.anchor, "", "", "")


_KINDS: "dict[str, Callable[[Any], Event | None]]" = {
    "ScalarEvent": _scalar,
    "MappingStartEvent": _collection("mapping"),
    "SequenceStartEvent": _collection("sequence"),
    "MappingEndEvent": _bare_event("end"),
    "SequenceEndEvent": _bare_event("end"),
    "AliasEvent": _alias,
    "DocumentStartEvent": _bare_event("document"),
    "DocumentEndEvent": lambda _: None,
    "StreamStartEvent": lambda _: None,
    "StreamEndEvent": lambda _: None,
}
