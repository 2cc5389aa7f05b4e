"""
The types that Compose keeps values in, each a function from a value to its normal form.

They follow the types of compose-go (`types/`): what is empty is left out where Go leaves it out
("omitempty"), durations and sizes are written as Go writes them.
"""

from struct import pack, unpack

from dockwright.compose.gotext import integer, kind, real, shown, truth
from dockwright.compose.units import duration, size
from dockwright.compose.values import Filled, Map, Refused, Seq, dotted, is_open
from dockwright.compose.words import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.compose.values import Data, Path, Place

    Kind = Callable[[Data, Path, "Place | None"], Data]
    Fields = dict[str, tuple[Kind, str]]


def struct(fields: "Fields") -> "Kind":
    def bound(value: "Data", path: "Path", place: "Place | None") -> "Data":
        if not isinstance(value, Map):
            raise Refused(f"{dotted(path)} must be a mapping, not {kind(value)}", place, path)
        made = Map(value.at or place)
        for key, (make, keep) in fields.items():
            item = value.get(key)
            if item is None:
                if keep == "null":
                    made[key] = None
                elif keep == "struct":
                    made[key] = make(Map(made.at), (*path, key), made.at)
                elif keep == "always":
                    made[key] = _ZERO.get(make, "")
                continue
            at = value.place(key)
            try:
                result = make(item, (*path, key), at)
            except Refused as refused:
                raise Refused(
                    refused.message, refused.place or at, refused.path or (*path, key)
                ) from None
            if keep == "" and _empty(result) and not is_open(result):
                continue
            made.put(key, result, at)
        return made

    return bound


def _empty(value: "Data") -> bool:
    """Whether Go's `omitempty` leaves it out: structs never are, what they hold may be."""
    if isinstance(value, Struct):
        return False
    return not value or (isinstance(value, _Size) and value == "0")


class Struct(Map):
    """A mapping that stands even when nothing is in it."""

    __slots__ = ()


class _Size(str):
    """A number of bytes, as a text."""

    __slots__ = ()


# --- kinds -------------------------------------------------------------------------------------


def _wrong(value: "Data", path: "Path", wanted: str) -> Refused:
    return Refused(f"{dotted(path)} must be {wanted}, not {kind(value)}")


def text(value: "Data", path: "Path", _place: "Place | None") -> "Data":
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _wrong(value, path, "a text")


def any_text(value: "Data", _path: "Path", _place: "Place | None") -> "Data":
    return value if isinstance(value, str) else shown(value)


def flag(value: "Data", path: "Path", _place: "Place | None") -> "Data":
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if is_open(value) else truth(value)
    raise _wrong(value, path, "true or false")


def whole(value: "Data", path: "Path", _place: "Place | None") -> "Data":
    if isinstance(value, bool):
        raise _wrong(value, path, "a whole number")
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value)
    if isinstance(value, str):
        return value if is_open(value) else integer(value)
    raise _wrong(value, path, "a whole number")


def uncast(value: "Data", path: "Path", place: "Place | None") -> "Data":
    """A whole number for which Compose takes no text."""
    if isinstance(value, str) and not is_open(value):
        raise _wrong(value, path, "a whole number")
    return whole(value, path, place)


def natural(value: "Data", path: "Path", place: "Place | None") -> "Data":
    number = uncast(value, path, place)
    if isinstance(number, int) and number < 0:
        raise Refused(f"{dotted(path)} cannot be negative")
    return number


def decimal(value: "Data", path: "Path", _place: "Place | None") -> "Data":
    if isinstance(value, bool):
        raise _wrong(value, path, "a number")
    if isinstance(value, str):
        if is_open(value):
            return value
        value = real(value)
    if isinstance(value, (int, float)):
        return _short(value)
    raise _wrong(value, path, "a number")


def _short(value: float) -> "Data":
    """A number as a 32-bit float keeps it, written with the fewest digits."""
    (exact,) = unpack("f", pack("f", value))
    for digits in range(1, 10):
        text = f"{exact:.{digits}g}"
        if unpack("f", pack("f", float(text)))[0] == exact:
            made = float(text)
            return int(made) if made.is_integer() else made
    return float(exact)


def span(value: "Data", _path: "Path", _place: "Place | None") -> "Data":
    if is_open(value):
        return value
    return duration(shown(value))


