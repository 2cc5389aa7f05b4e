"""Whether the package sources of an image are still those that it came with."""

from dockwright.rules.api import Command, Contents, Known, Reason, Step, lazy
from dockwright.rules.releases._calls import Call
from dockwright.rules.releases._origin import Origin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = "/etc/apt/sources.list"
REPOSITORIES = "/etc/apk/repositories"
YUM_FOLDER = "/etc/yum.repos.d"
FOLDER = "/etc/apt/sources.list.d"
# How words name these files, or what holds them.
_MENTIONS = {
    SOURCES: lazy(r"apt/sources\.list(?!\.d)|apt/sources\*|/etc/apt/?$|/etc/apt/\*"),
    FOLDER: lazy(r"apt/sources\.list(?:\.d|\*)|apt/sources\*|/etc/apt/?$|/etc/apt/\*"),
    REPOSITORIES: lazy(r"apk/repositories|/etc/apk/?$|/etc/apk/\*"),
    YUM_FOLDER: lazy(r"yum\.repos\.d|/etc/yum"),
}
_READERS = frozenset(("cat", "grep", "ls", "head", "tail", "test", "[", "[[", "echo", "printf"))
# They work in the directories of a language or of a project.
_ELSEWHERE = frozenset((
    "bundle", "cargo", "composer", "conda", "gem", "git", "go", "mkdir", "npm", "pip", "pip2",
    "pip3", "pnpm", "yarn",
))  # fmt: skip
_LINE = lazy(r"deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?https?://([\w.-]+)/(\S*)\s+([\w-]+)(?=\s)")
# Hosts of the archives proper; what else serves an old release may keep it.
_HOSTS = {
    "debian": lazy(r"(?:deb|http|httpredir|ftp(?:\.\w\w)?)\.debian\.(?:org|net)"),
    "ubuntu": lazy(r"(?:\w\w\.)?archive\.ubuntu\.com"),
}
_URL = lazy(r"https?://([\w.-]+)")
_UBUNTU = lazy(
    r"https?://(?:\w\w\.)?(?:archive|security)\.ubuntu\.com/ubuntu/?\s+([a-z]+)(?:-\w+)?(?=\s)"
)
# Archives of vendors, each with what their packages are called; their own pages say what is in
# them. None of these has the distribution's own packages.
VENDORS = {
    "apt.postgresql.org": r".*(?:pg|postgre|psql|psycopg|gis|geos|gdal|proj|barman|patroni|llvm).*",
    "artifacts.elastic.co": r"(?:elastic|kibana|logstash|apm).*|.*beat(?:-.*)?",
    "packages.elastic.co": r"(?:elastic|kibana|logstash|apm).*|.*beat(?:-.*)?",
    "apt.releases.hashicorp.com": r"(?:terraform|vault|consul|nomad|packer|vagrant|boundary).*",
    "cli.github.com": r"gh",
    "deb.nodesource.com": r"node.*|npm|nsolid.*",
    "dl.google.com": r"google-.*",
    "dl.yarnpkg.com": r"yarn.*",
    "download.docker.com": r"docker.*|containerd.*",
    "packages.cloud.google.com": r"google-.*|kube.*|cri-.*|gcsfuse.*|stackdriver.*",
    "repo.mongodb.org": r"mongo.*",
}
# In the name, or the words, of a program that nobody knows here.
_REPOSITORY = lazy(r"repo|source|ppa:|setup|install|bootstrap|\.sh\b|\.list\b|\.deb\b")
# In what `sed` writes: another place to fetch from.
_PLACE = lazy(r"://|archive|old-releases|mirror|snapshot|debian|ubuntu|\.(?:org|com|net|edu|cn)\b")
_WRITERS = frozenset(("echo", "printf", "cat"))
# What they do to the sources is to add some, in files of their own.
_ADDERS = frozenset((
    "add-apt-repository", "apt-add-repository", "apt-get", "apt", "aptitude", "apt-key", "dpkg",
    "gpg",
))  # fmt: skip
# A personal archive that was closed on 2019-04-16 and has no packages since
# (github.com/arcus-smart-home/arcusplatform/issues/27).
_EMPTY = "webupd8team/java"
_APT = frozenset(("apt-get", "apt", "aptitude", "apt-key"))
# Words in a `sed` that may name another release, or a day's state of one.
_OTHER = lazy(
    r"snapshot|archive\.debian|old-releases|backports|proposed|stable|testing|experimental|\bsid\b"
    r"|stretch|buster|bullseye|bookworm|trixie|forky|jessie|wheezy"
    r"|trusty|xenial|bionic|focal|jammy|noble|resolute|edge|/v3"
)


