"""The bundled images: what is in them, what is not, and what nobody says."""

import timeit
from typing import Any

import pytest

from dockwright.facts import imagebook
from dockwright.facts.contents import Entry
from dockwright.facts.ground import Listing, MayRemove, Placed, entry_of, note
from dockwright.facts.images import image, locate
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.port import Bundled
from dockwright.facts.replay import replay
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source

WHY = Reason("test")


def facts(reference: str):
    found = image(reference)
    assert found is not None, reference
    return found


def program(reference: str, name: str):
    found = facts(reference)
    return found.contents.program(name, found.env["PATH"])


def there(reference: str, name: str) -> bool | None:
    found = program(reference, name)
    return found.value is not None if isinstance(found, Known) else None


@pytest.mark.parametrize(
    ("reference", "present", "absent"),
    [
        (
            "debian:bookworm-slim",
            "sh bash apt-get useradd perl tar",
            "curl wget git gcc python3 ps",
        ),
        ("debian:stretch-slim", "sh apt-get ldconfig getent ldd", "curl git python3"),
        ("debian:buster", "sh apt-get ldconfig getent ldd unix_chkpwd", "curl git python3"),
        ("ubuntu:16.04", "sh apt-get ldconfig", "curl git locale-gen"),
        ("debian:trixie", "sh bash apt-get groupadd", "curl wget git make adduser"),
        ("ubuntu:22.04", "sh bash apt-get useradd", "curl wget git sudo gcc python3 vim"),
        ("ubuntu:24.04", "sh bash apt-get useradd", "curl wget git sudo python3 node"),
        ("alpine:3.20", "sh ash apk wget vi nc adduser", "bash curl git useradd apt-get sudo"),
        ("alpine", "sh apk wget adduser", "bash curl git gcc python3"),
        ("busybox", "sh wget vi", "bash apk curl apt-get"),
        (
            "python:3.12-slim",
            "python python3 python3.12 pip pip3 sh",
            "curl wget git gcc make node",
        ),
        ("python:3.12", "python3 pip curl wget git gcc make", "node psql vim"),
        ("python:3.12-alpine", "python3 pip apk sh wget", "bash curl git gcc apt-get"),
        ("node:20-slim", "node npm npx yarn corepack", "curl wget git gcc python3"),
        ("node:20", "node npm curl git gcc make python3", "php java"),
        ("node:20-alpine", "node npm sh wget apk", "bash curl git make"),
        ("golang:1.21-alpine", "go gofmt apk sh", "bash git gcc make curl"),
        ("golang:1.21", "go gofmt git gcc make curl", "node unzip"),
        ("postgres:16", "psql postgres initdb gosu bash", "curl wget git"),
        ("postgres:16-alpine", "psql postgres pg_isready bash", "curl git apt-get"),
        ("nginx:alpine", "nginx curl sh", "bash git"),
        ("nginx", "nginx curl bash", "wget ps vim"),
        ("redis:7-alpine", "redis-server redis-cli", "bash curl"),
        ("ruby:3.3-slim", "ruby gem bundle irb rake", "curl gcc make git"),
        ("php:8.2-fpm-alpine", "php php-fpm docker-php-ext-install pecl", "bash composer git"),
        ("php:8.2-apache", "php apache2-foreground curl gcc make", "composer git unzip"),
        ("rust:1.75-slim", "cargo rustc rustup gcc", "curl git make"),
        ("eclipse-temurin:21-jre-alpine", "java keytool", "javac mvn"),
        ("openjdk:11-jdk-slim", "java javac jar", "mvn git"),
        ("gcr.io/distroless/static-debian12", "", "sh bash busybox ls cat"),
        ("gcr.io/distroless/base-debian12:nonroot", "", "sh bash curl"),
        ("gcr.io/distroless/python3-debian12", "python3.11", "bash pip curl"),
    ],
)
def test_programs(reference: str, present: str, absent: str) -> None:
    assert [one for one in present.split() if there(reference, one) is not True] == []
    assert [one for one in absent.split() if there(reference, one) is not False] == []


def test_debug_variant_of_distroless_has_a_shell() -> None:
    assert there("gcr.io/distroless/base:debug", "sh") is True
    assert facts("gcr.io/distroless/static:debug").entrypoint.value == ("/busybox/sh",)


def test_distroless_nonroot() -> None:
    found = facts("gcr.io/distroless/static-debian12:nonroot")
    assert found.user.value == "65532"
    assert found.workdir.value == "/home/nonroot"
    assert found.contents.account("user", "nonroot").value.number == 65532
    assert found.contents.stat("/root").value.mode == 0o700
    assert facts("gcr.io/distroless/static-debian12").user.value == "0"


def test_node_of_distroless_starts_node() -> None:
    found = facts("gcr.io/distroless/nodejs22-debian13")
    assert found.entrypoint.value == ("/nodejs/bin/node",)
    assert isinstance(found.contents.stat("/nodejs/bin/node"), Known)


