"""
What each instruction does to the configuration: `apply(step)` writes it on the stage's timelines.

Mirrors the dispatch functions of moby/buildkit `frontend/dockerfile/dockerfile2llb/convert.go`.
"""

from posixpath import normpath
from sys import intern

from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.model.state import CommandLine
from dockwright.syntax.dockerfile.expand import expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.steps import Step


def apply(step: "Step") -> None:
    """Write what `step` sets on the timelines of its stage."""
    function = _BY_NAME.get(step.node.name)
    if function is not None:
        function(step)


def _reason(step: "Step", firm: bool = True) -> Reason:
    # One text for all: where it stands is in the span, and files of many lines stay small.
    return Reason(intern(f"this {step.node.name} sets it"), step.source, step.span, firm=firm)


def _held(step: "Step", text: str) -> "Knowledge":
    """The value of a word, with the step as the reason."""
    value = step.expand(text)
    if isinstance(value, Known):
        return Known(value.value, _reason(step, value.firm))
    return value


def _arg(step: "Step") -> None:
    build = step.stage.build
    for pair in step.node.pairs:
        name = pair.key
        value: Knowledge | None
        if name in build.args:
            value = Known(build.args[name], Reason(f"the build argument {name}"))
        elif pair.value is not None:
            # Unlike ENV, each ARG of an instruction sees those before it.
            value = step.stage.expand(pair.value, step.index + 1, step.span)
            if isinstance(value, Known):
                reason = Reason(
                    f"the default of ARG {name}", step.source, pair.word.span, firm=False
                )
                value = Known(value.value, reason)
        else:
            value = build.global_value(name)
            if value is None:
                value = Unknown(
                    Reason(
                        f"ARG {name} has no default: only a build argument sets it",
                        step.source,
                        pair.word.span,
                    )
                )
        step.stage.timelines.put("build_env", name, step.index, value)


def _env(step: "Step") -> None:
    lines = step.stage.timelines
    for pair in step.node.pairs:
        key = step.expand(pair.key)
        name = key.value if isinstance(key, Known) else pair.key
        value = _held(step, pair.value or "")
        lines.put("build_env", name, step.index, value)
        lines.put("image_env", name, step.index, value)


def _label(step: "Step") -> None:
    for pair in step.node.pairs:
        key = step.expand(pair.key)
        name = key.value if isinstance(key, Known) else pair.key
        step.stage.timelines.put("labels", name, step.index, _held(step, pair.value or ""))


def _setting(name: str) -> "Callable[[Step], None]":
    def write(step: "Step") -> None:
        if step.node.args:
            step.stage.timelines.set(name, step.index, _held(step, step.node.args[0].value))

    return write


def _workdir(step: "Step") -> None:
    if not step.node.args:
        return
    value = _held(step, step.node.args[0].value)
    if isinstance(value, Known) and step.stage.os != "windows":
        path = value.value
        if not path.startswith("/"):
            before = step.before.workdir
            if isinstance(before, Known):
                path = f"{before.value or '/'}/{path}"
                value = Known(_clean(path), _reason(step, value.firm and before.firm))
            else:
                value = Unknown(before.reason)
        else:
            value = Known(_clean(path), value.reason)
    step.stage.timelines.set("workdir", step.index, value)


def _clean(path: str) -> str:
    cleaned = normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def _shell(step: "Step") -> None:
    if step.node.is_json and step.node.args:
        shell = tuple(word.value for word in step.node.args)
        step.stage.timelines.set("shell", step.index, Known(shell, _reason(step)))


def command_line(step: "Step") -> CommandLine | None:
    """What a CMD, ENTRYPOINT or the command of a HEALTHCHECK puts into the configuration."""
    node = step.node
    words = node.args[1:] if node.name == "HEALTHCHECK" else node.args
    if node.is_json:
        return CommandLine(tuple(word.value for word in words), False, step) if words else None
    if not words:
        return None
    shell = step.before.shell
    argv = (*shell.value, words[0].value) if isinstance(shell, Known) else None
    return CommandLine(argv, True, step)


def _cmd(step: "Step") -> None:
    step.stage.timelines.set("cmd", step.index, Known(command_line(step), _reason(step)))


def _entrypoint(step: "Step") -> None:
    lines = step.stage.timelines
    lines.set("entrypoint", step.index, Known(command_line(step), _reason(step)))
    if not any(other.node.name == "CMD" for other in _setters(step)):
        reason = Reason(
            "this ENTRYPOINT drops an inherited CMD",
            step.source,
            step.span,
        )
        lines.set("cmd", step.index, Known(None, reason))


def _setters(step: "Step") -> "list[Step]":
    """The steps of the stage before `step` that set a CMD themselves."""
    timeline = step.stage.timelines.settings.get("cmd")
    if timeline is None:
        return []
    steps, triggers = step.stage.steps, step.stage.triggers
    return [steps[index] if index >= 0 else triggers[index] for index in timeline.steps]


def _healthcheck(step: "Step") -> None:
    node = step.node
    if not node.args:
        return
    value: CommandLine | None
    if node.args[0].value.upper() == "NONE":
        value = CommandLine(("NONE",), False, step)
    else:
        value = command_line(step)
    step.stage.timelines.set("healthcheck", step.index, Known(value, _reason(step)))


def _expose(step: "Step") -> None:
    for word in step.node.args:
        value = step.expand(word.value)
        if not isinstance(value, Known):
            step.stage.timelines.put("exposed", word.value, step.index, value)
            continue
        for port in _split(step, word.value, value.value):
            number, _, protocol = port.rpartition(":")[2].partition("/")
            for one in _ports(number):
                name = f"{one}/{protocol.lower() or 'tcp'}"
                step.stage.timelines.put(
                    "exposed", name, step.index, Known(True, _reason(step, value.firm))
                )


def _split(step: "Step", text: str, value: str) -> "Sequence[str]":
    """The words of an expanded text, as BuildKit splits them: `80${X:-81}` is 81 alone."""
    if "${" not in text:
        return value.split()

    def lookup(name: str) -> str | None:
        found = step.before.variable(name)
        return found.value if isinstance(found, Known) else None

    return expand(text, lookup, step.stage.build.tree.escape).words


def _ports(text: str) -> list[str]:
    first, dash, last = text.partition("-")
    if dash and first.isdigit() and last.isdigit() and 0 <= int(last) - int(first) <= 1024:
        return [str(port) for port in range(int(first), int(last) + 1)]
    return [text]


def _volume(step: "Step") -> None:
    for word in step.node.args:
        value = step.expand(word.value)
        name = value.value if isinstance(value, Known) else word.value
        step.stage.timelines.put("volumes", name, step.index, Known(True, _reason(step)))


def undefined(step: "Step", text: str) -> list[tuple[str, int, int]]:
    """The variables of `text` that are certainly not set before `step`, with their offsets."""
    if "$" not in text:
        return []

    def lookup(name: str) -> str | None:
        return None if step.before.variable(name) is None else "x"

    found = expand(text, lookup, step.stage.build.tree.escape).references
    return [(ref.name, ref.start, ref.end) for ref in found if not ref.found]


_BY_NAME: "dict[str, Callable[[Step], None]]" = {
    "ARG": _arg,
    "ENV": _env,
    "LABEL": _label,
    "USER": _setting("user"),
    "STOPSIGNAL": _setting("stopsignal"),
    "WORKDIR": _workdir,
    "SHELL": _shell,
    "CMD": _cmd,
    "ENTRYPOINT": _entrypoint,
    "HEALTHCHECK": _healthcheck,
    "EXPOSE": _expose,
    "VOLUME": _volume,
}
