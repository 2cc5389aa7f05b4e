"""
The cache key of each step that makes a layer, taken apart.

A key is a tuple of named parts; equal keys mean that BuildKit finds the step's result in its cache.
The step below comes in as a number, so keys stay small however long the file is.

Source of the rules: moby/buildkit v0.25.2, `solver/llbsolver/ops/exec.go` and `file.go` (CacheMap),
`frontend/dockerfile/dockerfile2llb/convert.go` (dispatchRun, dispatchCopy, dispatchWorkdir) and
`convert_runmount.go`; confirmed by `bench/cache_predictions.py`.
"""

from dockwright.model import mounts, reference
from dockwright.model.cachereasons import title
from dockwright.model.selection import Source, relative
from dockwright.syntax.dockerfile.flags import last
from dockwright.syntax.dockerfile.heredoc import opening
from dockwright.text.lazy import lazy
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.cacheenv import Env
    from dockwright.model.mounts import Mount
    from dockwright.model.stages import Build, Stage
    from dockwright.model.steps import Step
    from dockwright.syntax.dockerfile.nodes import Flag, Instruction

    Parts = dict[str, object]

LAYERS = frozenset(("RUN", "COPY", "ADD", "WORKDIR"))
_REMOTE = lazy(r"https?://|git://|ssh://|[\w.-]+@[\w.-]+:")
_YES = frozenset(("", "1", "t", "true", "y", "yes"))


class Input(Value):
    """
    Content that goes into a key: what `sources` take of `origin`.

    `origin` is "context", "stage", "image" or "scratch"; `name` the stage's or image's name as
    written. `label` is how messages call the instruction or option that takes it, `target` where
    it lands (absolute; with a final slash when that is surely a folder), `unpack` whether archives
    are unpacked there.
    """

    __slots__ = ("label", "name", "origin", "sources", "stage", "target", "unpack")

    def __init__(
        self,
        origin: str,
        sources: "Sequence[Source]",
        *,
        label: str,
        name: str = "",
        stage: "Stage | None" = None,
        target: str = "",
        unpack: bool = False,
    ) -> None:
        self.origin = origin
        self.sources = tuple(sources)
        self.label = label
        self.name = name
        self.stage = stage
        self.target = target
        self.unpack = unpack

    def landing(self, path: str) -> tuple[str, bool]:
        """Where the file `path` of the origin comes to lie, and whether it is surely just there."""
        for source in self.sources:
            if not source.takes(path):
                continue
            top = source.top(path)
            if top is None:
                break
            folder = self.target.rstrip("/")
            if source.include or (path != top and top):
                return f"{folder}/{path[len(top) :].lstrip('/')}", not source.include
            if not top:
                return f"{folder}/{path}", True
            if self.target.endswith("/"):
                return f"{folder}/{path.rpartition('/')[2]}", True
            break
        return self.target, False


def effective(stage: "Stage") -> "list[Step]":
    """The steps that run in `stage`: the ONBUILD triggers of the stage below, then its own."""
    below = stage.parent.steps if stage.parent is not None else ()
    triggers = [step for step in below if step.onbuild]
    return triggers + [step for step in stage.steps if not step.onbuild]


def named_stages(build: "Build", stage: "Stage", step: "Step") -> "list[Stage]":
    """The stages that `step`, run in `stage`, copies or mounts from."""
    found: list[Stage] = []
    for word in step.sources:
        _, other = origin(build, stage, word.value, numbered=step.node.name == "COPY")
        if other is not None:
            found.append(other)
    return found


def makes_layer(step: "Step", env: "Env") -> bool:
    """Whether the step (not yet applied to `env`) is one that BuildKit executes."""
    node = step.node
    if node.name == "WORKDIR":
        return bool(node.args) and env.absolute(env.text(node.args[0].value)) != "/"
    return node.name in LAYERS and bool(node.args)


def definition(step: "Step", stage: "Stage", env: "Env") -> "tuple[Parts, list[Input]]":
    """
    The parts of the key of `step`, run in `stage`, that its text and `env` decide, and the content
    it takes.
    """
    if step.node.name == "RUN":
        return _run(step, stage, env)
    if step.node.name == "WORKDIR":
        build = env.build
        path = env.absolute(env.text(step.node.args[0].value))
        # The time stamp of what it makes is in the key when the build sets one.
        epoch = build.args.get("SOURCE_DATE_EPOCH", "")
        return {"directory": path, "user": env.user, "epoch": epoch}, []
    return _copy(step, stage, env)


