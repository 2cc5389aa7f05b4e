"""
Tools around Python packages: uv, Poetry, PDM, Pipenv, pipx.

Sources: the documentation of uv (environment variables, "Using environments"), Poetry
(configuration), PDM, Pipenv and pipx.
"""

from dockwright.facts.contents import Entry
from dockwright.model.effects import interpreters, works_here
from dockwright.model.effects.environments import made, project, text_file
from dockwright.model.effects.installing import (
    FAILS,
    Words,
    absent,
    adds,
    adds_programs,
    at_home,
    folder_of,
    folders,
    place,
    present,
    runs_python,
    source_tree,
    stands,
    switched_on,
    upwards,
    variable,
)
from dockwright.model.effects.pip import Wish, caches, install, wishes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.model.effects.interpreters import Python
    from dockwright.model.world import Arg, Call

    Tool = Callable[[Call, Sequence[Arg]], str | None]

# uv

_UV_VALUES = (
    "--directory", "--project", "--python", "--config-file", "--cache-dir", "--color", "--extra",
    "--group", "--no-group", "--only-group", "--no-extra", "--package", "--no-install-package",
    "--index-url", "--default-index", "--extra-index-url", "--index", "--find-links",
    "--index-strategy", "--keyring-provider", "--upgrade-package", "--refresh-package",
    "--reinstall-package", "--resolution", "--prerelease", "--exclude-newer", "--link-mode",
    "--config-setting", "--no-build-package", "--no-binary-package", "--no-build-isolation-package",
    "--target", "--prefix", "--requirement", "--requirements", "--constraint", "--constraints",
    "--override", "--editable", "--python-version", "--python-platform", "--no-binary",
    "--only-binary", "--allow-insecure-host", "--build-constraint", "--torch-backend", "--prompt",
    "--with", "--with-editable", "--with-requirements", "--from", "--env-file", "--output-file",
    "--out-dir", "--format", "--dependency-metadata", "--mirror", "--install-dir",
)  # fmt: skip


def _uv(call: "Call", args: "Sequence[Arg]") -> str | None:
    words = Words(args, "rcepiofPC", _UV_VALUES)
    world = call.world
    names = [arg.value or "" for arg in words.operands]
    command, rest = (names[0], words.operands[1:]) if names else ("", [])
    directory = words.last("--directory", "--project")
    cwd = world.cwd if directory is None else folder_of(world, directory)
    status = None
    if command == "pip":
        status = _uv_pip(call, words, rest, cwd)
    elif command == "venv":
        # Below the directory of the project when nothing is said.
        folder = folder_of(world, rest[0]) if rest else _uv_environment(call, cwd)
        made(call, folder, pip=words.has("--seed") or switched_on(call, "UV_VENV_SEED"))
    elif command in ("sync", "add", "remove", "run", "lock"):
        status = _uv_project(call, words, command, cwd)
    elif command == "tool":
        _tool(call, rest, "UV_TOOL_BIN_DIR", "UV_TOOL_DIR")
    elif command == "python":
        value, _ = variable(call, "UV_PYTHON_INSTALL_DIR")
        where = [place(world, value) or "/"] if value else at_home(call, ".local/share/uv")
        adds(world, where, call.reason)
        adds_programs(world, _tool_bins(call, "UV_PYTHON_BIN_DIR"), call.reason)
    elif command in ("build", "init", "export", "version", "publish"):
        works_here(call)
    _uv_caches(call)
    runs_python(world, call.reason)
    return status


def _uv_caches(call: "Call") -> None:
    caches(call)
    value, _ = variable(call, "UV_CACHE_DIR")
    if value:
        adds(call.world, [place(call.world, value) or "/"], call.reason)
    python, _ = variable(call, "UV_PYTHON_INSTALL_DIR")
    found = [place(call.world, python) or "/"] if python else at_home(call, ".local/share/uv")
    adds(call.world, found, call.reason)


def _uv_environment(call: "Call", cwd: str | None) -> str | None:
    value, _ = variable(call, "UV_PROJECT_ENVIRONMENT")
    if value:
        return place(call.world, value if value.startswith("/") else f"{cwd or ''}/{value}")
    return f"{cwd.rstrip('/')}/.venv" if cwd is not None else None


def _no_project(call: "Call", cwd: str) -> bool:
    names = [f"{one.rstrip('/')}/pyproject.toml" for one in upwards(cwd)]
    return all(absent(call.world, one) for one in names)


