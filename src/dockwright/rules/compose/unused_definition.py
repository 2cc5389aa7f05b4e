"""DW6206 unused-definition."""

from dockwright.rules.api import (
    Bad,
    Composition,
    Files,
    Findings,
    Good,
    Rule,
    Service,
    compose_file,
    safe,
)

_SECTIONS = {
    "volumes": "volume",
    "networks": "network",
    "secrets": "secret",
    "configs": "config",
}


class UnusedDefinition(Rule):
    """
    Delete volumes, networks, secrets and configs that no service uses.

    Compose leaves them out of what it makes, so a definition that nobody uses is left over, or the
    service that should use it does not: its data are in the container, or in another volume than
    meant.

    Silent about a file without services, about files that include or extend others, when another
    Compose file stands in the folder (it may be laid over this one and use what is defined here),
    and when Compose would refuse a service.
    """

    code = "DW6206"
    name = "unused-definition"
    severity = "warning"
    tags = ("compose", "dead-code")

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    volumes: [data:/data]\nvolumes:\n  data:\n"
            "  old:\n    driver: local\n",
            at="old",
            fixed="services:\n  a:\n    image: a:1\n    volumes: [data:/data]\nvolumes:\n  data:\n",
        ),
        Bad(
            "services:\n  a:\n    image: a:1\nnetworks:\n  front:\n",
            at="front",
            fixed="services:\n  a:\n    image: a:1\n",
        ),
        Bad(
            "services:\n  a:\n    image: a:1\n    secrets: [one]\nsecrets:\n  one:\n"
            "    file: one.txt\n  two:\n    file: two.txt\n",
            at="two",
            fixed="services:\n  a:\n    image: a:1\n    secrets: [one]\nsecrets:\n  one:\n"
            "    file: one.txt\n",
        ),
        Good(
            "services:\n  a:\n    image: a:1\n    profiles: [x]\n    volumes: [data:/data]\n"
            "volumes:\n  data:\n"
        ),
        Good(
            "services:\n  a:\n    image: a:1\n    build:\n      context: .\n      secrets: [key]\n"
            "secrets:\n  key:\n    file: key.txt\n"
        ),
        Good("services:\n  a:\n    image: a:1\nnetworks:\n  default:\n    name: shared\n"),
        Good("volumes:\n  data:\n"),
        Good(
            Files(
                {
                    "compose.yaml": "services:\n  a:\n    image: a:1\nnetworks:\n  front:\n",
                    "compose.staging.yaml": "services:\n  a:\n    networks: [front]\n",
                }
            )
        ),
        Good("services:\n  a:\n    image: a:1\n    volumes_from: [b]\n  b:\n    image: b:1\n"),
        Good(
            "services:\n  a:\n    image: a:1\n    volumes:\n      - ${DATA:-./x}:/data\n"
            "volumes:\n  data:\n"
        ),
    )

    def check(self, project: Composition) -> Findings:
        if not project.standalone or not project.services or len(project.loaded.files) > 1:
            return
        if any(one.path[:1] in ((), ("services",), ("include",)) for one in project.problems):
            return
        text = project.source(project.main).text
        used: dict[str, set[str]] = {section: set() for section in _SECTIONS}
        for service in project.every:
            _uses(service, used)
        # A variable in the source of a volume may name any of them.
        unsure = "$" in text and _by_variable(project)
        unused = [
            (section, name, place)
            for section in _SECTIONS
            for name, place in project.section(section).places.items()
            if name in project.section(section)
            and name not in used[section]
            and place.key is not None
            and not (section == "networks" and name == "default")
            and not (section == "volumes" and unsure)
        ]
        if not unused or _beside(project):
            return
        for section, name, place in unused:
            yield self.at(
                project.spot(place, key=True), f"no service uses the {_SECTIONS[section]} {name}"
            ).fix(
                "delete it",
                safe(project.delete(section, name), changes=(f"compose:{section}",)),
            )


def _beside(project: Composition) -> bool:
    """Whether the folder has another Compose file, which may be laid over this one."""
    folder, _, main = project.main.rpartition("/")
    names = project.around.names(folder or "/") or ()
    return any(name != main and compose_file(name) for name in names)


def _by_variable(project: Composition) -> bool:
    for service in project.every:
        node = service.node
        volumes = node.get("volumes") if node is not None else None
        for item in getattr(volumes, "items", ()) if not hasattr(volumes, "pairs") else ():
            if "$" in getattr(item, "text", ""):
                return True
    return False


def _uses(service: Service, used: "dict[str, set[str]]") -> None:
    used["networks"].update(service.mapping("networks"))
    for entry in service.items("volumes"):
        if isinstance(entry, dict):
            used["volumes"].add(str(entry.get("source", "")))
    for section in ("secrets", "configs"):
        for keys in ((section,), ("build", section)):
            for entry in service.items(*keys):
                if isinstance(entry, dict):
                    used[section].add(str(entry.get("source", "")))
                else:
                    used[section].add(str(entry))
    runtime = service.get("credential_spec", "config")
    if runtime is not None:
        used["configs"].add(str(runtime))
