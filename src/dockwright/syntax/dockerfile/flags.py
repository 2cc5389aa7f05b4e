"""
The flags of each instruction, and what is wrong with those that stand there.

Source of the rules: moby/buildkit `frontend/dockerfile/instructions/bflag.go` and `parse.go`.
"""

from dockwright.syntax.dockerfile import values
from dockwright.text.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.syntax.dockerfile.nodes import Flag, Instruction

BOOLEAN, ONE, MANY = range(3)

# What the newest frontend knows. Older ones lack some (`COPY --parents`, `RUN --security`, the
# `--unpack` of ADD), which is no reason to call them unknown.
FLAGS: "Mapping[str, Mapping[str, int]]" = {
    "ADD": {
        "chown": ONE,
        "chmod": ONE,
        "link": BOOLEAN,
        "keep-git-dir": BOOLEAN,
        "checksum": ONE,
        "unpack": BOOLEAN,
        "exclude": MANY,
    },
    "COPY": {
        "chown": ONE,
        "from": ONE,
        "chmod": ONE,
        "link": BOOLEAN,
        "exclude": MANY,
        "parents": BOOLEAN,
    },
    "FROM": {"platform": ONE},
    "HEALTHCHECK": {
        "interval": ONE,
        "timeout": ONE,
        "start-period": ONE,
        "start-interval": ONE,
        "retries": ONE,
    },
    "RUN": {"device": MANY, "mount": MANY, "network": ONE, "security": ONE},
}
# Instructions whose flags nobody looks at.
UNREAD = ("ARG", "STOPSIGNAL")


def problems(node: "Instruction") -> "Iterator[tuple[Span, str]]":
    """What is wrong with the flags of `node`, in their order."""
    known = FLAGS.get(node.name, {})
    used: set[str] = set()
    for flag in node.flags:
        kind = known.get(flag.name)
        written = "--" + flag.name
        if not flag.text.startswith("--"):
            yield flag.span, f"arg should start with -- : {flag.text}"
        elif kind is None:
            hint = values.near(flag.name, known)
            yield name_span(node, flag), f"unknown flag: {written}{hint}"
        elif flag.name in used and kind != MANY:
            yield flag.span, f"duplicate flag specified: {written}"
        elif kind == BOOLEAN:
            if flag.value == "":
                yield flag.span, f"missing a value on flag: {written}"
            elif (flag.value or "true").lower() not in ("true", "false"):
                yield (
                    value_span(node, flag),
                    f"expecting boolean value for flag {written}, not: {flag.value}",
                )
        elif flag.value is None:
            yield flag.span, f"missing a value on flag: {written}"
        used.add(flag.name)


def last(node: "Instruction", name: str) -> "Flag | None":
    """The flag called `name` whose value counts, if it has one."""
    found = None
    for flag in node.flags:
        if flag.name == name and flag.value is not None:
            found = flag
    return found


def part_span(node: "Instruction", flag: "Flag", start: int, end: int) -> Span:
    """The span of `flag.text[start:end]`, or of the whole flag when quotes or escapes shift it."""
    if not node.joined.text.startswith(flag.text, flag.at):
        return flag.span
    return node.value_span(flag, start, end)


def name_span(node: "Instruction", flag: "Flag") -> Span:
    """Where `--name` stands."""
    return part_span(node, flag, 0, len(flag.name) + 2)


def value_span(node: "Instruction", flag: "Flag") -> Span:
    """Where the value of the flag stands."""
    return part_span(node, flag, len(flag.name) + 3, len(flag.text))
