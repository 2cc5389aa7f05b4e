"""
Facts in layers: what the user says of an image, what an engine has, what comes with the program.

What the user says is laid over what the others know. An image that the engine has is taken from
there, and only one that it does not have from the bundled facts.
"""

from dockwright.facts.contents import Account, Contents, Effect, Entry, UnknownGround
from dockwright.facts.effects import Joined, Packages
from dockwright.facts.image import ImageFacts, unknown
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.port import Bundled, FactSource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dockwright.facts.knowledge import Knowledge

# What an override may say, and of which type each part is.
TEXTS = ("user", "workdir", "stopsignal")
LISTS = ("shell", "entrypoint", "cmd", "programs", "users")
KEYS = frozenset((*TEXTS, *LISTS, "env", "packages"))


class Layered(FactSource):
    """
    Facts from several sources.

    `overrides` maps an image's name, with or without its tag, to what is true of it: "user",
    "workdir", "stopsignal": str; "shell", "entrypoint", "cmd": lists of str; "env": names and
    values; "programs": names of programs on the PATH, or paths; "packages": manager and names;
    "users": `name:uid[:gid[:home[:shell]]]`. `engine` is asked before the bundled facts.

    Raises ValueError for an override of an unknown key or of a wrong type.
    """

    __slots__ = ("_answers", "answered", "bundled", "engine", "overrides")

    def __init__(
        self,
        overrides: "Mapping[str, Mapping[str, object]] | None" = None,
        engine: FactSource | None = None,
        bundled: FactSource | None = None,
    ) -> None:
        super().__init__()
        self.overrides = dict(overrides or {})
        for name, values in self.overrides.items():
            checked(name, values)
        self.engine = engine
        self.bundled = bundled if bundled is not None else Bundled()
        self.answered: dict[str, tuple[str, ...]] = {}
        self._answers: dict[str, ImageFacts | None] = {}

    def image(self, reference: str) -> ImageFacts | None:
        """
        The facts about `reference`, or None.

        `answered[reference]` then names the layers that had a say: "overrides", "engine",
        "bundled".
        """
        if reference not in self._answers:
            self._answers[reference] = self._image(reference)
        return self._answers[reference]

    def _image(self, reference: str) -> ImageFacts | None:
        found: ImageFacts | None = None
        who: tuple[str, ...] = ()
        for name, source in (("engine", self.engine), ("bundled", self.bundled)):
            if source is not None and found is None:
                found = source.image(reference)
                who = (name,) if found is not None else ()
        values = self._override(reference)
        if values is not None:
            found = overridden(found or unknown(reference), values)
            who = ("overrides", *who)
        self.answered[reference] = who
        return found

    def _override(self, reference: str) -> "Mapping[str, object] | None":
        without = reference.partition("@")[0]
        name, colon, tag = without.rpartition(":")
        # The colon of `localhost:5000/app` stands before a port.
        bare = name if colon and "/" not in tag else without
        for one in (reference, without, bare):
            if one in self.overrides:
                return self.overrides[one]
        return None


def checked(name: str, values: "Mapping[str, object]") -> None:
    """Raise ValueError when an override is not well formed."""
    for key, value in values.items():
        if key not in KEYS:
            raise ValueError(
                f"{name}: nobody knows the key {key}; there are {', '.join(sorted(KEYS))}"
            )
        if key in TEXTS:
            good = isinstance(value, str)
        elif key in LISTS:
            good = _texts(value)
        elif key == "env":
            good = isinstance(value, dict) and _texts(list(value.values()))
        else:
            good = isinstance(value, dict) and all(_texts(one) for one in value.values())
        if not good:
            raise ValueError(f"{name}: {key} is of the wrong type")
    for user in _list(values.get("users")):
        parts = user.split(":")
        if len(parts) < 2 or not all(one.isdigit() for one in parts[1:3]):
            raise ValueError(f"{name}: users are written name:uid[:gid[:home[:shell]]], not {user}")


def _texts(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)


def _list(value: object) -> "Sequence[str]":
    return value if isinstance(value, (list, tuple)) else ()


def overridden(facts: ImageFacts, values: "Mapping[str, object]") -> ImageFacts:
    """The facts with what the user says laid over them."""
    reason = Reason(f"the configuration says so of {facts.name}")

    def part(name: str, before: "Knowledge") -> "Knowledge":
        if name not in values:
            return before
        value = values[name]
        return Known(tuple(_list(value)) or None if name in LISTS else value, reason)

    env = dict(facts.env)
    given = values.get("env")
    if isinstance(given, dict):
        env |= {name: Known(value, reason) for name, value in given.items()}
    below = facts.contents
    if below is None:
        below = Contents(UnknownGround(facts.user.reason))
    effects = _effects(values, reason)
    return ImageFacts(
        facts.name,
        os=facts.os,
        user=part("user", facts.user),
        workdir=part("workdir", facts.workdir),
        shell=part("shell", facts.shell),
        entrypoint=part("entrypoint", facts.entrypoint),
        cmd=part("cmd", facts.cmd),
        healthcheck=facts.healthcheck,
        stopsignal=part("stopsignal", facts.stopsignal),
        env=env,
        env_complete=facts.env_complete,
        ports=facts.ports,
        volumes=facts.volumes,
        contents=Contents(below, effects) if effects else below,
    )


def _effects(values: "Mapping[str, object]", reason: Reason) -> list[Effect]:
    effects: list[Effect] = []
    programs = _list(values.get("programs"))
    if programs:
        effects.append(Programs(programs, reason))
    for line in _list(values.get("users")):
        name, uid, *rest = line.split(":")
        gid = int(rest[0]) if rest else int(uid)
        home = rest[1] if len(rest) > 1 else None
        shell = rest[2] if len(rest) > 2 else None
        effects.append(Joined("user", name, Account(name, int(uid), gid, home, shell), reason))
    packages = values.get("packages")
    if isinstance(packages, dict):
        for manager, names in packages.items():
            effects.append(Packages(manager, frozenset(names), reason, complete=True))
    return effects


class Programs(Effect):
    """
    Programs that are surely there: paths, or names.

    A name without a path counts as a program in /usr/bin, which may stand in another folder of
    programs as well.
    """

    __slots__ = ("names",)

    def __init__(self, names: "Sequence[str]", reason: Reason) -> None:
        super().__init__(reason)
        self.names = frozenset(names)

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """The program, when it is one of these."""
        if path in self.names:
            return Known(Entry("any"), self.reason)
        folder, _, name = path.rpartition("/")
        if name not in self.names or folder not in ("/usr/local/bin", "/usr/bin", "/bin"):
            return None
        before = older()
        if isinstance(before, Known) and before.value is not None:
            return before
        return Known(Entry("any"), self.reason) if folder == "/usr/bin" else Unknown(self.reason)
