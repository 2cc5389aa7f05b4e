"""
What BuildKit has in hand at each step of a stage: environment, user, working directory, shell.

Unlike `State`, which answers what the image will have, this is what goes into cache keys: build
arguments are in the environment, variables keep the order in which they were last set, and what
nobody knows is a placeholder, so that two builds can be compared all the same.

Source of the rules: moby/buildkit v0.25.2 `frontend/dockerfile/dockerfile2llb/convert.go`
(dispatchStages, dispatchEnv, dispatchArg, dispatchWorkdir) and `client/llb/meta.go` (EnvList).
"""

from copy import copy

from dockwright.facts.knowledge import Known
from dockwright.model.stages import PLATFORM_ARGS
from dockwright.model.state import DEFAULT_SHELL, DEFAULT_WINDOWS_SHELL
from dockwright.syntax.dockerfile.expand import expand
from dockwright.syntax.ignore.gopath import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.facts.image import ImageFacts
    from dockwright.model.stages import Build
    from dockwright.syntax.dockerfile.nodes import Instruction

# A placeholder is NUL, a letter, details, NUL: no Dockerfile can have a NUL.
BASE, PLATFORM, CHANGED, FORMULA = "b", "p", "a", "e"
# Declared or not, these are never in the environment.
_NOT_ENV = frozenset(("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"))
# What an operator makes of a placeholder is not known; `-` gives the value of a set variable.
_OPAQUE = frozenset(("#", "##", "%", "%%", "/", "//", "+", ":+", "-", ":-", "?", ":?"))


def placeholder(kind: str, details: str) -> str:
    """The text that stands for a value nobody knows; equal details mean equal values."""
    return f"\0{kind}{details}\0"


def placeholders(text: str) -> "Sequence[str]":
    """The placeholders in `text`, in order."""
    return text.split("\0")[1::2]


class Env:
    """
    The configuration before a step that goes into cache keys.

    `base` names what the stage is built on: placeholders for what the base sets have it in them.
    `argued` are the variables that an ARG set last.
    """

    __slots__ = (
        "_open",
        "_tuple",
        "argued",
        "base",
        "build",
        "image",
        "shell",
        "user",
        "values",
        "workdir",
    )

    def __init__(self, build: "Build", base: str, facts: "ImageFacts", os: str) -> None:
        self.build = build
        self.base = base
        self._open = not facts.env_complete
        self.values: dict[str, str] = {}
        self.argued: set[str] = set()
        self._tuple: tuple[tuple[str, str], ...] | None = None
        for name, found in facts.env.items():
            if isinstance(found, Known) and isinstance(found.value, str):
                self.values[name] = found.value
            else:
                self.values[name] = placeholder(BASE, f"{base}:{name}")
        self.image = dict(self.values)
        self.user = self._setting(facts.user, "USER")
        self.workdir = self._setting(facts.workdir, "WORKDIR") or "/"
        shell = facts.shell
        default = DEFAULT_WINDOWS_SHELL if os == "windows" else DEFAULT_SHELL
        known = shell.value if isinstance(shell, Known) else None
        self.shell: tuple[str, ...] = tuple(known) if known else default

    def _setting(self, found: object, name: str) -> str:
        if isinstance(found, Known):
            return str(found.value or "")
        return placeholder(BASE, f"{self.base}:{name}")

    def child(self) -> "Env":
        """What a stage begins with that builds on this one."""
        made = copy(self)
        made.values, made.image = dict(self.values), dict(self.image)
        made.argued = set(self.argued)
        # The image's environment is set once more, over the arguments of the stage below.
        for name, value in self.image.items():
            made.put(name, value)
        return made

    @property
    def variables(self) -> tuple[tuple[str, str], ...]:
        """The environment of a RUN, in the order in which the variables were last set."""
        if self._tuple is None:
            self._tuple = tuple(self.values.items())
        return self._tuple

    def lookup(self, name: str) -> str | None:
        """The value of `$name`, maybe a placeholder; None when it is not set."""
        found = self.values.get(name)
        if found is None and self._open:
            return placeholder(BASE, f"{self.base}:{name}")
        return found

    def text(self, text: str, *, raw: bool = False) -> str:
        """`text` with variables replaced (`raw`: as in the body of a COPY heredoc)."""
        if "$" not in text and (raw or not any(c in text for c in "'\"\\`")):
            return text
        escape = "\\" if raw else self.build.tree.escape
        found = expand(text, self.lookup, escape, plain_quotes=raw)
        opaque = [
            value
            for ref in found.references
            if ref.modifier in _OPAQUE
            and "\0" in (value := self.lookup(ref.name) or "")
            and not (ref.modifier in ("-", ":-") and value[1] == CHANGED)
        ]
        if found.value is None or opaque:
            values = [f"{ref.name}={self.lookup(ref.name)}" for ref in found.references]
            details = ",".join(values).replace("\0", "|")
            return placeholder(FORMULA, f"{text}:{details}")
        return found.value

    # Instructions without a layer

    def apply(self, node: "Instruction") -> None:
        """Do what `node` does to the configuration."""
        if node.name == "ENV":
            values = [(self.text(one.key), self.text(one.value or "")) for one in node.pairs]
            for name, value in values:
                self.put(name, value)
                self.image[name] = value
        elif node.name == "ARG":
            for pair in node.pairs:
                self._arg(pair.key, pair.value)
        elif node.name == "USER" and node.args:
            self.user = self.text(node.args[0].value)
        elif node.name == "SHELL" and node.is_json and node.args:
            self.shell = tuple(word.value for word in node.args)
        elif node.name == "WORKDIR" and node.args:
            # RUN gets it as written when it is absolute: `/app/` is another than `/app`.
            path = self.text(node.args[0].value)
            self.workdir = path if path.startswith("/") else self.absolute(path)

    def put(self, name: str, value: str, *, arg: bool = False) -> None:
        """Set a variable; one that is set already moves to the end."""
        (self.argued.add if arg else self.argued.discard)(name)
        self.values.pop(name, None)
        self.values[name] = value
        self._tuple = None

    def _arg(self, name: str, default: str | None) -> None:
        if name in _NOT_ENV:
            return
        given = self.build.args.get(name)
        if given is not None:
            value: str | None = given
        elif default is not None:
            value = self.text(default)
        else:
            value = global_value(self.build, name)
        if value is not None:
            self.put(name, value, arg=True)

    def absolute(self, path: str) -> str:
        """`path` from the working directory, cleaned."""
        if path.startswith("/"):
            return clean(path)
        joined = f"{self.workdir}/{path}"
        return clean(joined) if joined.startswith("/") else clean("/" + joined)[1:]


def global_value(build: "Build", name: str) -> str | None:
    """What an ARG without a default takes over: an ARG before the first FROM, or the platform."""
    if name in build.global_args:
        found = build.global_args[name]
        if found is None:
            return None
        if isinstance(found, Known) and isinstance(found.value, str):
            return found.value
        return placeholder(FORMULA, f"{name}:{found.reason.text}")
    if name in PLATFORM_ARGS:
        return placeholder(PLATFORM, name)
    return None
