"""What the rules on programs share."""

from dockwright.rules.api import (
    Command,
    CommandLine,
    Contents,
    Known,
    Stage,
    State,
    clean,
    program_of,
    started,
)

TYPE_CHECKING = False

# Packages that are called otherwise than the program, where Debian has several that bring it.
PACKAGES = {
    "add-apt-repository": "software-properties-common",
    "adduser": "adduser",
    "addgroup": "adduser",
    "aclocal": "automake",
    "c++": "g++",
    "cc": "gcc",
    "crontab": "cron",
    "dig": "bind9-dnsutils",
    "envsubst": "gettext-base",
    "gpg": "gnupg",
    "ifconfig": "net-tools",
    "killall": "psmisc",
    "locale-gen": "locales",
    "lsb_release": "lsb-release",
    "mysql": "default-mysql-client",
    "nc": "netcat-openbsd",
    "netstat": "net-tools",
    "nslookup": "bind9-dnsutils",
    "pg_isready": "postgresql-client",
    "ping": "iputils-ping",
    "pip": "python3-pip",
    "pip3": "python3-pip",
    "pkill": "procps",
    "ps": "procps",
    "psql": "postgresql-client",
    "python": "python-is-python3",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "top": "procps",
    "vi": "vim-tiny",
    "xz": "xz-utils",
    "lsof": "lsof",
}
APK = {
    "adduser": "",
    "add-apt-repository": "",
    "bash": "bash",
    "curl": "curl",
    "gcc": "gcc",
    "git": "git",
    "gpg": "gnupg",
    "make": "make",
    "node": "nodejs",
    "npm": "npm",
    "pip": "py3-pip",
    "pip3": "py3-pip",
    "psql": "postgresql-client",
    "python3": "python3",
    "ssh": "openssh-client",
    "sudo": "sudo",
    "useradd": "shadow",
    "groupadd": "shadow",
    "usermod": "shadow",
}


def image_of(stage: Stage) -> str:
    """What messages call the image a stage builds on."""
    name = stage.lineage()[-1].base.name
    return name.value if isinstance(name, Known) and name.value else "the base image"


def package_for(contents: Contents, program: str) -> str | None:
    """The package of the image's distribution that brings `program`; None when not known."""
    if contents.distribution == "alpine":
        return APK.get(program) or None
    if contents.distribution != "debian":
        return None
    from dockwright.rules.api import packages

    index = packages.index(contents.distribution, contents.suite)
    if index is None:
        return None
    providers = index.providers(program)
    for name in (PACKAGES.get(program), program):
        if name is not None and name in providers:
            return name
    return providers[0] if len(providers) == 1 else None


def starts_as(state: State) -> "tuple[str, object] | None":
    """ENTRYPOINT or CMD, whichever names the program that the container starts."""
    entrypoint = state.entrypoint
    if not isinstance(entrypoint, Known):
        return None
    if entrypoint.value is not None:
        return "ENTRYPOINT", entrypoint.value
    cmd = state.cmd
    if not isinstance(cmd, Known) or cmd.value is None:
        return None
    return "CMD", cmd.value


def named_in(line: object, state: State) -> "tuple[Command, str] | None":
    """
    The first program of a command line of the final image, and its name, made absolute.

    A name without a slash is left to the PATH. None when nobody can say it.
    """
    if not isinstance(line, CommandLine) or line.step is None or line.argv == ("NONE",):
        return None
    script = line.step.script
    command = next(started(script), None) if script is not None else None
    name = program_of(command) if command is not None else None
    if command is None or not name:
        return None
    if "/" in name and not name.startswith("/"):
        if not isinstance(state.workdir, Known):
            return None
        name = clean(f"{state.workdir.value or '/'}/{name}")
    return command, name
