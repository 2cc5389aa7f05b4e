"""
Edits of real Compose files: does the rest stay as it is?

    python -m bench.compose_edits FOLDER

For every service of every file below FOLDER: add a key, and replace, delete and extend each entry
that the model offers to edit. After each edit the text must parse, mean what was meant and nothing
else, and keep every comment and anchor. Then all safe fixes are made, twice: the second time must
find nothing to do. Exits 1 when one does not hold.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dockwright.app.check import Checker, Options
from dockwright.compose.convert import Converter
from dockwright.compose.difference import plain
from dockwright.compose.filenames import is_compose
from dockwright.compose.values import Refused
from dockwright.model.composition import Composition, Service
from dockwright.syntax.yaml.comments import comments
from dockwright.syntax.yaml.nodes import Stream
from dockwright.syntax.yaml.parser import parse
from dockwright.text import patch
from dockwright.text.source import decode
from dockwright.text.span import Edit

Path_ = tuple[str | int, ...]


def meaning(text: str) -> object:
    """The values of the first document, plain; None when there is no such thing."""
    stream = parse(text)
    if stream.problem is not None or not stream.roots:
        return None
    try:
        return plain(Converter("").document(stream.roots[0]))
    except Refused:
        return None


def edits(service: Service) -> Iterator[tuple[str, Path_, Edit | None]]:
    """What can be done to a service: how, to which entry, by which edit."""
    yield "add", ("x-probe",), service.add("x-probe", "seven")
    yield "add block", ("x-probe",), service.add("x-probe", "\n  a: b\n  c: d")
    for key, value in service.config.items():
        yield "delete", (key,), service.delete(key)
        if not isinstance(value, (dict, list)):
            yield "replace", (key,), service.replace("seven", key)
        if isinstance(value, list):
            yield "add item", (key,), service.add_item("seven", key)
            for index in range(len(value)):
                yield "delete item", (key, index), service.delete(key, index)


def wrong(text: str, edit: Edit, kind: str, service: str, path: Path_) -> str:
    """What an edit spoiled, "" when nothing."""
    after = patch.apply(text, [edit])
    stream, old = parse(after), parse(text)
    if stream.problem is not None:
        return f"no YAML any more: {stream.problem.message}"
    if _comments(after, stream) != _comments(text, old):
        return "a comment is gone"
    if [one.anchor for one in stream.anchors] != [one.anchor for one in old.anchors]:
        return "an anchor is gone"
    mine, theirs = meaning(text), meaning(after)
    if not isinstance(mine, dict) or not isinstance(theirs, dict):
        return "no mapping any more"
    before, now = mine["services"].get(service), theirs["services"].get(service)
    for one in (mine, theirs):
        one["services"] = {k: v for k, v in one["services"].items() if k != service}
    if mine != theirs:
        return "something else changed"
    if not isinstance(before, dict) or not isinstance(now, dict):
        return "the service is gone"
    return _expected(kind, before, now, path)


def _expected(kind: str, before: dict[str, object], now: dict[str, object], path: Path_) -> str:
    key = str(path[0])
    others = {k: v for k, v in before.items() if k != key}
    if {k: v for k, v in now.items() if k != key} != others:
        return "another key changed"
    if kind == "delete":
        return "it is still there" if key in now else ""
    if kind in ("add", "replace"):
        return "" if now.get(key) == ("", "seven") else "it has another value"
    if kind == "add block":
        return "" if now.get(key) == {"a": ("", "b"), "c": ("", "d")} else "it has another value"
    old, new = before.get(key), now.get(key)
    if not isinstance(old, list) or not isinstance(new, list):
        return "it is no list"
    if kind == "add item":
        return "" if new == [*old, ("", "seven")] else "the list has other items"
    return "" if len(new) == len(old) - 1 and all(one in old for one in new) else "other items"


def _comments(text: str, stream: Stream) -> Counter[str]:
    return Counter(comment.text for comment in comments(text, stream))


def look(path: Path, project: Composition, counts: Counter[str], failed: list[str]) -> None:
    """Try every edit of one project."""
    file = project.loaded.files.get(project.main)
    if file is None or meaning(file.text) is None:
        counts["files that are no YAML mapping"] += 1
        return
    name = project.name
    for service in project.every:
        for kind, where, edit in edits(service):
            if edit is None or edit.source != name:
                counts[f"{kind}: not offered"] += 1
                continue
            counts[f"{kind}: made"] += 1
            problem = wrong(file.text, edit, kind, service.name, where)
            if problem:
                failed.append(f"{path}: {service.name} {kind} {where}: {problem}")


def main() -> int:
    """Run over the folder; the exit code."""
    parser = argparse.ArgumentParser(description="Edits of real Compose files.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    checker = Checker(Options(shellcheck="off", cache=False))
    counts: Counter[str] = Counter()
    failed: list[str] = []
    files = sorted(path for path in folder.rglob("*") if path.is_file() and is_compose(path.name))
    for path in files:
        look(path, checker.project(str(path)), counts, failed)
        failed.extend(_fixes(checker, path, counts))
    print(f"{len(files)} files")
    for kind, count in sorted(counts.items()):
        print(f"{count:7} {kind}")
    for line in failed[:40]:
        print(line)
    made = sum(count for kind, count in counts.items() if kind.endswith("made"))
    print(f"{made} edits, {len(failed)} failed")
    return 1 if failed or not made else 0


def _fixes(checker: Checker, path: Path, counts: Counter[str]) -> Iterator[str]:
    from dockwright.app.fix import project_fixes

    first = project_fixes(checker, str(path), {}, ("safe",))
    counts["safe fixes: applied"] += len(first.applied)
    for one in first.refused:
        yield f"{path}: {one.finding.code} refused: {one.obligation}"
    again = project_fixes(checker, str(path), first.texts, ("safe",))
    if again.applied:
        yield f"{path}: {again.applied[0][0].code} is fixed a second time"
    for name, text in first.texts.items():
        if is_compose(Path(name).name):
            stream = parse(text)
            if stream.problem is not None:
                yield f"{name}: no YAML after the fixes"
            elif _comments(text, stream) - Counter() != _comments(*_before(name)) - Counter():
                yield f"{name}: a comment is gone"


def _before(name: str) -> tuple[str, Stream]:
    text = decode(Path(name).read_bytes())
    return text, parse(text)


if __name__ == "__main__":
    sys.exit(main())
