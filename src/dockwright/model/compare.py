"""
What an edit changes in the meaning of a Dockerfile.

`compare(before, after)` names the differences. A safe fix declares the names it may cause; the fix
loop refuses it when there are others. Comments, white space, continuations and case have no
meaning here. The order of instructions has, unless the model proves that it makes no difference:
that is "order".
"""

from dockwright.facts.knowledge import Known
from dockwright.model.compareconfig import configuration, normal, pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from dockwright.model.stages import Build, Stage
    from dockwright.model.steps import Step
    from dockwright.syntax.shell.nodes import Command

# Instructions that only write to the image's configuration: where they stand does not matter.
_METADATA = ("CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "STOPSIGNAL")

# Lists longer than this are compared only within a reach of so many elements.
_LONG, _REACH = 500, 24

# Fixes name what they change; these are all the names there are.
NAMES = frozenset(
    (
        "stages",
        "stage-name",
        "base",
        "platform",
        "global-arg",
        "run",
        "run:options",
        "run:operands",
        "run:operator",
        "run:program",
        "run:command-added",
        "run:command-removed",
        "run:layout",
        "mount",
        "copy",
        "copy:form",
        "env",
        "arg",
        "user",
        "workdir",
        "shell",
        "volume",
        "onbuild",
        "cmd",
        "cmd:form",
        "entrypoint",
        "entrypoint:form",
        "healthcheck",
        "healthcheck:form",
        "stopsignal",
        "label",
        "expose",
        "instruction-added",
        "dead-instruction",
        "order",
    )
)


def compare(before: "Build", after: "Build") -> frozenset[str]:
    """The names of the differences in meaning, empty when there are none."""
    found: set[str] = set()
    if len(before.stages) != len(after.stages):
        return frozenset(("stages",))
    if [pairs(node, before) for node in before.globals] != [
        pairs(node, after) for node in after.globals
    ]:
        found.add("global-arg")
    for old, new in zip(before.stages, after.stages, strict=True):
        _stage(old, new, found)
    return frozenset(found)


def _stage(old: "Stage", new: "Stage", found: set[str]) -> None:
    if old.name != new.name:
        found.add("stage-name")
    old_platform, new_platform = (
        flag.value if (flag := stage.from_step.node.flag("platform")) is not None else None
        for stage in (old, new)
    )
    if old_platform != new_platform:
        found.add("platform")
    if old.base.written != new.base.written:
        same_parent = (
            old.parent is not None
            and new.parent is not None
            and old.parent.index == new.parent.index
        )
        found.add("stage-name" if same_parent else "base")
    if _moved(old, new):
        found.add("order")
    else:
        _steps(
            [step for step in old.steps if step.outer.name not in _METADATA],
            [step for step in new.steps if step.outer.name not in _METADATA],
            found,
        )
    configuration(old, new, found)
    if "dead-instruction" not in found:
        counts = [sum(step.outer.name in _METADATA for step in stage.steps) for stage in (old, new)]
        if counts[0] > counts[1]:
            found.add("dead-instruction")
        elif counts[0] < counts[1]:
            found.add("instruction-added")


def _moved(old: "Stage", new: "Stage") -> bool:
    """Whether only the order is another, and provably makes no difference."""
    before, after = (
        [_payload(step) for step in stage.steps if step.outer.name not in _METADATA]
        for stage in (old, new)
    )
    if before == after:
        return False
    from collections import Counter  # 1 ms

    if Counter(before) != Counter(after):
        return False
    from dockwright.model.reorder import same_order

    return same_order(old, new)


# Steps


def _steps(old: "list[Step]", new: "list[Step]", found: set[str]) -> None:
    old_keys = [_payload(step) for step in old]
    new_keys = [_payload(step) for step in new]
    if old_keys == new_keys:
        return
    for tag, a, b, c, d in _opcodes(old_keys, new_keys):
        if tag != "equal":
            _chunk(old[a:b], new[c:d], found)


def _opcodes(
    old: "Sequence[Hashable]", new: "Sequence[Hashable]"
) -> "list[tuple[str, int, int, int, int]]":
    """
    What turns `old` into `new`, as difflib has it.

    Of long lists only what is near is compared: difflib takes quadratic time.
    """
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    left, right = old[first : len(old) - last], new[first : len(new) - last]
    found = [("equal", 0, first, 0, first)] if first else []
    for tag, a, b, c, d in _differing(left, right):
        found.append((tag, a + first, b + first, c + first, d + first))
    if last:
        found.append(("equal", len(old) - last, len(old), len(new) - last, len(new)))
    return found


def _differing(
    old: "Sequence[Hashable]", new: "Sequence[Hashable]"
) -> "Sequence[tuple[str, int, int, int, int]]":
    if not old and not new:
        return ()
    if max(len(old), len(new)) > _LONG:
        return _near(old, new)
    from difflib import SequenceMatcher

    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _near(
    old: "Sequence[Hashable]", new: "Sequence[Hashable]"
) -> "list[tuple[str, int, int, int, int]]":
    """Opcodes in linear time: after a difference, the next equal pair within a short reach."""
    found: list[tuple[str, int, int, int, int]] = []
    a = c = 0
    while a < len(old) and c < len(new):
        b, d = a, c
        while b < len(old) and d < len(new) and old[b] == new[d]:
            b, d = b + 1, d + 1
        if b > a:
            found.append(("equal", a, b, c, d))
        else:
            b, d = next(
                (
                    (a + i, c + reach - i)
                    for reach in range(1, _REACH)
                    for i in range(reach + 1)
                    if a + i < len(old) and c + reach - i < len(new)
                    if old[a + i] == new[c + reach - i]
                ),
                (min(a + _REACH, len(old)), min(c + _REACH, len(new))),
            )
            found.append(("replace", a, b, c, d))
        a, c = b, d
    if a < len(old) or c < len(new):
        found.append(("replace", a, len(old), c, len(new)))
    return [
        ("insert" if a == b else "delete" if c == d else tag, a, b, c, d)
        for tag, a, b, c, d in found
    ]


def _chunk(old: "list[Step]", new: "list[Step]", found: set[str]) -> None:
    if len(old) == len(new):
        for left, right in zip(old, new, strict=True):
            _pair(left, right, found)
        return
    runs = [step for step in (*old, *new) if step.name == "RUN" and not step.onbuild]
    if len(runs) == len(old) + len(new) and old and new:
        flat_old = [command for step in old for command in _commands(step)]
        flat_new = [command for step in new for command in _commands(step)]
        if [c[1:] for c in flat_old] == [c[1:] for c in flat_new]:
            found.add("run:layout")
            if not _same_joints(old, new):
                found.add("run:operator")
            return
    # Unequal numbers: what has an equal on neither side came or went.
    if len(old) > len(new):
        gone = _unmatched(old, new)
        found.update(_name(step) for step in gone)
        rest = [step for step in old if step not in gone]
        for left, right in zip(rest, new, strict=False):
            _pair(left, right, found)
    else:
        come = _unmatched(new, old)
        found.add("instruction-added")
        found.update(_name(step) for step in come if step.name != "ARG")
        rest = [step for step in new if step not in come]
        for left, right in zip(old, rest, strict=False):
            _pair(left, right, found)


def _same_joints(old: "list[Step]", new: "list[Step]") -> bool:
    """
    Whether commands that went from one RUN into another are joined by `&&`, and all others as ever.

    Each RUN starts only when the one before has succeeded.
    """
    left, right = (
        [
            "first" if number == 0 else command[0]
            for step in steps
            for number, command in enumerate(_commands(step))
        ]
        for steps in (old, new)
    )
    return all(
        one == other or {one, other} == {"first", "&&"}
        for one, other in zip(left, right, strict=True)
    )


def _unmatched(many: "list[Step]", few: "list[Step]") -> "list[Step]":
    """The steps of `many` that are left when each of `few` has taken one of its kind."""
    left = list(many)
    for step in few:
        for candidate in left:
            if candidate.name == step.name:
                left.remove(candidate)
                break
    return left if len(left) == len(many) - len(few) else list(many)


def _name(step: "Step") -> str:
    if step.onbuild:
        return "onbuild"
    if step.name in ("ADD", "COPY"):
        return "copy"
    name = step.name.lower()
    return name if name in NAMES else "run"  # BuildKit does not know it: it may mean anything


def _payload(step: "Step") -> tuple[object, ...]:
    node = step.node
    escape = step.stage.build.tree.escape
    kind = ("ONBUILD", step.name) if step.onbuild else (step.name,)
    flags = tuple(flag.text for flag in node.flags)
    if step.name == "RUN":
        return (*kind, flags, tuple(_commands(step)), _opaque(step))
    if step.name in ("ENV", "ARG", "LABEL"):
        return (*kind, pairs(node, step.stage.build))
    bodies = tuple(heredoc.content for heredoc in node.heredocs)
    words = tuple(normal(word.value, escape) for word in node.args)
    if step.name == "WORKDIR" and not step.onbuild:
        after = step.after.workdir
        words = (after.value,) if isinstance(after, Known) else words
    return (*kind, flags, words, bodies)


def _opaque(step: "Step") -> str:
    """The text of a script we do not read, or of one we do not read in full."""
    script = step.script
    if script is not None and script.damaged is None:
        return ""
    return " ".join(step.shell_text().text.split()) if step.node.args else ""


def _commands(step: "Step") -> list[tuple[object, ...]]:
    return [_command(command) for command in step.commands]


def _command(command: "Command") -> tuple[object, ...]:
    return (
        command.operator if command.operator not in ("\n", "") else ";",
        command.within,
        command.name,
        tuple((name, word.shape, word.variables) for name, word in command.assignments),
        tuple((word.shape, word.variables) for word in command.words),
        tuple(
            (r.operator, r.descriptor, r.target.shape if r.target else "")
            for r in command.redirects
        ),
    )


def _pair(old: "Step", new: "Step", found: set[str]) -> None:
    if old.onbuild != new.onbuild:
        found.add("onbuild")
        return
    if {old.name, new.name} == {"ADD", "COPY"} or old.name == new.name == "COPY":
        _copy(old, new, found)
    elif old.name != new.name:
        found.update((_name(old), _name(new)))
    elif old.name == "RUN":
        _run(old, new, found)
    else:
        found.add(_name(new))


def _copy(old: "Step", new: "Step", found: set[str]) -> None:
    flags = [[flag.text for flag in step.node.flags] for step in (old, new)]
    bodies = [[h.content for h in step.node.heredocs] for step in (old, new)]
    sources = [[word.value for word in step.node.args[:-1]] for step in (old, new)]
    targets = [_target(step) for step in (old, new)]
    if flags[0] != flags[1] and _stage_flags(old) == _stage_flags(new):
        flags[1] = flags[0]
        found.add("stage-name")
    same = flags[0] == flags[1] and bodies[0] == bodies[1] and sources[0] == sources[1]
    if not same or targets[0] != targets[1]:
        found.add("copy")
    elif old.name != new.name or _form(old) != _form(new):
        found.add("copy:form")


def _form(step: "Step") -> tuple[object, ...]:
    return step.node.is_json, [word.value for word in step.node.args]


def _stage_flags(step: "Step") -> list[object]:
    """The flags of a COPY with the number of the stage in place of its name."""
    found: list[object] = []
    for flag in step.node.flags:
        stage = step.stage.build.stage_named(flag.value or "") if flag.name == "from" else None
        found.append(("from", stage.index) if stage is not None else flag.text)
    return found


def _target(step: "Step") -> str:
    """Where a COPY puts things, absolute as far as it is known, without the last slash."""
    escape = step.stage.build.tree.escape
    target = normal(step.node.args[-1].value, escape) if step.node.args else ""
    if not target.startswith(("/", "\0")):
        before = step.before.workdir
        if isinstance(before, Known):
            target = f"{before.value.rstrip('/')}/{target.removeprefix('./')}"
            target = target.removesuffix("/.")
    return target.rstrip("/") or "/"


def _run(old: "Step", new: "Step", found: set[str]) -> None:
    if [flag.text for flag in old.node.flags] != [flag.text for flag in new.node.flags]:
        found.add("stage-name" if _mounts(old) == _mounts(new) else "mount")
    if _opaque(old) != _opaque(new):
        found.add("run")
        return
    left, right = _commands(old), _commands(new)
    if len(left) == len(right):
        for one, other in zip(left, right, strict=True):
            _one_command(one, other, found)
        return
    _aligned(left, right, found)


def _aligned(
    old: "list[tuple[object, ...]]", new: "list[tuple[object, ...]]", found: set[str]
) -> None:
    """The differences of two scripts of which one has more commands."""
    left, right = (
        [(one[1], one[2], tuple(_operands(_words(one)))) for one in side] for side in (old, new)
    )
    for tag, a, b, c, d in _differing(left, right):
        if tag == "delete":
            found.add("run:command-removed")
        elif tag == "insert":
            found.add("run:command-added")
        elif b - a != d - c:
            found.add("run")
        else:
            for i, j in zip(range(a, b), range(c, d), strict=True):
                one, other = old[i], new[j]
                if (i == 0) != (j == 0) and {one[0], other[0]} == {";", "&&"}:
                    other = (one[0], *other[1:])  # the first of a list, or no longer
                _one_command(one, other, found)


def _mounts(step: "Step") -> list[object]:
    """The flags of a RUN with the number of the stage in place of its name."""
    build = step.stage.build
    found: list[object] = [flag.text for flag in step.node.flags if flag.name != "mount"]
    for mount in step.mounts:
        stage = build.stage_named(mount.from_) if mount.from_ else None
        options = dict(mount.options)
        if stage is not None:
            options["from"] = f"stage {stage.index}"
        found.append(options)
    return found


def _one_command(old: tuple[object, ...], new: tuple[object, ...], found: set[str]) -> None:
    if old == new:
        return
    if old[0] != new[0] or old[1] != new[1]:
        found.add("run:operator")
    old_words, new_words = _words(old), _words(new)
    if old[2] != new[2]:
        found.add("run:program")
        old_words, new_words = old_words[1:], new_words[1:]
        if _operands(old_words) == _operands(new_words) or _operands(old_words)[1:] == _operands(
            new_words
        ):
            return
    if old[3] != new[3] or old[5] != new[5]:
        found.add("run")
    if old_words != new_words:
        same = _operands(old_words) == _operands(new_words)
        found.add("run:options" if same else "run:operands")


def _words(command: tuple[object, ...]) -> "Sequence[tuple[str, object]]":
    words = command[4]
    assert isinstance(words, tuple)
    return words


def _operands(words: "Sequence[tuple[str, object]]") -> list[tuple[str, object]]:
    return [word for word in words if not word[0].startswith("-")]
