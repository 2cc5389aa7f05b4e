"""What a build context holds, as text and as a document for JSON."""

from dockwright.syntax.ignore.matcher import ABSENT, HOLLOW

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from dockwright.model.survey import Explained, Share, Survey
    from dockwright.syntax.ignore.pattern import IgnorePattern

_EFFECTS = {ABSENT: "is left out", HOLLOW: "arrives empty", "sent": "reaches the builder"}


def text(found: "Survey") -> str:
    """The context as a page of text."""
    lines = [
        f"{found.folder}: {_count(found.files, 'file')}, {size(found.size)} reach the builder",
        f"ignore file: {found.ignore}" if found.ignore else "no ignore file",
    ]
    lines += [f"  line {one.line}: {one.message}: the build stops" for one in found.errors]
    largest = [pair for pair in found.largest if pair[1]]
    if largest:
        lines += ["", "largest"]
        lines += [f"  {size(amount):>9}  {path}" for path, amount in largest]
    if found.shares:
        lines += ["", "patterns"]
        width = min(max(len(one.pattern.written) for one in found.shares), 40)
        lines += [_share(one, width) for one in found.shares]
    if found.hollow:
        shown = ", ".join(found.hollow[:5])
        more = f" and {len(found.hollow) - 5} more" if len(found.hollow) > 5 else ""
        lines += ["", f"listed, but empty for the builder: {shown}{more}"]
    if found.unread:
        lines += ["", "cannot be opened: " + ", ".join(found.unread[:5])]
    return "\n".join(lines) + "\n"


def _share(share: "Share", width: int) -> str:
    done = [
        _count(number, what)
        for number, what in ((share.folders, "folder"), (share.files, "file"))
        if number
    ]
    verb = "brings back " if share.pattern.negated else "keeps out "
    effect = verb + " and ".join(done) if done else "decides about nothing"
    examples = f" ({', '.join(share.shown)}{', …' if _more(share) else ''})" if done else ""
    line = f"  {share.pattern.line:>4}  {share.pattern.written:<{width}}  {effect}{examples}"
    if share.deeper:
        more = ", …" if share.deeper > len(share.below) else ""
        line += f"; {share.deeper:,} deeper reach the builder ({', '.join(share.below)}{more})"
    return line


def _more(share: "Share") -> bool:
    return share.files + share.folders > len(share.shown)


def explained(found: "Survey", answers: "Iterable[Explained]") -> str:
    """For each path what happens to it, and why."""
    return "".join(f"{_reason(found, one)}\n" for one in answers)


def _reason(found: "Survey", one: "Explained") -> str:
    effect = _EFFECTS[one.fate]
    if one.pattern is None:
        return f"{one.path} {effect}: no pattern matches it"
    where = f"{found.ignore}:{one.pattern.line}"
    matched = f", which matches {one.part}" if one.part not in (None, one.path) else ""
    return f"{one.path} {effect}: `{one.pattern.written}` ({where}){matched}"


def document(found: "Survey", answers: "Sequence[Explained] | None" = None) -> "dict[str, Any]":
    """The same for programs; sizes in bytes, lines from 1."""
    head = {"context": found.folder, "ignoreFile": found.ignore}
    if answers is not None:
        return head | {
            "paths": [
                {
                    "path": one.path,
                    "fate": one.fate,
                    "pattern": _pattern(one.pattern),
                    "matched": one.part,
                }
                for one in answers
            ]
        }
    return head | {
        "files": found.files,
        "bytes": found.size,
        "largest": [{"path": path, "bytes": amount} for path, amount in found.largest],
        "patterns": [
            {
                **(_pattern(one.pattern) or {}),
                "files": one.files,
                "folders": one.folders,
                "examples": one.shown,
                "deeper": one.deeper,
                "deeperExamples": one.below,
            }
            for one in found.shares
        ],
        "errors": [{"line": one.line, "message": one.message} for one in found.errors],
        "hollow": found.hollow,
        "unread": found.unread,
    }


def _pattern(pattern: "IgnorePattern | None") -> "dict[str, Any] | None":
    if pattern is None:
        return None
    return {"line": pattern.line, "text": pattern.written, "negated": pattern.negated}


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def size(amount: int) -> str:
    """Bytes for people: 999 B, 1.2 kB, 34 MB."""
    value, units = float(amount), iter(("B", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while value >= 999.5:
        value, unit = value / 1000, next(units)
    return f"{value:.0f} {unit}" if unit == "B" or value >= 9.95 else f"{value:.1f} {unit}"
