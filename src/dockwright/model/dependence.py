"""
What each step reads and writes, and which steps may change places: `independent`.

Two neighbours may change places when the image is the same either way: the same configuration and
the same files (layers may differ, and so may times). That holds when neither reads what the other
writes and both write nothing in common; of a step nobody understands no such thing is said.

Assumed: a base image that is not known keeps programs and packages in the system's folders, and
addresses (package indexes, downloads) give the same a moment sooner.
"""

from dockwright.facts.contents import below, clean
from dockwright.facts.knowledge import Known
from dockwright.model.region import EVERYWHERE, Region, absolute, meeting
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.installs import Install
    from dockwright.model.steps import Step
    from dockwright.syntax.shell.nodes import Command

    Resource = tuple[str, ...]

NAMES = lazy(r"\$\{?[#!]?(\w+)")
# Variables that programs of every kind look at, or that tell them where to look.
_GENERAL = lazy(
    r"(?i:\w*_proxy)|PATH|HOME|IFS|ENV|BASH_ENV|LANG|LANGUAGE|LC_\w+|LD_\w+|TZ|TMPDIR|TERM|SHELL"
    r"|USER|LOGNAME|HOSTNAME|PWD|XDG_\w+|SOURCE_DATE_EPOCH|(?:DEB|DEBIAN|DEBCONF|APT|DPKG|UCF)_\w+"
    r"|CC|CXX|CPP|AR|LD|(?:C|CXX|CPP|LD|MAKE|CGO_\w+|RUST|GO)FLAGS|PKG_CONFIG\w*|SSL_\w+|CURL_\w+"
    r"|(?i:npm_\w+|pip_\w+|python\w*|node_\w+|yarn_\w+|pnpm_\w+|corepack_\w+|uv_\w+|poetry_\w+)"
    r"|(?:PIPENV|CONDA|MAMBA|CARGO|RUST|RUSTUP|GEM|BUNDLE|RUBY|PERL|JAVA|MAVEN|MVN|GRADLE|DOTNET"
    r"|NUGET|COMPOSER|PHP|PHPIZE|MIX|HEX|GNUPG|WGET|SYSTEMD|SELINUX|SUDO)_?\w*|GO[A-Z]+|CGO_\w+"
    r"|VIRTUAL_ENV|WORKON_HOME|GNUPGHOME|WGETRC|GIT_(?:CONFIG|SSL|SSH|DIR|WORK|ASKPASS|EXEC|PROXY|"
    r"TERMINAL|TEMPLATE|ALLOW|HTTP)\w*"
)
# Variables that say which commit or build this is.
IDENTITY = lazy(
    r"(?:(?:APP|IMAGE|DOCKER|CI|SOURCE|SRC|REPO|PROJECT|SERVICE|BUILD)_)?"
    r"(?:(?:GIT|VCS|HG|SVN)_?(?:SHA1?|COMMIT(?:_\w+)?|HASH|REV(?:ISION)?|REF|TAG|BRANCH|DESCRIBE|URL)"
    r"|COMMIT(?:_?(?:SHA1?|HASH|ID|REF|DATE|TIME|TIMESTAMP))?|SHA|REVISION|CREATED"
    r"|BUILD_?(?:DATE|TIME|TIMESTAMP|NUMBER|NUM|ID|SHA|COMMIT|HASH|REF|REVISION|URL))"
    r"|CI_(?:COMMIT|PIPELINE|JOB)_\w+|GITHUB_(?:SHA|REF\w*|RUN_\w+)"
)
FOREIGN, ALL = 1, 2
_METADATA = {
    "CMD": "cmd", "ENTRYPOINT": "entrypoint", "HEALTHCHECK": "healthcheck", "EXPOSE": "expose",
    "STOPSIGNAL": "stopsignal", "MAINTAINER": "author", "USER": "user", "SHELL": "shell",
}  # fmt: skip


class Footprint:
    """
    What a step depends on and what it changes.

    `reads` and `writes` are regions of the file system; `uses` and `sets` parts of the
    configuration, such as ("env", "PORT") or ("user",). `variables` tells which others than those
    in `uses` a RUN may look at: 0 none, 1 any but those that name a commit or a build, 2 any.
    `installs` are the installs of a project's dependencies, whose own files are not in the regions.
    `folder` is a directory that the step makes if it is not there, with its owner ("" when that is
    who the base image runs as). `unknown` is why it may read and write anything, "" when what it
    does is known.
    """

    __slots__ = (
        "folder",
        "installs",
        "reads",
        "runs",
        "sets",
        "unknown",
        "uses",
        "variables",
        "writes",
    )

    def __init__(self) -> None:
        self.reads: list[Region] = []
        self.writes: list[Region] = []
        self.uses: set[Resource] = set()
        self.sets: set[Resource] = set()
        self.variables = 0
        self.installs: list[Install] = []
        self.folder: tuple[str, str] | None = None
        self.unknown = ""
        self.runs = False


