"""What package managers, and programs that download or add accounts, read and write."""

from posixpath import basename

from dockwright.model.region import SCRATCH, SYSTEM, Region
from dockwright.model.touching import Seen, find
from dockwright.syntax.shell.nodes import HOLE
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_LOCAL_PACKAGE = lazy(r"/|\.(?:deb|rpm|apk)$")


def _system(seen: Seen) -> None:
    """
    A package manager of the system, or a program of its packages.

    dpkg, apk and rpm run with `/` as their root and take nothing from the working directory but
    what a path names.
    """
    seen.out.both(*SYSTEM, *seen.at_home())
    for arg in seen.args:
        if _LOCAL_PACKAGE.search(arg) and "://" not in arg and not arg.startswith("-"):
            seen.out.reads.append(seen.region(arg))
        elif (
            arg.startswith(("--root", "-p", "--installroot", "--chdir", "-C"))
            and "apk" in seen.name
        ):
            seen.out.unknown = seen.out.unknown or f"`{seen.name}` works on another root"


_HOME_OPTIONS = ("-d", "--home", "--home-dir", "-h", "-b", "--base-dir")


def _accounts(seen: Seen) -> None:
    """useradd, adduser and their like: the files in /etc, and the home they make."""
    out = seen.out
    out.both(Region("/etc", "the accounts"), Region("/var/mail"), Region("/var/spool"))
    out.reads.append(Region("/usr/share", "the system's folders"))
    if seen.name in ("useradd", "adduser", "usermod", "userdel", "deluser"):
        homes = [value for option in _HOME_OPTIONS if (value := seen.value(option)) is not None]
        if seen.name in ("userdel", "deluser"):
            out.unknown = out.unknown or f"`{seen.name}` may take a home away"
        for home in homes:
            out.both(seen.region(home, "a home directory"))
        if not homes:
            takes = (
                "-u", "-g", "-G", "-s", "-c", "-k", "-K", "-e", "-f", "-p", "--uid", "--gid",
                "--groups", "--shell", "--comment", "--ingroup", "--gecos", "--password",
            )  # fmt: skip
            names = seen.operands(*takes)
            known = [one for one in names if HOLE not in one]
            for one in known or [""]:
                out.both(Region(f"/home/{one}".rstrip("/"), "a home directory"))


_NOT_FOR_PACKAGES = frozenset(("/etc", "/boot", "/dev", "/proc", "/sys", "/run"))


def language(seen: Seen) -> None:
    """Where the packages of a language go: the system, environments on the PATH, the home."""
    seen.out.reads += SYSTEM
    seen.out.writes += (region for region in SYSTEM if region.root not in _NOT_FOR_PACKAGES)
    seen.out.both(*seen.at_home(), *seen.venvs)
    seen.out.foreign = True


def _pip(seen: Seen) -> None:
    """pip and `uv pip`: named packages only; others are installs of a project."""
    args = seen.operands(*PIP_TAKES)
    sub = args[0] if args else ""
    if sub in ("list", "freeze", "check", "show", "cache", "config", "debug"):
        language(seen)
        return
    if sub not in ("install", "uninstall", "download", "wheel"):
        seen.out.unknown = seen.out.unknown or "this use of pip is not followed"
        return
    from dockwright.model.installs import plain_requirement

    named = args[1:]
    local = seen.value("-e", "--editable") is not None or any(
        seen.value(*pair) is not None for pair in (("-r", "--requirement"), ("-c", "--constraint"))
    )
    if local or not all(plain_requirement(one) for one in named):
        seen.out.unknown = seen.out.unknown or "this pip installs from files"
        return
    language(seen)
    for target in (seen.value("-t", "--target"), seen.value("--prefix"), seen.value("--root")):
        if target:
            seen.out.both(seen.region(target))
    if sub in ("download", "wheel"):
        where = seen.value("-d", "--dest", "-w", "--wheel-dir")
        seen.out.both(seen.region(where) if where else seen.around())
    find = seen.value("-f", "--find-links")
    if find and "://" not in find:
        seen.out.reads.append(seen.region(find))


