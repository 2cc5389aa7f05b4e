"""
Installs of a project's dependencies: what each package manager needs for it, and what it makes.

`Install` is what a command such as `npm ci` or `pip install -r requirements.txt` does, in paths of
the image. What a manager needs beyond its manifest and lock files depends on what stands in them,
which the model does not read: that is what `assumes` says.
"""

from posixpath import basename

from dockwright.facts.contents import clean
from dockwright.syntax.shell.nodes import HOLE
from dockwright.text.lazy import lazy
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.model.touching import Seen

_NAME = lazy(
    r"[A-Za-z0-9][\w.-]*(?:\[[\w,\s.-]*\])?\s*(?:[=<>!~]=?.*|@\s*(?:https?|git\+\w+)://.*)?"
)
_ADDRESS = lazy(r"(?:git\+)?(?:https?|ssh|git)://|git\+")
_ARCHIVE = lazy(r"\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz)$")


class Install(Value):
    """
    An install of a project's dependencies.

    `manager` is the package manager, `folder` where it runs. `needs` are the files it cannot do
    without, `reads` those it reads when they are there (both absolute, the last part may be a
    pattern), `makes` what it writes there. `whole` is why it takes more than these ("" when it
    does not), `assumes` on what the answer rests.
    """

    __slots__ = ("assumes", "folder", "makes", "manager", "needs", "reads", "whole")

    def __init__(
        self,
        manager: str,
        folder: str,
        needs: "Sequence[str]",
        reads: "Sequence[str]" = (),
        makes: "Sequence[str]" = (),
        *,
        assumes: str = "",
        whole: str = "",
    ) -> None:
        def here(names: "Sequence[str]") -> tuple[str, ...]:
            return tuple(
                clean(name if name.startswith("/") else f"{folder}/{name}")
                + ("/" if name.endswith("/") else "")
                for name in names
            )

        self.manager = manager
        self.folder = folder
        self.needs = here(needs)
        self.reads = here(reads)
        self.makes = here(makes)
        self.assumes = assumes
        self.whole = whole

    @property
    def files(self) -> tuple[str, ...]:
        """All that it reads and makes in the folder."""
        return (*self.needs, *self.reads, *self.makes)


def plain_requirement(text: str) -> bool:
    """Whether a pip requirement names a package, and no file or folder."""
    if HOLE in text:
        name = text.partition("==")[0]
        return HOLE not in name and "==" in text and plain_requirement(name)
    if _ADDRESS.match(text):
        return True
    return bool(_NAME.fullmatch(text)) and not _ARCHIVE.search(text)


def install(seen: "Seen") -> Install | None:
    """What the command installs of its project, None when it is no such command."""
    if seen.cwd is None:
        return None
    name = seen.name
    if name in ("python", "python3") and seen.args[:2] == ["-m", "pip"]:
        return _pip(seen, seen.args[2:])
    if name.startswith("pip") and (name[3:] or "3").replace(".", "").isdigit():
        return _pip(seen, seen.args)
    if name == "uv" and seen.args[:1] == ["pip"]:
        return _pip(seen, seen.args[1:])
    function = _MANAGERS.get(name)
    return function(seen) if function is not None else None


def _pip(seen: "Seen", args: "list[str]") -> Install | None:
    from dockwright.model.touchers import PIP_TAKES

    cwd = seen.cwd
    assert cwd is not None
    files: list[str] = []
    named: list[str] = []
    local = ""
    rest = list(args)
    while rest:
        arg = rest.pop(0)
        option, equals, value = arg.partition("=")
        if arg.startswith(("-r", "-c", "-e")) and len(arg) > 2:
            option, equals, value = arg[:2], "=", arg[2:]
        if option in ("-r", "--requirement", "-c", "--constraint"):
            files.append(value if equals else (rest.pop(0) if rest else ""))
        elif option in ("-e", "--editable"):
            local = "it installs a local folder"
        elif arg in PIP_TAKES:
            rest = rest[1:]
        elif not arg.startswith("-"):
            named.append(arg)
    if named[:1] not in (["install"], ["sync"]) or not files:
        return None
    if local or not all(plain_requirement(one) for one in named[1:]):
        local = "it installs a local folder or file"
    paths = [one for one in files if "://" not in one]
    if not paths:
        return None
    if any(HOLE in one or "*" in one or "~" in one or not one for one in paths):
        local = "its requirements file is not known"
        paths = []
    return Install(
        "pip",
        cwd,
        paths,
        assumes="the requirements name no local file or folder",
        whole=local,
    )


def _words(seen: "Seen", *takes: str) -> "list[str]":
    return list(seen.operands(*takes))


_NPM_TAKES = (
    "--registry",
    "--prefix",
    "--cache",
    "--omit",
    "--include",
    "--loglevel",
    "--only",
    "-C",
)


