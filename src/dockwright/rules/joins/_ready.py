"""How a service of a known image says that it is ready, and what else waits for it."""

from dockwright.rules.api import Composition, Known, Service, Unknown, servicestate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Postgres starts twice for the first time, the first time on its socket alone: hence TCP.
_POSTGRES = (
    '["CMD-SHELL", "pg_isready -h 127.0.0.1 -U \\"$${POSTGRES_USER:-postgres}\\"'
    ' -d \\"$${POSTGRES_DB:-$${POSTGRES_USER:-postgres}}\\""]'
)
#: The test that each image's own documentation gives, by repository.
TESTS = {
    "postgres": _POSTGRES,
    "postgis/postgis": _POSTGRES,
    "pgvector/pgvector": _POSTGRES,
    "timescale/timescaledb": _POSTGRES,
    "mysql": '["CMD", "mysqladmin", "ping", "-h", "127.0.0.1"]',
    "mariadb": '["CMD", "healthcheck.sh", "--connect", "--innodb_initialized"]',
    "redis": '["CMD", "redis-cli", "ping"]',
    "valkey/valkey": '["CMD", "valkey-cli", "ping"]',
    "rabbitmq": '["CMD", "rabbitmq-diagnostics", "-q", "ping"]',
}
# Official images have no health check, as docker-library/faq explains ("healthcheck").
_OFFICIAL = frozenset((
    "adminer", "cassandra", "elasticsearch", "haproxy", "httpd", "mariadb", "memcached", "mongo",
    "mongo-express", "mysql", "nginx", "phpmyadmin", "postgres", "rabbitmq", "redis", "traefik",
    "wordpress", "zookeeper", "caddy", "nats", "node", "python", "golang", "php", "ruby", "alpine",
    "busybox", "debian", "ubuntu",
))  # fmt: skip


def waits(service: Service) -> "Iterator[tuple[str, str, bool]]":
    """What a service waits for: the service's name, the condition, whether it is required."""
    for name in service.mapping("depends_on"):
        condition = service.text("depends_on", name, "condition")
        yield name, condition, service.get("depends_on", name, "required") is not False


def broken(project: Composition, *names: str) -> bool:
    """Whether Compose would refuse one of the services: then its model is only a part of it."""
    return any(
        problem.path[:1] == ("services",) and (problem.path[1:2] or names[:1])[0] in names
        for problem in project.problems
    )


def official(service: Service) -> bool:
    """Whether the image is one of those known to have no health check, whatever its tag."""
    state = service.state
    unknown = state is None or isinstance(state.healthcheck, Unknown)
    return (
        unknown and "build" not in service.config and servicestate.repository(service) in _OFFICIAL
    )


def has(service: Service, program: str) -> bool:
    """Whether the image surely has a program on its PATH."""
    state = service.state
    found = state.program(program) if state is not None else None
    return isinstance(found, Known) and found.value is not None


def test_of(service: Service) -> "tuple[str, bool] | None":
    """A test for the service, and whether its image's documentation gives it; None for others."""
    known = TESTS.get(servicestate.repository(service))
    own = servicestate.entrypoint_part(service)
    plain = isinstance(own, Known) and (own.value is None or not own.value.written)
    server = servicestate.listening(service)
    if known is not None and (plain or not isinstance(own, Known)):
        named = "command" not in service.config and "build" not in service.config
        if named or server is not None:
            return known, True
    if server is None or server.port is None or not server.alone or not server.sure:
        return None
    for program in ("python", "python3"):
        if has(service, program):
            code = f"import socket; socket.create_connection(('127.0.0.1', {server.port}), 3)"
            return f'["CMD", "{program}", "-c", "{code}"]', False
    if has(service, "node"):
        code = (
            f"require('net').connect({server.port}, '127.0.0.1')"
            ".on('connect', () => process.exit(0)).on('error', () => process.exit(1))"
        )
        return f'["CMD", "node", "-e", "{code}"]', False
    return None


def block(test: str) -> str:
    """A health check as the value of a key."""
    return f"\n  test: {test}\n  interval: 10s\n  timeout: 5s\n  retries: 5\n  start_period: 30s"
