"""
Base images for the tests of language managers and downloads, and how answers are written.

An answer is one line: "-" nothing is there, "?" not known, otherwise the kind, the mode, the owner,
where a link points and what is known of the content, with `*` for what is not known; a "~" in
front says that it is only likely.
"""

from dockwright.facts.contents import Account, Contents
from dockwright.facts.ground import Listing, note
from dockwright.facts.image import DEFAULT_PATH, ImageFacts
from dockwright.facts.knowledge import Known, Reason
from dockwright.facts.port import FactSource
from dockwright.model.files import Listing as Context
from dockwright.model.stages import Build
from tests.support import models
from tests.support.models import build_of, image_of

PYTHON = "python3.12 python3>python3.12 python>python3 pip~#!/usr/local/bin/python3.12 pip3>pip"
NODE = "node npm>../lib/node_modules/npm/bin/npm-cli.js npx>../lib/node_modules/npm/bin/npx-cli.js"
SHELL = (
    "sh cat chmod chown cp mv rm ls ln mkdir touch tar gzip gunzip xz unzip curl wget git grep sed"
    " find id env true tee"
)


def _contents(name: str, programs: str, distribution: str, suite: str, *more: str) -> Contents:
    names: dict[str, dict[str, str]] = {}
    top = "usr/ etc/ var/ opt/ home/ root/:0700 tmp/:1777 srv/ run/ bin>usr/bin lib>usr/lib"
    note(names, "/", top)
    note(names, "/home", "ada/:0750:1000:1000")
    note(names, "/home/ada", "")
    note(names, "/usr", "bin/ sbin/ lib/ share/ local/")
    note(names, "/usr/bin", SHELL)
    note(names, "/usr/local", "bin/ sbin/ lib/ share/ etc/")
    note(names, "/usr/local/bin", programs)
    for folder in ("/usr/sbin", "/usr/local/sbin", "/opt", "/root", "/srv", "/tmp"):
        note(names, folder, "")
    note(names, "/usr/local/lib", "node_modules/ python3.12/")
    note(names, "/usr/local/lib/python3.12", "site-packages/ os.py:0644")
    note(names, "/usr/local/lib/python3.12/site-packages", "")
    note(names, "/usr/local/lib/node_modules", "npm/")
    for line in more:
        folder, _, tokens = line.partition(" ")
        note(names, folder, tokens)
    ground = Listing(
        names,
        Reason(f"what is in {name}"),
        partial=("/etc", "/var", "/usr", "/usr/lib", "/usr/share"),
        users={
            "root": Account("root", 0, 0, "/root", "/bin/sh"),
            "ada": Account("ada", 1000, 1000, "/home/ada", "/bin/sh"),
        },
        groups={"root": Account("root", 0), "ada": Account("ada", 1000)},
        manager={"alpine": "apk"}.get(distribution, "apt"),
        packages=("npm",) if "npm-debian" in name else ("base-files",),
    )
    return Contents(ground, distribution=distribution, suite=suite)


def _image(
    name: str,
    programs: str,
    distribution: str,
    suite: str,
    *more: str,
    path: str = DEFAULT_PATH,
    **env: str,
) -> ImageFacts:
    return image_of(name, _contents(name, programs, distribution, suite, *more), path, env)


_GO = "/go/bin:/usr/local/go/bin:" + DEFAULT_PATH
_RUBY = "/usr/local/bundle/bin:" + DEFAULT_PATH
_SYSTEM = "/usr/bin python3.11 python3>python3.11 pip~#!/usr/bin/python3 pip3~#!/usr/bin/python3"
IMAGES = FactSource(
    {
        one.name: one
        for one in (
            _image("python", PYTHON, "debian", "trixie", PYTHON_VERSION="3.12.4"),
            _image("node", NODE + " corepack", "debian", "bookworm"),
            _image("plain", "", "debian", "bookworm"),
            # Debian's own Python, with and without the older release's freedom.
            _image("managed", "uv", "debian", "bookworm", _SYSTEM),
            _image("bullseye", "", "debian", "bullseye", _SYSTEM.replace("3.11", "3.9")),
            _image("alpine-python", "", "alpine", "3.20", _SYSTEM.replace("3.11", "3.12")),
            _image("npm-debian", "", "debian", "bookworm", "/usr/bin node npm"),
            _image("nodesource", "", "debian", "bookworm", "/usr/bin node npm"),
            _image(
                "golang",
                "",
                "debian",
                "bookworm",
                "/usr/local/go/bin go",
                "/usr/bin gcc",
                "/usr/local go/ bin/",
                "/ go/",
                "/go bin/:1777 src/",
                "/go/bin ",
                path=_GO,
                GOPATH="/go",
            ),
            _image(
                "golang-alpine",
                "",
                "alpine",
                "3.20",
                "/usr/local/go/bin go",
                "/usr/local go/",
                "/ go/",
                "/go bin/:1777",
                "/go/bin ",
                path=_GO,
                GOPATH="/go",
            ),
            _image("rust", "cargo rustup", "debian", "bookworm", CARGO_HOME="/usr/local/cargo"),
            _image(
                "ruby",
                "ruby gem bundle",
                "debian",
                "bookworm",
                "/usr/local bundle/:1777 bin/",
                "/usr/local/bundle bin/",
                "/usr/local/bundle/bin ",
                path=_RUBY,
                GEM_HOME="/usr/local/bundle",
            ),
            _image(
                "tools",
                "composer dotnet mvn cpanm svn 7z bzip2 unxz unzstd zip zstd",
                "debian",
                "bookworm",
            ),
        )
    }
)


def build(dockerfile: str, files: "dict[str, int | None] | None" = None) -> Build:
    """The model of a Dockerfile; `files` is all there is in the build context, when given."""
    return build_of(dockerfile, Context(files) if files is not None else None, facts=IMAGES)


def told(found: object) -> str:
    """An answer as one line."""
    text = models.told(found)
    if not isinstance(found, Known):
        return text
    content = found.value.content if found.value is not None else ""
    return ("" if found.firm else "~") + text + (f" {content}" if content else "")


def ask(dockerfile: str, path: str, files: "dict[str, int | None] | None" = None) -> str:
    """What stands at `path` in the end; "program NAME" asks where PATH leads to."""
    final = build(dockerfile, files).final
    assert final is not None
    if not path.startswith("program "):
        return told(final.state.files.find(path))
    found = final.state.program(path[8:])
    if not isinstance(found, Known):
        return "?"
    return "-" if found.value is None else found.value.path or "somewhere"


def fails(
    dockerfile: str, command: str, files: "dict[str, int | None] | None" = None
) -> bool | None:
    """Whether `command` surely fails, None when that is not known."""
    question = f"{dockerfile}\nRUN if {command}; then touch /yes; else touch /no; fi"
    final = build(question, files).final
    assert final is not None
    there = [final.state.files.find(one) for one in ("/no", "/yes")]
    if all(isinstance(one, Known) and one.firm for one in there):
        return isinstance(there[0], Known) and there[0].value is not None
    return None
