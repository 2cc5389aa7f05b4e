"""
What is in a file system, asked path by path.

A file system is a ground (what a base image is made of) and the effects that came after it, oldest
first. Nothing is ever built up: a question walks the effects backwards until one has the answer.
The same values describe base images (facts) and what a Dockerfile makes of them (model).
"""

from dockwright.facts.entries import Account as Account  # noqa: PLC0414 - part of this module
from dockwright.facts.entries import Entry as Entry  # noqa: PLC0414
from dockwright.facts.entries import Program as Program  # noqa: PLC0414
from dockwright.facts.entries import join as join  # noqa: PLC0414
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.memory import Memory
from dockwright.facts.paths import below as below  # noqa: PLC0414 - part of this module's names
from dockwright.facts.paths import clean as clean  # noqa: PLC0414
from dockwright.facts.paths import parent as parent  # noqa: PLC0414
from dockwright.facts.paths import prefixes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dockwright.facts.knowledge import Knowledge

MAX_LINKS = 40
# An effect may ask what was before it, which may ask again: past this depth it goes upwards.
MAX_DEPTH = 40
STRIDE = 30


class Effect:
    """
    Something that changed a file system.

    Each method answers one kind of question or gives None when the effect has no say; `older()` is
    the answer of everything before it. With `maybe` the effect may not have happened.
    """

    __slots__ = ("maybe", "reason")

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        self.maybe = False

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """What stands at `path` (normalised, absolute): `Entry` or None for nothing."""

    def account(self, kind: str, name: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The `Account` of the "user" or "group" called `name`, or None for none."""

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Whether `name` is installed by "apt", "apk", "pip", …: bool."""

    def speaks(self, method: str) -> bool:
        """Whether it may have a say in questions of this kind: "find", "account", "package"."""
        return getattr(type(self), method) is not getattr(Effect, method)

    def forget(self) -> None:
        """Drop what was remembered of the effects before this one: they have changed."""

    def links(self) -> "Sequence[str]":
        """The paths at which this effect puts links."""
        return ()

    def accounts(self, kind: str) -> "Sequence[str]":
        """The names of users or groups that this effect may add."""
        return ()


class Ground:
    """What a file system starts from: this one is empty, as `scratch` is."""

    __slots__ = ("reason",)

    def __init__(self, reason: Reason) -> None:
        self.reason = reason

    def find(self, path: str) -> "Knowledge":
        """What stands at `path`."""
        root = Entry("dir", 0o755, 0, 0) if path == "/" else None
        return Known(root, self.reason)

    def account(self, kind: str, name: str) -> "Knowledge":
        """The user or group `name`."""
        return Known(None, self.reason)

    def package(self, manager: str, name: str) -> "Knowledge":
        """Whether the package is installed."""
        return Known(False, self.reason)

    def links(self) -> "Sequence[str]":
        """The paths of the links that lead somewhere else."""
        return ()

    def accounts(self, kind: str) -> "Sequence[str]":
        """The names of the users or groups."""
        return ()


class UnknownGround(Ground):
    """A file system nobody knows."""

    __slots__ = ()

    def find(self, path: str) -> "Knowledge":
        """Nothing is known but that there is a root."""
        if path == "/":
            return Known(Entry("dir", 0o755, 0, 0), self.reason)
        return Unknown(self.reason)

    def account(self, kind: str, name: str) -> "Knowledge":
        """Only root can be taken for granted."""
        return Unknown(self.reason)

    def package(self, manager: str, name: str) -> "Knowledge":
        """Unknown."""
        return Unknown(self.reason)


class Contents:
    """
    A file system: `below` with the first `count` of `effects` on top.

    `distribution` and `suite` name what the packages come from ("debian", "trixie"), "" when that
    is not known or there is none. What a `soft` one answers is not firm where it comes from below:
    a build argument may put another image there.
    """

    __slots__ = (
        "_depth",
        "_links",
        "_memory",
        "below",
        "count",
        "distribution",
        "effects",
        "soft",
        "suite",
    )

    def __init__(
        self,
        below: "Contents | Ground",
        effects: "Sequence[Effect]" = (),
        count: int | None = None,
        *,
        distribution: str = "",
        suite: str = "",
        soft: bool = False,
        memory: "Memory | None" = None,
    ) -> None:
        self.below = below
        self.soft = soft
        self.effects = effects
        self.count = len(effects) if count is None else count
        if isinstance(below, Contents):
            distribution = distribution or below.distribution
            suite = suite or below.suite
        self.distribution: str = distribution
        self.suite: str = suite
        self._depth = 0
        self._memory = Memory() if memory is None else memory
        self._links: dict[str, None] | None = None

    def at(self, count: int) -> "Contents":
        """The file system when only `count` effects had happened."""
        return Contents(
            self.below,
            self.effects,
            count,
            distribution=self.distribution,
            suite=self.suite,
            soft=self.soft,
            memory=self._memory,
        )

    # Paths

    def find(self, path: str) -> "Knowledge":
        """What stands at `path`, a link itself and not what it points to."""
        resolved = self.resolve(path, follow=False)
        if isinstance(resolved, Unknown):
            return resolved
        return self._find(resolved, self.count)

    def stat(self, path: str) -> "Knowledge":
        """What stands at `path`, links followed; Known(None) for a dangling link."""
        resolved = self.resolve(path)
        if isinstance(resolved, Unknown):
            return resolved
        return self._find(resolved, self.count)

    def exists(self, path: str) -> bool | None:
        """Whether something stands at `path`; None when not known."""
        found = self.stat(path)
        return found.value is not None if isinstance(found, Known) else None

    def resolve(self, path: str, *, follow: bool = True) -> "str | Unknown":
        """`path` with links replaced, the last component's only with `follow`."""
        path = clean(path)
        links = self.links()
        if not links:
            return path
        for _ in range(MAX_LINKS):
            for prefix in prefixes(path) if follow else prefixes(path)[:-1]:
                if prefix not in links:
                    continue
                found = self._find(prefix, self.count)
                if isinstance(found, Known) and found.value and found.value.kind == "link":
                    target = found.value.target
                    if not target:
                        return Unknown(Reason(f"{prefix} is a link, and where to is not known"))
                    base = target if target.startswith("/") else f"{parent(prefix)}/{target}"
                    path = clean(base + path[len(prefix) :])
                    break
            else:
                return path
        return Unknown(Reason(f"{path} is a loop of links"))

    def links(self) -> "dict[str, None]":
        """The paths at which there is, or was, a link."""
        if self._links is None:
            found: dict[str, None] = dict.fromkeys(self.below.links())
            found.update(dict.fromkeys(self._memory.links(self.effects, self.count)))
            self._links = found
        return self._links

    def passing(self, name: str, test: "Callable[[Effect], bool]") -> "Iterator[Effect]":
        """
        All effects that led here and pass the test of that name, newest first.

        An effect is tested once, however many file systems are asked.
        """
        yield from reversed(self._memory.passing(name, test, self.effects, self.count))
        if isinstance(self.below, Contents):
            yield from self.below.passing(name, test)

    def source(self, method: str) -> "Contents | Ground":
        """What lies below all that has no say in such questions."""
        silent = not self.soft and self._memory.silent(method, self.effects, self.count)
        if silent and isinstance(self.below, Contents):
            return self.below.source(method)
        return self.below if silent else self

    def forget(self, count: int) -> None:
        """Drop the answers about more than `count` effects: one of those behind has changed."""
        for answers in self._memory.answers.values():
            for late in [one for one in answers if one > count]:
                del answers[late]
        for effect in self.effects[count:]:
            effect.forget()

    def _find(self, path: str, count: int) -> "Knowledge":
        return self._answer(("find", path), count)

    def _answer(self, question: tuple[str, ...], count: int) -> "Knowledge":
        """What the method `question[0]` gives for the other parts, after `count` effects."""
        answers = self._memory.answers.get(question)
        if answers is None:
            answers = self._memory.answers[question] = {}
        found = answers.get(count)
        if found is None:
            if self._depth >= MAX_DEPTH:
                # From here on in strides from the oldest, so that none goes deep.
                known = (count - 1) // STRIDE * STRIDE
                while known > 0 and known not in answers:
                    known -= STRIDE
                for earlier in range(known + STRIDE, count, STRIDE):
                    answers[earlier] = self._newest(question, earlier, answers)
            self._depth += 1
            try:
                found = answers[count] = self._newest(question, count, answers)
            finally:
                self._depth -= 1
        return found

    def _newest(
        self, question: tuple[str, ...], count: int, answers: "Mapping[int, Knowledge]"
    ) -> "Knowledge":
        method, *arguments = question
        effects = self.effects
        for index in self._memory.newest(method, effects, count):
            effect = effects[index]
            answer: Knowledge | None = getattr(effect, method)(
                *arguments, lambda index=index: self._answer(question, index)
            )
            if answer is not None:
                return join(answer, self._answer(question, index)) if effect.maybe else answer
            answer = answers.get(index)
            if answer is not None:
                return answer
        found: Knowledge = getattr(self.below, method)(*arguments)
        if self.soft and isinstance(found, Known) and found.firm:
            reason = found.reason
            return Known(found.value, Reason(reason.text, reason.source, reason.span, firm=False))
        return found

    # Programs

    def program(self, name: str, path: "Knowledge | None") -> "Knowledge":
        """
        The `Program` that `name` starts, None when there is none.

        `path` is the PATH. A name with a slash is taken as an absolute path.
        """
        if "/" in name:
            found = self.stat(name)
            if isinstance(found, Known) and found.value is not None:
                return Known(Program(clean(name), found.value), found.reason)
            return found
        if not isinstance(path, Known):
            reason = path.reason if path is not None else Reason("PATH is not set")
            return Unknown(reason)
        unsure: Unknown | None = None
        absent: Known | None = None
        for folder in path.value.split(":"):
            if not folder.startswith("/"):
                continue
            found = self.stat(f"{folder.rstrip('/')}/{name}")
            if not isinstance(found, Known):
                unsure = found if isinstance(found, Unknown) else Unknown(found.reason)
            elif found.value is not None and _executable(found.value):
                where = None if unsure else clean(f"{folder}/{name}")
                return Known(Program(where, found.value), found.reason)
            elif absent is None or (absent.firm and not found.firm):
                # A file nobody may execute is passed over, as execvp and the shells do.
                absent = Known(None, found.reason)
        if unsure is not None:
            return unsure
        return absent or Known(None, path.reason)

    def lacks(self, name: str, path: "Knowledge | None") -> bool:
        """Whether there certainly is no program `name`: `program` is firm that there is none."""
        if "/" in name:
            return _no_program(self.stat(name), any_file=True)
        if not isinstance(path, Known) or not path.firm:
            return False
        folders = [one for one in path.value.split(":") if one.startswith("/")]
        # The answer is the same in any order, and most programs are in one of these.
        folders.sort(key=lambda one: one not in ("/usr/bin", "/bin"))
        return all(_no_program(self.stat(f"{one.rstrip('/')}/{name}")) for one in folders)

    # Accounts and packages

    def account(self, kind: str, name: str) -> "Knowledge":
        """The `Account` of the "user" or "group" called `name`, None when there is none."""
        return self._answer(("account", kind, name), self.count)

    def accounts(self, kind: str) -> "list[str]":
        """The names of all users or groups that are known or may be there."""
        found: dict[str, None] = dict.fromkeys(self.below.accounts(kind))
        for index in range(self.count):
            found.update(dict.fromkeys(self.effects[index].accounts(kind)))
        return list(found)

    def by_number(self, kind: str, number: int) -> "Knowledge":
        """The `Account` with that uid or gid, None when there is none."""
        unsure: Unknown | None = None
        for name in self.accounts(kind):
            found = self.account(kind, name)
            if not isinstance(found, Known):
                unsure = unsure or Unknown(found.reason)
            elif found.value is not None and found.value.number == number:
                return found
            elif found.value is not None and found.value.number is None:
                unsure = unsure or Unknown(found.reason)
        if unsure is not None:
            return unsure
        # Whether someone nobody has heard of may be there, a name that nobody has tells.
        stranger = self.account(kind, "\0")
        return stranger if not isinstance(stranger, Known) else Known(None, stranger.reason)

    def numbers(self, kind: str) -> "frozenset[int] | None":
        """The uids or gids that are taken, None when not all of them are known."""
        found: set[int] = set()
        for name in self.accounts(kind):
            account = self.account(kind, name)
            if not isinstance(account, Known):
                return None
            if account.value is not None:
                if account.value.number is None:
                    return None
                found.add(account.value.number)
        return frozenset(found) if isinstance(self.account(kind, "\0"), Known) else None

    def groups_of(self, user: str) -> "frozenset[int] | None":
        """The gids of the groups that `user` is a member of, None when not all are known."""
        found: set[int] = set()
        for name in self.accounts("group"):
            group = self.account("group", name)
            if not isinstance(group, Known):
                return None
            if group.value is None:
                continue
            if group.value.members is None:
                return None
            if user in group.value.members:
                if group.value.number is None:
                    return None
                found.add(group.value.number)
        return frozenset(found) if isinstance(self.account("group", "\0"), Known) else None

    def package(self, manager: str, name: str) -> "Knowledge":
        """Whether the package is installed: bool."""
        return self._answer(("package", manager, name), self.count)


def _no_program(found: "Knowledge", *, any_file: bool = False) -> bool:
    """Whether certainly no program stands there, or with `any_file` nothing at all."""
    if not isinstance(found, Known) or not found.firm:
        return False
    return found.value is None or not (any_file or _executable(found.value))


def _executable(entry: Entry) -> bool:
    """Whether an entry on the PATH can be what a name starts: unknown modes are taken for it."""
    return entry.kind != "dir" and (entry.mode is None or bool(entry.mode & 0o111))
