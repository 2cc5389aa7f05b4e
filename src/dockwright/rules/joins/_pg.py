"""Probes with `pg_isready`."""

from dockwright.rules.api import Edit, Service, Span

POSTGRES = frozenset(("postgres", "postgis/postgis", "pgvector/pgvector", "timescale/timescaledb"))


def after_name(service: Service, shell: bool, *words: str) -> Edit | None:
    """`words` right behind the one `pg_isready` in the test of a service."""
    place = service.own("healthcheck", "test")
    if place is None:
        return None
    source = service.project.source(place.file)
    text = source.text[place.node.start : place.node.end]
    if text.count("pg_isready") != 1 or "\n" in text:
        return None
    at = place.node.start + text.index("pg_isready") + len("pg_isready")
    if shell:
        return Edit(source.name, Span(at, at), "".join(f" {word}" for word in words))
    if source.text[at : at + 1] not in ('"', "'"):
        return None
    quoted = "".join(f', "{word}"' for word in words)
    return Edit(source.name, Span(at + 1, at + 1), quoted)
