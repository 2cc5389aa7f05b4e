"""It builds, and a second build has nothing to do."""

from typing import TYPE_CHECKING

from dockwright.verify.claim import Claim, Outcome, holds, unknown, violated

if TYPE_CHECKING:
    from dockwright.verify.trial import Trial


class Builds(Claim):
    """The image can be built."""

    name = "builds"
    title = "builds"

    def observe(self, trial: "Trial") -> Outcome:
        built = trial.built
        if built.ok:
            return holds(f"built in {built.seconds:.1f} s")
        if built.late:
            return violated(f"the build is {built.error}")
        log = next((step.log for step in built.steps if step.error), "")
        evidence = tuple(line for line in log.splitlines()[-5:] if line.strip())
        return violated(f"the build fails: {built.error}", *evidence, line=built.line)


class Rebuilds(Claim):
    """A second build takes every step from the cache."""

    name = "rebuild-cached"
    title = "second build fully cached"

    def observe(self, trial: "Trial") -> Outcome:
        again = trial.again
        if not again.ok:
            return violated(f"the second build fails: {again.error}", line=again.line)
        numbered = [one for one in again.steps if one.number and not one.text.startswith("FROM ")]
        ran = [step for step in numbered if not step.cached and step.started]
        if ran:
            lines = [f"{step.text} ({step.seconds or 0:.1f} s)" for step in ran]
            return violated(f"{len(ran)} of {len(numbered)} steps ran again", *lines)
        if not trial.engine.can("steps"):
            return unknown("this engine does not say which steps it took from the cache")
        return holds(f"all {len(numbered)} steps cached, {again.seconds:.1f} s")
