"""
The file system of a stage over its steps.

Lazy: nothing is interpreted before the first question, and then only up to the step asked for.
"""

from dockwright.facts.contents import Contents, UnknownGround
from dockwright.facts.effects import Murky, Put, Supposed
from dockwright.facts.knowledge import Known, Reason
from dockwright.facts.sweeps import Started

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.facts.contents import Effect
    from dockwright.model.run import Point
    from dockwright.model.stages import Stage
    from dockwright.model.steps import Step

# Words of a script that adds a source of packages.
_SOURCES = ("repositor", "sources.list", "/etc/apt", "/etc/apk", "://", ".deb", "ppa:")
# Chains of stages longer than this are not followed down to their image.
MAX_LINEAGE = 40


class StageFiles:
    """
    What the steps of one stage do to the file system.

    `contents(at)` is the file system before step number `at`; `points(step)` the moments before
    each command of a RUN; `failure(step)` why a step certainly fails.
    """

    __slots__ = (
        "_base",
        "_effects",
        "_failures",
        "_marks",
        "_points",
        "_ran",
        "_sure",
        "_views",
        "stage",
    )

    def __init__(self, stage: "Stage") -> None:
        self.stage = stage
        self._effects: list[Effect] = []
        # Where the effects of each step begin; those of ONBUILD triggers come before the first.
        self._marks: list[int] = []
        self._points: dict[int, Mapping[int, Point]] = {}
        self._views: dict[int, Contents] = {}
        self._base: Contents | None = None
        self._failures: dict[int, Reason] = {}
        self._sure: set[int] = set()
        self._ran = False

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
            if not self._marks:
                for trigger in self.stage.triggers:
                    self._step(trigger)
                self._marks.append(len(self._effects))
            while len(self._marks) <= at:
                self._step(steps[len(self._marks) - 1])
                self._marks.append(len(self._effects))
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

    def failure(self, step: "Step") -> Reason | None:
        """
        Why `step` certainly fails, None when it does not, or may not.

        Only what a program that is understood does with what is known: a network that is down or
        a full disk is not thought of.
        """
        self.contents(max(step.index + 1, 0))
        return self._failures.get(step.index)

    def succeeds(self, step: "Step") -> bool:
        """Whether `step` certainly succeeds: everything about it is understood."""
        self.contents(max(step.index + 1, 0))
        return step.index in self._sure

    def _step(self, step: "Step") -> None:
        if step.onbuild:
            self._sure.add(step.index)
            return
        before = self.base.at(len(self._effects))
        name = step.name
        if name == "RUN":
            self._run(step, before)
        elif name in ("COPY", "ADD"):
            from dockwright.model.copying import Copying

            copying = Copying(step, before)
            self._effects += copying.effects()
            if copying.failure is not None:
                self._failures[step.index] = copying.failure
            elif copying.sure:
                self._sure.add(step.index)
        elif name == "WORKDIR" and step.words:
            self._workdir(step, before)
        else:
            self._sure.add(step.index)

    def _workdir(self, step: "Step", before: Contents) -> None:
        from dockwright.model.copying import owner_of, workdir

        user = step.before.user
        owner = owner_of(user.value, before) if isinstance(user, Known) else (None, None)
        made = workdir(step, before, owner)
        self._effects += made
        put = made[0]
        if isinstance(put, Put):
            there = before.stat(put.path)
            if isinstance(there, Known) and (there.value is None or there.value.kind == "dir"):
                self._sure.add(step.index)

    def _run(self, step: "Step", before: Contents) -> None:
        from dockwright.model.running import Running

        if not self._ran:
            self._ran = True
            # Whoever starts the container makes the places to mount these on.
            reason = Reason("a RUN mounts it", step.source, step.span, firm=False)
            self._effects.append(Started(reason))
            before = self.base.at(len(self._effects))
        running = Running(step, before, self._effects)
        running.run()
        self._points[step.index] = running.points
        if running.failure is not None:
            self._failures[step.index] = running.failure
            self._mend(step)
        elif running.sure:
            self._sure.add(step.index)

    def _mend(self, step: "Step") -> None:
        """
        What follows a RUN that certainly fails is judged as if somebody had mended it.

        Where all that fails are installations, the packages are supposed to come under another
        name or in another way. Otherwise how is not known, but for where packages come from.
        """
        from dockwright.facts.aptfacts import Installed
        from dockwright.model.running import Running

        if not step.mounts:
            first = len(self._effects)
            again = Running(step, self.base.at(len(self._effects)), self._effects, mending=True)
            again.run()
            if again.failure is None:
                reason = Reason("this RUN fails", step.source, step.span, firm=False)
                missing = {
                    name
                    for effect in self._effects[first:]
                    if isinstance(effect, Installed) and effect.exact
                    for name in effect.strangers
                }
                self._effects.append(Supposed(missing, reason))
                return
        self._effects.append(_unknown(step))


def _unknown(step: "Step") -> Murky:
    reason = Reason("this RUN fails, and what it would leave is not known", step.source, step.span)
    text = step.script.text if step.script is not None else ""
    sources = any(word in text for word in _SOURCES)
    but = () if sources else ("/etc/apt", "/etc/apk")
    return Murky(("/",), reason, but=but, accounts=True, packages=True)


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
