"""
What the image model answers to a question of `bench/truth/questions.py`.

The base images' facts come from the records of the same engine, so that a difference is one of the
model and not of what a stand-in base image has.
"""

import posixpath
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.truth.builds import NoImage, bases, image
from bench.truth.fixtures import Fixture
from bench.truth.ground import of_image
from bench.truth.questions import Question
from dockwright.app import context
from dockwright.app.listing import DiskListing
from dockwright.facts.contents import Entry, Program
from dockwright.facts.image import ImageFacts
from dockwright.facts.knowledge import Known, OneOf, Reason, Unknown
from dockwright.facts.port import FactSource
from dockwright.model.filesystem import user_of
from dockwright.model.permissions import allowed
from dockwright.model.stages import Build
from dockwright.model.state import CommandLine, State
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source

if TYPE_CHECKING:
    from dockwright.facts.contents import Contents
    from dockwright.facts.knowledge import Knowledge

_BITS = {"read": 4, "write": 2, "exec": 1, "enter": 1}


class Images(FactSource):
    """The images that have a record in `folder`, or get one from the engine."""

    __slots__ = ("_folder", "_known")

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._known: dict[str, ImageFacts | None] = {}

    def image(self, reference: str) -> ImageFacts | None:
        """The facts about `reference`, or None."""
        if reference not in self._known:
            try:
                recorded = image(reference, self._folder)
            except NoImage:
                self._known[reference] = None
            else:
                known = of_image(reference, recorded.config, recorded.listing)
                self._known[reference] = known
        return self._known[reference]


@contextmanager
def model(fixture: Fixture, images: Images) -> Iterator[Build]:
    """The model of a fixture, whose context is on the disk meanwhile."""
    for name in set(bases(fixture.dockerfile, fixture.args)) - {"scratch"}:
        images.image(name)
    with tempfile.TemporaryDirectory() as folder:
        fixture.write(Path(folder))
        ignore = context.read_ignore(context.ignore_file(f"{folder}/Dockerfile", folder))
        yield Build(
            parse(Source("Dockerfile", fixture.dockerfile)),
            args=fixture.args,
            facts=images,
            ignore=context.matcher(ignore, known=True),
            listing=DiskListing(folder),
        )


def answer(build: Build, question: Question) -> "Knowledge":
    """What the model says: `Known` in the form that the question's value has, or `Unknown`."""
    final = build.final
    if final is None:
        return Unknown(Reason("no stage"))
    state = final.state
    words = question.subject.split(" ")
    if question.kind == "config":
        return _config(state, words[0], " ".join(words[1:]))
    if question.kind == "path":
        return _path(state.files, " ".join(words[:-1]), words[-1])
    if question.kind == "program":
        return _program(state, question.subject)
    if question.kind in ("user", "group"):
        return _account(state.files, question.kind, *words)
    if question.kind == "can":
        return _can(state.files, words[0], words[1], " ".join(words[2:]))
    if question.kind == "package":
        return state.files.package(*words)
    return _ends(build, failing=question.kind == "fails")


def _ends(build: Build, *, failing: bool) -> "Knowledge":
    """Whether the build succeeds; or, of one that fails, the line of the instruction."""
    doubt: Reason | None = None
    for stage in build.stages:
        if not stage.built:
            continue
        for step in (*stage.triggers, *stage.steps):
            reason = stage.files.failure(step)
            if reason is not None and doubt is None:
                text = build.tree.source.text[: step.span.start]
                return Known(text.count("\n") + 1 if failing else False, reason)
            if doubt is None and not stage.files.succeeds(step):
                doubt = Reason(f"whether {step.name} succeeds is not certain")
    if doubt is not None:
        return Unknown(doubt)
    return (
        Unknown(Reason("no step is known to fail")) if failing else Known(True, Reason("all steps"))
    )


def _config(state: State, name: str, rest: str) -> "Knowledge":
    if name in ("env", "label"):
        found = state.env(rest) if name == "env" else state.label(rest)
        return found if found is not None else Known(None, Reason("certainly not set"))
    if name in ("exposed", "volumes"):
        base = state.stage.lineage()[-1].base.facts
        inherited = base.ports if name == "exposed" else base.volumes
        if inherited is None:
            return Unknown(Reason(f"{name} of the base image"))
        return Known(sorted({*inherited, *state.entries(name)}), Reason("the instructions"))
    setting = state.setting(name)
    if not isinstance(setting, Known):
        return setting
    return Known(_recorded(name, setting.value), setting.reason)


