"""
dnf, yum, microdnf, tdnf, zypper and rpm. Source of their command lines: their manual pages.

No package index of an RPM distribution is known here, so nothing is more than likely.
"""

from dockwright.facts.apkfacts import Added, Deleted, Table
from dockwright.facts.effects import Murky
from dockwright.syntax.shell.nodes import HOLE
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.model.world import Call

_BRINGS = {
    "bind-utils": "dig host nslookup",
    "bzip2": "bzip2",
    "ca-certificates": "update-ca-trust",
    "cmake": "cmake",
    "curl": "curl",
    "curl-minimal": "curl",
    "diffutils": "diff cmp",
    "findutils": "find xargs",
    "gcc": "gcc cpp",
    "gcc-c++": "g++ gcc",
    "git": "git",
    "git-core": "git",
    "gzip": "gzip gunzip",
    "hostname": "hostname",
    "iproute": "/usr/sbin/ip",
    "jq": "jq",
    "less": "less",
    "lsof": "lsof",
    "make": "make",
    "net-tools": "netstat /usr/sbin/ifconfig",
    "nmap-ncat": "ncat nc",
    "nodejs": "node",
    "npm": "npm",
    "openssh-clients": "ssh scp",
    "openssh-server": "/usr/sbin/sshd",
    "openssl": "openssl",
    "patch": "patch",
    "perl": "perl",
    "procps": "ps",
    "procps-ng": "ps free pgrep pkill top",
    "python3": "python3",
    "python3-pip": "pip3",
    "rsync": "rsync",
    "shadow-utils": "/usr/sbin/useradd /usr/sbin/usermod /usr/sbin/userdel /usr/sbin/groupadd",
    "sudo": "sudo",
    "tar": "tar",
    "tree": "tree",
    "unzip": "unzip",
    "vim-enhanced": "vim",
    "vim-minimal": "vi",
    "wget": "wget",
    "which": "which",
    "xz": "xz",
    "zip": "zip",
}
_PERHAPS = {
    "gcc": "make ld as ar cc strip",
    "gcc-c++": "make ld as ar cc c++ strip cpp",
    "git": "perl ssh less",
    "nodejs": "npm npx corepack",
    "npm": "node npx",
    "openssh-clients": "sftp ssh-keygen ssh-agent ssh-add ssh-keyscan ssh-copy-id",
    "python3": "pip3 pip python",
    "python3-pip": "pip python3 python",
    "shadow-utils": "groupmod groupdel chpasswd newusers chage gpasswd",
    "unzip": "zip",
}
_NO_USERS = frozenset((
    "bzip2", "ca-certificates", "cmake", "curl", "diffutils", "findutils", "gcc", "gcc-c++",
    "git-core", "gzip", "hostname", "jq", "less", "make", "patch", "shadow-utils", "tar", "tree",
    "unzip", "wget", "which", "xz", "zip",
))  # fmt: skip
RPM = Table("rpm", _BRINGS, _PERHAPS, _NO_USERS, {})

_LONG = (
    "--setopt", "--enablerepo", "--disablerepo", "--repo", "--repoid", "--releasever",
    "--installroot", "--exclude", "--excludepkgs", "--config", "--root", "--from", "--advisory",
    "--forcearch", "--rpmverbosity", "--color", "--nogpgcheck-repo",
)  # fmt: skip
_SYSTEM = ("/usr", "/etc", "/var", "/bin", "/sbin", "/lib", "/lib64", "/run", "/boot", "/srv")
_ROOTS = ("--installroot", "--root", "--use-host-config")
_INSTALL = frozenset(("install", "localinstall", "reinstall", "in", "groupinstall", "swap"))
_REMOVE = frozenset(("remove", "erase", "autoremove", "rm", "groupremove"))
_UPGRADE = frozenset((
    "update", "upgrade", "distro-sync", "dup", "up", "dist-upgrade", "patch", "upgrade-minimal",
    "update-minimal",
))  # fmt: skip
_CLEAN = frozenset(("clean", "cc"))
_MANY = frozenset(("group", "groupinstall", "module", "builddep", "swap", "shell", "history"))
_ARCH = lazy(r"\.(?:x86_64|aarch64|noarch|i686|ppc64le|s390x)$")


