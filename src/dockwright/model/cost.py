"""
What running a step takes: a range of seconds from stated assumptions (`costtable`).

The ranges are wide on purpose. They tell a second from a minute, which is what the order of a
Dockerfile is about, and no more.
"""

from dockwright.model.costtable import COMMANDS, SMALL, TABLE
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockwright.model.costtable import Assumption
    from dockwright.model.steps import Step
    from dockwright.syntax.shell.nodes import Command

_CLASSES = ((1, "under a second"), (10, "seconds"), (60, "tens of seconds"))
_MINUTES = "minutes"
_WRAPPERS = frozenset(("sudo", "env", "time", "exec", "nice", "command"))
_NICE = (1, 2, 3, 5, 10, 15, 20, 30, 45, 60)
_REMOTE = ("http://", "https://", "git@", "git://", "ssh://")


class Cost(Value):
    """
    Seconds from `low` to `high`, and the assumptions behind them, each once.

    `known` is False when a program runs that nothing is known of: the truth may be far above.
    """

    __slots__ = ("assumptions", "high", "known", "low")

    def __init__(
        self, low: float, high: float, assumptions: "Sequence[Assumption]", *, known: bool = True
    ) -> None:
        self.low = low
        self.high = high
        self.assumptions = tuple(dict.fromkeys(assumptions))
        self.known = known

    @property
    def label(self) -> str:
        """`seconds`, `tens of seconds`, `seconds to minutes` and the like."""
        low, high = _class(self.low), _class(self.high)
        if not self.known:
            return "unknown" if low == _CLASSES[0][1] else f"{low} or more"
        return low if low == high else f"{low} to {high}"

    @property
    def text(self) -> str:
        """`10 to 30 s`, `2 to 5 min`: round figures that hold the range."""
        low = _down(self.low)
        if not self.known:
            return f"{low} s or more" if low else "not known"
        if self.high <= 1:
            return "under 1 s"
        if self.high <= 60:
            high = _up(self.high)
            return f"{low} to {high} s" if low else f"up to {high} s"
        high = _up(self.high / 60)
        if self.low < 1:
            return f"up to {high} min"
        if self.low < 60:
            return f"{low} s to {high} min"
        return f"{_down(self.low / 60)} to {high} min"


def _class(seconds: float) -> str:
    return next((name for limit, name in _CLASSES if seconds < limit), _MINUTES)


def _down(seconds: float) -> int:
    return max((nice for nice in _NICE if nice <= seconds), default=0)


def _up(seconds: float) -> int:
    return min((nice for nice in _NICE if nice >= seconds), default=round(seconds))


def total(costs: "Iterable[Cost]", perhaps: "Iterable[Cost]" = ()) -> Cost:
    """The sum of `costs`; those in `perhaps` may as well be nothing."""
    low = high = 0.0
    known = True
    assumptions: list[Assumption] = []
    for cost in costs:
        low += cost.low
        high += cost.high
        known = known and cost.known
        assumptions.extend(cost.assumptions)
    for cost in perhaps:
        high += cost.high
        known = known and cost.known
        assumptions.extend(cost.assumptions)
    return Cost(low, high, assumptions, known=known)


def estimate(step: "Step") -> Cost:
    """What running `step` takes when nothing of it is cached; nothing for one without a layer."""
    name = step.name
    if name == "WORKDIR":
        return _one(TABLE["folder"])
    if name in ("COPY", "ADD"):
        remote = [word for word in step.words[:-1] if word.value.startswith(_REMOTE)]
        if name == "ADD" and remote:
            return total(_one(TABLE["download"]) for _ in remote)
        return _one(TABLE["copy"])
    if name != "RUN":
        return Cost(0, 0, ())
    parts = [_one(TABLE["run"])]
    script = step.script
    if script is None or script.damaged:
        parts.append(Cost(0, TABLE["unknown"].high, [TABLE["unknown"]], known=False))
    if script is not None:
        caches = [mount.target for mount in step.mounts if mount.kind == "cache"]
        for command in script.commands:
            cost = _command(command, caches)
            parts.append(total((), [cost]) if command.conditional else cost)
    return total(parts)


def _one(assumption: "Assumption", *, known: bool = True) -> Cost:
    return Cost(assumption.low, assumption.high, [assumption], known=known)


def _command(command: "Command", caches: "Sequence[str]") -> Cost:
    words = [word.value or "" for word in command.words]
    while words and words[0].rpartition("/")[2] in _WRAPPERS:
        del words[0]
        while words and (words[0].startswith("-") or words[0].isdigit() or "=" in words[0]):
            del words[0]
    name = words[0].rpartition("/")[2] if words else ""
    rest = words[1:]
    if name.startswith("python") and rest[:1] == ["-m"] and len(rest) > 1:
        name, rest = rest[1], rest[2:]
    if not words or name in SMALL:
        return _one(TABLE["small"])
    kinds = COMMANDS.get(name)
    operands = [word for word in rest if not word.startswith("-")]
    kind = None
    if kinds is not None:
        kind = next((kinds[word] for word in operands[:3] if word in kinds), None) or kinds.get("*")
    if name == "yarn" and not operands:
        kind = "npm"
    if kind is None:
        return _one(TABLE["unknown" if kinds is None else "small"], known=kinds is not None)
    found = TABLE[kind]
    low, high = found.low, found.high
    more = max(len(operands) - 2, 0)
    low, high = low + more * found.each[0], high + more * found.each[1]
    if found.caches and any(part in target for target in caches for part in found.caches):
        low, high = low / found.eased, high / found.eased
    return Cost(low, high, [found])


__all__ = ["Cost", "estimate", "total"]