class Change:
    """Something that may have changed a file of sources: the command, None for another, and why."""

    __slots__ = ("command", "reason")

    def __init__(self, command: Command | None, reason: Reason) -> None:
        self.command = command
        self.reason = reason


def changes(step: Step, call: Call, contents: Contents, path: str, found: Origin) -> list[Change]:
    """
    What may have changed `path` before `call`: what the model says, and all that names the file.

    What official images do themselves leaves their distribution's sources as they are.
    """
    from dockwright.rules.api import sources

    earlier = list(_before(step, call))
    by_span = {command.span: command for command in earlier}
    changed: dict[tuple[int, int], Change] = {}
    others: list[Change] = []
    for reason in sources.touching(contents, path):
        if reason.span is None:
            if not found.plain:
                others.append(Change(None, reason))
            continue
        command = by_span.get(reason.span)
        changed.setdefault((reason.span.start, reason.span.end), Change(command, reason))
    for command in earlier:
        span = command.span
        if (span.start, span.end) not in changed and _mentions(command, path):
            why = Reason(f"`{command.name}` names {path}", step.source, span)
            changed[span.start, span.end] = Change(command, why)
    return [*others, *changed.values()]


def _before(step: Step, call: Call) -> "Iterator[Command]":
    for stage in step.stage.lineage():
        for one in stage.steps:
            if one.name != "RUN" or one.onbuild:
                continue
            if stage is step.stage and one.index > step.index:
                break
            for command in one.commands:
                if one is step and command.start >= call.command.start:
                    break
                yield command


def _mentions(command: Command, path: str) -> bool:
    pattern = _MENTIONS[path]
    for one in command.redirects:
        if one.target is not None and ">" in one.operator and pattern.search(one.target.shape):
            return True
    if command.name in _READERS:
        return False
    return any(pattern.search(word.shape) for word in command.words)


def foreign(
    step: Step, call: Call, contents: Contents, found: Origin, package: str = ""
) -> list[Reason] | None:
    """
    What may have added packages that the release does not have, None when something surely has.

    [] when all packages come from the release; else reasons that are not firm. Of vendors whose
    archives hold their own products alone those count that may have `package`.
    """
    doubts: list[Reason] = []
    for path in (SOURCES, FOLDER):
        for one in changes(step, call, contents, path, found):
            if one.command is not None and _harmless(one.command):
                continue
            if package and one.command is not None and _of_others(one.command, package):
                why = Reason(f"another vendor's packages: {one.reason.text}", firm=False)
                doubts += [why] if why not in doubts else []
                continue
            if one.reason.firm or _REPOSITORY.search(one.reason.text):
                return None
            if one.reason not in doubts:
                doubts.append(one.reason)
    return doubts


def _of_others(command: Command, package: str) -> bool:
    """Whether a command adds archives of vendors alone that do not have `package`."""
    texts = [word.shape for word in command.words]
    if command.name in ("bash", "sh", "tee") and "pipe-end" in command.within:
        before = [one for one in command.script.commands if one.end <= command.start]
        if before and "pipe" in before[-1].within:
            texts += [word.shape for word in before[-1].words]
    texts += _fetched(command)
    text = " ".join(texts)
    releases = _UBUNTU.findall(text)
    if releases:
        # Ubuntu's own archive of other releases, which lack the package as well.
        from dockwright.rules.api import vanished

        return len(_URL.findall(text)) == len(releases) and all(
            vanished.vanished("ubuntu", one, package) is not None for one in releases
        )
    hosts = _URL.findall(text)
    patterns = [VENDORS.get(host) for host in hosts]
    return bool(hosts) and not any(
        pattern is None or lazy(pattern).fullmatch(package) for pattern in patterns
    )


