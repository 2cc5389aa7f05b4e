"""
What the commands of a RUN do, in the order and under the conditions in which they run.

An interpreter over the shell's structure: `&&`, `||`, `;`, `set -e`, pipes, subshells, conditions,
loops over literal words and functions have their exit-status meaning. A build goes on only when
the RUN succeeds, so a command whose failure would fail the RUN is taken to have succeeded.
"""

from dockwright.facts.knowledge import Known, Reason
from dockwright.model import effects
from dockwright.model.world import Arg, Call, World
from dockwright.syntax.shell.nodes import Block, Command
from dockwright.text.lazy import lazy
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.facts.contents import Contents
    from dockwright.facts.knowledge import Knowledge
    from dockwright.syntax.shell.nodes import Script

# What is known of how a command ends. OK: taken to succeed. TRUE and FALSE: a test with a known
# answer. FAILS: surely fails. UNSURE: a test nobody can answer here.
OK, TRUE, FALSE, FAILS, UNSURE = "ok", "true", "false", "fails", "unsure"

MAX_DEPTH = 8
MAX_ITEMS = 40
_FOR = lazy(r"for\s+(\w+)\s+in\s+([^;\n]*?)\s*(?:;|\n)\s*do\b")
_NAME = lazy(r"(?:function\s+)?([\w.:-]+)")
_PLAIN = lazy(r"[\w./:=@%+,\s-]*")


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


