"""
The fixtures: Dockerfiles with their build contexts, in Markdown files by subject.

A fixture is a `## name` with some prose and blocks between lines of tildes:

    ~~~Dockerfile            the Dockerfile
    ~~~file PATH [MODE]      a file of the context (0644), as text
    ~~~dir PATH [MODE]       an empty directory (0755)
    ~~~link PATH TARGET      a symbolic link
    ~~~archive PATH          a .tar, .tar.gz or .zip; lines `file PATH MODE UID:GID TEXT`,
                             `dir PATH MODE UID:GID` or `link PATH TARGET`
    ~~~wheel DIR NAME VERSION  a wheel of one module; lines `script NAME`
    ~~~repository PATH       a bare git repository; lines `file PATH TEXT`
    ~~~args                  build arguments, KEY=VALUE per line
    ~~~ask                   hand-written questions, above all about what is not there
    ~~~fails                 the beginning of the instruction at which the build must fail
    ~~~                      ends each of them

`Fixture.key` changes when anything of that changes. Contexts are the same on every machine: times,
modes and owners are set.
"""

import gzip
import hashlib
import io
import os
import subprocess
import tarfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "fixtures"
TIME = 1_700_000_000  # of every file in a context: seconds since 1970
_ZIP_TIME = (2023, 11, 14, 22, 13, 20)


@dataclass(frozen=True)
class Block:
    """A block of a fixture: its kind, the words behind the kind, and its lines as one text."""

    kind: str
    words: tuple[str, ...]
    text: str

    @property
    def lines(self) -> list[str]:
        """The lines that are not empty."""
        return [line for line in self.text.splitlines() if line.strip()]


