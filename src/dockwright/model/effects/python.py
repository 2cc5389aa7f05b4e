"""
Python: the programs and modules that it runs, and which of the tools around it is which.

Sources: `python --help`; setuptools' and pip's documentation for `setup.py install`, `get-pip.py`.
"""

from dockwright.model.effects import interpreters, pip, unknown_program, works_here
from dockwright.model.effects.installing import (
    FAILS,
    Words,
    absent,
    runs_python,
    source_tree,
    started,
)
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.model.effects.interpreters import Python
    from dockwright.model.world import Arg, Call

_HARMLESS_CODE = lazy(
    r"\s*(?:(?:import\s+[\w., ]+|from\s+[\w.]+\s+import\s+[\w., ]+"
    r"|print\([\w.'\" ,%]*\)|assert\s[\w. ]+|pass)\s*(?:[;\n]\s*|$))*"
)


def _python(call: "Call") -> str | None:
    rest = list(call.args)
    world = call.world
    while rest:
        shape = rest[0].shape
        if shape == "-":
            world.anything(call.reason)
            return None
        if not shape.startswith("-"):
            return _script(call, rest)
        rest.pop(0)
        if shape in ("--version", "--help", "-V", "-VV", "-h"):
            return None
        if shape.startswith("--"):
            if shape == "--check-hash-based-pycs" and rest:
                rest.pop(0)
            continue
        for index, letter in enumerate(shape[1:], 1):
            if letter in "cm":
                text = shape[index + 1 :]
                value = text or (rest.pop(0).value if rest else None)
                if letter == "m":
                    return _module(call, value, rest)
                _code(call, value)
                return None
            if letter in "WX":
                if index == len(shape) - 1 and rest:
                    rest.pop(0)
                break
    # Without arguments it reads a program from its standard input.
    world.anything(call.reason)
    return None


def _code(call: "Call", code: str | None) -> None:
    runs_python(call.world, call.reason)
    if code is not None and _HARMLESS_CODE.fullmatch(code):
        pip.caches(call)
        return
    unknown_program(call)


def _interpreter(call: "Call") -> "tuple[Python | None, str]":
    path = started(call)
    return interpreters.python(call, path), f"#!{path}" if path else ""


def _script(call: "Call", rest: "list[Arg]") -> str | None:
    world = call.world
    first = rest[0]
    name = first.shape.rpartition("/")[2]
    runs_python(world, call.reason)
    if first.value is not None and absent(world, first.value):
        return FAILS
    words = [arg.shape for arg in rest[1:]]
    if name == "setup.py":
        if "install" in words or "develop" in words or "easy_install" in words:
            source_tree(world, call.reason)
            found, line = _interpreter(call)
            where = pip.target(call, Words(rest[1:], "", ("--prefix", "--root")), found)
            pip.install(call, where, (), line)
        else:
            works_here(call)
        return None
    if name == "get-pip.py":
        found, line = _interpreter(call)
        if found is not None and interpreters.managed(call, found):
            return None if "--break-system-packages" in words else FAILS
        pip.install(call, interpreters.own(found, call), [pip.Wish("pip", "")], line)
        return None
    if name == "manage.py":
        works_here(call)
        return None
    unknown_program(call)
    return None


def _module(call: "Call", name: str | None, rest: "list[Arg]") -> str | None:
    world = call.world
    runs_python(world, call.reason)
    found, line = _interpreter(call)
    if name == "pip":
        return pip.pip(call, rest, found, line)
    if name in ("venv", "virtualenv"):
        from dockwright.model.effects import environments

        make = environments.venv if name == "venv" else environments.virtualenv
        return make(call, rest, found)
    if name == "ensurepip":
        pip.install(call, interpreters.own(found, call), ())
    elif name in _TOOLS:
        from dockwright.model.effects import pytools

        return pytools.TOOLS[name](call, rest)
    elif name in ("compileall", "py_compile"):
        pass
    elif name == "spacy":
        pip.install(call, interpreters.own(found, call), ())
    elif name in _WORKERS:
        works_here(call)
    else:
        unknown_program(call)
    return None


_TOOLS = frozenset(("uv", "poetry", "pdm", "pipenv", "pipx"))
_WORKERS = frozenset((
    "build", "unittest", "pytest", "django", "json.tool", "site", "timeit", "mypy", "black",
    "ruff", "flake8", "coverage", "http.server", "tox", "nox", "isort", "pylint", "zipfile",
))  # fmt: skip


def _easy_install(call: "Call") -> str | None:
    found, line = interpreters.of_script(call)
    pip.install(call, interpreters.own(found, call), (), line)
    return None


def _other(call: "Call") -> str | None:
    """`python3.12`, `pip3.12`, and the tools that make environments."""
    name = call.name.rpartition("/")[2]
    if name.startswith("pip3"):
        return pip.run(call)
    if name.startswith("python"):
        # python3-config and the like print something.
        return None if name.endswith("-config") else _python(call)
    if name == "virtualenv":
        from dockwright.model.effects import environments

        found, _ = interpreters.of_script(call)
        return environments.virtualenv(call, call.args, found)
    from dockwright.model.effects import pytools

    function = pytools.TOOLS.get(name)
    if function is None:
        unknown_program(call)
        return None
    return function(call, call.args)


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "python": _python,
    "python2": _python,
    "python3": _python,
    "pip": pip.run,
    "pip2": pip.run,
    "pip3": pip.run,
    "easy_install": _easy_install,
    "*": _other,
}
