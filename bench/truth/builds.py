"""
What the engine makes of a fixture: the record of one build, made once and kept in a file.

The file system comes from the build itself (`--output type=tar`), so nothing that a container adds
(`/.dockerenv`, `/etc/resolv.conf`, `/dev/pts`) is in it. A record is JSON lines, compressed: what
was built, the configuration, users, groups, packages, then the paths that differ from the base
image. Base images have records of their own, with all paths.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from bench.truth.fixtures import Fixture
from bench.truth.listing import Entry, Group, Listing, User, read

VERSION = 2  # of the record: another one means building again
LIMIT = 180.0  # seconds for one build
PREFIX = "dw-truth-"
RUN = f"-{os.getpid()}"  # two runs at a time must not remove each other's images
_FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE | re.MULTILINE)
_LINE = re.compile(r"^Dockerfile:(\d+)$", re.MULTILINE)
_EXIT = re.compile(r"did not complete successfully: exit code: (\d+)")


class NoImage(Exception):
    """The engine lacks an image, and there is no record of it."""


@dataclass
class Failure:
    """Where a build failed: the first line of the instruction, the exit code of a RUN, why."""

    line: int
    code: int | None
    message: str


@dataclass
class Truth:
    """
    The record of a build, or of a base image.

    `config` is what `docker image inspect` calls Config; `base` the listing of the image the last
    stage builds on (an empty one for scratch), `listing` the built one. With a `failure` there is
    neither.
    """

    name: str
    key: str
    config: dict[str, Any]
    base: Listing
    listing: Listing
    failure: Failure | None = None
    seconds: float = 0.0

    @property
    def env(self) -> dict[str, str]:
        """The environment of the image."""
        return dict(item.split("=", 1) for item in self.config.get("Env") or ())

    @property
    def removed(self) -> list[str]:
        """The paths of the base that are gone."""
        return [path for path in self.base.entries if path not in self.listing.entries]

    @property
    def changed(self) -> list[str]:
        """The paths that the base has not, or has otherwise."""
        before = self.base.entries
        return [
            path
            for path, entry in self.listing.entries.items()
            if path not in before or before[path].bare != entry.bare
        ]


def docker(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run the docker command."""
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=False)


@cache
def identity(image: str) -> str:
    """The id of an image of the engine, "" when it has none or there is no engine."""
    if shutil.which("docker") is None:
        return ""
    done = docker("image", "inspect", "--format", "{{.Id}}", image)
    return done.stdout.strip() if not done.returncode else ""


def bases(text: str, args: dict[str, str] | None = None) -> list[str]:
    """The images the stages of a Dockerfile build on, scratch included, those of the last last."""
    known = dict(re.findall(r"^ARG (\w+)=(\S+)", text.partition("\nFROM")[0], re.MULTILINE))
    known |= args or {}
    stages: dict[str, str] = {}
    found = []
    for written, name in _FROM.findall(text):
        image = re.sub(r"\$\{?(\w+)\}?", lambda match: known.get(match[1], ""), written)
        image = stages.get(image.lower(), image)
        found.append(image)
        if name:
            stages[name.lower()] = image
    return found


def key(fixture: Fixture) -> str:
    """What a record depends on: the fixture, and after a dot the images it builds on."""
    used = sorted({identity(image) for image in bases(fixture.dockerfile, fixture.args)})
    parts = ((VERSION, fixture.key), used)
    return ".".join(hashlib.sha256(repr(part).encode()).hexdigest()[:24] for part in parts)


def stale(fixture: Fixture, folder: Path) -> bool:
    """Whether the record of a fixture is missing or of something else."""
    path = folder / f"{fixture.name}.jsonl.gz"
    if not path.exists():
        return True
    made, now = load(path, {}).key, key(fixture)
    names = set(bases(fixture.dockerfile, fixture.args)) - {"scratch"}
    if all(identity(name) for name in names):
        return made != now
    # Without the images only the fixture can be compared.
    return made.partition(".")[0] != now.partition(".")[0]


# Building


def run(text: str, folder: Path, tag: str, args: dict[str, str]) -> "tuple[Listing, str, bool]":
    """Build `folder`: the file system, what the engine said, and whether it went well."""
    command = ["docker", "build", "--progress=plain", "--pull=false", "--tag", tag]
    command += ["--output", "type=docker", "--output", "type=tar,dest=-"]
    for name, value in args.items():
        command += ["--build-arg", f"{name}={value}"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen([*command, str(folder)], stdout=subprocess.PIPE, stderr=said) as build,
    ):
        limit = threading.Timer(LIMIT, build.kill)
        limit.start()
        out = build.stdout
        assert out is not None
        try:
            # An empty stream is the end of a build that failed.
            found = read(out) if out.peek(1) else Listing()  # type: ignore[attr-defined]
            out.read()
            code = build.wait()
        finally:
            limit.cancel()
        said.seek(0)
        message = said.read().decode(errors="replace")
    if code < 0:
        raise TimeoutError(f"not built in {LIMIT:.0f} s:\n{text}")
    return found, message, code == 0


