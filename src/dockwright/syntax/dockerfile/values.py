"""
The small value languages that Dockerfile flags use: Go's durations, numbers, sizes, and others.

Each function answers what Go's standard library or BuildKit's dependency of the name would: None
when it takes the text, else why it does not.
"""

from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SIGNALS = frozenset(
    (
        *("ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT"),
        *("KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM"),
        *("TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU"),
        *("XFSZ", "RTMIN", "RTMAX"),
    )
)
_NUMBER = lazy(r"[+-]?[0-9]+\Z")
_DURATION = lazy(r"([0-9]*)(\.[0-9]*)?([^0-9.]*)")
_UNITS = {
    "ns": 1,
    "us": 1_000,
    "\xb5s": 1_000,
    "\u03bcs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_FLOAT = lazy(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)\Z")
_SYMBOLIC_CLAUSE = r"[augo]*(?:[-+=][rstwXxugo]*)+"
_SYMBOLIC = lazy(rf"{_SYMBOLIC_CLAUSE}(?:,{_SYMBOLIC_CLAUSE})*\Z")
_BOOLEANS = frozenset(
    ("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False")
)
_QUOTED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_QUOTED |= {"\a": "\\a", "\b": "\\b", "\f": "\\f"}


def quoted(text: str) -> str:
    """`text` between double quotes, as Go's %q prints it."""
    if text.isalnum():
        return f'"{text}"'
    return '"' + "".join(_quoted_character(char) for char in text) + '"'


def _quoted_character(char: str) -> str:
    known = _QUOTED.get(char)
    if known is not None:
        return known
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def integer(text: str) -> int | None:
    """The number that Go's `strconv.Atoi` reads."""
    if _NUMBER.match(text) is None or len(text) > 20:
        return None
    value = int(text)
    return value if -(1 << 63) <= value < 1 << 63 else None


def signed(text: str, bits: int) -> str | None:
    """What `strconv.ParseInt(text, 10, bits)` objects to."""
    if _NUMBER.match(text) is None:
        return f"strconv.ParseInt: parsing {quoted(text)}: invalid syntax"
    if len(text) > 40 or not -(1 << bits - 1) <= int(text) < 1 << bits - 1:
        return f"strconv.ParseInt: parsing {quoted(text)}: value out of range"
    return None


def unsigned(text: str, base: int) -> bool:
    """Whether `strconv.ParseUint(text, base, 32)` takes it."""
    digits = "01234567" if base == 8 else "0123456789"
    return (
        bool(text)
        and all(char in digits for char in text)
        and len(text.lstrip("0")) < 40
        and int(text, base) < 1 << 32
    )


def boolean(text: str) -> bool:
    """Whether `strconv.ParseBool` takes it."""
    return text in _BOOLEANS


def duration(text: str) -> int | str:
    """The nanoseconds of a duration, or what `time.ParseDuration` objects to."""
    invalid = f"time: invalid duration {quoted(text)}"
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    if not rest:
        return invalid
    total = 0
    while rest:
        match = _DURATION.match(rest)
        if match is None or not (match[1] or (match[2] and len(match[2]) > 1)):
            return invalid
        if not match[3]:
            return f"time: missing unit in duration {quoted(text)}"
        unit = _UNITS.get(match[3])
        if unit is None:
            return f"time: unknown unit {quoted(match[3])} in duration {quoted(text)}"
        fraction = (match[2] or ".")[1:][:30]
        if len(match[1]) > 30:
            return invalid
        total += int(match[1] or 0) * unit
        total += int(fraction or 0) * unit // 10 ** len(fraction)
        rest = rest[match.end() :]
    if total > (1 << 63) - (not text.startswith("-")):
        return invalid
    return -total if text.startswith("-") else total


def size(text: str) -> bool:
    """Whether go-units' `RAMInBytes` takes it."""
    last = max((text.rfind(char) for char in "01234567890. "), default=-1)
    if last < 0:
        return False
    number, suffix = text[: last + 1], text[last + 1 :].lower()
    number = number[:-1] if text[last] == " " else number
    if _FLOAT.match(number) is None or (number.startswith("-") and float(number) < 0):
        return False
    if suffix in ("", "b"):
        return True
    return suffix[0] in "kmgtp" and suffix[1:] in ("", "b", "ib")


def signal(text: str) -> bool:
    """Whether a stop signal is a number other than 0 or a name the engine knows."""
    number = integer(text)
    if number is not None:
        return number != 0
    name = text.upper().removeprefix("SIG")
    if name in SIGNALS:
        return True
    for base, limit in (("RTMIN+", 15), ("RTMAX-", 14)):
        digits = name.removeprefix(base)
        if digits != name and digits.isascii() and digits.isdigit():
            return 1 <= int(digits[:3]) <= limit and not digits.startswith("0")
    return False


def mode(text: str) -> str | None:
    """What `--chmod` objects to: it takes an octal number up to 07777 or a symbolic mode."""
    octal = f"invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777"
    if unsigned(text, 8):
        return None if int(text, 8) <= 0o7777 else octal
    if text[:1].isdigit() and text.isascii():
        return octal
    return None if _SYMBOLIC.match(text) else "invalid syntax in the symbolic mode of --chmod"


def near(name: str, options: "Iterable[str]", *, exact_case: bool = True) -> str:
    """
    " (did you mean X?)" for the nearest of `options`, if one is at most two edits away.

    An option that is `name` itself means that the name was not the trouble.
    """
    best, limit = "", 3
    wanted = name if exact_case else name.lower()
    if len(wanted) > 40:
        return ""
    for option in options:
        candidate = option if exact_case else option.lower()
        if candidate == wanted:
            return ""
        distance = _distance(wanted, candidate)
        if distance < limit:
            best, limit = option, distance
    if best and not exact_case and name == name.lower():
        best = best.lower()
    return f" (did you mean {best}?)" if best else ""


def _distance(left: str, right: str) -> int:
    if abs(len(left) - len(right)) > 2:
        return 3
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
