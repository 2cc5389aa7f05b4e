"""DW5410 pin-vanishes."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Reason,
    Rule,
    RunStep,
    command,
    lazy,
)
from dockwright.rules.releases._archive import REPOSITORIES, changes, foreign
from dockwright.rules.releases._calls import (
    APK,
    APT,
    TRIGGERS,
    Call,
    Wanted,
    calls,
    other_sources,
    wanted,
)
from dockwright.rules.releases._origin import Origin, origin

_FOREIGN = ("-X", "--repository", "--repositories-file", "-p", "--root")
_KEEP_ONE = frozenset(("alpine", "debian", "ubuntu"))
_EXACT_APK = lazy(r"==?\s*\d[\w.]*(?:-r\d+)?")
_ANY_APK = lazy(r"(?:==?|~=?|=~)\s*\d[\w.]*(?:-r\d+)?")
_EXACT_APT = lazy(r"=(?:\d+:)?\d[\w.+~:-]*")


# So many names stand in a message.
_SHOWN = 12


class PinVanishes(Rule):
    """
    Pin packages of a distribution with the image that holds them, not with `=`.

    A branch of Alpine keeps only the newest build of each package, and a release of Debian or
    Ubuntu replaces a version by the next point release or security update. An exact version can be
    installed until that day; from then on the build fails, in an old commit too. A digest of the
    base image, a snapshot of the archive, or a range (`~=`) last longer.

    Silent about ranges and patterns (`nginx~=1.24`, `curl=7.88.*`), except on `alpine:edge`, where
    they move as well, and when the sources of packages are not the distribution's own. When the
    release has ended, nothing moves any more: then the finding is only likely, as the version may
    be the last one.
    """

    code = "DW5410"
    name = "pin-vanishes"
    tier = "preview"
    tags = ("apk", "apt", "packages", "reproducible")
    on = command(*TRIGGERS, *APK)

    examples = (
        Bad("FROM alpine:3.22\nRUN apk add --no-cache git=2.49.1-r0\n", at="git=2.49.1-r0"),
        Bad(
            "FROM debian:bookworm-slim\n"
            "RUN apt-get update && apt-get install -y curl=7.88.1-10+deb12u5\n",
            at="curl=7.88.1-10+deb12u5",
        ),
        Bad("FROM alpine:3.9\nRUN apk add --no-cache git=2.20.1-r0\n", at="git=2.20.1-r0"),
        Bad("FROM alpine:edge\nRUN apk add 'nodejs~=20.1'\n", at="'nodejs~=20.1'"),
        Bad("FROM alpine:3.22\nRUN apk add git=2.49.1-r0 jq curl=8.14.1-r1\n", at="git=2.49.1-r0"),
        Good("FROM alpine:3.22\nRUN apk add --no-cache 'git~=2.49' 'curl>8'\n"),
        Good("FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y 'curl=7.88.*'\n"),
        Good(
            "FROM debian:bookworm-slim\n"
            "RUN echo 'deb http://snapshot.debian.org/archive/debian/20240101/ bookworm main'"
            " > /etc/apt/sources.list && apt-get update && apt-get install -y curl=7.88.1-10\n"
        ),
        Good("FROM example.org/base:1\nRUN apk add --no-cache git=2.49.1-r0\n"),
    )

    def check(self, run: RunStep) -> Findings:
        stage = run.stage
        if run.onbuild or stage.os != "linux" or not stage.built:
            return
        for programs, action in ((APK, "add"), (APT, "install")):
            for call in calls(run, programs):
                if call.action != action or call.has(*_FOREIGN) or other_sources(call):
                    continue
                if not any("=" in word.shape or "~" in word.shape for word in call.words):
                    continue
                found = origin(stage)
                if found is None or found.bound or found.distribution not in _KEEP_ONE:
                    return
                yield from self._pins(run, call, found)

    def _own(self, run: RunStep, call: Call, found: Origin, package: str) -> list[Reason] | None:
        """Why the package may come from elsewhere, [] when it does not; None when it surely may."""
        point = run.points.get(call.command.start)
        if point is None:
            return None
        if found.distribution == "alpine":
            return None if changes(run, call, point.contents, REPOSITORIES, found) else []
        doubts = foreign(run, call, point.contents, found)
        if doubts is not None:
            return None if doubts else []
        return foreign(run, call, point.contents, found, package)

    def _pins(self, run: RunStep, call: Call, found: Origin) -> Findings:
        alpine = found.distribution == "alpine"
        pattern = _EXACT_APK if alpine else _EXACT_APT
        if found.cycle == "edge":
            pattern = _ANY_APK
        # What hangs on the default of an argument is told apart: it is likely only.
        groups: dict[bool, tuple[list[Wanted], list[Reason]]] = {}
        for want in wanted(run, call):
            if not want.rest or not pattern.fullmatch(want.rest):
                continue
            doubts = self._own(run, call, found, want.name)
            if doubts is None:
                continue
            reasons = (*want.because, *doubts)
            firm = not doubts and all(one.firm for one in want.because)
            pins, because = groups.setdefault(firm, ([], []))
            pins.append(want)
            because += (one for one in reasons if one not in because)
        what = "newest build" if alpine else "newest version"
        reason = Reason(
            "Alpine's repositories hold one version of each package"
            if alpine
            else "an archive's suites hold the newest version of each package"
        )
        keeps, will = ("keeps", "will") if _moves(found) else ("kept", "may")
        for firm, (pins, because) in groups.items():
            yield self.at(
                pins[0].word,
                f"{found.title} {keeps} only the {what} of a package:"
                f" {_named(pins)} {will} be gone",
                (reason, found.reason, *because),
                likely=not firm or not _moves(found),
            )


def _named(pins: "list[Wanted]") -> str:
    """`git 2.49.1-r0` for one, `git, curl and 3 more in these versions` for many."""
    if len(pins) == 1:
        return f"{pins[0].name} {pins[0].rest.lstrip('=~')}"
    names = [one.name for one in pins[:_SHOWN]]
    more = len(pins) - len(names)
    last = f"{more} more" if more else names.pop()
    return f"{', '.join(names)} and {last} in these versions"


def _moves(found: Origin) -> bool:
    """Whether packages of the release still get new versions."""
    from dockwright.rules.api import releases

    if found.cycle == "edge":
        return True
    return releases.updates_ended(found.distribution, found.cycle, releases.DAY) is False