def amount(value: "Data", _path: "Path", _place: "Place | None") -> "Data":
    if isinstance(value, bool):
        return _Size("0")
    if isinstance(value, int):
        return _Size(str(value))
    if isinstance(value, str):
        return value if is_open(value) else _Size(str(size(value)))
    return _Size("0")


def texts(value: "Data", path: "Path", place: "Place | None") -> "Data":
    """A list of texts."""
    if isinstance(value, str):
        made = Seq(place)
        made.put(value, place)
        return made
    if not isinstance(value, Seq):
        raise _wrong(value, path, "a list")
    made = Seq(value.at)
    for index, item in enumerate(value):
        if isinstance(item, bool) or not isinstance(item, (str, int)):
            raise _wrong(item, (*path, f"[{index}]"), "a text")
        made.put(item if isinstance(item, str) else str(item), value.place(index))
    return made


def numbers(value: "Data", path: "Path", place: "Place | None") -> "Data":
    """A list of texts or numbers."""
    if isinstance(value, str):
        return texts(value, path, place)
    if not isinstance(value, Seq):
        raise _wrong(value, path, "a list")
    made = Seq(value.at)
    for index, item in enumerate(value):
        made.put(item if isinstance(item, str) else shown(item), value.place(index))
    return made


def command(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if isinstance(value, str):
        made = Seq(place)
        if is_open(value):
            made.put(value, place)
            return made
        for word in words(value):
            made.put(word, place)
        return made
    if not isinstance(value, Seq):
        raise _wrong(value, path, "a text or a list")
    return texts(value, path, place)


def probe(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if isinstance(value, str):
        made = Seq(place)
        made.put("CMD-SHELL", place)
        made.put(value, place)
        return made
    return texts(value, path, place)


def _split(value: "Data", null: bool, strip: bool) -> "list[tuple[str, Data, Place | None]]":
    pairs: list[tuple[str, Data, Place | None]] = []
    if isinstance(value, Map):
        for key, item in value.items():
            text = item if item is None or isinstance(item, str) else shown(item)
            pairs.append((key, "" if text is None and not null else text, value.place(key)))
    elif isinstance(value, Seq):
        for index, item in enumerate(value):
            whole = item if isinstance(item, str) else shown(item)
            name, equals, rest = whole.partition("=")
            if strip and name and name[-1].isspace():
                raise Refused(f"the variable {name!r} has a blank behind it", value.place(index))
            text = _kept(whole, rest) if equals else (None if null else "")
            pairs.append((name, text, value.place(index)))
    return pairs


def _kept(whole: str, rest: str) -> str:
    return Filled.of(rest, whole.names, whole.open) if isinstance(whole, Filled) else rest


def pairs(null: bool) -> "Kind":
    """`KEY=value` as a list or a mapping; with `null`, a key may be without a value."""

    def bound(value: "Data", path: "Path", place: "Place | None") -> "Data":
        if not isinstance(value, (Map, Seq)):
            raise _wrong(value, path, "a mapping or a list")
        made = Map(place)
        for key, text, at in _split(value, null, null):
            made.put(key, text, at)
        return made

    return bound


def hosts(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if not isinstance(value, (Map, Seq)):
        raise _wrong(value, path, "a mapping or a list")
    entries: dict[str, list[tuple[str, Place | None]]] = {}
    if isinstance(value, Map):
        for key, item in value.items():
            if isinstance(item, Seq):
                texts = [shown(one) for one in item]
            elif item is None or isinstance(item, str):
                texts = [item or ""]
            else:
                raise _wrong(item, (*path, key), "a text or a list")
            entries[key] = [(text, value.place(key)) for text in texts]
    else:
        for index, item in enumerate(value):
            text = shown(item)
            separator = "=" if "=" in text else ":"
            host, found, rest = text.partition(separator)
            if not found:
                raise Refused(f"{dotted(path)}: {text!r} has no address", value.place(index))
            entries.setdefault(host, []).extend(
                (one, value.place(index)) for one in rest.split(",")
            )
    made = Seq(place)
    rows: list[tuple[str, Place | None]] = []
    for host, addresses in entries.items():
        if not host or ":" in host or "=" in host:
            raise Refused(f"{dotted(path)}: {host!r} is no name of a host", place)
        for address, at in addresses:
            bare = (
                address[1:-1]
                if len(address) > 2 and address[0] == "[" and address[-1] == "]"
                else address
            )
            rows.append((f"{host}={bare}", at))
    for text, at in sorted(rows, key=lambda row: row[0]):
        made.put(text, at)
    return made


def options(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if not isinstance(value, Map):
        raise _wrong(value, path, "a mapping")
    made = Map(place)
    for key, item in value.items():
        made.put(
            key,
            "" if item is None else shown(item) if not isinstance(item, str) else item,
            value.place(key),
        )
    return made


def multi_options(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if not isinstance(value, Map):
        raise _wrong(value, path, "a mapping")
    made = Map(place)
    for key, item in value.items():
        out = Seq(value.place(key))
        for one in item if isinstance(item, Seq) else [item]:
            out.put(shown(one), value.place(key))
        made.put(key, out, value.place(key))
    return made


def env_files(value: "Data", path: "Path", _place: "Place | None") -> "Data":
    """Files of variables in the long form: they are read after the profiles are known."""
    if not isinstance(value, Seq):
        raise _wrong(value, path, "a list")
    for index, item in enumerate(value):
        if isinstance(item, Map) and "required" in item:
            item["required"] = flag(item["required"], (*path, f"[{index}]"), item.at)
    return value


def mode(value: "Data", path: "Path", _place: "Place | None") -> "Data":
    if isinstance(value, str):
        digits = value.removeprefix("-").replace("_", "")
        if not digits or any(c not in "01234567" for c in digits):
            raise Refused(f"{dotted(path)}: {value!r} is no octal number")
        return f"0{int(value, 8):o}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"0{value:o}"
    raise _wrong(value, path, "a mode")


def count(value: "Data", path: "Path", _place: "Place | None") -> "Data":
    if isinstance(value, str):
        return -1 if value.lower() == "all" else integer(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _wrong(value, path, "a number or all")


def ulimits(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if not isinstance(value, Map):
        raise _wrong(value, path, "a mapping")
    made = Map(place)
    for key, item in value.items():
        at = value.place(key)
        if isinstance(item, Map):
            limits = Struct(at)
            for name in ("soft", "hard"):
                number = item.get(name, 0)
                if isinstance(number, bool) or not isinstance(number, int):
                    raise _wrong(number, (*path, key, name), "a whole number")
                if number:
                    limits.put(name, number, item.place(name))
            made.put(key, limits, at)
        elif isinstance(item, int) and not isinstance(item, bool):
            made.put(key, item or Struct(at), at)
        else:
            raise _wrong(item, (*path, key), "a number or a mapping")
    return made


def ssh(value: "Data", path: "Path", place: "Place | None") -> "Data":
    if not isinstance(value, Map):
        raise _wrong(value, path, "a mapping")
    made = Seq(place)
    for key, item in value.items():
        made.put(key if item is None else f"{key}: {shown(item)}", value.place(key))
    return made


def entries(make: "Kind", nullable: bool = False) -> "Kind":
    """A mapping of names to values of one kind."""

    def bound(value: "Data", path: "Path", place: "Place | None") -> "Data":
        if not isinstance(value, Map):
            raise _wrong(value, path, "a mapping")
        made = Map(place)
        for key, item in value.items():
            at = value.place(key)
            if item is None and nullable:
                made.put(key, None, at)
            else:
                made.put(key, make(Map(at) if item is None else item, (*path, key), at), at)
        return made

    return bound


def each(make: "Kind") -> "Kind":
    """A list of values of one kind."""

    def bound(value: "Data", path: "Path", place: "Place | None") -> "Data":
        if not isinstance(value, Seq):
            raise _wrong(value, path, "a list")
        made = Seq(place)
        for index, item in enumerate(value):
            at = value.place(index)
            made.put(make(item, (*path, f"[{index}]"), at), at)
        return made

    return bound


def nested(fields: "Fields") -> "Kind":
    """A struct that stands even when nothing is in it."""
    plain = struct(fields)

    def bound(value: "Data", path: "Path", place: "Place | None") -> "Data":
        inner = plain(value, path, place)
        assert isinstance(inner, Map)
        made = Struct(inner.at)
        made.update(inner)
        made.places = inner.places
        return made

    return bound


# What a field that is always there has when nothing was said.
_ZERO: "dict[Kind, Data]" = {text: "", whole: 0, uncast: 0, amount: "0", flag: False}
