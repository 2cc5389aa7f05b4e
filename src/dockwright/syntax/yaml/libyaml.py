"""The events of PyYAML's C parser (libyaml) as plain tuples; PyYAML is imported at first use."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    #: kind ("scalar", "mapping", "sequence", "end", "alias", "document"), start, end, anchor,
    #: tag, text, style ("flow" for flow collections).
    Event = tuple[str, int, int, str, str, str, str]


def events(text: str, take: "Callable[[Event], bool]") -> "tuple[str, int] | None":
    """
    Give `take` each event of `text`, until it answers False.

    Returns None, or why the text is no YAML and the offset where that was seen.
    """
    from yaml._yaml import CParser
    from yaml.error import MarkedYAMLError, YAMLError

    shown = text
    try:
        text.encode()
    except UnicodeEncodeError:
        # Lone surrogates stand for bytes that are no UTF-8 and cannot be handed to libyaml.
        shown = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    try:
        parser = CParser(shown)
        next_event = parser.get_event
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
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or str(error)
        message = f"{error.context}, {problem}" if error.context else problem
        return message, mark.index if mark is not None else 0
    except YAMLError as error:
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


def _bare(kind: str) -> "Callable[[Any], Event]":
    def made(event: "Any") -> "Event":
        return (kind, event.start_mark.index, event.end_mark.index, "", "", "", "")

    return made


def _alias(event: "Any") -> "Event":
    return ("alias", event.start_mark.index, event.end_mark.index, event.anchor, "", "", "")


_KINDS: "dict[str, Callable[[Any], Event | None]]" = {
    "ScalarEvent": _scalar,
    "MappingStartEvent": _collection("mapping"),
    "SequenceStartEvent": _collection("sequence"),
    "MappingEndEvent": _bare("end"),
    "SequenceEndEvent": _bare("end"),
    "AliasEvent": _alias,
    "DocumentStartEvent": _bare("document"),
    "DocumentEndEvent": lambda _: None,
    "StreamStartEvent": lambda _: None,
    "StreamEndEvent": lambda _: None,
}
