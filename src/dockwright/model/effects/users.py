"""
Programs of the shadow suite, which add, change and remove users and groups.

Sources of the rules: shadow-maint/shadow `src/useradd.c`, `lib/find_new_uid.c`,
`lib/find_new_gid.c`, `src/usermod.c`, `src/userdel.c`, and builds with Docker 28.5. Defaults are
those of the distributions' login.defs and /etc/default/useradd.
"""

from dockwright.facts.contents import Account, Entry, clean
from dockwright.facts.effects import Joined, Tree
from dockwright.facts.knowledge import Known
from dockwright.facts.people import Member, Unsure
from dockwright.model.files import ContentsFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.model.world import Arg, Call, World

_FAILS, _TRUE = "fails", "true"
_USERADD = ("bcdefgGkKpRsuZ", (
    "--base-dir", "--comment", "--home-dir", "--expiredate", "--inactive", "--gid", "--groups",
    "--skel", "--key", "--password", "--root", "--shell", "--uid", "--selinux-user", "--home",
))  # fmt: skip
# Distributions with Debian's defaults for useradd: /bin/sh, group 100, no home unless asked.
DEBIAN = ("debian", "ubuntu")
# HOME_MODE of login.defs, or what UMASK 022 makes of 0777, by the suite.
_HOME_MODES = {
    **dict.fromkeys(("stretch", "buster", "bullseye", "bookworm", "bionic", "focal"), 0o755),
    **dict.fromkeys(("jammy", "noble"), 0o750),
    "trixie": 0o700,
}
# The files that the tools change, of each of which they keep a copy with a "-" behind its name.
_FILES = ("passwd", "shadow", "group", "gshadow", "subuid", "subgid")
_USER, _GROUP, _RANGES = _FILES[:2], _FILES[2:4], _FILES[4:]
NORMAL, SYSTEM = (1000, 60000), (101, 999)


def first(options: "dict[str, str | None]", *names: str) -> tuple[bool, str | None]:
    """Whether one of the options is given, and its value."""
    for name in names:
        if name in options:
            return True, options[name]
    return False, None


def number_of(text: str | None) -> int | None:
    """The number that `text` is, None for something else."""
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def refused(world: "World") -> bool:
    """Whether the one who runs certainly may not change the accounts."""
    return world.certain and world.uid not in (0, None)


def backups(call: "Call", *more: str, changed: "Sequence[str] | None" = None) -> None:
    """
    The copies that the tools leave of the files they change, and `more` paths.

    `changed` are the names of the files that surely change, no others: None when nobody knows. A
    copy has the owner and the mode of its file.
    """
    world = call.world
    unsure = [*more, "/etc/.pwd.lock"]
    for name in _FILES if changed is None else changed:
        path = f"/etc/{name}"
        entry = world.present(path)
        if changed is None or entry is None or world.contents.distribution not in DEBIAN:
            unsure.append(path + "-")
        else:
            world.put(path + "-", entry, call.reason)
    world.murky(unsure, call.reason)


def there(world: "World", kind: str, name: str) -> bool | None:
    """Whether there certainly is, or is not, an account of that name; None when not certain."""
    found = world.contents.account(kind, name)
    if not isinstance(found, Known) or not found.firm:
        return None
    return found.value is not None


def taken(world: "World", kind: str, number: int) -> bool:
    """Whether an account certainly has that uid or gid."""
    found = world.contents.by_number(kind, number)
    return isinstance(found, Known) and found.firm and found.value is not None


def free(world: "World", kind: str, number: int | None) -> bool:
    """Whether certainly nobody has that uid or gid."""
    found = world.contents.by_number(kind, number) if number is not None else None
    return isinstance(found, Known) and found.firm and found.value is None


def absent(world: "World", kind: str, name: str) -> bool:
    """Whether there certainly is no such account; a number is none."""
    return not name.isdigit() and there(world, kind, name) is False


def group_number(world: "World", text: str | None) -> int | None:
    """The gid of a group given by name or number."""
    return world.number("group", text) if text else None


