"""A git repository as raw input: its files at HEAD, and what a folder held at each commit."""

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

ABSENT = "0" * 40


class Repository:
    """
    A repository below the input folder, read with git and never checked out.

    `inputs` holds it as `<name>`, as `<name>.git`, or as `<owner>+<name>/repo`.
    """

    def __init__(self, inputs: str, owner: str, name: str) -> None:
        root = Path(inputs)
        places = (root / name, root / f"{name}.git", root / f"{owner}+{name}" / "repo")
        found = [place for place in places if place.exists()]
        if not found:
            raise SystemExit(f"{inputs}: no clone of github.com/{owner}/{name}")
        self.name = f"{owner}/{name}"
        self.path = found[0]

    def git(self, *arguments: str) -> str:
        """What a git command prints."""
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments], capture_output=True, check=True
        )
        return done.stdout.decode(errors="replace")

    def head(self, branch: str = "HEAD") -> tuple[str, str]:
        """The commit of a branch and its day in UTC, as 2026-08-21."""
        commit, stamp = self.git("log", "-1", "--format=%H %ct", branch).split()
        return commit, _day(int(stamp))

    def show(self, path: str, branch: str = "HEAD") -> str:
        """A file's text."""
        return self.git("show", f"{branch}:{path}")

    def names(self, folder: str, branch: str = "HEAD") -> list[str]:
        """The names in a folder."""
        return self.git("ls-tree", "--name-only", f"{branch}:{folder}").split("\n")[:-1]

    def changes(self, folder: str) -> list[tuple[str, str, str]]:
        """
        (day, path, blob) for each file changed by each commit on the main line, oldest first.

        Only the main line: what stood in a branch before it was merged was never in force. The
        blob is `ABSENT` where the file was removed.
        """
        text = self.git(
            *("log", "--first-parent", "--diff-merges=first-parent", "--reverse", "--raw"),
            *("--no-abbrev", "--no-renames", "--format=C %ct", "--", folder),
        )
        found = []
        day = ""
        for line in text.split("\n"):
            if line.startswith("C "):
                day = _day(int(line[2:]))
            elif line.startswith(":"):
                meta, _, path = line.partition("\t")
                found.append((day, path, meta.split()[3]))
        return found

    def blobs(self, wanted: Iterable[str]) -> Iterator[tuple[str, str]]:
        """(blob, text) of each of these blobs."""
        names = sorted(set(wanted) - {ABSENT})
        done = subprocess.run(
            ["git", "-C", str(self.path), "cat-file", "--batch"],
            input="\n".join(names).encode(),
            capture_output=True,
            check=True,
        )
        data, at = done.stdout, 0
        for name in names:
            line = data.index(b"\n", at)
            size = int(data[at:line].split()[2])
            yield name, data[line + 1 : line + 1 + size].decode(errors="replace")
            at = line + 1 + size + 1


def _day(stamp: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(stamp, UTC).date().isoformat()
