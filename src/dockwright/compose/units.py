"""Durations and sizes as Compose reads and writes them (go-str2duration, go-units)."""

from dockwright.compose.values import Refused
from dockwright.text.lazy import lazy

_UNITS = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9,
    "h": 3600 * 10**9, "d": 86400 * 10**9, "w": 7 * 86400 * 10**9,
}  # fmt: skip
_PART = lazy(r"([0-9]*)(?:(\.)([0-9]*))?([^0-9.]+)")
_SIZES = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50}
_NUMBER = lazy(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_MAX = 2**63


def nanoseconds(text: str) -> int:
    """A duration such as `1h30m`, `2d`, `0`. Raises `Refused`."""
    rest = text
    negative = False
    if rest[:1] in ("-", "+") and rest:
        negative = rest[0] == "-"
        rest = rest[1:]
    if rest == "0":
        return 0
    if not rest:
        raise Refused(f"{text!r} is no duration")
    total = 0
    while rest:
        found = _PART.match(rest)
        if found is None or not (found[1] or found[3]):
            hint = ": the unit is missing" if rest.replace(".", "").isdigit() else ""
            raise Refused(f"{text!r} is no duration{hint}")
        unit = _UNITS.get(found[4])
        if unit is None:
            raise Refused(f"{text!r} is no duration: there is no unit {found[4]!r}")
        total += int(found[1] or "0") * unit
        if found[3]:
            total += int(int(found[3]) * (unit / 10 ** len(found[3])))
        if total >= _MAX:
            raise Refused(f"{text!r} is too long a duration")
        rest = rest[found.end() :]
    return -total if negative else total


def duration(text: str) -> str:
    """The duration as Go writes it: `1h30m0s`, `1.5s`, `0s`. Raises `Refused`."""
    value = nanoseconds(text)
    sign = "-" if value < 0 else ""
    value = abs(value)
    if value == 0:
        return "0s"
    if value < 10**9:
        for unit, scale in (("ms", 10**6), ("µs", 10**3), ("ns", 1)):
            if value >= scale:
                return f"{sign}{_decimal(value, scale)}{unit}"
    hours, rest = divmod(value, 3600 * 10**9)
    minutes, rest = divmod(rest, 60 * 10**9)
    seconds = _decimal(rest, 10**9)
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}s"
    return f"{sign}{minutes}m{seconds}s" if minutes else f"{sign}{seconds}s"


def _decimal(value: int, scale: int) -> str:
    whole, rest = divmod(value, scale)
    if not rest:
        return str(whole)
    digits = str(rest).rjust(len(str(scale)) - 1, "0").rstrip("0")
    return f"{whole}.{digits}"


def size(text: str) -> int:
    """A number of bytes such as `512m`, `1.5 GiB`, in powers of 1024. Raises `Refused`."""
    end = max((text.rfind(c) for c in "0123456789. "), default=-1)
    if end < 0:
        raise Refused(f"{text!r} is no size")
    number = text[:end] if text[end] == " " else text[: end + 1]
    suffix = text[end + 1 :].lower()
    if _NUMBER.fullmatch(number) is None or float(number) < 0:
        raise Refused(f"{text!r} is no size")
    value = float(number)
    if not suffix or suffix == "b":
        return int(value)
    factor = _SIZES.get(suffix[0])
    if factor is None or suffix[1:] not in ("", "b", "ib"):
        raise Refused(f"{text!r} is no size: there is no unit {suffix!r}")
    return int(value * factor)
