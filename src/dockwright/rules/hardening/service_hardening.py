"""DW6101 service-hardening."""

from dockwright.rules.api import (
    Bad,
    Composition,
    Edit,
    Files,
    Findings,
    Good,
    Rule,
    Service,
    safe,
    shown,
)
from dockwright.rules.hardening._capabilities import name_of
from dockwright.rules.hardening._starts import gains_nothing, known_start, runs_as_root, writes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WHAT = {
    "security_opt": "may gain privileges",
    "cap_drop": "keeps Docker's capabilities",
    "read_only": "may change its own programs",
}


class ServiceHardening(Rule):
    """
    Take from a service what it does not need: new privileges, capabilities, a writable root.

    `no-new-privileges` makes setuid programs useless, without capabilities root in a container can
    do hardly anything to the host, and on a read-only file system nothing can be left behind.
    The fix adds what the model shows to change nothing: for official images what their entrypoints
    need stays, a process that is not root has no capabilities to lose, and a read-only root comes
    with the tmpfs entries that the image writes to. Limits on memory, processor time and processes
    are named and left to those who know the load.

    Silent when something of it is there and the rest is not known to be safe, about privileged
    services, which have a finding of their own, and about files that are laid over others.
    """

    code = "DW6101"
    name = "service-hardening"
    severity = "info"
    tier = "optional"
    tags = ("compose", "security", "privileges")
    also = (
        "compose-lint:CL-0003",
        "compose-lint:CL-0006",
        "compose-lint:CL-0007",
        "compose-lint:CL-0026",
        "kics:27fcc7d6",
        "kics:610e266e",
        "kics:ce76b7d0",
        "kics:bb9ac4f7",
        "kics:6b610c50",
        "kics:221e0658",
        "semgrep:no-new-privileges",
        "semgrep:writable-filesystem-service",
    )

    examples = (
        Bad(
            "services:\n  db:\n    image: postgres:16-alpine\n",
            at="db",
            fixed="services:\n  db:\n    image: postgres:16-alpine\n    read_only: true\n"
            "    tmpfs:\n      - /tmp\n      - /var/run/postgresql\n"
            "    cap_drop:\n      - ALL\n"
            "    cap_add:\n      - CHOWN\n      - DAC_OVERRIDE\n      - FOWNER\n"
            "      - SETGID\n      - SETUID\n"
            "    security_opt:\n      - no-new-privileges:true\n",
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    ports: ['80:80']\n",
                    "Dockerfile": "FROM python:3.12-slim\nRUN useradd app\nUSER app\n",
                }
            ),
            at="web",
            fixed=Files(
                {
                    "compose.yaml": "services:\n  web:\n    build: .\n    ports: ['80:80']\n"
                    "    cap_drop:\n      - ALL\n"
                    "    security_opt:\n      - no-new-privileges:true\n",
                    "Dockerfile": "FROM python:3.12-slim\nRUN useradd app\nUSER app\n",
                }
            ),
        ),
        Bad(
            "services:\n  api:\n    image: acme/api:1\n",
            at="api",
            fixed="services:\n  api:\n    image: acme/api:1\n    read_only: true\n"
            "    tmpfs:\n      - /tmp\n    cap_drop:\n      - ALL\n"
            "    security_opt:\n      - no-new-privileges:true\n",
        ),
        Good(
            "services:\n  api:\n    image: acme/api:1\n"
            "    security_opt: ['no-new-privileges:true']\n"
        ),
        Good("services:\n  agent:\n    image: acme/agent:1\n    privileged: true\n"),
        Bad(
            "services:\n  db:\n    image: postgres:16-alpine\n    secrets: [pw]\n"
            "secrets:\n  pw:\n    environment: PW\n",
            at="db",
            fixed="services:\n  db:\n    image: postgres:16-alpine\n    secrets: [pw]\n"
            "    cap_drop:\n      - ALL\n"
            "    cap_add:\n      - CHOWN\n      - DAC_OVERRIDE\n      - FOWNER\n"
            "      - SETGID\n      - SETUID\n"
            "    security_opt:\n      - no-new-privileges:true\n"
            "secrets:\n  pw:\n    environment: PW\n",
        ),
    )

    def check(self, project: Composition) -> Findings:
        every = project.every
        overlaid = any("image" not in one.config and "build" not in one.config for one in every)
        if overlaid or not project.standalone:
            return
        shared = _extended(project)
        for service in every:
            if service.get("privileged") is True:
                continue
            missing = [key for key in _WHAT if not _has(service, key)]
            added = _safe(service, missing)
            if not missing or (len(missing) < len(_WHAT) and not added):
                continue
            said = [_WHAT[key] for key in missing]
            limits = _without_limits(service)
            said += [f"has no limit on {_listed(limits)}"] if limits else []
            node = service.node
            alone = node is not None and not node.anchor and service.name not in shared
            title, edits, changes = _fix(service, added)
            remedy = safe(*edits, changes=changes) if changes else shown(*edits)
            yield self.at(service.key(), f"{service.name} {_listed(said)}").fix(
                title, remedy if alone else None
            )


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _has(service: Service, key: str) -> bool:
    if key == "read_only":
        return service.get("read_only") is True
    if key == "cap_drop":
        return any(name_of(str(one)) == "ALL" for one in service.items("cap_drop"))
    options = [str(one).replace("=", ":").lower() for one in service.items("security_opt")]
    return any(one in ("no-new-privileges", "no-new-privileges:true") for one in options)


