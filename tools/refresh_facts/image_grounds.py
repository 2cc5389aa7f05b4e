"""
The file systems that other images are built on: Debian, Ubuntu, Alpine, BusyBox, distroless.

Alpine and BusyBox are read from their root file systems, which their repositories hold. Debian's
packages come from the manifest of its images where there is one, and their programs from the
archive's index; Ubuntu's manifests list packages, whose programs are taken from Debian's packages
of the same names.
"""

import io
import re
import subprocess
import tarfile
from collections import defaultdict

from dockwright.facts.packages import PackageIndex, index
from tools.refresh_facts.repository import Repository

Files = dict[str, dict[str, str]]
BINS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")


class GroundFacts:
    """One file system; `twins` says that /bin may be /usr/bin and /sbin /usr/sbin."""

    def __init__(self, distribution: str, suite: str, manager: str, confidence: str) -> None:
        self.distribution = distribution
        self.suite = suite
        self.manager = manager
        self.confidence = confidence
        self.commit = ""
        self.title = suite
        self.files: Files = defaultdict(dict)
        self.partial: set[str] = set()
        self.users: list[str] = []
        self.groups: dict[str, int] = {}
        self.packages: set[str] = set()
        self.notes: list[str] = []

    def add(self, folder: str, *tokens: str) -> None:
        """Note files; without tokens the folder is empty."""
        entries = self.files[folder]
        for one in tokens:
            name = one
            for mark in ":>~":
                name = name.partition(mark)[0]
            entries[name.rstrip("/|")] = one

    def passwd(self, text: str) -> None:
        """The lines of /etc/passwd."""
        for line in text.split():
            name, _, uid, gid, *_, home, shell = line.split(":")
            self.users.append(f"{name}:{uid}:{gid}:{home}:{shell}")

    def group(self, text: str) -> None:
        """The lines of /etc/group."""
        for line in text.split():
            name, _, gid, *_ = line.split(":")
            self.groups[name] = int(gid)


# --- from tarballs ---

# Folders whose files change with every update, or that a container's engine fills.
_PARTIAL = re.compile(
    r"/(dev|proc|sys|lib|usr/lib|usr/share|etc/ssl|etc/apk|lib/apk|etc)(/.*)?|/usr/libexec(/.*)?"
)