def _uv_project(call: "Call", words: Words, command: str, cwd: str | None) -> str | None:
    world = call.world
    needed = command != "run" and not words.has("--script")
    if needed and cwd is not None and _no_project(call, cwd):
        return FAILS
    if command == "run":
        works_here(call)
    else:
        source_tree(world, call.reason, cwd)
    if command == "lock" or (command != "sync" and words.has("--frozen", "--no-sync")):
        return None
    # With --active the environment that is switched on, in a workspace that of its root.
    where = None if words.has("--active") else _uv_environment(call, cwd)
    if where is None:
        install(call, interpreters.own(None, call), ())
    elif cwd is None or command == "run" or not present(world, f"{cwd}/pyproject.toml"):
        adds(world, [where, cwd or "/"], call.reason)
    else:
        project(call, where)
    return None


def _uv_pip(call: "Call", words: Words, rest: "Sequence[Arg]", cwd: str | None) -> str | None:
    world = call.world
    command = rest[0].value if rest else ""
    if command not in ("install", "sync", "uninstall"):
        if command == "compile":
            source_tree(world, call.reason)
        return None
    for arg in words.values("-r", "--requirement", "--requirements"):
        if arg.value is not None and "://" not in arg.value and absent(world, arg.value):
            return FAILS
    system = words.has("--system") or switched_on(call, "UV_SYSTEM_PYTHON")
    chosen = words.has("-p", "--python") or variable(call, "UV_PYTHON")[0] is not None
    folder = words.last("--target")
    active, _ = variable(call, "VIRTUAL_ENV")
    found: Python | None = None
    if folder is not None:
        path = folder_of(world, folder) or "/"
        where = interpreters.Target([f"{path}/bin"], [path], [path], sure=path != "/")
    elif words.has("--prefix") or chosen or words.unsure:
        where = interpreters.own(None, call)
    elif system:
        found = interpreters.on_path(call)
        where = interpreters.own(found, call)
        forced = words.has("--break-system-packages")
        if found is not None and not forced and interpreters.managed(call, found):
            return FAILS
    else:
        path = (place(world, active) or "") if active else f"{cwd or ''}/.venv"
        found = interpreters.python(call, f"{path}/bin/python") if path else None
        found = found if found is not None and found.venv else None
        where = interpreters.own(found, call)
    line = f"#!{found.path}" if found is not None and found.venv else ""
    wanted = wishes(rest[1:]) if command == "install" else []
    if command == "install":
        install(call, where, wanted, line)
    else:
        world.murky(tuple(where.bins), call.reason, brings=_removable)
        install(call, where, ())
    return None


def _removable(name: str) -> bool:
    from dockwright.model.effects import not_a_system_tool

    return not_a_system_tool(name) and not name.startswith("python")


def _tool_bins(call: "Call", name: str) -> list[str]:
    value, _ = variable(call, name)
    if not value:
        value, _ = variable(call, "XDG_BIN_HOME")
    return [place(call.world, value) or "/"] if value else at_home(call, ".local/bin")


def _tool(call: "Call", rest: "Sequence[Arg]", bins: str, store: str) -> None:
    """`uv tool install`, `pipx install`: each package has an environment of its own."""
    world = call.world
    command = rest[0].value if rest else ""
    if command not in ("install", "upgrade", "uninstall", "inject", "upgrade-all", "install-all"):
        return
    where = _tool_bins(call, bins)
    kept, _ = variable(call, store)
    homes = [place(world, kept) or "/"] if kept else at_home(call, ".local")
    adds(world, homes, call.reason, *where)
    if command == "uninstall":
        world.murky(tuple(where), call.reason, brings=_removable)
        return
    if len(where) == 1 and where[0] != "/":
        folders(call, where[0])
    adds_programs(world, where, call.reason)
    if command == "install" and len(where) == 1 and where[0] != "/":
        _linked(call, where[0], wishes(rest[1:]))


def _linked(call: "Call", folder: str, wanted: "Sequence[Wish]") -> None:
    for one in wanted:
        for name in one.brings[0]:
            stands(call.world, f"{folder}/{name}", Entry("any"), call.reason)


def _pipx(call: "Call", args: "Sequence[Arg]") -> str | None:
    words = Words(args, "", ("--python", "--pip-args", "--index-url", "--spec", "--suffix"))
    world = call.world
    if words.has("--global"):
        adds(world, ["/opt/pipx", "/usr/local/share"], call.reason)
        adds_programs(world, ["/usr/local/bin"], call.reason)
        if words.operands and words.operands[0].value == "install" and not words.has("--suffix"):
            _linked(call, "/usr/local/bin", wishes(words.operands[1:]))
    elif words.operands and words.operands[0].value == "run":
        works_here(call)
    elif words.has("--suffix"):
        _tool(call, words.operands[:1], "PIPX_BIN_DIR", "PIPX_HOME")
    else:
        _tool(call, words.operands, "PIPX_BIN_DIR", "PIPX_HOME")
    caches(call)
    adds(world, at_home(call, ".bashrc", ".profile", ".local"), call.reason)
    runs_python(world, call.reason)
    return None


