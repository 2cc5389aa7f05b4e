"""
The structure of a shell script: which parts run, in which order, and how they end.

Source of the rules: POSIX.1-2024, Shell & Utilities, 2.8 and 2.9.
"""

from dockwright.facts.knowledge import Known, Reason
from dockwright.model.outputs import printed
from dockwright.syntax.shell.nodes import Block, Command
from dockwright.text.lazy import fnmatchcase, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.world import World
    from dockwright.syntax.shell.nodes import Script

# What is known of how a command ends. OK: taken to succeed. TRUE: surely succeeds. FALSE: a test
# that surely says no. FAILS: surely fails. UNSURE: a test nobody can answer here.
OK, TRUE, FALSE, FAILS, UNSURE = "ok", "true", "false", "fails", "unsure"

MAX_DEPTH = 8
MAX_ITEMS = 40
_FOR = lazy(r"for\s+(\w+)\s+in\s+([^;\n]*?)\s*(?:;|\n)\s*do\b")
_CASE = lazy(r"case\s+(.*?)\s+in\b")
_PATTERN = lazy(r"\s*\(?([^()\n]*)\)")
_NAME = lazy(r"(?:function\s+)?([\w.:-]+)")


class Structure:
    """
    Runs lists, pipelines, conditions and loops on a `world`; `_command` runs what they hold.

    `left` says what ended early: "exit", "return", "break" or "continue", "" for nothing, and
    `status` how it ended then. `tested` counts the constructs around that expect a failure,
    `excused` says that the last failure does not end a script under `set -e`. `trapped` is what
    `trap … EXIT` asks for, None when that is not known.
    """

    __slots__ = (
        "depth",
        "errexit",
        "excused",
        "functions",
        "left",
        "pipefail",
        "status",
        "tested",
        "trapped",
        "world",
    )

    def __init__(self, world: "World", *, errexit: bool = False, pipefail: bool = False) -> None:
        self.world = world
        self.errexit = errexit
        self.pipefail = pipefail
        self.functions: dict[str, Block] = {}
        self.depth = 0
        self.left = ""
        self.status = OK
        self.tested = 0
        self.excused = False
        self.trapped: str | None = ""

    def _command(self, command: Command, *, fatal: bool) -> str:
        raise NotImplementedError

    def _run(self, child: "Block | Command", *, fatal: bool) -> str:
        if self.left:
            return self.status
        if isinstance(child, Command):
            self.excused = False
            return self._command(child, fatal=fatal)
        if self.depth > 4 * MAX_DEPTH:
            self.world.anything(Reason("the script nests too deeply"))
            return UNSURE
        self.depth += 1
        try:
            return self.block(child, fatal=fatal)
        finally:
            self.depth -= 1

    def block(self, block: Block, *, fatal: bool) -> str:
        """Run a construct, and say how it ends."""
        kind = block.kind
        if kind == "list":
            return self._list(block.children, fatal=fatal)
        if kind == "pipeline":
            return self._pipeline(block, fatal=fatal)
        if kind in ("sequence", "redirected", "group"):
            return self.children(block.children, fatal=fatal)
        if kind == "subshell":
            return self.apart([child for _, child in block.children], fatal=fatal)
        if kind == "if":
            return self._if(block, fatal=fatal)
        if kind == "for":
            return self._for(block, fatal=fatal)
        if kind == "case":
            return self._case(block, fatal=fatal)
        if kind == "negation":
            return self._negation(block)
        if kind == "function":
            match = _NAME.match(_text(block), block.start)
            if match is not None:
                self.functions[match.group(1)] = block
            return TRUE
        # while, until and whatever comes: each part may run, any number of times.
        self._forget(block)
        self._perhaps([child for _, child in block.children])
        self._forget(block)
        return OK

    def _negation(self, block: Block) -> str:
        status = UNSURE
        self.tested += 1
        for _, child in block.children:
            status = self._run(child, fatal=False)
        self.tested -= 1
        self.excused = True
        if status in (FALSE, FAILS):
            return TRUE
        return FALSE if status == TRUE else UNSURE

    def _forget(self, block: Block) -> None:
        """Variables that a loop sets are not known in it: it may run more than once."""
        for command in _commands(block):
            names = [name for name, _ in command.assignments] if not command.words else []
            if command.name in ("read", "export", "local", "getopts", "let", "mapfile"):
                names += [word.shape.partition("=")[0] for word in command.args]
            self.world.variables.update(dict.fromkeys(names))

    def _perhaps(self, children: "Sequence[Block | Command]") -> None:
        """Run what may run or not: what it changes of the shell is not known afterwards."""
        world = self.world
        before = (world.cwd, world.umask, dict(world.variables), world.maybe)
        trapped = self.trapped
        world.maybe += 1
        try:
            for child in children:
                self._run(child, fatal=False)
        finally:
            cwd, umask, variables, maybe = before
            ended, self.left = self.left, ""
            self._blurred(cwd, umask, variables)
            if self.trapped != trapped:
                self.trapped = None
            # Whether the rest of the script, loop or function runs is not known either.
            world.maybe = max(maybe, world.maybe - 1) + bool(ended)

    def _blurred(self, cwd: str | None, umask: int, variables: "dict[str, str | None]") -> None:
        world = self.world
        if world.cwd != cwd:
            world.cwd = None
        world.umask = umask
        for name in {*world.variables, *variables}:
            if world.variables.get(name, "\0") != variables.get(name, "\0"):
                world.variables[name] = None

    def children(self, children: "Sequence[tuple[str, Block | Command]]", *, fatal: bool) -> str:
        """Run one after the other."""
        status = TRUE
        for index, (_, child) in enumerate(children):
            last = index == len(children) - 1
            background = isinstance(child, Command) and "background" in child.within
            checked = fatal and (last or self.errexit) and not background
            status = self._run(child, fatal=checked)
            if background:
                status = TRUE
            if self.left:
                return self.status
            ends = self.errexit and not self.tested and not self.excused
            if ends and status in (FALSE, FAILS):
                self.left, self.status = "exit", FAILS
                return FAILS
        return status

    def _list(self, children: "Sequence[tuple[str, Block | Command]]", *, fatal: bool) -> str:
        """`a && b || c`: parts joined by `&&`, between which `||` stands."""
        parts: list[list[Block | Command]] = [[]]
        first = children[0][1] if children else None
        while isinstance(first, Block) and first.kind == "list":
            # A redirection makes the grammar set apart what stands before it: `(a && b > f) && c`.
            if any(operator not in ("", "&&") for operator, _ in first.children):
                break
            children = [*first.children, *children[1:]]
            first = children[0][1]
        # Both operators bind alike, to the left: `a || b && c` is `(a || b) && c`.
        at = _turns(children)
        while at:
            left = Block("list", children[:at], children[0][1].start, children[at - 1][1].end)
            children = [("", left), *children[at:]]
            at = _turns(children)
        for operator, child in children:
            if operator == "||":
                parts.append([])
            parts[-1].append(child)
        if len(parts) == 1:
            return self._and(parts[0], fatal=fatal)
        if len(parts) == 2 and _gives_up(parts[1]) and fatal and not self.tested:
            return self._and(parts[0], fatal=fatal)
        status = self._first(parts[0])
        for part in parts[1:]:
            if status == TRUE or self.left:
                continue
            if status in (FALSE, FAILS):
                last = part is parts[-1]
                status = self._and(part, fatal=fatal) if last else self._first(part)
            else:
                self._perhaps(part)
                status = OK
        return status

    def _first(self, part: "Sequence[Block | Command]") -> str:
        """What stands before `||`: someone expects it to fail."""
        world = self.world
        mark = len(world.effects)
        before = (world.cwd, world.umask, dict(world.variables))
        self.tested += 1
        status = self._and(part, fatal=False)
        self.tested -= 1
        if status in (TRUE, FALSE, FAILS) or self.left:
            return status
        # Nobody knows how far it got.
        world.doubt(mark)
        self._blurred(*before)
        return OK

    def _and(self, part: "Sequence[Block | Command]", *, fatal: bool) -> str:
        status = OK
        world = self.world
        maybe, tested, sure = world.maybe, self.tested, True
        for index, child in enumerate(part):
            last = index == len(part) - 1
            self.tested += not last
            status = self._run(child, fatal=fatal)
            self.tested -= not last
            if self.left:
                break
            if status in (FALSE, FAILS):
                self.excused = self.excused or not last
                break
            if status == UNSURE and not fatal and not last:
                self._perhaps(part[index + 1 :])
                return OK
            if status != TRUE and tested and sure:
                sure = False
                world.maybe += 1
        if not sure:
            world.maybe = max(maybe, world.maybe - 1)
            # Whether it came so far is not known.
            return OK
        return self.status if self.left else status

    def _pipeline(self, block: Block, *, fatal: bool) -> str:
        """Each part of a pipeline runs in a subshell of its own."""
        statuses: list[str] = []
        for index, (_, child) in enumerate(block.children):
            last = index == len(block.children) - 1
            self.tested += not last
            inside = fatal and (last or self.pipefail)
            above = block.children[index - 1][1] if index == 1 else None
            self.world.piped = printed(self.world, above) if above is not None else None
            if not isinstance(child, Command):
                self.world.piped = None
            statuses.append(self.apart([child], fatal=inside))
            self.world.piped = None
            self.tested -= not last
        status = statuses[-1] if statuses else TRUE
        if self.pipefail and status == TRUE:
            if any(one in (FALSE, FAILS) for one in statuses):
                return FAILS
            return TRUE if all(one == TRUE for one in statuses) else OK
        return status

    def apart(self, children: "Sequence[Block | Command]", *, fatal: bool) -> str:
        """What runs in a subshell: nothing of the shell's own state comes back."""
        world = self.world
        kept = (world.cwd, dict(world.variables), world.umask, self.errexit, self.trapped)
        maybe = world.maybe
        status = self.children([(";", child) for child in children], fatal=fatal)
        world.cwd, world.variables, world.umask, self.errexit, self.trapped = kept
        world.maybe = maybe
        self.left = ""
        self.excused = False
        return status

    def _if(self, block: Block, *, fatal: bool) -> str:
        parts = {"condition": [], "body": [], "else": []}  # type: dict[str, list[Block | Command]]
        for role, child in block.children:
            parts[role].append(child)
        if not parts["condition"]:
            rest = [(";", child) for child in parts["body"] + parts["else"]]
            return self.children(rest, fatal=fatal)
        mark = len(self.world.effects)
        self.tested += 1
        status = self.children([(";", child) for child in parts["condition"]], fatal=False)
        self.tested -= 1
        if self.left:
            return self.status
        if status == TRUE:
            return self.children([(";", child) for child in parts["body"]], fatal=fatal)
        # `elif` and `else` are what there is when the condition is not met.
        chain = parts["else"]
        if status in (FALSE, FAILS):
            if not chain:
                return TRUE
            merged = _chained(chain)
            return self.children([(";", child) for child in merged], fatal=fatal)
        self.world.doubt(mark)
        self._perhaps(parts["body"])
        self._perhaps(_chained(chain))
        return OK

    def _for(self, block: Block, *, fatal: bool) -> str:
        match = _FOR.match(_text(block), block.start)
        bodies = [child for _, child in block.children]
        name = match.group(1) if match else ""
        items = self._fields(match.group(2)) if match else None
        if items is None or len(items) > MAX_ITEMS:
            self._forget(block)
            self.world.variables[name] = None
            self._perhaps(bodies)
            self._forget(block)
            self.world.variables[name] = None
            return OK
        status = TRUE
        maybe = self.world.maybe
        for item in items:
            self.world.variables[name] = item
            status = self.children(
                [(";", child) for child in bodies],
                fatal=fatal and (self.errexit or item is items[-1]),
            )
            if self.left in ("break", "continue"):
                ended, self.left = self.left, ""
                status = TRUE
                if ended == "break":
                    break
            if self.left:
                return self.status
        self.world.maybe = maybe
        return status

    def _fields(self, text: str) -> "list[str] | None":
        """The words that a piece of a script expands to, None when not all are known."""
        script = parsed(f"echo {text.replace(chr(92) + chr(10), ' ')}", 0)
        if script is None or len(script.body.children) != 1:
            return None
        command = script.body.children[0][1]
        if not isinstance(command, Command) or command.redirects:
            return None
        values = [arg.value for arg in self.world.args(command.args)]
        return [one for one in values if one is not None] if None not in values else None

    def _case(self, block: Block, *, fatal: bool) -> str:
        """`case` over a known word runs the first part whose pattern matches."""
        text = _text(block)
        match = _CASE.match(text, block.start)
        found = self._fields(f'"{match.group(1).strip(chr(34))}"') if match is not None else None
        words = text[match.start(1) : match.end(1)] if match is not None else ""
        subject = found[0] if found is not None and len(found) == 1 and "'" not in words else None
        if subject is not None and self._varying(match.group(1) if match else ""):
            subject = None
        for _, item in block.children:
            begin = _PATTERN.match(text, item.start)
            patterns = begin.group(1) if begin is not None else "$"
            children = item.children if isinstance(item, Block) else [("body", item)]
            plain = not any(char in patterns for char in "$`\"'\\")
            if subject is None or not plain:
                subject = None
                self._perhaps([child for _, child in children])
            elif any(fnmatchcase(subject, one.strip()) for one in patterns.split("|")):
                return self.children([(";", child) for _, child in children], fatal=fatal)
        return TRUE if subject is not None else OK

    def _varying(self, text: str) -> bool:
        """Whether another build may have another value for a variable in `text`."""
        script = parsed(f"echo {text}", 0)
        for command in script.commands if script is not None else ():
            for word in command.args:
                for name in word.variables:
                    found = self.world.variable(name)
                    if isinstance(found, Known) and not found.firm:
                        return True
        return False


