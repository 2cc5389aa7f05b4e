"""DW5401 apt-package-unknown."""

from dockwright.rules.api import (
    Bad,
    Contents,
    Draft,
    Findings,
    Good,
    Known,
    Reason,
    Rule,
    RunStep,
    Stage,
    command,
    unsafe,
)
from dockwright.rules.releases._archive import foreign
from dockwright.rules.releases._calls import (
    APT,
    TRIGGERS,
    Call,
    Wanted,
    calls,
    other_sources,
    replacing,
    wanted,
)
from dockwright.rules.releases._origin import Origin, image_of, origin, title

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DRY = ("-s", "--simulate", "--just-print", "--dry-run", "--print-uris")
# The official PHP image, and those built on it.
_PHP_IMAGES = frozenset(
    ("drupal", "joomla", "matomo", "mediawiki", "nextcloud", "php", "wordpress")
)
_PHP = Reason(
    "its /etc/apt/preferences.d/no-debian-php pins php* at -1"
    " (github.com/docker-library/php, Dockerfile-linux.template)"
)
# Words that stand among packages where a `&&` is missing.
_WORDS = frozenset(("apt-get", "apt-cache", "autoremove", "dist-upgrade"))
# Documentation and data of packages that are not for Python 2 alone.
_PARTS = ("-doc", "-docs", "-common", "-data", "-examples", "-l10n", "-guide")
_MOVING = frozenset(("sid", "forky", "testing", "unstable", "experimental"))


class AptPackageUnknown(Rule):
    """
    Install packages that the release of the base image has.

    Packages come and go with each release: `python-pip` ended with Debian 10 and Ubuntu 18.04,
    `libssl1.1` with Debian 11. `apt-get install` of one name that its sources do not have installs
    nothing at all and fails the build, often on the day when a tag such as `latest` moves on to the
    next release.

    Silent when the release is not known, when a command before it may have added a source of
    packages, about names that hold variables or patterns, and when the build goes on all the same.
    """

    code = "DW5401"
    name = "apt-package-unknown"
    severity = "error"
    tags = ("apt", "packages", "build")
    on = command(*TRIGGERS)

    examples = (
        Bad(
            "FROM debian:bookworm-slim\n"
            "RUN apt-get update && apt-get install -y git python-pip && apt-get clean\n",
            at="python-pip",
            fixed="FROM debian:bookworm-slim\n"
            "RUN apt-get update && apt-get install -y git python3-pip && apt-get clean\n",
        ),
        Bad(
            "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y libasound2 netcat\n",
            at=("libasound2", "netcat"),
            fixed="FROM ubuntu:24.04\n"
            "RUN apt-get update && apt-get install -y libasound2t64 netcat-openbsd\n",
        ),
        Bad(
            "FROM debian:trixie\nRUN apt-get update && sudo apt-get install -y netcat\n",
            at="netcat",
            fixed="FROM debian:trixie\n"
            "RUN apt-get update && sudo apt-get install -y netcat-openbsd\n",
        ),
        Good(
            "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y git python3-pip\n"
        ),
        Good(
            "FROM debian:bookworm-slim\nCOPY extra.list /etc/apt/sources.list.d/\n"
            "RUN apt-get update && apt-get install -y python-pip\n"
        ),
        Good(
            "FROM debian:bookworm-slim\nRUN curl -fsSL https://example.org/setup | bash -\n"
            "RUN apt-get update && apt-get install -y frobnicator\n"
        ),
        Good(
            "FROM debian:bookworm-slim\nARG EXTRA\n"
            "RUN apt-get update && apt-get install -y $EXTRA 'libfoo*' ./local.deb\n"
        ),
        Good(
            "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y nosuch || true\n"
        ),
        Good("FROM example.org/base:1\nRUN apt-get update && apt-get install -y python-pip\n"),
        Good(
            "FROM debian:bookworm-slim\n"
            "RUN apt-get update && apt-get install -y libc6:i386 g++ linux-libc-dev\n"
        ),
    )

    def check(self, run: RunStep) -> Findings:
        stage = run.stage
        if run.onbuild or stage.os != "linux" or not stage.built:
            return
        found = None
        for call in calls(run, APT):
            if call.action != "install" or other_sources(call) or call.has(*_DRY):
                continue
            found = found or origin(stage)
            if found is None or found.distribution not in ("debian", "ubuntu") or found.bound:
                return
            # Names first: what the commands before it did is asked only when one is missing.
            drafts = [
                (want, draft)
                for want in wanted(run, call)
                if (draft := self._missing(run, call, want, found)) is not None
            ]
            point = run.points.get(call.command.start) if drafts else None
            if point is None or not point.certain or not point.fatal:
                continue
            if not (found.plain or _known(point.contents)):
                continue
            refused = _php_refused(stage, point.contents)
            for want, draft in drafts:
                installed = point.contents.package("apt", want.name)
                if isinstance(installed, Known) and installed.value:
                    continue
                if not refused and draft.because[:1] == (_PHP,):
                    continue
                doubts = foreign(run, call, point.contents, found, want.name)
                if doubts is None:
                    continue
                draft.because = (*draft.because, *doubts)
                yield draft

    def _missing(self, run: RunStep, call: Call, want: Wanted, found: Origin) -> Draft | None:
        image = image_of(run.stage)
        if image is not None and image.repository in _PHP_IMAGES and want.name.startswith("php"):
            message = f"the image {image.repository} lets apt install no php packages:"
            message += f" {want.name} has no candidate; docker-php-ext-install builds extensions"
            return self.at(want.word, message, (_PHP, found.reason, *want.because))
        look = _debian if found.distribution == "debian" else _ubuntu
        lack = look(found, want.name)
        if lack is None:
            return None
        message, reason, other = lack
        draft = self.at(want.word, message, (found.reason, reason, *want.because))
        if other and not want.rest and not want.because:
            edit = replacing(run, call, want, other)
            draft.fix(f"install {other} instead", unsafe(edit))
        return draft


