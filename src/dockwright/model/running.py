"""
One RUN: who runs it, with which shell, what is mounted meanwhile, and how it ends.

Sources of the rules: moby/buildkit `frontend/dockerfile/dockerfile2llb/convert.go` (dispatchRun)
and `executor/oci/user.go`, and builds with Docker 28.5.
"""

from dockwright.facts.contents import Contents, Entry, below
from dockwright.facts.effects import Gone, Mode, Murky, Owner, Put, Tree, UnknownFiles, Whole
from dockwright.facts.knowledge import Known, Reason
from dockwright.model.filesystem import identity
from dockwright.model.run import Interpreter
from dockwright.model.steps import heredoc_shell
from dockwright.model.structure import FAILS, FALSE, TRUE
from dockwright.model.world import World
from dockwright.syntax.shell.nodes import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.facts.contents import Effect
    from dockwright.facts.effects import Files
    from dockwright.model.mounts import Mount
    from dockwright.model.run import Point
    from dockwright.model.steps import Step
    from dockwright.syntax.shell.nodes import Script

_PLACED = (Put, Gone, Owner, Mode, Tree, Whole)


class Running:
    """
    Runs `step` on `before`, and adds what it does to `effects`.

    `points` are the moments before its commands, `failure` is why it certainly fails, `sure` says
    that it certainly succeeds. With `mending` installations succeed that certainly fail.
    """

    __slots__ = ("before", "effects", "failure", "mending", "points", "step", "sure")

    def __init__(
        self, step: "Step", before: Contents, effects: "list[Effect]", *, mending: bool = False
    ) -> None:
        self.mending = mending
        self.step = step
        self.before = before
        self.effects = effects
        self.failure: Reason | None = None
        self.sure = False
        self.points: Mapping[int, Point] = {}

    def run(self) -> None:
        """Do it."""
        step, before, work = self.step, self.before, self.effects
        mounts = step.mounts
        if mounts:
            work = list(work)
            before = Contents(before.below, work, len(work), soft=before.soft)
            overlay = [_mounted(step, mount) for mount in mounts]
            work += [effect for effect in overlay if effect is not None]
            before = before.at(len(work))
        first = len(work)
        world = self._world(before, work)
        script = step.script
        if script is None:
            world.anything(Reason("this RUN is not understood", step.source, step.span))
        else:
            self._script(world, script)
        self.failure = self._hindrance() or self.failure
        if mounts:
            self._unmount(work[first:])
            self.sure = False

    def _world(self, before: Contents, work: "list[Effect]") -> World:
        step = self.step
        uid, gid, home = identity(step, before)
        cwd = step.before.workdir
        world = World(
            step,
            before,
            work,
            cwd=(cwd.value or "/") if isinstance(cwd, Known) else None,
            uid=uid,
            gid=gid,
            home=home,
        )
        world.mending = self.mending
        user = step.before.user
        world.certain = isinstance(user, Known) and user.firm and uid is not None
        if uid not in (0, None) and gid is not None:
            world.gids = _groups(user, gid, before)
        return world

    def _script(self, world: World, script: "Script") -> None:
        step = self.step
        shell = step.before.shell
        argv = shell.value if isinstance(shell, Known) else ()
        flags = argv[1:-1] if not step.node.is_json else ()
        world.literal = step.node.is_json and _literal(step, script)
        world.shell = _dialect(step, argv)
        # A login shell, or one with BASH_ENV, reads files first.
        words = [word.value for word in step.words] if step.node.is_json else argv
        login = any(
            flag == "--login" or (flag[:1] == "-" and flag[1:2] != "-" and "l" in flag)
            for flag in words[1:-1]
        )
        world.foreign = login or step.before.env("BASH_ENV") is not None
        own = any(flag.startswith("-") and "e" in flag[:4] for flag in flags)
        pipefail = "pipefail" in " ".join(flags)
        read_by = heredoc_shell(step.node)
        if read_by is not None:
            own, pipefail = read_by[1], False
        interpreter = Interpreter(world, errexit=own, pipefail=pipefail)
        status = interpreter.script(script)
        self.points = interpreter.points
        if world.lost or world.maybe:
            return
        self.sure = status == TRUE and not script.damaged
        if status in (FALSE, FAILS) and not script.damaged:
            command = interpreter.why
            if command is not None and command.script is script:
                self.failure = world.because(command, "this certainly fails")
            else:
                self.failure = Reason("this certainly fails", step.source, step.line_span)

    def _hindrance(self) -> Reason | None:
        """Why the RUN cannot even start: no shell, or no such user."""
        step = self.step
        user = step.before.user
        if isinstance(user, Known) and user.firm:
            for name, kind in zip(user.value.split(":", 1), ("user", "group"), strict=False):
                if name in ("", "root") or name.isdigit():
                    continue
                found = self.before.account(kind, name)
                if isinstance(found, Known) and found.value is None and found.firm:
                    return Reason(f"there is no {kind} {name}", step.source, step.line_span)
        argv = [word.value for word in step.words]
        shell = step.before.shell
        if not step.node.is_json:
            argv = list(shell.value) if isinstance(shell, Known) and shell.firm else []
            if not isinstance(shell, Known) or (not shell.firm and step.stage.os == "linux"):
                argv = ["/bin/sh"]
        plain = step.stage.os == "linux" and not step.mounts
        if plain and argv and argv[0].startswith("/") and self._never(argv[0]):
            return Reason(f"there is no {argv[0]}", step.source, step.line_span)
        return None

    def _never(self, path: str) -> bool:
        """Whether certainly nothing stands at `path` before the RUN."""
        found = self.before.stat(path)
        return isinstance(found, Known) and found.value is None and found.firm

    def _unmount(self, done: "Sequence[Effect]") -> None:
        step, mounts = self.step, self.step.mounts
        targets = [one.target for one in mounts]
        kept = [_kept(effect, targets) for effect in done]
        self.effects += [effect for effect in kept if effect is not None]
        for mount in mounts:
            path = mount.target.rstrip("/")
            if not path.startswith("/") or self.before.exists(path):
                continue
            # The engine may leave the directory it made to mount on.
            reason = Reason("a mount was here", step.source, mount.span)
            stub = Put(path, Entry("any"), reason, over=False)
            stub.maybe = True
            self.effects.append(stub)


