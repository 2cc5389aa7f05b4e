"""
What the programs of a RUN read and write, for the question whether steps may change places.

Each program that is known, here or in `touchers.py`, adds regions of the file system to a
`Touched`. What a program touches may be said too wide, never too narrow; of a program that is not
known nothing is said but that it may touch anything.
"""

from posixpath import basename

from dockwright.model.effects.tables import HARMLESS
from dockwright.model.region import EVERYWHERE, SCRATCH, Region, absolute
from dockwright.syntax.shell.nodes import HOLE
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.steps import Step
    from dockwright.syntax.shell.nodes import Command, ShellWord

_SPECIAL = lazy(r"\$\{\}|[*?\[{]")
_VARIABLE = lazy(r"\$(?:(\w+)|\{(\w+)\})")
# What reads no file that it is given the name of.
_SPEAKS = frozenset((
    ":", "arch", "date", "echo", "exit", "export", "false", "hostname", "id", "kill", "nproc",
    "printf", "pwd", "set", "sleep", "true", "type", "ulimit", "umask", "uname", "unset", "wait",
    "whoami", "command", "which", "hash", "shift", "trap", "break", "continue", "return", "cd",
    "basename", "dirname", "seq", "yes", "expr", "tr", "getconf", "groups", "logname", "locale",
    "ldd", "dpkg-architecture", "dpkg-query", "apt-cache", "apt-config", "lsb_release", "users",
    "who", "tty", "uptime", "free", "local", "readonly", "declare", "shopt",
))  # fmt: skip
_FILES = frozenset((
    "chgrp", "chmod", "chown", "cp", "ln", "mkdir", "mkfifo", "mv", "rm", "rmdir", "sed", "tar",
    "tee", "touch", "truncate", "unlink", "unzip", "gunzip", "gzip", "bunzip2", "install", "[",
    "test", "gpg", "setcap", "sha256sum", "md5sum", "sha512sum", "sha1sum",
))  # fmt: skip
_FIRST_IS_NO_PATH = frozenset(("chmod", "chown", "chgrp", "sed", "setcap"))
_WRITES = frozenset((">", ">>", ">|", "&>", "&>>"))


class Touched:
    """
    What commands touch: regions read and written, whether the working directory counts
    (`here`), and why nothing can be said (`unknown`, "" when all is known).

    `foreign` says that code of packages runs, which may look at any variable.
    """

    __slots__ = ("foreign", "here", "reads", "unknown", "writes")

    def __init__(self) -> None:
        self.reads: list[Region] = []
        self.writes: list[Region] = []
        self.here = False
        self.foreign = False
        self.unknown = ""

    def both(self, *regions: Region) -> None:
        """Read and written."""
        self.reads += regions
        self.writes += regions


class Seen:
    """One command of a RUN with its words, as far as they are known, and where it runs."""

    __slots__ = ("args", "command", "cwd", "home", "name", "out", "own", "step", "venvs")

    def __init__(
        self,
        step: "Step",
        command: "Command",
        cwd: str | None,
        home: str | None,
        out: Touched,
        own: "frozenset[str]",
        venvs: "Sequence[Region]",
    ) -> None:
        self.step = step
        self.command = command
        self.cwd = cwd
        self.home = home
        self.out = out
        self.own = own
        self.venvs = venvs
        words = list(command.words)
        while words and words[0].value in ("sudo", "exec", "time", "nice", "eatmydata"):
            words = words[1:]
            if words and words[0].shape.startswith("-"):
                words = []
        if words and words[0].value == "env":
            words = words[1:]
            while words and "=" in words[0].shape and not words[0].shape.startswith("-"):
                words = words[1:]
        written = words[0].value if words else None
        self.name = basename(written) if written is not None else ""
        if written is not None and "/" in written and not written.startswith("/"):
            self.name = ""
        self.args = [self.text(word) for word in words[1:]]

    def text(self, word: "ShellWord") -> str:
        """The word with the variables that the Dockerfile sets replaced, `${}` for the others."""
        shape = word.shape
        if HOLE not in shape or word.substitutes:
            return shape
        plain = [one or two for one, two in _VARIABLE.findall(word.text)]
        if len(plain) != shape.count(HOLE):
            return shape
        for name in plain:
            shape = shape.replace(HOLE, self._value(name), 1)
        return shape.replace("\0", HOLE)

    def _value(self, name: str) -> str:
        from dockwright.facts.knowledge import Known

        if name in self.own:
            return "\0"
        if name == "HOME" and self.home:
            return self.home
        found = self.step.before.variable(name)
        if isinstance(found, Known) and isinstance(found.value, str) and " " not in found.value:
            return found.value
        return "\0"

    def region(self, text: str, why: str = "") -> Region:
        """The region that an argument names."""
        why = why or f"`{self.name}`"
        special = _SPECIAL.search(text)
        if special is not None:
            text = text[: special.start()].rpartition("/")[0] + "/"
            if text == "/" and special.start() == 0:
                return EVERYWHERE if special[0] == HOLE else self.around()
        if text.startswith("~"):
            user, slash, rest = text.partition("/")
            if user != "~" or self.home is None:
                return EVERYWHERE
            text = self.home + slash + rest
        if not text.startswith("/"):
            self.out.here = True
        path = absolute(text, self.cwd)
        return Region(path, why) if path is not None else EVERYWHERE

    def around(self) -> Region:
        """The working directory."""
        self.out.here = True
        return Region(self.cwd, "the working directory") if self.cwd is not None else EVERYWHERE

    def at_home(self) -> "list[Region]":
        """The home of who runs."""
        if self.home is None:
            return [Region("/root", "the home directory"), Region("/home", "the home directory")]
        return [Region(self.home, "the home directory")]

    def paths(self) -> "list[str]":
        """The arguments that may be paths, and the paths inside options."""
        found = []
        for arg in self.args:
            if not arg.startswith("-"):
                found.append(arg)
            elif "/" in arg:
                _, equals, value = arg.partition("=")
                found.append(value if equals else arg[arg.index("/") :])
        return found

    def value(self, *options: str) -> str | None:
        """The value of an option."""
        for index, arg in enumerate(self.args):
            for option in options:
                if arg == option:
                    return self.args[index + 1] if index + 1 < len(self.args) else ""
                if option.startswith("--") and arg.startswith(option + "="):
                    return arg[len(option) + 1 :]
                if len(option) == 2 and arg.startswith(option) and not arg.startswith("--"):
                    return arg[2:]
        return None

    def operands(self, *takes: str) -> "list[str]":
        """The arguments that are neither options nor values of those in `takes`."""
        found = []
        skip = False
        for arg in self.args:
            if skip:
                skip = False
            elif arg.startswith("-") and arg != "-":
                skip = arg in takes
            else:
                found.append(arg)
        return found