def add(
    call: "Call", kind: str, name: "Arg | None", account: "Callable[[str], Account]"
) -> str | None:
    """A new account; fails when there is one of that name."""
    world = call.world
    if refused(world):
        return _FAILS
    if name is None or name.value is None:
        world.emit_accounts(call.reason)
        return None
    if there(world, kind, name.value):
        return _FAILS
    world.emit(Joined(kind, name.value, account(name.value), call.reason))
    return None


def join_groups(call: "Call", user: str, text: str | None) -> str | None:
    """`user` becomes a member of the groups of a list `a,b`."""
    world = call.world
    if text is None:
        world.emit(Unsure("group", call.reason, members=True))
        return None
    for name in filter(None, text.split(",")):
        if absent(world, "group", name):
            return _FAILS
        if name.isdigit():
            found = world.contents.by_number("group", int(name))
            if isinstance(found, Known) and found.value is not None:
                world.emit(Member(user, found.value.name, call.reason))
            else:
                world.emit(Unsure("group", call.reason, members=True))
        else:
            world.emit(Member(user, name, call.reason))
    return None


def leave_groups(call: "Call", user: str, *, but: "frozenset[str]" = frozenset()) -> None:
    """`user` is no longer a member of any group, those in `but` aside."""
    world = call.world
    for name in world.contents.accounts("group"):
        if name in but:
            continue
        found = world.contents.account("group", name)
        known = isinstance(found, Known) and found.value is not None
        members = found.value.members if known and isinstance(found, Known) else frozenset()
        if members is None or user in members:
            world.emit(Member(user, name, call.reason, leaves=True))


def next_number(
    world: "World", kind: str, *, system: bool, wanted: int | None = None
) -> int | None:
    """
    The uid or gid that shadow takes: `wanted` when it is free, else one above the highest in use,
    for the system one below the lowest; None when not all in use are known.
    """
    if world.contents.distribution not in DEBIAN:
        return None
    used = world.contents.numbers(kind)
    if used is None:
        return None
    low, high = SYSTEM if system else NORMAL
    if wanted is not None and low <= wanted <= high and wanted not in used:
        return wanted
    taken = [one for one in used if low <= one <= high]
    if system:
        found = min(taken, default=high + 1) - 1
        return found if found >= low else None
    found = max(taken, default=low - 1) + 1
    return found if found <= high else None


def _useradd(call: "Call") -> str | None:
    options, operands = call.options(*_USERADD)
    world = call.world
    debian = world.contents.distribution in DEBIAN
    plain = not any(one in options for one in ("-K", "--key", "-R", "--root", "-P", "--prefix"))
    system = "-r" in options or "--system" in options
    uid_given, uid = first(options, "-u", "--uid")
    group_given, group = first(options, "-g", "--gid")
    home_given, home = first(options, "-d", "--home-dir", "--home")
    base_given, base = first(options, "-b", "--base-dir")
    shell_given, shell = first(options, "-s", "--shell")
    name = operands[-1] if operands else None
    if "-D" in options or "--defaults" in options:
        world.murky(("/etc/default/useradd",), call.reason)
        return None
    own = not group_given and "-N" not in options and "--no-user-group" not in options
    if group_given and group is not None and absent(world, "group", group):
        return _FAILS
    if own and name is not None and name.value is not None and there(world, "group", name.value):
        return _FAILS
    number = number_of(uid)
    if uid_given and number is not None and not unique(options) and taken(world, "user", number):
        return _FAILS
    if not uid_given and plain:
        number = next_number(world, "user", system=system)
    sure = debian and plain and world.uid == 0 and number is not None
    if name is not None and name.value is not None:
        sure = sure and there(world, "user", name.value) is False
        sure = sure and (not own or there(world, "group", name.value) is False)
        sure = sure and (not uid_given or free(world, "user", number))
    if group_given:
        gid = group_number(world, group)
        sure = sure and gid is not None and taken(world, "group", gid)
    elif not own:
        gid = 100 if debian else None
    else:
        gid = None
        if number is not None and plain:
            gid = next_number(world, "group", system=system, wanted=number)
    if not home_given and name is not None and name.value is not None:
        home = f"{base.rstrip('/') if base else '/home'}/{name.value}"
        home = None if base_given and not base else home
    if not shell_given:
        shell = "/bin/sh" if debian else None
    status = add(call, "user", name, lambda one: Account(one, number, gid, home, shell))
    if status is not None or name is None or name.value is None:
        return status
    groups_given, groups = first(options, "-G", "--groups")
    changed = [*_USER]
    if own or groups_given:
        changed += _GROUP
    if not system and number is not None and NORMAL[0] <= number <= NORMAL[1]:
        changed += _RANGES
    backups(call, changed=changed if plain and (system or number is not None) else None)
    if own:
        group_account = Account(name.value, gid, members=frozenset())
        world.emit(Joined("group", name.value, group_account, call.reason))
    if groups_given and join_groups(call, name.value, groups) == _FAILS:
        return _FAILS
    _, skel = first(options, "-k", "--skel")
    if any(one in options for one in ("-m", "--create-home")):
        mode = _HOME_MODES.get(world.contents.suite) if plain else None
        new_home(call, home, number, gid, mode, skel=skel or "/etc/skel")
    elif not debian and not any(one in options for one in ("-M", "--no-create-home")):
        # CREATE_HOME and CREATE_MAIL_SPOOL hang on the distribution.
        world.murky(
            ("/home", home or "/home", "/var/spool/mail", "/var/mail"), call.reason, adds=True
        )
    return _TRUE if sure and gid is not None and not groups_given else None


