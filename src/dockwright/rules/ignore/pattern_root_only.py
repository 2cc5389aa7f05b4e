"""DW7003 ignore-pattern-root-only."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Found,
    Good,
    Ignore,
    IgnorePattern,
    Rule,
    lazy,
    safe,
    unsafe,
)
from dockwright.rules.ignore._taken import taker

# Patterns whose author means every folder, and that no build needs the files of.
_HARMLESS = lazy(
    r"__pycache__|\*\.py\[(?:cod|co|oc|cdo)\]|\*\.pyc|\*\.pyo|\*\.pyd|\.DS_Store|Thumbs\.db"
    r"|desktop\.ini|\.(?:pytest|mypy|ruff|sass|parcel)[_-]cache|\.tox|\.nox|\.idea|\.vscode|\.vs"
    r"|\*\.sw[po]|\*~|\.ipynb_checkpoints|\.nyc_output|\.coverage|\.hypothesis|\.eslintcache"
)
_OTHERS = lazy(
    r"node_modules|bower_components|\.venv|\.git|\.svn|\.hg|\*\.class|\.terraform|\.gradle|\.next"
    r"|\.nuxt|\.turbo|\.env|\.env\.\*|\.env\.local|\.env\*|\*\.env|\*\.egg-info|\.eggs|bin|obj"
    r"|npm-debug\.log\*?|yarn-error\.log\*?|\*\.user|\*\.suo"
)
_BYTECODE = lazy(r"__pycache__|\*\.py(?:\[\w+\]|c|o)")
_SAMPLES = lazy(
    r"(?:^|/)(?:tests?|testdata|fixtures?|examples?|samples?|spec|docs?)/|example|sample"
)
_PROJECT = (".csproj", ".fsproj", ".vbproj")


class IgnorePatternRootOnly(Rule):
    """
    Write `**/` before a pattern that is meant for every folder.

    Patterns of .dockerignore are anchored at the root of the context, unlike those of .gitignore:
    `__pycache__` keeps out the folder of that name at the top, and `src/__pycache__` still reaches
    the builder. `**/__pycache__` means both.

    Silent when no entry further down that reaches the builder has such a name (Python makes its
    byte code wherever there are modules), when no instruction copies it, when the pattern begins
    with `/`, when the name may mean one folder only (`build`, `*.md`), and when the context is not
    known.
    """

    code = "DW7003"
    name = "ignore-pattern-root-only"
    severity = "warning"
    tags = ("ignore", "context")
    needs = "context"

    examples = (
        Bad(
            "__pycache__/\n.git\n",
            at="__pycache__/",
            fixed="**/__pycache__/\n.git\n",
            config={
                "dockerfile": "FROM python:3.12-slim\nCOPY . /app\n",
                "context": {"main.py": 0o644, "src/__pycache__/a.pyc": 0o644},
            },
        ),
        Bad(
            "# dependencies\nnode_modules\n",
            at="node_modules",
            fixed="# dependencies\n**/node_modules\n",
            config={
                "dockerfile": "FROM node:20-slim\nCOPY web /app\n",
                "context": {"web/package.json": 0o644, "web/node_modules/a/i.js": 0o644},
            },
        ),
        Bad(
            "*.pyc\n",
            at="*.pyc",
            fixed="**/*.pyc\n",
            config={
                "dockerfile": "FROM python:3.12-slim\nCOPY . /app\n",
                "context": {"src/main.py": 0o644},
            },
        ),
        Good(
            "**/__pycache__\nnode_modules\n*.md\n",
            config={
                "dockerfile": "FROM python:3.12-slim\nCOPY . /app\n",
                "context": {"src/__pycache__/a.pyc": 0o644, "docs/a.md": 0o644},
            },
        ),
        Good(
            "node_modules\n",
            config={
                "dockerfile": "FROM node:20-slim\nCOPY src /app\n",
                "context": {"src/a.js": 0o644, "web/node_modules/a/i.js": 0o644},
            },
        ),
        Good(
            "*\n!src\n/node_modules\nnode_modules\nsrc/node_modules\n",
            config={
                "dockerfile": "FROM node:20-slim\nCOPY . /app\n",
                "context": {"src/a.js": 0o644, "src/node_modules/a/i.js": 0o644},
            },
        ),
        Good("__pycache__\n"),
    )

    def check(self, ignore: Ignore) -> Findings:
        for pattern in ignore.matcher.patterns:
            text = pattern.cleaned
            if pattern.negated or "/" in text or pattern.written.startswith(("/", "./")):
                continue
            harmless = _HARMLESS.fullmatch(text) is not None
            if not harmless and _OTHERS.fullmatch(text) is None:
                continue
            hits = [one for one in ignore.entries if _deeper(ignore, pattern, one)]
            source = None
            if not hits:
                source = _module(ignore) if _BYTECODE.fullmatch(text) else None
                if source is None or _elsewhere(ignore, text):
                    continue
            edit = ignore.replace(pattern, f"**/{pattern.written}")
            remedy = safe(edit, changes=("ignore:excludes",)) if harmless else unsafe(edit)
            if source is not None:
                message = (
                    f"this holds at the root of the context only, and Python writes such files"
                    f" beside `{source.path}` too"
                )
            else:
                more = f" and {len(hits) - 1} more" if len(hits) > 1 else ""
                message = (
                    "this holds at the root of the context only:"
                    f" `{hits[0].path}`{more} {'reach' if more else 'reaches'} the builder"
                )
            yield self.at(ignore.span(pattern), message, likely=source is not None).fix(
                f"write `**/{pattern.written}`", remedy
            )


def _deeper(ignore: Ignore, pattern: "IgnorePattern", one: "Found") -> bool:
    """Whether an entry below the root has the name, and gets to where it is not wanted."""
    if "/" not in one.path or one.visit.excluded or pattern.glob is None:
        return False
    if not pattern.glob.matches(one.name):
        return False
    decided = one.visit.pattern
    if decided is not None and decided.negated and decided.cleaned == one.path:
        return False
    text = pattern.cleaned
    if "env" in text and (one.kind != "file" or _SAMPLES.search(one.path)):
        return False
    if text in ("bin", "obj"):
        folder = one.path.rpartition("/")[0]
        assert ignore.listing is not None
        if not any(name.endswith(_PROJECT) for name in ignore.listing.names(folder) or ()):
            return False
    return taker(ignore, one.path) is not None


def _module(ignore: Ignore) -> "Found | None":
    """A Python module below the root that an instruction copies with its folder."""
    for one in ignore.entries:
        if one.kind != "file" or "/" not in one.path or not one.name.endswith(".py"):
            continue
        if one.visit.excluded or _SAMPLES.search(one.path):
            continue
        if taker(ignore, one.path) is not None:
            return one
    return None


def _elsewhere(ignore: Ignore, text: str) -> bool:
    """Whether another pattern keeps such files out further down, or is told the same of."""
    if text != "__pycache__" and any("__pycache__" in one.cleaned for one in ignore.patterns):
        return True
    name = "__pycache__" if text == "__pycache__" else "a.pyc"
    return ignore.matcher.excludes(f"q/{name}") or ignore.matcher.excludes(f"q/__pycache__/{name}")
