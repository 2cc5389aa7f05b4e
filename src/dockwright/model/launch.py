"""
What a container starts, wherever it is written: in a Dockerfile, in an image, in a Compose file.

A `Part` is one of ENTRYPOINT, CMD, a health check's test, or the keys of a Compose service that
replace them. All of them have an argv, and where it can be read a script whose words know where
they stand, so that one analysis serves both kinds of files.
"""

from dockwright.compose.template import Filler
from dockwright.compose.values import Filled, Refused
from dockwright.compose.words import words as split
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.model.state import CommandLine
from dockwright.syntax.dockerfile.lines import Joined
from dockwright.syntax.shell.nodes import HOLE, Script, ShellWord
from dockwright.syntax.yaml.nodes import Scalar
from dockwright.text.lazy import lazy
from dockwright.text.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.compose.values import Data, Place
    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.composition import Service
    from dockwright.model.steps import Step

_SHELLS = ("sh", "bash", "ash", "dash")
_VARIABLE = lazy(r"(?<!\$)(?:\$\$)*\$[A-Za-z_{]")


class Part:
    """
    One command line.

    `argv` is what the engine gets, None when that is not known; `shell_form` tells a Dockerfile's
    shell form. It stands in `step` or below `key` of `service`; with neither, in an image. `firm`
    is False when a variable's default, which the environment may replace, is part of it.
    """

    __slots__ = ("_script", "argv", "firm", "key", "place", "service", "shell_form", "step")

    def __init__(
        self,
        argv: "tuple[str, ...] | None",
        *,
        shell_form: bool = False,
        step: "Step | None" = None,
        service: "Service | None" = None,
        key: "tuple[str, ...]" = (),
        script: Script | None = None,
        firm: bool = True,
    ) -> None:
        self.argv = argv
        self.shell_form = shell_form
        self.step = step
        self.service = service
        self.key = key
        self.firm = firm
        self.place: Place | None = service.place(*key) if service is not None else None
        self._script = script

    def __repr__(self) -> str:
        return f"Part({self.argv!r})"

    @property
    def written(self) -> bool:
        """Whether it stands in a file of the project."""
        return self.step is not None or self.service is not None

    @property
    def source(self) -> str:
        """The file it stands in, as messages name it."""
        if self.step is not None:
            return self.step.source
        if self.service is not None and self.place is not None:
            return self.service.project.source(self.place.file).name
        return ""

    @property
    def span(self) -> Span:
        """Where it stands there."""
        if self.step is not None:
            return self.step.line_span
        if self.service is not None:
            return self.service.value(*self.key).span
        return Span(0, 0)

    @property
    def script(self) -> Script | None:
        """The shell script, or the one command of an exec form; None when nobody can read it."""
        if self._script is None and self.step is not None:
            return self.step.script
        if self._script is None and self.argv is not None and not self.written:
            self._script = script_of([(one, (0,), (0,), one) for one in self.argv])
        return self._script

    def reason(self, text: str) -> Reason:
        """A reason that points here."""
        if not self.written:
            return Reason(text, firm=self.firm)
        return Reason(text, self.source, self.span, firm=self.firm)


# A word: its value, the pieces of `Joined` that lead back to the file, and its shape.
if TYPE_CHECKING:
    Item = tuple[str, Sequence[int], Sequence[int], str]


def script_of(items: "Sequence[Item]") -> Script | None:
    """The script of an argv: that of `sh -c '…'`, or one command of literal words."""
    from dockwright.syntax.shell import parser

    if not items:
        return None
    values = [value for value, _, _, _ in items]
    if len(values) >= 3 and values[0].rpartition("/")[2] in _SHELLS:
        at = next((i for i, one in enumerate(values[1:], 1) if not one.startswith("-")), 0)
        if at > 1 and values[at - 1].endswith("c") and not values[at - 1].startswith("--"):
            value, begins, stands, shape = items[at]
            if HOLE in shape:
                return None
            return parser.parse(Joined(value, begins, stands))
    text = ""
    starts: list[int] = []
    offsets: list[int] = []
    literal: list[tuple[str, int, int]] = []
    for value, _, own, _ in items:
        starts.append(len(text))
        offsets.append(own[0])
        literal.append((value, len(text), len(text) + len(value)))
        text += value + "\n"
    script = parser.exec_form(Joined(text, starts, offsets), literal)
    if any(HOLE in shape for _, _, _, shape in items):
        command = script.commands[0]
        command.words = tuple(
            ShellWord(script, value, shape, HOLE not in shape, start, end, quoted=True)
            for (value, start, end), (_, _, _, shape) in zip(literal, items, strict=True)
        )
        command.name = (command.words[0].value or "").rpartition("/")[2]
    return script


