"""
What a service connects to, as its environment says: URLs, and groups such as DB_HOST, DB_USER.

A part that hangs on a variable nothing is known of is None; one that is not given is "".
"""

from dockwright.rules.api import Service, Spot, lazy, re, settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_URL = lazy(
    r"((?:jdbc:)?[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?:([^:@/\s,]*)(?::([^@/\s]*))?@)?"
    r"(\[[^\]\s]+\]|[^:/?#,;\s@\[\]]+)(?::([^/?#,;\s]*))?"
    r"(?:/([^?#;\s]*))?"
)
_HOST_KEY = lazy(
    r"((?:.*_)?(?:DB|DATABASE|POSTGRES|POSTGRESQL|PG|MYSQL|MARIADB|MONGO|MONGODB|REDIS|VALKEY"
    r"|RABBITMQ|AMQP|MSSQL|MEMCACHED|NATS|KAFKA|ELASTICSEARCH)_*)(?:HOST|HOSTNAME|SERVER|ADDRESS)",
    re.IGNORECASE,
)
_NAME = lazy(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")
_HOLE = "\0"
_VARIABLE = lazy(r"\$\{[^{}]*\}|\$[A-Za-z_]\w*")
_PARTS = {
    "user": ("USER", "USERNAME"),
    "password": ("PASSWORD", "PASS", "PASSWD", "PWD"),
    "database": ("NAME", "DATABASE", "DB", "DBNAME"),
    "port": ("PORT",),
}
#: Schemes of what a container connects to itself, and the port of each.
SCHEMES = {
    **dict.fromkeys(("postgres", "postgresql", "postgis", "pgsql"), 5432),
    **dict.fromkeys(("mysql", "mysql2", "mariadb"), 3306),
    **dict.fromkeys(("redis", "rediss", "valkey"), 6379),
    **dict.fromkeys(("mongodb",), 27017),
    **dict.fromkeys(("amqp", "amqps"), 5672),
    **dict.fromkeys(("nats",), 4222),
    **dict.fromkeys(("mssql", "sqlserver"), 1433),
    **dict.fromkeys(("cassandra",), 9042),
    **dict.fromkeys(("neo4j", "bolt"), 7687),
    **dict.fromkeys(("memcached",), 11211),
}


class Connection:
    """
    One thing a service connects to.

    `keys` says for each part which variable holds it; `scheme` is "" for a group; `firm` whether
    no variable had a say. `path` is the rest of a URL behind its host.
    """

    __slots__ = ("firm", "host", "keys", "parts", "scheme", "service")

    def __init__(
        self,
        service: Service,
        scheme: str,
        host: str | None,
        parts: "dict[str, str | None]",
        keys: "dict[str, str]",
        firm: bool,
    ) -> None:
        self.service = service
        self.scheme = scheme
        self.host = host
        self.parts = parts
        self.keys = keys
        self.firm = firm

    @property
    def kind(self) -> str:
        """The scheme without `jdbc:` and without the driver (`postgresql+asyncpg`)."""
        return self.scheme.lower().removeprefix("jdbc:").partition("+")[0]

    @property
    def port(self) -> int | None:
        """The port it names, None when it names none or it is not known."""
        text = self.parts.get("port") or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None

    def spot(self, part: str) -> Spot:
        """Where a part of it stands."""
        return self.service.value("environment", self.keys.get(part) or self.keys["host"])


def connections(service: Service) -> "Iterator[Connection]":
    """All that is found."""
    environment = service.mapping("environment")
    for key in environment:
        text, firm = text_of(service, key)
        if text is None:
            continue
        url = _URL.match(text)
        if url is not None:
            yield _url(service, key, url, firm)
            continue
        match = _HOST_KEY.fullmatch(key)
        if match is not None:
            yield from _group(service, key, match[1], text, firm)


def text_of(service: Service, key: str) -> "tuple[str | None, bool]":
    """
    A variable's text with a NUL for each variable nothing is known of, and whether it is firm.
    """
    value = service.get("environment", key)
    if not isinstance(value, str):
        return (str(value), True) if isinstance(value, int) else (None, True)
    if settled(value):
        return str(value), not getattr(value, "names", False)
    place = service.place("environment", key)
    raw = getattr(place.node, "text", None) if place is not None else None
    if not isinstance(raw, str) or place is None:
        return None, False
    if place.key is None or place.key.text != key:
        name, _, raw = raw.partition("=")
        if name != key:
            return None, False
    masked = _VARIABLE.sub(_HOLE, raw.replace("$$", "\1"))
    return (None if "$" in masked else masked.replace("\1", "$")), False


def _part(text: str | None) -> str | None:
    """A part of a URL; None when it has a hole or is escaped."""
    text = text or ""
    return None if _HOLE in text or "%" in text else text


def _url(service: Service, key: str, url: "re.Match[str]", firm: bool) -> Connection:
    host = _part(url[4])
    if host is not None and not _NAME.fullmatch(host):
        host = host if host.replace(".", "").isalnum() else None
    parts = {
        "user": _part(url[2]),
        "password": _part(url[3]),
        "port": _part(url[5]),
        "database": _part(url[6]),
    }
    return Connection(service, url[1], host, parts, dict.fromkeys(("host", *parts), key), firm)


def _group(
    service: Service, key: str, prefix: str, text: str, firm: bool
) -> "Iterator[Connection]":
    host, colon, port = text.partition(":")
    if not _NAME.fullmatch(host) and not host.replace(".", "").isdigit():
        return
    parts: dict[str, str | None] = {"port": port if colon else ""}
    keys = {"host": key, "port": key}
    environment = {name.upper(): name for name in service.mapping("environment")}
    for part, endings in _PARTS.items():
        if parts.get(part):
            continue
        for ending in endings:
            name = environment.get((prefix + ending).upper())
            if name is None:
                continue
            value, sure = text_of(service, name)
            parts[part] = None if value is None or _HOLE in value else value
            keys[part] = name
            firm = firm and sure
            break
        else:
            parts.setdefault(part, "")
    yield Connection(service, "", host, parts, keys, firm)
