"""Archives, wheels and scripts of the build context: what is known of what becomes of them."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from dockwright.app import archive
from dockwright.app.listing import DiskListing
from dockwright.facts.contents import Contents
from dockwright.facts.knowledge import Known, Unknown
from dockwright.model.unpacking import read
from tests.model.test_filesystem import files_of
from tests.support.models import ABSENT, UNKNOWN, build_of, told

SHELL = (
    "FROM scratch\nCOPY bin/sh bin/tar bin/unzip bin/sed bin/useradd bin/rm bin/mkdir bin/touch"
    " bin/find bin/xargs /bin/\n"
)


def made(folder: Path) -> DiskListing:
    """A context with programs, an archive of each kind, and scripts."""
    (folder / "bin").mkdir()
    for name in (
        "sh",
        "tar",
        "unzip",
        "sed",
        "useradd",
        "rm",
        "mkdir",
        "touch",
        "pip",
        "find",
        "xargs",
    ):
        path = folder / "bin" / name
        path.write_text("")
        path.chmod(0o755)
    for name, mode in (("a.tar", "w"), ("a.tgz", "w:gz"), ("a.tar.xz", "w:xz")):
        with tarfile.open(folder / name, mode) as out:  # type: ignore[call-overload]
            for path_, kind, bits, owner in (
                ("app", tarfile.DIRTYPE, 0o750, 7),
                ("app/run", tarfile.REGTYPE, 0o755, 7),
                ("other/deep/file", tarfile.REGTYPE, 0o640, 0),
                ("app/link", tarfile.SYMTYPE, 0o777, 7),
            ):
                info = tarfile.TarInfo(path_)
                info.type, info.mode, info.uid, info.gid = kind, bits, owner, owner
                if kind == tarfile.SYMTYPE:
                    info.linkname = "run"
                out.addfile(info, io.BytesIO())
    with zipfile.ZipFile(folder / "b.zip", "w") as bundle:
        for name, bits in (("in/one", 0o644), ("in/run", 0o755)):
            member = zipfile.ZipInfo(name)
            member.external_attr = (0o100000 | bits) << 16
            bundle.writestr(member, "x")
    return DiskListing(str(folder))


@pytest.fixture(name="listing", scope="module")
def listing_(tmp_path_factory: pytest.TempPathFactory) -> DiskListing:
    return made(tmp_path_factory.mktemp("context"))


CASES = [
    # ADD unpacks with the owners and modes of the archive.
    ("ADD a.tar /x/\n", "/x/app", "dir 750 7:7"),
    ("ADD a.tgz /x\n", "/x/app/run", "file 755 7:7"),
    ("ADD a.tar.xz /x\n", "/x/app/link", "link 777 7:7 -> run"),
    ("ADD a.tar /x\n", "/x/other", "dir 755 0:0"),
    ("ADD a.tar /x\n", "/x/other/deep/file", "file 640 0:0"),
    ("ADD a.tar /x\n", "/x/a.tar", ABSENT),
    ("ADD a.tar /x\n", "/x/nothing", ABSENT),
    ("ADD --chown=5:6 a.tar /x\n", "/x/app/run", "file 755 5:6"),
    ("ADD --chmod=600 a.tar /x\n", "/x/app/run", UNKNOWN),
    ("ADD b.zip /x/\n", "/x/in/one", ABSENT),
    ("COPY a.tar /x/\n", "/x/app", ABSENT),
    # tar
    ("COPY a.tar /x/\nRUN tar xf /x/a.tar -C /x\n", "/x/app", "dir 750 7:7"),
    ("COPY a.tar /x/\nRUN tar xf /x/a.tar -C /x\n", "/x/none", ABSENT),
    (
        "COPY a.tgz /x/\nRUN cd /x && tar -xzf a.tgz --strip-components=1\n",
        "/x/run",
        "file 755 7:7",
    ),
    ("COPY a.tgz /x/\nRUN cd /x && tar -xzf a.tgz --strip-components=1\n", "/x/app", ABSENT),
    ("COPY a.tgz /x/\nRUN tar -xzf /x/a.tgz -C /x --no-same-owner\n", "/x/app/run", "file 755 0:0"),
    ("COPY a.tgz /x/\nRUN tar -xzf /x/a.tgz -C /x --wildcards '*/run'\n", "/x/app/run", UNKNOWN),
    ("COPY a.tgz /x/\nRUN sed -i s/a/b/ /x/a.tgz && tar xf /x/a.tgz -C /x\n", "/x/q", UNKNOWN),
    ("COPY a.tgz /x/\nRUN sed -i s/a/b/ /x/*\nRUN tar xf /x/a.tgz -C /x\n", "/x/q", UNKNOWN),
    ("COPY a.tgz /x/\nRUN echo >> /x/a.tgz\nRUN tar xf /x/a.tgz -C /x\n", "/x/q", UNKNOWN),
    # unzip
    ("COPY b.zip /x/\nRUN unzip -q /x/b.zip -d /y\n", "/y/in/run", "file 755 0:0"),
    ("COPY b.zip /x/\nRUN unzip -q /x/b.zip -d /y\n", "/y/in", "dir 755 0:0"),
    ("COPY b.zip /x/\nRUN unzip -q /x/b.zip -d /y\n", "/y/other", ABSENT),
    ("COPY b.zip /x/\nRUN unzip -q /x/b.zip -x in/one -d /y\n", "/y/in/one", UNKNOWN),
]


@pytest.mark.parametrize(("text", "path", "wanted"), CASES)
def test_archive(text: str, path: str, wanted: str, listing: DiskListing) -> None:
    assert told(files_of(SHELL + text, listing).find(path)) == wanted


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "no.tar").write_text("this is none")
    (tmp_path / "cut.tgz").write_bytes(b"\x1f\x8b\x08\x00")
    assert archive.members(str(tmp_path / "no.tar")) is None
    assert archive.members(str(tmp_path / "cut.tgz")) is None
    assert archive.members(str(tmp_path / "none.tar")) is None
    listing = made(tmp_path)
    assert listing.members("a.tgz")
    monkeypatch.setattr(archive, "MAX_UNPACKED", 512)
    assert archive.members(str(tmp_path / "a.tgz")) is None
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    assert archive.members(str(tmp_path / "a.tar")) is None
    assert archive.members(str(tmp_path / "b.zip")) is not None


@pytest.mark.parametrize("path", ["../up", "a/../../b", ".wh.gone"])
def test_odd_members(path: str) -> None:
    assert read([f"file\t644\t0\t0\t\t\t\t{path}"]) is None


def test_strip_counts_dots() -> None:
    lines = [f"dir\t755\t0\t0\t\t\t\t{one}" for one in ("./", "./a", "./a/b", "c/d")]
    whole, one, two = (read(lines, strip) for strip in (0, 1, 2))
    assert whole is not None
    assert one is not None
    assert two is not None
    assert set(whole.members) == {"", "a", "a/b", "c/d"}
    assert set(one.members) == {"a", "a/b", "d"}
    assert set(two.members) == {"b"}


def test_members_below_links() -> None:
    lines = ["link\t777\t0\t0\t\t\t/etc\td", "file\t644\t0\t0\t\t\t\td/passwd"]
    assert read(lines) is None


# Wheels


def wheel(folder: Path, name: str, needs: str = "") -> None:
    """A wheel of a package and a program, in `folder`."""
    folder.mkdir(exist_ok=True)
    about = f"{name}-1.0.dist-info"
    texts = {
        f"{name}/__init__.py": "",
        f"{about}/METADATA": f"Name: {name}\nVersion: 1.0\n{needs}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n",
        f"{about}/entry_points.txt": f"[console_scripts]\n{name}-run = {name}:main\n",
        f"{about}/RECORD": "",
    }
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as bundle:
        for path, text in texts.items():
            bundle.writestr(path, text)


PYTHON = (
    "FROM scratch\nCOPY bin /bin/\nCOPY python3.12 /usr/local/bin/python3.12\n"
    "COPY pip /usr/local/bin/pip\nENV PATH=/usr/local/bin:/bin\n"
    "RUN mkdir -p /usr/local/lib/python3.12/site-packages\nCOPY wheels /wheels\n"
)
SITE = "/usr/local/lib/python3.12/site-packages"


def python(folder: Path, text: str, needs: str = "") -> Contents:
    listing = made(folder)
    (folder / "python3.12").write_text("")
    (folder / "python3.12").chmod(0o755)
    (folder / "pip").write_text("#!/usr/local/bin/python3.12\n")
    (folder / "pip").chmod(0o755)
    wheel(folder / "wheels", "tool", needs)
    wheel(folder / "wheels", "other")
    return files_of(PYTHON + text, listing)


INSTALL = "RUN pip install --no-index --no-cache-dir --find-links=/wheels tool\n"


def test_wheel(tmp_path: Path) -> None:
    files = python(tmp_path, INSTALL)
    assert told(files.find(f"{SITE}/tool")) == "dir 755 0:0"
    assert told(files.find(f"{SITE}/tool/__init__.py")) == "file 644 0:0"
    assert told(files.find(f"{SITE}/tool/__pycache__/__init__.cpython-312.pyc")) == "file 644 0:0"
    assert told(files.find(f"{SITE}/tool-1.0.dist-info/INSTALLER")) == "file 644 0:0"
    assert told(files.find(f"{SITE}/tool-1.0.dist-info/direct_url.json")) == ABSENT
    assert told(files.find("/usr/local/bin/tool-run")) == "file 755 0:0"
    assert told(files.find(f"{SITE}/other")) == ABSENT
    assert told(files.find(f"{SITE}/six.py")) == ABSENT
    assert files.package("pip", "tool") == Known(True, files.package("pip", "tool").reason)


def test_wheel_by_path(tmp_path: Path) -> None:
    files = python(tmp_path, "RUN pip install /wheels/tool-1.0-py3-none-any.whl\n")
    assert told(files.find(f"{SITE}/tool-1.0.dist-info/direct_url.json")) == "file 644 0:0"


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        (INSTALL, "Requires-Dist: six"),
        (INSTALL.replace("--no-index", ""), ""),
        ("RUN touch /wheels/tool-2.0-py3-none-any.whl\n" + INSTALL, ""),
        ("COPY --from=example.org/x /wheels /wheels\n" + INSTALL, ""),
        ("ENV PIP_FIND_LINKS=/more\n" + INSTALL, ""),
        (INSTALL.replace("tool\n", "tool -r https://example.org/list\n"), ""),
    ],
)
def test_wheel_not_understood(text: str, needs: str, tmp_path: Path) -> None:
    files = python(tmp_path, text, needs)
    assert told(files.find(f"{SITE}/six.py")) == UNKNOWN
    assert told(files.find(f"{SITE}/tool/__init__.py")) == UNKNOWN


def test_extras_are_not_needed(tmp_path: Path) -> None:
    files = python(tmp_path, INSTALL, "Requires-Dist: six ; extra == 'all'")
    assert told(files.find(f"{SITE}/six.py")) == ABSENT


def test_wheel_goes(tmp_path: Path) -> None:
    files = python(tmp_path, INSTALL + "RUN pip uninstall -y tool\n")
    assert told(files.find(f"{SITE}/tool-1.0.dist-info")) == ABSENT
    assert told(files.find(f"{SITE}/tool/__init__.py")) == UNKNOWN
    assert told(files.find("/usr/local/bin/tool-run")) == ABSENT
    assert told(files.find(f"{SITE}/other")) == ABSENT


VENV = "RUN python3.12 -m venv /v\n"
SEEDED = [
    (VENV, "pip", "dir 755 0:0"),
    (VENV, "pip/_internal/cli/main.py", "file 644 0:0"),
    (VENV, "pip/_internal/cli/__pycache__/main.cpython-312.pyc", "file 644 0:0"),
    (VENV, "pip/_internal/cli/__pycache__", "dir 755 0:0"),
    (VENV, "pip/_internal/no-such-file", UNKNOWN),
    (VENV, "pip-25.0.dist-info", UNKNOWN),
    (VENV, "other", ABSENT),
    ("RUN python3.12 -m venv --without-pip /v\n", "pip", UNKNOWN),
    ("RUN umask 077; python3.12 -m venv /v\n", "pip/__main__.py", "file 600 0:0"),
    (VENV + "RUN /v/bin/pip install --upgrade pip\n", "pip/__main__.py", UNKNOWN),
]


@pytest.mark.parametrize(("text", "path", "wanted"), SEEDED)
def test_environment(text: str, path: str, wanted: str, tmp_path: Path) -> None:
    found = python(tmp_path, text).find(f"/v/lib/python3.12/site-packages/{path}")
    assert told(found) == wanted
    assert not isinstance(found, Known) or found.value is None or not found.firm


# Scripts

SCRIPT = "#!/bin/sh\nmkdir /made\nrm -rf /before\nVALUE=/from\nmkdir $VALUE\n"


def scripted(folder: Path, text: str, script: str = SCRIPT) -> Contents:
    listing = made(folder)
    (folder / "setup.sh").write_text(script)
    (folder / "setup.sh").chmod(0o755)
    return files_of(SHELL + "COPY setup.sh /w/\nRUN mkdir /before\n" + text, listing)


@pytest.mark.parametrize(
    "call", ["/w/setup.sh", "cd /w && ./setup.sh", "sh /w/setup.sh", "cd /w; sh -e setup.sh"]
)
def test_script(call: str, tmp_path: Path) -> None:
    files = scripted(tmp_path, f"RUN {call}\n")
    assert told(files.find("/made")) == "dir 755 0:0"
    assert told(files.find("/from")) == "dir 755 0:0"
    assert told(files.find("/before")) == ABSENT
    assert told(files.find("/other")) == ABSENT


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("RUN sed -i 's/a/b/' /w/setup.sh && /w/setup.sh\n", SCRIPT),
        ("RUN echo x >> /w/setup.sh && /w/setup.sh\n", SCRIPT),
        ("RUN find /w -name '*.sh' -exec sed -i s/a/b/ {} + && /w/setup.sh\n", SCRIPT),
        ("RUN /w/setup.sh\n", "#!/bin/touch\n"),
        ("RUN /w/setup.sh\n", "#!/bin/sh\nif [ ; then\n"),
        ("RUN /w/setup.sh\n", "#!/bin/sh\r\nmkdir /made\r\n"),
        ("RUN /w/setup.sh\n", "#!/bin/sh\n/w/setup.sh\n"),
    ],
)
def test_script_not_understood(text: str, script: str, tmp_path: Path) -> None:
    assert isinstance(scripted(tmp_path, text, script).find("/other"), Unknown)


def test_script_has_only_what_is_exported(tmp_path: Path) -> None:
    files = scripted(tmp_path, "RUN NAME=x; /w/setup.sh\n", "#!/bin/sh\nmkdir /made$NAME\n")
    assert told(files.find("/madex")) == UNKNOWN


def test_script_points_to_the_dockerfile(tmp_path: Path) -> None:
    found = scripted(tmp_path, "RUN /w/setup.sh\n").find("/made")
    text = SHELL + "COPY setup.sh /w/\nRUN mkdir /before\nRUN /w/setup.sh\n"
    span = found.reason.span
    assert span is not None
    assert text[span.start : span.end] == "/w/setup.sh"


@pytest.mark.parametrize("option", ["-a /w/setup.sh", "--arg-file=/w/setup.sh", "-r -a/w/setup.sh"])
def test_xargs_reads_a_file(option: str, tmp_path: Path) -> None:
    files = scripted(tmp_path, f"RUN xargs {option} mkdir\n", "/one\n/two\n")
    assert told(files.find("/two")) == "dir 755 0:0"
    assert told(files.find("/three")) == ABSENT


def test_what_another_owns_stays(tmp_path: Path) -> None:
    script = "#!/bin/sh\nrm -rf /before\nmkdir /tmp/mine\n"
    text = "RUN mkdir -m 777 /tmp\nUSER 7:7\nRUN /w/setup.sh\n"
    files = scripted(tmp_path, text, script)
    assert told(files.find("/before")) == "dir 755 0:0"
    assert told(files.find("/tmp/mine")) == "dir 755 7:7"


def test_answers_are_kept(tmp_path: Path) -> None:
    listing = made(tmp_path)
    build = build_of(SHELL + "ADD a.tar /x\n", listing)
    assert build.final is not None
    build.final.state.files.find("/x/app")
    asked = [(what, path, answer) for (what, path), answer in listing.asked.items()]
    kept = [answer for what, _, answer in asked if what == "members"]
    assert kept
    assert all(isinstance(one, str) and len(one) == 40 for one in kept)
    assert DiskListing(str(tmp_path)).same(asked)
    (tmp_path / "a.tar").write_text("other")
    assert not DiskListing(str(tmp_path)).same(asked)