def origin(
    build: "Build", stage: "Stage", name: str, *, numbered: bool
) -> "tuple[str, Stage | None]":
    """What `--from=name` or `from=name` in `stage` means: a kind of origin, and the stage."""
    if name == "scratch":
        return "scratch", None
    if numbered or not name.isdigit():
        found = build.stage_named(name)
        if found is not None and found.index < stage.index:
            return "stage", found
    return ("image", None)


def image_name(text: str) -> tuple[str, ...]:
    """An image reference as BuildKit compares it: with its defaults filled in."""
    found = reference.parse(text)
    if found is None:
        return (text,)
    tag = found.tag or ("" if found.digest else "latest")
    return (found.registry, found.path, "" if found.digest else tag, found.digest)


# RUN


def _run(step: "Step", stage: "Stage", env: "Env") -> "tuple[Parts, list[Input]]":
    node = step.node
    parts: Parts = {
        "environment": env.variables,
        "user": env.user,
        "working directory": env.workdir,
    }
    text = step.shell_text().text
    simple = len(node.heredocs) == 1 and opening(node.rest.text.strip()) is not None
    if node.is_json:
        parts["command"] = tuple(word.value for word in node.args)
    elif simple and text.startswith("#!"):
        parts["command"] = (node.heredocs[0].name, text)
    else:
        parts["command"] = text
        parts["shell"] = env.shell
    found: list[tuple[str, tuple[object, ...]]] = []
    inputs: list[Input] = []
    secrets: list[tuple[object, ...]] = []
    for flag in node.flags:
        if flag.name == "mount":
            mount = mounts.parse(flag)
            if mount.kind in ("secret", "ssh"):
                secrets.append(_options(mount, env))
            else:
                target, key = _mount(mount, stage, env, inputs)
                found.append((target, key))
    found.sort()
    parts["mounts"] = (tuple(found), tuple(secrets))
    network = last(node, "network")
    security = last(node, "security")
    parts["flags"] = (
        _unless(env, network, "default"),
        _unless(env, security, "sandbox"),
        tuple(flag.value for flag in node.flags if flag.name == "device"),
    )
    return parts, inputs


def _unless(env: "Env", flag: "Flag | None", default: str) -> str:
    """The value of a flag, "" when it says the default."""
    text = env.text(flag.value or "") if flag is not None else ""
    return "" if text == default else text


def _options(mount: "Mount", env: "Env") -> tuple[object, ...]:
    """The key of a secret or ssh mount: all but its content, defaults filled in."""
    options = {name: env.text(value) for name, value in mount.options.items()}
    kind = mount.kind
    target = options.get("target", "")
    name = options.get("source") or options.get("id") or target.rpartition("/")[2]
    variable = options.get("env")
    if kind == "secret" and not target and variable is None:
        target = f"/run/secrets/{name.rpartition('/')[2]}"
    owner = tuple(
        int(options.get(one) or 0) if _digits(options.get(one)) else options.get(one)
        for one in ("uid", "gid")
    )
    mode = _mode(options.get("mode") or ("0400" if kind == "secret" else "0600"))
    required = options.get("required", "false").lower() in _YES
    return (kind, name, target, variable, owner, mode, required)


def _digits(text: str | None) -> bool:
    return text is None or text.isdigit()


def _mount(
    mount: "Mount", stage: "Stage", env: "Env", inputs: "list[Input]"
) -> tuple[str, tuple[object, ...]]:
    """The target and the key of a bind, cache or tmpfs mount; its content goes to `inputs`."""
    options = {
        name: value if name in ("from", "type") else env.text(value)
        for name, value in mount.options.items()
    }
    kind = mount.kind
    target = env.absolute(options.get("target", ""))
    if kind == "tmpfs":
        return target, (kind, options.get("size", ""))
    source = relative(options.get("source", ""))
    owned = tuple(options.get(name) for name in ("uid", "gid", "mode"))
    name = options.get("from", "")
    key: tuple[object, ...]
    if kind == "cache":
        readonly = options.get("readonly", "false").lower() in _YES
        key = (kind, readonly, *_cache_id(options, target), owned if not source else None)
        if not name:
            return target, key
    else:
        readonly = options.get("readwrite", "false").lower() not in _YES
        readonly = options.get("readonly", str(readonly)).lower() in _YES
        key = (kind, readonly)
    came = ("context", None) if not name else origin(env.build, stage, name, numbered=False)
    label = f"the {kind} mount on {target}"
    inputs.append(Input(came[0], [Source(source)], label=label, name=name, stage=came[1]))
    return target, key


