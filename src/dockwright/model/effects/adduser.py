"""
`adduser`, `addgroup`, `deluser` and `delgroup`: Debian's scripts and BusyBox's applets.

Sources of the rules: Debian's adduser 3.118 to 3.152 (`adduser`, `adduser.conf`), BusyBox
`loginutils/adduser.c` and `addgroup.c`, and builds with Docker 28.5.
"""

from dockwright.facts.contents import Account, Entry, clean
from dockwright.facts.effects import Joined, Tree
from dockwright.facts.knowledge import Known
from dockwright.facts.people import Member, Unsure
from dockwright.model.effects import usermod, users
from dockwright.model.effects.users import first, group_number, number_of
from dockwright.model.files import ContentsFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.model.world import Arg, Call, World

_FAILS = "fails"
_ADDUSER = ("hgsGuk", (
    "--home", "--shell", "--uid", "--gid", "--ingroup", "--gecos", "--comment", "--firstuid",
    "--lastuid", "--add_extra_groups", "--conf", "--firstgid", "--lastgid",
))  # fmt: skip
# DIR_MODE of adduser.conf by the suite, where it is known what a system user gets too: no home of
# its own unless one is named, /nonexistent being what it has.
_MODES = {"bookworm": 0o700, "trixie": 0o700}
_NORMAL, _SYSTEM = (1000, 59999), (100, 999)
_NOGROUP, _BUSYBOX_NOGROUP = 65534, 65533


def _busybox(world: "World") -> bool | None:
    """Whether `adduser` and `addgroup` are BusyBox's; None when that is not known."""
    found = world.contents.program("adduser", world.path)
    if isinstance(found, Known) and found.value is not None:
        content = found.value.entry.content
        if content == "busybox":
            return True
        if content:
            return False
    distribution = world.contents.distribution
    if distribution in ("alpine", "busybox"):
        return True
    return False if distribution in users.DEBIAN else None


def _free(world: "World", low_high: tuple[int, int], *kinds: str) -> int | None:
    """The first number that no account of `kinds` has, None when not all are known."""
    used: set[int] = set()
    for kind in kinds:
        found = world.contents.numbers(kind)
        if found is None:
            return None
        used |= found
    low, high = low_high
    return next((one for one in range(low, high + 1) if one not in used), None)


def _adduser(call: "Call") -> str | None:
    if users.refused(call.world):
        return _FAILS
    busybox = _busybox(call.world)
    if busybox is None:
        return _either(call, "user")
    options, operands = call.options(*(_ADDUSER if busybox else ("", _ADDUSER[1])))
    if len(operands) == 2:
        return _member(call, operands[0], operands[1])
    if not operands:
        return None
    return (
        _busybox_adduser(call, options, operands[0])
        if busybox
        else _debian_adduser(call, options, operands[0])
    )


def _either(call: "Call", kind: str) -> str | None:
    """Which program this is hangs on an unknown image: the name is added, no more is known."""
    _, operands = call.options(*_ADDUSER)
    world = call.world
    known = [arg for arg in operands if arg.value is not None]
    if len(operands) == 1 and known:
        name = operands[0].value or ""
        world.emit(Joined(kind, name, Account(name, None), call.reason))
        if kind == "user":
            group = Joined("group", name, Account(name, None), call.reason)
            group.maybe = True
            world.emit(group)
    else:
        world.emit_accounts(call.reason)
    world.emit(Unsure("group", call.reason, members=True))
    users.backups(call, "/run/adduser")
    world.murky(("/home",), call.reason, adds=True)
    return None


def _busybox_adduser(call: "Call", options: "dict[str, str | None]", name: "Arg") -> str | None:
    world = call.world
    uid_given, uid = first(options, "-u", "--uid")
    home_given, home = first(options, "-h", "--home")
    group_given, group = first(options, "-G", "--ingroup")
    shell_given, shell = first(options, "-s", "--shell")
    system = "-S" in options or "--system" in options
    if group and users.absent(world, "group", group):
        return _FAILS
    if not home_given and name.value is not None:
        home = f"/home/{name.value}"
    own = not group_given and not system
    number = number_of(uid)
    if not uid_given:
        kinds = ("user", "group") if own else ("user",)
        number = _free(world, _SYSTEM if system else _NORMAL, *kinds)
    gid = number if own else group_number(world, group)
    if not group_given and system:
        gid = _BUSYBOX_NOGROUP if world.contents.distribution == "alpine" else None
    if not shell_given and not system and world.variable("SHELL") is None:
        shell = "/bin/sh"
    status = users.add(call, "user", name, lambda one: Account(one, number, gid, home, shell))
    if status is not None or name.value is None:
        return status
    users.backups(call)
    if group_given and group is not None and not group.isdigit():
        world.emit(Member(name.value, group, call.reason))
    elif not own and group_given:
        world.emit(Unsure("group", call.reason, members=True))
    if own:
        if users.there(world, "group", name.value):
            return _FAILS
        account = Account(name.value, gid, members=None)
        world.emit(Joined("group", name.value, account, call.reason))
    if "-H" not in options and "--no-create-home" not in options and home is not None:
        made = world.contents.resolve(clean(home))
        if isinstance(made, str):
            world.put(made, Entry("dir", None, number, gid), call.reason, over=False)
            _, skel = first(options, "-k")
            files = ContentsFiles(world.contents, skel or "/etc/skel", owner=(number, gid))
            world.emit(Tree(made, files, call.reason, merges=True))
    return None


