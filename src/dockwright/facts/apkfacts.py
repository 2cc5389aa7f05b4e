"""
What the best known packages of Alpine bring, and what their removal takes away.

No index of Alpine's packages is bundled. The table is kept by hand: names of programs as the
project's own documentation and the Dockerfiles of the official images use them after `apk add`.
Nothing here is measured, so every answer is likely (`reason.firm` False) and no more. Base
systems, which are measured, are not in it.
"""

from dockwright.facts.aptfacts import BINS, KIN, SYSTEM, history, likely
from dockwright.facts.contents import Contents, Effect, Entry, below
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dockwright.facts.knowledge import Knowledge

# Package -> programs it surely brings; /usr/bin unless a folder stands before the name. Since
# Alpine 3.23 a new system has /bin and /sbin as links into /usr: those two count as one place.
BRINGS = {
    "acl": "getfacl setfacl",
    "alpine-sdk": "git gcc g++ make ld ar as strip patch",
    "apache2": "/usr/sbin/httpd",
    "apache2-utils": "ab htpasswd",
    "autoconf": "autoconf autoreconf",
    "automake": "automake aclocal",
    "aws-cli": "aws",
    "bash": "/bin/bash",
    "bind-tools": "dig host nslookup",
    "bison": "bison",
    "build-base": "gcc g++ make ld ar as strip patch",
    "buildah": "buildah",
    "busybox-extras": "telnet ftpget",
    "ca-certificates": "/usr/sbin/update-ca-certificates",
    "cargo": "cargo",
    "clang": "clang",
    "cmake": "cmake",
    "coreutils": "sha256sum stdbuf",
    "curl": "curl",
    "diffutils": "diff cmp",
    "docker": "docker dockerd",
    "docker-cli": "docker",
    "dos2unix": "dos2unix unix2dos",
    "dumb-init": "dumb-init",
    "expect": "expect",
    "fd": "fd",
    "ffmpeg": "ffmpeg ffprobe",
    "file": "file",
    "findutils": "find xargs",
    "flex": "flex",
    "g++": "g++ gcc",
    "gawk": "gawk",
    "gcc": "gcc cpp ld ar as strip",
    "gettext": "envsubst msgfmt",
    "git": "git",
    "git-lfs": "git-lfs",
    "gnupg": "gpg",
    "go": "go gofmt",
    "gosu": "gosu",
    "grep": "grep",
    "groff": "groff",
    "haproxy": "/usr/sbin/haproxy",
    "htop": "htop",
    "iproute2": "/sbin/ip",
    "iptables": "/usr/sbin/iptables",
    "iputils": "ping",
    "jq": "jq",
    "less": "less",
    "lftp": "lftp",
    "libcap": "/usr/sbin/setcap",
    "libtool": "libtool libtoolize",
    "lsof": "lsof",
    "m4": "m4",
    "make": "make",
    "mariadb": "mariadbd",
    "mariadb-client": "mariadb mysql mysqldump",
    "mc": "mc",
    "memcached": "memcached",
    "mysql-client": "mysql mysqldump",
    "nano": "nano",
    "ncurses": "tput",
    "netcat-openbsd": "nc",
    "nginx": "/usr/sbin/nginx",
    "nmap": "nmap",
    "nodejs": "node",
    "nodejs-current": "node",
    "npm": "npm npx",
    "openrc": "/sbin/openrc",
    "openssh": "ssh scp sftp ssh-keygen /usr/sbin/sshd",
    "openssh-client": "ssh scp",
    "openssh-server": "/usr/sbin/sshd",
    "openssl": "openssl",
    "patch": "patch",
    "perl": "perl",
    "php": "php",
    "pkgconf": "pkgconf pkg-config",
    "pkgconfig": "pkg-config",
    "postgresql": "postgres psql pg_dump pg_isready initdb",
    "postgresql-client": "psql pg_dump pg_isready",
    "procps": "ps",
    "protobuf": "protoc",
    "protoc": "protoc",
    "py3-pip": "pip3 python3",
    "python3": "python3",
    "python3-dev": "python3 python3-config",
    "redis": "redis-server redis-cli",
    "ripgrep": "rg",
    "rsync": "rsync",
    "ruby": "ruby",
    "ruby-dev": "ruby",
    "rust": "rustc",
    "screen": "screen",
    "sed": "sed",
    "shadow": "/usr/sbin/useradd /usr/sbin/usermod /usr/sbin/userdel /usr/sbin/groupadd"
    " /usr/sbin/groupmod /usr/sbin/groupdel",
    "socat": "socat",
    "sqlite": "sqlite3",
    "strace": "strace",
    "su-exec": "/sbin/su-exec",
    "subversion": "svn",
    "sudo": "sudo",
    "supervisor": "supervisord supervisorctl",
    "tar": "tar",
    "tcpdump": "tcpdump",
    "tini": "/sbin/tini",
    "tmux": "tmux",
    "tree": "tree",
    "unzip": "unzip",
    "util-linux": "lsblk",
    "vim": "vim",
    "wget": "wget",
    "xz": "xz unxz",
    "yarn": "yarn node",
    "zip": "zip",
    "zsh": "/bin/zsh",
    "zstd": "zstd",
}
# What packages may bring besides, by their names and in some releases only.
PERHAPS = {
    # alpinelinux/aports, main/alpine-sdk and main/abuild: what they depend on in some releases.
    "alpine-sdk": "abuild c++ cc file tar sudo fakeroot openssl curl lzip pkg-config pkgconf attr"
    " perl ssh accton mkinitfs mtools mksquashfs unsquashfs mkisofs genisoimage getfattr setfattr",
    "bind-tools": "delv nsupdate mdig",
    "build-base": "c++ cc file tar",
    "busybox-extras": "ftpd httpd inetd tftpd telnetd fakeidentd dnsd ftpput",
    "coreutils": "base64 b2sum cat chmod cp cut date df dd echo env expr fmt head install ln ls"
    " mkdir mktemp mv nproc numfmt od paste printf pr readlink realpath rm runcon seq shred shuf"
    " sort split stat tac tail tee test timeout touch tr truncate uniq wc who",
    "docker": "docker-init docker-proxy containerd ctr runc iptables ip dockerd-entrypoint.sh",
    "g++": "c++ cc cpp ld ar as strip",
    "gcc": "cc gcov",
    "gnupg": "gpgconf gpg-agent gpgv gpgsm pinentry gpg2",
    "git": "ssh perl",
    "iproute2": "ss tc bridge",
    "iputils": "arping tracepath clockdiff",
    "mariadb": "mysqld mysql_install_db mariadb-install-db resolveip",
    "mariadb-client": "mysqladmin mariadb-admin",
    "mysql-client": "mysqladmin mariadb mariadb-admin",
    "nodejs": "npm npx corepack nodejs",
    "nodejs-current": "npm npx corepack nodejs",
    "npm": "node",
    "openssh-client": "sftp ssh-keygen ssh-agent ssh-add ssh-keyscan",
    "openssh": "ssh-agent ssh-add ssh-keyscan",
    "postgresql": "pg_ctl createdb createuser dropdb",
    "postgresql-client": "createdb createuser dropdb pg_restore pg_dumpall psql",
    "procps": "pgrep pkill free top uptime vmstat w watch sysctl pidof pmap",
    "py3-pip": "pip python",
    "python3": "python pip3 pip pydoc3 2to3 python3-config idle3",
    "python3-dev": "python python-config gcc",
    "shadow": "chpasswd passwd chage newusers su gpasswd chsh groups login sg newgrp vipw",
    "util-linux": "mount umount fdisk findmnt getopt flock lscpu nsenter unshare setpriv su uuidgen"
    " runuser more rev hexdump kill logger login script setsid",
}
# From these branches of Alpine on, a program is in a package of its own: npm in `npm` (before 3.8
# in `nodejs`), pip in `py3-pip` (before 3.12 in `python3`). Build logs of June 2020 show both, with
# alpine:latest and edge (STAR-RG/shipwright, records 12cdada021032 and 198ce46eb5358).
SPLIT = {
    ("nodejs", "npm"): (3, 8),
    ("nodejs", "npx"): (3, 8),
    ("nodejs-current", "npm"): (3, 8),
    ("nodejs-current", "npx"): (3, 8),
    ("python3", "pip3"): (3, 12),
    ("python3", "pip"): (3, 12),
    ("python3-dev", "pip3"): (3, 12),
    ("python3-dev", "pip"): (3, 12),
}
# Packages that add neither users nor groups.
NO_USERS = frozenset((
    "autoconf", "automake", "bash", "bind-tools", "binutils", "bison", "build-base", "bzip2",
    "ca-certificates", "cargo", "clang", "cmake", "coreutils", "curl", "curl-dev", "diffutils",
    "dumb-init", "file", "findutils", "flex", "freetype-dev", "g++", "gawk", "gcc", "gcompat",
    "gettext", "git", "gnupg", "go", "gosu", "grep", "icu-dev", "icu-libs", "iputils", "jpeg-dev",
    "jq", "less", "libc-dev", "libc6-compat", "libcap", "libffi-dev", "libgcc", "libintl",
    "libjpeg-turbo-dev", "libpng-dev", "libpq", "libressl-dev", "libstdc++", "libtool",
    "libxml2-dev", "libxslt-dev", "libzip-dev", "linux-headers", "m4", "make",
    "mariadb-connector-c", "musl-dev", "nano", "ncurses", "netcat-openbsd", "nodejs",
    "nodejs-current", "npm",
    "openssh-client", "openssl", "openssl-dev", "patch", "pax-utils", "perl", "pkgconf",
    "pkgconfig", "postgresql-client", "postgresql-dev", "postgresql-libs", "procps", "py3-pip",
    "python3", "python3-dev", "readline-dev", "rsync", "ruby", "ruby-dev", "rust", "shadow",
    "sqlite", "sqlite-dev", "su-exec", "sudo", "tar", "tini", "tree", "tzdata", "unzip",
    "util-linux", "vim", "wget", "xz", "yarn", "zip", "zlib-dev", "zstd",
))  # fmt: skip
# Packages of headers, libraries, fonts and translations: they and what they need may bring
# compilers and interpreters, and none of the programs below.
_PARTS = lazy(
    r"([a-z].*)-(?:dev|libs|static|doc|dbg|lang)|lib[a-z0-9.+_-]+|(?:ttf|font)-.*"
    r"|py3?-(?!.*(?:pip|venv|virtualenv|setuptools|wheel|git|tox|build|poetry|docker|ansible)).*"
    r"|opus|lame|zlib|readline|freetype|fontconfig|expat|gmp|mpfr4?|mpc1|isl|pcre2?|yaml|gdbm"
    r"|tiff|lcms2|harfbuzz|cairo|pango|giflib|nss|nspr|c-ares|musl|snappy|lz4|libressl|icu"
)
APPLICATIONS = frozenset((
    "apt-get", "apt", "yum", "dnf", "npm", "npx", "node", "yarn", "sudo", "useradd", "groupadd",
    "usermod", "pip3", "pip", "git", "curl", "docker", "composer", "unzip", "zip", "ssh", "nano",
    "vim", "jq", "rsync", "tini", "su-exec", "gosu", "go", "cargo", "java", "mvn", "gradle",
))  # fmt: skip
_BARE = lazy(r"[^=<>~@]+")


