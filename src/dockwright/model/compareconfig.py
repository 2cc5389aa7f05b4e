"""What an edit changes in the configuration of the final image; see `model/compare.py`."""

from dockwright.facts.knowledge import Known
from dockwright.model.state import SETTINGS, CommandLine
from dockwright.syntax.dockerfile.expand import expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.stages import Build, Stage


def pairs(node: "object", build: "Build") -> tuple[tuple[str, str | None], ...]:
    """The keys of an instruction with their values, None for those that have none."""
    found = getattr(node, "pairs", ())
    escape = build.tree.escape
    return tuple((p.key, None if p.value is None else normal(p.value, escape)) for p in found)


def normal(text: str, escape: str) -> str:
    """`text` without its quotes and escapes, variables kept."""
    result = expand(text, lambda name: "\0" + name + "\0", escape)
    return text if result.value is None else result.value


def configuration(old: "Stage", new: "Stage", found: set[str]) -> None:
    """Add the names of the differences between the final configurations to `found`."""
    left, right = old.state, new.state
    for setting in SETTINGS:
        one, other = left.setting(setting), right.setting(setting)
        if isinstance(one, Known) != isinstance(other, Known):
            found.add(setting)
        elif isinstance(one, Known) and isinstance(other, Known):
            _setting(setting, one.value, other.value, found)
    for kind, name in (("image_env", "env"), ("labels", "label"), ("exposed", "expose")):
        ones, others = left.entries(kind), right.entries(kind)
        if {k: _value(v) for k, v in ones.items()} != {k: _value(v) for k, v in others.items()}:
            found.add(name)
    if _author(old) != _author(new):
        found.add("label")
    if _probe(old) != _probe(new):
        found.add("healthcheck")
    before, after = _written(old), _written(new)
    found.update(name for name, value in before.items() if value != after[name])


def _written(stage: "Stage") -> "dict[str, object]":
    """What stands in the file of configuration that a variable nobody knows decides."""
    labels: dict[str, object] = {}
    ports: set[object] = set()
    signal: object = None
    for step in stage.steps:
        if "$" not in step.node.rest.text or step.onbuild:
            continue
        if step.name == "LABEL":
            labels.update(pairs(step.node, stage.build))
        elif step.name in ("EXPOSE", "STOPSIGNAL"):
            words = [normal(word.value, stage.build.tree.escape) for word in step.node.args]
            ports.update(words if step.name == "EXPOSE" else ())
            signal = words if step.name == "STOPSIGNAL" else signal
    return {"label": labels, "expose": ports, "stopsignal": signal}


def _probe(stage: "Stage") -> "Sequence[str]":
    """The options of the HEALTHCHECK that counts."""
    steps = [step for step in stage.steps if step.name == "HEALTHCHECK" and not step.onbuild]
    return sorted(flag.text for flag in steps[-1].node.flags) if steps else ()


def _value(knowledge: object) -> object:
    return knowledge.value if isinstance(knowledge, Known) else None


def _author(stage: "Stage") -> str:
    written = [step.node.rest.text for step in stage.steps if step.name == "MAINTAINER"]
    return written[-1] if written else ""


def _setting(name: str, old: object, new: object, found: set[str]) -> None:
    if isinstance(old, CommandLine) and isinstance(new, CommandLine):
        if old.argv is None and new.argv is None:
            # The shell is not known: what it gets is.
            if _text(old) != _text(new):
                found.add(name)
            return
        if old.argv == new.argv:
            return
        found.add(f"{name}:form" if _same_program(old, new) else name)
    elif old != new:
        found.add(name)


def _text(line: CommandLine) -> str:
    return " ".join(line.step.node.rest.text.split()) if line.step is not None else ""


def _same_program(old: CommandLine, new: CommandLine) -> bool:
    """Whether the exec form `new` starts what the one command of the shell form `old` starts."""
    if not old.shell_form or new.shell_form or new.argv is None or old.step is None:
        return False
    script = old.step.script
    if script is None or script.damaged is not None or len(script.commands) != 1:
        return False
    words = [word.value for word in script.commands[0].words]
    if words and words[0] == "exec":
        words = words[1:]
    return words == list(new.argv)
