"""
A case: files, how Compose is called on them, and what it answered.

A record is a JSON object in one line:

* `id`; `kind`: the part of the generator that made it, or "corpus"
* `files`: path → text, relative to the root of the case; a path that ends in "/" is a folder
* `folder`: the working directory, relative to the root; `given`: the arguments of `-f`, in order
* `profiles`, `env_files` (arguments of `--env-file`), `environment`, `project_name` (or null)
* `corpus` instead of `files` and `folder`: the path of a file in the corpus; `added`: files that
  were put beside it
* `exit`, `answer` (the JSON, or null), `stderr`; `unstable` when several runs did not agree

Everywhere in `answer` and `stderr` the root of the case is written `/case`.
"""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = "/case"
# What every run sees, beside the case's own variables: no folder of this machine.
SCRUBBED = {"HOME": "/nonexistent", "PATH": "/usr/local/bin:/usr/bin:/bin"}


class Case:
    """One call of Compose, without its answer."""

    def __init__(
        self,
        name: str,
        kind: str,
        files: dict[str, str],
        *,
        folder: str = "project",
        given: list[str] | None = None,
        profiles: list[str] | None = None,
        env_files: list[str] | None = None,
        environment: dict[str, str] | None = None,
        project_name: str | None = None,
        corpus: str = "",
        added: dict[str, str] | None = None,
    ) -> None:
        self.id = name
        self.kind = kind
        self.files = files
        self.folder = folder
        self.given = given or []
        self.profiles = profiles or []
        self.env_files = env_files or []
        self.environment = environment or {}
        self.project_name = project_name
        self.corpus = corpus
        self.added = added or {}

    def record(self) -> dict[str, Any]:
        """The case as a JSON object, what is empty left out."""
        return {name: value for name, value in vars(self).items() if value not in ({}, [], "")}

    @classmethod
    def of(cls, record: dict[str, Any]) -> "Case":
        """The case of a record."""
        rest = {
            name: record[name]
            for name in (
                "given",
                "profiles",
                "env_files",
                "environment",
                "project_name",
                "corpus",
                "added",
            )
            if name in record
        }
        folder = record.get("folder", "project")
        return cls(record["id"], record["kind"], record.get("files", {}), folder=folder, **rest)

    def arguments(self) -> list[str]:
        """What stands before `config` on the command line."""
        found: list[str] = []
        for path in self.given:
            found += ["-f", path]
        for profile in self.profiles:
            found += ["--profile", profile]
        for path in self.env_files:
            found += ["--env-file", path]
        if self.project_name is not None:
            found += ["-p", self.project_name]
        return found

    def write(self, root: str) -> None:
        """Write the files below `root`."""
        for path, text in (self.files | self.added).items():
            full = os.path.join(root, path)
            if path.endswith("/"):
                os.makedirs(full, exist_ok=True)
                continue
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8", errors="surrogateescape", newline="") as out:
                out.write(text)


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file, packed or not."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    for line in text.split("\n"):
        if line:
            yield json.loads(line)


def write_records(path: Path, records: list[dict[str, Any]]) -> None:
    """Write records, one in each line."""
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records)
    data = text.encode("utf-8", "surrogateescape")
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