def bare(word: str) -> str:
    """The name in `name=1.2`, `name~1`, `name>2` or `name@edge`."""
    match = _BARE.match(word)
    return match[0] if match else word


class Table:
    """
    What packages of a distribution without an index are taken to bring.

    `brings` and `perhaps` are written as `BRINGS` and `PERHAPS` above, `no_users` are packages that
    add neither users nor groups; `manager` is the program that installs them.
    """

    __slots__ = ("brings", "manager", "no_users", "perhaps")

    def __init__(
        self,
        manager: str,
        brings: "Mapping[str, str]",
        perhaps: "Mapping[str, str]",
        no_users: frozenset[str],
    ) -> None:
        self.manager = manager
        self.brings = brings
        self.perhaps = perhaps
        self.no_users = no_users

    def answer(self, package: str, path: str) -> str:
        """Whether a package brings the program at `path`: "yes", "perhaps" or "hardly"."""
        folder, _, name = path.rpartition("/")
        row = self.brings.get(package)
        places = [one for one in (row or "").split() if one.rpartition("/")[2] == name]
        for one in places:
            place = one.rpartition("/")[0] or "/usr/bin"
            if place.removeprefix("/usr") == folder.removeprefix("/usr"):
                return "yes"
        # A release may have it elsewhere.
        if places or name in self.perhaps.get(package, "").split() or _akin(package, name):
            return "perhaps"
        if row is None and package not in self.no_users:
            # Nobody has noted what this package brings, or needs.
            return "perhaps" if self._may_bring(package, name) else "hardly"
        return "perhaps" if _in_debian(package, name, recommends=row is None) else "hardly"

    def _may_bring(self, package: str, name: str) -> bool:
        """Whether a package that is in no table, or what it depends on, may have the program."""
        match = _PARTS.fullmatch(package)
        if match is None or name not in APPLICATIONS:
            return True
        base = match[1]
        if base is None or _akin(base, name):
            return base is not None
        return base in self.brings and self.answer(base, f"/usr/bin/{name}") != "hardly"


