"""
The file system while the commands of a RUN change it: what program effects speak to.

A program effect is a function of a `Call`. It asks `call.world` what is there and says what
happened with `put`, `gone`, `owner`, `mode`, `murky` and `emit`.
"""

from dockwright.facts.contents import Contents, Entry, clean, parent
from dockwright.facts.effects import Gone, Mode, Murky, Owner, Put, Tree
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.model.calls import Arg as Arg  # noqa: PLC0414 - part of this module's names
from dockwright.model.calls import Call as Call  # noqa: PLC0414
from dockwright.model.permissions import reaches
from dockwright.model.words import Expander, Unreadable, braced, braces, joined
from dockwright.syntax.shell.nodes import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.facts.contents import Effect
    from dockwright.facts.effects import Files
    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.steps import Step
    from dockwright.syntax.shell.nodes import Command, ShellWord
    from dockwright.text.span import Span

# Beyond so many effects in one stage nothing more is followed.
MAX_EFFECTS = 4000
_SET_BY_SHELLS = frozenset((
    "HOME", "PWD", "OLDPWD", "IFS", "PPID", "HOSTNAME", "OPTIND", "OPTARG", "RANDOM", "SHLVL",
    "UID", "EUID", "LINENO", "SECONDS", "OSTYPE", "HOSTTYPE", "MACHTYPE", "TERM", "SHELL", "_",
    "BASH", "BASH_VERSION", "PS1", "PS4", "REPLY", "FUNCNAME", "http_proxy", "https_proxy",
    "no_proxy", "ftp_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "FTP_PROXY",
    "ALL_PROXY",
))  # fmt: skip


