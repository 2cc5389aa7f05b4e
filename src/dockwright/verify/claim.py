"""
Claims and what became of them.

A claim is something a Dockerfile or a service says about its image or its containers, by a pattern
it follows: that it builds, that it does not run as root, that its health check tells the truth. It
is observed on an engine and never reasoned about.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.verify.trial import Trial

HOLDS = "holds"
VIOLATED = "violated"
# Not made: there is no health check that could tell the truth.
ABSENT = "absent"
# Could not be observed: something before it failed, or the engine cannot.
UNKNOWN = "unknown"
# The engine says otherwise than our model: a bug of ours.
DISAGREES = "disagrees"
VERDICTS = (HOLDS, VIOLATED, ABSENT, UNKNOWN, DISAGREES)


@dataclass
class Outcome:
    """
    What was seen of one claim: a sentence, and the evidence, most telling first.

    `line` (1-based, 0 for none) and `file` say which instruction or key it is about; `hint` what
    to do; `rules` the codes of findings that say the same statically.
    """

    verdict: str
    message: str
    evidence: "Sequence[str]" = ()
    hint: str = ""
    file: str = ""
    line: int = 0
    rules: "Sequence[str]" = ()
    claim: str = ""
    title: str = ""
    seconds: float = 0.0


@dataclass
class Layer:
    """A layer of the image: the instruction that made it, its size, what later layers cover."""

    created_by: str
    bytes: int
    wasted: int = 0


@dataclass
class Verified:
    """
    One subject: a target of a Dockerfile or a service, and the outcome of each claim.

    `seconds` is all of it, `waits` what of it were builds and waits that had to be. `size` in
    bytes, None when there is no image.
    """

    name: str
    file: str
    outcomes: list[Outcome] = field(default_factory=list)
    seconds: float = 0.0
    waits: float = 0.0
    builds: dict[str, float] = field(default_factory=dict)
    size: int | None = None
    layers: list[Layer] = field(default_factory=list)

    @property
    def violated(self) -> list[Outcome]:
        """The claims that do not hold."""
        return [one for one in self.outcomes if one.verdict == VIOLATED]


class Claim:
    """
    One claim: a module in `verify/claims`, listed in `verify/claims/__init__.py`.

    `name` is what configuration and reports call it, `title` what it says when it holds.
    """

    name = ""
    title = ""

    def observe(self, trial: "Trial") -> Outcome:
        """Ask the trial, and judge. May raise EngineError: then nothing is known."""
        raise NotImplementedError


def holds(message: str, *evidence: str) -> Outcome:
    """It was seen to be so."""
    return Outcome(HOLDS, message, evidence)


def violated(message: str, *evidence: str, hint: str = "", line: int = 0) -> Outcome:
    """It was seen not to be so."""
    return Outcome(VIOLATED, message, evidence, hint=hint, line=line)


def absent(message: str) -> Outcome:
    """Nothing of the kind is claimed."""
    return Outcome(ABSENT, message)


def unknown(message: str, *evidence: str) -> Outcome:
    """It could not be seen."""
    return Outcome(UNKNOWN, message, evidence)


def disagrees(message: str, *evidence: str) -> Outcome:
    """The engine and our model do not agree."""
    return Outcome(DISAGREES, message, evidence)