def _elsewhere(seen: "Seen", *options: str) -> str:
    """Why the install does not run in the working directory, "" when it does."""
    value = seen.value(*options)
    return "it works in another folder" if value not in (None, "", ".", "./") else ""


def _npm(seen: "Seen") -> Install | None:
    words = _words(seen, *_NPM_TAKES)
    if words[:1] not in (["ci"], ["install"], ["i"], ["clean-install"]) or len(words) > 1:
        return None
    if any(arg in ("-g", "--global", "--location=global") for arg in seen.args):
        return None
    return Install(
        "npm",
        seen.cwd or "/",
        ("package.json",),
        ("package-lock.json", "npm-shrinkwrap.json", ".npmrc"),
        ("node_modules", *(() if words[0] in ("ci", "clean-install") else ("package-lock.json",))),
        assumes="package.json has no install script, workspace or local dependency",
        whole=_elsewhere(seen, "--prefix", "-C"),
    )


def _yarn(seen: "Seen") -> Install | None:
    words = _words(seen, "--registry", "--cwd", "--modules-folder", "--network-timeout", "--mutex")
    if words not in ([], ["install"]) or any(a in ("--version", "-v", "--help") for a in seen.args):
        return None
    return Install(
        "yarn",
        seen.cwd or "/",
        ("package.json",),
        ("yarn.lock", ".yarnrc", ".yarnrc.yml", ".npmrc", ".yarn/"),
        ("node_modules", "yarn.lock", ".pnp.cjs", ".pnp.loader.mjs"),
        assumes="package.json has no install script, workspace or local dependency",
        whole=_elsewhere(seen, "--cwd"),
    )


def _pnpm(seen: "Seen") -> Install | None:
    words = _words(seen, "--registry", "-C", "--dir", "--filter", "-F", "--reporter", "--store-dir")
    if words[:1] not in (["install"], ["i"]) or len(words) > 1:
        return None
    if any(arg in ("-g", "--global", "-r", "--recursive") or "filter" in arg for arg in seen.args):
        return None
    return Install(
        "pnpm",
        seen.cwd or "/",
        ("package.json",),
        ("pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc", ".pnpmfile.cjs"),
        ("node_modules", "pnpm-lock.yaml"),
        assumes="package.json has no install script, workspace, patch or local dependency",
        whole=_elsewhere(seen, "-C", "--dir"),
    )


def _bun(seen: "Seen") -> Install | None:
    if _words(seen, "--cwd", "--registry") not in (["install"], ["i"], ["ci"]):
        return None
    return Install(
        "bun",
        seen.cwd or "/",
        ("package.json",),
        ("bun.lock", "bun.lockb", "bunfig.toml", ".npmrc"),
        ("node_modules", "bun.lock", "bun.lockb"),
        assumes="package.json has no install script, workspace or local dependency",
        whole=_elsewhere(seen, "--cwd"),
    )


def _poetry(seen: "Seen") -> Install | None:
    words = _words(seen, "--with", "--without", "--only", "-E", "--extras", "-C", "--directory")
    if words[:1] not in (["install"], ["sync"]):
        return None
    bare = any(arg in ("--no-root", "--no-directory") for arg in seen.args)
    whole = "" if bare else "it installs the project itself also: `--no-root` leaves that out"
    return Install(
        "poetry",
        seen.cwd or "/",
        ("pyproject.toml",),
        ("poetry.lock", "poetry.toml"),
        (".venv",),
        assumes="no dependency is a local folder",
        whole=whole or _elsewhere(seen, "-C", "--directory"),
    )


def _pipenv(seen: "Seen") -> Install | None:
    words = _words(seen, "--python", "--requirements", "-r", "-i", "--extra-pip-args")
    if words not in (["install"], ["sync"]) or seen.value("-r", "--requirements") is not None:
        return None
    fixed = words == ["sync"] or "--deploy" in seen.args or "--ignore-pipfile" in seen.args
    return Install(
        "pipenv",
        seen.cwd or "/",
        ("Pipfile",),
        ("Pipfile.lock",),
        (".venv", *(() if fixed else ("Pipfile.lock",))),
        assumes="no dependency is a local folder",
    )


def _uv(seen: "Seen") -> Install | None:
    words = _words(seen, "--extra", "--group", "--project", "--directory", "--python", "-p")
    if words != ["sync"]:
        return None
    bare = any(arg in ("--no-install-project", "--no-install-workspace") for arg in seen.args)
    fixed = any(arg in ("--frozen", "--locked") for arg in seen.args)
    whole = "" if bare else "it installs the project also: `--no-install-project` leaves that out"
    return Install(
        "uv",
        seen.cwd or "/",
        ("pyproject.toml",),
        ("uv.lock", ".python-version", "uv.toml"),
        (".venv", *(() if fixed else ("uv.lock",))),
        assumes="no dependency is a local folder",
        whole=whole or _elsewhere(seen, "--project", "--directory"),
    )


