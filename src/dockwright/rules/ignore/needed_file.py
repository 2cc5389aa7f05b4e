"""DW7008 ignore-needed-file."""

from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Ignore,
    Rule,
    lazy,
    packaged_files,
    pattern_of,
    safe,
)
from dockwright.rules.ignore._taken import calls, sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


# Lock files, with the calls that stop without them: program, its words, one of these options.
_LOCKS: "tuple[tuple[str, str, tuple[tuple[str, ...], ...], tuple[str, ...]], ...]" = (
    ("package-lock.json", "npm", (("ci",), ("clean-install",)), ()),
    ("yarn.lock", "yarn", (("install",), ()), ("--frozen-lockfile", "--immutable")),
    ("pnpm-lock.yaml", "pnpm", (("install",), ("i",)), ("--frozen-lockfile",)),
    ("uv.lock", "uv", (("sync",),), ("--frozen", "--locked")),
    ("Cargo.lock", "cargo", (("build",), ("install",), ("fetch",)), ("--locked", "--frozen")),
    ("Pipfile.lock", "pipenv", (("sync",), ("install",)), ("--deploy",)),
)
_ALWAYS = (("npm", "ci"), ("npm", "clean-install"), ("pipenv", "sync"))
_OPENS = lazy(r"""(?:open|read|Path)\(\s*['"]([\w./-]+\.(?:md|rst|txt|in|cfg|toml))['"]""")
_REQUIRES = lazy(r"(?m)^\s*(?:-r|-c|--requirement|--constraint)[\s=]+([\w./-]+)")
_PACKAGE = '[project]\nname = "a"\nversion = "1"\nreadme = "README.md"\n'
_HATCH = _PACKAGE + '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'


class IgnoreNeededFile(Rule):
    """
    Do not keep out what the project's own build reads.

    `*.md` also keeps out the `README.md` that `pyproject.toml` names, and the build of the package
    stops: hatchling, flit, Poetry, uv and maturin read it. So it is with a lock file that `npm ci`
    or `uv sync --locked` needs, with requirements that others name by `-r`, and with what
    `setup.py` opens.

    Silent when the file is not in the context, when no instruction takes the folder it is in, when
    nothing builds the project, about setuptools (it only warns), and when the context is not known.
    """

    code = "DW7008"
    name = "ignore-needed-file"
    severity = "warning"
    tags = ("ignore", "context", "build")
    needs = "context"

    examples = (
        Bad(
            ".git\n*.md\n",
            at="*.md",
            fixed=".git\n*.md\n!README.md\n",
            config={
                "dockerfile": "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install .\n",
                "texts": {"pyproject.toml": _HATCH},
                "context": {"README.md": 0o644},
            },
        ),
        Bad(
            "*.txt\n!requirements.txt\n",
            at="*.txt",
            fixed="*.txt\n!requirements.txt\n!base.txt\n",
            config={
                "dockerfile": "FROM python:3.12-slim\nWORKDIR /a\nCOPY . .\n"
                "RUN pip install -r requirements.txt\n",
                "texts": {"requirements.txt": "-r base.txt\nflask==3.0.0\n"},
                "context": {"base.txt": 0o644},
            },
        ),
        Bad(
            "node_modules\n*-lock.json\n",
            at="*-lock.json",
            fixed="node_modules\n*-lock.json\n!package-lock.json\n",
            config={
                "dockerfile": "FROM node:20-slim\nWORKDIR /a\nCOPY package*.json ./\nRUN npm ci\n",
                "context": {"package.json": 0o644, "package-lock.json": 0o644},
            },
        ),
        Good(
            "*.md\n!README.md\n",
            config={
                "dockerfile": "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install .\n",
                "texts": {"pyproject.toml": _HATCH},
                "context": {"README.md": 0o644},
            },
        ),
        Good(
            "*.md\n",
            config={
                "dockerfile": "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n"
                "RUN uv sync --no-install-project\n",
                "texts": {"pyproject.toml": _HATCH},
                "context": {"README.md": 0o644},
            },
        ),
        Good(
            "*.md\n",
            config={
                "dockerfile": "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install .\n",
                "texts": {
                    "pyproject.toml": _PACKAGE
                    + '[build-system]\nbuild-backend = "setuptools.build_meta"\n'
                },
                "context": {"README.md": 0o644},
            },
        ),
        Good(
            "yarn.lock\n",
            config={
                "dockerfile": "FROM node:20-slim\nWORKDIR /a\nCOPY . .\nRUN yarn install\n",
                "context": {"package.json": 0o644, "yarn.lock": 0o644},
            },
        ),
        Good("*.md\n"),
    )

    def check(self, ignore: Ignore) -> Findings:
        listing = ignore.listing
        if listing is None or not ignore.matcher.patterns or not ignore.builds:
            return
        told: set[str] = set()
        for path, reader in _needed(ignore):
            if path in told or listing.kind(path) != "file" or not ignore.matcher.excludes(path):
                continue
            told.add(path)
            pattern = ignore.matcher.decision(path).pattern
            if pattern is None or pattern.negated:
                continue
            yield self.at(
                ignore.span(pattern), f"this keeps `{path}` out, and {reader} needs it"
            ).fix(
                f"let it in: `!{path}`",
                safe(ignore.add((f"!{path}",)), changes=("ignore:includes",)),
            )


