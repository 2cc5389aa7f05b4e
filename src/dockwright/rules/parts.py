"""What a rule is made of: metadata, examples, findings and fixes. Rules get it from `rules.api`."""

from dockwright.findings.finding import SAFE, SHOWN, UNSAFE, Fix
from dockwright.text.span import Edit, Span, Spot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, ClassVar, Protocol, Self

    from dockwright.facts.knowledge import Reason

    class Place(Protocol):
        """Whatever stands somewhere: a step, a word, a command, a flag."""

        @property
        def span(self) -> Span: ...


class Trigger:
    """The programs a rule on RUN waits for."""

    __slots__ = ("programs",)

    def __init__(self, programs: tuple[str, ...]) -> None:
        self.programs = programs


def command(*programs: str) -> Trigger:
    """Call the rule only for a RUN that has one of `programs` among its commands."""
    return Trigger(programs)


class Remedy:
    """Edits with their safety, as `safe`, `unsafe` and `shown` make them."""

    __slots__ = ("changes", "edits", "safety")

    def __init__(self, safety: str, edits: "Sequence[Edit | None]", changes: frozenset[str]):
        self.safety = safety
        self.edits = tuple(edits)
        self.changes = changes


def safe(*edits: "Edit | None", changes: "Sequence[str]" = ()) -> Remedy:
    """
    Edits that keep what the image does, but for `changes` (names that `model.compare` gives).

    The fix loop proves it and refuses the fix otherwise. An edit that is None withdraws the fix.
    """
    return Remedy(SAFE, edits, frozenset(changes))


def unsafe(*edits: "Edit | None") -> Remedy:
    """Edits that change behaviour in a way a person should look at."""
    return Remedy(UNSAFE, edits, frozenset())


def shown(*edits: "Edit | None") -> Remedy:
    """Edits that are only shown, never applied."""
    return Remedy(SHOWN, edits, frozenset())


class Draft:
    """A finding as a rule gives it; the runner adds the rule's metadata."""

    __slots__ = ("because", "fixes", "likely", "message", "place")

    def __init__(
        self, place: "Place | Span", message: str, because: "Sequence[Reason]", likely: bool
    ) -> None:
        self.place = place
        self.message = message
        self.because = tuple(because)
        self.likely = likely
        self.fixes: list[Fix] = []

    def fix(self, title: str, remedy: Remedy | None) -> "Draft":
        """Offer a fix; nothing is offered when `remedy` or one of its edits is None."""
        if remedy is not None and remedy.edits and None not in remedy.edits:
            edits = [edit for edit in remedy.edits if edit is not None]
            self.fixes.append(Fix(title, remedy.safety, edits, remedy.changes))
        return self

    @property
    def span(self) -> Span:
        """Where the finding stands."""
        return self.place if isinstance(self.place, Span) else self.place.span

    @property
    def source(self) -> str:
        """The file it stands in; "" for the file that the rule looks at."""
        return self.place.source if isinstance(self.place, Spot) else ""


class Files(str):
    """
    The files of an example, by path: `Files({"compose.yaml": …, "Dockerfile": …})`.

    As a text, one after the other below their names. An example of a rule about Compose that is a
    plain text is its compose.yaml.
    """

    __slots__ = ("files",)

    files: "Mapping[str, str]"

    def __new__(cls, files: "Mapping[str, str]") -> "Self":
        made = super().__new__(cls, "\n".join(f"# {path}\n{text}" for path, text in files.items()))
        made.files = dict(files)
        return made


class Bad:
    """
    An example that the rule reports.

    `at` is the text under the finding's span (for several findings, a tuple of them in order);
    `fixed` the Dockerfile after the rule's first fix, None when the rule offers none here.
    `config` holds configuration keys the example needs (`{"trusted-registries": [...]}`), besides
    "dockerignore", the text of that file, and "context", which maps the paths in the build context
    to a mode, a first line, or a pair of both.
    """

    __slots__ = ("at", "config", "fixed", "text")

    def __init__(
        self,
        text: str,
        *,
        at: "str | tuple[str, ...]",
        fixed: str | None = None,
        config: "Mapping[str, object] | None" = None,
    ) -> None:
        self.text = text
        self.at = at
        self.fixed = fixed
        self.config = dict(config or {})


class Good:
    """An example that the rule must be silent about."""

    __slots__ = ("config", "text")

    def __init__(self, text: str, *, config: "Mapping[str, object] | None" = None) -> None:
        self.text = text
        self.config = dict(config or {})


class Rule:
    """
    The base of all rules. Rules are stateless; `options` is the configuration the rule may read.

    `code` is stable, `name` is what people type and reads well after "allow". `tier` is "default",
    "optional" (off unless selected: contested advice or a matter of taste) or "preview" (new:
    `--preview` turns it on). `since` is the first version that has the rule; a pinned
    `rules-version` leaves later ones out. `also` names equivalents as `tool:id`. With `mentions`,
    the rule is not even imported for a file whose text, in lower case, holds none of these words;
    with `needs` not for a build whose context is not known ("context"), that has no ignore patterns
    ("ignore"), or when the option of that name is not set.
    """

    code: "ClassVar[str]"
    name: "ClassVar[str]"
    since: "ClassVar[str]" = "0.1"
    severity: "ClassVar[str]" = "warning"
    tier: "ClassVar[str]" = "default"
    tags: "ClassVar[tuple[str, ...]]" = ()
    also: "ClassVar[tuple[str, ...]]" = ()
    on: "ClassVar[Trigger | None]" = None
    mentions: "ClassVar[tuple[str, ...]]" = ()
    needs: "ClassVar[str]" = ""
    examples: "ClassVar[tuple[Bad | Good, ...]]" = ()

    __slots__ = ("options",)

    def __init__(self, options: "Mapping[str, Any] | None" = None) -> None:
        self.options = options or {}

    def at(
        self,
        place: "Place | Span",
        message: str,
        because: "Sequence[Reason]" = (),
        *,
        likely: bool = False,
    ) -> Draft:
        """
        A finding at `place` (whose span it takes).

        `because` is the chain of reasons out of the model. The finding is only "likely" when
        `likely` is given or one of the reasons is not firm.
        """
        return Draft(place, message, because, likely)
