"""
The file system of a stage over its steps.

Lazy: nothing is interpreted before the first question, and then only up to the step asked for.
"""

from dockwright.facts.contents import Contents, Entry, UnknownGround, below
from dockwright.facts.effects import Gone, Mode, Murky, Owner, Put, Tree, UnknownFiles, Whole
from dockwright.facts.knowledge import Known, Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.facts.contents import Effect
    from dockwright.facts.effects import Files
    from dockwright.model.mounts import Mount
    from dockwright.model.run import Point
    from dockwright.model.stages import Stage
    from dockwright.model.steps import Step

# Chains of stages longer than this are not followed down to their image.
MAX_LINEAGE = 40
_PLACED = (Put, Gone, Owner, Mode, Tree, Whole)


class StageFiles:
    """
    What the steps of one stage do to the file system.

    `contents(at)` is the file system before step number `at`; `points(step)` the moments before
    each command of a RUN.
    """

    __slots__ = ("_base", "_effects", "_marks", "_points", "_views", "stage")

    def __init__(self, stage: "Stage") -> None:
        self.stage = stage
        self._effects: list[Effect] = []
        self._marks = [0]
        self._points: dict[int, Mapping[int, Point]] = {}
        self._views: dict[int, Contents] = {}
        self._base: Contents | None = None

    @property
    def base(self) -> Contents:
        """The file system that FROM gives."""
        if self._base is None:
            self._base = Contents(self._below(), self._effects, 0)
        return self._base

    def _below(self) -> "Contents | UnknownGround":
        stage = self.stage
        if stage.candidates:
            return UnknownGround(Reason("which stage it builds on is not known"))
        if stage.parent is None:
            facts = stage.base.facts
            if facts.contents is None:
                return UnknownGround(Reason(f"nothing is known of what is in {facts.name}"))
            return facts.contents if stage.base.firm else Contents(facts.contents, soft=True)
        lineage = stage.lineage()
        if len(lineage) > MAX_LINEAGE:
            return UnknownGround(Reason("the chain of stages is too long"))
        return stage.parent.files.contents(len(stage.parent.steps))

    def contents(self, at: int) -> Contents:
        """The file system before step number `at`."""
        found = self._views.get(at)
        if found is None:
            steps = self.stage.steps
            while len(self._marks) <= at:
                self._step(steps[len(self._marks) - 1])
            found = self._views[at] = self.base.at(self._marks[at])
        return found

    def points(self, step: "Step") -> "Mapping[int, Point]":
        """The moments before the commands of `step`, by where each starts in the script."""
        self.contents(step.index + 1)
        return self._points.get(step.index, {})

    def effects(self, step: "Step") -> "Sequence[Effect]":
        """What `step` does, in order."""
        self.contents(step.index + 1)
        return self._effects[self._marks[step.index] : self._marks[step.index + 1]]

    def _step(self, step: "Step") -> None:
        mark = self._marks[-1]
        if not step.onbuild:
            name = step.name
            if name == "RUN":
                self._run(step, self.base.at(mark))
            elif name in ("COPY", "ADD"):
                from dockwright.model.copying import Copying

                self._effects += Copying(step, self.base.at(mark)).effects()
            elif name == "WORKDIR" and step.words:
                from dockwright.model.copying import workdir

                before = self.base.at(mark)
                uid, gid, _ = identity(step, before)
                self._effects += workdir(step, before, (uid, gid))
        self._marks.append(len(self._effects))

    def _run(self, step: "Step", before: Contents) -> None:
        from dockwright.model.run import Interpreter
        from dockwright.model.world import World

        work = self._effects
        mounts = step.mounts
        outside = before
        if mounts:
            work = list(work)
            before = Contents(before.below, work, len(work), soft=before.soft)
            overlay = [_mounted(step, mount) for mount in mounts]
            work += [effect for effect in overlay if effect is not None]
            before = before.at(len(work))
        first = len(work)
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
        script = step.script
        if script is None:
            world.anything(Reason("this RUN is not understood", step.source, step.span))
        else:
            shell = step.before.shell
            flags = shell.value[1:-1] if isinstance(shell, Known) and not step.node.is_json else ()
            text = " ".join(flags)
            own = any(flag.startswith("-") and "e" in flag[:4] for flag in flags)
            interpreter = Interpreter(world, errexit=own, pipefail="pipefail" in text)
            interpreter.script(script)
            self._points[step.index] = interpreter.points
        if mounts:
            self._effects += [
                kept
                for effect in work[first:]
                if (kept := _kept(effect, [one.target for one in mounts])) is not None
            ]
            for mount in mounts:
                path = mount.target.rstrip("/")
                if not path.startswith("/") or outside.exists(path):
                    continue
                # The engine may leave the directory it made to mount on.
                reason = Reason("a mount was here", step.source, mount.span)
                stub = Put(path, Entry("any"), reason, over=False)
                stub.maybe = True
                self._effects.append(stub)


def identity(step: "Step", contents: Contents) -> tuple[int | None, int | None, str | None]:
    """The uid, gid and home of who runs `step`, each None when not known."""
    return user_of(step.before.user, contents)


def user_of(user: "object", contents: Contents) -> tuple[int | None, int | None, str | None]:
    """The uid, gid and home of what USER says, each None when not known."""
    if not isinstance(user, Known):
        return None, None, None
    name, colon, group = user.value.partition(":")
    if name in ("", "root", "0"):
        uid: int | None = 0
        gid: int | None = 0
        home: str | None = "/root"
    elif name.isascii() and name.isdigit():
        uid, gid, home = int(name), None, None
        account = contents.by_number("user", int(name))
        if isinstance(account, Known):
            gid = account.value.gid if account.value is not None else 0
            home = account.value.home if account.value is not None else "/"
    else:
        found = contents.account("user", name)
        if not isinstance(found, Known) or found.value is None:
            return None, None, None
        uid, gid, home = found.value.number, found.value.gid, found.value.home
    if colon and group:
        if group.isascii() and group.isdigit():
            gid = int(group)
        else:
            other = contents.account("group", group)
            gid = other.value.number if isinstance(other, Known) and other.value else None
    return uid, gid, home


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
        effect.but = (*effect.but, *folders)
    return effect
