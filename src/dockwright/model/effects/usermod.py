"""
Programs of the shadow suite that change and remove users and groups.

Sources of the rules: shadow-maint/shadow `src/usermod.c`, `src/groupmod.c`, `src/userdel.c` and
`src/gpasswd.c`, and builds with Docker 28.5.
"""

from dockwright.facts.contents import Account
from dockwright.facts.effects import Joined
from dockwright.facts.knowledge import Known
from dockwright.facts.people import Member, Renumbered, Unsure
from dockwright.model.effects.users import (
    absent,
    backups,
    first,
    group_number,
    join_groups,
    leave_groups,
    number_of,
    refused,
    there,
    unique,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.model.world import Call, World

_FAILS = "fails"


def _usermod(call: "Call") -> str | None:
    options, operands = call.options(
        "cdegGlpRsuZ",
        ("--comment", "--home", "--gid", "--groups", "--login", "--shell", "--uid", "--password"),
    )
    world = call.world
    if refused(world):
        return _FAILS
    name = operands[-1].value if operands else None
    if name is None:
        world.emit_accounts(call.reason)
        return None
    if there(world, "user", name) is False:
        return _FAILS
    found = world.contents.account("user", name)
    old = found.value if isinstance(found, Known) and found.value else Account(name, None)
    uid_given, uid = first(options, "-u", "--uid")
    gid_given, gid = first(options, "-g", "--gid")
    home_given, home = first(options, "-d", "--home")
    shell_given, shell = first(options, "-s", "--shell")
    login_given, login = first(options, "-l", "--login")
    groups_given, groups = first(options, "-G", "--groups")
    if gid_given and gid is not None and absent(world, "group", gid):
        return _FAILS
    new = Account(
        login if login_given and login else name,
        number_of(uid) if uid_given else old.number,
        group_number(world, gid) if gid_given else old.gid,
        home if home_given else old.home,
        shell if shell_given else old.shell,
    )
    backups(call)
    if groups_given and groups is not None and not ("-a" in options or "--append" in options):
        leave_groups(call, name, but=frozenset(groups.split(",")))
    if groups_given and join_groups(call, name, groups) == _FAILS:
        return _FAILS
    if login_given:
        world.emit(Joined("user", name, None, call.reason))
        _rename_member(call, name, new.name)
    world.emit(Joined("user", new.name, new, call.reason))
    if "-m" in options or "--move-home" in options:
        world.murky([one for one in (old.home, new.home) if one] or ["/home"], call.reason)
    home = new.home if new.home is not None else "/home"
    if uid_given and new.number != old.number:
        world.emit(Renumbered(home, old.number, new.number, call.reason))
    if gid_given and new.gid != old.gid:
        world.emit(Renumbered(home, old.gid, new.gid, call.reason, group=True))
    return None


def _rename_member(call: "Call", old: str, new: str) -> None:
    world = call.world
    for group in world.contents.accounts("group"):
        found = world.contents.account("group", group)
        known = isinstance(found, Known) and found.value is not None
        members = found.value.members if known and isinstance(found, Known) else frozenset()
        if members is None:
            world.emit(Unsure("group", call.reason, members=True))
            return
        if old in members:
            world.emit(Member(old, group, call.reason, leaves=True))
            world.emit(Member(new, group, call.reason))


def _groupmod(call: "Call") -> str | None:
    options, operands = call.options("gnpR", ("--gid", "--new-name", "--password"))
    world = call.world
    if refused(world):
        return _FAILS
    name = operands[-1].value if operands else None
    if name is None:
        world.emit_accounts(call.reason)
        return None
    if absent(world, "group", name):
        return _FAILS
    gid_given, gid = first(options, "-g", "--gid")
    renamed, new = first(options, "-n", "--new-name")
    found = world.contents.account("group", name)
    known = found.value if isinstance(found, Known) and found.value else Account(name, None)
    number = number_of(gid) if gid_given else known.number
    if gid_given and number is not None and not unique(options) and number != known.number:
        other = world.contents.by_number("group", number)
        if isinstance(other, Known) and other.value is not None and other.firm:
            return _FAILS
    backups(call)
    if renamed:
        world.emit(Joined("group", name, None, call.reason))
    target = new if renamed and new else name
    account = Account(target, number, members=known.members)
    world.emit(Joined("group", target, account, call.reason))
    if gid_given and number != known.number:
        _follow(call, known.number, number)
    return None


def _follow(call: "Call", old: int | None, new: int | None) -> None:
    """The users whose own group got another number."""
    world = call.world
    for name in world.contents.accounts("user"):
        found = world.contents.account("user", name)
        if not isinstance(found, Known) or found.value is None:
            continue
        user: Account = found.value
        if user.gid == old or user.gid is None or old is None:
            gid = new if user.gid == old and old is not None else None
            changed = Account(name, user.number, gid, user.home, user.shell)
            world.emit(Joined("user", name, changed, call.reason))


def remove_user(call: "Call", name: str, *, home: bool, force: bool = False) -> str | None:
    """`userdel` and `deluser`: the user goes, and its own group when nobody else is in it."""
    world = call.world
    if there(world, "user", name) is False:
        return _FAILS
    found = world.contents.account("user", name)
    user = found.value if isinstance(found, Known) else None
    backups(call)
    if home:
        if user is not None and user.home:
            world.gone(user.home, call.reason)
        else:
            world.murky(("/home",), call.reason)
        world.murky((f"/var/mail/{name}", f"/var/spool/mail/{name}"), call.reason)
    leave_groups(call, name)
    world.emit(Joined("user", name, None, call.reason))
    group = world.contents.account("group", name)
    if isinstance(group, Known) and group.value is None:
        return None
    left = Joined("group", name, None, call.reason)
    known = group.value if isinstance(group, Known) else None
    if known is not None and known.members:
        return None
    left.maybe = known is None or known.members is None or _others(world, known.number) or force
    world.emit(left)
    return None


def _others(world: "World", gid: int | None) -> bool:
    """Whether the own group of some user may be `gid`."""
    for name in world.contents.accounts("user"):
        found = world.contents.account("user", name)
        if not isinstance(found, Known) or gid is None:
            return True
        if found.value is not None and found.value.gid in (gid, None):
            return True
    return not isinstance(world.contents.account("user", "\0"), Known)


def _userdel(call: "Call") -> str | None:
    options, operands = call.options("R", ("--root",))
    if refused(call.world):
        return _FAILS
    name = operands[-1].value if operands else None
    if name is None:
        call.world.emit_accounts(call.reason)
        call.world.emit(Unsure("user", call.reason))
        return None
    home = "-r" in options or "--remove" in options
    return remove_user(call, name, home=home, force="-f" in options or "--force" in options)


def remove_group(call: "Call", name: str) -> str | None:
    """`groupdel` and `delgroup`."""
    world = call.world
    if refused(world) or there(world, "group", name) is False:
        return _FAILS
    backups(call)
    world.emit(Joined("group", name, None, call.reason))
    return None


def _groupdel(call: "Call") -> str | None:
    _, operands = call.options("R", ("--root",))
    name = operands[-1].value if operands else None
    if name is None:
        call.world.emit(Unsure("group", call.reason))
        return None
    return remove_group(call, name)


def _gpasswd(call: "Call") -> str | None:
    """`gpasswd -a USER GROUP`, `-d`, `-M`."""
    options, operands = call.options("adAM", ("--add", "--delete", "--administrators", "--members"))
    world = call.world
    group = operands[-1].value if operands else None
    if refused(world) or (group is not None and absent(world, "group", group)):
        return _FAILS
    backups(call)
    for leaves, names in ((False, ("-a", "--add")), (True, ("-d", "--delete"))):
        given, user = first(options, *names)
        if given and user is not None and group is not None:
            world.emit(Member(user, group, call.reason, leaves=leaves))
        elif given:
            world.emit(Unsure("group", call.reason, members=True))
    if "-M" in options or "--members" in options:
        world.emit(Unsure("group", call.reason, members=True))
    return None


def _chsh(call: "Call") -> str | None:
    options, operands = call.options("sR", ("--shell", "--root"))
    world = call.world
    given, shell = first(options, "-s", "--shell")
    name = operands[-1].value if operands else "root"
    if name is None or not given:
        world.emit_accounts(call.reason)
        return None
    if there(world, "user", name) is False:
        return _FAILS
    found = world.contents.account("user", name)
    backups(call)
    if isinstance(found, Known) and found.value is not None:
        old: Account = found.value
        account = Account(name, old.number, old.gid, old.home, shell)
        world.emit(Joined("user", name, account, call.reason))
    return None


def _password(call: "Call") -> str | None:
    """Passwords: no account comes or goes."""
    backups(call)
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "chage": _password,
    "chpasswd": _password,
    "chsh": _chsh,
    "gpasswd": _gpasswd,
    "groupdel": _groupdel,
    "groupmod": _groupmod,
    "passwd": _password,
    "userdel": _userdel,
    "usermod": _usermod,
}
