"""Programs that add, change and remove users and groups: shadow's, Debian's and BusyBox's."""

from dockwright.facts.contents import Account, Entry, clean
from dockwright.facts.effects import Joined
from dockwright.facts.knowledge import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.model.world import Arg, Call, World

_FAILS = "fails"
_USERADD = ("bcdefgGkKpRsuZ", (
    "--base-dir", "--comment", "--home-dir", "--expiredate", "--inactive", "--gid", "--groups",
    "--skel", "--key", "--password", "--root", "--shell", "--uid", "--selinux-user", "--home",
))  # fmt: skip
_ADDUSER = ("hgsGuk", (
    "--home", "--shell", "--uid", "--gid", "--ingroup", "--gecos", "--comment", "--firstuid",
    "--lastuid", "--add_extra_groups", "--conf", "--firstgid", "--lastgid",
))  # fmt: skip


def _first(options: "dict[str, str | None]", *names: str) -> tuple[bool, str | None]:
    """Whether one of the options is given, and its value."""
    for name in names:
        if name in options:
            return True, options[name]
    return False, None


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
    return False if distribution in ("debian", "ubuntu") else None


def _add(
    call: "Call", kind: str, name: "Arg | None", account: "Callable[[str], Account]"
) -> str | None:
    world = call.world
    if name is None or name.value is None:
        world.emit_accounts(call.reason)
        return None
    there = world.contents.account(kind, name.value)
    if isinstance(there, Known) and there.value is not None and there.firm:
        return _FAILS
    world.emit(Joined(kind, name.value, account(name.value), call.reason))
    return None


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _useradd(call: "Call") -> str | None:
    options, operands = call.options(*_USERADD)
    world = call.world
    _, uid = _first(options, "-u", "--uid")
    group_given, group = _first(options, "-g", "--gid")
    home_given, home = _first(options, "-d", "--home-dir", "--home")
    base_given, base = _first(options, "-b", "--base-dir")
    shell_given, shell = _first(options, "-s", "--shell")
    name = operands[-1] if operands else None
    number = _number(uid)
    own = not group_given and "-N" not in options and "--no-user-group" not in options
    gid = _group(world, group) if group_given else (100 if not own else None)
    if not home_given and name is not None and name.value is not None:
        home = f"{base.rstrip('/') if base else '/home'}/{name.value}"
        home = None if base_given and not base else home
    if not shell_given:
        shell = None
    if group_given and group is not None and _absent(world, "group", group):
        return _FAILS

    def account(one: str) -> Account:
        return Account(one, number, gid, home, shell)

    status = _add(call, "user", name, account)
    if status is not None or name is None or name.value is None:
        return status
    if own:
        world.emit(Joined("group", name.value, Account(name.value, None), call.reason))
    made = any(one in options for one in ("-m", "--create-home"))
    if made and home is not None:
        _home(call, home, number, gid, 0o700)
    elif made:
        world.murky(("/home",), call.reason, adds=True)
    return None


def _group(world: "World", text: str | None) -> int | None:
    return world.number("group", text) if text else None


def _absent(world: "World", kind: str, name: str) -> bool:
    if name.isdigit():
        return False
    found = world.contents.account(kind, name)
    return isinstance(found, Known) and found.value is None and found.firm


def _home(call: "Call", home: str, uid: int | None, gid: int | None, mode: int | None) -> None:
    """A new home: its mode hangs on the distribution's login.defs or adduser.conf."""
    world = call.world
    path = world.contents.resolve(clean(home))
    if not isinstance(path, str):
        return
    if mode == 0o700 and world.contents.distribution != "debian":
        mode = None
    world.put(path, Entry("dir", mode, uid, gid), call.reason, over=False)
    # The files of /etc/skel are in it.
    skeleton = [f"{path}/{one}" for one in (".bashrc", ".profile", ".bash_logout")]
    world.murky(skeleton, call.reason, adds=True)


