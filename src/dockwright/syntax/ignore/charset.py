"""Sets of characters as sorted, disjoint ranges of code points, and the classes Go names."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    Ranges = tuple[tuple[int, int], ...]

LAST = 0x10FFFF

DIGIT: "Ranges" = ((0x30, 0x39),)
WORD: "Ranges" = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
NOT_NEWLINE: "Ranges" = ((0, 9), (11, LAST))

PERL: "dict[str, Ranges]" = {
    "d": DIGIT,
    "s": ((9, 10), (12, 13), (32, 32)),
    "w": WORD,
}
"""What `\\d`, `\\s` and `\\w` mean in RE2: ASCII only, and `\\s` leaves out the vertical tab."""

POSIX: "dict[str, Ranges]" = {
    "alnum": ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)),
    "alpha": ((0x41, 0x5A), (0x61, 0x7A)),
    "ascii": ((0, 0x7F),),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 0x1F), (0x7F, 0x7F)),
    "digit": DIGIT,
    "graph": ((0x21, 0x7E),),
    "lower": ((0x61, 0x7A),),
    "print": ((0x20, 0x7E),),
    "punct": ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)),
    "space": ((9, 13), (32, 32)),
    "upper": ((0x41, 0x5A),),
    "word": WORD,
    "xdigit": ((0x30, 0x39), (0x41, 0x46), (0x61, 0x66)),
}
"""The names that may stand in `[[:name:]]`."""


def union(ranges: "Iterable[tuple[int, int]]") -> "Ranges":
    """The given ranges sorted and merged."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            if high > merged[-1][1]:
                merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: "Ranges") -> "Ranges":
    """Every code point that is not in `ranges` (sorted and disjoint)."""
    out: list[tuple[int, int]] = []
    after = 0
    for low, high in ranges:
        if after < low:
            out.append((after, low - 1))
        after = high + 1
    if after <= LAST:
        out.append((after, LAST))
    return tuple(out)


def contains(ranges: "Ranges", code: int) -> bool:
    """Whether the code point is in the set."""
    return any(low <= code <= high for low, high in ranges)


_SUBCATEGORIES = {
    "C": "cfnos",
    "L": "clmotu",
    "M": "cen",
    "N": "dlo",
    "P": "cdefios",
    "S": "ckmo",
    "Z": "lps",
}
CATEGORIES = frozenset(a + b for a, letters in _SUBCATEGORIES.items() for b in ("", *letters))
"""Names of the general categories of Unicode; "Lc" is Lu, Ll and Lt together."""

_categories: "dict[str, Ranges]" = {}


def category(name: str) -> "Ranges | None":
    """
    The characters of a Unicode category (`\\pL`, `\\p{Lu}`), None if we know no such category.

    Upper and lower case, blanks, "_" and "-" in a name do not count, as since Go 1.25. The tables
    are those of this interpreter; Go's may be of another Unicode version. The first question about
    a name walks the whole of Unicode once (about 0.1 s), so it is asked only for a pattern that
    really has `\\p`.
    """
    name = name.translate({ord(c): None for c in " _-"}).capitalize() if name.isascii() else ""
    if name == "Any":
        return ((0, LAST),)
    if name == "Ascii":
        return POSIX["ascii"]
    if name == "Assigned":
        unassigned = category("Cn")
        return unassigned and complement(unassigned)
    if name not in CATEGORIES:
        return None
    if name not in _categories:
        from unicodedata import category as category_of

        wanted = ("Lu", "Ll", "Lt") if name == "Lc" else (name,)
        _categories[name] = union(
            (code, code) for code in range(LAST + 1) if category_of(chr(code)).startswith(wanted)
        )
    return _categories[name]


def as_class(ranges: "Ranges") -> str:
    """A Python regular expression for one character of the set."""
    if not ranges:
        return "(?!)"
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return _literal(ranges[0][0])
    if ranges[0][0] == 0 and ranges[-1][1] == LAST and len(ranges) > 1:
        return f"[^{_members(complement(ranges))}]"
    return f"[{_members(ranges)}]"


def _members(ranges: "Ranges") -> str:
    return "".join(
        _literal(low) if low == high else f"{_literal(low)}-{_literal(high)}"
        for low, high in ranges
    )


def _literal(code: int) -> str:
    c = chr(code)
    if c.isascii() and (c.isalnum() or c in "/_"):
        return c
    return f"\\x{code:02x}" if code < 256 else f"\\U{code:08x}"