class Interpreter:
    """
    Runs a script on a `world`.

    `points` are the moments before each command, by where the command starts in its script;
    commands that never run have none.
    """

    __slots__ = ("depth", "errexit", "functions", "left", "pipefail", "points", "world")

    def __init__(self, world: World, *, errexit: bool = False, pipefail: bool = False) -> None:
        self.world = world
        self.errexit = errexit
        self.pipefail = pipefail
        self.functions: dict[str, Block] = {}
        self.points: dict[int, Point] = {}
        self.depth = 0
        self.left = False

    def script(self, script: "Script") -> None:
        """Run the whole of `script`."""
        self._children(script.body.children, fatal=True)
        if script.damaged:
            self.world.anything(Reason(f"the script is not understood: {script.damaged}"))

    def inner(self, script: "Script", *, fatal: bool) -> str:
        """Run a script inside another (`sh -c '…'`), and say how it ends."""
        return self._children(script.body.children, fatal=fatal)

    # Structure

    def _run(self, child: "Block | Command", *, fatal: bool) -> str:
        if self.left:
            return OK
        if isinstance(child, Command):
            return self._command(child, fatal=fatal)
        if self.depth > 4 * MAX_DEPTH:
            self.world.anything(Reason("the script nests too deeply"))
            return UNSURE
        self.depth += 1
        try:
            return self._block(child, fatal=fatal)
        finally:
            self.depth -= 1

    def _block(self, block: Block, *, fatal: bool) -> str:
        kind = block.kind
        if kind == "list":
            return self._list(block.children, fatal=fatal)
        if kind == "pipeline":
            return self._pipeline(block, fatal=fatal)
        if kind in ("sequence", "redirected", "group"):
            return self._children(block.children, fatal=fatal)
        if kind == "subshell":
            return self._subshell(block, fatal=fatal)
        if kind == "if":
            return self._if(block, fatal=fatal)
        if kind == "for":
            return self._for(block, fatal=fatal)
        if kind == "negation":
            for _, child in block.children:
                status = self._run(child, fatal=False)
                if status in (TRUE, FALSE):
                    return FALSE if status == TRUE else TRUE
            return UNSURE
        if kind == "function":
            match = _NAME.match(self._text(block), block.start)
            if match is not None:
                self.functions[match.group(1)] = block
            return OK
        # while, until, case and whatever comes: each part may run.
        self._perhaps([child for _, child in block.children])
        return OK

    def _text(self, block: Block) -> str:
        for _, child in block.children:
            if isinstance(child, Command):
                return child.script.text
            text = self._text(child)
            if text:
                return text
        return ""

    def _perhaps(self, children: "Sequence[Block | Command]") -> None:
        self.world.maybe += 1
        try:
            for child in children:
                self._run(child, fatal=False)
        finally:
            self.world.maybe -= 1
            self.left = False

    def _children(self, children: "Sequence[tuple[str, Block | Command]]", *, fatal: bool) -> str:
        status = OK
        for index, (_, child) in enumerate(children):
            last = index == len(children) - 1
            background = isinstance(child, Command) and "background" in child.within
            checked = fatal and (last or self.errexit) and not background
            status = self._run(child, fatal=checked)
        return status

    def _list(self, children: "Sequence[tuple[str, Block | Command]]", *, fatal: bool) -> str:
        """`a && b || c`: parts joined by `&&`, between which `||` stands."""
        parts: list[list[Block | Command]] = [[]]
        for operator, child in children:
            if operator == "||":
                parts.append([])
            parts[-1].append(child)
        if len(parts) == 1:
            return self._and(parts[0], fatal=fatal)
        if len(parts) == 2 and _gives_up(parts[1]):
            return self._and(parts[0], fatal=fatal)
        status = self._first(parts[0])
        for part in parts[1:]:
            if status == TRUE:
                continue
            if status in (FALSE, FAILS):
                status = self._and(part, fatal=fatal and part is parts[-1])
            else:
                self._perhaps(part)
                status = OK
        return status

    def _first(self, part: "Sequence[Block | Command]") -> str:
        """What stands before `||`: someone expects it to fail."""
        status = TRUE
        for index, child in enumerate(part):
            if _asks(child):
                status = self._run(child, fatal=False)
                if status in (FALSE, FAILS):
                    return status
                if status == TRUE:
                    continue
            self._perhaps(part[index:])
            return OK
        return status

    def _and(self, part: "Sequence[Block | Command]", *, fatal: bool) -> str:
        status = OK
        for index, child in enumerate(part):
            status = self._run(child, fatal=fatal)
            if status in (FALSE, FAILS):
                return status
            if status == UNSURE and not fatal and index < len(part) - 1:
                self._perhaps(part[index + 1 :])
                return OK
        return status

    def _pipeline(self, block: Block, *, fatal: bool) -> str:
        status = OK
        for index, (_, child) in enumerate(block.children):
            last = index == len(block.children) - 1
            status = self._run(child, fatal=fatal and (last or self.pipefail))
        return status

    def _subshell(self, block: Block, *, fatal: bool) -> str:
        world = self.world
        kept = (world.cwd, dict(world.variables), world.umask, self.errexit)
        status = self._children(block.children, fatal=fatal)
        world.cwd, world.variables, world.umask, self.errexit = kept
        self.left = False
        return status

    def _if(self, block: Block, *, fatal: bool) -> str:
        status = UNSURE
        for role, child in block.children:
            if role == "condition":
                status = self._run(child, fatal=False)
                if status == OK:
                    status = UNSURE
        bodies = [child for role, child in block.children if role == "body"]
        others = [child for role, child in block.children if role == "else"]
        conditional = any(role == "condition" for role, _ in block.children)
        if not conditional:
            return self._children([(";", child) for child in bodies + others], fatal=fatal)
        for wanted, part in ((TRUE, bodies), (FALSE, others)):
            if status == wanted or (wanted == FALSE and status == FAILS):
                self._children([(";", child) for child in part], fatal=fatal)
            elif status == UNSURE:
                self._perhaps(part)
        return OK

    def _for(self, block: Block, *, fatal: bool) -> str:
        match = _FOR.match(self._text(block), block.start)
        bodies = [child for _, child in block.children]
        name = match.group(1) if match else ""
        words = match.group(2) if match else "$"
        items = words.replace("\\", " ").split()
        if not _PLAIN.fullmatch(" ".join(items)) or len(items) > MAX_ITEMS:
            self.world.variables[name] = None
            self._perhaps(bodies)
            return OK
        for item in items:
            self.world.variables[name] = item
            self._children([(";", child) for child in bodies], fatal=fatal and self.errexit)
        return OK

    # Commands

    def _command(self, command: Command, *, fatal: bool) -> str:
        world = self.world
        given: dict[str, str | None] = {}
        for name, word in command.assignments:
            given[name] = world.arg(word).value
        if "substitution" not in command.within:
            self.points[command.start] = Point(
                world.contents,
                world.path,
                world.cwd,
                world.uid,
                certain=not world.maybe,
                fatal=fatal,
            )
        if not command.words:
            world.variables.update(given)
            effects.redirect(world, command)
            return OK
        if command.words[0].text in ("[", "[["):
            return self._bracket(command)
        first, *rest = world.args(command.words)
        name = first.value or ""
        function = self.functions.get(name)
        if function is not None:
            return self._function(function, fatal=fatal)
        status = self.call(first, rest, command, given, fatal=fatal)
        effects.redirect(world, command)
        return status

    def _bracket(self, command: Command) -> str:
        """`[ … ]`: the grammar leaves what is inside in one piece."""
        from dockwright.syntax.dockerfile.lines import Joined
        from dockwright.syntax.shell import parser

        inner = " ".join(word.text for word in command.words[1:-1])
        script = parser.parse(Joined(f"test {inner}", (0,), (command.span.start,)))
        if script.damaged or len(script.commands) != 1:
            return UNSURE
        args = self.world.args(script.commands[0].words[1:])
        call = Call(self.world, "test", args, command, {})
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
            if not effects.builtin(name) and self._missing(first.value):
                return FAILS
            return effects.apply(call) or OK
        effects.unknown_script(Call(self.world, first.value, rest, command, given))
        return OK

    def _missing(self, name: str) -> bool:
        found = self.world.contents.program(name, self.world.path)
        return isinstance(found, Known) and found.value is None and found.firm

    def _function(self, block: Block, *, fatal: bool) -> str:
        if self.depth > MAX_DEPTH:
            return UNSURE
        self.depth += 1
        status = self._children([(";", child) for _, child in block.children], fatal=fatal)
        self.depth -= 1
        return status


def _asks(child: "Block | Command") -> bool:
    """Whether it is a test, which changes nothing whatever it answers."""
    if isinstance(child, Command):
        first = child.words[0].text if child.words else ""
        return child.name in effects.TESTS or first in ("[", "[[")
    return child.kind == "negation" and all(_asks(one) for _, one in child.children)


def _gives_up(part: "Sequence[Block | Command]") -> bool:
    """Whether the part behind `||` surely ends the script with an error."""
    last: Block | Command = part[-1]
    while isinstance(last, Block) and last.kind in ("group", "subshell", "sequence", "list"):
        if not last.children:
            return False
        last = last.children[-1][1]
    if not isinstance(last, Command):
        return False
    if last.name == "false":
        return True
    return last.name == "exit" and bool(last.args) and last.args[0].value not in ("0", None)
