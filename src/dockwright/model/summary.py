"""
What a stage's image is, told in values: what `dockwright show` prints and draws.

Nothing here is new knowledge: it is the model's answers, each with whether it is sure.
"""

from dockwright.facts.effects import Joined, Mode, Murky, Owner, Packages, Put, Tree
from dockwright.facts.knowledge import Known, Unknown
from dockwright.model.state import CommandLine
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockwright.facts.contents import Contents, Effect
    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.stages import Stage
    from dockwright.model.state import State
    from dockwright.model.steps import Step

# What a package manager keeps: nobody reads it at run time.
LEFTOVERS = (
    ("/var/lib/apt/lists/deb.debian.org", "apt's package index"),
    ("/var/cache/apt/archives", ""),
    ("/var/cache/apk/APKINDEX", "apk's package index"),
    ("/root/.cache/pip", "pip's cache"),
    ("/root/.npm", "npm's cache"),
    ("/root/.cache/go-build", "Go's build cache"),
    ("/usr/local/share/.cache/yarn", "yarn's cache"),
)
BUILD_TOOLS = ("build-essential", "build-base", "gcc", "g++", "make", "cmake", "clang", "git")
_SHOWN = 6


class Answer(Value):
    """
    One thing about an image: `text` for people ("?" when it is not known), `value` as data.

    `why` is the reason, `sure` whether no build argument or assumption has a say in it.
    """

    __slots__ = ("sure", "text", "value", "why")

    def __init__(self, text: str, value: object, why: str, sure: bool) -> None:
        self.text = text
        self.value = value
        self.why = why
        self.sure = sure


class Layer(Value):
    """A step: its `text` on one line, what it `adds` and `leaves` behind, whether it is a layer."""

    __slots__ = ("adds", "leaves", "makes", "step", "text", "unknown")

    def __init__(
        self,
        step: "Step",
        text: str,
        adds: "Sequence[str]",
        leaves: "Sequence[str]",
        unknown: "Sequence[str]",
        *,
        makes: bool,
    ) -> None:
        self.step = step
        self.text = text
        self.adds = tuple(adds)
        self.leaves = tuple(leaves)
        self.unknown = tuple(unknown)
        self.makes = makes


class Summary(Value):
    """
    A stage's image.

    `answers` maps "user", "workdir", "start", "health check", … to what is known; `environment`,
    `ports`, `volumes` and `labels` are lists of answers with their names; `packages` are those the
    Dockerfile asks for, by manager; `accounts` the users it adds; `layers` its steps.
    """

    __slots__ = (
        "accounts",
        "answers",
        "environment",
        "labels",
        "layers",
        "packages",
        "ports",
        "stage",
        "volumes",
    )

    def __init__(self, stage: "Stage") -> None:
        state = stage.state
        self.stage = stage
        self.answers = _answers(stage, state)
        self.environment = _map(state, "image_env", stage.base.facts.env)
        self.labels = _map(state, "labels", {})
        self.ports = _names(state, "exposed", stage.base.facts.ports)
        self.volumes = _names(state, "volumes", stage.base.facts.volumes)
        self.packages = _packages(stage)
        self.accounts = [
            effect.value.name
            for one in stage.lineage()[::-1]
            for step in one.steps
            for effect in step.effects
            if isinstance(effect, Joined) and effect.kind == "user" and effect.value is not None
        ]
        self.layers = [_layer(step) for one in stage.lineage()[::-1] for step in one.steps]


def _answer(found: "Knowledge", text: str | None = None, value: object = None) -> Answer:
    if isinstance(found, Known):
        shown = str(found.value) if text is None else text
        data = found.value if text is None and value is None else value
        return Answer(shown, data, found.reason.text, found.firm)
    return Answer("?", None, found.reason.text, False)


def _answers(stage: "Stage", state: "State") -> "dict[str, Answer]":
    from dockwright.model.filesystem import user_of

    found: dict[str, Answer] = {}
    name = stage.base.name
    if stage.parent is not None:
        found["base"] = Answer(f"stage {stage.parent.title}", stage.parent.title, "", True)
    else:
        found["base"] = _answer(name)
    contents = state.files
    system = " ".join(part for part in (contents.distribution, contents.suite) if part)
    if system:
        found["system"] = Answer(system, system, "the base image", stage.base.firm)
    user = state.user
    if isinstance(user, Known):
        uid, gid, home = user_of(user, contents)
        text = user.value or "root"
        numbers = f"uid {'?' if uid is None else uid}"
        text = f"{text} ({numbers})" if str(uid) != text else text
        data = {"name": user.value or "root", "uid": uid, "gid": gid, "home": home}
        found["user"] = _answer(user, text, data)
    else:
        found["user"] = _answer(user)
    workdir = state.workdir
    found["workdir"] = (
        _answer(workdir, workdir.value or "/") if isinstance(workdir, Known) else (_answer(workdir))
    )
    found["start"] = _start(state)
    health = state.healthcheck
    line = health.value if isinstance(health, Known) else None
    if isinstance(line, CommandLine):
        found["health check"] = _line(health, line, state)
    else:
        none = _answer(health, "none") if isinstance(health, Known) else _answer(health)
        found["health check"] = none
    signal = state.stopsignal
    if isinstance(signal, Known) and signal.value:
        found["stop signal"] = _answer(signal)
    return found


