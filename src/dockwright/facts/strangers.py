"""What packages may bring that no index of Debian has."""

from dockwright.text.lazy import lazy

# Programs of other languages, and tools, that packages of modules or libraries do not bring.
APPLICATIONS = frozenset((
    "pip3", "python3", "node", "npm", "npx", "yarn", "composer", "php", "ruby", "gem", "java",
    "mvn", "gradle", "go", "cargo", "docker",
))  # fmt: skip
_MODULES = lazy(
    r"python(?:-[a-z0-9.+-]+)?|i?python2?|lib[a-z0-9.+-]+|[a-z0-9.+-]+-dev|language-pack-[a-z-]+"
    r"|fonts-.*|ttf-.*|git-core"
)


def may_bring(stranger: str, path: str) -> bool:
    """
    Whether a package that no index has may bring the program.

    Modules for Python 2, headers, libraries and translations bring none that people ask for by
    the names of `APPLICATIONS`, but those that are called as they are.
    """
    name = path.rpartition("/")[2]
    if name not in APPLICATIONS or name in stranger.split("-"):
        return True
    return _MODULES.fullmatch(stranger) is None
