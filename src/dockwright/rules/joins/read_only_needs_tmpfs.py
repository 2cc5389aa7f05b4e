"""DW6503 read-only-needs-tmpfs."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Rule, Service, safe
from dockwright.rules.joins._databases import image_of
from dockwright.rules.joins._mounts import mounts, volumes_of_image

# What the image's own program writes to at its start, and what covers it besides: in these images
# /var/run is a link to /run. From the images' entrypoints and built-in settings (pid file, socket,
# temporary files); postgres was tried with `docker run --read-only`.
_WRITES = {
    "nginx": (("/var/cache/nginx",), ("/var/run", "/run")),
    "postgres": (("/var/run/postgresql", "/run/postgresql"),),
    "mysql": (("/var/run/mysqld", "/run/mysqld"), ("/tmp",)),  # noqa: S108
    "mariadb": (("/run/mysqld", "/var/run/mysqld"), ("/tmp",)),  # noqa: S108
    "httpd": (("/usr/local/apache2/logs",),),
}  # fmt: skip
_SETTINGS = {
    "nginx": ("/etc/nginx",),
    "httpd": ("/usr/local/apache2/conf",),
    "postgres": (),
    "mysql": ("/etc/my.cnf", "/etc/mysql"),
    "mariadb": ("/etc/mysql",),
}


class ReadOnlyNeedsTmpfs(Rule):
    """
    Give a container with a read-only root the writable folders that its program needs.

    Some images write to fixed places at every start: nginx its cache and pid file, postgres and
    mysql their sockets. With `read_only` and nothing mounted there they stop with `Read-only file
    system`.

    Silent about other images and images built here, when a mount, a tmpfs or a volume of the image
    covers the place, and when the service has a command or settings of its own.
    """

    code = "DW6503"
    name = "read-only-needs-tmpfs"
    severity = "error"
    tags = ("compose", "read-only", "image")
    mentions = ("read_only",)

    examples = (
        Bad(
            "services:\n  db:\n    image: postgres:16\n    read_only: true\n",
            at="read_only",
            fixed="services:\n  db:\n    image: postgres:16\n    read_only: true\n"
            "    tmpfs:\n      - /var/run/postgresql\n",
        ),
        Bad(
            "services:\n  web:\n    image: nginx:1.27\n    read_only: true\n"
            "    tmpfs:\n      - /run\n",
            at="read_only",
            fixed="services:\n  web:\n    image: nginx:1.27\n    read_only: true\n"
            "    tmpfs:\n      - /run\n      - /var/cache/nginx\n",
        ),
        Good(
            "services:\n  web:\n    image: nginx:1.27\n    read_only: true\n"
            "    tmpfs: [/run, /var/cache]\n"
        ),
        Good("services:\n  web:\n    image: acme/nginx:1\n    read_only: true\n"),
        Good(
            "services:\n  web:\n    image: nginx:1.27\n    read_only: true\n"
            "    volumes: ['./nginx.conf:/etc/nginx/nginx.conf:ro']\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        name, _ = image_of(service)
        if service.get("read_only") is not True or "build" in service.config:
            return
        if name not in _WRITES or service.get("command") or service.get("entrypoint"):
            return
        found = mounts(service)
        if any(one.target.startswith(path) for one in found for path in _SETTINGS[name]):
            return
        configs = [str(e.get("target")) for e in service.items("configs") if isinstance(e, dict)]
        if any(target.startswith(path) for target in configs for path in _SETTINGS[name]):
            return
        stage = service.stage
        volumes = volumes_of_image(stage) if stage is not None else set()
        missing = [
            places[0]
            for places in _WRITES[name]
            if not any(one.covers(place) and not one.read_only for one in found for place in places)
            and not volumes.intersection(places)
        ]
        if not missing:
            return
        yield self.at(
            service.key("read_only"), f"{name} writes to {' and '.join(missing)} at every start"
        ).fix("mount a tmpfs there", safe(*_added(service, missing), changes=("compose:tmpfs",)))


def _added(service: Service, paths: "list[str]") -> "list[Edit | None]":
    if "tmpfs" not in service.config:
        return [service.add("tmpfs", "".join(f"\n  - {path}" for path in paths))]
    return [service.add_item(path, "tmpfs") for path in paths] if len(paths) == 1 else [None]
