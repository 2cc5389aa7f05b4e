"""Commands that run other commands, change the shell's own state, or end the script."""

from dockwright.facts.knowledge import Known, Reason
from dockwright.syntax.shell.nodes import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.model.effects import Special
    from dockwright.model.run import Interpreter
    from dockwright.model.world import Arg, Call

_FAILS = "fails"
# Options of wrappers that take the word after them.
_VALUES = {
    "env": ("-u", "-C", "-S", "--unset", "--chdir"),
    "sudo": ("-u", "-g", "-h", "-p", "-U", "-C", "-D", "--user", "--group"),
    "nice": ("-n", "--adjustment"),
    "ionice": ("-c", "-n", "-p"),
    "timeout": ("-k", "-s", "--kill-after", "--signal"),
    "stdbuf": ("-i", "-o", "-e"),
    "setpriv": ("--reuid", "--regid", "--groups"),
    "xvfb-run": ("-n", "-s", "-e", "--server-num", "--server-args"),
    "doas": ("-u", "-C"),
}


def _cd(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    world = call.world
    operands = [arg for arg in call.args if not arg.shape.startswith("-") or arg.shape == "-"]
    if not operands:
        world.cwd = world.home
        return None
    target = operands[0].value
    path = world.absolute(target) if target is not None and target != "-" else None
    if path is not None and world.is_dir(path) is False:
        return _FAILS
    if path is not None:
        found = world.contents.resolve(path)
        path = found if isinstance(found, str) else None
    if world.maybe and path != world.cwd:
        path = None
    world.cwd = path
    return None


def _set(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    words = [arg.shape for arg in call.args]
    for index, word in enumerate(words):
        if word == "--":
            break
        if word in ("-o", "+o") and index + 1 < len(words):
            _option(interpreter, words[index + 1], on=word == "-o")
        elif word[:1] in "-+" and len(word) > 1:
            on = word[0] == "-"
            if "e" in word:
                _option(interpreter, "errexit", on=on)
            if word.endswith("o") and index + 1 < len(words):
                _option(interpreter, words[index + 1], on=on)
    return None


def _option(interpreter: "Interpreter", name: str, *, on: bool) -> None:
    if name == "errexit":
        interpreter.errexit = on
    elif name == "pipefail":
        interpreter.pipefail = on


def _assign(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    for arg in call.args:
        name, equals, value = arg.shape.partition("=")
        if equals:
            call.world.variables[name] = None if HOLE in value else value
    return None


def _unset(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    for arg in call.args:
        if not arg.shape.startswith("-"):
            call.world.variables[arg.shape] = ""
    return None


def _exit(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    if call.world.maybe:
        return None
    interpreter.left = True
    code = call.args[0].value if call.args else "0"
    return None if code == "0" else _FAILS


def _umask(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    value = call.args[0].value if call.args else None
    if value and all(char in "01234567" for char in value):
        call.world.umask = int(value, 8)
    return None


def _wrapped(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    """`env`, `sudo`, `exec`, `nice`, …: the program behind their own options."""
    rest = list(call.args)
    values = _VALUES.get(call.name, ())
    env = dict(call.env)
    while rest:
        shape = rest[0].shape
        if shape == "--":
            rest.pop(0)
            break
        if shape.startswith("-") and len(shape) > 1:
            rest.pop(0)
            if shape in values and rest:
                rest.pop(0)
        elif "=" in shape.partition("/")[0] and call.name in ("env", "sudo"):
            name, _, value = rest.pop(0).shape.partition("=")
            env[name] = None if HOLE in value else value
        else:
            break
    if call.name == "timeout" and rest:
        rest.pop(0)
    if call.name in ("chroot", "gosu", "su-exec") and rest:
        rest.pop(0)
    if call.name == "chroot":
        call.world.anything(call.reason)
        return None
    if not rest:
        return None
    missing = _own_program(interpreter, call)
    if missing is not None:
        return missing
    return interpreter.call(rest[0], rest[1:], call.command, env, fatal=fatal)


def _own_program(interpreter: "Interpreter", call: "Call") -> str | None:
    if call.name in ("exec", "builtin", "time"):
        return None
    found = call.world.contents.program(call.name, call.world.path)
    return _FAILS if isinstance(found, Known) and found.value is None and found.firm else None


def _shell(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    """`sh -c '…'` with a literal script is read; a file or standard input may do anything."""
    missing = _own_program(interpreter, call)
    if missing is not None:
        return missing
    if call.name == "busybox":
        if not call.args or call.args[0].shape.startswith("-"):
            if call.args and call.args[0].value == "--install":
                call.world.anything(call.reason)
            return None
        return interpreter.call(call.args[0], call.args[1:], call.command, call.env, fatal=fatal)
    rest = list(call.args)
    errexit = False
    while rest and rest[0].shape[:1] in "-+" and len(rest[0].shape) > 1:
        word = rest.pop(0).shape
        if word in ("-o", "+o") and rest:
            rest.pop(0)
        if word.startswith("-") and not word.startswith("--"):
            errexit = errexit or "e" in word
            if "c" in word:
                return _text(interpreter, call, rest, errexit=errexit)
            if word.endswith("o") and rest:
                rest.pop(0)
    if rest == [] and call.args and call.args[0].shape in ("--version", "--help"):
        return None
    call.world.anything(call.reason)
    return None


def _text(
    interpreter: "Interpreter", call: "Call", rest: "list[Arg]", *, errexit: bool
) -> str | None:
    from dockwright.syntax.dockerfile.lines import Joined
    from dockwright.syntax.shell import parser

    value = rest[0].value if rest else None
    if value is None or interpreter.depth > 4:
        call.world.anything(call.reason)
        return None
    start = call.command.span.start
    script = parser.parse(Joined(value, (0,), (start,)))
    if script.damaged:
        call.world.anything(Reason(f"the script is not understood: {script.damaged}"))
        return None
    world = call.world
    kept = (world.cwd, dict(world.variables), world.umask, interpreter.errexit, interpreter.points)
    interpreter.errexit = errexit
    interpreter.points = {}
    interpreter.depth += 1
    status = interpreter.inner(script, fatal=fatal_of(interpreter, call))
    interpreter.depth -= 1
    world.cwd, world.variables, world.umask, interpreter.errexit, interpreter.points = kept
    interpreter.left = False
    return status


def fatal_of(interpreter: "Interpreter", call: "Call") -> bool:
    """Whether a failure of `call` fails the RUN."""
    point = interpreter.points.get(call.command.start)
    return point is not None and point.fatal


def _source(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    """`. file`: a virtual environment's `activate` sets PATH; another file may do anything."""
    world = call.world
    path = world.place(call.args[0]) if call.args else None
    if path is not None and path.endswith("/bin/activate"):
        before = world.path
        folder = path.removesuffix("/activate")
        known = before.value if isinstance(before, Known) else None
        world.variables["PATH"] = f"{folder}:{known}" if known is not None else None
        return None
    if path in ("/etc/os-release", "/usr/lib/os-release", "/etc/lsb-release"):
        for name in ("ID", "VERSION_ID", "VERSION_CODENAME", "NAME", "DISTRIB_CODENAME"):
            world.variables[name] = None
        return None
    world.variables["PATH"] = None
    if path is None or not path.startswith(("/root/", "/etc/profile", "/opt/", "/home/")):
        world.anything(call.reason)
    return None


def _su(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    call.world.anything(call.reason)
    return None


def _eval(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    call.world.variables["PATH"] = None
    call.world.anything(call.reason)
    return None


def _nothing(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    return None


def _table(groups: "Sequence[tuple[Callable[..., str | None], str]]") -> "dict[str, Special]":
    return {name: function for function, names in groups for name in names.split()}


PROGRAMS: "dict[str, Special]" = _table(
    (
        (_cd, "cd pushd"),
        (_set, "set"),
        (_assign, "export local readonly declare typeset"),
        (_unset, "unset"),
        (_exit, "exit return"),
        (_umask, "umask"),
        (
            _wrapped,
            (
                "env sudo exec nice nohup stdbuf time timeout doas gosu su-exec setpriv fakeroot chroot"
                " xvfb-run eatmydata ionice tini dumb-init builtin"
            ),
        ),
        (_shell, "sh bash ash dash ksh zsh busybox"),
        (_source, ". source"),
        (_su, "su runuser popd"),
        (_eval, "eval"),
        (_nothing, "shopt"),
    )
)
