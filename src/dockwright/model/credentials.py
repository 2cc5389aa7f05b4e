"""Files that hold credentials, by their names, and which of them a folder takes along."""

from dockwright.text.lazy import lazy, re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.model.stages import Build

_CERTAIN = lazy(
    r"id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|_netrc|\.pgpass|\.git-credentials|\.dockercfg|\.pypirc"
    r"|\.my\.cnf|\.htpasswd|.*\.(?:ppk|kdbx)|kubeconfig|(?:.*[._-])?priv(?:ate)?[._-]?key"
    r"(?:\.\w+)?|\.vault-token|\.boto|\.s3cfg|terraform\.tfstate(?:\.backup)?"
)
_LIKELY = lazy(
    r"\.env(?:\.[\w-]+)?|[\w-]+\.env|.*\.key|(?:.*[._-])?(?:key|server)\.pem|.*\.(?:p12|pfx|jks"
    r"|keystore)|credentials(?:\.json)?|secrets?\.(?:ya?ml|json|env|toml)|.*\.tfvars"
    r"|service[-_]?account[\w-]*\.json|client[-_]secrets?.*\.json"
)
_FOLDERS = lazy(r"(?:^|/)(?:\.aws/credentials|\.docker/config\.json|\.kube/config|\.ssh/id_\w+)$")
_HARMLESS = lazy(
    r".*(?:example|sample|template|dist|tmpl|tpl|default|test|mock|dummy|schema|public|\.pub"
    r"|snake|fake|demo|\.gpg|docs?|i18n|locale|schema).*|\.env\.vault",
    re.IGNORECASE,
)
# Folders whose keys are made for tests and samples, and folders of others' code.
_SKIPPED = frozenset((
    "test", "tests", "testing", "testdata", "__tests__", "spec", "fixtures", "examples", "example",
    "samples", "sample", "mocks", "mock", "docs", "doc", "e2e", "integration", "node_modules",
    "vendor", ".venv", "venv", "slides", "templates", "site-packages", ".git", "__pycache__",
    ".tox", "target", "i18n",
))  # fmt: skip
# Entries of the context looked at for one instruction.
_MANY = 3000


def certain(path: str) -> bool:
    """Whether a file with this path always holds credentials."""
    name = path.rpartition("/")[2]
    return bool(_CERTAIN.fullmatch(name) or _FOLDERS.search(path))


def credentials(build: "Build", folder: str) -> "Iterator[tuple[str, bool]]":
    """
    The files below `folder` that get into the build and hold credentials by their names.

    Each is a path in the context and whether such a file always holds some.
    """
    listing, ignore = build.listing, build.ignore
    if listing is None or ignore is None:
        return
    waiting = [folder]
    seen = 0
    while waiting:
        here = waiting.pop(0)
        for name in listing.names(here) or ():
            seen += 1
            if seen > _MANY:
                return
            path = f"{here}/{name}" if here else name
            sure = certain(path)
            named = (sure or _LIKELY.fullmatch(name)) and not _HARMLESS.fullmatch(name)
            if not named and "." in name[1:]:
                # Folders rarely have a name like `main.py`, and a look costs.
                continue
            kind = listing.kind(path)
            visit = ignore.visit(path)
            if kind == "dir":
                if name.lower() not in _SKIPPED and visit.descends and path.count("/") < 6:
                    waiting.append(path)
            elif kind == "file" and named and not visit.excluded:
                yield path, sure