def _cache_id(options: "dict[str, str]", target: str) -> tuple[object, ...]:
    """
    What of a cache mount's id and sharing is in the key.

    The default id with default sharing is kept, any other pair counts as nothing
    (`checkShouldClearCacheOpts` in exec.go).
    """
    name = options.get("id") or target
    sharing = options.get("sharing", "shared").lower()
    return (name,) if name == target and sharing == "shared" else ("",)


# COPY and ADD


def _copy(step: "Step", stage: "Stage", env: "Env") -> "tuple[Parts, list[Input]]":
    node = step.node
    add = node.name == "ADD"
    words = [env.text(word.value) for word in node.args]
    target = _destination(words[-1], env)
    excluded = tuple(env.text(f.value) for f in node.flags if f.name == "exclude" and f.value)
    parents = _switch(node, "parents")
    unpack = _switch(node, "unpack") if node.flag("unpack") is not None else add
    sources: list[Source] = []
    actions: list[tuple[object, ...]] = []
    inline: list[tuple[object, ...]] = []
    for word, text in zip(node.args[:-1], words, strict=False):
        if node.heredocs and opening(word.value) is not None:
            continue
        if add and _REMOTE.match(text):
            actions.append(("remote", text))
            continue
        include: Sequence[str] = ()
        path = text
        if parents:
            pivot, cut, pattern = text.partition("/./")
            include = (relative(pattern if cut else text),)
            path = pivot if cut else "/"
        source = Source(relative(path), include, excluded)
        sources.append(source)
        name = source.path.rpartition("/")[2]
        actions.append((name, unpack, source.include))
    for heredoc in node.heredocs:
        content = heredoc.content
        if heredoc.chomp:
            content = "\n".join(line.lstrip("\t") for line in content.split("\n"))
        inline.append((heredoc.name, env.text(content, raw=True) if heredoc.expand else content))
    several = len(actions) + len(inline) > 1
    folder = target + "/" if several and not target.endswith("/") else target
    parts: Parts = {
        "destination": target,
        "sources": tuple(actions),
        "documents": tuple(inline),
        "flags": (
            step.node.name == "ADD" and not sources,
            _flag(node, "chown", env),
            _mode(_flag(node, "chmod", env)),
            _flag(node, "checksum", env),
            _flag(node, "keep-git-dir", env),
            excluded,
        ),
    }
    if not sources:
        return parts, []
    came: tuple[str, Stage | None] = ("context", None)
    name = ""
    flag = last(node, "from")
    if not add and flag is not None and flag.value:
        name = flag.value
        came = origin(env.build, stage, name, numbered=True)
    given = Input(
        came[0],
        sources,
        label=title(step),
        name=name,
        stage=came[1],
        target=folder,
        unpack=unpack,
    )
    return parts, [given]


def links(step: "Step") -> bool:
    """Whether a COPY or ADD asks for a layer of its own (`--link`; BuildKit ignores it beside
    `--chmod`).
    """
    node = step.node
    return node.name in ("COPY", "ADD") and _switch(node, "link") and last(node, "chmod") is None


def _switch(node: "Instruction", name: str) -> bool:
    flag = node.flag(name)
    return flag is not None and (flag.value or "true").lower() == "true"


def _flag(node: "Instruction", name: str, env: "Env") -> str:
    flag = last(node, name)
    return env.text(flag.value) if flag is not None and flag.value else ""


def _mode(text: str) -> object:
    return int(text, 8) if text and all(char in "01234567" for char in text) else text


def _destination(path: str, env: "Env") -> str:
    folder = path in ("", ".") or path.endswith(("/", "/."))
    found = env.absolute(path or ".")
    return found.rstrip("/") + "/" if folder else found


__all__ = [
    "LAYERS",
    "Input",
    "definition",
    "effective",
    "image_name",
    "links",
    "makes_layer",
    "named_stages",
    "origin",
]
