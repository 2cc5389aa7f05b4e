"""DW6209 variable-of-container."""

from dockwright.rules.api import (
    Bad,
    Edit,
    Findings,
    Good,
    Reason,
    Rule,
    Service,
    Span,
    lazy,
    unsafe,
)

_VARIABLE = lazy(r"(?<!\$)(?:\$\$)*(\$(?:\{(\w+)\}|(\w+)))")
_KEYS = (("command",), ("entrypoint",), ("healthcheck", "test"))


class VariableOfContainer(Rule):
    """
    Write `$$` for a variable that the container has.

    Compose fills in `$NAME` itself, from its own environment and `.env`, before any container
    runs; what stands under `environment` of the service is not seen. A variable that is only set
    there becomes an empty text, with a warning that scrolls by: `pg_isready -U $POSTGRES_USER` asks
    as nobody. `$$NAME` reaches the shell in the container.

    Silent when Compose knows the variable, when the service does not set it, and when its value
    comes from outside. The environment in which Compose will run may have it: "likely" only.
    """

    code = "DW6209"
    name = "variable-of-container"
    severity = "warning"
    tags = ("compose", "variables")
    mentions = ("$",)

    examples = (
        Bad(
            "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: app\n"
            "    healthcheck:\n      test: pg_isready -U $POSTGRES_USER\n",
            at="pg_isready -U $POSTGRES_USER",
            fixed="services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      POSTGRES_USER: app\n"
            "    healthcheck:\n      test: pg_isready -U $$POSTGRES_USER\n",
        ),
        Bad(
            "services:\n  web:\n    image: web:1\n    environment: [PORT=80]\n"
            '    command: ["sh", "-c", "serve -p ${PORT}"]\n',
            at='"serve -p ${PORT}"',
            fixed="services:\n  web:\n    image: web:1\n    environment: [PORT=80]\n"
            '    command: ["sh", "-c", "serve -p $${PORT}"]\n',
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      POSTGRES_USER: ${POSTGRES_USER}\n"
            "    healthcheck:\n      test: pg_isready -U $POSTGRES_USER\n"
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: app\n"
            "    healthcheck:\n      test: pg_isready -U $$POSTGRES_USER\n"
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: app\n"
            "    healthcheck:\n      test: pg_isready -U ${POSTGRES_USER:-app}\n"
        ),
        Good("services:\n  web:\n    image: web:1\n    command: serve -p $PORT\n"),
    )

    def check(self, service: Service) -> Findings:
        known = service.project.loaded.environment
        variables = service.mapping("environment")
        for key in _KEYS:
            if not service.items(*key) or (key[0] not in service.config.places):
                continue
            seen: list[object] = []
            for index in range(len(service.items(*key))):
                place = service.place(*key, index)
                text = getattr(place.node, "text", "") if place is not None else ""
                if place is None or any(place.node is one for one in seen):
                    continue
                seen.append(place.node)
                for match in _VARIABLE.finditer(text):
                    name = match[2] or match[3]
                    value = variables.get(name)
                    if name in known or value is None or hasattr(value, "names"):
                        continue
                    spot = service.key("environment", name)
                    yield self.at(
                        service.value(*key, index),
                        f"Compose fills in `{match[1]}` before there is a container, and knows"
                        f" no {name}: write `${match[1]}`",
                        (Reason(f"only the container has {name}", spot.source, spot.span),),
                        likely=True,
                    ).fix("leave it to the container", unsafe(*_edits(service, key, index, name)))
                    break


def _edits(service: Service, key: "tuple[str, ...]", index: int, name: str) -> "list[Edit | None]":
    """The dollars of a variable doubled, each where it stands."""
    place = service.own(*key, index)
    if place is None:
        return [None]
    source = service.project.source(place.file)
    text = source.text[place.node.start : place.node.end]
    edits: list[Edit | None] = []
    for match in _VARIABLE.finditer(text):
        if (match[2] or match[3]) == name:
            at = place.node.start + match.start(1)
            edits.append(Edit(source.name, Span(at, at), "$"))
    return edits or [None]
