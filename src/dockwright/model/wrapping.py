"""What a command runs besides its own program: behind `sudo`, and in `sh -c '…'`."""

from dockwright.syntax.shell.nodes import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.syntax.shell.nodes import Command, Script, ShellWord

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
# Those that set variables before the program, and those that take one word of their own before it.
_ASSIGNING = ("env", "sudo")
_TAKING_ONE = ("timeout", "chroot", "gosu", "su-exec")
# Wrappers of which rules look at the program behind: they find it on the PATH, as the shell does.
_PLAIN = ("sudo", "env", "exec", "nice", "nohup", "timeout", "time", "stdbuf", "ionice")
_ONLY_ASK = ("-l", "-v", "-V", "-k", "-K", "-e", "-i", "-s", "-S", "--help", "--version")
_SHELLS = ("sh", "bash", "ash", "dash")


def own_words(name: str, shapes: "Sequence[str]") -> "tuple[int, list[tuple[str, str | None]]]":
    """
    How many words behind the wrapper `name` are its own, and the variables that they set.

    A variable is None when nobody knows to what.
    """
    at = 0
    values = _VALUES.get(name, ())
    env: list[tuple[str, str | None]] = []
    while at < len(shapes):
        shape = shapes[at]
        if shape == "--":
            at += 1
            break
        if shape.startswith("-") and len(shape) > 1:
            at += 1 + (shape in values and at + 1 < len(shapes))
        elif "=" in shape.partition("/")[0] and name in _ASSIGNING:
            variable, _, value = shape.partition("=")
            env.append((variable, None if HOLE in value else value))
            at += 1
        else:
            break
    return at + (name in _TAKING_ONE and at < len(shapes)), env


def behind(command: "Command") -> "ShellWord | None":
    """
    The program that `sudo`, `env`, `timeout` and the like start, None for other commands.

    None also when they may look for it elsewhere than on the PATH, or start none at all.
    """
    args = command.args
    if command.name not in _PLAIN:
        return None
    count, env = own_words(command.name, [arg.shape for arg in args])
    own = [arg.shape for arg in args[:count]]
    if count >= len(args) or any(name == "PATH" for name, _ in env):
        return None
    return None if any(shape in _ONLY_ASK for shape in own) else args[count]


def unwrapped(command: "Command") -> "Command":
    """The command that `sudo` and the like start, other commands as they are."""
    word = behind(command)
    if word is None:
        return command
    at = next(index for index, one in enumerate(command.words) if one is word)
    started = type(command)(
        command.script,
        command.words[at:],
        command.assignments,
        word.start,
        command.end,
        command.operator,
        command.within,
    )
    started.redirects = command.redirects
    return started


def inner(command: "Command") -> "Script | None":
    """The script of `sh -c '…'` where it stands in the file as it is; None otherwise."""
    args = command.args
    if command.name not in _SHELLS or len(args) < 2 or args[0].value != "-c":
        return None
    word = args[1]
    value = word.value
    text = word.text
    if value is None or not word.quoted or text[1:-1] != value:
        # Single quotes keep variables for the inner shell: their text is the script too.
        return None
    from dockwright.syntax.shell import parser

    return parser.parse(word.script.joined.part(word.start + 1, word.end - 1))
