"""DW7007 ignore-entries-missing."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Found,
    Good,
    Ignore,
    IgnorePattern,
    Rule,
    Span,
    credentials,
    reads_history,
    safe,
    unsafe,
)
from dockwright.rules.ignore._taken import calls, copies, taker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


# Names that no build needs what is in them.
_LITTER = frozenset((
    "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".tox", ".nox", ".hypothesis",
    ".ipynb_checkpoints", ".nyc_output", ".idea", ".vscode", ".vs", ".DS_Store", "Thumbs.db",
    "desktop.ini", ".sass-cache", ".parcel-cache", ".eslintcache", ".coverage",
))  # fmt: skip
# Folders that the build makes itself: the file beside them that says so, and the programs.
_MADE = {
    "node_modules": (("package.json",), ("npm", "yarn", "pnpm", "bun")),
    ".next": (("package.json",), ("npm", "yarn", "pnpm", "bun", "next")),
    ".nuxt": (("package.json",), ("npm", "yarn", "pnpm", "bun", "nuxt")),
    "target": (("Cargo.toml", "pom.xml"), ("cargo", "mvn", "mvnw", "./mvnw")),
    ".gradle": (("build.gradle", "build.gradle.kts"), ("gradle", "gradlew", "./gradlew")),
    "build": (("build.gradle", "build.gradle.kts"), ("gradle", "gradlew", "./gradlew")),
    "obj": ((".csproj", ".fsproj", ".vbproj"), ("dotnet",)),
    "bin": ((".csproj", ".fsproj", ".vbproj"), ("dotnet",)),
    "_build": (("mix.exs",), ("mix",)),
}
_INSTALLS = ("ci", "install", "i", "add", "clean-install", "build", "run", "publish", "package")
# Left out of a build context together with nearly anything.
_PYTHON = {"main.py": 0o644, ".git/HEAD": 0o644, "api/.env": 0o600, "src/__pycache__/a.pyc": 0o644}


class IgnoreEntriesMissing(Rule):
    """
    Keep out what is in the build context, is copied along, and is of no use in the image.

    `COPY . .` takes what lies in the folder: the history, `.env` files and keys, a virtual
    environment or `node_modules` of another system, what a build left behind, caches and the
    settings of editors. They make the image large or leak, and a change to any of them runs the
    copy and all behind it again. One finding names all of them, with the patterns to add.

    Silent about what is not in the context, what no instruction copies along with a folder above
    it, what the ignore file brings back by name, build results that the Dockerfile does not make
    itself, `.git` when a command reads it, names that a pattern keeps out at the root only
    (ignore-pattern-root-only), and when the context is not known. Compose files and the
    Dockerfile do no harm.
    """

    code = "DW7007"
    name = "ignore-entries-missing"
    severity = "warning"
    tags = ("ignore", "context", "size", "secrets")
    needs = "context"

    examples = (
        Bad(
            "*.md\n",
            at="*.md",
            fixed="*.md\n**/__pycache__\n",
            config={
                "dockerfile": "FROM python:3.12-slim\nCOPY . /app\n",
                "context": {"main.py": 0o644, "src/__pycache__/a.pyc": 0o644},
            },
        ),
        Bad(
            "# nothing yet\n",
            at="",
            fixed="# nothing yet\n**/.env\n.git\n**/__pycache__\n",
            config={"dockerfile": "FROM python:3.12-slim\nCOPY . /app\n", "context": _PYTHON},
        ),
        Bad(
            ".git\n",
            at=".git",
            fixed=".git\nenv\n**/node_modules\n",
            config={
                "dockerfile": "FROM node:20-slim\nCOPY . /app\nRUN cd /app && npm ci\n",
                "context": {
                    "package.json": 0o644,
                    "node_modules/a/index.js": 0o644,
                    "env/pyvenv.cfg": 0o644,
                },
            },
        ),
        Good(
            ".git\n**/.env\n**/__pycache__\n",
            config={"dockerfile": "FROM python:3.12-slim\nCOPY . /app\n", "context": _PYTHON},
        ),
        Good(
            "*.md\n",
            config={
                "dockerfile": "FROM python:3.12-slim\nCOPY main.py /app/\n",
                "context": _PYTHON,
            },
        ),
        Good(
            "**/.git\n.env*\n**/__pycache__\n",
            config={"dockerfile": "FROM python:3.12-slim\nCOPY . /app\n", "context": _PYTHON},
        ),
        Good(
            "*\n!src\n!target\n",
            config={
                "dockerfile": "FROM debian:12-slim\nCOPY . /app\nRUN cargo build\n",
                "context": {"src/.env.example": 0o644, "target/app": 0o755, "Cargo.toml": 0o644},
            },
        ),
        Good(
            "*.md\n",
            config={
                "dockerfile": "FROM nginx:1.27\nCOPY . /srv\n",
                "context": {"target/app.jar": 0o644, "node_modules/a/a.js": 0o644},
            },
        ),
        Good(
            "*.md\n",
            config={
                "dockerfile": "FROM golang:1.22\nCOPY . /src\nRUN git describe > /version\n",
                "context": {"main.go": 0o644, ".git/HEAD": 0o644},
            },
        ),
        Good("*.md\n"),
    )

    def check(self, ignore: Ignore) -> Findings:
        if ignore.file.errors:
            return
        wanted: dict[str, str] = {}
        harmless = likely = True
        for path, sure in _secrets(ignore):
            name = path.rpartition("/")[2]
            wanted.setdefault(f"**/{name}" if name.startswith(".env") else path, path)
            harmless = False
            likely = likely and not sure
        told = bool(wanted)
        for one in ignore.entries:
            pattern = _pattern(ignore, one)
            if pattern is not None:
                wanted.setdefault(pattern, one.path)
                harmless = harmless and one.name in _LITTER
                likely = likely and told
        if not wanted:
            return
        paths = list(wanted.values())
        shown = ", ".join(f"`{path}`" for path in paths[:4])
        more = f" and {len(paths) - 4} more" if len(paths) > 4 else ""
        several = len(paths) > 1
        edit = ignore.add(list(wanted))
        last = ignore.patterns[-1] if ignore.patterns else None
        yield self.at(
            ignore.span(last) if last is not None else Span(0, 0),
            f"{shown}{more} {'get' if several else 'gets'} into the build:"
            f" no pattern keeps {'them' if several else 'it'} out",
            likely=likely,
        ).fix(
            "add " + ", ".join(f"`{one}`" for one in wanted),
            safe(edit, changes=("ignore:excludes",)) if harmless else unsafe(edit),
        )


def _secrets(ignore: Ignore) -> "Iterator[tuple[str, bool]]":
    """The files with credentials that get into the image with a folder, and whether surely."""
    listing = ignore.listing
    told: set[str] = set()
    if listing is None:
        return
    for stage, _, folder in copies(ignore):
        if not stage.shipped or folder in told or listing.kind(folder) != "dir":
            continue
        told.add(folder)
        for path, sure in credentials(stage.build, folder):
            if not _named(ignore, path) and not _rooted(ignore, path):
                yield path, sure


def _named(ignore: Ignore, path: str) -> bool:
    """Whether a pattern brings exactly this path back."""
    decided = ignore.matcher.visit(path).pattern
    return decided is not None and decided.negated and decided.cleaned == path


def _rooted(ignore: Ignore, path: str) -> bool:
    """Whether the name is kept out at the root only: ignore-pattern-root-only says so."""
    name = path.rpartition("/")[2]
    return "/" in path and any(
        (one.cleaned == name or (one.cleaned.startswith(".env") and _matches(one, name)))
        and not one.negated
        and not one.written.startswith(("/", "./"))
        for one in ignore.matcher.patterns
    )


def _matches(pattern: "IgnorePattern", name: str) -> bool:
    return pattern.glob is not None and pattern.glob.matches(name)


def _pattern(ignore: Ignore, one: "Found") -> str | None:
    """The pattern that keeps an unwanted entry out; None for one that is wanted."""
    listing = ignore.listing
    if one.visit.excluded or listing is None or one.kind == "link":
        return None
    if _named(ignore, one.path) or _rooted(ignore, one.path):
        return None
    name, path = one.name, one.path
    if name in _LITTER:
        return f"**/{name}" if taker(ignore, path) is not None else None
    if one.kind != "dir":
        return None
    if name in (".git", ".hg", ".svn"):
        step = taker(ignore, path, shipped=True)
        if step is None or any(
            reads_history(stage) for build in ignore.builds for stage in build.stages if stage.built
        ):
            return None
        return path if "/" not in path else f"**/{name}"
    if listing.kind(f"{path}/pyvenv.cfg") == "file" and taker(ignore, path) is not None:
        return f"**/{name}" if name == ".venv" else path
    made = _MADE.get(name)
    if made is None or taker(ignore, path) is None:
        return None
    beside = listing.names(path.rpartition("/")[0]) or ()
    if not any(other.endswith(made[0]) for other in beside):
        return None
    for _, command in calls(ignore):
        first = command.operands()[:1]
        if command.name in made[1] and (not first or first[0].value in _INSTALLS):
            return f"**/{name}" if name == "node_modules" else path
    return None