PIP_TAKES = (
    "-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-t", "--target", "-i",
    "--index-url", "--extra-index-url", "-f", "--find-links", "--trusted-host", "--prefix",
    "--root", "--src", "--python", "-p", "--proxy", "--timeout", "--retries", "--cert",
    "--no-binary", "--only-binary", "--platform", "--python-version", "--implementation", "--abi",
    "--global-option", "--install-option", "--config-settings", "-C", "--cache-dir", "--log",
    "--progress-bar", "--upgrade-strategy", "-d", "--dest", "-w", "--wheel-dir",
)  # fmt: skip


def _python(seen: Seen) -> None:
    """`python -m pip` puts the working directory on its path, so it reads there."""
    args = seen.args
    if args[:2] == ["-m", "pip"]:
        seen.args = args[2:]
        _pip(seen)
        seen.out.reads.append(seen.around())
    elif args[:2] in (["-m", "venv"], ["-m", "virtualenv"]):
        language(seen)
        seen.args = args[2:]
        seen.out.both(*(seen.region(one) for one in seen.operands("--prompt")))
        seen.out.reads.append(seen.around())
    elif args in (["--version"], ["-V"]):
        language(seen)
    else:
        seen.out.unknown = seen.out.unknown or f"nobody knows here what `{seen.name}` runs"


def _virtualenv(seen: Seen) -> None:
    language(seen)
    seen.out.both(*(seen.region(one) for one in seen.operands("-p", "--python", "--prompt")))


def _npm(seen: Seen) -> None:
    """With `-g` npm leaves the project's .npmrc and package.json aside (npm config, "global")."""
    args = seen.args
    everywhere = any(arg in ("-g", "--global", "--location=global") for arg in args)
    operands = seen.operands("--registry", "--prefix", "--cache")
    sub = operands[0] if operands else ""
    if sub in ("cache", "config", "set", "--version", "version") or args in (["-v"], ["--version"]):
        language(seen)
        if not (sub == "cache" or args in (["-v"], ["--version"])):
            seen.out.reads.append(seen.around())
        return
    if everywhere and sub in ("install", "i", "add", "update", "uninstall", "rm", "link"):
        paths = [one for one in operands[1:] if one.startswith((".", "/", "~", HOLE, "file:"))]
        if not paths and operands[1:] and sub != "link":
            language(seen)
            return
    seen.out.unknown = seen.out.unknown or f"this use of `{seen.name}` reads the project"


def _corepack(seen: Seen) -> None:
    """`corepack enable` makes links beside node; `prepare` with a name takes no project's."""
    language(seen)
    operands = seen.operands("--install-directory")
    if operands[:1] != ["enable"] and not (operands[:1] == ["prepare"] and len(operands) > 1):
        seen.out.reads.append(seen.around())


def _gem(seen: Seen) -> None:
    operands = seen.operands("-v", "--version", "--source", "-i", "--install-dir", "-n", "--bindir")
    if operands[:1] in (["install"], ["update"]) and not any(
        "/" in one or one.endswith(".gem") or HOLE in one for one in operands
    ):
        language(seen)
        return
    seen.out.unknown = seen.out.unknown or "this use of gem is not followed"


def _go(seen: Seen) -> None:
    """`go install path@version` leaves the go.mod of the working directory aside."""
    operands = seen.operands("-ldflags", "-tags", "-p", "-o")
    named = operands[1:]
    if operands[:1] == ["install"] and named and all("@" in one for one in named):
        language(seen)
        _go_folders(seen)
        return
    if operands[:1] == ["clean"] and all(
        arg in ("clean", "-cache", "-modcache") for arg in seen.args
    ):
        _go_folders(seen)
        return
    if operands[:1] in (["version"], ["env"]) and "-w" not in seen.args:
        seen.out.reads.append(seen.around())
        language(seen)
        return
    seen.out.unknown = seen.out.unknown or "this use of go reads the module"


def _go_folders(seen: Seen) -> None:
    seen.out.both(Region("/go", "Go's folders"), Region("/usr/local/go"), *seen.at_home(), *SCRATCH)


# The letters of curl's short options that take a value.
_CURL_VALUES = "AbcCdDeEFHKmoQrtTuUwxXyYz"