def independent(one: "Step", other: "Step") -> bool:
    """Whether two neighbours of a stage provably make the same image in either order."""
    return conflict(footprint(one), footprint(other)) is None


def conflict(one: Footprint, other: Footprint, *, installs: bool = True) -> str | None:
    """
    Why two steps may not change places, None when they may.

    Without `installs` the files that installs of dependencies need and make are left out.
    """
    for setter, user in ((one, other), (other, one)):
        both = setter.sets & (user.sets | user.uses)
        for resource in sorted(both):
            return "both have to do with " + " ".join(resource[-1:] if resource[1:] else resource)
        for resource in setter.sets:
            if resource[0] == "env" and _looks_at(user, resource[1]):
                return f"it may look at the variable {resource[1]}"
    for side, opposite in ((one, other), (other, one)):
        if side.unknown and (opposite.reads or opposite.writes or opposite.runs):
            return side.unknown
    for side, opposite in ((one, other), (other, one)):
        if side.folder is not None and (why := _makes(side.folder, side, opposite)):
            return why
    found = (
        meeting(one.writes, other.writes)
        or meeting(one.writes, other.reads)
        or meeting(one.reads, other.writes)
    )
    if found is None and installs:
        first, second = (_folders(side) for side in (one, other))
        found = meeting(first, [*other.reads, *other.writes, *second]) or meeting(
            [*one.reads, *one.writes], second
        )
    if found is None:
        return None
    a, b = found
    inner = a if len(a.root) >= len(b.root) else b
    return f"both touch {inner.root}"


def _makes(folder: "tuple[str, str]", side: Footprint, other: Footprint) -> str | None:
    """
    Why it matters whether a WORKDIR makes its directory before or after `other`.

    A copy that lays its files out there makes the same directory, when it has the same owner.
    """
    if side.writes:
        return None  # a copy: all it touches is among its regions
    path, owner = folder
    if other.folder is not None and below(other.folder[0], path):
        same = owner == other.folder[1] or {owner, other.folder[1]} == {"", "root"}
        return None if same else f"{path} may have another owner"
    here = [Region(path, "the working directory")]
    found = meeting(here, [*other.reads, *other.writes, *_folders(other)])
    return f"both touch {path}" if found is not None else None


def _folders(side: Footprint) -> "list[Region]":
    found = []
    for one in side.installs:
        found.append(Region(one.folder, one.manager))
        found += [Region(path.rpartition("/")[0] or "/", one.manager) for path in one.needs]
    return found


def _looks_at(side: Footprint, name: str) -> bool:
    if not side.runs:
        return False
    if side.unknown or side.variables == ALL:
        return True
    if side.variables == FOREIGN and not IDENTITY.fullmatch(name):
        return True
    return _GENERAL.fullmatch(name) is not None


def footprint(step: "Step", commands: "Sequence[Command] | None" = None) -> Footprint:
    """What `step` reads and writes; of a RUN, what `commands` (default: all) of it do."""
    found = Footprint()
    node = step.node
    name = step.name
    if step.onbuild:
        found.sets.add(("onbuild",))
        return found
    if name == "RUN":
        from dockwright.model.runprint import fill

        fill(step, step.commands if commands is None else commands, found)
        return found
    for text in _texts(step):
        found.uses.update(("env", one) for one in NAMES.findall(text))
    if name in ("ENV", "ARG"):
        found.sets.update(("env", pair.key) for pair in node.pairs)
    elif name == "LABEL":
        found.sets.update(("label", pair.key) for pair in node.pairs)
    elif name == "WORKDIR":
        _workdir(step, found)
    elif name in ("COPY", "ADD"):
        _copy(step, found)
    elif name == "VOLUME":
        for word in step.words:
            value = step.expand(word.value)
            known = isinstance(value, Known) and value.value.startswith("/")
            found.sets.add(("volume", word.value))
            found.writes.append(Region(value.value.rstrip("/") or "/") if known else EVERYWHERE)  # type: ignore[union-attr]
    elif name in _METADATA:
        found.sets.add((_METADATA[name],))
        if name == "ENTRYPOINT":
            found.sets.add(("cmd",))
        if name in ("CMD", "ENTRYPOINT", "HEALTHCHECK") and not node.is_json:
            found.uses.add(("shell",))
    else:
        found.unknown = f"{name} is not known"
        found.runs = True
        found.reads.append(EVERYWHERE)
    return found


