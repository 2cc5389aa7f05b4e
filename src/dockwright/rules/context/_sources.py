"""What COPY, ADD and bind mounts take out of the build context, and how sure the context is."""

from dockwright.rules.api import Build, from_context, lazy, re

WILDCARD = lazy(r"(?<!\\)[*?\[]")

# Folders and files that something makes before the image is built: a compiler, a bundler, a
# person with credentials. A checkout of the repository does not have them.
_MADE_FOLDERS = frozenset((
    "dist", "build", "builds", "target", "out", "output", "bin", "obj", "release", "releases",
    "publish", "artifact", "artifacts", "node_modules", "vendor", "vendors", "_build", "_output",
    "public", "static", "assets", "coverage", "tmp", "temp", "cache", "gen", "generated", "deps",
    "wheels", "wheelhouse", "packages", "pkgs", "debs", "rpms", "certs", "cert", "ssl", "tls",
    "secrets", "keys", "staging", "stage", "download", "downloads", "data", "models", "model",
    "database", "db", "backup", "backups", "dump", "libs", "install", "installers", "files",
    "third_party", "thirdparty", "external", "submodules", "buildroot", "rootfs", "prebuilt",
    "overlay", "binaries", "linux", "amd64", "arm64", "x86_64", "debug", "site", "www", "html",
))  # fmt: skip
_MADE_FILES = lazy(
    r".*\.(?:jar|war|ear|whl|tar|tgz|tbz2?|txz|gz|xz|bz2|zst|zip|7z|deb|rpm|apk|ipk|so|a|o|exe|dll"
    r"|bin|img|iso|gem|nupkg|crx|vsix|phar|pem|key|crt|cert|cer|csr|p12|pfx|jks|keystore|der|ppk"
    r"|gpg|asc|license|lic|env|local|secret|token|sql|dump|csv|tsv|parquet|h5|pkl|pt|onnx|db"
    r"|sqlite3?|rdb|map|wasm|min\.js|min\.css|pyc|class|log|pid|cpio|qcow2|elf|run|egg|pack|model)"
    r"|\.env.*|.*(?:version|revision|commit|build[-_.]?info|metadata|credential|secret|password"
    r"|passwd|token|account|private|_rsa|_dsa|_ed25519|override|generated|\bcache).*"
    r"|(?:config|settings|local|production|staging|development|prod|dev)\.\w+",
    re.IGNORECASE,
)
# A name without an extension may be a program somebody compiled, unless it is one of these.
_PLAIN_NAMES = frozenset((
    "Gemfile", "Pipfile", "Makefile", "Rakefile", "Procfile", "Cargo.toml", "gradlew", "mvnw",
    "src", "app", "lib", "scripts", "cmd", "internal", "frontend", "backend",
    "templates", "migrations", "tests", "test", "docs", "include", "conf", "config", "etc",
    "components", "pages", "prisma", "locales", "requirements",
))  # fmt: skip
_SAMPLE = lazy(r"[._-](?:example|sample|template|tmpl|dist|default|in)(?:[._-]|$)|[ ]template$")
_EXTENSION = lazy(r"[^.].*\.[A-Za-z][\w-]{0,9}$|\.\w+(?:rc|ignore)(?:\.\w+)?$")


def made_elsewhere(path: str) -> bool:
    """Whether a checkout of the repository may lack `path` although the build works."""
    parts = path.split("/")
    name = parts[-1]
    if any(part.lower() in _MADE_FOLDERS for part in parts) or _MADE_FILES.fullmatch(name):
        return True
    return name not in _PLAIN_NAMES and _EXTENSION.fullmatch(name) is None


def reachable(build: Build, path: str) -> bool:
    """Whether the way to `path` is made of folders that are known to hold what they hold."""
    listing = build.listing
    assert listing is not None
    while "/" in path:
        path = path.rpartition("/")[0]
        kind = listing.kind(path)
        if kind in ("file", "link"):
            return False
        if kind == "dir":
            # An empty folder in a checkout is a submodule that was not fetched.
            return bool(listing.names(path))
    return listing.names("") is not None


def by_hand(build: Build, path: str) -> bool:
    """Whether a sample beside it says that people write `path` themselves."""
    assert build.listing is not None
    folder, _, name = path.rpartition("/")
    begin = (name.rpartition(".")[0] or name)[:4]
    names = build.listing.names(folder) or ()
    return any(_SAMPLE.search(other) and other.startswith(begin) for other in names)


def _missing(build: Build) -> "tuple[set[str], set[str]]":
    """The literal sources that are in the context, and those that are not."""
    listing = build.listing
    assert listing is not None
    there: set[str] = set()
    missing: set[str] = set()
    for stage in build.stages:
        for step in stage.steps:
            for one in from_context(step):
                path = one.path
                if path and not one.glob:
                    (there if listing.kind(path) is not None else missing).add(path)
    return there, missing


def complete(build: Build) -> bool:
    """Whether nothing that the Dockerfile copies is missing in the folder taken for the context."""
    return build.listing is None or not _missing(build)[1]


def settled(build: Build) -> bool:
    """
    Whether the folder taken for the build context surely is it.

    Most of what the Dockerfile copies is in it, and nothing that is missing would be there under a
    shorter path, as it is when the context is a folder further up.
    """
    listing = build.listing
    if listing is None or build.ignore is None:
        return False
    there, missing = _missing(build)
    for path in missing:
        rest = path
        while "/" in rest:
            rest = rest.partition("/")[2]
            if listing.kind(rest) is not None:
                return False
    wanted = [path for path in missing if not made_elsewhere(path) and reachable(build, path)]
    return bool(there) and len(there) >= len(wanted)
