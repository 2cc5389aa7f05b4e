"""
What programs do to a file system: one function for each program, one module for each family.

`apply(call)` finds the function. It gives back how the command ends when that is known (see
`model/run.py`), None when it is taken to succeed. A program that is in none of the tables may do
what it likes where programs of its kind write; a script of the repository may do anything.
"""

import sys

from dockwright.facts.contents import parent
from dockwright.facts.effects import ACCOUNTS, Joined, Murky
from dockwright.facts.knowledge import Known, Reason
from dockwright.facts.people import Unsure, Written, parse
from dockwright.model.effects.tables import (
    BUILTINS,
    HARMLESS,
    INSTALLERS,
    MODULES,
    SPECIALS,
    SYSTEM_TOOLS,
    TESTS,
    WORKER_SCRIPTS,
    WORKERS,
)
from dockwright.model.outputs import literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol

    from dockwright.model.run import Interpreter
    from dockwright.model.world import Arg, Call, World
    from dockwright.syntax.shell.nodes import Command

    class Special(Protocol):
        """A command that the interpreter itself must know: it runs others or ends the script."""

        def __call__(self, interpreter: Interpreter, call: Call, *, fatal: bool) -> str | None: ...


SYSTEM_FOLDERS = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/")
_PROGRAMS = {name: module for module, names in MODULES.items() for name in names}
# What prints or waits, and does not fail.
_SURE = frozenset(("echo", "printf", "pwd", "sleep", "wait", "date", "whoami", "uname"))
_MANAGERS = frozenset(("apt-get", "apt", "apk", "dnf", "microdnf", "yum", "zypper", "tdnf"))
_CHANGES = frozenset(
    ("install", "update", "upgrade", "dist-upgrade", "remove", "purge", "autoremove", "add", "del")
)
_HARMLESS_OPTIONS = frozenset(("-s", "--simulate", "--dry-run", "--help", "-h", "--version"))
# What is in the root directory of every image, and is no project's.
_SYSTEM = (
    *("/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt"),
    *("/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/usr", "/var"),
)
_WRITES = frozenset((">", ">>", ">|", "&>", "&>>"))


def special(name: str) -> "Special | None":
    """The function of a command that runs others, sets options or ends the script."""
    if name not in SPECIALS:
        return None
    from dockwright.model.effects import wrappers

    return wrappers.PROGRAMS[name]


def builtin(name: str) -> bool:
    """Whether the shell does it without a program."""
    return name in BUILTINS


def handler(name: str) -> "Callable[[Call], str | None] | None":
    """The function that knows the program `name`."""
    module = _PROGRAMS.get(name)
    if module is None and name[:6] in ("python", "pip3.1", "pip3.2"):
        module = "python"
    if module is None:
        return None
    module = f"dockwright.model.effects.{module}"
    __import__(module)  # import_module would import importlib: 1 ms
    programs = sys.modules[module].PROGRAMS
    found: Callable[[Call], str | None] | None = programs.get(name) or programs.get("*")
    return found


def apply(call: "Call") -> str | None:
    """Let `call` do what it does."""
    if call.name in HARMLESS:
        return "true" if call.name in _SURE else None
    function = handler(call.name)
    if function is not None and not _refused(call):
        return function(call)
    if function is not None:
        return "fails"
    if call.name in INSTALLERS:
        call.world.anything(Reason(f"{call.name} may install anything"))
    elif call.name in WORKERS:
        works_here(call)
    else:
        unknown_program(call)
    return None


def _refused(call: "Call") -> bool:
    """Whether a package manager of the system is certainly run by someone who may not use it."""
    world = call.world
    if world.uid in (0, None) or not world.certain or call.name not in _MANAGERS:
        return False
    return any(arg.value in _CHANGES for arg in call.args) and not any(
        arg.shape in _HARMLESS_OPTIONS for arg in call.args
    )


def works_here(call: "Call", folder: str | None = None) -> None:
    """
    A build tool: it writes below the working directory, in caches and in /tmp.

    `folder` is another working directory, which an option names.
    """
    _works(call.world, call.reason, folder)