def _texts(step: "Step") -> "list[str]":
    texts = [step.node.joined.text]
    texts += [one.content for one in step.node.heredocs]
    return [text for text in texts if "$" in text]


def _workdir(step: "Step", found: Footprint) -> None:
    found.sets.add(("workdir",))
    found.uses.update((("workdir",), ("user",)))
    after = step.after.workdir
    if not isinstance(after, Known):
        found.writes.append(EVERYWHERE)
        return
    path = real(step, clean(after.value or "/"))
    if path is None:
        found.writes.append(EVERYWHERE)
    elif path != "/":
        user = step.before.user
        owner = user.value.partition(":")[0] or "root" if isinstance(user, Known) else ""
        owner = "root" if owner == "0" else owner
        if not owner and any(
            one.name == "USER"
            for stage in step.stage.lineage()
            for one in (stage.steps[: step.index] if stage is step.stage else stage.steps)
        ):
            owner = "?"
        found.folder = (path, owner)


def real(step: "Step", path: str) -> str | None:
    """`path` with links replaced, as far as the Dockerfile itself makes links; None if unknown."""
    linked = _linked(step)
    if not linked:
        return path
    found = step.before.files.resolve(path)
    if not isinstance(found, str):
        return None
    # A name that `ln` was given may be a link although the model cannot tell.
    named = any(
        below(path, one.rstrip("/")) for one in linked if one.startswith("/") and one != "/"
    )
    return found if found != path or not named else None


def _linked(step: "Step") -> set[str]:
    """The words of the RUN before `step` that make links."""
    found: set[str] = set()
    for stage in step.stage.lineage():
        steps = stage.steps[: step.index] if stage is step.stage else stage.steps
        for one in steps:
            if one.name == "RUN" and "ln " in one.node.rest.text:
                found.update(one.shell_text().text.replace('"', " ").replace("'", " ").split())
    return found


# COPY and ADD


def destination(step: "Step") -> tuple[str | None, bool]:
    """Where a COPY or ADD puts its files, absolute, and whether that is surely a folder."""
    words = step.words
    value = step.expand(words[-1].value) if len(words) > 1 else None
    if not isinstance(value, Known):
        return None, False
    text: str = value.value
    folder = text in ("", ".") or text.endswith(("/", "/.")) or len(words) > 2
    workdir = step.before.workdir
    path = absolute(text or ".", (workdir.value or "/") if isinstance(workdir, Known) else None)
    return path, folder


def _copy(step: "Step", found: Footprint) -> None:
    path, folder = destination(step)
    value = step.words[-1].value if step.words else ""
    if not value.startswith("/"):
        found.uses.add(("workdir",))
    resolved = real(step, path) if path is not None else None
    if resolved is None:
        found.writes.append(EVERYWHERE)
        return
    names = [_file_name(step, word.value) for word in step.words[:-1]]
    for name in names:
        where = f"{resolved.rstrip('/')}/{name}" if folder and name else resolved
        found.writes.append(Region(where, f"this {step.name}"))
    flag = step.node.flag("chown")
    chown = flag.value or "" if flag is not None else ""
    owner = chown.partition(":")[0]
    found.folder = (resolved, owner if owner not in ("", "0") else "root")
    if chown and not _numbers(chown) and not _there(step, chown):
        found.reads += [Region("/etc/passwd", "the accounts"), Region("/etc/group", "the accounts")]


def _file_name(step: "Step", source: str) -> str:
    """The name of the one file that a source is, "" when it may be something else."""
    if any(char in source for char in "*?[$<") or "://" in source or step.name == "ADD":
        return ""
    path = source.strip("./") and source.rstrip("/")
    listing = step.stage.build.listing
    if step.node.flag("from") is None and listing is not None:
        kind = listing.kind(path.removeprefix("./").lstrip("/"))
        return path.rpartition("/")[2] if kind == "file" else ""
    return ""


def _numbers(text: str) -> bool:
    return all(part.isdigit() for part in text.split(":"))


def _there(step: "Step", text: str) -> bool:
    """Whether the accounts that `--chown` names are surely there already."""
    value = step.expand(text)
    if not isinstance(value, Known):
        return False
    files = step.before.files
    for kind, name in zip(("user", "group"), value.value.split(":"), strict=False):
        if name.isdigit():
            continue
        account = files.account(kind, name)
        if not isinstance(account, Known) or account.value is None or not account.firm:
            return False
    return True


__all__ = [
    "ALL",
    "FOREIGN",
    "IDENTITY",
    "NAMES",
    "Footprint",
    "conflict",
    "destination",
    "footprint",
    "independent",
    "real",
]