def _short(args: "list[str]", letter: str, takes: str) -> str | None:
    """The value of a short option, also in a cluster: `-qO-`, `-fsSLo file`."""
    for index, arg in enumerate(args):
        if len(arg) < 2 or arg[0] != "-" or arg[1] == "-":
            continue
        for at, one in enumerate(arg[1:], 1):
            if one == letter:
                following = args[index + 1] if index + 1 < len(args) else ""
                return arg[at + 1 :] or following
            if one in takes:
                break
    return None


def _download(seen: Seen) -> None:
    """curl and wget: what they write, and the files of configuration they read."""
    out = seen.out
    out.reads += [*seen.at_home(), Region("/etc", "certificates"), Region("/usr", "certificates")]
    wget = seen.name == "wget"
    args = seen.args
    reads = ("@", "-K", "-T") if seen.name == "curl" else ("-i", "--input", "--config")
    if any(arg.startswith(reads) for arg in args):
        out.unknown = out.unknown or f"`{seen.name}` reads files"
        return
    target = seen.value("--output-document" if wget else "--output")
    if target is None:
        target = _short(args, "O" if wget else "o", "aeoitTwQPUlAR" if wget else _CURL_VALUES)
    folder = seen.value("-P", "--directory-prefix") if wget else seen.value("--output-dir")
    if folder:
        out.both(seen.region(folder.rstrip("/") + "/"))
    if target:
        if target != "-":
            out.both(seen.region(target))
    elif (
        not folder and (wget or any("O" in a for a in args if a[:1] == "-" and a[:2] != "--"))
    ) or (not wget and any(arg.startswith("--remote-name") for arg in args)):
        out.both(seen.around())


def _git(seen: Seen) -> None:
    """`git clone` of an address."""
    takes = ("-b", "--branch", "--depth", "-c", "--config", "-o", "--origin", "--filter", "-j")
    operands = seen.operands(*takes)
    out = seen.out
    if operands[:1] == ["config"] and "--global" in seen.args:
        out.both(*seen.at_home())
        return
    if operands[:1] == ["clone"] and len(operands) in (2, 3) and "://" in operands[1]:
        out.reads += [*seen.at_home(), Region("/etc"), Region("/usr")]
        if len(operands) == 3:
            out.both(seen.region(operands[2]))
            return
        name = basename(operands[1].rstrip("/")).removesuffix(".git")
        out.both(seen.region(name if HOLE not in name else "."))
        return
    out.unknown = out.unknown or "this use of git is not followed"


def _temporary(seen: Seen) -> None:
    seen.out.both(*SCRATCH)
    seen.out.both(*(seen.region(path) for path in seen.paths()))


PROGRAMS: "dict[str, Callable[[Seen], None]]" = {
    **dict.fromkeys(
        (
            "apt", "apt-get", "aptitude", "apk", "dnf", "microdnf", "yum", "zypper", "tdnf", "dpkg",
            "apt-key", "add-apt-repository", "apt-mark", "rpm", "update-ca-certificates",
            "ldconfig", "locale-gen", "update-alternatives", "dpkg-reconfigure", "localedef",
            "debconf-set-selections", "a2enmod", "a2dismod", "a2ensite", "a2dissite",
            "update-locale",
            "docker-php-ext-install", "docker-php-ext-enable", "docker-php-ext-configure", "pecl",
            "install-php-extensions", "fc-cache", "update-rc.d", "apt-install", "install_packages",
        ),
        _system,
    ),
    **dict.fromkeys(
        (
            "useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod", "passwd",
            "chpasswd", "gpasswd", "chsh", "userdel", "deluser", "groupdel", "delgroup",
        ),
        _accounts,
    ),
    "pip": _pip,
    "pip3": _pip,
    "python": _python,
    "python3": _python,
    "virtualenv": _virtualenv,
    "npm": _npm,
    "corepack": _corepack,
    "gem": _gem,
    "go": _go,
    "curl": _download,
    "wget": _download,
    "git": _git,
    "find": find,
    "mktemp": _temporary,
}  # fmt: skip
