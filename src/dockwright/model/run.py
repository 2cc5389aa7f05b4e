"""
What the commands of a RUN do, in the order and under the conditions in which they run.

An interpreter over the shell's structure: `&&`, `||`, `;`, `set -e`, pipes, subshells, conditions,
loops over literal words and functions have their exit-status meaning. A build goes on only when
the RUN succeeds, so a command whose failure would fail the RUN is taken to have succeeded.
Source of the rules: POSIX.1-2024, Shell & Utilities, 2.8 and 2.9.
"""

from dockwright.facts.knowledge import Reason
from dockwright.model import effects
from dockwright.model.outputs import printed
from dockwright.model.structure import FAILS, FALSE, MAX_DEPTH, OK, TRUE, UNSURE, Structure, parsed
from dockwright.model.world import Arg, Call, World
from dockwright.syntax.shell.nodes import Block, Command
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.facts.contents import Contents
    from dockwright.facts.knowledge import Knowledge
    from dockwright.syntax.shell.nodes import Script


class Point(Value):
    """
    The moment before a command runs.

    `contents` is the file system then, `path` the PATH, `cwd` the working directory and `uid` who
    runs (None: not known). `certain` says that the command surely runs, `fatal` that the RUN fails
    when it does.
    """

    __slots__ = ("certain", "contents", "cwd", "fatal", "path", "uid")

    def __init__(
        self,
        contents: "Contents",
        path: "Knowledge | None",
        cwd: str | None,
        uid: int | None,
        *,
        certain: bool,
        fatal: bool,
    ) -> None:
        self.contents = contents
        self.path = path
        self.cwd = cwd
        self.uid = uid
        self.certain = certain
        self.fatal = fatal


