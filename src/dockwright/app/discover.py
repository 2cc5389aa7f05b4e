"""
Finding the files to check.

A path that is a file is taken as it is. In a folder, Dockerfiles are known by their names; inside a
git work tree the files git ignores are left out (git itself is asked), elsewhere only the folders
nobody means.
"""

import os

from dockwright.compose.filenames import is_compose
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SKIPPED_FOLDERS = frozenset(
    (".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".mypy_cache")
)
# Endings of files that have "Dockerfile" in their names and are none, or only the draft of one.
_OTHER = (
    ".dockerignore",
    ".md",
    ".rst",
    ".txt",
    ".html",
    ".json",
    ".yaml",
    ".yml",
    ".toml",
    ".py",
    ".sh",
    ".js",
    ".ts",
    ".go",
    ".rb",
    ".j2",
    ".jinja",
    ".jinja2",
    ".tmpl",
    ".tpl",
    ".template",
    ".erb",
    ".in",
    ".orig",
    ".rej",
    ".bak",
    ".swp",
    "~",
)


class Target(Value):
    """
    One file to check: where it is, and what messages call it.

    `explicit` tells whether the user named it. `serves` are the Dockerfiles that an ignore file
    holds for; it is None for a Dockerfile.
    """

    __slots__ = ("explicit", "path", "serves")

    def __init__(self, path: str, explicit: bool, serves: "Sequence[str] | None" = None) -> None:
        self.path = path
        self.explicit = explicit
        self.serves = tuple(serves) if serves is not None else None


def is_dockerfile(name: str) -> bool:
    """Whether a file of this name is a Dockerfile."""
    lowered = name.lower()
    if lowered.endswith(_OTHER):
        return False
    for word in ("dockerfile", "containerfile"):
        if lowered == word or lowered.startswith((word + ".", word + "-", word + "_")):
            return True
        if lowered.endswith(("." + word, "-" + word, "_" + word)):
            return True
    return False


def is_ignore(name: str) -> bool:
    """Whether a file of this name is an ignore file of a build context or of a Dockerfile."""
    return name.endswith(".dockerignore")


def of_compose(target: "Target") -> bool:
    """Whether a target is a Compose file: by its name, or a YAML file that the user named."""
    name = os.path.basename(target.path)
    named = target.explicit and name.lower().endswith((".yml", ".yaml"))
    return named or is_compose(name)


def is_override(path: str) -> bool:
    """Whether Compose lays a file over the main file beside it without being told."""
    folder, name = os.path.split(path)
    stem = name.lower().rpartition(".")[0]
    if stem not in ("compose.override", "docker-compose.override"):
        return False
    mains = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
    return any(os.path.isfile(os.path.join(folder, main)) for main in mains)


def is_markdown(name: str) -> bool:
    """Whether a file of this name is Markdown."""
    return name.lower().endswith((".md", ".markdown", ".mdx"))


def find(
    paths: "Iterable[str]", errors: "list[tuple[str, str]]", *, markdown: bool = False
) -> "list[Target]":
    """
    The files below `paths`, each once, in a stable order.

    What cannot be read is added to `errors` as (path, message); the rest goes on.
    """
    found: dict[str, Target] = {}
    for path in paths:
        if path == "-":
            found.setdefault("-", Target("-", True))
        elif os.path.isdir(path):
            for inner in sorted(_inside(path, errors)):
                name = os.path.basename(inner)
                compose = is_compose(name) and not is_override(inner)
                if compose or is_dockerfile(name) or (markdown and is_markdown(name)):
                    found.setdefault(os.path.normpath(inner), Target(inner, False))
        elif os.path.lexists(path):
            found.setdefault(os.path.normpath(path), Target(path, True))
        else:
            errors.append((path, "no such file or folder"))
    return list(found.values())


def _inside(folder: str, errors: "list[tuple[str, str]]") -> "Iterator[str]":
    listed = _git_files(folder)
    if listed is not None:
        yield from listed
        return

    def failed(error: OSError) -> None:
        errors.append((error.filename or folder, error.strerror or "cannot be read"))

    for here, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        for name in names:
            yield os.path.join(here, name)


def _git_files(folder: str) -> "Sequence[str] | None":
    """The files below `folder` that git does not ignore; None outside a work tree."""
    top = os.path.abspath(folder)
    while not os.path.lexists(os.path.join(top, ".git")):
        parent = os.path.dirname(top)
        if parent == top:
            return None
        top = parent
    import subprocess

    # Nothing a repository configures may run: no file system monitor, no hooks.
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=", "-C", folder]
    command += ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode:
        return None
    names = os.fsdecode(done.stdout).split("\0")
    paths = (os.path.join(folder, name) for name in names if name)
    return [path for path in paths if os.path.lexists(path)]


def read_bytes(path: str) -> bytes:
    """The content of a file; raises OSError, also for what is no file."""
    import stat

    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode):
        raise OSError(None, "not a regular file", path)
    with open(path, "rb") as file:
        return file.read()
