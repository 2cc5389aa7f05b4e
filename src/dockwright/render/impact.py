"""What an edit costs, for people and for programs."""

from dockwright.model.cache import CACHED, PERHAPS, RUNS, Affected
from dockwright.model.cachereasons import title
from dockwright.model.cost import total
from dockwright.render.veil import veiled, within
from dockwright.text.source import printable
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from dockwright.facts.knowledge import Reason
    from dockwright.model.cost import Cost
    from dockwright.text.source import Source

VERSION = 1
_WORDS = {CACHED: "cached", PERHAPS: "perhaps", RUNS: "runs again"}
_STYLES = {CACHED: "\033[2m", PERHAPS: "\033[1;33m", RUNS: "\033[1;31m"}
_RESET = "\033[0m"
_WIDTH = 48


class Forecast(Value):
    """
    What becomes of the steps of one Dockerfile after one change.

    `change` says the change in words, `given` is the change as data. `sources` has, by name, every
    source that a step or a reason names. `notes` are remarks on what could not be taken into
    account.
    """

    __slots__ = ("affected", "change", "given", "name", "notes", "sources", "target")

    def __init__(
        self,
        name: str,
        change: str,
        affected: "Sequence[Affected]",
        sources: "dict[str, Source]",
        *,
        target: str = "",
        given: "dict[str, Any] | None" = None,
        notes: "Sequence[str]" = (),
    ) -> None:
        self.name = name
        self.change = change
        self.affected = tuple(affected)
        self.sources = sources
        self.target = target
        self.given = given or {}
        self.notes = tuple(notes)

    def with_verdict(self, verdict: str) -> "list[Affected]":
        """The steps of which `verdict` is said."""
        return [one for one in self.affected if one.verdict == verdict]

    @property
    def cost(self) -> "Cost":
        """What the next build takes."""
        runs, perhaps = self.with_verdict(RUNS), self.with_verdict(PERHAPS)
        return total([one.cost for one in runs], [one.cost for one in perhaps])

    def line(self, place: "Affected | Reason") -> int | None:
        """The line where a step or reason stands, from 1; None when it stands nowhere."""
        found = place.step if isinstance(place, Affected) else place
        if found.span is None or found.source is None or found.source not in self.sources:
            return None
        return self.sources[found.source].line_of(found.span.start)


def text(forecast: Forecast, *, colour: bool = False) -> str:
    """The steps of each stage with what becomes of them, and the sum."""
    lines = [f"{forecast.name}: {forecast.change}", ""]
    stage = None
    for one in forecast.affected:
        if one.stage is not stage:
            stage = one.stage
            lines.append(f"stage {stage.title}" if len(stage.build.stages) > 1 else "steps")
        lines.append(_step(forecast, one, colour=colour))
    lines += ["", summary(forecast), *(f"note: {note}" for note in forecast.notes)]
    lines = list(map(veiled, lines))
    return "\n".join(printable(line) if not colour else line for line in lines) + "\n"


def _step(forecast: Forecast, one: "Affected", *, colour: bool) -> str:
    word = f"{_WORDS[one.verdict]:<10}"
    if colour:
        word = f"{_STYLES[one.verdict]}{word}{_RESET}"
    named = printable(title(one.step, _WIDTH))
    line = f"  {word}  {forecast.line(one) or 0:>4}  {named:<{_WIDTH}}"
    if one.verdict != CACHED:
        line += f"  {one.cost.text:<14}  {printable(_why(one))}"
    return line.rstrip()


def _why(one: "Affected") -> str:
    """What the step itself has to do with the change, else what happens below it."""
    own = [reason for reason in one.reasons if reason.span == one.step.span]
    reasons = own or one.reasons[-1:]
    return reasons[0].text if reasons else ""


def summary(forecast: Forecast) -> str:
    """The change, how much runs again, what that takes, and the worst of it with its cause."""
    runs, perhaps = forecast.with_verdict(RUNS), forecast.with_verdict(PERHAPS)
    count = len(forecast.affected)
    after = f"after {forecast.change}"
    if not count:
        return f"{after} nothing runs: there is no step that makes a layer"
    if not runs and not perhaps:
        return f"{after} all {count} steps are cached"
    verb = "step runs" if len(runs) == 1 and count == 1 else "steps run"
    parts = f"{after} {len(runs)} of {count} {verb} again"
    if perhaps:
        parts += f" and {len(perhaps)} perhaps"
    parts += f", {forecast.cost.text}"
    worst = max((*runs, *perhaps), key=lambda one: (one.cost.high, one.cost.low))
    if worst.cost.high >= 10 and worst.reasons:
        cause = worst.reasons[0]
        line = forecast.line(cause)
        where = f" (line {line})" if line is not None and cause.span != worst.step.span else ""
        parts += f": {title(worst.step, _WIDTH)} is among them because {cause.text}{where}"
    return printable(parts)


def document(forecast: Forecast) -> "dict[str, Any]":
    """The forecast as a JSON value; docs/guides/impact.md describes it."""
    found: dict[str, Any] = within(_document(forecast))
    return found


def _document(forecast: Forecast) -> "dict[str, Any]":
    return {
        "version": VERSION,
        "dockerfile": forecast.name,
        "target": forecast.target,
        "change": forecast.given,
        "steps": [
            {
                "stage": one.stage.title,
                "line": forecast.line(one),
                "instruction": title(one.step, 0).split("\n", 1)[0],
                "verdict": one.verdict,
                "reasons": [
                    {"text": reason.text, "line": forecast.line(reason)} for reason in one.reasons
                ],
                "cost": _cost(one.cost),
            }
            for one in forecast.affected
        ],
        "summary": {
            "steps": len(forecast.affected),
            **{word: len(forecast.with_verdict(word)) for word in (CACHED, PERHAPS, RUNS)},
            "cost": _cost(forecast.cost),
            "text": summary(forecast),
        },
        "notes": list(forecast.notes),
    }


def _cost(cost: "Cost") -> "dict[str, Any]":
    return {
        "low": round(cost.low, 1),
        "high": round(cost.high, 1),
        "known": cost.known,
        "class": cost.label,
        "text": cost.text,
        "assumptions": [
            {"text": one.text, "source": one.source, "low": one.low, "high": one.high}
            for one in cost.assumptions
        ],
    }
