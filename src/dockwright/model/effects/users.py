"""
Programs of the shadow suite, which add, change and remove users and groups.

Sources of the rules: shadow-maint/shadow `src/useradd.c`, `lib/find_new_uid.c`,
`lib/find_new_gid.c`, `src/usermod.c`, `src/userdel.c`, and builds with Docker 28.5. Defaults are
those of the distributions' login.defs and /etc/default/useradd.
"""

from dockwright.facts.contents import Account, Entry, clean
from dockwright.facts.effects import Joined, Tree
from dockwright.facts.knowledge import Known
from dockwright.facts.people import Member, Renumbered, Unsure
from dockwright.model.files import ContentsFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.model.world import Arg, Call, World

_FAILS = "fails"
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
    if not uid_given and plain:
        number = next_number(world, "user", system=system)
    if group_given:
        gid = group_number(world, group)
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
    return None


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
    if gid_given and number is not None and not force and not _unique(options):
        other = world.contents.by_number("group", number)
        if isinstance(other, Known) and other.value is not None and other.firm:
            return _FAILS
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
    return status


def _unique(options: "dict[str, str | None]") -> bool:
    return "-o" in options or "--non-unique" in options


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
    if gid_given and number is not None and not _unique(options) and number != known.number:
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
    "groupadd": _groupadd,
    "groupdel": _groupdel,
    "groupmod": _groupmod,
    "passwd": _password,
    "useradd": _useradd,
    "userdel": _userdel,
    "usermod": _usermod,
}