class Interpreter(Structure):
    """
    Runs a script on a `world`.

    `points` are the moments before each command, by where the command starts in its script;
    commands that never run have none. `why` is the last command that surely failed.
    """

    __slots__ = ("points", "why")

    def __init__(self, world: World, *, errexit: bool = False, pipefail: bool = False) -> None:
        super().__init__(world, errexit=errexit, pipefail=pipefail)
        world.substitute = self._substitute
        self.points: dict[int, Point] = {}
        self.why: Command | None = None

    def script(self, script: "Script") -> str:
        """Run the whole of `script`, and say how it ends."""
        status = self.children(script.body.children, fatal=True)
        if self.trapped != "":
            self.left = ""
            status = self._trap(status)
        if script.damaged:
            self.world.anything(Reason(f"the script is not understood: {script.damaged}"))
            return OK
        return status

    def _trap(self, status: str) -> str:
        """What `trap … EXIT` asked for; the status of the script stays."""
        text, self.trapped = self.trapped, ""
        script = parsed(text, 0) if text is not None else None
        if script is None:
            self.world.anything(Reason("a trap runs at the end of the script"))
            return OK
        points, self.points = self.points, {}
        self.children(script.body.children, fatal=False)
        self.points = points
        return status

    def inner(self, script: "Script", *, fatal: bool) -> str:
        """Run a script inside another (`sh -c '…'`), and say how it ends."""
        maybe, self.left = self.world.maybe, ""
        status = self.children(script.body.children, fatal=fatal)
        self.world.maybe, self.left = maybe, ""
        return status

    def _substitute(self, text: str) -> str | None:
        """What the command of `$(…)` prints, None when not known."""
        script = parsed(text, 0) if self.depth <= MAX_DEPTH else None
        if script is None:
            self.world.anything(Reason("a command substitution is not understood"))
            return None
        points, self.points = self.points, {}
        children = script.body.children
        result = printed(self.world, children[0][1]) if len(children) == 1 else None
        self.depth += 1
        self.tested += 1
        if result is None:
            self.apart([child for _, child in children], fatal=False)
        self.tested -= 1
        self.depth -= 1
        self.points = points
        return result

    # Commands

    def _command(self, command: Command, *, fatal: bool) -> str:
        world = self.world
        if "substitution" not in command.within:
            self.points[command.start] = Point(
                world.contents,
                world.path,
                world.cwd,
                world.uid,
                certain=not world.maybe,
                fatal=fatal,
            )
        given = {name: world.arg(word).value for name, word in command.assignments}
        if not command.words:
            world.variables.update(given)
            for name, word in command.assignments:
                (world.soft.add if world.varies(word.variables) else world.soft.discard)(name)
            status = effects.redirect(world, command, "")
            ran = any(word.substitutes for _, word in command.assignments)
            return status or (OK if ran else TRUE)
        if command.words[0].text in ("[", "[["):
            status = self._bracket(command)
        else:
            arguments = world.args(command.words)
            if not arguments:
                return OK
            first, *rest = arguments
            written = effects.redirect(world, command, first.value or "", rest)
            if written == FAILS:
                status = FAILS
            else:
                status = self._named(first, rest, command, given, fatal=fatal)
        if status == FAILS and any(world.varies(word.variables) for word in command.words):
            return OK  # another build argument may be given
        if status in (FALSE, FAILS):
            self.why = command
        return status

    def _named(
        self,
        first: Arg,
        rest: "Sequence[Arg]",
        command: Command,
        given: "dict[str, str | None]",
        *,
        fatal: bool,
    ) -> str:
        function = self.functions.get(first.value or "")
        if function is not None:
            return self._function(function, rest, fatal=fatal)
        return self.call(first, rest, command, given, fatal=fatal)

    def _bracket(self, command: Command) -> str:
        """`[ … ]`: the grammar leaves what is inside in one piece."""
        world = self.world
        if command.words[0].text == "[[" and world.dialect == "dash" and self._missing("[["):
            return FAILS
        inner = " ".join(word.text for word in command.words[1:-1])
        script = parsed(f"test {inner}", command.span.start)
        if script is None or len(script.commands) != 1:
            return UNSURE
        args = world.args(script.commands[0].words[1:])
        call = Call(world, "test", args, command, {})
        return effects.apply(call) or UNSURE

    def call(
        self,
        first: Arg,
        rest: "Sequence[Arg]",
        command: Command,
        given: "dict[str, str | None]",
        *,
        fatal: bool,
    ) -> str:
        """The program `first` runs with `rest`; wrappers such as `env` and `sudo` call this."""
        if first.value is None:
            self.world.anything(self.world.because(command, "which program runs here is not known"))
            return UNSURE
        name = first.value.rpartition("/")[2]
        if "/" not in first.value or first.value.startswith(effects.SYSTEM_FOLDERS):
            special = effects.special(name)
            call = Call(self.world, name, rest, command, given)
            if special is not None:
                return special(self, call, fatal=fatal) or OK
            inside = effects.builtin(name) and not self.world.literal
            if not inside and self._missing(first.value):
                return FAILS
            return effects.apply(call) or OK
        if self._unusable(first.value):
            return FAILS
        call = Call(self.world, first.value, rest, command, given)
        if self.world.step.stage.build.listing is not None:
            from dockwright.model.effects.wrappers import run_file

            status = run_file(self, call)
            if status is not None:
                return status
        return effects.unknown_script(call) or OK

    def _missing(self, name: str) -> bool:
        return self.world.contents.lacks(name, self.world.path)

    def _unusable(self, name: str) -> bool:
        """Whether a program given by its path certainly cannot be started."""
        world = self.world
        path = world.absolute(name)
        if path is None:
            return False
        if world.absent(path) or world.may(path, 1) is False:
            return True
        entry = world.present(path)
        if entry is None or not entry.content.startswith("#!"):
            return False
        interpreter = entry.content[2:].split()[:1]
        return bool(interpreter) and interpreter[0].startswith("/") and world.absent(interpreter[0])

    def _function(self, block: Block, args: "Sequence[Arg]", *, fatal: bool) -> str:
        if self.depth > MAX_DEPTH:
            return UNSURE
        world = self.world
        positional, maybe = world.positional, world.maybe
        world.positional = [arg.value for arg in args]
        self.depth += 1
        status = self.children([(";", child) for _, child in block.children], fatal=fatal)
        self.depth -= 1
        world.positional, world.maybe = positional, maybe
        if self.left == "return":
            self.left = ""
            return self.status
        return status
