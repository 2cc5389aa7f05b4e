"""Which program of an image can ask a service whether it answers."""

from dockwright.rules.api import Command, Known, Reason, Service, absent, clean, lazy, servicestate
from dockwright.rules.joins._entering import enterable
from dockwright.rules.joins._ready import has

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.rules.api import Knowledge

_PYTHON = "import urllib.request as u; u.urlopen('{url}', timeout=3)"
_NODE = "fetch('{url}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
# Options of curl and wget that do not matter to the probe; those that take a value, with it.
_PLAIN = frozenset((
    "--fail", "--silent", "--show-error", "--quiet", "--location", "--head", "--spider",
    "--no-verbose", "--no-check-certificate", "--insecure", "-nv", "-qO-", "-q",
))  # fmt: skip
_LETTERS = frozenset("fsSqLkI")
_VALUED = frozenset((
    "-m", "--max-time", "-t", "--tries", "-T", "--timeout", "-o", "--output", "-O",
    "--output-document", "--connect-timeout", "--retry",
))  # fmt: skip

_TOOLS = frozenset(("curl", "wget", "nc", "netcat", "pg_isready", "redis-cli", "mysqladmin"))
# What brings programs when a container starts; a script may do the same.
_INSTALL = lazy(r"\b(?:apk|apt|apt-get|dnf|yum|microdnf|zypper|opkg|pacman|npm|pip3?)\b|\.sh\b")
_OF_PROJECT = lazy(r"/\.local/bin$|venv[^/]*/bin$|/node_modules/\.bin$")


def missing(service: Service, name: str) -> Reason | None:
    """Why the image has no program `name`; None when it has, or a mount may bring it."""
    state = service.state
    if state is None or state.stage.os != "linux":
        return None
    path = enterable(service, _path(service))
    if "/" in name:
        if not name.startswith("/"):
            return None
        places = [clean(name)]
    elif isinstance(path, Known):
        places = [f"{folder}/{name}" for folder in path.value.split(":") if folder]
    else:
        return None
    if _installs(service):
        return None
    if any(_covers(target, place) for target in _targets(service) for place in places):
        return None
    found = absent(state.files, name, path)
    if found is not None or name not in _TOOLS or not isinstance(path, Known):
        return found
    # What pip and npm install for one user or project brings no such tool.
    folders = [one for one in path.value.split(":") if not _OF_PROJECT.search(one)]
    rest = Known(":".join(folders), Reason(path.reason.text, firm=False))
    found = absent(state.files, name, rest)
    return None if found is None else Reason(found.text, found.source, found.span, firm=False)


def _installs(service: Service) -> bool:
    """Whether the service itself installs something when it starts, or may."""
    text = " ".join(str(word) for key in ("entrypoint", "command") for word in service.items(key))
    return _INSTALL.search(text) is not None or "post_start" in service.config


def _path(service: Service) -> "Knowledge | None":
    """The PATH of the containers; an unreadable env_file hardly ever sets it."""
    if "PATH" in service.mapping("environment"):
        return servicestate.effective_env(service, "PATH")
    state = service.state
    return state.env("PATH") if state is not None else None


def _targets(service: Service) -> "list[str]":
    """Where something is mounted."""
    found = [
        str(service.get("volumes", at, "target")) for at in range(len(service.items("volumes")))
    ]
    for section in ("configs", "secrets"):
        for at in range(len(service.items(section))):
            target = service.text(section, at, "target")
            if target:
                found.append(target if target.startswith("/") else f"/run/secrets/{target}")
    if "volumes_from" in service.config:
        found.append("/")
    return [clean(one) for one in found]


def _covers(target: str, place: str) -> bool:
    return target in ("/", place) or place.startswith(target + "/")


def url_of(command: Command) -> str | None:
    """What a call of curl or wget asks for, when nothing else about it matters."""
    if command.name not in ("curl", "wget") or command.redirects:
        return None
    found = None
    skip = False
    for word in command.args:
        value = word.value
        if skip:
            skip = False
        elif value is None:
            return None
        elif value.startswith("-"):
            if value in _VALUED:
                skip = True
            elif value.partition("=")[0] not in _VALUED and not _harmless(value):
                return None
        elif found is None:
            found = value
        else:
            return None
    if found is None or any(one in found for one in "'\"\\$"):
        return None
    if "://" not in found:
        return f"http://{found}"
    return found if found.startswith("http://") else None


def _harmless(option: str) -> bool:
    """Whether the probe is the same without this option."""
    letters = not option.startswith("--") and set(option[1:]) <= _LETTERS
    return letters or option in _PLAIN


def asking(service: Service, url: str) -> str | None:
    """A test of a Compose file that asks for `url` with what the image has."""
    for name in ("python", "python3"):
        if has(service, name):
            return f'["CMD", "{name}", "-c", "{_PYTHON.format(url=url)}"]'
    if has(service, "node"):
        return f'["CMD", "node", "-e", "{_NODE.format(url=url)}"]'
    if has(service, "wget"):
        return f'["CMD", "wget", "-q", "-T", "3", "-O", "/dev/null", "{url}"]'
    if has(service, "curl"):
        return f'["CMD", "curl", "-fsS", "-m", "3", "-o", "/dev/null", "{url}"]'
    return None