def _akin(package: str, name: str) -> bool:
    """Whether the names say that the one brings the other: `py3-virtualenv`, `nodejs-npm`."""
    if package.startswith(("cmd:", "/")):
        return package.replace(":", "/").rpartition("/")[2] == name
    parts = package.replace("_", "-").split("-")
    return name == package or name in parts or package.rstrip("0123456789.") == name


_debian: "dict[tuple[str, str, bool], frozenset[str]]" = {}


def _in_debian(package: str, name: str, *, recommends: bool) -> bool:
    """Whether Debian's package of the same name, or what may come with it, has the program."""
    from dockwright.facts import packages

    for suite in KIN:
        index = packages.index("debian", suite)
        if index is None:
            continue
        brought = _debian.get((suite, package, recommends))
        if brought is None:
            closure = index.closure([package], recommends, lambda _: None)
            brought = _debian[suite, package, recommends] = closure.perhaps | {package}
        if any(one.rpartition("/")[2] == name for one in index.programs(package) or ()):
            return True
        if any(one in brought for one in index.providers(name)):
            return True
    return False


ALPINE = Table("apk", BRINGS, PERHAPS, NO_USERS)


def _branch(suite: str) -> tuple[int, ...]:
    """`(3, 20)` for the branch 3.20, what comes after all numbers for edge, () when not known."""
    if suite == "edge":
        return (90,)
    parts = suite.split(".")
    return tuple(int(part) for part in parts) if suite and all(map(str.isdigit, parts)) else ()