class World:
    """
    What the commands of one step see and change.

    `cwd` is the working directory (None: not known), `uid` and `gid` who runs (None: not known),
    `umask` the mask for new files; `maybe` is set while commands run that may not run at all.
    `certain` says that it is this user whatever the base image turns out to be; `gids` are all
    groups of that user, None when not known. `shell` names the program that reads the script,
    `literal` says that none does (exec form). `positional` are the arguments of a function.
    `inside` is where in the Dockerfile the script of a file was called whose commands run.
    `piped` is the standard input of the command that runs, None when it is not known.
    `foreign` says that something nobody read may have set variables; `soft` are the variables whose
    value hangs on a build argument's default. `mending` supposes that packages which cannot be
    installed were, under another name or in another way.
    """

    __slots__ = (
        "_contents",
        "certain",
        "cwd",
        "effects",
        "foreign",
        "gid",
        "gids",
        "home",
        "inside",
        "literal",
        "lost",
        "maybe",
        "mending",
        "piped",
        "positional",
        "shell",
        "soft",
        "step",
        "substitute",
        "uid",
        "umask",
        "variables",
    )

    def __init__(
        self,
        step: "Step",
        contents: Contents,
        effects: "list[Effect]",
        *,
        cwd: str | None,
        uid: int | None,
        gid: int | None,
        home: str | None,
    ) -> None:
        self.step = step
        self._contents = contents
        self.effects = effects
        self.cwd = cwd
        self.uid = uid
        self.gid = gid
        self.home = home
        self.certain = True
        self.umask = 0o022
        self.maybe = 0
        self.mending = False
        self.variables: dict[str, str | None] = {}
        self.positional: list[str | None] | None = []
        self.gids: frozenset[int] | None = None
        self.foreign = False
        self.soft: set[str] = set()
        self.shell = "sh"
        self.literal = False
        self.substitute: Callable[[str], str | None] | None = None
        self.inside: Span | None = None
        self.piped: str | None = None
        self.lost = False

    # What there is

    @property
    def contents(self) -> Contents:
        """The file system as it is now."""
        if self._contents.count != len(self.effects):
            self._contents = self._contents.at(len(self.effects))
        return self._contents

    def stat(self, path: str) -> "Knowledge":
        """What stands at the absolute `path`, links followed."""
        return self.contents.stat(path)

    def is_dir(self, path: str) -> bool | None:
        """Whether a directory stands at `path`; None when not known."""
        found = self.stat(path)
        if not isinstance(found, Known):
            return None
        if found.value is None:
            return False
        return None if found.value.kind == "any" else found.value.kind == "dir"

    def exists(self, path: str) -> bool | None:
        """Whether something stands at `path`; None when not known."""
        return self.contents.exists(path)

    def absent(self, path: str) -> bool:
        """Whether certainly nothing stands at `path`."""
        found = self.stat(path)
        return isinstance(found, Known) and found.value is None and found.firm

    def present(self, path: str) -> Entry | None:
        """What certainly stands at `path`."""
        found = self.stat(path)
        entry: Entry | None = found.value if isinstance(found, Known) and found.firm else None
        return entry

    def may(self, path: str, bit: int) -> bool | None:
        """Whether who runs may read (4), write (2) or enter and execute (1) what is at `path`."""
        if not self.certain:
            return None
        return reaches(self.contents, path, self.uid, self.gids, bit)

    def denied(self, path: str) -> bool:
        """Whether who runs certainly cannot make or write a file at `path`."""
        if self.uid in (0, None) or not self.certain:
            return False
        if self.present(path) is not None:
            return self.may(path, 2) is False
        if not self.absent(path):
            return False
        above = parent(path)
        while above != "/" and self.absent(above):
            above = parent(above)  # for `mkdir -p`; others fail for that
        if self.present(above) is None:
            return False
        return self.may(above, 2) is False or self.may(above, 1) is False

    # Words

    def variable(self, name: str) -> "Knowledge | None":
        """What `$name` is now; None when it is certainly not set."""
        if name in self.variables:
            value = self.variables[name]
            reason = Reason(f"{name} is set in the script", firm=name not in self.soft)
            return Unknown(reason) if value is None else Known(value, reason)
        if name == "HOME" and self.home is not None:
            state = self.step.before
            home = state.variable("HOME")
            if isinstance(home, Known) or state.sets("build_env", "HOME"):
                return home
            # The engine sets it when the image's environment does not.
            return Known(self.home, Reason("the home of the user"))
        if name == "PWD" and self.cwd is not None:
            return Known(self.cwd, Reason("the working directory"))
        if name.isdigit():
            given = self.positional
            if given is None or name == "0":
                return Unknown(Reason("an argument of the script"))
            at = int(name) - 1
            if at >= len(given):
                return None
            argument = given[at]
            reason = Reason("an argument")
            return Known(argument, reason) if argument is not None else Unknown(reason)
        found = self.step.before.variable(name)
        if found is None and (self.foreign or name in _SET_BY_SHELLS):
            return Unknown(Reason(f"the shell, or what it reads, may set {name}"))
        return found

    def varies(self, names: "Sequence[str]") -> bool:
        """Whether the value of one of these variables hangs on a build argument's default."""
        for name in names:
            found = self.variable(name)
            if isinstance(found, Known) and not found.firm:
                return True
        return False

    def sourced(self) -> None:
        """A script nobody read ran in this shell: it may have set any variable."""
        self.variables = dict.fromkeys([*self.variables, "PATH"])
        self.foreign = True

    @property
    def path(self) -> "Knowledge | None":
        """The PATH that programs are looked for in."""
        return self.variable("PATH")

    def arg(self, word: "ShellWord") -> Arg:
        """The word with the variables known now replaced, as one argument."""
        found = self._expanded(word, splits=False)
        return found[0] if len(found) == 1 else Arg(None, HOLE, word=word)

    def args(self, words: "Sequence[ShellWord]") -> list[Arg]:
        """The arguments, those split that an unquoted variable makes several of."""
        return [arg for word in words for arg in self._expanded(word, splits=True)]

    def _expanded(self, word: "ShellWord", *, splits: bool) -> list[Arg]:
        text = word.text
        if word.value is not None and "{" not in text:
            return [Arg(word.value, word.value, word=word)]
        if self.literal:
            return [Arg(word.value, word.shape, word=word)]
        try:
            texts = [text]
            if braced(text):
                expands = self.braces
                if expands is None:
                    return [Arg(None, word.shape, word=word)]
                texts = braces(text) if expands else texts
            found: list[Arg] = []
            for one in texts:
                for field in Expander(self, one, splits=splits).read():
                    value, shape, glob = joined(field)
                    if field or not splits:
                        found.append(Arg(value, shape, glob=glob, word=word))
        except Unreadable:
            return [Arg(None, word.shape if HOLE in word.shape else HOLE, word=word)]
        return found

    @property
    def braces(self) -> bool | None:
        """Whether the shell expands `{a,b}`; None when it is not known which shell it is."""
        dialect = self.dialect
        return None if dialect is None else dialect in ("bash", "zsh", "ksh", "mksh")

    @property
    def dialect(self) -> str | None:
        """Which shell reads the script: "bash", "dash", "busybox", …; None when not known."""
        name = self.shell
        if name not in ("", "sh"):
            return "busybox" if name == "ash" else name
        found = self.contents.find("/bin/sh")
        if not isinstance(found, Known) or found.value is None or not found.firm:
            return None
        target: str = found.value.target.rpartition("/")[2]
        return target if target in ("bash", "dash", "busybox") else None

    def output(self, text: str) -> str | None:
        """What a command substitution prints, None when not known; its effects happen."""
        return self.substitute(text) if self.substitute is not None else None

    def absolute(self, path: str) -> str | None:
        """`path` made absolute with the working directory; None when that is not known."""
        if path.startswith("/"):
            return clean(path)
        return clean(f"{self.cwd}/{path}") if self.cwd is not None else None

    def place(self, arg: Arg) -> str | None:
        """The absolute path that an argument names, links in its directories replaced."""
        if arg.value is None:
            return None
        path = self.absolute(arg.value)
        if path is None:
            return None
        found = self.contents.resolve(path, follow=False)
        return found if isinstance(found, str) else None

    def around(self, arg: Arg) -> str:
        """The nearest directory that surely holds all paths an argument may name."""
        known = arg.shape.partition(HOLE)[0]
        for char in "*?[~{":
            known = known.partition(char)[0]
        path = self.absolute(known.rpartition("/")[0] + "/" if "/" in known else ".")
        if path is None or arg.shape.startswith(HOLE):
            return "/"
        found = self.contents.resolve(path)
        return found if isinstance(found, str) else "/"

    # What happens

    def because(self, command: "Command", text: str) -> Reason:
        """A reason that points to `command`."""
        return Reason(text, self.step.source, self.inside or command.span)

    def emit(self, effect: "Effect") -> None:
        """`effect` happens now."""
        if self.lost:
            return
        if len(self.effects) >= MAX_EFFECTS:
            self.lost = True
            reason = Reason("too many things happen in this stage to be followed")
            effect = Murky(("/",), reason, accounts=True, packages=True)
        effect.maybe = effect.maybe or self.maybe > 0
        self.effects.append(effect)

    def doubt(self, mark: int) -> None:
        """The effects from number `mark` on may not have happened after all."""
        for effect in self.effects[mark:]:
            effect.maybe = True
        self.contents.forget(mark)

    def put(self, path: str, entry: Entry, reason: Reason, *, over: bool = True) -> None:
        """`entry` stands at `path` now."""
        fresh = self.exists(path) is False
        self.emit(Put(path, entry, reason, fresh=fresh, over=over, owner=(self.uid, self.gid)))

    def file(self, path: str, reason: Reason, *, over: bool = False, content: str = "") -> None:
        """A file is written: one that was there keeps its owner and mode unless `over`."""
        mode = 0o666 & ~self.umask
        self.put(path, Entry("file", mode, self.uid, self.gid, "", content), reason, over=over)

    def folder(self, path: str, reason: Reason, mode: int | None = None) -> None:
        """A directory is there, made if it was missing."""
        bits = 0o777 & ~self.umask if mode is None else mode
        self.put(path, Entry("dir", bits, self.uid, self.gid), reason, over=False)

    def gone(self, path: str, reason: Reason, *, inside: bool = False, pattern: str = "") -> None:
        """Nothing is at `path` any more."""
        self.emit(Gone(path, reason, inside=inside, pattern=pattern))

    def owner(
        self, path: str, uid: int | None, gid: int | None, reason: Reason, *, recursive: bool
    ) -> None:
        """`path` has a new owner (-1: as before)."""
        self.emit(Owner(path, uid, gid, reason, recursive=recursive))

    def mode(
        self,
        path: str,
        change: "Callable[[Entry], int | None]",
        reason: Reason,
        *,
        recursive: bool,
    ) -> None:
        """`path` has a new mode."""
        self.emit(Mode(path, change, reason, recursive=recursive))

    def copy(self, path: str, source: "Files", reason: Reason) -> None:
        """The files of `source` are laid over what is at `path`."""
        self.emit(Tree(path, source, reason, owner=(self.uid, self.gid)))

    def murky(
        self,
        folders: "Sequence[str]",
        reason: Reason,
        *,
        but: "Sequence[str]" = (),
        adds: bool = False,
        brings: "Callable[[str], bool] | None" = None,
        doubt: bool = False,
    ) -> None:
        """Something not understood happened below `folders` (see `Murky`)."""
        self.emit(Murky(tuple(folders), reason, but=but, adds=adds, brings=brings, doubt=doubt))

    def blur(self, arg: Arg, reason: Reason, *, adds: bool = False) -> None:
        """Something happened to the path that `arg` names, which is not exactly known."""
        first = arg.shape.removeprefix("./").partition("/")[0]
        plain = first and not any(char in first for char in "*?[~{$") and first not in (".", "..")
        if self.cwd is None and plain and not arg.shape.startswith("/"):
            self.emit(Murky(("/",), reason, adds=adds, part=first))
        else:
            folder = self.around(arg)
            effect = Murky((folder,), reason, adds=adds)
            name = _start(arg.shape)
            if name and "/" in arg.shape[: arg.shape.index(name) + 1] and not name.startswith("."):
                effect.prefix = folder.rstrip("/") + "/" + name
            self.emit(effect)

    def anything(self, reason: Reason) -> None:
        """Anything may have happened, as far as who runs is allowed to."""
        if self.uid not in (0, None):
            home = [self.home] if self.home else []
            folders = ["/tmp", "/var/tmp", *home, *([self.cwd] if self.cwd else [])]  # noqa: S108
            self.murky(folders, reason)
            return
        self.emit(Murky(("/",), reason, accounts=True, packages=True))

    def emit_accounts(self, reason: Reason) -> None:
        """A user or a group is added or changed, nobody knows which."""
        self.emit(Murky((), reason, accounts=True))

    def number(self, kind: str, name: str) -> int | None:
        """The uid or gid that `name` (or a number) means; None when not known."""
        if name.isascii() and name.isdigit():
            return int(name)
        found = self.contents.account(kind, name)
        if isinstance(found, Known) and found.value is not None:
            number: int | None = found.value.number
            return number
        return None


def _start(shape: str) -> str:
    """What the name surely begins with that an argument with something unknown in it makes."""
    known = shape.partition(HOLE)[0]
    for char in "*?[~{":
        known = known.partition(char)[0]
    return known.rpartition("/")[2] if known != shape else ""
