"""DW6409 waits-for-start-only."""

from dockwright.rules.api import (
    Bad,
    Edit,
    Findings,
    Good,
    Rule,
    Service,
    Span,
    servicestate,
    unsafe,
)
from dockwright.rules.joins._ready import broken, waits

_DB = (
    "  db:\n    image: postgres:16\n    healthcheck:\n      test: pg_isready -h 127.0.0.1\n"
    "      interval: 5s\n"
)


class WaitsForStartOnly(Rule):
    """
    Wait for the health of a dependency that has a health check.

    The short form of `depends_on`, and `service_started`, only order the starts: the database is
    still initialising when the application makes its first connection. The dependency has a
    health check, so `service_healthy` is all it takes.

    Silent about dependencies without a health check, and for a service that waits for something
    else that itself waits for the dependency. Whether the application tries again by itself is not
    known, hence off by default.
    """

    code = "DW6409"
    name = "waits-for-start-only"
    severity = "info"
    tier = "optional"
    tags = ("compose", "depends-on", "health")
    mentions = ("depends_on",)

    examples = (
        Bad(
            "services:\n  web:\n    image: web:1\n    depends_on: [db]\n" + _DB,
            at="db",
            fixed="services:\n  web:\n    image: web:1\n"
            "    depends_on: {db: {condition: service_healthy}}\n" + _DB,
        ),
        Bad(
            "services:\n  web:\n    image: web:1\n    depends_on:\n      - db\n      - mail\n"
            "  mail:\n    image: mail:1\n" + _DB,
            at="db",
            fixed="services:\n  web:\n    image: web:1\n    depends_on:\n"
            "      db:\n        condition: service_healthy\n"
            "      mail:\n        condition: service_started\n"
            "  mail:\n    image: mail:1\n" + _DB,
        ),
        Bad(
            "services:\n  web:\n    image: web:1\n    depends_on:\n    # first\n    - db # x\n"
            + _DB,
            at="db",
            fixed="services:\n  web:\n    image: web:1\n    depends_on:\n    # first\n"
            "      db:\n        condition: service_healthy # x\n" + _DB,
        ),
        Bad(
            "services:\n  web:\n    image: web:1\n    depends_on:\n      db:\n"
            "        condition: service_started\n" + _DB,
            at="service_started",
            fixed="services:\n  web:\n    image: web:1\n    depends_on:\n      db:\n"
            "        condition: service_healthy\n" + _DB,
        ),
        Good("services:\n  web:\n    image: a:1\n    depends_on: [db]\n  db:\n    image: b:1\n"),
        Good(
            "services:\n  web:\n    image: web:1\n    depends_on:\n      db:\n"
            "        condition: service_healthy\n" + _DB
        ),
    )

    def check(self, service: Service) -> Findings:
        project = service.project
        node = service.node
        written = node.get("depends_on") if node is not None else None
        if written is None or broken(project, service.name):
            return
        short = not hasattr(written, "pairs")
        several = list(waits(service))
        # Through `links` and the like come dependencies that are not written here.
        whole = len(getattr(written, "items" if short else "pairs", ())) == len(several)
        waited: list[str] = []
        for name, condition, _ in several:
            target = project.service(name)
            if target is None or condition != "service_started" or not whole:
                continue
            if servicestate.effective_health(target).state == "test":
                waited.append(name)
        for name in waited:
            if short:
                spot, edits = service.key("depends_on", name), _long(service, several, waited)
            else:
                spot = service.value("depends_on", name, "condition")
                edits = [service.replace("service_healthy", "depends_on", name, "condition")]
            yield self.at(
                spot,
                f"{service.name} waits for the start of {name}, not for its health check",
            ).fix("wait until it is healthy", unsafe(*edits))
            if short:
                return


def _long(
    service: Service, several: "list[tuple[str, str, bool]]", waited: "list[str]"
) -> "list[Edit | None]":
    """The short form as a mapping, each item where it stands."""
    wanted = {
        name: "service_healthy" if name in waited else condition for name, condition, _ in several
    }
    place = service.own("depends_on")
    if place is None or place.key is None:
        return [None]
    if getattr(place.node, "flow", True):
        parts = [f"{name}: {{condition: {condition}}}" for name, condition in wanted.items()]
        return [service.replace("{" + ", ".join(parts) + "}", "depends_on")]
    source = service.project.source(place.file)
    text = source.text
    column = place.key.start - text.rfind("\n", 0, place.key.start) - 1
    end = "\r\n" if "\r\n" in text else "\n"
    edits: list[Edit | None] = []
    for item in getattr(place.node, "items", ()):
        name = getattr(item, "text", None)
        dash = text.rfind("-", 0, item.start)
        first = text.rfind("\n", 0, dash) + 1
        if name not in wanted or item.anchor or text[first:dash].strip(" "):
            return [None]
        blanks = " " * max(dash - first, column + 2)
        new = f"{blanks}{name}:{end}{blanks}  condition: {wanted[name]}"
        edits.append(Edit(source.name, Span(first, item.end), new))
    return edits