@dataclass
class Fixture:
    """One Dockerfile with its context."""

    name: str
    subject: str
    blocks: list[Block] = field(default_factory=list)

    def _only(self, kind: str) -> str:
        found = [block.text for block in self.blocks if block.kind == kind]
        if len(found) > 1:
            raise ValueError(f"{self.name}: {kind} twice")
        return found[0] if found else ""

    @property
    def dockerfile(self) -> str:
        """The text of the Dockerfile."""
        return self._only("Dockerfile")

    @property
    def args(self) -> dict[str, str]:
        """The build arguments given."""
        pairs = (line.partition("=") for line in self._only("args").splitlines() if line)
        return {key: value for key, _, value in pairs}

    @property
    def asks(self) -> list[list[str]]:
        """The words of the hand-written questions."""
        return [line.split() for line in self._only("ask").splitlines() if line.strip()]

    @property
    def fails(self) -> str:
        """The beginning of the instruction that fails, "" when the build succeeds."""
        return self._only("fails").strip()

    @property
    def key(self) -> str:
        """A digest of everything that the build gets."""
        parts = [
            (block.kind, block.words, block.text)
            for block in self.blocks
            if block.kind not in ("ask", "fails")
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def write(self, folder: Path) -> None:
        """Write Dockerfile and context into `folder`."""
        (folder / "Dockerfile").write_text(self.dockerfile)
        modes: dict[Path, int] = {}
        for block in self.blocks:
            if block.kind in ("Dockerfile", "args", "ask", "fails"):
                continue
            path = folder / block.words[0]
            path.parent.mkdir(parents=True, exist_ok=True)
            if block.kind == "link":
                path.symlink_to(block.words[1])
                continue
            if block.kind == "file":
                path.write_text(block.text)
            elif block.kind == "dir":
                path.mkdir(exist_ok=True)
            elif block.kind == "archive":
                path.write_bytes(_archive(path.name, block.lines))
            elif block.kind == "wheel":
                path.mkdir(exist_ok=True)
                _wheel(path, block.words[1], block.words[2], block.lines)
            elif block.kind == "repository":
                _repository(path, block.lines)
            else:
                raise ValueError(f"{self.name}: what is a {block.kind}?")
            if block.kind in ("file", "dir") and len(block.words) > 1:
                modes[path] = int(block.words[1], 8)
        # Bottom up: a directory's time changes when something is put into it.
        for parent, _, files in os.walk(folder, topdown=False):
            for name in files:
                _settle(Path(parent, name), modes.get(Path(parent, name)))
            _settle(Path(parent), modes.get(Path(parent)))

    def listing(self, folder: Path) -> list[tuple[str, str, int, str]]:
        """The context as written to `folder`: (path, "file", "dir" or "link", mode, target)."""
        found = []
        for path in sorted(folder.rglob("*")):
            mode = path.lstat().st_mode & 0o7777
            kind = "link" if path.is_symlink() else "dir" if path.is_dir() else "file"
            target = os.readlink(path) if kind == "link" else ""
            found.append((str(path.relative_to(folder)), kind, mode, target))
        return found


def load(folder: Path = FOLDER) -> list[Fixture]:
    """All fixtures, in the order of the files' names."""
    found = [one for path in sorted(folder.glob("*.md")) for one in parse(path)]
    names = [one.name for one in found]
    if len(set(names)) != len(names):
        raise ValueError(f"a name twice: {sorted(n for n in names if names.count(n) > 1)}")
    return found


def parse(path: Path) -> list[Fixture]:
    """The fixtures of one file."""
    found: list[Fixture] = []
    lines = iter(path.read_text().splitlines(keepends=True))
    for line in lines:
        if line.startswith("## "):
            found.append(Fixture(line[3:].strip(), path.stem))
        elif line.startswith("~~~"):
            kind, *words = line[3:].split()
            body = []
            for inner in lines:
                if inner.rstrip() == "~~~":
                    break
                body.append(inner)
            else:
                raise ValueError(f"{path}: a block of {found[-1].name} does not end")
            found[-1].blocks.append(Block(kind, tuple(words), "".join(body)))
    for one in found:
        if not one.dockerfile:
            raise ValueError(f"{path}: {one.name} has no Dockerfile")
    return found


def _settle(path: Path, mode: int | None) -> None:
    if path.is_symlink():
        os.utime(path, (TIME, TIME), follow_symlinks=False)
        return
    path.chmod(mode if mode is not None else 0o755 if path.is_dir() else 0o644)
    os.utime(path, (TIME, TIME))


def _archive(name: str, lines: list[str]) -> bytes:
    out = io.BytesIO()
    if name.endswith(".zip"):
        with zipfile.ZipFile(out, "w") as bundle:
            for line in lines:
                _, path, mode, _, *rest = line.split(" ", 4)
                member = zipfile.ZipInfo(path, _ZIP_TIME)
                member.external_attr = (0o100000 | int(mode, 8)) << 16
                bundle.writestr(member, " ".join(rest) + "\n")
        return out.getvalue()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for line in lines:
            kind, path, *rest = line.split(" ", 4)
            info = tarfile.TarInfo(path)
            info.mtime = TIME
            data = b""
            if kind == "link":
                info.type, info.linkname = tarfile.SYMTYPE, rest[0]
            else:
                info.mode = int(rest[0], 8)
                info.uid, info.gid = (int(part) for part in rest[1].split(":"))
                info.type = tarfile.DIRTYPE if kind == "dir" else tarfile.REGTYPE
                data = "".join(rest[2:]).encode() + b"\n" if kind == "file" else b""
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    if name.endswith(".gz"):
        return gzip.compress(out.getvalue(), mtime=TIME)
    return out.getvalue()


def _wheel(folder: Path, name: str, version: str, lines: list[str]) -> None:
    module = name.replace("-", "_")
    about = f"{module}-{version}.dist-info"
    scripts = [line.split()[1] for line in lines if line.startswith("script ")]
    members = {
        f"{module}.py": f'def main():\n    print("{name}")\n',
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
    }
    if scripts:
        entries = "".join(f"{script} = {module}:main\n" for script in scripts)
        members[f"{about}/entry_points.txt"] = "[console_scripts]\n" + entries
    record = "".join(f"{path},,\n" for path in [*members, f"{about}/RECORD"])
    members[f"{about}/RECORD"] = record
    with zipfile.ZipFile(folder / f"{module}-{version}-py3-none-any.whl", "w") as bundle:
        for path, text in members.items():
            info = zipfile.ZipInfo(path, _ZIP_TIME)
            info.external_attr = 0o100644 << 16
            bundle.writestr(info, text)


def _repository(path: Path, lines: list[str]) -> None:
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "a"), ("EMAIL", "a@example.org"), ("DATE", f"{TIME} +0000"))
    }
    env = {"PATH": os.environ["PATH"], "HOME": str(path), "GIT_CONFIG_NOSYSTEM": "1", **who}
    work = path.with_name(path.name + ".work")
    work.mkdir(parents=True)

    def git(*words: str) -> None:
        subprocess.run(["git", "-C", str(work), *words], env=env, check=True, capture_output=True)

    git("init", "--quiet", "--initial-branch=main", "--template=")
    for line in lines:
        _, name, *text = line.split(" ", 2)
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(" ".join(text) + "\n")
    git("add", "--all")
    git("commit", "--quiet", "--message=all")
    git("clone", "--quiet", "--bare", "--template=", str(work), str(path))
    subprocess.run(["rm", "-rf", str(work)], check=True)