def test_configuration() -> None:
    found = facts("postgres:16")
    assert found.entrypoint.value == ("docker-entrypoint.sh",)
    assert found.cmd.value == ("postgres",)
    assert found.stopsignal.value == "SIGINT"
    assert found.ports == ("5432/tcp",)
    assert found.volumes == ("/var/lib/postgresql/data",)
    assert found.env["PGDATA"].value == "/var/lib/postgresql/data"
    assert facts("nginx").ports == ("80/tcp",)
    assert facts("golang:1.21").workdir.value == "/go"
    assert facts("python:3.12-slim").cmd.value == ("python3",)


def test_a_version_that_moves_is_unknown() -> None:
    assert isinstance(facts("python:3.12-slim").env["PYTHON_VERSION"], Unknown)


def test_users_and_modes() -> None:
    node = facts("node:20-slim").contents
    account = node.account("user", "node").value
    assert (account.number, account.gid, account.home) == (1000, 1000, "/home/node")
    assert node.stat("/home/node").value.uid == 1000
    assert node.stat("/root").value.mode == 0o700
    assert node.stat("/tmp").value.mode == 0o1777
    assert node.by_number("user", 33).value.name == "www-data"
    assert facts("alpine:3.20").contents.account("user", "guest").value.number == 405
    postgres = facts("postgres:16").contents
    data = postgres.stat("/var/lib/postgresql/data").value
    assert (data.mode, data.uid, data.gid) == (0o1777, 999, 999)
    assert facts("postgres:16-alpine").contents.account("user", "postgres").value.number == 70
    assert facts("golang:1.21").contents.stat("/go").value.mode == 0o1777
    assert facts("python:3.12-slim").contents.account("user", "app").value is None


def test_links_of_merged_usr() -> None:
    contents = facts("debian:bookworm").contents
    assert contents.resolve("/bin/sh") == "/usr/bin/dash"
    assert contents.find("/sbin").value.target == "usr/sbin"


def test_busybox_is_told_apart() -> None:
    contents = facts("alpine:3.20").contents
    assert contents.stat("/bin/ls").value.content == "busybox"
    assert contents.find("/bin/ls").value.target == "/bin/busybox"


def test_packages() -> None:
    contents = facts("debian:bookworm").contents
    assert contents.package("apt", "bash").value is True
    assert contents.package("apt", "curl").value is False
    assert contents.package("apk", "bash").value is False
    assert facts("alpine:3.20").contents.package("apk", "musl").value is True
    assert facts("node:20").contents.package("apt", "git").value is True
    assert (contents.distribution, contents.suite) == ("debian", "bookworm")


def test_what_is_not_listed_is_unknown() -> None:
    assert isinstance(facts("debian:bookworm").contents.stat("/usr/share/zoneinfo"), Unknown)
    assert isinstance(facts("python:3.12-slim").contents.stat("/usr/local/lib/x"), Unknown)


def test_a_patch_release_is_answered_by_its_release() -> None:
    found = facts("python:3.11.4-slim")
    assert (found.contents.distribution, found.contents.suite) == ("debian", "bookworm")
    assert "as python:3.11-slim-bookworm" in found.user.reason.text
    assert not found.env_complete
    assert there("node:18.17.0-alpine3.18", "node") is True
    assert facts("debian:12.5-slim").contents.suite == "bookworm"


@pytest.mark.parametrize(
    "reference",
    [
        "python:3.99-slim",
        "python:3.12-nothing",
        "someone/python:3.12",
        "ghcr.io/library/python:3.12",
        "python@sha256:" + "0" * 64,
        "localhost:5000/python:3.12",
        "gcr.io/distroless/nothing",
        "gcr.io/distroless/static-debian12:special",
        "nothing",
    ],
)
def test_unknown_images(reference: str) -> None:
    assert image(reference) is None


@pytest.mark.parametrize(
    "reference",
    [
        "docker.io/library/python:3.12-slim",
        "docker.io/python:3.12-slim",
        "library/python:3.12-slim",
        "public.ecr.aws/docker/library/python:3.12-slim",
        "mirror.gcr.io/library/python:3.12-slim",
        "python:3.12-slim@sha256:" + "0" * 64,
    ],
)
def test_other_ways_to_write_a_name(reference: str) -> None:
    assert facts(reference).cmd.value == ("python3",)
    assert there(reference, "curl") is False


def test_a_digest_is_answered_by_its_tag() -> None:
    found = facts("python:3.12-slim@sha256:" + "0" * 64)
    assert "by its tag" in found.user.reason.text


def test_a_missing_tag_is_latest() -> None:
    assert locate("alpine") == ("alpine", "latest")
    assert locate("gcr.io/distroless/cc") == ("distroless", "cc:latest")