def unknown_program(call: "Call") -> None:
    """
    A program nobody knows here.

    It may write where programs write; that it brings one of the system's own tools is not
    expected, which makes what is said about those likely and no more.
    """
    world = call.world
    reason = Reason(call.reason.text, call.reason.source, call.reason.span, firm=False)

    def other(name: str) -> bool:
        # What is not there does not bring itself.
        return name != call.name

    folders = ["/etc", "/var", "/opt", "/srv", "/home", "/usr/local", "/usr/share"]
    world.murky(folders, reason, but=("/usr/local/bin", "/usr/local/sbin"), brings=other)
    _works(world, reason, brings=other)
    bins = ("/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin", "/bin", "/sbin", "/lib")

    def brings(name: str) -> bool:
        return other(name) and not_a_system_tool(name)

    world.murky(bins, reason, adds=True, brings=brings, doubt=True)
    world.emit(Murky((), reason, accounts=world.uid in (0, None)))


def unknown_script(call: "Call") -> str | None:
    """A program at a path: build scripts work where they stand, others may do anything."""
    name = call.name.rpartition("/")[2]
    if name in WORKER_SCRIPTS:
        works_here(call)
        return None
    function = handler(name)
    if function is not None and call.name.startswith("/"):
        # A program by its full path, such as /opt/venv/bin/pip.
        return function(call)
    if name not in HARMLESS or not call.name.startswith("/"):
        call.world.anything(call.reason)
    return None


def not_a_system_tool(name: str) -> bool:
    """Whether a file called `name` may come from a language's packages or a project's build."""
    return name not in SYSTEM_TOOLS


def _works(
    world: "World",
    reason: Reason,
    folder: str | None = None,
    brings: "Callable[[str], bool] | None" = None,
) -> None:
    """
    Something writes below the working directory, in caches and in /tmp.

    A project at the root lies beside the system's own directories, which it does not mean.
    """
    home = "/root" if world.home is None else world.home
    folders = [*("/tmp", "/var/tmp", "/var/cache", home)]
    where = world.cwd if folder is None else folder
    if where == "/":
        world.murky(("/",), reason, but=_SYSTEM, brings=brings)
    else:
        folders.append(where if where is not None else "/")
    world.murky(folders, reason, brings=brings)


def redirect(
    world: "World", command: "Command", name: str, args: "Sequence[Arg]" = ()
) -> str | None:
    """
    What the redirections of `command` write; `name` and `args` are the program whose output it is.

    "fails" when the shell certainly cannot write there: the command does not run then.
    """
    status: str | None = None
    for one in command.redirects:
        if one.operator not in _WRITES or one.target is None:
            continue
        arg = world.arg(one.target)
        path = world.place(arg)
        reason = world.because(command, "a redirection writes it")
        if path is None:
            world.blur(arg, reason)
        elif not path.startswith("/dev/"):
            real = world.contents.resolve(path)
            path = real if isinstance(real, str) else path
            if world.absent(parent(path)) or world.denied(path):
                return "fails"
            world.file(path, reason, content="text")
            for kind, file in ACCOUNTS.items():
                if path == file:
                    _accounts(
                        world,
                        kind,
                        reason,
                        literal(name, [arg.value for arg in args]),
                        one.operator,
                    )
    return status


def _accounts(world: "World", kind: str, reason: Reason, text: str | None, operator: str) -> None:
    """Lines written into the passwd or group file."""
    values = parse(kind, text) if text is not None else None
    if operator == ">>" and values is not None:
        for name, account in values.items():
            found = world.contents.account(kind, name)
            if isinstance(found, Known) and found.value is not None:
                continue  # the first line of a name counts
            world.emit(Joined(kind, name, account, reason))
    elif operator == ">>":
        world.emit_accounts(reason)
    elif values is not None:
        world.emit(Written(kind, values, reason))
    else:
        world.emit(Unsure(kind, reason))


__all__ = ["TESTS", "apply", "builtin", "handler", "redirect", "special"]