def _start(state: "State") -> Answer:
    entrypoint, cmd = state.entrypoint, state.cmd
    if not isinstance(entrypoint, Known):
        return _answer(entrypoint)
    first = _argv(entrypoint.value)
    shell = isinstance(entrypoint.value, CommandLine) and entrypoint.value.shell_form
    rest = _argv(cmd.value) if isinstance(cmd, Known) and not shell else ()
    if first is None or rest is None or (not isinstance(cmd, Known) and not shell):
        unsure = entrypoint if first is None else cmd
        return Answer("?", None, unsure.reason.text, False)
    argv = (*first, *rest)
    if not argv:
        return Answer("nothing", [], entrypoint.reason.text, entrypoint.firm)
    source = entrypoint if first else cmd
    assert isinstance(source, Known)
    text = " ".join(_quoted(word) for word in argv) + _resolved(state, argv[0])
    return Answer(text, list(argv), source.reason.text, source.firm)


def _argv(value: object) -> "tuple[str, ...] | None":
    if value is None:
        return ()
    if isinstance(value, CommandLine):
        return value.argv
    return tuple(value) if isinstance(value, (list, tuple)) else None


def _line(found: "Knowledge", line: CommandLine, state: "State") -> Answer:
    if line.argv is None:
        return Answer("?", None, found.reason.text, False)
    if line.argv == ("NONE",):
        return _answer(found, "switched off", ["NONE"])
    text = " ".join(_quoted(word) for word in line.argv) + _resolved(state, line.argv[0])
    return _answer(found, text, list(line.argv))


def _resolved(state: "State", name: str) -> str:
    program = state.program(name)
    if isinstance(program, Known) and program.value is None:
        return "  (not in the image)" if program.firm else "  (hardly in the image)"
    if isinstance(program, Known) and program.value.path and program.value.path != name:
        return f"  ({program.value.path})"
    return "" if isinstance(program, Known) else "  (not known whether it is there)"


def _quoted(word: str) -> str:
    return word if word and not set(word) & set(" \"'\\$&|;<>()*?") else f"'{word}'"


def _map(state: "State", kind: str, below: "object") -> "list[tuple[str, Answer]]":
    names = dict.fromkeys([*(below if isinstance(below, dict) else ()), *state.names(kind)])
    found = []
    for name in names:
        value = state.stage.lookup(kind, name, state.at)
        if value is not None:
            found.append((name, _answer(value)))
    return found


def _names(state: "State", kind: str, below: "Sequence[str] | None") -> "list[tuple[str, Answer]]":
    found = [(name, Answer(name, name, "the base image declares it", True)) for name in below or ()]
    known = {name for name, _ in found}
    for name in state.names(kind):
        value = state.stage.lookup(kind, name, state.at)
        if value is not None and name not in known:
            found.append((name, Answer(name, name, value.reason.text, True)))
    return found


def _packages(stage: "Stage") -> "dict[str, list[str]]":
    found: dict[str, dict[str, None]] = {}
    for one in stage.lineage()[::-1]:
        for step in one.steps:
            for effect in step.effects:
                kind, names = _installed(effect)
                if kind:
                    found.setdefault(kind, {}).update(dict.fromkeys(names))
    return {kind: sorted(names) for kind, names in sorted(found.items())}


def _installed(effect: "Effect") -> "tuple[str, Iterable[str]]":
    if isinstance(effect, Packages) and not effect.removed:
        return effect.manager, effect.names
    # The effects of apt and apk live with their facts, which are not loaded for this.
    names = getattr(effect, "names", None)
    if names and type(effect).__name__ in ("Installed", "Added"):
        return ("apk" if "apk" in type(effect).__module__ else "apt"), names
    return "", ()


def _layer(step: "Step") -> Layer:
    adds: dict[str, None] = {}
    unknown: dict[str, None] = {}
    folders: dict[str, int] = {}
    understood = {effect.reason.text for effect in step.effects if not isinstance(effect, Murky)}
    for effect in step.effects:
        kind, names = _installed(effect)
        if kind:
            adds[f"{kind}: {', '.join(sorted(names))}"] = None
        elif isinstance(effect, Joined):
            verb = "" if effect.value is not None else "no more "
            adds[f"{verb}{effect.kind} {effect.name}"] = None
        elif isinstance(effect, Put):
            folders[effect.path] = folders.get(effect.path, 0) + 1
        elif isinstance(effect, Tree):
            adds[f"files below {effect.path}"] = None
        elif isinstance(effect, (Owner, Mode)) and effect.recursive:
            what = "owner" if isinstance(effect, Owner) else "mode"
            adds[f"{what} of all below {effect.path}: a second copy of them"] = None
        elif isinstance(effect, Murky) and effect.folders and effect.reason.text not in understood:
            unknown[effect.reason.text.strip("`")] = None
    paths = list(folders)
    if paths:
        more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
        adds[", ".join(paths[:_SHOWN]) + more] = None
    makes = step.name in ("RUN", "COPY", "ADD", "WORKDIR")
    text = " ".join(step.stage.build.tree.source.slice(step.line_span).replace("\\\n", " ").split())
    return Layer(step, text, list(adds), _leaves(step), list(unknown), makes=makes)


def _leaves(step: "Step") -> list[str]:
    if step.name != "RUN":
        return []
    found = []
    before, after = step.before.files, step.after.files
    for path, what in LEFTOVERS:
        if what and after.exists(path) and before.exists(path) is not True:
            found.append(what)
    tools = [
        name
        for effect in step.effects
        for kind, names in [_installed(effect)]
        if kind in ("apt", "apk")
        for name in BUILD_TOOLS
        if name in names and _still(after, kind, name)
    ]
    if tools and step.stage.shipped:
        found.append(f"build tools: {', '.join(dict.fromkeys(tools))}")
    return found


def _still(contents: "Contents", manager: str, name: str) -> bool:
    found = contents.package(manager, name)
    return not isinstance(found, Unknown) and isinstance(found, Known) and bool(found.value)
