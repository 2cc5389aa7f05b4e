"""
Known findings, kept in a file, so that only new ones are reported.

A finding is known by its file, its code, a hash of the lines it marks (white space aside) and,
among equals, its number: it stays known when it moves, and comes back when its lines change. The
file has one line per finding, in a fixed order, so that its differences can be read.
"""

import os

from dockwright.errors import ConfigError, UsageError
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockwright.findings.finding import Finding
    from dockwright.text.source import Source

    Row = tuple[str, str, str, int]

VERSION = 1
_KEY = "dockwright-baseline"


class Baseline(Value):
    """The known findings of the file `path`, whose folder their files' names are relative to."""

    __slots__ = ("path", "rows")

    def __init__(self, path: str, rows: "frozenset[Row]") -> None:
        self.path = path
        self.rows = rows

    def without(
        self, findings: "Iterable[Finding]", sources: "Mapping[str, Source]"
    ) -> "list[Finding]":
        """Those of `findings`, in their order, that are not known."""
        findings = list(findings)
        rows = dict(_rows(self.path, findings, sources))
        return [one for at, one in enumerate(findings) if rows[at] not in self.rows]


def fingerprints(
    findings: "Iterable[Finding]", sources: "Mapping[str, Source]"
) -> "list[tuple[str, int]]":
    """Of each finding, the hash of what it marks, and its number among its equals in the file."""
    findings = list(findings)
    hashes = [_hash(finding, sources.get(finding.source)) for finding in findings]
    counts: dict[tuple[str, str, str], int] = {}
    found: list[tuple[str, int]] = [("", 0)] * len(findings)
    for at in sorted(range(len(findings)), key=lambda at: findings[at].span.start):
        finding = findings[at]
        key = (finding.source, finding.code, hashes[at])
        counts[key] = counts.get(key, 0) + 1
        found[at] = (hashes[at], counts[key])
    return found


def write(path: str, findings: "Iterable[Finding]", sources: "Mapping[str, Source]") -> None:
    """Make `path` the baseline in which `findings` are known; raises UsageError if it cannot."""
    import json

    findings = list(findings)
    rows = {row: findings[at].name for at, row in _rows(path, findings, sources)}
    lines = [
        json.dumps({"file": file, "code": code, "name": name, "text": text, "number": number})
        for (file, code, text, number), name in sorted(rows.items())
    ]
    body = ",".join(f"\n    {line}" for line in lines)
    end = "\n  " if lines else ""
    document = f'{{\n  "{_KEY}": {VERSION},\n  "findings": [{body}{end}]\n}}\n'
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(document)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def load(path: str) -> Baseline:
    """The baseline in the file `path`; raises ConfigError when it is none."""
    import json

    try:
        with open(path, "rb") as file:
            document = json.loads(file.read().decode("utf-8"))
    except OSError as error:
        message = f"cannot read the baseline: {error.strerror}"
        hint = "make it with `dockwright check --write-baseline`"
        raise ConfigError(message, hint=hint, file=path) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError("this is no baseline: it is not valid JSON", file=path) from error
    version = document.get(_KEY) if isinstance(document, dict) else None
    if version is None:
        raise ConfigError("this is no baseline of dockwright", file=path)
    if version != VERSION:
        message = f"this baseline has version {version!r}, and {VERSION} is the one that is read"
        raise ConfigError(message, hint="write it again", file=path)
    rows = document.get("findings")
    if not isinstance(rows, list):
        raise ConfigError("`findings` is missing or no list", file=path)
    return Baseline(path, frozenset(_row(row, at, path) for at, row in enumerate(rows, 1)))


def _row(row: object, at: int, path: str) -> "Row":
    match row:
        case {"file": str(file), "code": str(code), "text": str(text), "number": int(number)}:
            return file, code, text, number
    raise ConfigError(f"finding {at} is damaged", hint="write the baseline again", file=path)


def _rows(
    path: str, findings: "list[Finding]", sources: "Mapping[str, Source]"
) -> "Iterator[tuple[int, Row]]":
    folder = os.path.dirname(os.path.abspath(path))
    names: dict[str, str] = {}
    for at, (text, number) in enumerate(fingerprints(findings, sources)):
        finding = findings[at]
        name = names.get(finding.source)
        if name is None:
            name = names[finding.source] = _relative(finding.source, folder)
        yield at, (name, finding.code, text, number)


def _relative(name: str, folder: str) -> str:
    if name == "-":
        return name
    try:
        name = os.path.relpath(os.path.abspath(name), folder)
    except ValueError:  # another drive
        name = os.path.abspath(name)
    return name.replace(os.sep, "/")


def _hash(finding: "Finding", source: "Source | None") -> str:
    import hashlib

    text = finding.message
    if source is not None:
        first = source.line_of(finding.span.start)
        last = source.line_of(max(finding.span.start, finding.span.end - 1))
        start, end = source.line_span(first)[0], source.line_span(last)[1]
        text = source.text[start:end]
    text = " ".join(text.split())
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