def _groupadd(call: "Call") -> str | None:
    options, operands = call.options("gKpRU", ("--gid", "--key", "--password", "--users"))
    _, gid = _first(options, "-g", "--gid")
    name = operands[-1] if operands else None
    if name is not None and name.value is not None and ("-f" in options or "--force" in options):
        there = call.world.contents.account("group", name.value)
        if isinstance(there, Known) and there.value is not None:
            return None
    return _add(call, "group", name, lambda one: Account(one, _number(gid)))


def _adduser(call: "Call") -> str | None:
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
    else:
        world.emit_accounts(call.reason)
    world.murky(("/home",), call.reason, adds=True)
    return None


def _busybox_adduser(call: "Call", options: "dict[str, str | None]", name: "Arg") -> str | None:
    world = call.world
    _, uid = _first(options, "-u", "--uid")
    home_given, home = _first(options, "-h", "--home")
    group_given, group = _first(options, "-G", "--ingroup")
    _, shell = _first(options, "-s", "--shell")
    gid = _group(world, group) if group_given else None
    if group and _absent(world, "group", group):
        return _FAILS
    if not home_given and name.value is not None:
        home = f"/home/{name.value}"
    number = _number(uid)
    system = "-S" in options or "--system" in options
    if not group_given and not system:
        gid = number
    status = _add(call, "user", name, lambda one: Account(one, number, gid, home, shell))
    if status is not None or name.value is None:
        return status
    if not group_given and not system:
        group_there = world.contents.account("group", name.value)
        if not (isinstance(group_there, Known) and group_there.value is not None):
            world.emit(Joined("group", name.value, Account(name.value, number), call.reason))
    if "-H" not in options and "--no-create-home" not in options and home is not None:
        made = world.contents.resolve(clean(home))
        if isinstance(made, str):
            world.put(made, Entry("dir", None, number, gid), call.reason, over=False)
    return None


def _debian_adduser(call: "Call", options: "dict[str, str | None]", name: "Arg") -> str | None:
    world = call.world
    if "--group" in options and "--system" not in options:
        return _add(call, "group", name, lambda one: Account(one, _number(options.get("--gid"))))
    number = _number(options.get("--uid"))
    home_given, home = _first(options, "--home")
    group_given, group = _first(options, "--ingroup", "--gid")
    system = "--system" in options
    if not home_given and name.value is not None:
        home = None if system else f"/home/{name.value}"
    if group and _absent(world, "group", group):
        return _FAILS
    gid = _group(world, group) if group_given else (65534 if system else None)
    own = (not system and not group_given) or (system and "--group" in options)
    if own:
        gid = None
    shell = options.get("--shell")
    there = world.contents.account("user", name.value) if name.value is not None else None
    if system and isinstance(there, Known) and there.value is not None:
        return None
    status = _add(call, "user", name, lambda one: Account(one, number, gid, home, shell))
    if status is not None or name.value is None:
        return status
    if own:
        world.emit(Joined("group", name.value, Account(name.value, None), call.reason))
    if "--no-create-home" not in options:
        if home is not None and (home_given or not system):
            _home(call, home, number, gid, None)
        else:
            world.murky(("/home",), call.reason, adds=True)
    return None


def _member(call: "Call", user: "Arg", group: "Arg") -> str | None:
    for arg, kind in ((user, "user"), (group, "group")):
        if arg.value is not None and _absent(call.world, kind, arg.value):
            return _FAILS
    return None


def _addgroup(call: "Call") -> str | None:
    busybox = _busybox(call.world)
    options, operands = call.options("g" if busybox else "", ("--gid", "--firstgid", "--lastgid"))
    if len(operands) == 2:
        return _member(call, operands[0], operands[1])
    if busybox is None and len(operands) != 1:
        call.world.emit_accounts(call.reason)
        return None
    _, gid = _first(options, "-g", "--gid")
    name = operands[0] if operands else None
    there = (
        call.world.contents.account("group", name.value)
        if name is not None and name.value is not None
        else None
    )
    if "--system" in options and not busybox and isinstance(there, Known) and there.value:
        return None
    return _add(call, "group", name, lambda one: Account(one, _number(gid)))


