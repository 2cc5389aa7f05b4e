"""Secrets of builds: which Compose gives, and which the Dockerfile mounts."""

from dockwright.rules.api import Build, Service, Stage


def given_ids(service: Service) -> "dict[str, int]":
    """The ids of the secrets that a build is given, and the index of each."""
    found: dict[str, int] = {}
    for index, _ in enumerate(service.items("build", "secrets")):
        source = service.text("build", "secrets", index, "source")
        found[service.text("build", "secrets", index, "target") or source] = index
    return found


def mounted(build: Build, stage: Stage) -> "list[tuple[str, bool]]":
    """The ids of the secrets that the stages of a target mount, and whether they must be there."""
    found: list[tuple[str, bool]] = []
    seen: list[Stage] = []
    waiting = [stage]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.append(one)
        waiting.extend(build.needs(one))
        for step in one.steps:
            for mount in step.mounts if step.name == "RUN" else ():
                if mount.kind != "secret":
                    continue
                name = mount.options.get("id") or mount.target.rpartition("/")[2]
                if name:
                    found.append((name, mount.options.get("required") in ("", "true", "1")))
    return found
