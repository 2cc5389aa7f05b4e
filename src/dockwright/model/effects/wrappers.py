"""Commands that run other commands, change the shell's own state, or end the script."""

from dockwright.facts.knowledge import Known, Reason
from dockwright.model.wrapping import own_words
from dockwright.syntax.shell.nodes import HOLE
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.model.effects import Special
    from dockwright.model.run import Interpreter
    from dockwright.model.world import Arg, Call
    from dockwright.syntax.shell.nodes import Script

_PLAIN_FLAGS = lazy(r"-[euvx]+")
_FAILS, _TRUE = "fails", "true"
# What /etc/os-release and /etc/lsb-release may set.
_RELEASE = (
    *("ID", "ID_LIKE", "VERSION_ID", "VERSION_CODENAME", "VERSION", "NAME", "PRETTY_NAME"),
    *("UBUNTU_CODENAME", "DISTRIB_CODENAME", "DISTRIB_ID", "DISTRIB_RELEASE", "PLATFORM_ID"),
)


def _cd(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    world = call.world
    if call.name == "pushd" and world.dialect in ("dash", "busybox"):
        return _FAILS
    operands = [arg for arg in call.args if not arg.shape.startswith("-") or arg.shape == "-"]
    before = world.cwd
    if not operands:
        world.variables["OLDPWD"] = before
        world.cwd = world.home
        return None
    target = operands[0].value
    if target == "-":
        found_old = world.variable("OLDPWD")
        target = found_old.value if isinstance(found_old, Known) else None
    path = world.absolute(target) if target is not None else None
    entry = world.present(path) if path is not None else None
    if path is not None:
        if world.absent(path) or (entry is not None and entry.kind == "file"):
            return _FAILS
        if world.may(path, 1) is False:
            return _FAILS
        found = world.contents.resolve(path)
        path = found if isinstance(found, str) else None
    world.variables["OLDPWD"] = before
    world.cwd = path
    return _TRUE if entry is not None and entry.kind == "dir" and world.uid == 0 else None


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
    return None if "pipefail" in words else _TRUE


def _option(interpreter: "Interpreter", name: str, *, on: bool) -> None:
    if name == "errexit":
        interpreter.errexit = on
    elif name == "pipefail":
        interpreter.pipefail = on


def _assign(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    for arg in call.args:
        name, equals, value = arg.shape.partition("=")
        if equals:
            known = HOLE not in value and (arg.value is not None or not arg.glob)
            call.world.variables[name] = value if known else None
            word = arg.word
            varies = word is not None and call.world.varies(word.variables)
            (call.world.soft.add if varies else call.world.soft.discard)(name)
        elif arg.value is None:
            call.world.sourced()  # `export $(cat .env)`
    return _TRUE


def _unset(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    for arg in call.args:
        if not arg.shape.startswith("-"):
            call.world.variables[arg.shape] = ""
    return None


def _exit(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    """`exit` and `return`; `break` and `continue` end a loop, or a round of it."""
    if call.name in ("break", "continue"):
        interpreter.left = call.name
        interpreter.status = _TRUE
        return _TRUE
    code = call.args[0].value if call.args else None
    if call.world.maybe and code not in ("0", None) and not interpreter.tested:
        # The build went on, so it did not come to this, unless a subshell hides it.
        return None
    interpreter.left = call.name
    if not call.args or code is None:
        interpreter.status = "ok"
    else:
        interpreter.status = _TRUE if code == "0" else _FAILS
    return interpreter.status


def _trap(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    """`trap 'command' EXIT` runs when the script ends; signals do not come in a build."""
    names = [arg.value for arg in call.args[1:]]
    if not call.args or call.args[0].shape.startswith("-"):
        interpreter.trapped = ""
    elif None in names or any(name in ("EXIT", "0", "ERR", "DEBUG", "RETURN") for name in names):
        interpreter.trapped = call.args[0].value
        if None in names or any(name in ("ERR", "DEBUG", "RETURN") for name in names):
            interpreter.trapped = None
    return None


def _read(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    """`read`, `mapfile`, `getopts`: their variables hold what nobody knows."""
    names = [arg.shape for arg in call.args if not arg.shape.startswith("-")]
    call.world.variables.update(dict.fromkeys([*names, "REPLY", "MAPFILE", "OPTARG", "OPTIND"]))
    return "unsure"


def _shift(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    world = call.world
    count = call.args[0].value if call.args else "1"
    if world.positional is not None and count is not None and count.isdigit() and not world.maybe:
        world.positional = world.positional[int(count) :]
    else:
        world.positional = None
    return None


def _umask(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    value = call.args[0].value if call.args else None
    if value and all(char in "01234567" for char in value):
        call.world.umask = int(value, 8)
    return None


def _wrapped(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    """`env`, `sudo`, `exec`, `nice`, …: the program behind their own options."""
    count, variables = own_words(call.name, [arg.shape for arg in call.args])
    rest = list(call.args[count:])
    env = dict(call.env)
    env.update(variables)
    user: Arg | None = None
    own = call.args[:count]
    for index, arg in enumerate(own[:-1]):
        if arg.shape in ("-u", "--user"):
            user = own[index + 1]
    if call.name in ("gosu", "su-exec") and own:
        user = own[-1]
    if call.name == "chroot":
        call.world.anything(call.reason)
        return None
    if not rest:
        return None
    missing = _own_program(interpreter, call)
    if missing is not None:
        return missing
    other = call.name in ("sudo", "doas", "gosu", "su-exec")
    before = _as_user(call, user) if other else None
    status = interpreter.call(rest[0], rest[1:], call.command, env, fatal=fatal)
    if before is not None:
        world = call.world
        world.uid, world.gid, world.gids, world.home, world.certain = before
    if call.name == "exec" and not call.world.literal:
        interpreter.left = "exit"
        interpreter.status = status
    return status


def _as_user(
    call: "Call", user: "Arg | None"
) -> "tuple[int | None, int | None, frozenset[int] | None, str | None, bool]":
    """Go on as another user, root when none is named; who it was before."""
    world = call.world
    before = (world.uid, world.gid, world.gids, world.home, world.certain)
    name = "root" if user is None else user.value
    if name in ("root", "0", "#0", "0:0", "root:root"):
        if world.uid != 0:
            # Whether HOME is root's then, sudo's settings say.
            world.uid, world.gid, world.gids, world.home = 0, 0, None, None
        world.certain = True
    elif name is not None:
        from dockwright.model.filesystem import user_of

        reason = Reason("the user a command runs as")
        world.uid, world.gid, home = user_of(Known(name.removeprefix("#"), reason), world.contents)
        world.home = home if call.name in ("gosu", "su-exec") else None
        world.gids = None
    else:
        world.uid = world.gid = world.gids = world.home = None
    return before


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
    if not rest or rest[0].shape == "-" or any(arg.shape == "-s" for arg in call.args):
        from dockwright.model.effects.setups import piped

        if piped(call):
            return None
    if rest and call.name in SHELLS:
        path = call.world.place(rest[0])
        script = from_context(interpreter, call, path) if path is not None else None
        if script is not None:
            return _inside(interpreter, call, script, rest[1:], call.name, errexit=errexit)
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
    return _child(interpreter, call, script, rest[2:], call.name, errexit=errexit)


SHELLS = ("sh", "bash", "ash", "dash")


def from_context(interpreter: "Interpreter", call: "Call", path: str) -> "Script | None":
    """The script in a file that came out of the build context as it is; None for none."""
    from dockwright.model.unpacking import original
    from dockwright.syntax.dockerfile.lines import Joined
    from dockwright.syntax.shell import parser

    world = call.world
    listing = world.step.stage.build.listing
    if listing is None or interpreter.depth > 4:
        return None
    source = original(world, path)
    text = listing.text(source) if source is not None else None
    if text is None or "\r" in text:
        return None
    # Nothing in it has a place in the Dockerfile but where it is called.
    script = parser.parse(Joined(text, (0, 1), (call.command.span.start, -1)))
    return None if script.damaged else script


def run_file(interpreter: "Interpreter", call: "Call") -> str | None:
    """
    A script of the build context that is called by its path, read as its `#!` line says.

    None when it is no such script: then nothing has happened yet.
    """
    world = call.world
    path = world.absolute(call.name)
    entry = world.present(path) if path is not None else None
    if path is None or entry is None or not entry.content.startswith("#!"):
        return None
    words = entry.content[2:].split()
    shell = words[0].rpartition("/")[2] if words else ""
    if shell == "env" and len(words) == 2:
        shell = words[1]
    elif len(words) > 2 or (len(words) == 2 and not _PLAIN_FLAGS.fullmatch(words[1])):
        return None
    if shell not in SHELLS:
        return None
    script = from_context(interpreter, call, path)
    if script is None:
        return None
    errexit = len(words) == 2 and shell != words[1] and "e" in words[1]
    return _inside(interpreter, call, script, call.args, shell, errexit=errexit) or "ok"


def _inside(
    interpreter: "Interpreter",
    call: "Call",
    script: "Script",
    args: "Sequence[Arg]",
    shell: str,
    *,
    errexit: bool,
) -> str | None:
    """A process of its own runs `script`: it gets the variables that are exported."""
    world = call.world
    outer, variables, soft = world.inside, dict(world.variables), set(world.soft)
    world.inside = outer or call.command.span
    # Which of the shell's variables are exported is not known.
    world.variables = dict.fromkeys(name for name in variables if name != "PATH")
    if "PATH" in variables:
        world.variables["PATH"] = variables["PATH"]
    world.variables.update(call.env)
    status = _child(interpreter, call, script, args, shell, errexit=errexit)
    world.inside, world.variables, world.soft = outer, variables, soft
    return status


def _child(
    interpreter: "Interpreter",
    call: "Call",
    script: "Script",
    args: "Sequence[Arg]",
    name: str,
    *,
    errexit: bool,
) -> str | None:
    world = call.world
    fatal = fatal_of(interpreter, call)
    kept = (world.cwd, dict(world.variables), world.umask, interpreter.errexit, interpreter.points)
    shell = (world.shell, world.literal, world.positional, interpreter.trapped, interpreter.tested)
    world.shell, world.literal = name, False
    world.positional = [arg.value for arg in args]
    interpreter.trapped, interpreter.tested = "", 0
    interpreter.errexit = errexit
    interpreter.points = {}
    interpreter.depth += 1
    status = interpreter.inner(script, fatal=fatal)
    if interpreter.trapped != "":
        world.anything(call.reason)
        status = "ok"
    interpreter.depth -= 1
    world.cwd, world.variables, world.umask, interpreter.errexit, interpreter.points = kept
    world.shell, world.literal, world.positional, interpreter.trapped, interpreter.tested = shell
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
        for name in _RELEASE:
            world.variables[name] = None
        contents = world.contents
        if "lsb" not in path and contents.distribution in ("debian", "ubuntu", "alpine"):
            world.variables["ID"] = contents.distribution
            world.variables["VERSION_CODENAME"] = contents.suite or None
        return None
    world.sourced()
    if path is None or not path.startswith(("/root/", "/etc/profile", "/opt/", "/home/")):
        world.anything(call.reason)
    return None


def _su(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    call.world.anything(call.reason)
    return None


def _eval(interpreter: "Interpreter", call: "Call", *, fatal: bool) -> str | None:
    """`eval` reads its arguments as a piece of the script itself."""
    values = [arg.value for arg in call.args]
    script = None
    if None not in values and interpreter.depth <= 4:
        from dockwright.model.structure import parsed

        text = " ".join(value for value in values if value is not None)
        script = parsed(text, call.command.span.start)
    if script is None:
        call.world.sourced()
        call.world.anything(call.reason)
        return None
    points, interpreter.points = interpreter.points, {}
    interpreter.depth += 1
    status = interpreter.block(script.body, fatal=fatal)
    interpreter.depth -= 1
    interpreter.points = points
    return status


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
        (_exit, "exit return break continue"),
        (_trap, "trap"),
        (_read, "read mapfile readarray getopts"),
        (_shift, "shift"),
        (_umask, "umask"),
        (
            _wrapped,
            (
                "env sudo exec nice nohup stdbuf time timeout doas gosu su-exec setpriv fakeroot"
                " chroot xvfb-run eatmydata ionice tini dumb-init builtin"
            ),
        ),
        (_shell, "sh bash ash dash ksh zsh busybox"),
        (_source, ". source"),
        (_su, "su runuser popd"),
        (_eval, "eval"),
        (_nothing, "shopt"),
    )
)
