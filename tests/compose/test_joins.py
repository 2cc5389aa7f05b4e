"""Rules over connections, volumes and builds: what their examples do not show."""

from collections.abc import Sequence

import pytest

from dockwright.check import registry
from dockwright.check.run import Plan
from dockwright.compose.load import load
from dockwright.model.composition import Composition, Surroundings
from dockwright.rules.api import Files
from tools.examples import findings_of

WEB = "services:\n  web:\n    image: acme/web:1\n    environment:\n      DB_URL: {}\n"
DB = "  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: x\n"


def found(name: str, text: str, **files: str) -> list[str]:
    entry = registry.find(name)
    assert entry is not None
    whole = Files({"compose.yaml": text, **{k.replace("__", "."): v for k, v in files.items()}})
    return [f"{one.confidence}: {one.message}" for one in findings_of(entry, whole, {})]


@pytest.mark.parametrize(
    "text",
    [
        # Names that the engine's name server knows besides the service's.
        WEB.format("postgres://pg/app") + DB + "    container_name: pg\n",
        WEB.format("postgres://pg/app") + DB + "    hostname: pg\n",
        WEB.format("postgres://pg/app") + "    links: ['db:pg']\n" + DB,
        WEB.format("postgres://DB/app") + DB,
        WEB.format("postgres://pg/app") + DB + "    profiles: [x]\n    hostname: pg\n",
        # Places where others may answer.
        WEB.format("postgres://pg/app") + "    extra_hosts: ['pg:10.0.0.1']\n" + DB,
        WEB.format("postgres://pg/app") + "    network_mode: host\n" + DB,
        WEB.format("postgres://pg/app") + DB + "networks:\n  default:\n    name: shared\n",
        # Half of it comes from a variable.
        WEB.format("postgres://${HOST}/app") + DB,
        WEB.format("postgres://pg-${STAGE}/app") + DB,
        WEB.format("sqlite:////data/app.db") + DB,
        WEB.format("amqp://[fd00::7]:5672") + DB,
    ],
)
def test_hosts_that_may_be_right(text: str) -> None:
    assert found("host-unknown", text) == []


def test_a_host_beside_unknown_variables() -> None:
    text = WEB.format("postgres://${USER_}:${PW}@dbb:5432/${NAME}") + DB.replace("db:", "dba:")
    assert found("host-unknown", text) == [
        "likely: nothing on the networks of `web` is called `dbb`: did you mean `dba`?"
    ]


def test_the_network_of_another_service() -> None:
    text = WEB.format("postgres://localhost/app") + DB
    assert len(found("host-loopback", text)) == 1
    inside = text + "    network_mode: service:web\n"
    assert found("host-loopback", inside) == []


def test_networks_apart_by_their_real_names() -> None:
    text = (
        WEB.format("postgres://db/app") + "    networks: [one]\n" + DB + "    networks: [two]\n"
        "networks:\n  one:\n    name: same\n  two:\n    name: same\n"
    )
    assert found("networks-apart", text) == []
    assert len(found("networks-apart", text.replace("name: same", "internal: true"))) == 1


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("postgresql://postgres:x@db/postgres", []),
        ("postgresql://db/postgres", []),
        ("postgresql://postgres:y@db/postgres", ["password"]),
        ("postgresql://postgres:%78@db/postgres", []),
        ("postgresql://postgres:${PW}@db/shop", ["database"]),
        ("postgresql://web:y@db/web", ["user", "database"]),
        ("mysql://web:y@db/web", []),
    ],
)
def test_what_differs(url: str, parts: list[str]) -> None:
    messages = found("connection-differs", WEB.format(url) + DB)
    assert {message.split()[2] for message in messages} == set(parts)
    assert not any("y" in message.split("`") or " x " in message for message in messages)


@pytest.mark.parametrize(
    ("tag", "errors"),
    [("16", 1), ("9.6", 1), ("9.6.16", 0), ("12.1", 0), ("12.2", 1), ("9.3", 0), ("alpine", 1)],
)
def test_since_when_a_password_is_needed(tag: str, errors: int) -> None:
    text = f"services:\n  db:\n    image: postgres:{tag}\n"
    assert len(found("database-password-missing", text)) == errors


