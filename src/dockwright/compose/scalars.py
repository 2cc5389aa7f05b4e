"""
What a plain scalar of YAML means to Compose.

Rules of go-yaml v3 (`resolve.go` of go.yaml.in/yaml/v3), which mixes YAML 1.1 and 1.2: `yes`, `on`
and `22:22` are texts, `0777` and `0o777` are octal, `_` may stand in numbers, `08` is a float.
"""

from dockwright.compose.values import Timestamp
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.syntax.yaml.nodes import Scalar

_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_FLOAT = lazy(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGER = lazy(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))")
_DATE = lazy(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:[Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]{1,9})?(?:Z|[-+][0-9]{2}:[0-9]{2})?)?"
)
_LARGEST = 2**64 - 1


def resolve(node: "Scalar") -> str | int | float | bool | None:
    """The value of a scalar node, by its text, style and tag."""
    tag = node.tag
    if not node.plain and not tag:
        return node.text
    if tag in ("!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:binary"):
        return node.text
    if tag and not tag.startswith("tag:yaml.org,2002:"):
        return node.text
    value = plain(node.text)
    if tag == "tag:yaml.org,2002:float" and isinstance(value, int):
        return float(value)
    return value


def plain(text: str) -> str | int | float | bool | None:
    """The value of an unquoted text."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first not in "+-.0123456789":
        return text
    if first == ".":
        return _float(text, text)
    if text[:4].isdigit() and text[4:5] == "-" and _DATE.fullmatch(text):
        return Timestamp(text)
    bare = text.replace("_", "")
    found = _INTEGER.fullmatch(bare)
    if found is not None:
        sign, hexadecimal, octal, binary, decimal = found.groups()
        if hexadecimal:
            number = int(hexadecimal, 16)
        elif octal:
            number = int(octal, 8)
        elif binary:
            number = int(binary, 2)
        else:
            number = int(decimal)
        number = -number if sign == "-" else number
        if -(2**63) <= number <= _LARGEST:
            return number
    return _float(bare, text)


def _float(bare: str, text: str) -> str | float:
    return float(bare) if _FLOAT.fullmatch(bare) else text
