"""Ubuntu, and releases of Debian before those whose package indexes are at hand."""

# ruff: noqa: E501, SIM905 - tables of names

from dockwright.facts.packages import index
from tools.refresh_facts.image_grounds import (
    BINS,
    GroundFacts,
    manifest,
    minbase,
    programs,
    skeleton,
)
from tools.refresh_facts.repository import Repository

# Programs of the standard system, of Ubuntu's minimal one, or of packages that people ask for.
_NOT_REQUIRED = frozenset((
    "python3", "python3.4", "py3compile", "py3clean", "pyversions", "lsb_release", "file", "nc",
    "vi", "view", "ex", "rview", "less", "lesspipe", "lessfile", "lessecho", "lesskey",
    "locale-gen", "update-locale", "validlocale", "ubuntu-support-status", "update-motd",
    "ntpdate", "ntpdate-debian", "eject", "mtr", "console-setup", "setupcon", "ckbcomp",
    "plymouth", "whiptail", "lsusb", "dh_bash-completion", "ureadahead", "mountall",
))  # fmt: skip


# Released before the indexes at hand: required packages are the same by name, the rest differs.
def older(
    suite: str, packages: set[str] | None = None, distribution: str = "debian"
) -> GroundFacts:
    """A release whose index is not at hand: what the same packages bring in later ones."""
    ground = GroundFacts(distribution, suite, "apt", "derived")
    merged = distribution == "ubuntu" and suite in (
        "noble",
        "resolute",
        "jammy",
        "kinetic",
        "focal",
    )
    skeleton(ground, suite, merged=merged)
    kin = [one for name in ("bullseye", "bookworm", "trixie") if (one := index("debian", name))]
    if packages is None:
        # What bullseye and bookworm share was there before as well, adduser for instance: trixie
        # is the first without it.
        names = minbase(kin[0]) & minbase(kin[1])
        others = set.union(*(minbase(one) for one in kin)) - names
        # Libraries change their names; libc-bin and libpam-modules-bin bring programs.
        names = {
            one
            for one in names
            if not one.startswith(("lib", "gcc-")) or any(suite.programs(one) for suite in kin)
        }
        ground.packages = names
        ground.notes.append("libs " + " ".join(sorted(others)))
        perhaps = {
            path.rpartition("/")[2]
            for one in kin
            for package in others
            for path in one.programs(package) or ()
        }
        ground.notes.append(f"maybe {','.join(BINS[:4])} {' '.join(sorted(perhaps))}")
    else:
        ground.packages = packages
    programs(ground, kin, ground.packages, merged=merged)
    # Programs that left these packages since, or came with others that were required then.
    left = (
        "tempfile which install-info last lastb mesg utmpdump sg nologin run-mailcap see compose "
        "edit print vipw vigr hostnamectl systemctl journalctl perl5.14.2 perl5.18.2 perl5.20.2 "
        "perl5.22.1 perl5.24.1 perl5.26.1 perl5.28.1 perl5.30.0 perl5.32.1 perl5.34.0 insserv init "
        "telinit halt reboot shutdown poweroff runlevel startpar initctl start stop restart status "
        "udevadm udevd plymouth ip ss ifup ifdown ifquery dmsetup kmod lsmod modprobe insmod rmmod "
        "depmod modinfo fdisk cfdisk sfdisk ping ping6 netstat cpio eject sensible-editor select-editor "
        "more ps top free kill pkill pgrep uptime watch w vmstat pmap sysctl hwclock rtcwake lsusb "
        "gpg gpgv gpg-zip gpgsplit lspgpot gpgconf readlink whiptail apt-key apt-ftparchive passwd "
        "locale-gen update-locale validlocale dh_bash-completion resolvconf ureadahead mountall "
        "rsyslogd logrotate mtr cron crontab chvt openvt setfont loadkeys kbd_mode busybox nc vi view ex "
        "rview less lesspipe lessfile lessecho lesskey python3 python3.4 py3compile py3clean pyversions "
        "lsb_release file dbus-daemon dbus-send console-setup getty isc-dhclient dhclient makedev "
        "ubuntu-support-status update-motd mawk setupcon ckbcomp ntpdate ntpdate-debian"
    )
    if packages is None or suite in ("trusty", "xenial"):
        if distribution == "debian":
            # debootstrap's minbase is required packages and apt: none of these ever was in it.
            left = " ".join(one for one in left.split() if one not in _NOT_REQUIRED)
        elif packages is not None and "locales" not in packages:
            # Of the names above, those that one package alone brings, in Ubuntu as in Debian.
            for name in ("locale-gen", "update-locale", "validlocale"):
                left = left.replace(f"{name} ", "")
        ground.notes.append(f"maybe {','.join(BINS[:4])} {left}")
        ground.notes.append("libs passwd gnupg gpgv adduser iproute2 procps systemd udev kmod")
    return ground


