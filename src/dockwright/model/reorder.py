"""
Proofs that instructions in another order make the same image.

`prove(before, after)` takes two models of which the second has the steps of the first in another
order, perhaps with a `RUN` split in two, and perhaps with an additional `COPY` of files that a
later `COPY` of the first lays over once more. By the theory of traces an order is as good as
another when each two steps that change places are independent (`model/dependence.py`). An install
of dependencies depends on the copied source, but of it only on its manifest and lock files: when
these were copied before, and what it makes is not in the build context, it may go first.
"""

from dockwright.facts.contents import below, clean, parent
from dockwright.facts.knowledge import Known
from dockwright.model.dependence import Footprint, conflict, destination, footprint
from dockwright.model.region import Region, meeting
from dockwright.text.lazy import fnmatchcase, lazy
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.installs import Install
    from dockwright.model.stages import Build, Stage
    from dockwright.model.steps import Step
    from dockwright.syntax.shell.nodes import Command
    from dockwright.text.span import Edit

# Longer stages are not looked at: the work grows with the square of what is moved.
MAX_STEPS = 600
_GLOBS = "*?["
# Without a build context to look into: what is a file by its name.
_FILE_NAME = lazy(
    r"\.|[Ff]ile$|^(?:LICEN[CS]E|README|VERSION|NOTICE|COPYING|mvnw|gradlew|artisan|manage|entrypoint"
    r"|docker-entrypoint|run|start|startup|go|id_rsa|crontab|hosts|passwd|configure|rebar3?)$"
)


class Proof(Value):
    """
    That two Dockerfiles make the same image: `why` they may not ("" when they do), and under which
    conditions they do (`assumes`, none for a proof without any).
    """

    __slots__ = ("assumes", "why")

    def __init__(self, why: str = "", assumes: "Sequence[str]" = ()) -> None:
        self.why = why
        self.assumes = tuple(dict.fromkeys(assumes))

    @property
    def holds(self) -> bool:
        """Whether it is a proof at all."""
        return not self.why


def edited(build: "Build", edits: "Sequence[Edit]") -> "Build":
    """The model of a Dockerfile after `edits`, everything around it as it was."""
    from dockwright.model.stages import Build
    from dockwright.syntax.dockerfile.parser import parse
    from dockwright.text import patch
    from dockwright.text.source import Source

    source = build.tree.source
    return Build(
        parse(Source(source.name, patch.apply(source.text, edits))),
        args=build.args,
        contexts=tuple(build.contexts),
        facts=build.facts,
        ignore=build.ignore,
        listing=build.listing,
    )


def prove(before: "Build", after: "Build") -> Proof:
    """Whether `after` makes the images that `before` makes."""
    if len(before.stages) != len(after.stages):
        return Proof("there are other stages")
    if len(after.problems) > len(before.problems):
        return Proof("it no longer parses")
    assumes: list[str] = []
    for old, new in zip(before.stages, after.stages, strict=True):
        if old.base.written != new.base.written or old.name != new.name:
            return Proof("a stage has another base or name")
        found = _stage(old, new)
        if not found.holds:
            return found
        assumes += found.assumes
    return Proof(assumes=assumes)


def same_order(old: "Stage", new: "Stage") -> bool:
    """Whether `new` has the steps of `old` in an order that surely makes no difference."""
    found = _stage(old, new)
    return found.holds and not found.assumes


class _Item:
    """A step of the old stage, or some commands of it, with its place in the new one."""

    __slots__ = ("commands", "key", "mark", "place", "step")

    def __init__(
        self, step: "Step", key: object, commands: "Sequence[Command] | None" = None
    ) -> None:
        self.step = step
        self.key = key
        self.commands = commands
        self.place = -1
        self.mark: Footprint | None = None

    @property
    def footprint(self) -> Footprint:
        if self.mark is None:
            self.mark = footprint(self.step, self.commands)
        return self.mark