def _php_refused(stage: Stage, contents: Contents) -> bool:
    """Whether the preferences of the PHP image still keep Debian's PHP packages out."""
    from dockwright.rules.api import sources

    for step in stage.steps:
        if step.name == "RUN" and any(
            "preferences" in word.shape or "no-debian-php" in word.shape
            for one in step.commands
            for word in one.words
        ):
            return False
    changed = sources.touching(contents, "/etc/apt/preferences.d")
    return not any(reason.span is not None for reason in changed)


def _known(contents: Contents) -> bool:
    """Whether it is known which packages the base image has."""
    return isinstance(contents.package("apt", "bash"), Known)


def _debian(found: Origin, name: str) -> tuple[str, Reason, str] | None:
    """Message, reason and replacement when the release does not have the package."""
    from dockwright.rules.api import packages, vanished

    index = packages.index("debian", found.codename)
    if index is None:
        return _told(found, vanished.vanished("debian", found.cycle, name))
    if found.codename in _MOVING and not _gone_for_good(name):
        return None
    reason = Reason(index.source)
    if index.exists(name):
        providers = index.virtual(name)
        if len(providers) < 2:
            return None
        other = vanished.replacement("debian", name)
        other = other if other in providers else providers[0]
        several = ", ".join(providers[:3]) + (", …" if len(providers) > 3 else "")
        message = f"{name} is no package but a name that {several} share, and apt does not choose"
        return message, reason, other if name == "netcat" else ""
    if "." in name and index.matches(name):
        return None
    other = vanished.replacement("debian", name)
    if not other or not index.exists(other) or index.virtual(other):
        similar = index.similar(name)
        other = similar[0] if similar else ""
        other = "python3" if other == "python-is-python3" else other
    where = _elsewhere(index.elsewhere(name), found)
    advice = f"; {other} takes its place" if other else ""
    return f"{found.title} has no package {name}{where}{advice}", reason, other


def _elsewhere(suites: tuple[str, ...], found: Origin) -> str:
    """Where the name was last, or first."""
    from dockwright.rules.api import releases

    here = int(found.cycle.partition(".")[0]) if found.cycle[:1].isdigit() else 0
    older = ""
    newer = ""
    for suite in suites:
        release = releases.release("debian", suite)
        if release is None or not release.cycle.isdigit() or suite in _MOVING:
            newer = newer or suite
        elif int(release.cycle) < here:
            older = title("debian", release.cycle, suite)
        else:
            newer = newer or title("debian", release.cycle, suite)
    if older:
        return f", {older} was the last to have it"
    return f", only {newer} has it" if newer else ""


def _ubuntu(found: Origin, name: str) -> tuple[str, Reason, str] | None:
    from dockwright.rules.api import vanished

    if name in _WORDS:
        message = f"{found.title} has no package {name}: an operator is missing before this word"
        return message, Reason(f"{name} is a command of the package apt"), ""
    return _told(found, vanished.vanished("ubuntu", found.cycle, name))


def _told(found: Origin, lack: "Any") -> tuple[str, Reason, str] | None:
    """What the table of vanished packages says."""
    if lack is None:
        return None
    last = title(found.distribution, lack.last, "")
    where = f", {last} was the last to have it" if lack.last else ""
    advice = f"; {lack.replacement} takes its place" if lack.replacement else ""
    message = f"{found.title} has no package {lack.package}{where}{advice}"
    return message, Reason(f"{lack.confidence}: {lack.source}"), lack.replacement


def _gone_for_good(name: str) -> bool:
    """
    Whether a suite whose packages come and go has lost the name with everything around it.

    Modules for Python 2 left with it; what stable releases have something else for is not expected
    back either.
    """
    from dockwright.rules.api import packages, vanished

    for suite in ("bookworm", "trixie", "forky", "sid"):
        index = packages.index("debian", suite)
        if index is None or index.exists(name):
            return False
    module = name.startswith("python-") and not name.endswith(_PARTS)
    return module or vanished.renamed(name)