# Tools of projects


def _anywhere(call: "Call", words: Words, names: "tuple[str, str]") -> None:
    """
    A project's packages go to the environment that is switched on, to one below the project, at
    home, or into the Python itself: the tool's settings say which.
    """
    world = call.world
    inside, create = names
    source_tree(world, call.reason)
    folder = f"{world.cwd.rstrip('/')}/.venv" if world.cwd is not None else None
    if folder is not None and switched_on(call, inside) and not variable(call, "VIRTUAL_ENV")[0]:
        found = interpreters.on_path(call)
        settings = [f"{one}/pypoetry/config.toml" for one in at_home(call, ".config")]
        said = any(present(world, one) for one in (*settings, f"{world.cwd}/poetry.toml"))
        system = found is not None and found.venv is False
        if system and not said and variable(call, create) == (None, True):
            project(call, folder)
            return
    adds(world, [folder or "/"], call.reason)
    found = interpreters.on_path(call)
    where = interpreters.own(found, call)
    if world.uid != 0:
        where = where.joined(interpreters.user(found, call))
    where.sure = False
    install(call, where, ())


def _poetry(call: "Call", args: "Sequence[Arg]") -> str | None:
    words = Words(args, "CPEv", (
        "--directory", "--project", "--with", "--without", "--only", "--extras", "--group",
    ))  # fmt: skip
    world = call.world
    command = words.operands[0].value if words.operands else ""
    if command in ("install", "sync", "add", "remove", "update"):
        directory = words.last("-C", "--directory", "-P", "--project")
        if directory is None and world.cwd is not None and _no_project(call, world.cwd):
            return FAILS
        if directory is not None:
            source_tree(world, call.reason, folder_of(world, directory))
        _anywhere(call, words, ("POETRY_VIRTUALENVS_IN_PROJECT", "POETRY_VIRTUALENVS_CREATE"))
    elif command == "config":
        if words.has("--local"):
            source_tree(world, call.reason)
        for folder in at_home(call, ".config/pypoetry"):
            folders(call, folder)
            text_file(call, f"{folder}/config.toml")
    elif command == "self":
        install(call, interpreters.own(None, call), ())
    elif command not in ("", "--version", "check", "show", "about", "env"):
        works_here(call)
    caches(call)
    adds(world, at_home(call, ".local"), call.reason)
    runs_python(world, call.reason)
    return None


def _pdm(call: "Call", args: "Sequence[Arg]") -> str | None:
    words = Words(args, "pGLgk", ("--project", "--group", "--prod", "--lockfile"))
    command = words.operands[0].value if words.operands else ""
    if command in ("install", "sync", "add", "remove", "update", "use", "venv"):
        _anywhere(call, words, ("", ""))
    elif command:
        works_here(call)
    caches(call)
    adds(call.world, at_home(call, ".local"), call.reason)
    runs_python(call.world, call.reason)
    return None


def _pipenv(call: "Call", args: "Sequence[Arg]") -> str | None:
    words = Words(args, "rpic", ("--python", "--requirements", "--index", "--extra-pip-args"))
    world = call.world
    command = words.operands[0].value if words.operands else ""
    if command in ("install", "sync", "update", "upgrade", "uninstall", "clean"):
        if words.has("--system"):
            source_tree(world, call.reason)
            where = interpreters.own(interpreters.on_path(call), call)
            where.sure = False
            install(call, where, ())
        else:
            _anywhere(call, words, ("PIPENV_VENV_IN_PROJECT", "PIPENV_IGNORE_VIRTUALENVS"))
    elif command:
        works_here(call)
    caches(call)
    adds(world, at_home(call, ".local"), call.reason)
    runs_python(world, call.reason)
    return None


def _uvx(call: "Call", args: "Sequence[Arg]") -> str | None:
    works_here(call)
    _uv_caches(call)
    return None


TOOLS: "dict[str, Tool]" = {
    "pdm": _pdm,
    "pipenv": _pipenv,
    "pipx": _pipx,
    "poetry": _poetry,
    "uv": _uv,
    "uvx": _uvx,
}
