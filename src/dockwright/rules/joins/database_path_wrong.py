"""DW6506 database-path-wrong."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Rule, Service, Span, lazy, unsafe
from dockwright.rules.joins._databases import Kind, image_of, kind_of, sets_up, setting
from dockwright.rules.joins._mounts import Mounted, mounts

_MAJOR = lazy(r"(\d+)")
# Places that people take for the one where the image keeps its data.
_WRONG = {
    "postgres": lazy(
        r"/var/lib/(?:postgres(?:ql)?(?:[-/]?data)?|pgsql(?:/data)?|pg(?:data)?|postgresql?/\d+"
        r"(?:/main|/data)?)|/postgres(?:ql)?(?:[-/]data)?|/(?:data|db)/(?:postgres|pg)\w*"
    ),
    "mysql": lazy(r"/var/lib/(?:mysql[-/_]?data|mysqld|mysqldb|mariadb(?:/data)?)|/var/mysql"),
    "mongo": lazy(r"/data|/var/lib/mongo(?:db)?(?:/data)?|/data/mongo(?:db)?|/mongo(?:db)?/data"),
    "redis": lazy(r"/var/lib/redis(?:/data)?|/redis(?:[-/]data)?|/data/redis"),
}
_WRONG["mariadb"] = _WRONG["mysql"]


class DatabasePathWrong(Rule):
    """
    Mount the volume of a database where the image keeps its data.

    At another path the volume stays empty. The data goes to an anonymous volume, which the next
    `down` or a new container leaves behind. From version 18 on, `postgres` wants one mount at
    `/var/lib/postgresql` and does not start with one at `/var/lib/postgresql/data`.

    Silent when something is mounted at the right path too, when `PGDATA` or a command moves the
    data, about images built here, and about paths that mean nothing to this rule.
    """

    code = "DW6506"
    name = "database-path-wrong"
    severity = "error"
    tags = ("compose", "volume", "database")
    mentions = ("postg", "pgvector", "timescale", "mysql", "mariadb", "mongo", "redis", "valkey")

    examples = (
        Bad(
            "services:\n  db:\n    image: postgres:16\n    volumes:\n"
            "      - data:/var/lib/postgres\nvolumes:\n  data:\n",
            at="data:/var/lib/postgres",
            fixed="services:\n  db:\n    image: postgres:16\n    volumes:\n"
            "      - data:/var/lib/postgresql/data\nvolumes:\n  data:\n",
        ),
        Bad(
            "services:\n  db:\n    image: postgres:18-alpine\n    volumes:\n"
            "      - data:/var/lib/postgresql/data\nvolumes:\n  data:\n",
            at="data:/var/lib/postgresql/data",
            fixed="services:\n  db:\n    image: postgres:18-alpine\n    volumes:\n"
            "      - data:/var/lib/postgresql\nvolumes:\n  data:\n",
        ),
        Bad(
            "services:\n  db:\n    image: mongo:7\n    volumes:\n      - ./db:/data\n",
            at="./db:/data",
            fixed="services:\n  db:\n    image: mongo:7\n    volumes:\n      - ./db:/data/db\n",
        ),
        Good(
            "services:\n  db:\n    image: postgres:17\n    volumes:\n"
            "      - data:/var/lib/postgresql/data\n      - ./x:/var/lib/postgresql/x\n"
            "volumes:\n  data:\n"
        ),
        Good(
            "services:\n  db:\n    image: postgres:18\n    volumes:\n"
            "      - data:/var/lib/postgresql\nvolumes:\n  data:\n"
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      PGDATA: /data/postgres\n    volumes:\n      - data:/data/postgres\n"
            "volumes:\n  data:\n"
        ),
        Good("services:\n  db:\n    image: mysql:8\n    volumes: ['./conf:/etc/mysql/conf.d']\n"),
    )

    def check(self, service: Service) -> Findings:
        kind = kind_of(service)
        if kind is None or kind.name not in _WRONG or "build" in service.config:
            return
        if not sets_up(service, kind) or service.get("command") is not None:
            return
        if kind.name == "postgres" and setting(service, "PGDATA") != "":
            return
        if kind.name == "postgres" and image_of(service)[0] not in ("postgres", "postgis/postgis"):
            return
        data, likely = _data(service, kind)
        found = [one for one in mounts(service) if one.kind != "tmpfs"]
        if not data or any(one.target == data for one in found):
            return
        for one in found:
            if one.target == data.rpartition("/")[0] and kind.name == "mysql":
                continue
            new = data == "/var/lib/postgresql" and one.target == "/var/lib/postgresql/data"
            if not new and not _WRONG[kind.name].fullmatch(one.target):
                continue
            if new:
                message = (
                    f"{image_of(service)[0]} 18 keeps its data below {data} and does not start"
                )
                message += f" with a mount at {one.target}"
            else:
                message = (
                    f"{kind.name} keeps its data in {data}: nothing of it gets to {one.target}"
                )
            draft = self.at(one.spot(service), message, likely=likely)
            yield draft.fix(f"mount it at {data}", unsafe(_moved(service, one, data)))


def _data(service: Service, kind: Kind) -> tuple[str, bool]:
    """Where the data lies, and whether the version was guessed; "" when it is not known."""
    if kind.name != "postgres":
        return kind.data, False
    tag = image_of(service)[1]
    match = _MAJOR.match(tag)
    if match is None:
        # 18 has been the latest since September 2025.
        newest = tag in ("", "latest", "alpine", "trixie", "bookworm")
        return ("/var/lib/postgresql", True) if newest else ("", True)
    return ("/var/lib/postgresql" if int(match[1]) >= 18 else kind.data), False


def _moved(service: Service, one: Mounted, data: str) -> Edit | None:
    """The target where it stands, in the short or the long form."""
    place = service.own(*one.keys, "target") or service.own(*one.keys)
    if place is None:
        return None
    source = service.project.source(place.file)
    start, end = place.node.start, place.node.end
    text = source.text[start:end]
    if "\n" in text or "$" in text:
        return None
    at = text.rfind(one.target)
    before, behind = text[at - 1 : at], text[at + len(one.target) : at + len(one.target) + 1]
    if at < 0 or behind not in ("", ":", '"', "'", "/") or (at and before not in (":", '"', "'")):
        return None
    length = len(one.target) + (behind == "/")
    return Edit(source.name, Span(start + at, start + at + length), data)