def touch(seen: Seen) -> None:
    """Add what the command touches to `seen.out`."""
    out = seen.out
    for one in seen.command.redirects:
        if one.target is not None and not one.operator.startswith("<<"):
            target = seen.text(one.target)
            if target.startswith("/dev/") or "&" in one.operator[1:]:
                continue
            region = seen.region(target, "a redirection")
            (out.writes if one.operator in _WRITES else out.reads).append(region)
    if not seen.command.words:
        return
    from dockwright.model.touchers import PROGRAMS

    name = seen.name
    function = PROGRAMS.get(name)
    if function is None and name.startswith(("pip", "python")):
        function = PROGRAMS.get("pip" if name.startswith("pip") else "python")
    if function is not None:
        function(seen)
    elif name in _SPEAKS:
        return
    elif name in _FILES:
        _files(seen)
    elif name in HARMLESS:
        out.reads += [seen.region(path) for path in seen.paths()]
        if name in ("ls", "du", "find", "tree") and not seen.operands():
            out.reads.append(seen.around())
    else:
        shown = name or (seen.command.words[0].text if seen.command.words else "")
        out.unknown = out.unknown or f"nobody knows here what `{shown}` reads and writes"


def _files(seen: Seen) -> None:
    paths = seen.paths()
    name = seen.name
    if name in _FIRST_IS_NO_PATH and not any(
        arg.startswith(("--reference", "-e", "--expression", "-f")) for arg in seen.args
    ):
        paths = paths[1:]
    if name in ("[", "test"):
        paths = [path for path in paths if "/" in path or "." in path]
    if name == "tar":
        if seen.args and paths and paths[0] == seen.args[0] and "/" not in paths[0]:
            paths = paths[1:]  # the old form of options, without a dash
        if seen.value("-C", "--directory") is None:
            paths.append(".")
    if name in ("unzip", "gunzip", "gzip", "bunzip2") and seen.value("-d") is None:
        paths.append(".")
    regions = [seen.region(path) for path in paths]
    seen.out.both(*regions)
    if name in ("chown", "install", "tar", "[", "test"):
        seen.out.reads += [Region("/etc/passwd", "the accounts"), Region("/etc/group")]
    if name == "gpg":
        seen.out.both(*seen.at_home(), *SCRATCH)


def find(seen: Seen) -> None:
    """`find` itself, and the few programs people start with it."""
    args = seen.args
    started = [
        args[i + 1] for i, arg in enumerate(args[:-1]) if arg in ("-exec", "-execdir", "-ok")
    ]
    if any(
        basename(one) not in ("rm", "chmod", "chown", "chgrp", "strip", "touch") for one in started
    ):
        seen.out.unknown = seen.out.unknown or "`find` starts another program"
        return
    places = []
    for arg in args:
        if arg.startswith(("-", "(", "!", "\\")):
            break
        places.append(seen.region(arg))
    seen.out.both(*(places or [seen.around()]))
