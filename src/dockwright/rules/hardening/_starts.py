"""
What official images do as root before they start their program, and where that one writes.

Each row was read off the image's entrypoint: github.com/docker-library/postgres@6edb0a8c,
redis/docker-library-redis@e5650da9 and nginx/docker-nginx@0d7f4380. The capabilities are those it
needs of the ones that Docker leaves a container.
"""

from dockwright.rules.api import Known, Service, lazy, re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockwright.rules.api import Stage


class Start:
    """
    An image whose entrypoint starts `program` with what it needs.

    `capabilities` are those its entrypoint uses as root; `tmpfs` the folders it writes to beside
    its volume, None when they hang on its configuration; `data` is the variable that may move its
    data out of the volume; `tags` which versions the row holds for.
    """

    __slots__ = ("capabilities", "data", "program", "tags", "tmpfs")

    def __init__(
        self,
        program: str,
        capabilities: str,
        tmpfs: tuple[str, ...] | None,
        data: str = "",
        tags: "re.Pattern[str] | None" = None,
    ) -> None:
        self.program = program
        self.capabilities = capabilities.split()
        self.tmpfs = tmpfs
        self.data = data
        self.tags = tags


_STARTS = {
    # It makes and chowns $PGDATA, whose mode keeps root out, and the socket's folder; bash keeps
    # here-documents in /tmp.
    "postgres": Start(
        "postgres",
        "CHOWN DAC_OVERRIDE FOWNER SETGID SETUID",
        ("/tmp", "/var/run/postgresql"),  # noqa: S108 - a folder of the container
        "PGDATA",
    ),
    # It chowns what is in /data. From 8 on the entrypoint takes care of capabilities by itself.
    "redis": Start(
        "redis-server",
        "CHOWN DAC_OVERRIDE SETGID SETUID",
        (),
        "",
        lazy(r"[67](?:[.-]|$)"),
    ),
    # The master stays root: it chowns its cache, reads keys, binds, and signals its workers. Where
    # it writes stands in its configuration, and without a writable one it leaves out IPv6.
    "nginx": Start("nginx", "CHOWN DAC_OVERRIDE KILL NET_BIND_SERVICE SETGID SETUID", None),
}
# Instructions after which an image still starts in the same way.
_PLAIN = ("COPY", "ADD", "ENV", "LABEL", "EXPOSE", "ARG", "HEALTHCHECK", "STOPSIGNAL")
_MARKED = lazy(
    r"\bsetcap\b|\bchmod\b[^;&|]*(?:\+[rwx]*s|\b[2467][0-7]{3}\b)|\bsudo\b"
    r"|(?:^|[;&|(]|CMD(?:-SHELL)?)\s*(?:/\S+/)?ping6?\s"
)


def known_start(service: Service) -> Start | None:
    """The row of the image that a service starts as that image was made to be started."""
    stage = service.stage
    if stage is None or any(service.get(key) for key in ("entrypoint", "user", "working_dir")):
        return None
    line = stage.lineage()
    if any(step.name not in _PLAIN for one in line for step in one.steps):
        return None
    reference = next((one.base.parsed for one in line if one.base.kind == "image"), None)
    if reference is None or reference.registry != "docker.io":
        return None
    found = _STARTS.get(reference.path.removeprefix("library/"))
    if found is None or not reference.path.startswith("library/"):
        return None
    if found.tags is not None and not found.tags.match(reference.tag):
        return None
    words = words_of(service, "command")
    if words and words[0] != found.program and not words[0].startswith("-"):
        return None
    return found


def words_of(service: Service, *keys: str) -> list[str]:
    """The words of a command that the Compose file gives."""
    value = service.get(*keys)
    return [str(one) for one in value] if isinstance(value, list) else str(value or "").split()


def writes(service: Service, start: Start) -> list[str] | None:
    """
    The folders beside its volumes that the service writes to; None when they are not known.

    Paths in the command, scripts for a first start and another place for the data may write
    anywhere.
    """
    if start.tmpfs is None or any("/" in word for word in words_of(service, "command")):
        return None
    environment = service.mapping("environment")
    if start.data in environment or any("_INITDB" in key for key in environment):
        return None
    stage = service.stage
    if stage is None or (start.data and any(one.steps for one in stage.lineage())):
        return None
    if service.items("volumes_from") or service.mapping("develop") or any(copied(service)):
        return None
    volumes: Any = service.items("volumes")
    targets = [_resolved(str(one.get("target") or "")) for one in volumes if isinstance(one, dict)]
    if any("initdb" in target and not target.endswith((".sql", ".sql.gz")) for target in targets):
        return None
    return [
        path
        for path in start.tmpfs
        if not any((_resolved(path) + "/").startswith(target + "/") for target in targets)
    ]


def _resolved(path: str) -> str:
    """A path with the link that `/var/run` is followed."""
    return path.rstrip("/").replace("/var/run", "/run", 1)


def copied(service: Service) -> "Iterator[tuple[str, int]]":
    """
    The secrets and configs that Compose copies into the container: all that are no file.

    Into a read-only container it does not (docker/compose, pkg/compose/secrets.go).
    """
    for section in ("secrets", "configs"):
        entries = service.project.section(section)
        used: list[Any] = list(service.items(section))
        for index, one in enumerate(used):
            entry = entries.get(str(one.get("source"))) if isinstance(one, dict) else None
            if isinstance(entry, dict) and "file" not in entry and not entry.get("external"):
                yield section, index


def gains_nothing(service: Service, start: Start | None) -> bool:
    """Whether no program in the image is there to give a process more rights than it has."""
    stage = service.stage
    if stage is None:
        return False
    state = stage.state
    path = state.env("PATH")
    if start is None and not all(state.files.lacks(name, path) for name in ("sudo", "doas")):
        return False
    parts = [*words_of(service, "command"), *words_of(service, "entrypoint")]
    parts += words_of(service, "healthcheck", "test")
    return not _MARKED.search(" ".join(parts)) and not any(_marked(one) for one in stage.lineage())


def _marked(stage: "Stage") -> bool:
    return any(
        step.name in ("RUN", "HEALTHCHECK", "CMD", "ENTRYPOINT")
        and _MARKED.search(step.node.joined.text)
        for step in stage.steps
    ) or any(step.node.heredocs for step in stage.steps if step.name == "RUN")


def runs_as_root(service: Service) -> bool | None:
    """Whether the first process is root's; None when that is not known."""
    if "user" in service.config:
        user = service.text("user")
    else:
        state = service.state
        own = state.user if state is not None else None
        if not isinstance(own, Known) or not isinstance(own.value, str):
            return None
        user = own.value or "0"
    name = user.partition(":")[0]
    if not name or "$" in name:
        return None
    return name == "root" or (name.isdigit() and int(name) == 0)