def _groups(user: object, gid: int, contents: Contents) -> "frozenset[int] | None":
    """All groups of the user: with `USER name:group` that group alone."""
    if not isinstance(user, Known):
        return None
    name, colon, _ = user.value.partition(":")
    if colon:
        return frozenset((gid,))
    if name.isdigit():
        found = contents.by_number("user", int(name))
        if not isinstance(found, Known):
            return None
        if found.value is None:
            return frozenset((gid,))
        name = found.value.name
    others = contents.groups_of(name)
    return others | {gid} if others is not None else None


def _literal(step: "Step", script: "Script") -> bool:
    """Whether the words of an exec form are the command itself, not a script for a shell."""
    children = script.body.children
    if len(children) != 1 or not isinstance(children[0][1], Command):
        return False
    values = [word.value for word in children[0][1].words]
    return values == [word.value for word in step.words]


def _dialect(step: "Step", shell: "Sequence[str]") -> str:
    """The name of the program that reads the script."""
    node = step.node
    argv = list(shell)
    read_by = heredoc_shell(node)
    if node.is_json:
        argv = [word.value for word in step.words]
    elif read_by is not None:
        argv = [read_by[0]]
    elif len(node.heredocs) == 1 and node.rest.text.startswith("<<"):
        begin = node.heredocs[0].content.partition("\n")[0]
        if begin.startswith("#!"):
            argv = begin[2:].split()
    names = [one.rpartition("/")[2] for one in argv]
    if names[:1] == ["env"]:
        names = names[1:]
    return names[0] if names else ""


def _mounted(step: "Step", mount: "Mount") -> "Effect | None":
    """What a mount shows while the RUN runs."""
    reason = Reason(f"a {mount.kind} mount", step.source, mount.span)
    target = mount.target.rstrip("/") or mount.target
    expanded = step.expand(target) if "$" in target else None
    if isinstance(expanded, Known):
        target = expanded.value
    if not target.startswith("/"):
        workdir = step.before.workdir
        if mount.kind == "secret" and not target:
            target = f"/run/secrets/{mount.options.get('id', '')}"
        elif isinstance(workdir, Known) and target:
            target = f"{workdir.value.rstrip('/')}/{target}"
        else:
            return Murky(("/",), reason, adds=True)
    if mount.kind == "tmpfs":
        return Put(target, Entry("dir", 0o1777, 0, 0), reason, fresh=True)
    if mount.kind == "bind":
        return Tree(target, _bound(step, mount, reason), reason)
    if mount.kind == "secret":
        return None if not target else Murky((target,), reason, adds=True)
    return Murky((target,), reason)


def _bound(step: "Step", mount: "Mount", reason: Reason) -> "Files":
    from dockwright.model.copying import other_contents
    from dockwright.model.files import ContentsFiles, ContextFiles

    source = "/" + mount.source.strip("/.")
    if mount.from_:
        contents = other_contents(step, mount.from_)
        return ContentsFiles(contents, source) if contents is not None else UnknownFiles(reason)
    build = step.stage.build
    if build.listing is None:
        return UnknownFiles(reason)
    return ContextFiles(build.listing, build.ignore, source[1:], reason, owner=(None, None))


def _kept(effect: "Effect", targets: "Sequence[str]") -> "Effect | None":
    """What of an effect stays when the mounts at `targets` are gone."""
    folders = [one.rstrip("/") for one in targets if one.startswith("/")]
    if isinstance(effect, _PLACED):
        return None if any(below(effect.path, one) for one in folders) else effect
    if isinstance(effect, Murky) and folders:
        effect.spare(folders)
    return effect