def _go(seen: "Seen") -> Install | None:
    if _words(seen) != ["mod", "download"]:
        return None
    return Install(
        "go",
        seen.cwd or "/",
        ("go.mod",),
        ("go.sum",),
        (),
        assumes="go.mod replaces no module by a local folder",
    )


def _bundle(seen: "Seen") -> Install | None:
    words = _words(
        seen, "--jobs", "-j", "--without", "--with", "--path", "--retry", "--gemfile", "--binstubs"
    )
    if words not in ([], ["install"]) or any(a in ("--version", "-v") for a in seen.args):
        return None
    gemfile = seen.value("--gemfile")
    if gemfile is not None and (HOLE in gemfile or basename(gemfile) != "Gemfile"):
        return None
    beside = gemfile.rpartition("/")[0] + "/" if gemfile and "/" in gemfile else ""
    path = seen.value("--path")
    made = ("vendor/bundle", ".bundle", *([path] if path and HOLE not in path else []))
    return Install(
        "bundler",
        seen.cwd or "/",
        (f"{beside}Gemfile",),
        (f"{beside}Gemfile.lock", ".ruby-version", ".tool-versions"),
        (*made, f"{beside}Gemfile.lock"),
        assumes="the Gemfile names no local gem and reads no other file",
    )


def _composer(seen: "Seen") -> Install | None:
    words = _words(seen, "-d", "--working-dir", "--ignore-platform-req")
    if words not in (["install"], ["i"]):
        return None
    bare = "--no-scripts" in seen.args and "--no-autoloader" in seen.args
    whole = (
        ""
        if bare
        else (
            "it makes the autoloader and runs scripts also:"
            " `--no-scripts --no-autoloader` leave that for `composer dump-autoload`"
        )
    )
    return Install(
        "composer",
        seen.cwd or "/",
        ("composer.json",),
        ("composer.lock", "auth.json", "symfony.lock"),
        ("vendor", "composer.lock"),
        assumes="no package is a local folder or a plugin that reads the source",
        whole=whole or _elsewhere(seen, "-d", "--working-dir"),
    )


def _cargo(seen: "Seen") -> Install | None:
    if _words(seen, "--target", "--manifest-path") != ["fetch"]:
        return None
    return Install(
        "cargo",
        seen.cwd or "/",
        ("Cargo.toml",),
        ("Cargo.lock",),
        whole="cargo reads no manifest without the sources it names",
    )


def _dotnet(seen: "Seen") -> Install | None:
    words = _words(seen, "-s", "--source", "-r", "--runtime", "--configfile", "-v", "--verbosity")
    if words[:1] != ["restore"]:
        return None
    return Install(
        "dotnet",
        seen.cwd or "/",
        (),
        whole="it reads every project file that the first one refers to",
    )


def _maven(seen: "Seen") -> Install | None:
    goals = _words(seen, "-f", "--file", "-s", "--settings", "-P", "-pl", "-T")
    if not goals or any(
        goal.partition(":")[0] != "dependency"
        or ("go-offline" not in goal and "resolve" not in goal)
        for goal in goals
    ):
        return None
    return Install(
        "maven",
        seen.cwd or "/",
        ("pom.xml",),
        (),
        ("target",),
        assumes="the project has a single module and no parent in the source",
        whole=_elsewhere(seen, "-f", "--file") and "its pom.xml lies elsewhere",
    )


def _mix(seen: "Seen") -> Install | None:
    if _words(seen, "--only") != ["deps.get"]:
        return None
    return Install(
        "mix",
        seen.cwd or "/",
        ("mix.exs",),
        ("mix.lock",),
        ("deps", "_build", "mix.lock"),
        assumes="no dependency is a local folder, and the configuration does not change them",
    )


_MANAGERS: "dict[str, Callable[[Seen], Install | None]]" = {
    "npm": _npm,
    "yarn": _yarn,
    "yarnpkg": _yarn,
    "pnpm": _pnpm,
    "bun": _bun,
    "poetry": _poetry,
    "pipenv": _pipenv,
    "uv": _uv,
    "go": _go,
    "bundle": _bundle,
    "bundler": _bundle,
    "composer": _composer,
    "cargo": _cargo,
    "dotnet": _dotnet,
    "mvn": _maven,
    "mix": _mix,
}
# The programs one of which a RUN must have to be an install of a project's dependencies.
PROGRAMS = (*_MANAGERS, "pip", "pip3", "python", "python3")

__all__ = ["PROGRAMS", "Install", "install", "plain_requirement"]