def _usermod(call: "Call") -> str | None:
    options, operands = call.options(
        "cdegGlpRsuZ",
        ("--comment", "--home", "--gid", "--groups", "--login", "--shell", "--uid", "--password"),
    )
    world = call.world
    name = operands[-1].value if operands else None
    if name is None:
        world.emit_accounts(call.reason)
        return None
    found = world.contents.account("user", name)
    if isinstance(found, Known) and found.value is None and found.firm:
        return _FAILS
    if call.name == "chsh":
        return None
    old = found.value if isinstance(found, Known) and found.value else Account(name, None)
    uid_given, uid = _first(options, "-u", "--uid")
    gid_given, gid = _first(options, "-g", "--gid")
    home_given, home = _first(options, "-d", "--home")
    shell_given, shell = _first(options, "-s", "--shell")
    login_given, login = _first(options, "-l", "--login")
    new = Account(
        login if login_given and login else name,
        _number(uid) if uid_given else old.number,
        _group(world, gid) if gid_given else old.gid,
        home if home_given else old.home,
        shell if shell_given else old.shell,
    )
    if login_given:
        world.emit(Joined("user", name, None, call.reason))
    world.emit(Joined("user", new.name, new, call.reason))
    if "-m" in options or "--move-home" in options:
        world.murky([one for one in (old.home, new.home) if one] or ["/home"], call.reason)
    if uid_given and old.home:
        world.owner(old.home, None, None, call.reason, recursive=True)
    return None


def _groupmod(call: "Call") -> str | None:
    options, operands = call.options("gnpR", ("--gid", "--new-name", "--password"))
    world = call.world
    name = operands[-1].value if operands else None
    if name is None:
        world.emit_accounts(call.reason)
        return None
    if _absent(world, "group", name):
        return _FAILS
    gid_given, gid = _first(options, "-g", "--gid")
    renamed, new = _first(options, "-n", "--new-name")
    if renamed:
        world.emit(Joined("group", name, None, call.reason))
    found = world.contents.account("group", name)
    old = found.value.number if isinstance(found, Known) and found.value else None
    number = _number(gid) if gid_given else old
    target = new if renamed and new else name
    world.emit(Joined("group", target, Account(target, number), call.reason))
    return None


def _userdel(call: "Call") -> str | None:
    kind = "group" if call.name in ("groupdel", "delgroup") else "user"
    options, operands = call.options("R", ("--root", "--backup-to"))
    world = call.world
    if len(operands) == 2:
        return None
    name = operands[-1].value if operands else None
    if name is None:
        world.emit_accounts(call.reason)
        return None
    found = world.contents.account(kind, name)
    if isinstance(found, Known) and found.value is None and found.firm:
        return _FAILS
    if isinstance(found, Known) and found.value and found.value.home and kind == "user":
        if any(one in options for one in ("-r", "--remove", "--remove-home")):
            world.gone(found.value.home, call.reason)
    world.emit(Joined(kind, name, None, call.reason))
    if kind == "user":
        # The user's own group goes too when nobody else is in it.
        group = world.contents.account("group", name)
        if not isinstance(group, Known) or group.value is not None:
            left = Joined("group", name, None, call.reason)
            left.maybe = True
            world.emit(left)
    return None


def _nothing(call: "Call") -> str | None:
    """Passwords and memberships: no file or account comes or goes."""
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "addgroup": _addgroup,
    "adduser": _adduser,
    "chpasswd": _nothing,
    "chsh": _nothing,
    "delgroup": _userdel,
    "deluser": _userdel,
    "gpasswd": _nothing,
    "groupadd": _groupadd,
    "groupdel": _userdel,
    "groupmod": _groupmod,
    "passwd": _nothing,
    "useradd": _useradd,
    "userdel": _userdel,
    "usermod": _usermod,
}
