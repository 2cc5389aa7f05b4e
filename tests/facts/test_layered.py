"""Facts in layers: overrides, an engine, the bundled ones."""

from typing import Any

import pytest

from dockwright.facts.image import empty
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.layered import Layered
from dockwright.facts.port import FactSource


def test_bundled_answers_last() -> None:
    source = Layered()
    assert source.image("python:3.12-slim") is not None
    assert source.answered["python:3.12-slim"] == ("bundled",)
    assert source.image("nobody/knows") is None
    assert source.answered["nobody/knows"] == ()


def test_the_engine_goes_before_the_bundled() -> None:
    mine = empty("python:3.12-slim", Reason("mine"))
    source = Layered(engine=FactSource({"python:3.12-slim": mine}))
    assert source.image("python:3.12-slim") is mine
    assert source.answered["python:3.12-slim"] == ("engine",)
    assert source.image("node:20") is not None
    assert source.answered["node:20"] == ("bundled",)


def test_an_override_of_a_known_image_changes_what_it_says() -> None:
    source = Layered(
        {
            "python:3.12-slim": {
                "user": "app",
                "programs": ["curl", "/opt/tool/bin/tool"],
                "users": ["app:1001:1001:/app:/bin/sh"],
                "env": {"MODE": "x"},
                "packages": {"apt": ["curl"]},
            }
        }
    )
    found: Any = source.image("python:3.12-slim")
    assert found is not None
    assert found.contents is not None
    assert found.user.value == "app"
    assert found.cmd.value == ("python3",)
    assert found.env["MODE"].value == "x"
    path = found.env["PATH"]
    assert found.contents.program("curl", path).value is not None
    assert found.contents.program("wget", path).value is None
    assert found.contents.stat("/opt/tool/bin/tool").value.kind == "any"
    account = found.contents.account("user", "app").value
    assert (account.number, account.home) == (1001, "/app")
    assert found.contents.package("apt", "curl").value is True
    assert found.contents.package("apt", "wget").value is False
    assert source.answered["python:3.12-slim"] == ("overrides", "bundled")


def test_an_override_of_an_unknown_image_leaves_the_rest_unknown() -> None:
    source = Layered({"corp/base": {"user": "app", "entrypoint": [], "programs": ["bash"]}})
    found: Any = source.image("corp/base:1.2@sha256:" + "0" * 64)
    assert found is not None
    assert found.contents is not None
    assert found.user.value == "app"
    assert found.entrypoint.value is None
    assert isinstance(found.cmd, Unknown)
    path = Known("/usr/bin:/bin", Reason("x"))
    assert found.contents.program("bash", path).value is not None
    assert isinstance(found.contents.program("curl", path), Unknown)
    assert source.answered[found.name] == ("overrides",)


def test_a_name_with_a_tag_goes_before_one_without() -> None:
    source = Layered({"a/b": {"user": "x"}, "a/b:2": {"user": "y"}})
    one: Any = source.image("a/b:1")
    other: Any = source.image("a/b:2")
    assert (one.user.value, other.user.value) == ("x", "y")


def test_a_port_is_no_tag() -> None:
    source = Layered({"localhost": {"user": "x"}})
    assert source.image("localhost:5000/app") is None


@pytest.mark.parametrize(
    "values",
    [
        {"usr": "x"},
        {"user": 1},
        {"cmd": "sh -c x"},
        {"env": {"A": 1}},
        {"packages": ["curl"]},
        {"users": ["app"]},
        {"users": ["app:x"]},
    ],
)
def test_overrides_are_checked(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a/b"):
        Layered({"a/b": values})
