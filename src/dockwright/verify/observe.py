"""Putting claims to a trial, one after the other."""

from typing import TYPE_CHECKING

from dockwright.errors import EngineError
from dockwright.verify.claim import Outcome, Verified, unknown
from dockwright.verify.trial import Skip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dockwright.verify.claim import Claim
    from dockwright.verify.trial import Trial


def observe(
    trial: "Trial",
    claims: "Iterable[Claim]",
    tell: "Callable[[str, Outcome | None], None] | None" = None,
) -> Verified:
    """
    The outcome of every claim.

    `tell` is called with the subject's name before a claim (None) and after it (its outcome). An
    engine that fails makes a claim unknown; one that is gone ends the observation (EngineError).
    """
    world = trial.engine.world
    verified = Verified(trial.subject.name, trial.subject.file)
    begun = world.now()
    for claim in claims:
        if claim.name in trial.settings.ignore:
            continue
        if tell is not None:
            tell(trial.subject.name, None)
        at = world.now()
        try:
            outcome = claim.observe(trial)
        except Skip as skip:
            outcome = unknown(str(skip))
        except EngineError as error:
            trial.engine.version()  # raises when it is gone
            outcome = unknown(f"the engine fails: {error.message}")
        outcome.claim, outcome.title = claim.name, claim.title
        outcome.seconds = world.now() - at
        outcome.file = outcome.file or (trial.subject.file if outcome.line else "")
        verified.outcomes.append(outcome)
        if tell is not None:
            tell(trial.subject.name, outcome)
    verified.seconds = world.now() - begun
    verified.waits = trial.waits
    verified.builds = dict(trial.builds)
    return verified