def _fetched(command: Command) -> list[str]:
    """What fetched the script that a command runs, when the same RUN did: `curl URL -o file`."""
    if command.name not in ("bash", "sh") or not command.args:
        return []
    script = command.args[0].value
    if not script or script.startswith("-"):
        return []
    found: list[str] = []
    for one in command.script.commands:
        if one.end > command.start or one.name == "chmod":
            continue
        names = [word.value or "" for word in one.args]
        names += [to.target.value or "" for to in one.redirects if to.target is not None]
        if script.removeprefix("./") in (name.removeprefix("./") for name in names):
            if one.name not in ("curl", "wget"):
                return []  # It may have made another script of it.
            found += [word.shape for word in one.words]
    return found


def _harmless(command: Command) -> bool:
    """Whether all packages come from the same release after it."""
    name = _name(command)
    shapes = [word.shape for word in command.words]
    if any(_EMPTY in one for one in shapes) or name in _ELSEWHERE:
        return True
    if name in _APT:
        return not any(one.startswith(("/", "./")) or ".deb" in one for one in shapes)
    return name == "sed" and not any(_OTHER.search(one) for one in shapes)


def kept(
    step: Step,
    call: Call,
    contents: Contents,
    path: str,
    found: Origin,
    *,
    but: Command | None = None,
) -> bool | None:
    """
    Whether the file at `path` still says what the base image's said, and at most more.

    `but` is a command whose change does not count. None: something that nobody knows may have
    changed it.
    """
    answer: bool | None = True
    for one in changes(step, call, contents, path, found):
        command = one.command
        if command is not None and (
            command is but
            or _appends(command)
            or _same_place(command)
            or (command.name in _WRITERS and all_gone(command, found.distribution))
        ):
            continue
        if one.reason.firm:
            return False
        answer = None
    return answer


def _appends(command: Command) -> bool:
    """Whether all it does to the file is to add lines."""
    name = _name(command)
    if name in _ADDERS or name in _ELSEWHERE:
        return True
    if name == "tee":
        return command.has("-a", "--append")
    writes = [one for one in command.redirects if ">" in one.operator and one.target is not None]
    return name in _WRITERS and all(one.operator in (">>", "&>>") for one in writes)


def _same_place(command: Command) -> bool:
    """Whether a `sed` changes components only, and not where the packages come from."""
    script = " ".join(word.shape for word in command.args if not word.shape.startswith("/etc/"))
    return _name(command) == "sed" and not _PLACE.search(script) and "${}" not in script


def gone_lines(command: Command, distribution: str) -> "Iterator[tuple[str, Reason | None]]":
    """The suites that a command writes as sources: name, and why it is gone, None when not."""
    from dockwright.rules.api import archives

    text = " ".join(word.value or "" for word in command.args).replace("\\n", " ") + " "
    for host, path, suite in _LINE.findall(text):
        gone = archives.archive_gone(distribution, suite, archives.DAY)
        proper = _HOSTS[distribution].fullmatch(host) is not None and "archive" not in path
        known = proper and isinstance(gone, Known) and gone.value
        yield suite, gone.reason if known else None


def all_gone(command: Command, distribution: str) -> bool:
    """Whether all sources that it writes are of suites that have left their archive."""
    found = list(gone_lines(command, distribution))
    return bool(found) and all(reason is not None for _, reason in found)


def _name(command: Command) -> str:
    """The program, behind sudo too."""
    names = [word.value for word in command.words if word.value and word.value[:1] != "-"]
    return names[1] if names[:1] == ["sudo"] and len(names) > 1 else command.name
