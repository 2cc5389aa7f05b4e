"""Secrets that stand in the environment of a service in clear text."""

from dockwright.rules.api import Service, credential, placeholder
from dockwright.rules.joins._connections import Connection, connections

_NO_SECRET = ("postgres", "mysql", "mariadb", "redis", "root", "guest", "user", "admin")


def secrets_of(service: Service) -> "list[tuple[str, str, str]]":
    """The variables that hold a literal secret, the secret, and how sure that is."""
    environment = service.mapping("environment")
    urls = {one.keys["host"]: one for one in connections(service) if one.scheme}
    own = {name for one in service.project.loaded.env_files.get(service.name, ())
           for name in one.values or () if environment.places.get(name) is one.place}  # fmt: skip
    found = []
    for key, value in environment.items():
        if not isinstance(value, str) or not value or getattr(value, "names", False) or key in own:
            continue
        if key in urls:
            secret = urls[key].parts.get("password")
            if (
                secret
                and not placeholder(secret)
                and not (secret in _NO_SECRET and _dev(urls[key]))
            ):
                found.append((key, secret, "certain"))
            continue
        sure, _ = credential(key, value)
        if sure and "://" not in value:
            found.append((key, value, sure))
    return found


def _dev(one: Connection) -> bool:
    """Whether user and password of a URL are the same word."""
    return one.parts.get("user") == one.parts.get("password")