def every() -> list[str]:
    references = []
    imagebook.block("python")
    for name in imagebook.names():
        block = imagebook.block(name)
        assert block is not None
        for line in block.tags:
            tag = line.split(" ")[0]
            prefix = "gcr.io/distroless/" if name == "distroless" else f"{name}:"
            references.append(prefix + tag)
    return references


def test_no_image_lacks_the_program_it_starts() -> None:
    lacking = []
    for reference in every()[::7]:
        if "onbuild" in reference:
            continue
        found = facts(reference)
        path = found.env.get("PATH")
        for line in (found.entrypoint, found.cmd):
            if not isinstance(line, Known) or not line.value or line.value[0].startswith("-"):
                continue
            known = found.contents.program(line.value[0], path)
            if isinstance(known, Known) and known.value is None:
                lacking.append((reference, line.value[0]))
    assert lacking == []


def test_builds_on_bundled_images() -> None:
    text = "FROM node:20-slim\nUSER node\nRUN true\n"
    build = Build(parse(Source("Dockerfile", text)), facts=Bundled())
    state: Any = build.stages[0].state
    assert state.program("curl").value is None
    assert state.files.stat("/home/node").value.uid == 1000


def test_speed() -> None:
    image("python:3.12-slim")
    from dockwright.facts import images

    def fresh() -> None:
        images._answers.clear()
        imagebook._blocks.clear()
        image("debian:bookworm-slim")

    assert min(timeit.repeat(fresh, number=5, repeat=3)) / 5 < 0.02


def test_tokens() -> None:
    assert entry_of("python3>python3.12") == Entry("link", 0o777, 0, 0, "python3.12")
    assert entry_of("data/:1777:70:70") == Entry("dir", 0o1777, 70, 70)
    assert entry_of("pip~#!/usr/bin/python3").content == "#!/usr/bin/python3"
    assert entry_of("x|") == Entry("any")
    assert entry_of("x:755:?:?") == Entry("file", 0o755, None, None)


def test_a_listing() -> None:
    names: dict[str, dict[str, str]] = {}
    note(names, "/", "bin/ opt/ etc/")
    note(names, "/bin", "sh =/bin/busybox ls cat")
    note(names, "/etc", "passwd:644 !nginx/")
    ground: Any = Listing(names, WHY, partial=("/etc",), users={}, groups={})
    assert ground.find("/bin/ls").value == Entry("link", 0o777, 0, 0, "/bin/busybox")
    assert ground.find("/bin/bash").value is None
    assert ground.find("/srv").value is None
    assert ground.find("/bin/sh/x").value is None
    assert isinstance(ground.find("/opt/x"), Unknown)
    assert isinstance(ground.find("/etc/x"), Unknown)
    assert ground.find("/etc/nginx").value is None
    assert ground.links() == ["/bin/ls", "/bin/cat"]


def test_placed_files_make_their_folders() -> None:
    names: dict[str, dict[str, str]] = {}
    note(names, "/a/b", "c")
    effect: Any = Placed(names, WHY)
    nothing = lambda: Known(None, WHY)  # noqa: E731
    assert effect.find("/a/b/c", nothing).value.kind == "file"
    assert effect.find("/a", nothing).value.kind == "dir"
    assert effect.find("/a/b/d", nothing) is None


def test_what_may_have_been_removed() -> None:
    effect: Any = MayRemove(("/bin",), ("mount",), ("mount",), WHY)
    assert isinstance(effect.find("/bin/mount", lambda: Known(Entry("file"), WHY)), Unknown)
    assert effect.find("/bin/mount", lambda: Known(None, WHY)).value is None
    assert effect.find("/bin/ls", lambda: Known(Entry("file"), WHY)) is None
    assert isinstance(effect.package("apt", "mount", lambda: Known(True, WHY)), Unknown)


def test_replay() -> None:
    base = facts("scratch").contents
    contents: Any = replay(
        base,
        (
            "put /bin sh",
            "put /bin ls",
            "maybe /bin,/sbin vi",
            "murky /opt ! /opt/known",
            "user app 10 20 /app /bin/sh",
            "gone /bin/ls",
        ),
        WHY,
    )
    assert contents.find("/bin/sh").value.kind == "file"
    assert contents.find("/bin/ls").value is None
    assert isinstance(contents.find("/sbin/vi"), Unknown)
    assert contents.find("/sbin/ls").value is None
    assert isinstance(contents.find("/opt/x"), Unknown)
    assert contents.find("/opt/known").value is None
    assert contents.account("user", "app").value.gid == 20
    with pytest.raises(ValueError, match="a note begins with"):
        replay(base, ("dance",), WHY)


def test_images_with_triggers_are_not_known():
    assert image("golang:onbuild") is None
    assert image("golang:1.8-onbuild") is None


def test_links_into_the_root_directory():
    found = facts("postgres:9.4").contents.stat("/docker-entrypoint.sh")
    assert isinstance(found, Known)
    assert found.value is not None
