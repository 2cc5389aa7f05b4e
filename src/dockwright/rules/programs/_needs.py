"""The files that commands cannot do without."""

from dockwright.rules.api import Command, Contents, Known, Point, Reason, ShellWord, clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A file that is looked for in the working directory, and for some programs in all above it.
_NPM = ("ci", "install", "i", "run", "run-script", "test", "start", "prune", "rebuild")
_LOCKS = ("package-lock.json", "npm-shrinkwrap.json")

# Variables before a command that have no say in where it looks for its files.
_HARMLESS = frozenset((
    "CFLAGS", "CGO_ENABLED", "CI", "CPPFLAGS", "CXXFLAGS", "DEBIAN_FRONTEND", "GOARCH", "GOOS",
    "LANG", "LC_ALL", "LDFLAGS", "NODE_ENV", "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED",
    "PYTHONDONTWRITEBYTECODE", "PYTHONHTTPSVERIFY", "PYTHONUNBUFFERED", "RAILS_ENV", "TZ",
    "http_proxy", "https_proxy", "no_proxy",
))  # fmt: skip


class Missing:
    """A path that a command needs and that is not there: the word that names it, and why."""

    __slots__ = ("path", "place", "reason")

    def __init__(self, path: str, place: "Command | ShellWord", reason: Reason) -> None:
        self.path = path
        self.place = place
        self.reason = reason


class _Looker:
    __slots__ = ("contents", "cwd")

    def __init__(self, point: Point) -> None:
        self.contents: Contents = point.contents
        self.cwd: str | None = point.cwd

    def absent(self, path: str) -> Reason | None:
        """Why nothing is at `path`, None when something is or may be."""
        if not path.startswith("/"):
            if self.cwd is None:
                return None
            path = f"{self.cwd}/{path}"
        found = self.contents.stat(clean(path))
        return found.reason if isinstance(found, Known) and found.value is None else None

    def upwards(self, *names: str) -> Reason | None:
        """Why none of `names` is in the working directory or above it."""
        folder = self.cwd
        if folder is None:
            return None
        reason: Reason | None = None
        while True:
            for name in names:
                found = self.absent(f"{folder.rstrip('/')}/{name}")
                if found is None:
                    return None
                reason = reason or found
            if folder == "/":
                return reason
            folder = folder.rpartition("/")[0] or "/"


def missing(command: Command, point: Point) -> Missing | None:
    """The first path that `command` needs and does not find; None when all may be there."""
    function = _TABLE.get(command.name)
    if function is None or any(name not in _HARMLESS for name, _ in command.assignments):
        return None
    look = _Looker(point)
    for path, place, reason in function(command, look):
        if reason is not None:
            return Missing(path, place, reason)
    return None


if TYPE_CHECKING:
    Found = Iterator[tuple[str, Command | ShellWord, Reason | None]]
    Rule = Callable[[Command, _Looker], Found]


def _words(words: "list[ShellWord]", look: _Looker) -> "Found":
    for word in words:
        value = word.value
        if value is None or value in ("-", "", ".", "..") or "{" in value:
            continue
        if not value.startswith(("/dev/", "/proc/", "~")):
            yield value, word, look.absent(value)


def _cd(command: Command, look: _Looker) -> "Found":
    operands = command.operands()
    return _words(operands[:1], look)


def _sources(command: Command, look: _Looker) -> "Found":
    if command.has("-t", "--target-directory", "-S", "--suffix") or command.has("--parents"):
        return
    yield from _words(command.operands()[:-1], look)


def _targets(command: Command, look: _Looker) -> "Found":
    if command.has("-f", "--silent", "--quiet", "--reference"):
        return
    words = [word for word in command.args if not word.shape.startswith("--")]
    modes = command.name == "chmod"
    operands = [
        word
        for word in words
        if not word.shape.startswith("-") or (modes and word.shape[1:2] in "rwxXst")
    ]
    yield from _words(operands[1:], look)


def _pip(command: Command, look: _Looker) -> "Found":
    if not command.runs("install"):
        return
    words = list(command.args)
    for index, word in enumerate(words):
        if word.shape in ("-r", "--requirement", "-c", "--constraint") and index + 1 < len(words):
            value = words[index + 1].value
            if value is not None and "://" not in value:
                yield value, words[index + 1], look.absent(value)
    for word in command.operands("-r", "--requirement", "-c", "--constraint", "-t", "--target"):
        if word.value == ".":
            reasons = [look.absent(name) for name in ("setup.py", "pyproject.toml", "setup.cfg")]
            if all(reasons):
                yield "setup.py or pyproject.toml", word, reasons[0]


def _npm(command: Command, look: _Looker) -> "Found":
    operands = [word.value for word in command.operands("--prefix", "-C")]
    if not operands or operands[0] not in _NPM or command.has("-g", "--global", "--prefix", "-C"):
        return
    if operands[0] in ("install", "i") and len(operands) > 1:
        return
    yield "package.json", command, look.upwards("package.json", "node_modules")
    if operands[0] == "ci":
        reasons = [look.absent(name) for name in _LOCKS]
        if all(reasons):
            yield "package-lock.json", command, reasons[0]


def _yarn(command: Command, look: _Looker) -> "Found":
    operands = [word.value for word in command.operands("--cwd", "-C", "--dir")]
    if command.has("--cwd", "-C", "--dir", "--version", "-v", "--help"):
        return
    if not operands or operands[0] in ("install", "build", "run", "test", "start"):
        yield "package.json", command, look.upwards("package.json")


def _bundle(command: Command, look: _Looker) -> "Found":
    if command.runs("install") and not command.has("--gemfile"):
        yield "Gemfile", command, look.upwards("Gemfile", "gems.rb")


def _composer(command: Command, look: _Looker) -> "Found":
    if command.runs("install") and not command.has("-d", "--working-dir"):
        yield "composer.json", command, look.absent("composer.json")


def _make(command: Command, look: _Looker) -> "Found":
    if command.has("-f", "-C", "--file", "--directory", "--version"):
        return
    names = ("Makefile", "makefile", "GNUmakefile")
    reasons = [look.absent(name) for name in names]
    if all(reasons):
        yield "a Makefile", command, reasons[0]


def _mvn(command: Command, look: _Looker) -> "Found":
    if command.args and not command.has("-f", "--file", "-v", "--version", "-N"):
        yield "pom.xml", command, look.absent("pom.xml")


def _script(command: Command, look: _Looker) -> "Found":
    """`bash FILE`, `python FILE`, `node FILE`: the first operand, when nothing else is run."""
    first = command.args[0] if command.args else None
    if first is None or first.value is None or first.value.startswith("-"):
        return
    if command.name in ("node", "nodejs") and "." not in first.value.rpartition("/")[2]:
        return
    yield from _words([first], look)


_TABLE: "dict[str, Rule]" = {
    "cd": _cd,
    "cp": _sources,
    "mv": _sources,
    "chmod": _targets,
    "chown": _targets,
    "chgrp": _targets,
    "pip": _pip,
    "pip2": _pip,
    "pip3": _pip,
    "npm": _npm,
    "yarn": _yarn,
    "bundle": _bundle,
    "bundler": _bundle,
    "composer": _composer,
    "make": _make,
    "mvn": _mvn,
    "sh": _script,
    "bash": _script,
    "python": _script,
    "python2": _script,
    "python3": _script,
    "node": _script,
}