def _stage(old: "Stage", new: "Stage") -> Proof:
    from dockwright.model.compare import _payload

    left = [_Item(step, _payload(step)) for step in old.steps]
    right = [_Item(step, _payload(step)) for step in new.steps]
    if [one.key for one in left] == [one.key for one in right]:
        return Proof()
    if len(left) > MAX_STEPS or len(right) > MAX_STEPS:
        return Proof("the stage is too long to be looked at")
    left = _split(left, right)
    early = _match(left, right)
    if any(one.place < 0 for one in left):
        return Proof("an instruction is gone or another")
    proof = _Prover(left, [right[at].step for at in early], early)
    return proof.run()


def _split(left: "list[_Item]", right: "list[_Item]") -> "list[_Item]":
    """The items of the old stage, a RUN in two that is two in the new one."""
    from dockwright.model.compare import _commands

    wanted = [one.key for one in right]
    found: list[_Item] = []
    for item in left:
        step = item.step
        if item.key in wanted or step.name != "RUN" or not step.plain or _shell_state(step):
            found.append(item)
            continue
        flags = [flag.text for flag in step.node.flags]
        whole = [command[1:] for command in _commands(step)]
        parts = [
            (one, [command[1:] for command in _commands(one.step)])
            for one in right
            if one.step.name == "RUN" and one.step.plain
            if [flag.text for flag in one.step.node.flags] == flags
        ]
        halves = next(
            (
                (first, len(head), second)
                for first, head in parts
                for second, tail in parts
                if head and tail and head + tail == whole
            ),
            None,
        )
        if halves is None:
            found.append(item)
            continue
        first, count, second = halves
        found.append(_Item(step, first.key, step.commands[:count]))
        found.append(_Item(step, second.key, step.commands[count:]))
    return found


def _shell_state(step: "Step") -> bool:
    from dockwright.model.edits import _leaves

    return _leaves(step)


def _match(left: "list[_Item]", right: "list[_Item]") -> list[int]:
    """Give each old item its place in the new stage; the places of what is new."""
    free: dict[object, list[int]] = {}
    for at, one in enumerate(right):
        free.setdefault(one.key, []).append(at)
    for item in left:
        places = free.get(item.key)
        if places:
            item.place = places.pop(0)
    return sorted(at for places in free.values() for at in places)


