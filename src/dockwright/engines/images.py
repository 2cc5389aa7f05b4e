"""
Images that a local engine has, read with the `docker` command.

`docker image inspect` gives the configuration, and the files come from `docker export` of a
container that is made and never started. What was listed is kept on the disk by the image's id,
which names its content, so each image is listed once.
"""

import gzip
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from dockwright.engines.command import ask
from dockwright.errors import EngineError
from dockwright.facts.contents import Account, Contents, Entry
from dockwright.facts.ground import Listing
from dockwright.facts.image import DEFAULT_PATH, ImageFacts
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.port import FactSource

if TYPE_CHECKING:
    from dockwright.facts.knowledge import Knowledge

LABEL = "dockwright=facts"
# Kept files of another format are listed again.
FORMAT = 1
ASK_SECONDS = 20
LIST_SECONDS = 300
# Of larger scripts nobody needs the first line.
HEAD = 256
# What an engine puts into each container.
_ENGINE = frozenset(
    ("/.dockerenv", "/dev/console", "/etc/hostname", "/etc/hosts", "/etc/mtab", "/etc/resolv.conf")
)


class DockerImages(FactSource):
    """
    The images of a local engine.

    `cache` is a folder for listings, "" for none; `command` the program, with options that choose
    the engine. An image that the engine does not have is None: nothing is pulled. Raises
    EngineError when the engine does not answer.
    """

    __slots__ = ("_known", "cache", "command")

    def __init__(self, cache: str = "", command: tuple[str, ...] = ("docker",)) -> None:
        super().__init__()
        self.cache = cache
        self.command = command
        self._known: dict[str, ImageFacts | None] = {}

    def image(self, reference: str) -> ImageFacts | None:
        """The facts about an image, None when the engine does not have it."""
        if reference not in self._known:
            self._known[reference] = self._image(reference)
        return self._known[reference]

    def _image(self, reference: str) -> ImageFacts | None:
        if reference.startswith("-"):
            return None
        done = self._run("image", "inspect", "--", reference)
        if done.returncode:
            error = done.stderr.decode(errors="replace").strip()
            if "no such image" in error.lower() or "invalid reference" in error.lower():
                return None
            raise EngineError(f"docker image inspect {reference}: {error}")
        try:
            record = json.loads(done.stdout)[0]
            identity = record["Id"]
        except (ValueError, LookupError, TypeError) as error:
            raise EngineError(f"docker image inspect {reference}: no such answer") from error
        listing = self._kept(identity)
        if listing is None:
            listing = self._listed(identity)
            self._keep(identity, listing)
        return facts(reference, record, listing)

    def _run(self, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        return ask(self.command, arguments, ASK_SECONDS)

    # The listing: passwd, group, and a token for each path.

    def _listed(self, identity: str) -> dict[str, Any]:
        # The command is never run; images without one need some word here.
        made = self._run("create", "--label", LABEL, "--network", "none", identity, "-")
        if made.returncode:
            error = made.stderr.decode(errors="replace").strip()
            raise EngineError(f"docker create {identity}: {error}")
        container = made.stdout.decode().strip()
        try:
            return self._export(container)
        finally:
            self._run("rm", "--force", "--volumes", container)

    def _export(self, container: str) -> dict[str, Any]:
        with subprocess.Popen(  # noqa: S603 - fixed arguments, no shell
            [*self.command, "export", container],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdout
            try:
                found = read(process.stdout)
                code = process.wait(timeout=LIST_SECONDS)
            except (tarfile.TarError, subprocess.TimeoutExpired) as error:
                process.kill()
                raise EngineError(f"docker export: {error}") from error
        if code:
            raise EngineError(f"docker export ended with {code}")
        return found

    def _path(self, identity: str) -> str:
        return os.path.join(self.cache, f"image-{identity.removeprefix('sha256:')}.json.gz")

    def _kept(self, identity: str) -> dict[str, Any] | None:
        if not self.cache:
            return None
        try:
            with gzip.open(self._path(identity), "rt", encoding="utf-8") as file:
                kept: dict[str, Any] = json.load(file)
        except (OSError, ValueError, EOFError):
            return None
        return kept if kept.get("format") == FORMAT else None

    def _keep(self, identity: str, listing: dict[str, Any]) -> None:
        if not self.cache:
            return
        try:
            os.makedirs(self.cache, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.cache, delete=False) as raw:
                raw.write(gzip.compress(json.dumps(listing).encode(), 5, mtime=0))
            os.replace(raw.name, self._path(identity))
        except OSError:
            # The listing is at hand; the next run lists again.
            return


def read(stream: IO[bytes]) -> dict[str, Any]:
    """What is in a root file system: `entries` by path, passwd, group, packages, os-release."""
    entries: dict[str, list[Any]] = {}
    texts: dict[str, str] = {}
    wanted = {
        "/etc/passwd", "/etc/group", "/var/lib/dpkg/status", "/lib/apk/db/installed",
        "/usr/lib/apk/db/installed", "/etc/os-release", "/usr/lib/os-release",
    }  # fmt: skip
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            path = "/" + member.name.strip("/")
            if path in ("/", *_ENGINE) or path.startswith(("/proc/", "/sys/", "/dev/")):
                continue
            target = ""
            content = ""
            kind = "file"
            if member.isdir():
                kind = "dir"
            elif member.issym():
                kind, target = "link", member.linkname
            elif member.islnk():
                other = entries.get("/" + member.linkname.strip("/"))
                content = other[5] if other else ""
            elif member.isfile():
                file = tar.extractfile(member)
                if file is not None and path in wanted:
                    texts[path] = file.read().decode(errors="replace")
                elif file is not None and member.mode & 0o111:
                    content = _content(file.read(HEAD))
            entries[path] = [kind, member.mode & 0o7777, member.uid, member.gid, target, content]
    return {"format": FORMAT, "entries": entries, "texts": texts}


def _content(head: bytes) -> str:
    """What an executable's first bytes say of it."""
    if head.startswith(b"#!"):
        return head.partition(b"\n")[0].decode(errors="replace").strip()
    if head.startswith(b"\x7fELF"):
        if b"ld-musl" in head:
            return "musl"
        if b"ld-linux" in head:
            return "glibc"
    return ""


class Exact(Listing):
    """A root file system of which everything is known: what is not listed is not there."""

    __slots__ = ("exact",)

    def __init__(
        self,
        entries: Mapping[str, Any],
        reason: Reason,
        users: Mapping[str, Account],
        groups: Mapping[str, Account],
        manager: str,
        packages: frozenset[str],
    ) -> None:
        names: dict[str, dict[str, str]] = {}
        super().__init__(
            names, reason, users=users, groups=groups, manager=manager, packages=packages
        )
        self.exact = entries

    def find(self, path: str) -> "Knowledge":
        """What stands at `path`; what the engine mounts into every container is not the image's."""
        if path == "/":
            return Known(Entry("dir", 0o755, 0, 0), self.reason)
        found = self.exact.get(path)
        if found is None and (path in _ENGINE or path.startswith(("/proc/", "/sys/", "/dev/"))):
            return Unknown(self.unlisted)
        return Known(Entry(*found) if found is not None else None, self.reason)

    def links(self) -> list[str]:
        """The paths of the links."""
        return [path for path, entry in self.exact.items() if entry[0] == "link"]


def facts(name: str, record: Mapping[str, Any], listing: Mapping[str, Any]) -> ImageFacts:
    """The facts that an engine's answer and a listing make."""
    reason = Reason(f"the local engine has {name} ({record['Id'][7:19]})")
    config = record.get("Config") or {}

    def known(value: object) -> Known:
        return Known(value, reason)

    def several(key: str) -> tuple[str, ...] | None:
        value = config.get(key)
        return tuple(value) if value else None

    # An engine sets the usual PATH where the image has none.
    env = {"PATH": known(DEFAULT_PATH)}
    for line in config.get("Env") or ():
        variable, _, value = line.partition("=")
        env[variable] = known(value)
    health = (config.get("Healthcheck") or {}).get("Test")
    return ImageFacts(
        name,
        os=record.get("Os") or "linux",
        user=known(config.get("User") or ""),
        workdir=known(config.get("WorkingDir") or ""),
        shell=known(several("Shell")),
        entrypoint=known(several("Entrypoint")),
        cmd=known(several("Cmd")),
        healthcheck=known(tuple(health) if health else None),
        stopsignal=known(config.get("StopSignal") or None),
        env=env,
        env_complete=True,
        ports=tuple(config.get("ExposedPorts") or ()),
        volumes=tuple(config.get("Volumes") or ()),
        contents=contents(listing, reason),
    )


def contents(listing: Mapping[str, Any], reason: Reason) -> Contents:
    """The file system of a listing."""
    texts = listing["texts"]
    users = {}
    for line in texts.get("/etc/passwd", "").splitlines():
        parts = line.split(":")
        if len(parts) == 7 and parts[2].isdigit() and parts[3].isdigit():
            name, _, uid, gid, _, home, shell = parts
            users[name] = Account(name, int(uid), int(gid), home, shell)
    groups = {}
    for line in texts.get("/etc/group", "").splitlines():
        parts = line.split(":")
        if len(parts) == 4 and parts[2].isdigit():
            groups[parts[0]] = Account(parts[0], int(parts[2]))
    release = dict(
        line.split("=", 1)
        for line in texts.get("/etc/os-release", texts.get("/usr/lib/os-release", "")).splitlines()
        if "=" in line
    )
    release = {key: value.strip("\"'") for key, value in release.items()}
    manager, packages = _packages(texts)
    distribution = release.get("ID", "")
    suite = release.get("VERSION_CODENAME", "")
    if distribution == "alpine":
        suite = ".".join(release.get("VERSION_ID", "").split(".")[:2])
    ground = Exact(listing["entries"], reason, users, groups, manager, packages)
    return Contents(ground, distribution=distribution, suite=suite)


def _packages(texts: Mapping[str, str]) -> tuple[str, frozenset[str]]:
    status = texts.get("/var/lib/dpkg/status")
    if status is not None:
        found = set()
        for paragraph in status.split("\n\n"):
            fields = dict(line.split(": ", 1) for line in paragraph.split("\n") if ": " in line)
            if fields.get("Status", "").endswith(" installed"):
                found.add(fields["Package"])
        return "apt", frozenset(found)
    for path in ("/lib/apk/db/installed", "/usr/lib/apk/db/installed"):
        if path in texts:
            lines = texts[path].split("\n")
            return "apk", frozenset(line[2:] for line in lines if line.startswith("P:"))
    return "", frozenset()