UBUNTU = {
    "trusty": "14.04", "xenial": "16.04", "bionic": "18.04", "focal": "20.04", "jammy": "22.04",
    "kinetic": "22.10",
}  # fmt: skip
# Programs that people ask for most, of packages that are not in the base image.
NOT_THERE = (
    "curl wget git sudo python python2 python3 pip pip3 gcc g++ cc c++ make cmake nano vim vi emacs "
    "unzip zip jq ssh scp rsync svn hg node npm ruby java javac php go cargo rustc perl6 nc ncat "
    "netcat telnet dig nslookup host ping ip ifconfig netstat ss xz 7z file less man tmux screen "
    "htop lsof strace gdb bzip2 gpg openssl psql mysql redis-cli sqlite3 tini gosu dumb-init "
    "supervisord cron crontab nginx apache2 apachectl ffmpeg convert patch bison flex autoconf "
    "automake libtool pkg-config add-apt-repository lsb_release locale-gen envsubst dos2unix "
    "socat tree yarn docker kubectl helm terraform aws gcloud pipx poetry uv composer mvn gradle ant"
).split()


def ubuntu(inputs: str) -> dict[str, GroundFacts]:
    """Ubuntu's releases: those with a manifest of 2022, and 24.04 and 26.04 after it."""
    source = Repository(inputs, "tianon", "docker-brew-ubuntu-core")
    found = {}
    commit = source.head("dist-amd64")[0]
    for suite in UBUNTU:
        name = next(one for one in source.names(suite, "dist-amd64") if one.endswith(".manifest"))
        packages = manifest(source.show(f"{suite}/{name}", "dist-amd64"))
        ground = older(suite, packages, "ubuntu")
        ground.commit = commit
        found[suite] = ground
    for suite in ("noble", "resolute"):
        found[suite] = _newer(found["jammy"], suite)
        found[suite].commit = commit
    return found


def _newer(last: GroundFacts, suite: str) -> GroundFacts:
    """
    Ubuntu after 22.04: folders and users are those there always were, with the user `ubuntu`.

    Of programs only those are said that essential packages bring, and that are surely not there.
    """
    ground = GroundFacts("ubuntu", suite, "", "derived")
    skeleton(ground, suite, merged=True)
    ground.passwd("ubuntu:x:1000:1000::/home/ubuntu:/bin/bash")
    ground.groups["ubuntu"] = 1000
    ground.add("/home", "ubuntu/:750:1000:1000")
    kin = [one for name in ("bookworm", "trixie", "forky") if (one := index("debian", name))]
    essential = set.intersection(*({*one.essential} for one in kin)) | {"apt"}
    both = essential & last.packages
    programs(ground, kin, both, merged=True)
    for folder in ("/usr/bin", "/usr/sbin"):
        ground.partial.add(folder)
        for name in NOT_THERE:
            ground.files[folder].setdefault(name, f"!{name}")
    ground.notes = [one for one in ground.notes if not one.startswith("maybe")]
    return ground