def _recorded(name: str, value: object) -> object:
    """A setting as the engine records it."""
    if name == "workdir":
        return value or "/"
    if isinstance(value, CommandLine):
        argv = list(value.argv) if value.argv is not None else None
        if name == "healthcheck" and argv is not None and argv != ["NONE"]:
            return ["CMD-SHELL", argv[-1]] if value.shell_form else ["CMD", *argv]
        return argv or None
    return list(value) if isinstance(value, tuple) else value


def _path(files: "Contents", path: str, part: str) -> "Knowledge":
    found = files.find(path)
    if not isinstance(found, Known) or found.value is None:
        return found
    entry, reason = found.value, found.reason
    if part == "kind":
        if entry.kind == "any":
            return OneOf(frozenset(("file", "dir", "link", "other")), reason)
        return Known(entry.kind, reason)
    if part == "mode":
        if entry.mode is None:
            return Unknown(Reason(f"the mode: {reason.text}"))
        return Known(f"{entry.mode:04o}", reason)
    if part == "owner":
        if entry.uid is None or entry.gid is None:
            return Unknown(Reason(f"the owner: {reason.text}"))
        return Known(f"{entry.uid}:{entry.gid}", reason)
    return Known(entry.target, reason) if entry.target else Unknown(reason)


def _program(state: State, name: str) -> "Knowledge":
    found = state.program(name)
    if not isinstance(found, Known) or not isinstance(found.value, Program):
        return found
    if found.value.path is not None:
        return Known(found.value.path, found.reason)
    path = state.env("PATH")
    folders = path.value.split(":") if isinstance(path, Known) else []
    names = (posixpath.normpath(f"{folder}/{name}") for folder in folders)
    return OneOf(frozenset(names), found.reason)


def _account(files: "Contents", kind: str, name: str, part: str) -> "Knowledge":
    found = files.account(kind, name)
    if not isinstance(found, Known) or found.value is None:
        return found
    account = found.value
    if part == "members":
        members = account.members
        return (
            Known(sorted(members), found.reason) if members is not None else Unknown(found.reason)
        )
    number = part == "uid" or kind == "group"
    value = account.number if number else getattr(account, part)
    return Known(value, found.reason) if value is not None else Unknown(found.reason)


def _can(files: "Contents", user: str, verb: str, path: str) -> "Knowledge":
    """Whether a user may do something: no as soon as one directory on the way says no."""
    uid, gid, _ = user_of(Known(user, Reason("asked")), files)
    gids = _groups(user, gid, files)

    def may(entry: Entry, bit: int) -> bool | None:
        known = gids
        if known is None and gid is not None and entry.gid == gid:
            known = frozenset((gid,))
        return allowed(entry, uid, known, bit)

    found = files.stat(path)
    if not isinstance(found, Known):
        return found
    entry = found.value
    if entry is None:
        return Known(False, found.reason)
    if entry.kind not in ("file", "dir"):
        return Unknown(found.reason)
    if verb in ("exec", "enter") and (entry.kind == "dir") != (verb == "enter"):
        return Known(False, found.reason)
    steps = [(entry, _BITS[verb])]
    if verb == "write" and entry.kind == "dir":
        steps.append((entry, 1))
    for folder in _above(files, path):
        stat = files.stat(folder)
        if not isinstance(stat, Known) or stat.value is None:
            return Unknown(Reason(f"{folder}, on the way: {stat.reason.text}"))
        steps.append((stat.value, 1))
    answers = {may(one, bit) for one, bit in steps}
    if False in answers:
        return Known(False, found.reason)
    if None in answers:
        return Unknown(Reason(f"rights on the way to {path}: {found.reason.text}"))
    return Known(True, found.reason)


def _groups(user: str, gid: int | None, files: "Contents") -> frozenset[int] | None:
    """All groups of a user; with `USER NAME:GROUP` a process has that group alone."""
    if gid is None:
        return None
    name = user.partition(":")[0]
    if ":" in user:
        return frozenset((gid,))
    if name.isdecimal():
        owner = files.by_number("user", int(name))
        if not isinstance(owner, Known):
            return None
        if owner.value is None:
            return frozenset((gid,))
        name = owner.value.name
    others = files.groups_of(name or "root")
    return others | {gid} if others is not None else None


def _above(files: "Contents", path: str) -> set[str]:
    """The directories above `path`, as written and with links resolved."""
    found: set[str] = set()
    resolved = files.resolve(path)
    for one in (path, resolved if isinstance(resolved, str) else path):
        here = one
        while here != "/":
            here = posixpath.dirname(here)
            found.add(here)
    return found


def agrees(found: "Knowledge", question: Question) -> bool | None:
    """Whether an answer is right; None when it is none. One of several counts as none."""
    if isinstance(found, Known):
        return bool(found.value == question.value)
    if isinstance(found, OneOf):
        return None if question.value in found.values else False
    return None
