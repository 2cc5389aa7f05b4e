"""DW6103 control-socket-mounted."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service
from dockwright.rules.hardening._mounts import binds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SOCKETS = (
    ("docker.sock", "Docker"),
    ("containerd.sock", "containerd"),
    ("podman.sock", "Podman"),
    ("crio.sock", "CRI-O"),
    ("systemd/private", "systemd"),
)
# Folders that hold such a socket on a usual host.
_FOLDERS = ("/", "/var", "/var/run", "/run", "/run/containerd", "/run/systemd", "/run/docker")


class ControlSocketMounted(Rule):
    """
    Keep the engine's socket out of containers.

    Whoever can write to it starts a container with the host's root as a volume. A read-only mount
    keeps the file from being replaced and lets every request through. Where a service has to watch
    containers, a proxy that lets through only the requests it needs stands in between.

    Silent about services that are such a proxy, by their image's name, and about sockets below the
    project's own folder.
    """

    code = "DW6103"
    name = "control-socket-mounted"
    tags = ("compose", "security", "privileges")
    also = ("compose-lint:CL-0001", "kics:d6355c88", "semgrep:exposing-docker-socket-volume")

    examples = (
        Bad(
            "services:\n  ci:\n    image: ci:1\n    volumes:\n"
            "      - /var/run/docker.sock:/var/run/docker.sock:ro\n",
            at="/var/run/docker.sock:/var/run/docker.sock:ro",
        ),
        Bad("services:\n  ci:\n    image: ci:1\n    use_api_socket: true\n", at="use_api_socket"),
        Bad(
            "services:\n  node:\n    image: exporter:1\n    volumes: ['/:/host:ro']\n",
            at="'/:/host:ro'",
        ),
        Bad(
            "services:\n  ci:\n    image: ci:1\n    secrets: [engine]\n"
            "secrets:\n  engine:\n    file: /run/docker.sock\n",
            at="engine",
        ),
        Good(
            "services:\n  proxy:\n    image: tecnativa/docker-socket-proxy:0.3\n    volumes:\n"
            "      - /var/run/docker.sock:/var/run/docker.sock:ro\n"
        ),
        Good(
            "services:\n  a:\n    image: a:1\n    volumes:\n"
            "      - ./docker.sock:/a\n      - sock:/var/run/docker.sock\n      - /run/dbus:/b\n"
            "volumes:\n  sock: {}\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        if "socket-proxy" in service.text("image") or "socketproxy" in service.text("image"):
            return
        if service.get("use_api_socket") is True:
            message = "the service gets the engine's socket: it can do what root does on the host"
            yield self.at(service.key("use_api_socket"), message)
        for bind in binds(service):
            name = _socket(bind.source)
            if name:
                message = f"{name}'s socket is control over the host, also when mounted read-only"
            elif bind.source in _FOLDERS:
                message = f"`{bind.source}` holds the engine's socket, which is control of the host"
            else:
                continue
            yield self.at(bind.place, message, likely=bind.likely)
        for section in ("secrets", "configs"):
            for index, one in enumerate(service.items(section)):
                entries = service.project.section(section)
                source = one.get("source") if isinstance(one, dict) else None
                entry: Any = entries.get(str(source))
                file = entry.get("file") if isinstance(entry, dict) else None
                name = _socket(str(file)) if isinstance(file, str) else ""
                if name:
                    message = f"{name}'s socket, handed over as one of `{section}`"
                    yield self.at(service.value(section, index), message)


def _socket(path: str) -> str:
    return next((name for end, name in _SOCKETS if path.endswith(end)), "")