class Added(Effect):
    """
    `apk add`, `dnf install`: packages by name, bound together as `virtual` when that is not "".

    `foreign` says that other repositories are used, `more` that not all names are known; `before`
    is the file system before.
    """

    __slots__ = ("_seen", "before", "foreign", "more", "names", "table", "virtual")

    def __init__(
        self,
        names: "Iterable[str]",
        reason: Reason,
        *,
        before: Contents,
        table: Table = ALPINE,
        virtual: str = "",
        foreign: bool = False,
        more: bool = False,
    ) -> None:
        super().__init__(Reason(reason.text, reason.source, reason.span, firm=False))
        self.names = tuple(dict.fromkeys(names))
        self.before = before
        self.table = table
        self.virtual = virtual
        self.foreign = foreign
        self.more = more
        self._seen: dict[str, str] = {}

    def brings(self, path: str) -> str:
        """Whether the program at `path` comes: "yes", "perhaps" or "hardly"."""
        found = self._seen.get(path)
        if found is None:
            name = path.rpartition("/")[2]
            branch = _branch(self.before.suite)
            answers = {
                "hardly"
                if branch >= SPLIT.get((one, name), (99,))
                else self.table.answer(one, path)
                for one in self.names
            }
            found = next((one for one in ("yes", "perhaps") if one in answers), "hardly")
            if found == "hardly" and (self.more or self.foreign):
                found = "perhaps"
            self._seen[path] = found
        return found

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """Programs as the table has them; elsewhere what was there is still there."""
        if not apk_writes(path):
            return None
        before = older()
        if isinstance(before, Known) and before.value is not None:
            return before
        if path.rpartition("/")[0] not in BINS:
            return Unknown(self.reason)
        brings = self.brings(path)
        if brings == "yes":
            return Known(Entry("any", None, 0), self.reason)
        return Unknown(self.reason) if brings == "perhaps" else likely(before)

    def account(
        self,
        kind: str,
        name: str,
        older: "Callable[[], Knowledge]",
    ) -> "Knowledge | None":
        """Unknown when a package may add users; those that were there stay."""
        if not self.more and not self.foreign and self.table.no_users.issuperset(self.names):
            return None
        before = older()
        return before if isinstance(before, Known) and before.value else Unknown(self.reason)

    def package(
        self, manager: str, name: str, older: "Callable[[], Knowledge]"
    ) -> "Knowledge | None":
        """Those asked for are installed, any other may be."""
        if manager != self.table.manager:
            return None
        if name in self.names or (self.virtual and name == self.virtual):
            return Known(True, self.reason)
        before = older()
        return before if isinstance(before, Known) and before.value else Unknown(self.reason)