class _Prover:
    """Proves one stage; `added` are the new steps, at the places `early` of the new stage."""

    __slots__ = ("added", "assumes", "early", "items")

    def __init__(self, items: "list[_Item]", added: "list[Step]", early: "list[int]") -> None:
        self.items = items
        self.added = added
        self.early = early
        self.assumes: list[str] = []

    def run(self) -> Proof:
        """The proof."""
        for step, place in zip(self.added, self.early, strict=True):
            why = self._early(step, place)
            if why:
                return Proof(why)
        for first, second in self._swapped():
            why = self._swap(first, second)
            if why:
                return Proof(why)
        return Proof(assumes=self.assumes)

    def _swapped(self) -> "list[tuple[_Item, _Item]]":
        """The pairs of steps, in the old order, that have changed places."""
        items = self.items
        found = []
        highest = -1
        for at, second in enumerate(items):
            if second.place < highest:
                found += [(one, second) for one in items[:at] if one.place > second.place]
            highest = max(highest, second.place)
        return found

    def _swap(self, first: _Item, second: _Item) -> str:
        why = conflict(first.footprint, second.footprint)
        if why is None:
            self._folders(first.footprint, second.footprint)
            return ""
        if first.step.name not in ("COPY", "ADD"):
            return why if self._beside(first.footprint, second.footprint) else ""
        if not second.footprint.installs:
            return why
        bare = conflict(
            first.footprint, self._outside(first.step, second.footprint), installs=False
        )
        if bare is not None:
            return bare
        for install in second.footprint.installs:
            why = self._enough(install, first.step, second.place)
            if why:
                return why
        return ""

    def _folders(self, one: Footprint, other: Footprint) -> None:
        """Folders that both make must have the same owner."""
        if not one.folder or not other.folder or {one.folder[1], other.folder[1]} != {"", "root"}:
            return
        if below(other.folder[0], one.folder[0]) or below(one.folder[0], other.folder[0]):
            self.assumes.append("the base image runs as root")

    # An install that goes before the copy of the source

    def _beside(self, one: Footprint, other: Footprint) -> bool:
        """Whether an install meets a step in more than the folder it works in."""
        if not (one.installs or other.installs) or conflict(one, other, installs=False):
            return True
        files = [
            [Region(path) for install in side.installs for path in install.files]
            for side in (one, other)
        ]
        for own, side, others in ((files[0], other, files[1]), (files[1], one, files[0])):
            if meeting(own, [*side.reads, *side.writes, *others]):
                return True
        for install in (*one.installs, *other.installs):
            self.assumes += [install.assumes] if install.assumes else []
        return False

    def _outside(self, copy: "Step", mark: Footprint) -> Footprint:
        """What an install touches beside what `copy` brings, which has nothing in those places."""
        source = whole_folder(copy)
        path, _ = destination(copy)
        if source is None or path is None:
            return mark
        found = Footprint()
        found.uses, found.sets, found.runs = mark.uses, mark.sets, mark.runs
        found.variables, found.unknown, found.installs = mark.variables, mark.unknown, mark.installs
        for kept, regions in ((found.reads, mark.reads), (found.writes, mark.writes)):
            for region in regions:
                if region.root != path and below(region.root, path) and path != "/":
                    inside = origin(region.root, path, source)
                    there = in_context(copy, inside)
                    if there is None:
                        self.assumes.append(f"the build context has no `{inside}`")
                    if not there:
                        continue
                kept.append(region)
        return found

    def _enough(self, install: "Install", copy: "Step", place: int) -> str:
        """Why the install may need more of what `copy` brings than was copied before it."""
        if install.whole:
            return install.whole
        source = whole_folder(copy)
        path, _ = destination(copy)
        if source is None or path is None:
            return "it is not known what is copied"
        for need in (*install.needs, *install.reads):
            if not below(need, path):
                continue
            inside = origin(need, path, source)
            if in_context(copy, inside) is False:
                continue
            if not self._provided(need, inside, place):
                if need.endswith("/"):
                    self.assumes.append(f"there is no `{inside}`")
                elif need in install.needs or in_context(copy, inside):
                    return f"{inside} is not there before"
                else:
                    self.assumes.append(f"there is no `{inside}`")
        for made in install.makes:
            if not below(made, path):
                continue
            inside = origin(made, path, source)
            there = in_context(copy, inside)
            if made in install.reads:
                if there is not False:
                    self.assumes.append(f"the install leaves `{inside}` as it is")
            elif there:
                return f"{inside} in the build context would replace what is installed"
            elif there is None:
                self.assumes.append(f"the build context has no `{inside}`")
        if install.assumes:
            self.assumes.append(install.assumes)
        return ""

    def _provided(self, need: str, inside: str, place: int) -> bool:
        """Whether a COPY before `place` of the new stage brings the file `inside` to `need`."""
        before = [one.step for one in self.items if one.place < place]
        before += [step for step, at in zip(self.added, self.early, strict=True) if at < place]
        return any(brings(step, need, inside) for step in before)

    # A copy that comes in addition

    def _early(self, step: "Step", place: int) -> str:
        """Why an additional step may change the image."""
        if step.name != "COPY" or not from_context(step):
            return "there is an instruction more"
        for item in self.items:
            if item.place > place and self._covers(item.step, step):
                between = [
                    one
                    for one in self.items
                    if place < one.place < item.place
                    and self.items.index(one) < self.items.index(item)
                ]
                mark = footprint(step)
                for one in between:
                    why = conflict(mark, one.footprint)
                    if why:
                        return why
                    self._folders(mark, one.footprint)
                return ""
        return "what is copied first is not copied again"

    def _covers(self, whole: "Step", part: "Step") -> bool:
        """Whether `whole` lays all files of `part` over once more, the same in the same places."""
        if whole.name not in ("COPY", "ADD") or not from_context(whole):
            return False
        source = whole_folder(whole)
        path, _ = destination(whole)
        target, folder = destination(part)
        if source is None or path is None or target is None or not folder:
            return False
        if _owner_flags(whole) != _owner_flags(part):
            return False
        for word in part.words[:-1]:
            value = part.expand(word.value)
            if not isinstance(value, Known) or value.value.endswith("/"):
                return False
            inside = clean(value.value)[1:]
            if not below("/" + inside, "/" + source if source else "/"):
                return False
            if origin(target, path, source) != (parent("/" + inside)[1:]) or not below(
                target, path
            ):
                return False
            if target != path and not self._plain_folder(whole, inside):
                return False
            name = inside.rpartition("/")[2].rstrip("*")
            known = in_context(whole, inside) is not None or "." in name
            if not known and name not in _FILES_WITHOUT_DOT:
                return False
        return True

    def _plain_folder(self, copy: "Step", inside: str) -> bool:
        """Whether a folder made for the early copy is as the later one would make it."""
        listing = copy.stage.build.listing
        folder = parent("/" + inside)[1:]
        if listing is None:
            self.assumes.append(f"the folder `{folder}` has mode 0755")
            return True
        return listing.mode(folder) in (None, 0o755)


