"""What a service runs as: the image's configuration with the service's over it."""

from dockwright.facts.knowledge import Known
from dockwright.model import servicestate
from dockwright.model.composition import Service
from tools.examples import composition


def service(compose: str, **files: str) -> Service:
    """The service `web` of a project whose compose.yaml has these lines below it."""
    lines = "".join(f"    {line}\n" for line in compose.splitlines())
    texts = {"compose.yaml": f"services:\n  web:\n{lines}", **files}
    if "dockerfile" in texts:
        texts["Dockerfile"] = texts.pop("dockerfile")
    found = composition(texts, {}).service("web")
    assert found is not None
    return found


def argv(compose: str, **files: str) -> object:
    found = servicestate.effective_command(service(compose, **files))
    return found.value.argv if isinstance(found, Known) else None


def user(compose: str) -> Known | None:
    found = servicestate.effective_user(service(compose, dockerfile="FROM debian:12\nUSER 10\n"))
    return found if isinstance(found, Known) else None


def test_user() -> None:
    known = user("build: .")
    assert known is not None
    assert known.value == "10"
    known = user('build: .\nuser: "5"')
    assert known is not None
    assert known.value == "5"
    assert user('build: .\nuser: "${U}"') is None
    default = user('image: a:1\nuser: "${U:-7}"')
    assert default is not None
    assert (default.value, default.firm) == ("7", False)
    assert user("image: example.org/a:1") is None


def test_command() -> None:
    docker = 'FROM debian:12\nENTRYPOINT ["a", "b"]\nCMD ["c"]\n'
    assert argv("build: .", dockerfile=docker) == ("a", "b", "c")
    assert argv("build: .\ncommand: d 'e f'", dockerfile=docker) == ("a", "b", "d", "e f")
    assert argv("build: .\nentrypoint: [x]", dockerfile=docker) == ("x",)
    assert argv("build: .\nentrypoint: []", dockerfile=docker) == ("c",)
    assert argv("build: .\nentrypoint: x\ncommand: [y]", dockerfile=docker) == ("x", "y")
    assert argv("build: .", dockerfile="FROM debian:12\nCMD a b\n") == ("/bin/sh", "-c", "a b")
    assert argv("image: postgres:16") == ("docker-entrypoint.sh", "postgres")
    assert argv("image: postgres:16\ncommand: -p ${P}") is None
    assert argv("image: postgres:16\ncommand: ${P}") is None
    assert argv("image: postgres:16\ncommand: -p ${P:-1}") == ("docker-entrypoint.sh", "-p", "1")


def test_health() -> None:
    docker = "FROM debian:12\nHEALTHCHECK CMD curl localhost\n"

    def health(compose: str) -> servicestate.Health:
        return servicestate.effective_health(service(compose, dockerfile=docker))

    assert health("build: .").state == "test"
    assert not health("build: .").here
    assert health("build: .\nhealthcheck: {disable: true}").state == "off"
    assert health("build: .\nhealthcheck: {test: [NONE]}").state == "off"
    own = health("build: .\nhealthcheck: {interval: 5s}")
    assert (own.state, own.here) == ("test", False)
    own = health("build: .\nhealthcheck: {test: wget a || exit 1}")
    assert (own.state, own.here, own.shell) == ("test", True, True)
    assert own.script is not None
    assert [one.name for one in own.script.commands] == ["wget", "exit"]
    own = health('build: .\nhealthcheck: {test: ["CMD", "wget", "a b"]}')
    assert own.part is not None
    assert own.part.argv == ("wget", "a b")
    assert not own.shell
    assert health("image: postgres:16").state == "none"
    assert health("image: example.org/a:1").state == "unknown"


def test_ports() -> None:
    found = servicestate.published(
        service('image: a:1\nports: ["80", "127.0.0.1:81:80/udp", "1-2:3-4", "${P}:5"]')
    )
    assert [(one.host, one.address, one.target, one.protocol) for one in found] == [
        ("", "", 80, "tcp"),
        ("81", "127.0.0.1", 80, "udp"),
        ("1", "", 3, "tcp"),
        ("2", "", 4, "tcp"),
    ]
    docker = "FROM debian:12\nEXPOSE 80 81/udp\n"
    made = service("build: .\nexpose: [90]", dockerfile=docker)
    assert servicestate.expected(made) == frozenset((80, 90))
    assert servicestate.expected(service("image: example.org/a:1")) is None
    assert servicestate.expected(service("image: postgres:16")) == frozenset((5432,))


def test_listening() -> None:
    def at(compose: str, docker: str = "FROM python:3.12\n", **files: str) -> object:
        found = servicestate.listening(service(compose, dockerfile=docker, **files))
        return (found.host, found.port) if found is not None else None

    uvicorn = 'FROM python:3.12\nCMD ["uvicorn", "a:b"]\n'
    assert at("build: .", uvicorn) == ("127.0.0.1", 8000)
    assert at('build: .\nenvironment: {UVICORN_PORT: "9"}', uvicorn) == ("127.0.0.1", 9)
    assert at('build: .\nenvironment: {UVICORN_PORT: "${P}"}', uvicorn) == ("127.0.0.1", None)
    assert at("build: .\nenv_file: lost.env", uvicorn) == (None, None)
    found = at("build: .\nenv_file: a.env", uvicorn, **{"a.env": "UVICORN_HOST=0.0.0.0\n"})
    assert found == ("", 8000)
    assert at("build: .\ncommand: uvicorn a:b --host 0.0.0.0 --port ${P}") == ("", None)
    assert at("build: .\ncommand: [sh, -c, 'x && exec flask run -p 7']") == ("127.0.0.1", 7)
    assert at("image: postgres:16") == (None, 5432)
    assert at("image: postgres:16\ncommand: -c port=5433") == (None, 5433)
    assert at("image: mysql:8\ncommand: --port=3307") == (None, 3307)
    assert at("image: redis:7\ncommand: redis-server /etc/redis.conf") is None
    assert at("image: example.org/x:1") is None
