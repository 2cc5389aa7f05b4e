"""DW6206 unused-definition."""

from dockwright.rules.api import Bad, Composition, Findings, Good, Rule, Service, safe

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

    Silent about a file without services, about files that include or extend others or are laid over
    another one (there the users may be elsewhere), and when Compose would refuse a service.
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
        if _around(project):
            return
        used: dict[str, set[str]] = {section: set() for section in _SECTIONS}
        for service in project.every:
            _uses(service, used)
        # A variable in the source of a volume may name any of them.
        unsure = "$" in text and _by_variable(project)
        for section, kind in _SECTIONS.items():
            entries = project.section(section)
            for name, place in entries.places.items():
                if name not in entries or name in used[section] or place.key is None:
                    continue
                if section == "networks" and name == "default":
                    continue
                if section == "volumes" and unsure:
                    continue
                edit = project.delete(section, name)
                yield self.at(
                    project.spot(place, key=True), f"no service uses the {kind} {name}"
                ).fix("delete it", safe(edit, changes=(f"compose:{section}",)))


def _around(project: Composition) -> bool:
    """Whether other files of the folder may be laid over this one."""
    folder = project.main.rpartition("/")[0]
    names = ("dev", "prod", "override", "local", "test", "production", "development", "ci")
    return any(
        project.around.exists(f"{folder}/{stem}.{name}.{ending}")
        for stem in ("docker-compose", "compose")
        for name in names
        for ending in ("yml", "yaml")
    )


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