def parsed(text: str, start: int) -> "Script | None":
    """A piece of script, None when it is not understood."""
    from dockwright.syntax.dockerfile.lines import Joined
    from dockwright.syntax.shell import parser

    script = parser.parse(Joined(text, (0,), (start,)))
    return None if script.damaged else script


def _text(block: Block) -> str:
    """The text of the script that `block` is part of."""
    for _, child in block.children:
        if isinstance(child, Command):
            return child.script.text
        text = _text(child)
        if text:
            return text
    return ""


def _commands(block: Block) -> "list[Command]":
    """All simple commands in `block`."""
    found: list[Command] = []
    for _, child in block.children:
        found += [child] if isinstance(child, Command) else _commands(child)
    return found


def _chained(chain: "Sequence[Block | Command]") -> "list[Block | Command]":
    """`elif` parts, each holding those behind it as what there is when it is not met."""
    if not chain:
        return []
    first, *rest = chain
    conditional = isinstance(first, Block) and any(
        role == "condition" for role, _ in first.children
    )
    if not rest or not isinstance(first, Block) or not conditional:
        return [first] if conditional else list(chain)
    children = [*first.children, *(("else", child) for child in rest)]
    return [Block("if", children, first.start, first.end)]


def _turns(children: "Sequence[tuple[str, Block | Command]]") -> int:
    """The place of the first `&&` that comes after an `||`, 0 for none."""
    either = False
    for at, (operator, _) in enumerate(children):
        if operator == "||":
            either = True
        elif either:
            return at
    return 0


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
