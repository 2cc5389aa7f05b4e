"""What COPY, ADD and bind mounts take out of the build context, and who reads the history in it."""

from dockwright.facts.contents import clean
from dockwright.facts.knowledge import Known, Reason
from dockwright.model.stages import Stage
from dockwright.model.steps import Step
from dockwright.text.lazy import lazy, re
from dockwright.text.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_REMOTE = lazy(r"[a-z][a-z0-9+.-]*://|[\w.-]+@[\w.-]+:", re.IGNORECASE)
_HEREDOC = lazy(r"\d*<<-?[\"']?\w")
WILDCARD = lazy(r"(?<!\\)[*?\[]")
# Programs that read the history to name the version they build.
_READERS = (
    "git",
    "setuptools_scm",
    "setuptools-scm",
    "versioneer",
    "hatch",
    "goreleaser",
    "gitversion",
)


class Taken:
    """
    One source of a COPY, ADD or bind mount in the build context.

    `path` is relative to the context, cleaned, "" for all of it; `written` is how the file has it,
    variables replaced; `span` where; `because` where its value comes from.
    """

    __slots__ = ("because", "literal", "path", "span", "step", "written")

    def __init__(
        self, step: Step, span: Span, written: str, because: "Sequence[Reason]", literal: bool
    ) -> None:
        self.step = step
        self.span = span
        self.written = written
        self.path = clean(written)[1:]
        self.because = tuple(because)
        self.literal = literal

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def glob(self) -> bool:
        """Whether it is a pattern."""
        return WILDCARD.search(self.path) is not None


def from_context(step: Step) -> "Iterator[Taken]":
    """What `step` takes out of the build context, as far as that is known."""
    node = step.node
    if step.onbuild:
        return
    if step.name in ("COPY", "ADD"):
        if node.flag("from") is not None or node.flag("parents") is not None:
            return
        for word in node.args[:-1]:
            if _HEREDOC.match(word.value):
                continue
            found = step.expand(word.value)
            if not isinstance(found, Known) or not isinstance(found.value, str):
                continue
            if _REMOTE.match(found.value):
                continue
            literal = found.value == word.value
            because = () if literal else (found.reason,)
            yield Taken(step, word.span, found.value, because, literal)
    elif step.name == "RUN" and node.flags:
        for mount in step.mounts:
            source = mount.source
            if mount.kind == "bind" and not mount.from_ and source and "$" not in source:
                yield Taken(step, mount.span, source, (), False)


def reads_history(stage: Stage) -> bool:
    """Whether a command of the stage, or of one below it, asks for the history of the sources."""
    for one in stage.lineage():
        for step in one.steps:
            if step.name == "RUN" and ".git" in step.node.rest.text:
                return True
            for command in step.commands if step.name == "RUN" else ():
                if command.name in _READERS:
                    return True
                if any(word.shape in _READERS for word in command.words):
                    return True
    return False
