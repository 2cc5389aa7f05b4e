"""Edits of a Compose project that several rules need: parts of variables, `.env`, ignore files."""

from posixpath import join

from dockwright.model import secrecy
from dockwright.text.lazy import lazy
from dockwright.text.span import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.model.composition import Composition, Service

_AROUND = lazy(r"[A-Za-z0-9_.-]")
# What stands in a `.env` and in YAML without quotes, and means itself.
_PLAIN = lazy(r"[\w.+/=@:!%^*~-]+")


def raw(service: "Service", key: str) -> "tuple[str, int, str] | None":
    """
    The text of a variable as it is written: its file, where it begins, and itself.

    None when it does not stand below the service itself, or comes out of an env_file.
    """
    place = service.own("environment", key)
    if place is None:
        return None
    source = service.project.source(place.file)
    start, end = place.node.start, place.node.end
    text = source.text[start:end]
    if place.key is None or place.key.text != key:
        at = text.find(key + "=")
        if at not in (0, 1):
            return None
        start += at + len(key) + 1
        text = text[at + len(key) + 1 :]
    return source.name, start, text


def part(service: "Service", key: str, old: str, new: str, *, last: bool = False) -> Edit | None:
    """Another text for the one place in a variable's value where `old` stands by itself."""
    found = raw(service, key)
    if found is None or not old or "\n" in found[2]:
        return None
    name, start, text = found
    places = []
    at = text.find(old)
    while at >= 0:
        behind = text[at + len(old) : at + len(old) + 1]
        before = text[at - 1 : at] if at else ""
        if not _AROUND.match(behind) and not _AROUND.match(before):
            places.append(at)
        at = text.find(old, at + 1)
    if len(places) != 1 and not (last and places):
        return None
    at = places[-1]
    return Edit(name, Span(start + at, start + at + len(old)), new)


def appended(service: "Service", file: str, lines: "Sequence[str]") -> Edit:
    """Lines at the end of a file, which need not be there."""
    around = service.project.around
    text = around.read(file) or ""
    end = "\r\n" if "\r\n" in text else "\n"
    lead = end if text and not text.endswith("\n") else ""
    added = lead + "".join(line + end for line in lines)
    return Edit(around.shown(file), Span(len(text), len(text)), added)


def ignored(service: "Service", paths: "Sequence[str]") -> Edit | None:
    """The paths as the last lines of the .dockerignore that holds for a service's build."""
    around = service.project.around
    folder = service.text("build", "context")
    dockerfile = service.text("build", "dockerfile") or "Dockerfile"
    own = join(folder, dockerfile) + ".dockerignore"
    file = own if around.exists(own) else join(folder, ".dockerignore")
    if any(mark in path for path in paths for mark in "*?[\\! \n"):
        return None
    return appended(service, file, paths)


def to_dotenv(service: "Service", secrets: "Sequence[tuple[str, str]]") -> "list[Edit | None]":
    """
    Secrets in the values of variables taken from `.env`: pairs of a variable and its secret.

    `${NAME:?}` in their places, the values in `.env`, and `.env` out of the images built here and
    of the repository. [None] when that cannot be said, and when `.env` is not read.
    """
    folder = service.project.loaded.folder
    if service.project.loaded.variable_files != [join(folder, ".env")]:
        return [None]
    taken = dict(service.project.loaded.environment)
    edits: list[Edit | None] = []
    added: list[str] = []
    for key, secret in secrets:
        written = raw(service, key)
        place = service.place("environment", key)
        if written is None or not _PLAIN.fullmatch(secret) or _in_flow(service, written):
            return [None]
        # A file that is included has an environment of its own when it is started by itself.
        if place is None or place.file.rpartition("/")[0] != folder:
            return [None]
        name = _name(service, key, secret)
        if taken.get(name, secret) != secret:
            name = f"{service.name}_{name}".upper().replace("-", "_").replace(".", "_")
        if taken.get(name, secret) != secret:
            return [None]
        if name not in taken:
            taken[name] = secret
            added.append(f"{name}={secret}")
        edits.append(part(service, key, secret, f"${{{name}:?}}", last=True))
    if added:
        edits.append(appended(service, join(folder, ".env"), added))
        edits.extend(_kept_out(service, folder))
    return edits


def _kept_out(service: "Service", folder: str) -> "Iterator[Edit | None]":
    """`.env` kept out of the images that are built here, and out of the repository."""
    told: set[str] = set()
    for one in _built_in(service.project, folder):
        build = one.build
        if build is None or build.ignore is None or build.ignore.excludes(".env"):
            continue
        edit = ignored(one, [".env"])
        if edit is not None and edit.source not in told:
            told.add(edit.source)
            yield edit
    path = join(folder, ".gitignore")
    lines = service.project.around.read(path)
    if lines is not None and not {".env", "/.env", "*.env", ".env*", "**/.env"}.intersection(
        line.strip() for line in lines.splitlines()
    ):
        yield appended(service, path, [".env"])


def _name(service: "Service", key: str, secret: str) -> str:
    """What to call the variable: as what holds this secret already, else after where it stands."""
    if service.text("environment", key) == secret:
        return key
    # In a URL: the database that it leads to has the secret in a variable of its own.
    holder = _holders(service.project).get(secret)
    if holder is not None:
        return holder
    for name, text in service.project.loaded.environment.items():
        if text == secret and secrecy.verdict(name, secret)[0]:
            return name
    stem = key.upper()
    for ending in ("_URL", "_URI", "_DSN"):
        stem = stem.removesuffix(ending)
    return f"{stem}_PASSWORD"


def _holders(project: "Composition") -> "dict[str, str]":
    """For each secret of the project the first variable of a service that holds it."""
    known = project.memo.get("holders")
    found: dict[str, str] = known or {}
    if known is None:
        for service in project.every:
            for name, value in service.mapping("environment").items():
                text = str(value)
                if text not in found and secrecy.verdict(name, text)[0]:
                    found[text] = name
        project.memo["holders"] = found
    return found


def _built_in(project: "Composition", folder: str) -> "Sequence[Service]":
    """The services that are built in a folder."""
    known = project.memo.get("built in")
    found: dict[str, list[Service]] = known or {}
    if known is None:
        for service in project.services:
            found.setdefault(service.text("build", "context"), []).append(service)
        project.memo["built in"] = found
    return found.get(folder, [])


def _in_flow(service: "Service", written: "tuple[str, int, str]") -> bool:
    """Whether the value stands in a flow mapping, which does not take braces unquoted."""
    for path in service.project.loaded.files:
        source = service.project.source(path)
        if source.name == written[0]:
            text = source.text
            return "{" in text[text.rfind("\n", 0, written[1]) + 1 : written[1]]
    return True