def _dnf(call: "Call") -> str | None:
    world = call.world
    options, operands = call.options("cdexRr" if call.name != "zypper" else "cDRrtpf", _LONG)
    if not operands:
        return None
    root = next((options[one] for one in _ROOTS if one in options), "/")
    if root != "/":
        to = world.absolute(root) if root else None
        world.murky((to or "/",), call.reason, adds=True)
        return None
    command = operands[0].value
    words = [arg.shape for arg in operands[1:]]
    more = any(HOLE in one or any(sign in one for sign in "*?[@(<>") for one in words)
    if command is None:
        world.anything(call.reason)
    elif command in _INSTALL or command in _MANY:
        _install(call, words, more=more or command in _MANY, foreign=bool(options.get("--from")))
    elif command in _REMOVE:
        gone = (
            None if more or (command != "remove" and not words) else [_bare(one) for one in words]
        )
        world.emit(Deleted(gone, call.reason, before=world.contents, manager="rpm"))
    elif command in _UPGRADE:
        _install(call, (), more=False, foreign=False)
    elif command in _CLEAN:
        for folder in ("/var/cache/dnf", "/var/cache/yum", "/var/cache/zypp", "/var/cache/libdnf5"):
            world.murky((folder,), call.reason)
    elif command in ("config-manager", "addrepo", "ar", "copr", "modifyrepo", "mr"):
        world.murky(("/etc/yum.repos.d", "/etc/zypp", "/etc/dnf"), call.reason)
    else:
        world.murky(("/var/cache", "/var/lib/dnf", "/var/lib/rpm"), call.reason, adds=True)
    return None


def _bare(word: str) -> str:
    """The name of a package without its architecture."""
    return _ARCH.sub("", word)


def _install(call: "Call", words: "list[str] | tuple[()]", *, more: bool, foreign: bool) -> None:
    world = call.world
    files = any(one.endswith(".rpm") or "://" in one for one in words)
    if files:
        _from_file(call)
    names = [_bare(one) for one in words if HOLE not in one and not one.endswith(".rpm")]
    world.emit(
        Added(
            names,
            call.reason,
            before=world.contents,
            table=RPM,
            foreign=foreign,
            more=more or files,
        )
    )


def _from_file(call: "Call") -> None:
    """A package from a file: it brings what it likes where packages write."""
    call.world.murky((*_SYSTEM, "/opt"), call.reason, but=("/usr/local",), adds=True)
    call.world.emit(Murky((), call.reason, accounts=True, packages=True))


def _rpm(call: "Call") -> str | None:
    world = call.world
    letters = "".join(arg.shape[1:] for arg in call.args if arg.shape[:1] == "-" != arg.shape[1:2])
    long = {arg.shape for arg in call.args if arg.shape.startswith("--")}
    names = [arg.shape for arg in call.args if not arg.shape.startswith("-")]
    if "q" in letters or "V" in letters or long & {"--query", "--verify", "--eval", "-E"}:
        return None
    if "--import" in long:
        world.murky(("/var/lib/rpm", "/usr/lib/sysimage/rpm", "/etc/pki"), call.reason, adds=True)
    elif "e" in letters or "--erase" in long:
        gone = None if any(HOLE in one for one in names) else [_bare(one) for one in names]
        world.emit(Deleted(gone, call.reason, before=world.contents, manager="rpm"))
    elif any(one in letters for one in "iUF") or long & {"--install", "--upgrade", "--freshen"}:
        _from_file(call)
    else:
        world.murky(("/var/lib/rpm", "/usr/lib/sysimage/rpm"), call.reason, adds=True)
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "dnf": _dnf,
    "microdnf": _dnf,
    "rpm": _rpm,
    "tdnf": _dnf,
    "yum": _dnf,
    "zypper": _dnf,
}