def _debian_adduser(call: "Call", options: "dict[str, str | None]", name: "Arg") -> str | None:
    world = call.world
    system = "--system" in options
    if "--group" in options and not system:
        return _addgroup(call)
    mode = _MODES.get(world.contents.suite)
    plain = not any(one.startswith(("--first", "--last", "--conf")) for one in options)
    uid_given, uid = first(options, "--uid")
    home_given, home = first(options, "--home")
    group_given, group = first(options, "--ingroup", "--gid")
    shell_given, shell = first(options, "--shell")
    if not home_given and name.value is not None:
        home = f"/home/{name.value}"
        if system:
            home = "/nonexistent" if mode is not None else None
    if group and users.absent(world, "group", group):
        return _FAILS
    if system and name.value is not None:
        found = world.contents.account("user", name.value)
        if isinstance(found, Known) and found.value is not None:
            return None
    own = not group_given and (not system or "--group" in options)
    number = number_of(uid)
    if not uid_given and plain and mode is not None:
        kinds = ("user", "group") if own else ("user",)
        number = _free(world, _SYSTEM if system else _NORMAL, *kinds)
    if own:
        used = world.contents.numbers("group")
        gid = number if used is not None and number not in used else None
        if not plain or mode is None:
            gid = None
    else:
        gid = group_number(world, group) if group_given else _NOGROUP
    if not shell_given and mode is not None:
        shell = "/usr/sbin/nologin" if system else "/bin/bash"
    status = users.add(call, "user", name, lambda one: Account(one, number, gid, home, shell))
    if status is not None or name.value is None:
        return status
    users.backups(call, "/run/adduser")
    if own:
        account = Account(name.value, gid, members=frozenset())
        world.emit(Joined("group", name.value, account, call.reason))
    _extra_groups(call, name.value, system=system)
    if "--no-create-home" in options:
        return None
    if system and mode is None:
        world.murky(("/home",), call.reason, adds=True)
    elif home is not None and (home_given or not system):
        bits = None if mode is None else (0o755 if system else mode)
        users.new_home(call, home, number, gid, bits, skel="" if system else "/etc/skel")
    return None


def _extra_groups(call: "Call", name: str, *, system: bool) -> None:
    """Since Debian 12 a user who is not the system's is put into the group `users`."""
    world = call.world
    if system:
        return
    if world.contents.suite == "bookworm":
        world.emit(Member(name, "users", call.reason))
    else:
        world.emit(Unsure("group", call.reason, members=True))


def _member(call: "Call", user: "Arg", group: "Arg") -> str | None:
    for arg, kind in ((user, "user"), (group, "group")):
        if arg.value is not None and users.absent(call.world, kind, arg.value):
            return _FAILS
    users.backups(call, "/run/adduser")
    if user.value is not None and group.value is not None:
        call.world.emit(Member(user.value, group.value, call.reason))
    else:
        call.world.emit(Unsure("group", call.reason, members=True))
    return None


def _addgroup(call: "Call") -> str | None:
    world = call.world
    if users.refused(world):
        return _FAILS
    busybox = _busybox(world)
    options, operands = call.options("g" if busybox else "", ("--gid", "--firstgid", "--lastgid"))
    if len(operands) == 2:
        return _member(call, operands[0], operands[1])
    if busybox is None:
        if len(operands) == 1:
            return _either(call, "group")
        world.emit_accounts(call.reason)
        return None
    gid_given, gid = first(options, "-g", "--gid")
    name = operands[0] if operands else None
    system = "--system" in options or "-S" in options
    if system and not busybox and name is not None and name.value is not None:
        found = world.contents.account("group", name.value)
        if isinstance(found, Known) and found.value is not None:
            return None
    number = number_of(gid)
    plain = not any(one.startswith(("--first", "--last")) for one in options)
    if not gid_given and plain and (busybox or world.contents.suite in _MODES):
        number = _free(world, _SYSTEM if system else _NORMAL, "group")
    status = users.add(call, "group", name, lambda one: Account(one, number, members=frozenset()))
    users.backups(call, "/run/adduser")
    return status


def _deluser(call: "Call") -> str | None:
    kind = "group" if call.name == "delgroup" else "user"
    options, operands = call.options("", ("--backup-to", "--root", "--conf"))
    world = call.world
    if users.refused(world):
        return _FAILS
    if "--group" in options:
        kind = "group"
    name = operands[0].value if operands else None
    if name is None or len(operands) > 2:
        world.emit(Unsure("user", call.reason))
        world.emit(Unsure("group", call.reason))
        return None
    users.backups(call, "/run/adduser")
    if len(operands) == 2:
        group = operands[1].value
        if group is None:
            world.emit(Unsure("group", call.reason, members=True))
        else:
            world.emit(Member(name, group, call.reason, leaves=True))
        return None
    if kind == "group":
        return usermod.remove_group(call, name)
    return usermod.remove_user(call, name, home="--remove-home" in options)


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "addgroup": _addgroup,
    "adduser": _adduser,
    "delgroup": _deluser,
    "deluser": _deluser,
}
