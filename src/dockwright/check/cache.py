"""
Findings of files that have not changed.

The key is made of everything that can change the answer: the content, the name, the configuration,
the set of rules, the version, and what else was read. An entry is one small JSON file; a broken one
counts as missing. Failing to write is no failure.
"""

import os

from dockwright import __version__
from dockwright.facts.knowledge import Reason
from dockwright.findings.finding import Finding, Fix
from dockwright.text.span import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

FORMAT = 2


def folder() -> str:
    """Where entries are kept: `DOCKWRIGHT_CACHE_DIR`, or the user's cache folder."""
    own = os.environ.get("DOCKWRIGHT_CACHE_DIR")
    if own:
        return own
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "dockwright", f"v{FORMAT}")


def key(*parts: "bytes | str") -> str:
    """One name for all of `parts`; where one ends and the next begins counts."""
    try:
        from _blake2 import blake2b  # hashlib would import OpenSSL, 4 ms
    except ImportError:
        from hashlib import blake2b

    digest = blake2b(digest_size=20)
    for part in (__version__, str(FORMAT), *parts):
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def load_checked(name: str) -> "tuple[list[Finding], int, list[Any]] | None":
    """
    The findings kept under `name`, how many were silenced, and what was asked of the build
    context with the answers; None when nothing is kept.
    """
    data = load_raw(name)
    try:
        if data is None:
            return None
        return [_finding(row) for row in data[0]], int(data[1]), list(data[2])
    except (TypeError, ValueError, IndexError, KeyError):
        return None


def save_checked(
    name: str, findings: "Sequence[Finding]", silenced: int, asked: "Sequence[Any]" = ()
) -> None:
    """Keep the findings of a file under `name`, with what they hang on in the build context."""
    save_raw(name, [[_row(finding) for finding in findings], silenced, list(asked)])


def load_raw(name: str) -> "Any":
    """The JSON value kept under `name`, or None."""
    try:
        with open(_path(name), "rb") as file:
            data = file.read()
    except OSError:
        return None
    import json

    try:
        return json.loads(data)
    except ValueError:
        return None


def save_raw(name: str, value: "Any") -> None:
    """Keep a JSON value under `name`; whole or not at all."""
    import json

    path = _path(name)
    try:
        text = json.dumps(value, separators=(",", ":"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        draft = f"{path}.{os.getpid()}"
        with open(draft, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(draft, path)
    except (OSError, ValueError, RecursionError):
        return


def _path(name: str) -> str:
    return os.path.join(folder(), name[:2], name[2:])


def _row(finding: Finding) -> "list[Any]":
    return [
        finding.code,
        finding.name,
        finding.severity,
        finding.source,
        finding.span.start,
        finding.span.end,
        finding.message,
        [
            [r.text, r.source, None if r.span is None else [r.span.start, r.span.end], r.firm]
            for r in finding.because
        ],
        finding.confidence,
        [
            [
                fix.title,
                fix.safety,
                [[e.source, e.span.start, e.span.end, e.text] for e in fix.edits],
                sorted(fix.changes),
            ]
            for fix in finding.fixes
        ],
    ]


def _finding(row: "list[Any]") -> Finding:
    code, name, severity, source, start, end, message, because, confidence, fixes = row
    return Finding(
        code,
        name,
        severity,
        source,
        Span(start, end),
        message,
        [
            Reason(text, where, None if span is None else Span(*span), firm=firm)
            for text, where, span, firm in because
        ],
        confidence,
        [
            Fix(
                title,
                safety,
                [Edit(where, Span(a, b), text) for where, a, b, text in edits],
                frozenset(changes),
            )
            for title, safety, edits, changes in fixes
        ],
    )
