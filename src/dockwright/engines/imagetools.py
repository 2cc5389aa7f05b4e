"""
The digest of a tag, through a local engine: with its logins, mirrors and certificates.

`docker buildx imagetools inspect --raw` prints the manifest of the tag as the registry has it.
"""

import hashlib
import json
import subprocess

from dockwright.engines.command import ask
from dockwright.errors import EngineError, RegistryError
from dockwright.model.reference import Reference, parse

ASK_SECONDS = 60


class Pulled(str):
    """A digest that an image of the engine was pulled with; its tag may have moved since."""

    __slots__ = ()

    note = "as the local engine pulled it; its registry does not answer"


class EngineRegistry:
    """
    Digests through the program `command`.

    `images` lets it fall back on the digest that an image of the engine was pulled with, when the
    registry cannot be asked.
    """

    __slots__ = ("command", "images")

    def __init__(self, command: tuple[str, ...] = ("docker",), *, images: bool = False) -> None:
        self.command = command
        self.images = images

    def digest(self, reference: Reference) -> str:
        """The digest of `reference`, which has a tag; raises RegistryError or EngineError."""
        name = f"{reference.registry}/{reference.path}:{reference.tag}"
        done = self._run("buildx", "imagetools", "inspect", "--raw", name)
        if not done.returncode:
            try:
                manifest = json.loads(done.stdout)
            except (ValueError, RecursionError):
                manifest = None
            if not isinstance(manifest, dict) or manifest.get("schemaVersion") != 2:
                raise EngineError(f"docker buildx imagetools inspect {name}: no such answer")
            return "sha256:" + hashlib.sha256(done.stdout).hexdigest()
        local = self._pulled(reference, name) if self.images else ""
        if local:
            return Pulled(local)
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no answer"]
        raise RegistryError(lines[-1].removeprefix("ERROR: "))

    def _pulled(self, reference: Reference, name: str) -> str:
        """The one digest that the engine's image was pulled with, "" when it has none or more."""
        done = self._run("image", "inspect", "--format", "{{json .RepoDigests}}", "--", name)
        try:
            listed = json.loads(done.stdout) if not done.returncode else []
        except ValueError:
            return ""
        known = [parse(one) for one in listed or () if isinstance(one, str)]
        found = {
            one.digest
            for one in known
            if one is not None and (one.registry, one.path) == (reference.registry, reference.path)
        }
        return found.pop() if len(found) == 1 else ""

    def _run(self, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        return ask(self.command, arguments, ASK_SECONDS)
