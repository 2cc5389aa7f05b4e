"""How apt, apk and yum are called in a RUN, and which packages they are asked for."""

from dockwright.rules.api import HOLE, Command, Edit, Known, Reason, ShellWord, Step, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

APT = frozenset(("apt-get", "apt", "aptitude"))
APK = frozenset(("apk",))
YUM = frozenset(("yum", "dnf", "microdnf"))
_TAKES = {
    "apt": frozenset((
        "-o", "--option", "-c", "--config-file", "-t", "--target-release", "--default-release",
        "-a", "--host-architecture", "-P", "--build-profiles", "--solver", "--planner",
    )),
    "apk": frozenset((
        "-X", "--repository", "-p", "--root", "-t", "--virtual", "--wait", "--keys-dir", "--arch",
        "--repositories-file", "--cache-dir", "--cache-max-age", "--timeout", "--progress-fd",
    )),
    "yum": frozenset((
        "-c", "--config", "-d", "--debuglevel", "-e", "--errorlevel", "-x", "--exclude",
        "--enablerepo", "--disablerepo", "--installroot", "--setopt", "--releasever", "--repo",
        "--repoid", "--disableplugin", "--enableplugin",
    )),
}  # fmt: skip
_WRAPPERS = frozenset(("sudo", "env", "command", "time", "nice", "nohup", "eatmydata", "exec"))
TRIGGERS = (*sorted(APT), *sorted(_WRAPPERS))
APK_TRIGGERS = (*sorted(APK), *sorted(_WRAPPERS))
_NAME = lazy(r"[A-Za-z0-9][A-Za-z0-9+._-]+")
# Names that end like a wish to install (`+`).
_PLUS = frozenset(("g++", "libstdc++", "c++", "dvd+rw-tools", "memtest86+"))


class Call:
    """
    A call of a package manager.

    `action` is its sub-command, `words` the operands behind it, `flags` the options as written,
    `texts` what options were given. `sudo` is the wrapper as written with a blank, or "".
    """

    __slots__ = ("action", "command", "flags", "program", "texts", "words", "wrapper")

    def __init__(self, command: Command, program: ShellWord, wrapper: str) -> None:
        self.command = command
        self.program = program
        self.wrapper = wrapper
        self.action = ""
        self.words: list[ShellWord] = []
        self.flags: list[str] = []
        self.texts: list[str] = []

    def has(self, *options: str) -> bool:
        """Whether one of the options is given, a letter in a cluster (`-qyU`) too."""
        for flag in self.flags:
            for one in options:
                if flag == one or flag.startswith(one + "="):
                    return True
                if len(one) == 2 and flag[1] not in "-o" and one[1] in flag.partition("=")[0][1:]:
                    return True
        return False


def calls(step: Step, programs: "frozenset[str]") -> "Iterator[Call]":
    """The calls of one of `programs` in a RUN."""
    for command in step.commands:
        found = _call(command, programs)
        if found is not None and found.action:
            yield found


def _call(command: Command, programs: "frozenset[str]") -> Call | None:
    words = command.words
    at = 0
    while at < len(words):
        name = (words[at].value or "").rpartition("/")[2]
        if name in programs:
            break
        option = at and (words[at].shape.startswith("-") or "=" in words[at].shape)
        if not option and name not in _WRAPPERS:
            return None
        at += 1
    else:
        return None
    wrapper = "sudo " if any(word.value == "sudo" for word in words[:at]) else ""
    call = Call(command, words[at], wrapper)
    family = "apt" if programs is APT else "apk" if programs is APK else "yum"
    takes = _TAKES[family]
    taken = False
    for word in words[at + 1 :]:
        shape = word.shape
        if taken:
            call.texts.append(shape)
            taken = False
        elif shape.startswith("-") and len(shape) > 1:
            call.flags.append(shape)
            taken = shape in takes
        elif not call.action:
            call.action = word.value or "?"
        else:
            call.words.append(word)
    return call


def other_sources(call: Call) -> bool:
    """Whether options of apt name another release or other files with sources."""
    if call.has("-t", "--target-release", "--default-release", "-c", "--config-file"):
        return True
    return any("dir" in text.lower() for text in (*call.flags, *call.texts) if "::" in text)


class Wanted:
    """
    A package that is asked for.

    `word` is where it stands, `name` the package, `rest` what follows it ("=1.2-3", ""). `because`
    says where a variable in the word has its value from, () for a plain word.
    """

    __slots__ = ("because", "name", "rest", "word")

    def __init__(self, word: ShellWord, name: str, rest: str, because: tuple[Reason, ...]) -> None:
        self.word = word
        self.name = name
        self.rest = rest
        self.because = because


def wanted(step: Step, call: Call) -> "Iterator[Wanted]":
    """The packages that a call names in words whose value is known."""
    for word in call.words:
        because: tuple[Reason, ...] = ()
        if word.value is not None:
            texts = [word.value]
        else:
            found = _expanded(step, call, word)
            if found is None:
                continue
            because = (found.reason,)
            quoted = word.text[:1] in ("'", '"')
            texts = [found.value] if quoted else found.value.split()
        for text in texts:
            match = _NAME.match(text)
            if match is None:
                continue
            rest = text[match.end() :]
            name = match[0]
            if rest[:1] not in ("", "=", "~", "<", ">") or "*" in name:
                continue
            if not name.endswith(("-", "+", ".deb", ".apk")) or name in _PLUS:
                yield Wanted(word, name, rest, because)


def _expanded(step: Step, call: Call, word: ShellWord) -> Known | None:
    """The value of a word with variables that only the Dockerfile sets."""
    if word.substitutes or not word.variables or "{" in word.shape.replace(HOLE, ""):
        return None
    script = call.command.script
    if any(f"{name}=" in script.text or f" {name} in " in script.text for name in word.variables):
        return None
    if any(one.name in ("read", "export", "mapfile") for one in script.commands):
        return None
    found = step.expand(word.text)
    return found if isinstance(found, Known) and isinstance(found.value, str) else None


def replacing(step: Step, call: Call, want: Wanted, other: str) -> Edit | None:
    """The edit that puts `other` in the place of the name; None when it cannot be made."""
    word = want.word
    if step.node.is_json or word.quoted or word.text != want.name:
        return None
    if any(one.value == other for one in call.words):
        return step.delete_word(word) if len(call.words) > 1 else None
    return step.replace(word.span, other)