def new_home(
    call: "Call",
    home: str | None,
    uid: int | None,
    gid: int | None,
    mode: int | None,
    *,
    skel: str = "/etc/skel",
) -> None:
    """A new home with the files of the skeleton in it; one that is there already stays."""
    world = call.world
    path = world.contents.resolve(clean(home)) if home is not None else None
    if not isinstance(path, str):
        world.murky(("/home",), call.reason, adds=True)
        return
    fresh = world.exists(path) is False
    files = ContentsFiles(world.contents, skel, owner=(uid, gid))
    world.put(path, Entry("dir", mode, uid, gid), call.reason, over=False)
    if fresh and skel:
        world.emit(Tree(path, files, call.reason, merges=True))
    elif skel:
        world.murky((path,), call.reason, adds=True, brings=_in_skeleton)


def _in_skeleton(name: str) -> bool:
    return name.startswith(".")


def _groupadd(call: "Call") -> str | None:
    options, operands = call.options("gKpRU", ("--gid", "--key", "--password", "--users"))
    world = call.world
    gid_given, gid = first(options, "-g", "--gid")
    name = operands[-1] if operands else None
    force = "-f" in options or "--force" in options
    if name is not None and name.value is not None and force:
        found = world.contents.account("group", name.value)
        if isinstance(found, Known) and found.value is not None:
            return None
    number = number_of(gid)
    sure = world.uid == 0 and world.contents.distribution in DEBIAN
    if name is not None and name.value is not None:
        sure = sure and there(world, "group", name.value) is False
    if gid_given and number is not None and not force and not unique(options):
        other = world.contents.by_number("group", number)
        if isinstance(other, Known) and other.value is not None and other.firm:
            return _FAILS
        sure = sure and free(world, "group", number)
    if not gid_given and "-K" not in options and "--key" not in options:
        system = "-r" in options or "--system" in options
        number = next_number(world, "group", system=system)
    members: frozenset[str] | None = frozenset()
    if "-U" in options or "--users" in options:
        members = None
    if force and gid_given:
        number = None
    status = add(call, "group", name, lambda one: Account(one, number, members=members))
    if status is None:
        backups(call, changed=_GROUP)
    return _TRUE if status is None and sure and number is not None else status


def unique(options: "dict[str, str | None]") -> bool:
    return "-o" in options or "--non-unique" in options


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "groupadd": _groupadd,
    "useradd": _useradd,
}