def _safe(service: Service, missing: list[str]) -> dict[str, list[str]]:
    """The keys to add with their values, as far as the model shows that they change nothing."""
    added: dict[str, list[str]] = {}
    root = runs_as_root(service)
    start = known_start(service) if root else None
    if root is None or not gains_nothing(service, start):
        return {}
    if "read_only" in missing and start is not None and not service.items("tmpfs"):
        folders = writes(service, start) if "tmpfs" not in service.config else None
        if folders is not None:
            added["read_only"] = []
            added |= {"tmpfs": folders} if folders else {}
    if "cap_drop" in missing and not service.items("cap_drop"):
        if root is False:
            added["cap_drop"] = ["ALL"]
        elif start is not None and not service.items("cap_add"):
            added |= {"cap_drop": ["ALL"], "cap_add": start.capabilities}
    if "security_opt" in missing:
        added["security_opt"] = ["no-new-privileges:true"]
    return added


def _fix(service: Service, added: dict[str, list[str]]) -> tuple[str, list[Edit | None], list[str]]:
    """Title, edits and, when they are safe, the keys they change."""
    if added:
        changes = [f"compose:{key}" for key in added]
        return "add what changes nothing for it", _edits(service, added), changes
    wanted: dict[str, list[str]] = {
        "read_only": [],
        "tmpfs": ["/tmp"],  # noqa: S108 - a folder of the container
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
    }
    volumes: Any = service.items("volumes")
    if any(isinstance(one, dict) and one.get("target") == "/tmp" for one in volumes):  # noqa: S108
        del wanted["tmpfs"]
    taken = [key for key in wanted if key in service.config]
    title = "try these, and give it back what turns out to be missing"
    return title, [] if taken else _edits(service, wanted), []


def _edits(service: Service, added: dict[str, list[str]]) -> list[Edit | None]:
    """One edit with all new keys, and one for a list that is already there."""
    edits = []
    block = {}
    for key, values in added.items():
        if key in service.config:
            edits += [service.add_item(value, key) for value in values]
        else:
            items = "".join(f"\n  - {value}" for value in values)
            block[key] = items if values else " true"
    if block:
        first, *others = block
        text = block[first].lstrip(" ") + "".join(f"\n{key}:{block[key]}" for key in others)
        edits.append(service.add(first, text))
    return edits


def _extended(project: Composition) -> set[str]:
    """The services that others extend."""
    found = set()
    for file in project.loaded.files.values():
        roots: list[Any] = file.stream.roots
        for root in roots:
            services = root.get("services") if hasattr(root, "get") else None
            for _, one in getattr(services, "pairs", ()):
                base: Any = one.get("extends") if hasattr(one, "get") else None
                name: Any = base.get("service") if hasattr(base, "get") else base
                found.add(getattr(name, "text", ""))
    return found


def _without_limits(service: Service) -> list[str]:
    limits = service.mapping("deploy", "resources", "limits")
    config = service.config
    found = []
    if not limits.get("memory") and not config.get("mem_limit"):
        found.append("memory")
    if not (limits.get("cpus") or config.get("cpus") or config.get("cpu_quota")):
        found.append("processor time")
    if not limits.get("pids") and not config.get("pids_limit"):
        found.append("processes")
    return found
