"""
The toolchains of Rust, Ruby, PHP, Perl, Java, .NET, Elixir, Swift and Lua; Go has its own module.

Sources: The Cargo Book (`cargo install`, `cargo build`, "Environment variables"); `gem help
install`; Bundler's and Composer's documentation; `dotnet publish`.
"""

from dockwright.facts.contents import parent
from dockwright.facts.effects import Packages
from dockwright.model.effects import golang, works_here
from dockwright.model.effects.installing import (
    FAILS,
    Words,
    absent,
    adds,
    adds_programs,
    at_home,
    folder_of,
    folders,
    folders_of_path,
    place,
    source_tree,
    started,
    upwards,
    variable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.model.world import Call

# Rust


def _cargo_home(call: "Call") -> list[str]:
    value, known = variable(call, "CARGO_HOME")
    if value:
        return [place(call.world, value) or "/"]
    return [*at_home(call, ".cargo"), *(() if known else ("/usr/local/cargo",))]


def _cargo(call: "Call") -> str | None:
    args = [arg for arg in call.args if not arg.shape.startswith("+")]
    words = Words(args, "pFjZ", (
        "--root", "--path", "--git", "--branch", "--tag", "--rev", "--version", "--vers",
        "--target", "--target-dir", "--profile", "--features", "--bin", "--example", "--package",
        "--manifest-path", "--registry", "--index", "--jobs", "--config", "--color", "--edition",
        "--name", "--recipe-path", "--message-format", "--exclude", "--lockfile-path",
    ))  # fmt: skip
    world = call.world
    command = words.operands[0].value if words.operands else ""
    manifest = words.last("--manifest-path")
    if command == "install":
        _cargo_install(call, words)
    elif command in ("build", "b", "rustc", "check", "test", "bench", "doc", "run", "r", "fetch"):
        if manifest is None and world.cwd is not None:
            names = [f"{one.rstrip('/')}/Cargo.toml" for one in upwards(world.cwd)]
            if all(absent(world, name) for name in names):
                return FAILS
        source_tree(world, call.reason)
    elif command in ("init", "new", "generate", "vendor", "package", "update", "add", "tree"):
        source_tree(world, call.reason)
    elif command not in ("--version", "-V", "version", "search", ""):
        works_here(call)
    if manifest is not None:
        where = manifest.value
        path = place(world, parent(where) if "/" in where else ".") if where is not None else "/"
        adds(world, [path or "/"], call.reason)
    value, _ = variable(call, "CARGO_TARGET_DIR")
    target = words.last("--target-dir")
    if target is not None or value:
        path = folder_of(world, target) if target is not None else place(world, value or "")
        adds(world, [path or "/"], call.reason)
    elif world.cwd is not None:
        # In a workspace it is beside the manifest of the workspace.
        for one in upwards(world.cwd)[:-1]:
            adds(world, [f"{one}/target", f"{one}/Cargo.lock"], call.reason)
    caches = [f"{one}/{n}" for one in _cargo_home(call) for n in ("registry", "git")]
    caches += [
        f"{one}/.{n}" for one in _cargo_home(call) for n in ("package-cache", "global-cache")
    ]
    adds(world, [*caches, *_cargo_home(call), "/tmp", "/var/tmp"], call.reason, *_cargo_bins(call))
    adds(world, at_home(call, ".cache", ".rustup"), call.reason)
    return None


def _cargo_bins(call: "Call") -> list[str]:
    return [f"{one}/bin" for one in _cargo_home(call)]


def _cargo_install(call: "Call", words: Words) -> None:
    world = call.world
    root = words.last("--root")
    value, _ = variable(call, "CARGO_INSTALL_ROOT")
    if root is not None or value:
        path = folder_of(world, root) if root is not None else place(world, value or "")
        if path is None:
            adds(world, ["/"], call.reason)
            return
        folders(call, f"{path}/bin")
        adds(world, [f"{path}/.crates.toml", f"{path}/.crates2.json"], call.reason)
        adds_programs(world, [f"{path}/bin"], call.reason)
    else:
        adds_programs(world, _cargo_bins(call), call.reason)
    if words.has("--path"):
        arg = words.last("--path")
        source_tree(world, call.reason, folder_of(world, arg))


def _rustup(call: "Call") -> str | None:
    world = call.world
    value, known = variable(call, "RUSTUP_HOME")
    found = [place(world, value) or "/"] if value else at_home(call, ".rustup")
    if not known:
        found.append("/usr/local/rustup")
    world.murky(tuple(found), call.reason)
    adds(world, [*_cargo_home(call), "/tmp"], call.reason)
    adds(world, at_home(call, ".profile", ".bashrc"), call.reason)
    return None


# Ruby


def _gem_bins(call: "Call") -> list[str]:
    """Where RubyGems may put programs; what it may install to."""
    value, known = variable(call, "GEM_HOME")
    if value:
        path = place(call.world, value) or "/"
        return [f"{path.rstrip('/')}/bin"]
    found = folders_of_path(call)
    if not known:
        found.append("/usr/local/bundle/bin")
    return found


def _gem(call: "Call") -> str | None:
    words = Words(call.args, "iniswvP", (
        "--version", "--install-dir", "--bindir", "--platform", "--source", "--file", "--config",
    ))  # fmt: skip
    world = call.world
    command = words.operands[0].value if words.operands else ""
    if command not in ("install", "i", "update", "uninstall", "build", "cleanup", "pristine"):
        return None
    own = words.last("-n", "--bindir")
    folder = folder_of(world, own) if own is not None else None
    bins = [folder] if folder else _gem_bins(call)
    homes = _gem_homes(call)
    inst = words.last("-i", "--install-dir")
    if inst is not None:
        path = folder_of(world, inst) or "/"
        adds(world, [path], call.reason)
        bins.append(f"{path.rstrip('/')}/bin")
    removes = command in ("uninstall", "cleanup")
    if removes:
        world.murky(tuple(bins), call.reason, brings=_removable)
    else:
        adds_programs(world, bins, call.reason)
    names = [arg.value for arg in words.operands[1:] if arg.value is not None]
    plain = frozenset(name.partition(":")[0] for name in names if not name.endswith(".gem"))
    world.emit(Packages("gem", plain, call.reason, removed=removes))
    adds(world, homes, call.reason, *bins)
    if command == "build":
        source_tree(world, call.reason)
    return None


def _removable(name: str) -> bool:
    from dockwright.model.effects import not_a_system_tool

    return not_a_system_tool(name) and not name.startswith(("ruby", "gem"))


def _gem_homes(call: "Call") -> list[str]:
    """Where gems themselves may go; to be asked before anything is installed."""
    world = call.world
    value, known = variable(call, "GEM_HOME")
    homes = [place(world, value) or "/"] if value else ["/usr/lib/ruby", "/var/lib/gems"]
    homes += ["/usr/local/lib/ruby", *([] if known else ["/usr/local/bundle"])]
    homes += at_home(call, ".gem", ".local", ".bundle", ".cache")
    own = started(call)
    if own is None:
        homes += ["/opt", "/usr/local"]
    elif not own.startswith(("/usr/bin/", "/usr/local/")):
        homes.append(parent(parent(own)))
    return [*homes, "/usr/share", "/tmp", "/var/tmp"]


def _bundle(call: "Call") -> str | None:
    words = Words(call.args, "jr", (
        "--path", "--binstubs", "--gemfile", "--jobs", "--retry", "--without", "--with",
        "--shebang", "--trust-policy", "--standalone", "--target-rbconfig",
    ))  # fmt: skip
    world = call.world
    command = words.operands[0].value if words.operands else "install"
    if command in ("exec", "rake", "rails"):
        works_here(call)
        return None
    if command in ("--version", "version", "show", "list", "platform", "check", "help", "info"):
        return None
    bins, homes = _gem_bins(call), _gem_homes(call)
    source_tree(world, call.reason)
    paths = [words.last("--path"), words.last("--binstubs")]
    value, _ = variable(call, "BUNDLE_PATH")
    found = [folder_of(world, one) or "/" for one in paths if one is not None]
    if value:
        found.append(place(world, value) or "/")
    adds(world, found, call.reason)
    if command == "config":
        config, _ = variable(call, "BUNDLE_APP_CONFIG")
        where = [place(world, config) or "/"] if config else []
        adds(world, [*where, *at_home(call, ".bundle")], call.reason)
        return None
    if command == "clean":
        world.murky(tuple(bins), call.reason, brings=_removable)
    adds_programs(world, bins, call.reason)
    adds(world, homes, call.reason, *bins)
    nothing: frozenset[str] = frozenset()
    world.emit(Packages("gem", nothing, call.reason))
    return None


# Others


def _composer(call: "Call") -> str | None:
    words = Words(call.args, "d", ("--working-dir", "--install-dir", "--filename"))
    world = call.world
    folder = words.last("-d", "--working-dir")
    if folder is not None:
        source_tree(world, call.reason, folder_of(world, folder))
    works_here(call)
    value, known = variable(call, "COMPOSER_HOME")
    where = [place(world, value) or "/"] if value else at_home(call, ".composer", ".config")
    adds(world, where if known else [*where, "/tmp"], call.reason)
    if words.operands and words.operands[0].value in ("self-update", "selfupdate"):
        own = started(call)
        adds(world, [parent(own) if own else "/usr/local/bin"], call.reason)
    return None


def _perl(call: "Call") -> str | None:
    """cpan and cpanm: modules of the system's Perl."""
    world = call.world
    words = Words(call.args, "lL", ("--local-lib", "--local-lib-contained"))
    arg = words.last("-l", "-L", "--local-lib", "--local-lib-contained")
    if arg is not None:
        source_tree(world, call.reason, folder_of(world, arg))
    if words.has("--installdeps") or any(one.shape == "." for one in words.operands):
        source_tree(world, call.reason)
    bins = folders_of_path(call)
    adds(world, ["/usr/local", "/usr/lib", "/usr/share", "/tmp"], call.reason, *bins)
    adds(world, at_home(call, ".cpan", ".cpanm", "perl5"), call.reason)
    adds_programs(world, bins, call.reason)
    return None


def _luarocks(call: "Call") -> str | None:
    world = call.world
    words = Words(call.args, "", ("--tree", "--lua-version", "--server", "--lua-dir"))
    arg = words.last("--tree")
    if arg is not None:
        source_tree(world, call.reason, folder_of(world, arg))
    bins = [*folders_of_path(call), "/usr/local/openresty/luajit/bin"]
    adds(world, ["/usr/local", "/usr/lib", "/usr/share", "/opt", "/tmp"], call.reason, *bins)
    source_tree(world, call.reason)
    adds(world, at_home(call, ".cache", ".luarocks"), call.reason)
    adds_programs(world, bins, call.reason)
    return None


def _worker(call: "Call") -> str | None:
    """Maven, Gradle, Mix, Swift: they build the project here, or in a directory they are told."""
    words = Words(call.args, "fpbcs", (
        "--file", "--project-dir", "--package-path", "--scratch-path", "--build-path", "--settings",
        "--project-cache-dir", "--gradle-user-home", "--cache-path", "-rf", "-pl",
    ))  # fmt: skip
    world = call.world
    works_here(call)
    for one in words.options:
        if one[1] is None:
            continue
        path = folder_of(world, one[1])
        if path is None:
            adds(world, ["/"], call.reason)
        elif path.endswith((".xml", ".gradle", ".kts")):
            world.murky((parent(path),), call.reason)
        else:
            world.murky((path,), call.reason)
    for name in ("MAVEN_CONFIG", "GRADLE_USER_HOME", "MIX_HOME", "HEX_HOME", "MIX_BUILD_PATH"):
        value, _ = variable(call, name)
        if value and value.startswith("/"):
            adds(world, [place(world, value) or "/"], call.reason)
    # A property may name any directory: -Dmaven.repo.local=/m2.
    for arg in call.args:
        _, equals, text = arg.shape.partition("=")
        if equals and text.startswith("/"):
            adds(world, [place(world, text) or "/" if "${" not in text else "/"], call.reason)
    return None


def _dotnet(call: "Call") -> str | None:
    words = Words(call.args, "cfoprvas", (
        "--configuration", "--framework", "--output", "--runtime", "--verbosity", "--arch", "--os",
        "--source", "--artifacts-path", "--tool-path", "--version", "--packages", "--project",
        "--results-directory", "--logger", "--property", "--add-source", "--configfile",
        "--version-suffix", "--use-current-runtime-value",
    ))  # fmt: skip
    world = call.world
    command = words.operands[0].value if words.operands else ""
    if command in ("", "--info", "--version", "list-sdks", "help") and not words.operands:
        return None
    works_here(call)
    for arg in words.operands[1:]:
        # A project in another directory gets its obj and bin there.
        path = folder_of(world, arg) if "/" in arg.shape else None
        if path is not None and path.endswith((".csproj", ".fsproj", ".sln", ".vbproj", ".slnx")):
            path = parent(path)
        if path is not None:
            adds(world, [path], call.reason)
    output = words.last("-o", "--output", "--artifacts-path")
    if output is not None:
        folder = folder_of(world, output)
        if folder is None:
            adds(world, [world.around(output)], call.reason)
        else:
            if command in ("publish", "build", "pack"):
                folders(call, folder)
            world.murky((folder,), call.reason)
    if command == "tool" and len(words.operands) > 1:
        path_ = words.last("--tool-path")
        where = [folder_of(world, path_) or "/"] if path_ is not None else []
        adds_programs(world, [*where, *at_home(call, ".dotnet/tools")], call.reason)
        adds(world, [f"{one}/.store" for one in where], call.reason)
    elif command == "workload":
        adds(world, ["/usr/share/dotnet", "/usr/lib/dotnet"], call.reason)
    for name in ("NUGET_PACKAGES", "DOTNET_CLI_HOME"):
        value, _ = variable(call, name)
        if value:
            adds(world, [place(world, value) or "/"], call.reason)
    kept = words.last("--packages")
    if kept is not None:
        adds(world, [folder_of(world, kept) or "/"], call.reason)
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "bundle": _bundle,
    "bundler": _bundle,
    "cargo": _cargo,
    "composer": _composer,
    "cpan": _perl,
    "cpanm": _perl,
    "dotnet": _dotnet,
    "gem": _gem,
    "go": golang.go,
    "gradle": _worker,
    "luarocks": _luarocks,
    "mix": _worker,
    "mvn": _worker,
    "rustup": _rustup,
    "swift": _worker,
}
