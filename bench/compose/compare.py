"""Our answer to a case beside the recorded one."""

import os
import posixpath
import re
import traceback
from typing import Any

from bench.compose.case import ROOT, SCRUBBED, Case
from dockwright.compose.dump import dump
from dockwright.compose.load import load

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDES = tuple(name.replace(".y", ".override.y") for name in NAMES)
# Sections whose keys are names that users choose: not part of the pattern of a path.
NAMED = {"services", "networks", "volumes", "secrets", "configs", "models", "depends_on"}
# Compose crashed, or cannot print as JSON what it accepted.
CRASHED = re.compile(r"goroutine \d|\.go:\d+ \+0x|MarshalJSON|json: unsup")
FREE = {"environment", "labels", "args", "annotations", "sysctls", "ulimits", "extra_hosts"}
FREE |= {"driver_opts", "options", "additional_contexts", "storage_opt", "aux_addresses"}


class Outcome:
    """
    What a comparison says.

    `verdict`: "same", "different", "both refuse", "we refuse", "we accept", "crash" (of ours) or
    "unknown" (the reference crashed or could not print what it accepted). `differences`: patterns
    of paths with an example each. `told`: our first problem, or how ours crashed.
    """

    def __init__(self, verdict: str) -> None:
        self.verdict = verdict
        self.differences: list[tuple[str, str]] = []
        self.told = ""

    @property
    def agrees(self) -> bool:
        return self.verdict in {"same", "both refuse", "unknown"}


class Files:
    """The files of a case, below `/case`."""

    def __init__(self, case: Case, corpus: str) -> None:
        self.case = case
        self.corpus = corpus

    def is_folder(self, path: str) -> bool:
        """Whether some file is below this path."""
        inside = posixpath.normpath(path).removeprefix(ROOT).strip("/") + "/"
        names = [*self.case.added, *self.case.files]
        return inside == "/" or bool(self.case.corpus) or any(n.startswith(inside) for n in names)

    def read(self, path: str) -> str | None:
        """The text of a file, None when there is none."""
        inside = posixpath.normpath(path).removeprefix(ROOT + "/")
        own = self.case.added.get(inside, self.case.files.get(inside))
        if own is not None:
            return own
        if not self.case.corpus or not self.corpus or inside.startswith("/"):
            return None
        full = os.path.join(self.corpus, inside)
        if not os.path.isfile(full):
            return None
        with open(full, encoding="utf-8", errors="surrogateescape", newline="") as opened:
            return opened.read()


def _found(case: Case, files: Files) -> list[str]:
    """The Compose files of a case: those given, those of a variable, or those that are found."""
    home = posixpath.join(ROOT, case.folder)
    given = case.given
    if not given:
        named = case.environment.get("COMPOSE_FILE", "")
        for line in (files.read(posixpath.join(home, ".env")) or "").splitlines():
            if not named and line.startswith("COMPOSE_FILE="):
                named = line.partition("=")[2]
        given = [path for path in named.split(":") if path]
    if given:
        return [posixpath.normpath(posixpath.join(home, path)) for path in given]
    while home.startswith(ROOT):
        for main in NAMES:
            if files.read(posixpath.join(home, main)) is not None:
                more = [
                    one for one in OVERRIDES if files.read(posixpath.join(home, one)) is not None
                ]
                return [posixpath.join(home, one) for one in (main, *more[:1])]
        home = posixpath.dirname(home)
    return []


def ours(case: Case, corpus: str = "") -> tuple[dict[str, Any] | None, str]:
    """Our answer, and the first problem when there is none."""
    files = Files(case, corpus)
    paths = _found(case, files)
    if not paths:
        return None, "no file"
    home = posixpath.join(ROOT, case.folder)
    named = case.env_files or case.environment.get("COMPOSE_ENV_FILES", "").split(",")
    given = [posixpath.normpath(posixpath.join(home, one)) for one in named if one]
    loaded = load(
        paths,
        folder=posixpath.dirname(paths[0]),
        environment=SCRUBBED | case.environment,
        env_files=given or None,
        profiles=tuple(case.profiles),
        project_name=case.project_name,
        read=files.read,
        home=SCRUBBED["HOME"],
        is_folder=files.is_folder,
    )
    if loaded.errors:
        return None, str(loaded.errors[0].message)
    return dump(loaded), ""


def compare(record: dict[str, Any], corpus: str = "") -> Outcome:
    """Our answer to a record's case against the record."""
    try:
        mine, told = ours(Case.of(record), corpus)
    except Exception as error:  # noqa: BLE001 - a crash is a result
        outcome = Outcome("crash")
        where = traceback.extract_tb(error.__traceback__)[-1]
        line = f"{os.path.basename(where.filename)}:{where.lineno}"
        outcome.told = f"{type(error).__name__}: {error} at {line}"
        return outcome
    stderr = record["stderr"]
    if CRASHED.search(stderr) or record.get("unstable"):
        return Outcome("unknown")
    theirs = record["answer"]
    if record["exit"] != 0:
        outcome = Outcome("both refuse" if mine is None else "we accept")
    elif mine is None:
        outcome = Outcome("we refuse")
    else:
        outcome = Outcome("same")
        _walk(theirs, mine, (), outcome.differences)
        if outcome.differences:
            outcome.verdict = "different"
    outcome.told = told
    return outcome


def _walk(
    theirs: Any, mine: Any, path: tuple[str, ...], found: list[tuple[str, str]]
) -> None:  # fmt: skip
    if isinstance(theirs, dict) and isinstance(mine, dict):
        for key in theirs | mine:
            inner = (*path, "*" if is_name(path) else key)
            if key not in mine:
                found.append((".".join(inner) + " missing", _short(theirs[key])))
            elif key not in theirs:
                found.append((".".join(inner) + " extra", _short(mine[key])))
            else:
                _walk(theirs[key], mine[key], inner, found)
    elif isinstance(theirs, list) and isinstance(mine, list) and len(theirs) == len(mine):
        for one, other in zip(theirs, mine, strict=True):
            _walk(one, other, (*path, "[]"), found)
    elif type(theirs) is not type(mine) and not _numbers(theirs, mine):
        kinds = f"{_kind(theirs)} not {_kind(mine)}"
        found.append((f"{'.'.join(path)} is {kinds}", f"{_short(theirs)} not {_short(mine)}"))
    elif theirs != mine:
        found.append((".".join(path) + " differs", f"{_short(theirs)} not {_short(mine)}"))


def _numbers(one: Any, other: Any) -> bool:
    return {type(one), type(other)} <= {int, float}


def is_name(path: tuple[str, ...]) -> bool:
    if not path:
        return False
    top = path[-1] in NAMED and (len(path) == 1 or (path[0] == "services" and len(path) == 3))
    return top or path[-1] in FREE or any(part.startswith("x-") for part in path[:-1])


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
