"""Texts as Go writes and reads them, where Compose shows a number or expects one."""

from dockwright.compose.values import Refused
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.compose.values import Data

_INT = lazy(r"[-+]?[0-9]+")
_FLOAT = lazy(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?(?:inf|infinity)|nan")
_PLAIN_DIGITS = 6


def shown(value: "Data") -> str:
    """A scalar as `fmt.Sprint` writes it."""
    if value is None:
        return "<nil>"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{shown(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(shown(item) for item in value) + "]"
    return str(value)


def _float(value: float) -> str:
    if value != value:  # noqa: PLR0124 - NaN
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    mantissa, _, exponent = text.partition("e")
    digits = mantissa.replace("-", "").replace(".", "").strip("0")
    point = len(mantissa.replace("-", "").split(".")[0].lstrip("0"))
    if exponent:
        scale = int(exponent)
    elif point:
        scale = point - 1
    else:
        fraction = mantissa.split(".")[1]
        scale = -(len(fraction) - len(fraction.lstrip("0")) + 1)
    if value == 0:
        return "-0" if text.startswith("-") else "0"
    sign = "-" if value < 0 else ""
    if scale < -4 or scale >= _PLAIN_DIGITS:
        rest = digits[1:].rstrip("0")
        return f"{sign}{digits[0]}{'.' + rest if rest else ''}e{scale:+03d}"
    if scale >= 0:
        whole = digits[: scale + 1].ljust(scale + 1, "0")
        rest = digits[scale + 1 :]
        return f"{sign}{whole}{'.' + rest if rest else ''}"
    return f"{sign}0.{'0' * (-scale - 1)}{digits}"


def integer(text: str) -> int:
    """A text as `strconv.Atoi` reads it. Raises `Refused`."""
    if _INT.fullmatch(text) is None or not -(2**63) <= int(text) < 2**63:
        raise Refused(f"{text!r} is no whole number")
    return int(text)


def real(text: str) -> float:
    """A text as `strconv.ParseFloat` reads it. Raises `Refused`."""
    if _FLOAT.fullmatch(text.lower()) is None:
        raise Refused(f"{text!r} is no number")
    return float(text)


def truth(text: str) -> bool:
    """A text as Compose reads a boolean. Raises `Refused`."""
    lower = text.lower()
    if lower in ("true", "y", "yes", "on"):
        return True
    if lower in ("false", "n", "no", "off"):
        return False
    raise Refused(f"{text!r} is no boolean: write true or false")


def kind(value: "Data") -> str:
    """What to call the type of a value in a message."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a mapping" if isinstance(value, dict) else "a list"
