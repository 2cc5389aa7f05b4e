"""A pinned Dockerfile builds: an engine pulls by the digests we write, and agrees on them."""

import gzip
import io
import json
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright.cli.main import OK, main
from dockwright.engines.imagetools import EngineRegistry
from dockwright.errors import EngineError, RegistryError
from dockwright.model.reference import Reference
from tests.support.registry import INDEX, Registry, serve, sha256

NAME = "dockwright-test/pinned"
OCI = "application/vnd.oci.image"


def image(registry: Registry, name: str, text: str) -> str:
    """Put an image for every platform that tests run on into the registry; its index's digest."""
    path = name.partition(":")[0]

    def blob(data: bytes) -> dict[str, object]:
        registry.contents[f"{path}@{sha256(data)}"] = ("application/octet-stream", data)
        return {"digest": sha256(data), "size": len(data)}

    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        member = tarfile.TarInfo("text")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text.encode()))
    packed = blob(gzip.compress(layer.getvalue(), mtime=0))
    manifests = []
    for architecture in ("amd64", "arm64"):
        platform = {"architecture": architecture, "os": "linux"}
        rootfs = {"type": "layers", "diff_ids": [sha256(layer.getvalue())]}
        config = blob(json.dumps({**platform, "config": {}, "rootfs": rootfs}).encode())
        manifest = {
            "schemaVersion": 2,
            "mediaType": f"{OCI}.manifest.v1+json",
            "config": {"mediaType": f"{OCI}.config.v1+json", **config},
            "layers": [{"mediaType": f"{OCI}.layer.v1.tar+gzip", **packed}],
        }
        data = json.dumps(manifest).encode()
        registry.contents[f"{path}@{sha256(data)}"] = (manifest["mediaType"], data)  # type: ignore[assignment]
        described = {"mediaType": manifest["mediaType"], "digest": sha256(data), "size": len(data)}
        manifests.append({**described, "platform": platform})
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}
    return registry.add(name, json.dumps(index).encode())


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "none"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    with serve(Registry()) as registry:
        yield registry


def docker(engine: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [engine, *arguments], capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.engine
def test_a_pinned_dockerfile_builds_what_the_tag_was(engine: str, registry: Registry) -> None:
    first = image(registry, f"{NAME}:1", "first")
    name = f"{registry.host}/{NAME}:1"
    Path("Dockerfile").write_text(
        f"FROM {name} AS base\nFROM scratch\nCOPY --from=base /text /a\n"
        f"COPY --from={name} /text /b\n"
    )
    assert main(["pin"]) == OK
    assert Path("Dockerfile").read_text().count(f"{name}@{first}") == 2
    # A build of this engine wants TLS from every registry; a pull takes plain http on this machine.
    try:
        assert docker(engine, "pull", f"{name}@{first}").returncode == 0
        assert image(registry, f"{NAME}:1", "second") != first
        assert docker(engine, "pull", name).returncode == 0
        done = docker(engine, "build", "--output", "type=local,dest=out", ".")
        assert done.returncode == 0, done.stderr
    finally:
        docker(engine, "image", "rm", name, f"{name}@{first}")
    assert [Path("out", name).read_text() for name in "ab"] == ["first", "first"]


@pytest.mark.engine
def test_the_engine_tells_the_same_digest(engine: str, registry: Registry) -> None:
    digest = image(registry, f"{NAME}:1", "first")
    asked = Reference(registry.host, NAME, "1", "")
    direct = EngineRegistry((engine,))
    if docker(engine, "buildx", "version").returncode:
        pytest.skip("this engine has no buildx")
    assert direct.digest(asked) == digest
    with pytest.raises(RegistryError, match="not found"):
        direct.digest(Reference(registry.host, NAME, "2", ""))
    name = f"{registry.host}/{NAME}:1"
    pulled = docker(engine, "pull", name)
    try:
        assert pulled.returncode == 0, pulled.stderr
        registry.contents.clear()
        with pytest.raises(RegistryError, match="not found"):
            direct.digest(asked)
        kept = EngineRegistry((engine,), images=True).digest(asked)
        assert kept == digest
        assert "pulled" in getattr(kept, "note", "")
        Path("Dockerfile").write_text(f"FROM {name}\n")
        assert main(["pin", "--engine"]) == OK
        assert Path("Dockerfile").read_text() == f"FROM {name}@{digest}\n"
    finally:
        docker(engine, "image", "rm", name)


def test_no_engine() -> None:
    asked = Reference("ghcr.io", "a", "1", "")
    with pytest.raises(EngineError, match="there is no program no-such-docker"):
        EngineRegistry(("no-such-docker",)).digest(asked)


def test_an_answer_that_is_no_manifest(tmp_path: Path) -> None:
    program = tmp_path / "docker"
    program.write_text("#!/bin/sh\necho '<html>'\n")
    program.chmod(0o755)
    with pytest.raises(EngineError, match="no such answer"):
        EngineRegistry((str(program),)).digest(Reference("ghcr.io", "a", "1", ""))
