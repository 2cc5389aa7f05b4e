"""Base images for the tests of effects: what `debian:*-slim` and `alpine` have, in part."""

from dockwright.facts.contents import Account, Contents
from dockwright.facts.ground import Listing, note
from dockwright.facts.image import ImageFacts
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.port import FactSource
from dockwright.model.stages import Build
from tests.support.models import build_of, image_of

_COMMON = (
    "apt base-files base-passwd bash bsdutils coreutils dash debconf debian-archive-keyring"
    " debianutils diffutils dpkg findutils grep gzip hostname init-system-helpers libacl1 libattr1"
    " libaudit-common libaudit1 libblkid1 libbz2-1.0 libc-bin libc6 libcap-ng0 libcap2 libcrypt1"
    " libdebconfclient0 libgcc-s1 libgmp10 liblz4-1 liblzma5 libmd0 libmount1 libpam-modules"
    " libpam-modules-bin libpam-runtime libpam0g libpcre2-8-0 libseccomp2 libselinux1"
    " libsemanage-common libsemanage2 libsepol2 libsmartcols1 libstdc++6 libsystemd0 libtinfo6"
    " libudev1 libuuid1 libxxhash0 libzstd1 login mawk mount ncurses-base ncurses-bin passwd"
    " perl-base sed sysvinit-utils tar tzdata util-linux zlib1g "
)
# As `dpkg-query -W` lists them in debian:bookworm-slim and debian:trixie-slim.
PACKAGES = {
    "bookworm": _COMMON + "adduser e2fsprogs gcc-12-base gpgv libapt-pkg6.0 libcom-err2 libdb5.3"
    " libext2fs2 libffi8 libgcrypt20 libgnutls30 libgpg-error0 libhogweed6 libidn2-0 libnettle8"
    " libp11-kit0 libss2 libtasn1-6 libunistring2 logsave usr-is-merged util-linux-extra",
    "trixie": _COMMON + "gcc-14-base libapt-pkg7.0 libbsd0 libdb5.3t64 libhogweed6t64"
    " liblastlog2-2 libnettle8t64 libsqlite3-0 libssl3t64 login.defs openssl-provider-legacy sqv",
}
_PROGRAMS = (
    "sh bash cat cp mv rm ls mkdir chmod chown sed grep tar gzip find xargs awk mawk perl su apt"
    " apt-get apt-mark apt-cache dpkg ln touch tee id env install printf yes echo sort"
)
_SBIN = "useradd usermod groupadd ldconfig update-rc.d start-stop-daemon"
_ALPINE = "cat cp mv rm ls mkdir chmod chown sed grep tar gzip find xargs wget nc vi ps id env"


def _base(distribution: str, suite: str) -> Contents:
    reason = Reason(f"what is in {distribution} {suite}")
    names: dict[str, dict[str, str]] = {}
    note(names, "/", "usr/ etc/ var/ opt/ home/ root/:0700 tmp/:1777 srv/ run/ mnt/")
    note(names, "/usr", "bin/ sbin/ lib/ share/ local/ include/")
    note(names, "/usr/local", "bin/ sbin/ lib/ share/ etc/")
    note(names, "/usr/local/bin", "")
    note(names, "/usr/local/sbin", "")
    note(names, "/opt", "")
    note(names, "/tmp", "")
    note(names, "/var", "lib/ cache/ log/")
    note(names, "/etc", "passwd:0644 group:0644 alternatives/")
    note(names, "/etc/alternatives", "awk>/usr/bin/mawk")
    packages = None
    if distribution == "alpine":
        note(names, "/", "bin/ sbin/ lib/")
        note(names, "/bin", f"busybox =/bin/busybox sh {_ALPINE}")
        note(names, "/sbin", "apk")
        note(names, "/usr/bin", "")
        note(names, "/usr/sbin", "adduser>/bin/busybox addgroup>/bin/busybox")
        note(names, "/etc/apk", "repositories:0644 world:0644")
    else:
        note(names, "/", "bin>usr/bin sbin>usr/sbin lib>usr/lib")
        note(names, "/usr/bin", _PROGRAMS + " update-alternatives")
        note(names, "/usr/sbin", _SBIN + (" adduser" if suite == "bookworm" else ""))
        note(names, "/var/lib", "apt/ dpkg/")
        note(names, "/var/lib/apt", "lists/")
        note(names, "/var/lib/apt/lists", "")
        note(names, "/etc/apt", "sources.list:0644 sources.list.d/ apt.conf.d/")
        packages = PACKAGES.get(suite, "base-files").split()
        if distribution == "fedora":
            note(names, "/usr/bin", "dnf rpm")
            packages = None
    people = {
        "root": Account("root", 0, 0, "/root", "/bin/sh"),
        "nobody": Account("nobody", 65534, 65534, "/nonexistent", "/usr/sbin/nologin"),
    }
    ground = Listing(
        names,
        reason,
        partial=("/etc", "/usr", "/usr/lib", "/usr/share", "/var", "/var/lib", "/etc/apt"),
        users=people,
        groups={"root": Account("root", 0), "nogroup": Account("nogroup", 65534)},
        manager={"alpine": "apk", "fedora": "rpm"}.get(distribution, "apt"),
        packages=packages,
    )
    return Contents(ground, distribution=distribution, suite=suite)


def _image(name: str, distribution: str, suite: str) -> ImageFacts:
    return image_of(name, _base(distribution, suite))


IMAGES = FactSource(
    {
        "bookworm": _image("bookworm", "debian", "bookworm"),
        "trixie": _image("trixie", "debian", "trixie"),
        "ubuntu": _image("ubuntu", "ubuntu", "jammy"),
        "fedora": _image("fedora", "fedora", "40"),
        "alpine": _image("alpine", "alpine", "3.20"),
    }
)


def build(dockerfile: str) -> Build:
    """The model of a Dockerfile."""
    return build_of(dockerfile, facts=IMAGES)


def fails(dockerfile: str) -> bool:
    """Whether the command of the last line, a RUN, surely fails."""
    head, _, last = dockerfile.rpartition("\nRUN ")
    words = last.split(" ")
    flags = [word for word in words if word.startswith("--mount")]
    command = " ".join(words[len(flags) :])
    question = f"if {command}; then :; else touch /tmp/failed; fi"
    return ask("\n".join((head, " ".join(("RUN", *flags, question)))), "path /tmp/failed") is True


def ask(dockerfile: str, question: str) -> object:
    """
    What the model says after the last instruction, as one word.

    `program NAME` and `path PATH`: True, False, or None when not known; with a "?" behind the
    answer when it is only likely ("True?"). `package NAME`, `user NAME` likewise; `link PATH` is
    where the link points; `fails` whether the last RUN surely fails.
    """
    made = build(dockerfile)
    assert made.final is not None
    state = made.final.state
    kind, _, name = question.partition(" ")
    if kind == "link":
        found = state.files.find(name)
        return found.value.target if isinstance(found, Known) and found.value else None
    if kind == "program":
        found = state.program(name)
    elif kind == "path":
        found = state.files.stat(name)
    elif kind in ("apt", "apk", "rpm"):
        found = state.files.package(kind, name)
    else:
        found = state.files.account(kind, name)
    if not isinstance(found, Known):
        assert isinstance(found, Unknown)
        assert found.reason.text
        return None
    there = bool(found.value)
    return there if found.firm else f"{there}?"