_FILES_WITHOUT_DOT = frozenset(("Gemfile", "Pipfile", "Rakefile", "Procfile", "Makefile"))


def from_context(step: "Step") -> bool:
    """Whether a COPY or ADD takes files of the build context, and nothing else."""
    node = step.node
    if node.flag("from") is not None or node.heredocs or step.onbuild or len(step.words) < 2:
        return False
    if node.flag("exclude") is not None or node.flag("parents") is not None:
        return False
    return not any("://" in word.value or word.value.startswith("git@") for word in step.words)


def whole_folder(step: "Step") -> str | None:
    """The folder of the build context that a COPY or ADD lays out ("" for all), None if another."""
    if not from_context(step) or len(step.words) != 2:
        return None
    value = step.expand(step.words[0].value)
    if not isinstance(value, Known):
        return None
    text: str = value.value
    if any(char in text for char in _GLOBS):
        return None
    path = clean(text)[1:]
    listing = step.stage.build.listing
    if listing is not None:
        return path if listing.kind(path) == "dir" else None
    target = step.words[1].value.rpartition("/")[2]
    target = "" if target in (".", "..") else target
    if (
        path
        and not text.endswith("/")
        and (_FILE_NAME.search(path.rpartition("/")[2]) or "." in target)
    ):
        return None
    return path


def origin(path: str, target: str, source: str) -> str:
    """Which path of the build context lands at `path` when `source` is copied to `target`."""
    rest = path[len(target.rstrip("/")) :].strip("/")
    return "/".join(part for part in (source, rest) if part)


def _owner_flags(step: "Step") -> list[str]:
    return sorted(flag.text for flag in step.node.flags if flag.name in ("chown", "chmod"))


def in_context(step: "Step", path: str) -> bool | None:
    """Whether `path` is in the build context and let in; None when not known."""
    build = step.stage.build
    ignore = build.ignore
    if ignore is not None and path and ignore.visit(path).excluded:
        return False
    listing = build.listing
    if listing is None:
        return None
    return listing.kind(path) is not None


def brings(step: "Step", need: str, inside: str) -> bool:
    """Whether a COPY brings the file `inside` of the build context to `need`."""
    if step.name not in ("COPY", "ADD") or not from_context(step):
        return False
    target, folder = destination(step)
    if target is None:
        return False
    for word in step.words[:-1]:
        value = step.expand(word.value)
        if not isinstance(value, Known):
            continue
        path = clean(value.value)[1:]
        name = path.rpartition("/")[2]
        if path == inside or (
            path.rpartition("/")[0] == inside.rpartition("/")[0]
            and fnmatchcase(inside.rpartition("/")[2], name)
        ):
            where = f"{target.rstrip('/')}/{inside.rpartition('/')[2]}" if folder else target
            if where == need.rstrip("/"):
                return True
    source = whole_folder(step)
    if source is not None and below("/" + inside, "/" + source if source else "/"):
        return origin(need, target, source) == inside and below(need, target)
    return False


__all__ = [
    "Proof",
    "brings",
    "edited",
    "from_context",
    "in_context",
    "origin",
    "prove",
    "same_order",
    "whole_folder",
]
