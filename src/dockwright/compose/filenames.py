"""The names of Compose files."""


def is_compose(name: str) -> bool:
    """Whether a file of this name is a Compose file: `compose.yaml`, `docker-compose.prod.yml`."""
    lowered = name.lower()
    stem, dot, ending = lowered.rpartition(".")
    if not dot or ending not in ("yml", "yaml"):
        return False
    return stem in ("compose", "docker-compose") or stem.startswith(
        ("compose.", "compose-", "docker-compose.", "docker-compose-", "docker-compose_")
    )