class Deleted(Effect):
    """`apk del`, `dnf remove`: `names` (None: not all are known) go, and what only they needed."""

    __slots__ = ("before", "manager", "names")

    def __init__(
        self,
        names: "Iterable[str] | None",
        reason: Reason,
        *,
        before: Contents,
        manager: str = "apk",
    ) -> None:
        super().__init__(Reason(reason.text, reason.source, reason.span, firm=False))
        self.names = None if names is None else frozenset(names)
        self.before = before
        self.manager = manager

    def find(self, path: str, older: "Callable[[], Knowledge]") -> "Knowledge | None":
        """What was there before the packages came is still there; the rest may be gone."""
        if not apk_writes(path) or path in SYSTEM or path in BINS:
            return None
        found = older()
        if not isinstance(found, Known) or found.value is None:
            return found
        if found.value.kind == "dir" and path.count("/") == 2:
            return found
        origin = self._origin()
        if origin is not None:
            earlier = origin.find(path)
            if isinstance(earlier, Known) and earlier.value is not None:
                return found
        return found if origin is not None and self._kept(path) else Unknown(self.reason)

    def _origin(self) -> Contents | None:
        """The file system before the first of the packages came; None when they were there."""
        if self.names is None:
            return None
        origin = None
        left = set(self.names)
        for effect in history(self.before):
            if isinstance(effect, Added) and (effect.virtual in left or left & set(effect.names)):
                origin = effect.before
        for effect in history(self.before):
            if isinstance(effect, Added):
                left -= {effect.virtual, *effect.names}
        return None if left else origin

    def _kept(self, path: str) -> bool:
        """Whether something else put it there, which stays."""
        assert self.names is not None
        for effect in history(self.before):
            if isinstance(effect, Added):
                gone = effect.virtual in self.names or not self.names.isdisjoint(effect.names)
                if not gone and effect.brings(path) == "yes":
                    return True
                if gone and effect.brings(path) != "hardly":
                    return False
        return True

    def package(
        self,
        manager: str,
        name: str,
        older: "Callable[[], Knowledge]",
    ) -> "Knowledge | None":
        """Those named are gone, unless another package needs them."""
        if manager != self.manager:
            return None
        before = older()
        return before if isinstance(before, Known) and not before.value else Unknown(self.reason)


def apk_writes(path: str) -> bool:
    """Whether packages of Alpine write there: not in /usr/local, /home, /root, /opt or /tmp."""
    if below(path, "/usr/local") or below(path, "/var/tmp"):  # noqa: S108 - names a folder only
        return False
    return path.startswith("/lib") or any(below(path, one) for one in SYSTEM)


def other_repositories(contents: Contents) -> "list[Reason]":
    """What may have changed /etc/apk/repositories."""
    changed = []
    for effect in history(contents):
        if isinstance(effect, (Added, Deleted)):
            continue
        nothing = Known(None, effect.reason)
        found = effect.find("/etc/apk/repositories", lambda: nothing)  # noqa: B023
        if found is not None and found != nothing:
            changed.append(effect.reason)
    return changed