def of_service(service: "Service", key: "tuple[str, ...]", skip: int = 0) -> Part | None:
    """
    The command line below `key` of a service, without its first `skip` items.

    None when nothing stands there. Its argv is None when it hangs on an unknown variable.
    """
    listed = service.items(*key)
    if not listed:
        return None
    values: Sequence[Data] = listed
    place = service.place(*key)
    if place is not None and isinstance(place.node, Scalar) and skip == 0:
        # One text split into words: with variables, the words of the text as it stands.
        values = _split_again(service, place.node.text) or listed
    firm = True
    items: list[Item] = []
    at = -1
    for index, value in enumerate(values):
        if index < skip:
            continue
        shown = str(value)
        shape = shown
        if isinstance(value, Filled):
            firm = False
            shape = HOLE if value.open else shown
        start, at = _found(service, key, index, shown, at)
        items.append((shown, (0,), (start,), shape))
    holes = any(HOLE in shape for _, _, _, shape in items)
    argv = None if holes else tuple(value for value, _, _, _ in items)
    return Part(argv, service=service, key=key, script=script_of(items), firm=firm)


def shell_part(service: "Service", key: "tuple[str, ...]") -> Part | None:
    """The second item below `key`, as what a shell reads: the test behind CMD-SHELL."""
    from dockwright.syntax.shell import parser

    listed = service.items(*key)
    if len(listed) < 2:
        return None
    value = listed[1]
    text = str(value)
    if isinstance(value, Filled) and value.open:
        return Part(None, shell_form=True, service=service, key=key, firm=False)
    start, _ = _found(service, key, 1, text, -1)
    return Part(
        ("/bin/sh", "-c", text),
        shell_form=True,
        service=service,
        key=key,
        script=parser.parse(Joined(text, (0,), (start,))),
        firm=not isinstance(value, Filled),
    )


def filled(service: "Service", text: str) -> str:
    """A text of the file with its variables filled in; `Filled` when it has some."""
    environment = service.project.loaded.environment
    try:
        return Filler(environment.get, lenient=True).fill(text)
    except Refused:
        return Filled.of(text, ("",), ("",))


def _split_again(service: "Service", text: str) -> "list[str]":
    """The words of a command with variables in it; none when it has no variables."""
    if _VARIABLE.search(text) is None:
        return []
    try:
        return [filled(service, one) for one in split(text)]
    except Refused:
        return [Filled.of(text, ("",), ("",))]


def _found(
    service: "Service", key: "tuple[str, ...]", index: int, value: str, at: int
) -> tuple[int, int]:
    """Where an item begins in its file, and from where to look for the next of the same text."""
    place = service.place(*key, index)
    if place is None:
        return 0, -1
    node = place.node
    text = service.project.source(place.file).text
    found = text.find(value, max(at, node.start), max(node.end, node.start))
    if found < 0:
        return node.start, at
    return found, found + len(value)


def of_line(line: object) -> Part | None:
    """A `CommandLine` of the image model as a part."""
    if isinstance(line, CommandLine):
        return Part(line.argv, shell_form=line.shell_form, step=line.step)
    if isinstance(line, (tuple, list)) and line:
        return Part(tuple(str(one) for one in line))
    return None


def of_knowledge(found: "Knowledge") -> "Knowledge":
    """What the image model knows of a command line, as a part."""
    if isinstance(found, Known):
        part = of_line(found.value)
        if part is not None and not found.firm:
            part.firm = False
        return Known(part, found.reason)
    return Unknown(found.reason)
