"""`chmod`, `chown` and `chgrp`."""

from dockwright.facts.contents import Entry
from dockwright.facts.effects import Mode, Owner
from dockwright.facts.knowledge import Known
from dockwright.model import permissions
from dockwright.syntax.shell.nodes import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.model.world import Arg, Call, World

_FAILS = "fails"


def _chmod(call: "Call") -> str | None:
    recursive, operands = _attributes(call, "rwxXstugo")
    example, known = _reference(call)
    if known:
        mode = example.mode if example is not None else None
        change: Callable[[Entry], int | None] = lambda _: mode  # noqa: E731
    elif operands:
        text = operands.pop(0).value
        change = permissions.change(text, call.world.umask) if text is not None else lambda _: None
    for arg in operands:
        if _gone_for_sure(call, arg):
            return _FAILS
        _changed(
            call,
            arg,
            lambda path: call.world.mode(path, change, call.reason, recursive=recursive),
        )
    return None


def _reference(call: "Call") -> "tuple[Entry | None, bool]":
    """What stands at the file of `--reference=FILE`, and whether there is such an option."""
    for arg in call.args:
        if arg.shape.startswith("--reference"):
            name = arg.shape.partition("=")[2]
            path = call.world.absolute(name) if name and HOLE not in name else None
            return (call.world.present(path) if path is not None else None), True
    return None, False


def _gone_for_sure(call: "Call", arg: "Arg") -> bool:
    """Whether a program certainly fails because what it is to change is not there."""
    path = call.world.place(arg)
    quiet = any(one.shape in ("-f", "--silent", "--quiet") for one in call.args)
    return path is not None and not quiet and call.world.absent(path)


def _attributes(call: "Call", letters: str = "") -> "tuple[bool, list[Arg]]":
    """Whether it is recursive, and the operands: `-x` and `-w` are modes of chmod, no options."""
    recursive = False
    operands: list[Arg] = []
    for arg in call.args:
        shape = arg.shape
        if shape.startswith("--"):
            recursive = recursive or shape == "--recursive"
        elif shape.startswith("-") and not (letters and shape[1:2] in letters):
            recursive = recursive or "R" in shape
        else:
            operands.append(arg)
    return recursive, operands


def _changed(
    call: "Call", arg: "Arg", apply: "Callable[[str], None]", *, follow: bool = True
) -> None:
    """Call `apply` for a path; a glob or an unknown path makes what it may mean unclear."""
    world = call.world
    path = world.place(arg)
    if path is not None:
        resolved = world.contents.resolve(path, follow=follow)
        apply(resolved if isinstance(resolved, str) else path)
    else:
        folder = world.around(arg)

        world.emit(Mode(folder, lambda _: None, call.reason, recursive=True))
        if call.name != "chmod":
            world.emit(Owner(folder, None, None, call.reason, recursive=True))


def _chown(call: "Call") -> str | None:
    recursive, operands = _attributes(call)
    world = call.world
    example, known = _reference(call)
    if known:
        uid = example.uid if example is not None else None
        gid = example.gid if example is not None else None
    elif operands:
        uid, gid, there = _owner(world, operands.pop(0).value)
        if not there:
            return _FAILS
    return _owned(
        call,
        operands,
        uid if known or operands else -1,
        gid if known or operands else -1,
        recursive=recursive,
    )


def _owner(world: "World", text: str | None) -> tuple[int | None, int | None, bool]:
    """The uid and gid of `user:group` (-1: as before), and whether there may be such accounts."""
    if text is None:
        return None, None, True
    user, colon, group = text.partition(":")
    if not colon and "." in user and not user.startswith("."):
        found = world.contents.account("user", user)
        if not (isinstance(found, Known) and found.value is not None):
            user, colon, group = user.partition(".")
    for one, kind in ((user, "user"), (group, "group")):
        if one and not one.isdigit():
            account = world.contents.account(kind, one)
            if isinstance(account, Known) and account.value is None and account.firm:
                return None, None, False
    uid = world.number("user", user) if user else -1
    gid = world.number("group", group) if group else -1
    if user and colon and not group:
        found = world.contents.account("user", user)
        gid = found.value.gid if isinstance(found, Known) and found.value else None
    return uid, gid, True


def _owned(
    call: "Call", operands: "list[Arg]", uid: int | None, gid: int | None, *, recursive: bool
) -> str | None:
    world = call.world
    follow = not any(
        arg.shape == "--no-dereference"
        or (arg.shape.startswith("-") and not arg.shape.startswith("--") and "h" in arg.shape)
        for arg in call.args
    )
    for arg in operands:
        if _gone_for_sure(call, arg) and follow:
            return _FAILS
        _changed(
            call,
            arg,
            lambda path: world.owner(path, uid, gid, call.reason, recursive=recursive),
            follow=follow,
        )
    return None


def _chgrp(call: "Call") -> str | None:
    recursive, operands = _attributes(call)
    example, known = _reference(call)
    if known:
        gid = example.gid if example is not None else None
    elif operands:
        text = operands.pop(0).value
        _, gid, there = _owner(call.world, f":{text}" if text is not None else None)
        if not there:
            return _FAILS
    else:
        return None
    return _owned(call, operands, -1, gid, recursive=recursive)


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "chgrp": _chgrp,
    "chmod": _chmod,
    "chown": _chown,
}
