"""Input that wants to hurt: bounded time and memory, one clear error, no network."""

import time
from pathlib import Path

import pytest

from dockwright.app.check import Checker, Options
from dockwright.app.discover import Target
from dockwright.compose.load import Loaded, load


def loaded(files: dict[str, str]) -> Loaded:
    names = [f"/p/{name}" for name in files]
    texts = dict(zip(names, files.values(), strict=True))
    return load(names[:1], folder="/p", read=texts.get)


def quickly(files: dict[str, str], seconds: float = 10) -> list[str]:
    began = time.monotonic()
    errors = [problem.message for problem in loaded(files).errors]
    assert time.monotonic() - began < seconds
    return errors


def laughs(levels: int, wide: int = 9) -> str:
    lines = ["x-a0: &a0 [lol]"]
    lines += [f"x-a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * wide)}]" for n in range(1, levels)]
    return "\n".join([*lines, "services: {web: {image: a}}", ""])


def test_a_billion_laughs():
    assert any("aliases expand" in error for error in quickly({"compose.yaml": laughs(12)}))


def test_a_few_laughs_are_a_file_like_others():
    assert quickly({"compose.yaml": laughs(4)}) == []


def test_laughs_through_merge_keys():
    lines = ["x-0: &a0 {k: v}"]
    lines += [f"x-{n}: &a{n} {{a: *a{n - 1}, b: *a{n - 1}, c: *a{n - 1}}}" for n in range(1, 30)]
    text = "\n".join([*lines, "services: {web: {<<: *a29, image: a}}", ""])
    assert any("aliases expand" in error for error in quickly({"compose.yaml": text}))


@pytest.mark.parametrize(
    "text",
    [
        "x-a: &a {b: *a}\nservices: {web: {image: a}}\n",
        "x-a: &a [*a]\nservices: {web: {image: a}}\n",
        "services: &s\n  web: {image: a, x-y: *s}\n",
        "x-a: &a {<<: *a, b: c}\nservices: {web: {image: a}}\n",
    ],
)
def test_anchors_that_contain_themselves(text):
    assert quickly({"compose.yaml": text}) != []


def test_extends_in_a_circle():
    web = "services: {web: {extends: {file: b.yaml, service: web}}}\n"
    other = "services: {web: {extends: {file: compose.yaml, service: web}}}\n"
    errors = quickly({"compose.yaml": web, "b.yaml": other})
    assert any("extend each other" in error for error in errors)


def test_include_in_a_circle():
    service = "services: {{{}: {{image: a}}}}\n"
    errors = quickly(
        {
            "compose.yaml": "include: [b.yaml]\n" + service.format("a"),
            "b.yaml": "include: [compose.yaml]\n" + service.format("b"),
        }
    )
    assert any("include each other" in error for error in errors)


def test_a_chain_of_includes_without_end():
    files = {f"c{n}.yaml": f"include: [c{n + 1}.yaml]\n" for n in range(3000)}
    errors = quickly({"compose.yaml": "include: [c0.yaml]\n", **files}, 60)
    assert errors != []


@pytest.mark.parametrize("where", ["https://example.com/a.yaml", "git@example.com:a/b.git"])
def test_remote_files_are_not_fetched(where):
    included = quickly({"compose.yaml": f"include: ['{where}']\nservices: {{a: {{image: a}}}}\n"})
    assert any("remote" in error for error in included)
    extends = f"services: {{web: {{extends: {{file: '{where}', service: a}}}}}}\n"
    assert any("remote" in error for error in quickly({"compose.yaml": extends}))


def test_deep_collections():
    errors = quickly({"compose.yaml": "a: " + "[" * 20_000 + "]" * 20_000})
    assert errors != []


def test_deep_variables():
    text = "${A:-" * 5000 + "x" + "}" * 5000
    errors = quickly({"compose.yaml": f"services: {{web: {{image: '{text}'}}}}\n"})
    assert errors != []


def test_many_variables_on_one_line():
    text = "${A:-b}" * 20_000
    assert quickly({"compose.yaml": f"services: {{web: {{image: a, user: '{text}'}}}}\n"}, 20) == []


def test_a_long_range_of_ports():
    assert (
        quickly({"compose.yaml": "services: {web: {image: a, ports: ['1-65535:1-65535']}}\n"}) == []
    )


def test_what_is_read_is_what_compose_reads():
    asked: list[str] = []

    def read(path: str) -> str | None:
        asked.append(path)
        return "services: {web: {image: a, env_file: [../../etc/x]}}" if "compose" in path else None

    load(["/p/compose.yaml"], folder="/p", read=read, lenient=True)
    assert set(asked) <= {"/p/compose.yaml", "/p/.env", "/etc/x"}


def test_a_file_of_fifty_megabytes(tmp_path: Path):
    path = tmp_path / "compose.yaml"
    path.write_text("services:\n" + "  a: {image: b}\n" * 3_200_000)
    began = time.monotonic()
    (checked,) = Checker(Options(cache=False, shellcheck="off")).check([Target(str(path), True)])
    assert time.monotonic() - began < 10
    assert "larger than" in (checked.error or "")


@pytest.mark.parametrize(
    "data", [b"\0\1\2", b"\xff\xfe\0a", b"", b"\n\n", b"---\n---\n", b"- a\n", b"%YAML 9.9\n---\n"]
)
def test_any_bytes(tmp_path: Path, data: bytes):
    path = tmp_path / "compose.yaml"
    path.write_bytes(data)
    (checked,) = Checker(Options(cache=False, shellcheck="off")).check([Target(str(path), True)])
    assert checked.findings or checked.error
