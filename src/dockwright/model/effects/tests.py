"""Commands that ask: their answer decides what runs after them, when the model knows it."""

from dockwright.facts.knowledge import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.model.world import Arg, Call

_TRUE, _FALSE, _UNSURE = "true", "false", "unsure"
_KINDS = {"-f": "file", "-d": "dir", "-e": "", "-a": "", "-r": "", "-x": "", "-s": "", "-w": ""}


def _answer(value: bool | None) -> str:
    return _UNSURE if value is None else (_TRUE if value else _FALSE)


def _test(call: "Call") -> str | None:
    args = list(call.args)
    if call.name in ("[", "[[") and args and args[-1].shape in ("]", "]]"):
        args.pop()
    negated = bool(args) and args[0].shape == "!"
    if negated:
        args = args[1:]
    value = _evaluate(call, args)
    return _answer(value if value is None or not negated else not value)


def _evaluate(call: "Call", args: "Sequence[Arg]") -> bool | None:
    if len(args) == 2:
        operator, operand = args[0].shape, args[1]
        if operator in _KINDS:
            return _path(call, operator, operand)
        if operator in ("-h", "-L"):
            path = call.world.place(operand)
            found = call.world.contents.find(path) if path is not None else None
            if isinstance(found, Known) and (not found.value or found.value.kind != "any"):
                return bool(found.value and found.value.kind == "link") if found.firm else None
            return None
        if operator in ("-n", "-z") and operand.value is not None and not _varies(call, operand):
            return bool(operand.value) is (operator == "-n")
    if len(args) == 3 and args[1].shape in ("=", "==", "!="):
        left, right = args[0], args[2]
        known = left.value is not None and right.value is not None
        if known and not _varies(call, left) and not _varies(call, right):
            return (left.value == right.value) is (args[1].shape != "!=")
    return None


def _varies(call: "Call", arg: "Arg") -> bool:
    """Whether another build may have another value there."""
    if arg.word is None or not arg.word.variables:
        return False
    for name in arg.word.variables:
        found = call.world.variable(name)
        if isinstance(found, Known) and not found.firm:
            return True
    return False


def _path(call: "Call", operator: str, operand: "Arg") -> bool | None:
    path = call.world.place(operand)
    if path is None:
        return None
    found = call.world.stat(path)
    if not isinstance(found, Known) or not found.firm:
        return None
    if found.value is None:
        return False
    if operator in ("-e", "-a"):
        return True
    wanted = _KINDS[operator]
    if wanted and found.value.kind != "any":
        return bool(found.value.kind == wanted)
    return None


def _which(call: "Call") -> str | None:
    from dockwright.model.effects import builtin

    _, operands = call.options("p" if call.name == "hash" else "")
    if call.name == "command" and not any(arg.shape in ("-v", "-V") for arg in call.args):
        return _UNSURE
    if len(operands) != 1 or operands[0].value is None:
        return _UNSURE
    name = operands[0].value
    if call.name != "which" and builtin(name):
        return _TRUE
    found = call.world.contents.program(name, call.world.path)
    if not isinstance(found, Known) or not found.firm:
        return _UNSURE
    return _answer(found.value is not None)


def _account(call: "Call") -> str | None:
    """`getent passwd NAME` and `id NAME`."""
    _, operands = call.options()
    words = [arg.value for arg in operands]
    kind = "user"
    if call.name == "getent":
        if len(words) != 2 or words[0] not in ("passwd", "group"):
            return _UNSURE
        kind = "user" if words[0] == "passwd" else "group"
        words = words[1:]
    if len(words) != 1 or words[0] is None:
        return _UNSURE
    name = words[0]
    contents = call.world.contents
    found = contents.by_number(kind, int(name)) if name.isdigit() else contents.account(kind, name)
    if not isinstance(found, Known) or not found.firm:
        return _UNSURE
    return _answer(found.value is not None)


def _unsure(call: "Call") -> str | None:
    return _UNSURE


def _true(call: "Call") -> str | None:
    return _TRUE


def _false(call: "Call") -> str | None:
    return _FALSE


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "[": _test,
    "[[": _test,
    "test": _test,
    "command": _which,
    "which": _which,
    "type": _which,
    "hash": _which,
    "getent": _account,
    "id": _account,
    "grep": _unsure,
    "egrep": _unsure,
    "fgrep": _unsure,
    "pgrep": _unsure,
    "cmp": _unsure,
    "diff": _unsure,
    "true": _true,
    ":": _true,
    "false": _false,
}