def config_of(tag: str) -> dict[str, Any]:
    """The configuration of an image."""
    done = docker("image", "inspect", tag)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return cast("dict[str, Any]", json.loads(done.stdout)[0]["Config"])


def build(fixture: Fixture, folder: Path) -> Truth:
    """Build a fixture and record what came of it; the image is removed again."""
    tag = PREFIX + fixture.name + RUN
    started = time.monotonic()
    origin = bases(fixture.dockerfile, fixture.args)[-1]
    base = image(origin, folder).listing if origin != "scratch" else Listing()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as context:
        fixture.write(Path(context))
        found, said, good = run(fixture.dockerfile, Path(context), tag, fixture.args)
    truth = Truth(fixture.name, key(fixture), {}, base, found)
    if good:
        truth.config = config_of(tag)
        docker("image", "rm", "--force", tag)
    else:
        lines = _LINE.findall(said)
        if not lines:
            raise RuntimeError(f"{fixture.name}: no failing line in\n{said}")
        exit_code = _EXIT.search(said)
        message = said.strip().rpartition("\n")[2]
        failed = int(exit_code[1]) if exit_code else None
        truth.failure = Failure(int(lines[-1]), failed, message)
        truth.base = truth.listing = Listing()
    truth.seconds = round(time.monotonic() - started, 2)
    save(truth, folder / f"{fixture.name}.jsonl.gz")
    return truth


_images = threading.Lock()


def image(name: str, folder: Path) -> Truth:
    """The record of a base image, made when it is missing or of another image."""
    path = folder / "images" / (re.sub(r"[^\w.-]", "_", name) + ".jsonl.gz")
    with _images:
        known = load(path, {}) if path.exists() else None
        here = identity(name)
        now = f"{VERSION} {here}"
        if known is not None and (known.key == now or not here):
            return known
        if not here:
            raise NoImage(f"the engine has no {name}")
        tag = PREFIX + "base" + RUN
        with tempfile.TemporaryDirectory(prefix=PREFIX) as context:
            text = f"FROM {name}\n"
            Path(context, "Dockerfile").write_text(text)
            found, said, good = run(text, Path(context), tag, {})
        if not good:
            raise RuntimeError(said)
        docker("image", "rm", "--no-prune", tag)
        truth = Truth(name, now, config_of(name), Listing(), found)
        save(truth, path)
        return truth


# Keeping


def save(truth: Truth, path: Path) -> None:
    """Write the record of a build."""
    about: dict[str, Any] = {"name": truth.name, "key": truth.key, "seconds": truth.seconds}
    if truth.failure is not None:
        about["failure"] = vars(truth.failure)
    listing = truth.listing
    rows: list[Any] = [
        about,
        {"config": truth.config},
        {"users": listing.users},
        {"groups": listing.groups},
        {"debian": sorted(listing.debian), "system": listing.system},
        {"removed": truth.removed},
    ]
    rows += [[path, *listing.entries[path]] for path in truth.changed]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def load(path: Path, listings: dict[str, Listing], base: str = "scratch") -> Truth:
    """Read a record back; `listings` are those of the base images, by name."""
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    about, config, users, groups, debian, removed, *paths = rows
    failure = Failure(**about["failure"]) if "failure" in about else None
    before = listings.get(base, Listing()) if failure is None else Listing()
    gone = set(removed["removed"])
    entries = {path: entry for path, entry in before.entries.items() if path not in gone}
    entries |= {row[0]: Entry(*row[1:]) for row in paths}
    listing = Listing(
        entries,
        {name: User(*row) for name, row in users["users"].items()},
        {name: Group(row[0], tuple(row[1])) for name, row in groups["groups"].items()},
        frozenset(debian["debian"]),
        tuple(debian.get("system", ("", ""))),
    )
    return Truth(
        about["name"], about["key"], config["config"], before, listing, failure, about["seconds"]
    )


def loaded(fixture: Fixture, folder: Path, listings: dict[str, Listing]) -> Truth | None:
    """The record of a fixture, None when there is none; `listings` is filled on the way."""
    path = folder / f"{fixture.name}.jsonl.gz"
    if not path.exists():
        return None
    base = bases(fixture.dockerfile, fixture.args)[-1]
    if base != "scratch" and base not in listings:
        listings[base] = image(base, folder).listing
    return load(path, listings, base)