def from_tar(ground: GroundFacts, data: bytes) -> None:
    """Whatever is in a root file system."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        members = {("/" + member.name.removeprefix("./")).rstrip("/"): member for member in tar}
        hard = {
            ("/" + one.linkname.removeprefix("./"), path)
            for path, one in members.items()
            if one.islnk()
        }
        of_busybox = {target for target, _ in hard} | {path for _, path in hard} | {"/bin/busybox"}
        passwd = tar.extractfile(members["/etc/passwd"])
        group = tar.extractfile(members["/etc/group"])
        assert passwd
        assert group
        ground.passwd(passwd.read().decode().replace(" ", "_"))
        ground.group(group.read().decode())
        if "/lib/apk/db/installed" in members:
            installed = tar.extractfile(members["/lib/apk/db/installed"])
            assert installed
            for line in installed.read().decode().split("\n"):
                if line.startswith("P:"):
                    ground.packages.add(line[2:])
    for folder in ("/", *BINS):
        if folder == "/" or folder in members:
            ground.add(folder)
    for path, member in sorted(members.items()):
        if not path:
            continue
        folder, _, name = path.rpartition("/")
        folder = folder or "/"
        if re.search(r"[\d]\.so|\.so\.\d|\.apk|/keys/|/db/|engines|ossl-modules|firmware", path):
            continue
        if folder.startswith(("/etc/", "/usr/share/", "/lib/", "/usr/lib/")) and not member.isdir():
            continue
        ground.add(folder, _token(name, member, busybox=path in of_busybox))
        if member.isdir():
            ground.add(path)
    for folder in ground.files:
        if _PARTIAL.fullmatch(folder):
            ground.partial.add(folder)
    ground.add("/etc", "resolv.conf|", "hosts|", "hostname|")
    for folder in list(ground.partial):
        if not ground.files[folder] or folder.count("/") > 2:
            del ground.files[folder]
            ground.partial.discard(folder)


def _token(name: str, member: tarfile.TarInfo, *, busybox: bool) -> str:
    owner = "" if (member.uid, member.gid) == (0, 0) else f":{member.uid}:{member.gid}"
    if member.issym():
        return f"{name}>{member.linkname}"
    mode = "" if member.mode == 0o755 and not owner else f":{member.mode:o}{owner}"
    if member.isdir():
        return f"{name}/{mode}"
    return f"{name}{mode}~busybox" if busybox else f"{name}{mode}"


def blob(source: Repository, name: str) -> bytes:
    """A file of a commit."""
    done = subprocess.run(
        ["git", "-C", str(source.path), "show", name], capture_output=True, check=True
    )
    return done.stdout


# Branches newer than the last root file system at hand.
NEWER = ("3.21", "3.22", "3.23", "3.24")


def alpine(inputs: str) -> dict[str, GroundFacts]:
    """Every branch of Alpine there is a root file system of, and newer ones after the last."""
    source = Repository(inputs, "alpinelinux", "docker-alpine")
    branches = re.findall(r"refs/heads/(v3\.\d+|edge)\b", source.git("for-each-ref"))
    found: dict[str, GroundFacts] = {}
    for branch in branches:
        paths = source.git("ls-tree", "-r", "--name-only", branch).split("\n")
        path = next(
            one for one in paths if re.fullmatch(r"x86_64/alpine-minirootfs.*\.tar\.gz", one)
        )
        suite = branch.removeprefix("v")
        ground = GroundFacts("alpine", suite, "apk", "measured")
        ground.commit = source.head(branch)[0]
        from_tar(ground, blob(source, f"{branch}:{path}"))
        found[suite] = ground
    last = found["3.20"]
    edge = found.pop("edge")
    applets = {one for ground in busybox(inputs).values() for one in ground.files["/bin"]}
    for suite in (*NEWER, "edge"):
        found[suite] = _after(last, edge, suite, applets)
    return found


def _after(last: GroundFacts, edge: GroundFacts, suite: str, applets: set[str]) -> GroundFacts:
    """
    A later branch: what 3.20 and edge of 2024-09 have in common, as far as it does not change.

    BusyBox gains applets and loses hardly any (those of one release only are left out); from 3.22
    on /bin and /sbin may be links into /usr, so that a program may stand in either of two places.
    """
    ground = GroundFacts("alpine", suite, "apk", "derived")
    ground.commit = edge.commit
    ground.users, ground.groups = list(last.users), dict(last.groups)
    ground.packages = last.packages & edge.packages
    ground.partial = set(last.partial)
    merged = suite == "edge" or int(suite.partition(".")[2]) >= 22
    for folder, entries in last.files.items():
        ground.add(folder)
        for name, one in entries.items():
            if name in edge.files.get(folder, {}) and (not merged or folder not in BINS[:4]):
                ground.add(folder, one)
    twins = {"/bin": "/usr/bin", "/sbin": "/usr/sbin", "/usr/bin": "/bin", "/usr/sbin": "/sbin"}
    if merged:
        for folder in ("/bin", "/sbin", "/lib"):
            ground.add("/", folder[1:] + "|")
        for folder, other in twins.items():
            names = sorted(last.files[folder].keys() & edge.files[folder].keys())
            # /bin/sh is reached in both layouts, as a file of /bin or through the link.
            ground.add(folder, *(f"{one}|" for one in names))
            ground.notes.append(f"maybe {other} {' '.join(names)}")
    # Applets that came after 3.20, or differ between it and edge.
    old = {name for folder in twins for name in last.files[folder]}
    new = {name for folder in twins for name in edge.files[folder]} | set(applets)
    changed = " ".join(sorted(new ^ old))
    ground.notes.append(f"maybe {','.join(twins)} {changed}")
    for name in edge.packages ^ last.packages:
        ground.notes.append(f"libs {name}")
    ground.notes.append("libs libapk apk-tools-libs ssl_client")
    return ground


def busybox(inputs: str) -> dict[str, GroundFacts]:
    """The variants of BusyBox: "glibc", "musl", "uclibc", and the stable ones of those."""
    source = Repository(inputs, "docker-library", "busybox")
    branch = "dist-amd64"
    found = {}
    for line, name in (("latest", ""), ("latest-1", "stable-")):
        for libc in ("glibc", "musl", "uclibc"):
            ground = GroundFacts("busybox", "", "", "measured")
            ground.commit = source.head(branch)[0]
            from_tar(ground, blob(source, f"{branch}:{line}/{libc}/amd64/rootfs.tar.gz"))
            found[name + libc] = ground
    return found


# --- Debian ---

# base-passwd's master files, the same since 2014 but for those named below.
PASSWD = """root:x:0:0:root:/root:/bin/bash daemon:x:1:1::/usr/sbin:/usr/sbin/nologin
bin:x:2:2::/bin:/usr/sbin/nologin sys:x:3:3::/dev:/usr/sbin/nologin sync:x:4:65534::/bin:/bin/sync
games:x:5:60::/usr/games:/usr/sbin/nologin man:x:6:12::/var/cache/man:/usr/sbin/nologin
lp:x:7:7::/var/spool/lpd:/usr/sbin/nologin mail:x:8:8::/var/mail:/usr/sbin/nologin
news:x:9:9::/var/spool/news:/usr/sbin/nologin uucp:x:10:10::/var/spool/uucp:/usr/sbin/nologin
proxy:x:13:13::/bin:/usr/sbin/nologin www-data:x:33:33::/var/www:/usr/sbin/nologin
backup:x:34:34::/var/backups:/usr/sbin/nologin list:x:38:38::/var/list:/usr/sbin/nologin
nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin"""  # noqa: S105
GROUP = """root:x:0: daemon:x:1: bin:x:2: sys:x:3: adm:x:4: tty:x:5: disk:x:6: lp:x:7: mail:x:8:
news:x:9: uucp:x:10: man:x:12: proxy:x:13: kmem:x:15: dialout:x:20: fax:x:21: voice:x:22:
cdrom:x:24: floppy:x:25: tape:x:26: sudo:x:27: audio:x:29: dip:x:30: www-data:x:33: backup:x:34:
operator:x:37: list:x:38: irc:x:39: src:x:40: shadow:x:42: utmp:x:43: video:x:44: sasl:x:45:
plugdev:x:46: staff:x:50: games:x:60: users:x:100: nogroup:x:65534:"""
# Until 2022: the user gnats.
GNATS = {"jessie", "stretch", "buster", "bullseye", "trusty", "xenial", "bionic", "focal", "jammy"}
# base-files: the folders at the top and in /usr/local, /var.
TOP = "boot/ dev| etc/ home/ media/ mnt/ opt/ proc| root/:700 run/ srv/ sys| tmp/:1777 usr/ var/"
LOCAL = "bin/ etc/ games/ include/ lib/ man>share/man sbin/ share/ src/"
VAR = (
    "backups/ cache/ lib/ local/:2775:0:50 lock>/run/lock log/ mail/:2775:0:8 opt/ run>/run "
    "spool/ tmp/:1777"
)
# Names by the alternatives system that the packages of the base system register.
ALTERNATIVES = {
    "mawk": ("/usr/bin", "awk nawk"),
    "util-linux": ("/usr/bin", "pager"),
    "tar": ("/usr/sbin", "rmt"),
    "debianutils": ("/usr/bin", "which"),
    "dash": ("/usr/bin", "sh"),
}
# Suites whose /bin, /sbin and /lib are links into /usr.
MERGED = ("bookworm", "trixie", "forky", "sid")
# The packages of debootstrap's minbase beside the required ones.
MINBASE = ("apt", "debian-archive-keyring", "tzdata")


def manifest(text: str) -> set[str]:
    """The packages in a manifest, without architectures."""
    return {line.split()[0].partition(":")[0] for line in text.split("\n") if line.strip()}


def minbase(packages: PackageIndex) -> set[str]:
    """Required packages, apt, and whatever these surely need."""
    names = [*packages.essential, *(one for one in MINBASE if packages.exists(one))]
    closure = packages.closure(names, False, lambda _: None)
    return {*names, *closure.surely}


def skeleton(ground: GroundFacts, suite: str, *, merged: bool) -> None:
    """Folders, users and links that every release of Debian and Ubuntu has."""
    ground.passwd(PASSWD)
    ground.group(GROUP)
    bits = "42" if suite in ("bookworm", "trixie", "forky", "sid", "noble", "resolute") else "100"
    if suite in ("xenial", "trusty", "stretch", "jessie"):
        bits = "104"
    ground.passwd(f"_apt:x:{bits}:65534::/nonexistent:/usr/sbin/nologin")
    home = "/run/ircd" if suite not in GNATS - {"bullseye", "jammy"} else "/var/run/ircd"
    ground.passwd(f"irc:x:39:39::{home}:/usr/sbin/nologin")
    if suite in GNATS:
        ground.passwd("gnats:x:41:41::/var/lib/gnats:/usr/sbin/nologin")
        ground.groups["gnats"] = 41
    ground.add("/", *TOP.split())
    if merged:
        ground.add("/", *(f"{one}>usr/{one}" for one in ("bin", "sbin", "lib", "lib64")))
    else:
        ground.add("/", "bin|", "sbin|", "lib|", "lib64|")
    for folder in ("/home", "/media", "/mnt", "/opt", "/srv", "/boot", "/tmp"):  # noqa: S108
        ground.add(folder)
    ground.add("/root", ".bashrc:644", ".profile:644")
    ground.add("/usr", "bin/", "games/", "include/", "lib/", "sbin/", "share/", "src/", "local/")
    ground.partial.update(("/usr", "/etc", "/var", "/run"))
    ground.add("/usr/local", *LOCAL.split())
    for one in ("bin", "etc", "games", "include", "lib", "sbin", "src"):
        ground.add(f"/usr/local/{one}")
    ground.add("/var", *VAR.split())
    ground.add("/run", "lock/:1777")
    ground.add(
        "/etc", "passwd:644", "group:644", "shadow:640:0:42", "apt/", "resolv.conf|", "hosts|",
        "hostname|", "os-release|", "debian_version:644", "alternatives/", "default/", "cron.d/",
        "skel/", "profile.d/", "profile:644", "bash.bashrc:644", "nsswitch.conf:644", "fstab|",
    )  # fmt: skip
    ground.add("/etc/apt", "apt.conf.d/", "sources.list.d/", "preferences.d/", "trusted.gpg.d/")
    ground.partial.add("/etc/apt")


def programs(
    ground: GroundFacts, indexes: list[PackageIndex], packages: set[str], *, merged: bool
) -> None:
    """The programs of the packages; what only some of several indexes say is perhaps there."""
    every: list[dict[str, set[str]]] = []
    for one in indexes:
        found: dict[str, set[str]] = defaultdict(set)
        for package in sorted(packages):
            for path in one.programs(package) or ():
                folder, _, name = path.rpartition("/")
                if merged and folder in ("/bin", "/sbin"):
                    folder = f"/usr{folder}"
                found[folder].add(name)
            if package in ALTERNATIVES:
                folder, names = ALTERNATIVES[package]
                found[folder].update(names.split())
        every.append(found)
    for folder in ("/usr/bin", "/usr/sbin") if merged else BINS[:4]:
        ground.add(folder)
    # Where a program stands is what the oldest index says; newer ones may have merged /usr.
    everywhere = [{name for names in found.values() for name in names} for found in every]
    sure = {
        (folder, name)
        for folder, names in every[0].items()
        for name in names
        if all(name in other for other in everywhere)
    }
    known = {name for _, name in sure}
    perhaps = {
        (folder, name)
        for found in every
        for folder, names in found.items()
        for name in names
        if name not in known
    }
    perhaps |= {(folder.removeprefix("/usr"), name) for folder, name in perhaps if not merged}
    for folder, name in sorted(sure):
        if folder not in BINS:
            continue
        ground.add(folder, _program(name, one=len(every) == 1))
    doubtful: dict[str, set[str]] = defaultdict(set)
    for folder, name in perhaps:
        doubtful[folder].add(name)
    if not merged:
        # Whether /bin is a folder of its own is not known of these: each name may be in either.
        pairs = {"/bin": "/usr/bin", "/usr/bin": "/bin", "/sbin": "/usr/sbin", "/usr/sbin": "/sbin"}
        for folder, name in sure:
            if (folder in pairs) and (pairs[folder], name) not in sure:
                doubtful[pairs[folder]].add(name)
    by_names: dict[str, list[str]] = defaultdict(list)
    for folder, several in sorted(doubtful.items()):
        if folder in BINS:
            by_names[" ".join(sorted(several))].append(folder)
    for line, folders in by_names.items():
        ground.notes.append(f"maybe {','.join(folders)} {line}")


def _program(name: str, *, one: bool) -> str:
    if name == "sh":
        return "sh>dash" if one else "sh|"
    return f"{name}|"


def debian(inputs: str) -> dict[str, GroundFacts]:
    """The suites of Debian in the archive."""
    source = Repository(inputs, "debuerreotype", "docker-debian-artifacts")
    found = {}
    for suite in ("bullseye", "bookworm", "trixie", "forky", "sid"):
        packages = index("debian", suite)
        if packages is None:
            raise SystemExit(f"debian {suite}: make debian.bin first")
        ground = GroundFacts("debian", suite, "apt", "derived")
        ground.commit = source.head("dist-amd64")[0]
        merged = suite in MERGED
        skeleton(ground, suite, merged=merged)
        if suite in ("bullseye", "bookworm"):
            ground.packages = manifest(source.show(f"{suite}/slim/rootfs.manifest", "dist-amd64"))
        else:
            ground.packages = minbase(packages)
        programs(ground, [packages], ground.packages, merged=merged)
        found[suite] = ground
    return found