def test_a_password_that_may_come() -> None:
    text = "services:\n  db:\n    image: postgres:16\n"
    for more in (
        "    env_file: secret.env\n",
        "    environment:\n      POSTGRES_PASSWORD:\n",
        "    environment:\n      POSTGRES_PASSWORD: ${PW}\n",
        "    entrypoint: sleep 1\n",
        "    volumes: ['old:/var/lib/postgresql/data']\nvolumes:\n  old:\n    external: true\n",
    ):
        assert found("database-password-missing", text + more) == [], more
    given = text + "    env_file: db.env\n"
    assert len(found("database-password-missing", given, db__env="TZ=UTC\n")) == 1
    assert found("database-password-missing", given, db__env="POSTGRES_PASSWORD=x\n") == []


def test_the_password_of_an_included_file_stays() -> None:
    """Such a file has another `.env` when it is started by itself."""
    entry = registry.find("secret-in-environment")
    assert entry is not None
    files = {
        "compose.yaml": "include: [part/db.yaml]\nservices:\n  web:\n    image: a:1\n",
        "part/db.yaml": "services:\n  db:\n    image: a:1\n    environment:\n"
        "      DB_PASSWORD: hunter2\n",
    }
    (one,) = findings_of(entry, Files(files), {})
    assert one.source == "part/db.yaml"
    assert one.fixes == ()


def test_two_secrets_of_one_name() -> None:
    entry = registry.find("secret-in-environment")
    assert entry is not None
    text = (
        "services:\n  a:\n    image: a:1\n    environment:\n      DB_PASSWORD: hunter2\n"
        "  b-2:\n    image: b:1\n    environment:\n      DB_PASSWORD: hunter3\n"
    )
    files = {"compose.yaml": text, ".env": "DB_PASSWORD=hunter2\n"}
    one, other = findings_of(entry, Files(files), {})
    assert [edit.text for edit in one.fixes[0].edits] == ["${DB_PASSWORD:?}"]
    assert [edit.text for edit in other.fixes[0].edits] == [
        "${B_2_DB_PASSWORD:?}",
        "B_2_DB_PASSWORD=hunter3\n",
    ]


def test_arguments_behind_a_merge_key_are_not_guessed() -> None:
    text = (
        "x-build: &build\n  args:\n    TAG: '12'\nservices:\n  web:\n    build:\n      <<: *build\n"
        "      context: .\n"
    )
    assert found("build-arg-required", text, Dockerfile="ARG TAG\nFROM debian:${TAG}\n") == []
    text = text.replace("      <<: *build\n", "")
    assert len(found("build-arg-required", text, Dockerfile="ARG TAG\nFROM debian:${TAG}\n")) == 1


class _Asked(Surroundings):
    """A folder of the given names that takes down what is asked of it."""

    def __init__(self, *names: str) -> None:
        self.given = names
        self.asked: list[str] = []

    def exists(self, path: str) -> bool | None:
        self.asked.append(path)
        return None

    def names(self, path: str) -> Sequence[str] | None:
        self.asked.append(path)
        return self.given


@pytest.mark.parametrize(
    ("extra", "names", "found", "asked"),
    [
        ("", ["compose.yaml"], 0, 0),
        ("networks:\n  old:\n", ["compose.yaml", "web.yaml", "Dockerfile"], 1, 1),
        ("networks:\n  old:\n", ["compose.yaml", "compose.ci-arm.yml"], 0, 1),
        ("networks:\n  old:\n", ["compose.yaml", "docker-compose_x.yaml"], 0, 1),
    ],
)
def test_the_folder_is_asked_when_something_is_unused(
    extra: str, names: list[str], found: int, asked: int
) -> None:
    text = "services:\n  a:\n    image: a:1\n" + extra
    loaded = load(["/p/compose.yaml"], folder="/p", read={"/p/compose.yaml": text}.get)
    around = _Asked(*names)
    entry = registry.find("unused-definition")
    assert entry is not None
    told = Plan([entry], options={}).run_project(Composition(loaded, around))
    assert len(told) == found
    assert around.asked == ["/p"] * asked