def _needed(ignore: Ignore) -> "Iterator[tuple[str, str]]":
    """The files that the builds read, with what reads them."""
    taken = list(sources(ignore))

    def there(path: str) -> bool:
        return any(_matches(path, one) or _inside(path, one) for one in taken)

    def reached(path: str) -> bool:
        return there(path) and not ignore.matcher.excludes(path)

    yield from (pair for pair in _locks(ignore) if there(pair[0]))
    listing = ignore.listing
    assert listing is not None
    if _builds_project(ignore):
        if reached("pyproject.toml"):
            named = packaged_files(listing.text("pyproject.toml") or "")
            yield from ((path, "pyproject.toml") for path in named if there(path))
        if reached("setup.py"):
            opened = _OPENS.findall(listing.text("setup.py") or "")
            yield from ((path, "setup.py") for path in opened if there(path))
    for name in listing.names("") or ():
        if name.endswith(".txt") and "requirements" in name and reached(name):
            for path in _REQUIRES.findall(listing.text(name) or ""):
                if there(path):
                    yield path.removeprefix("./"), name


def _matches(path: str, source: str) -> bool:
    shape = pattern_of(source) if "*" in source or "?" in source else None
    return path == source or (shape is not None and shape.fullmatch(path) is not None)


def _inside(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _locks(ignore: Ignore) -> "Iterator[tuple[str, str]]":
    for _, command in calls(ignore):
        for lock, program, several, options in _LOCKS:
            if command.name != program or command.conditional:
                continue
            if program == "npm" and _shrinkwrapped(ignore):
                continue
            if any(_is(command, *words) for words in several) and (
                command.has(*options)
                if options and (program, _first(command)) not in _ALWAYS
                else True
            ):
                yield lock, f"`{program} {_first(command)}`".replace(" `", "`")


def _shrinkwrapped(ignore: Ignore) -> bool:
    """Whether npm has another lock file, which it prefers."""
    name = "npm-shrinkwrap.json"
    return ignore.listing is not None and ignore.listing.kind(name) == "file"


def _first(command: "Command") -> str:
    operands = command.operands()
    return (operands[0].value or "") if operands else ""


def _is(command: "Command", *words: str) -> bool:
    return command.runs(*words) if words else not command.operands()


def _builds_project(ignore: Ignore) -> bool:
    """Whether a command builds the Python project at the root of the context."""
    for _, command in calls(ignore):
        values = [word.value for word in command.words]
        installs = "install" in values and not {".", "./", ".[all]"}.isdisjoint(values)
        if installs and command.name in ("pip", "pip3", "python", "python3", "uv"):
            return True
        if (
            command.name == "uv"
            and "sync" in values
            and not command.has("--no-install-project", "--no-install-workspace")
        ):
            return True
        if (
            command.name == "poetry"
            and "install" in values
            and not command.has("--no-root", "--only", "--no-directory")
        ):
            return True
        if command.name in ("hatch", "poetry", "uv", "flit") and values[1:2] == ["build"]:
            return True
        if values[:3] == ["python", "-m", "build"]:
            return True
    return False
