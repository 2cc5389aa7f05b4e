"""Facts from a local engine's images."""

import io
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from dockwright.engines import images
from dockwright.engines.images import DockerImages
from dockwright.errors import EngineError
from dockwright.facts.knowledge import Unknown

PASSWD = "root:x:0:0:root:/root:/bin/sh\napp:x:1001:1001::/app:/bin/false\nbroken\n"
RELEASE = 'ID=alpine\nVERSION_ID="3.20.3"\n'


def archive() -> io.BytesIO:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:

        def add(
            name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, **more: Any
        ) -> None:
            member = tarfile.TarInfo(name)
            member.type, member.size, member.mode = kind, len(content), 0o755
            for key, value in more.items():
                setattr(member, key, value)
            tar.addfile(member, io.BytesIO(content))

        add("bin", kind=tarfile.DIRTYPE)
        add("bin/busybox", b"\x7fELF" + b"\0" * 40 + b"/lib/ld-musl-x86_64.so.1\0")
        add("bin/sh", kind=tarfile.SYMTYPE, linkname="/bin/busybox")
        add("bin/hard", kind=tarfile.LNKTYPE, linkname="bin/busybox")
        add("usr/bin/pip", b"#!/usr/bin/python3\nimport sys\n")
        add("data", kind=tarfile.DIRTYPE, mode=0o1777, uid=7, gid=8)
        add("etc/passwd", PASSWD.encode(), mode=0o644)
        add("etc/group", b"root:x:0:\napp:x:1001:\n", mode=0o644)
        add("etc/os-release", RELEASE.encode(), mode=0o644)
        add("lib/apk/db/installed", b"P:musl\nV:1\n\nP:busybox\n", mode=0o644)
        add("dev/console")
        add("etc/resolv.conf")
    data.seek(0)
    return data


RECORD = {
    "Id": "sha256:" + "a" * 64,
    "Os": "linux",
    "Config": {
        "User": "app",
        "WorkingDir": "/data",
        "Entrypoint": ["/bin/sh"],
        "Cmd": None,
        "Env": ["A=b=c"],
        "ExposedPorts": {"80/tcp": {}},
        "Healthcheck": {"Test": ["CMD", "true"]},
    },
}


def test_a_listing_becomes_facts() -> None:
    found: Any = images.facts("mine", RECORD, images.read(archive()))
    assert (found.user.value, found.workdir.value) == ("app", "/data")
    assert (found.entrypoint.value, found.cmd.value) == (("/bin/sh",), None)
    assert found.healthcheck.value == ("CMD", "true")
    assert found.env["A"].value == "b=c"
    assert found.env["PATH"].value.endswith("/bin")
    assert found.ports == ("80/tcp",)
    files = found.contents
    assert files.program("sh", found.env["PATH"]).value.entry.content == "musl"
    assert files.stat("/bin/hard").value.content == "musl"
    assert files.stat("/usr/bin/pip").value.content == "#!/usr/bin/python3"
    assert files.program("curl", found.env["PATH"]).value is None
    data = files.stat("/data").value
    assert (data.kind, data.mode, data.uid, data.gid) == ("dir", 0o1777, 7, 8)
    assert files.account("user", "app").value.home == "/app"
    assert files.account("user", "broken").value is None
    assert (files.distribution, files.suite) == ("alpine", "3.20")
    assert files.package("apk", "musl").value is True
    assert files.package("apk", "curl").value is False
    assert isinstance(files.stat("/etc/resolv.conf"), Unknown)
    assert isinstance(files.stat("/proc/1"), Unknown)


def test_packages_of_dpkg_that_were_removed_do_not_count() -> None:
    status = (
        "Package: bash\nStatus: install ok installed\n\n"
        "Package: curl\nStatus: deinstall ok config-files\n"
    )
    listing = {"entries": {}, "texts": {"/var/lib/dpkg/status": status}}
    found: Any = images.facts("mine", RECORD, listing)
    assert found.contents.package("apt", "bash").value is True
    assert found.contents.package("apt", "curl").value is False


def program(folder: Path, text: str) -> tuple[str, ...]:
    path = folder / "docker"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return (str(path),)


def test_a_kept_listing_is_not_made_again(tmp_path: Path) -> None:
    record = json.dumps([RECORD])
    tar = tmp_path / "root.tar"
    tar.write_bytes(archive().getvalue())
    command = program(
        tmp_path,
        f'echo "$1" >>{tmp_path}/asked\n'
        f"case $1 in image) echo '{record}';; create) echo box;; export) cat {tar};; esac",
    )
    for _ in range(2):
        found: Any = DockerImages(str(tmp_path / "cache"), command).image("mine")
        assert found.contents.account("user", "app").value.number == 1001
    asked = (tmp_path / "asked").read_text().split()
    assert asked == ["image", "create", "export", "rm", "image"]


def test_an_image_the_engine_lacks_is_unknown(tmp_path: Path) -> None:
    command = program(tmp_path, "echo 'Error: No such image: x' >&2; exit 1")
    assert DockerImages(command=command).image("x") is None
    assert DockerImages(command=command).image("--help") is None


@pytest.mark.parametrize(
    "text", ["echo 'Cannot connect' >&2; exit 1", "echo nonsense", "echo '[]'"]
)
def test_an_engine_that_does_not_answer_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(EngineError, match="docker image inspect x"):
        DockerImages(command=program(tmp_path, text)).image("x")


def test_no_engine_at_all_is_told() -> None:
    with pytest.raises(EngineError, match="there is no program"):
        DockerImages(command=("/nowhere/docker",)).image("x")


def test_the_container_is_removed_when_the_export_fails(tmp_path: Path) -> None:
    record = json.dumps([RECORD])
    command = program(
        tmp_path,
        f'echo "$1" >>{tmp_path}/asked\n'
        f"case $1 in image) echo '{record}';; create) echo box;; export) exit 3;; esac",
    )
    with pytest.raises(EngineError, match="docker export"):
        DockerImages(command=command).image("mine")
    assert (tmp_path / "asked").read_text().split()[-1] == "rm"


@pytest.mark.engine
def test_a_real_image(engine: str, tmp_path: Path) -> None:
    made = subprocess.run(
        [engine, "build", "--quiet", "-"],
        input=b"FROM scratch\nWORKDIR /data\nUSER 7\nEXPOSE 99\n",
        capture_output=True,
        check=True,
    )
    name = made.stdout.decode().strip()
    try:
        found: Any = DockerImages(str(tmp_path)).image(name)
        assert found.workdir.value == "/data"
        assert found.user.value == "7"
        assert found.contents.stat("/data").value.kind == "dir"
        assert found.contents.stat("/nothing").value is None
    finally:
        subprocess.run([engine, "image", "rm", "--force", name], capture_output=True, check=False)
    left = subprocess.run(
        [engine, "ps", "--all", "--quiet", "--filter", f"label={images.LABEL}"],
        capture_output=True,
        check=True,
    )
    assert left.stdout == b""
