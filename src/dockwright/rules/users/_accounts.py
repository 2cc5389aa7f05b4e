"""Accounts that RUN instructions make, read from the options of useradd and its relatives."""

from dockwright.rules.api import Command, Known, RunStep, ShellWord, Stage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Short options with a value. adduser is BusyBox's, and on Red Hat another name of useradd.
_SHORT = {
    "useradd": "bcdefgGkKpPRsuZ",
    "adduser": "bcdefgGhkKpPRsuZ",
    "usermod": "cdefgGlpPRsuvVwWZ",
    "gpasswd": "adAMQR",
}
# fmt: off
_LONG = frozenset((
    "add", "add_extra_groups", "base-dir", "comment", "conf", "expiredate", "firstgid", "firstuid",
    "gecos", "gid", "groups", "home", "home-dir", "inactive", "ingroup", "key", "lastgid",
    "lastuid", "login", "password", "prefix", "root", "selinux-user", "shell", "skel", "uid",
))
# fmt: on
_NAMES = {"u": "uid", "G": "groups", "g": "gid", "p": "password", "a": "append", "o": "non-unique"}
_NAMES.update({"r": "system", "S": "system", "l": "no-log-init"})
_CREATE = ("useradd", "adduser")


class Options:
    """
    The options and operands of a command of the useradd family.

    `given` maps the long name of each option to its value (a word, and how many characters of it
    come before the value), None for a bare one.
    """

    __slots__ = ("given", "operands")

    def __init__(self, command: Command) -> None:
        self.given: dict[str, tuple[ShellWord, int] | None] = {}
        self.operands: list[ShellWord] = []
        short = _SHORT.get(command.name, "")
        pending = ""
        plain = False
        for word in command.args:
            shape = word.shape
            if pending:
                self.given[pending] = (word, 0)
                pending = ""
            elif plain or not shape.startswith("-") or shape == "-":
                self.operands.append(word)
            elif shape == "--":
                plain = True
            elif shape.startswith("--"):
                name, equals, _ = shape[2:].partition("=")
                if equals:
                    self.given[name] = (word, len(name) + 3)
                elif name in _LONG:
                    pending = name
                else:
                    self.given[name] = None
            else:
                pending = self._cluster(word, short)

    def _cluster(self, word: ShellWord, short: str) -> str:
        for index, letter in enumerate(word.shape[1:], 1):
            name = _NAMES.get(letter, letter)
            if letter not in short:
                self.given[name] = None
            elif index + 1 < len(word.shape):
                self.given[name] = (word, index + 1)
                return ""
            else:
                return name
        return ""

    def value(self, run: RunStep, name: str) -> Known | None:
        """The value of an option, its variables replaced; None when it has none or it varies."""
        found = self.given.get(name)
        return text_of(run, *found) if found is not None else None


def text_of(run: RunStep, word: ShellWord, start: int = 0) -> Known | None:
    """What the shell makes of `word` behind its first `start` characters; None if it varies."""
    if word.value is not None:
        plain = run.expand("")
        return Known(word.value[start:], plain.reason)
    if word.substitutes or not word.variables or any(mark in word.text for mark in "*?[~`"):
        return None
    own = {name for command in run.commands for name, _ in command.assignments}
    if own.intersection(word.variables) or any(c.name in ("read", "for") for c in run.commands):
        return None
    value = run.expand(word.text[start:])
    return value if isinstance(value, Known) and value.value else None


class Account:
    """
    One account that a RUN makes. `name`, `uid` and `groups` are None when they are not known;
    `firm` tells that no build argument can change them, `sure` that the command always runs.
    """

    __slots__ = ("command", "firm", "groups", "name", "options", "run", "sure", "system", "uid")

    def __init__(self, run: RunStep, command: Command, options: Options) -> None:
        self.run = run
        self.command = command
        self.options = options
        name = text_of(run, options.operands[-1])
        uid = options.value(run, "uid")
        groups = options.value(run, "groups") if command.name == "useradd" else None
        self.name: str | None = name.value if name is not None else None
        self.uid: str | None = uid.value if uid is not None else None
        self.groups: str | None = groups.value if groups is not None else None
        self.firm = all(one is None or one.firm for one in (name, uid, groups))
        self.system = "system" in options.given
        self.sure = not command.conditional


def accounts(stage: Stage) -> "Iterator[Account]":
    """The accounts that `stage` and the stages it builds on make, in the order of the build."""
    for one in reversed(stage.lineage()):
        for step in one.steps:
            if step.name != "RUN" or step.onbuild:
                continue
            for command in step.command(*_CREATE):
                options = Options(command)
                wanted = 1 if command.name == "adduser" else 0
                operands = len(options.operands)
                if operands == 1 or (operands > 1 and not wanted):
                    yield Account(step, command, options)


def uid_of(stage: Stage, name: str) -> str:
    """The uid the file itself gives `name`, "" when it gives none or several."""
    found = {
        account.uid if account.sure and account.firm and account.uid else ""
        for account in accounts(stage)
        if account.name == name or account.name is None
    }
    uid = found.pop() if len(found) == 1 else ""
    return uid if uid.isdigit() and int(uid) else ""
