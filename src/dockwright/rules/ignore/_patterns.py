"""What one pattern of an ignore file has to do with another."""

from dockwright.rules.api import (
    IgnorePattern,
    lazy,
    re,
)

WILD = lazy(r"[*?\[\]\\^]")
# What Docker reads in its own way: nothing is said of such patterns.
_ODD = lazy(r"[\[\]\\^{}|]")


def literal(pattern: "IgnorePattern") -> bool:
    """Whether a pattern is a plain path."""
    return bool(pattern.cleaned) and WILD.search(pattern.cleaned) is None


def covers(wide: "IgnorePattern", narrow: "IgnorePattern") -> bool:
    """Whether `wide` surely matches all that `narrow` matches, or something above it."""
    left, right = wide.cleaned, narrow.cleaned
    if not left or not right or wide.glob is None or narrow.glob is None:
        return False
    if left == right:
        return True
    if _ODD.search(left) or _ODD.search(right):
        return False
    if left in ("*", "**", "**/*"):
        return not right.startswith("..")
    if literal(narrow):
        parents = tuple(right[: hit.start()] for hit in re.finditer("/", right))
        return wide.glob.part(right, parents) is not None
    if right.startswith(left + "/"):
        return True
    if left.endswith("/**") and right.startswith(left[:-2]):
        return "*" not in left[:-3]
    return left.startswith("**/") and (right == left[3:] or right.endswith(left[2:]))


def may_meet(one: "IgnorePattern", other: "IgnorePattern") -> bool:
    """Whether there may be a path that both match, or one of them above the other."""
    left, right = one.cleaned.split("/"), other.cleaned.split("/")
    if _ODD.search(one.cleaned) or _ODD.search(other.cleaned):
        return True
    for a, b in zip(left, right, strict=False):
        if "**" in a or "**" in b:
            return True
        if not _names_meet(a, b):
            return False
    return True


def _names_meet(a: str, b: str) -> bool:
    if not WILD.search(a) and not WILD.search(b):
        return a == b
    head = min(
        len(a.partition("*")[0].partition("?")[0]), len(b.partition("*")[0].partition("?")[0])
    )
    if a[:head] != b[:head]:
        return False
    if "*" in a and "*" in b:
        tail = min(len(a.rpartition("*")[2]), len(b.rpartition("*")[2]))
        ends = a[len(a) - tail :], b[len(b) - tail :]
        return "?" in ends[0] + ends[1] or ends[0] == ends[1]
    plain, wild = (b, a) if WILD.search(a) else (a, b)
    if WILD.search(plain):
        return True
    shape = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in wild)
    return re.fullmatch(shape, plain, re.DOTALL) is not None
