"""DW5402 apk-package-unknown."""

from dockwright.rules.api import (
    Bad,
    Contents,
    Findings,
    Good,
    Known,
    Reason,
    Rule,
    RunStep,
    command,
    lazy,
    unsafe,
)
from dockwright.rules.releases._archive import REPOSITORIES, changes
from dockwright.rules.releases._calls import APK, APK_TRIGGERS, Call, calls, replacing, wanted
from dockwright.rules.releases._origin import Origin, origin

# Lines for the list of repositories that cannot bring a dropped package: edge's main and community,
# and others under a tag, which only `name@tag` asks for.
_EDGE = lazy(
    r"(?:echo|printf)(?: -e)?(?:\s+(?:@\w+\s+https?://\S+"
    r"|https?://[\w.-]+alpinelinux\.org/alpine/edge/(?:main|community)/?)(?:\\n)?)+"
)
_FOREIGN = ("--repositories-file", "-p", "--root", "-s", "--simulate")
# What left main, and was never in edge's testing, whatever else comes from there.
_NEVER_TESTED = frozenset((
    "python", "python-dev", "py2-pip", "nodejs-npm", "libssl1.0", "libcrypto1.0", "libssl1.1",
    "libcrypto1.1", "bzr", "mpfr3",
))  # fmt: skip
_TESTING = lazy(
    r"(?:(?:echo|printf)(?: -e)?\s+)?(?:https?://[\w.-]+alpinelinux\.org/alpine/edge/"
    r"(?:main|community|testing)/?(?:\\n)?\s*)+"
)


class ApkPackageUnknown(Rule):
    """
    Install packages that the Alpine branch of the base image has.

    Each branch drops packages: `python` and `py2-pip` ended with Alpine 3.11, `nodejs-npm` with
    3.13, `php7` with 3.15. `apk add` of one unknown name installs nothing and fails the build, for
    `alpine:latest` on the day of the next branch.

    Silent when the branch is not known, when the list of repositories was changed or `--repository`
    names another, about names with variables or tags (`name@edge`), and when the build goes on all
    the same.
    """

    code = "DW5402"
    name = "apk-package-unknown"
    severity = "error"
    tags = ("apk", "packages", "build")
    on = command(*APK_TRIGGERS)

    examples = (
        Bad(
            "FROM alpine:3.20\nRUN apk add --no-cache git python py2-pip\n",
            at=("python", "py2-pip"),
            fixed="FROM alpine:3.20\nRUN apk add --no-cache git python3 py3-pip\n",
        ),
        Bad(
            "FROM node:20-alpine\nRUN apk add --no-cache --virtual .build make g++ python\n",
            at="python",
            fixed="FROM node:20-alpine\nRUN apk add --no-cache --virtual .build make g++ python3\n",
        ),
        Bad("FROM alpine:3.19\nRUN apk add --no-cache php7 php7-fpm\n", at=("php7", "php7-fpm")),
        Good("FROM alpine:3.20\nRUN apk add --no-cache git python3 py3-pip\n"),
        Good("FROM alpine:3.9\nRUN apk add --no-cache python py2-pip\n"),
        Good("FROM alpine:3.20\nRUN apk add --no-cache python || apk add --no-cache python3\n"),
        Good(
            "FROM alpine:3.20\n"
            "RUN apk add -X https://dl-cdn.alpinelinux.org/alpine/v3.11/main python\n"
        ),
        Good(
            "FROM alpine:3.20\n"
            "RUN echo https://dl-cdn.alpinelinux.org/alpine/v3.15/community"
            " >> /etc/apk/repositories\nRUN apk add --no-cache php7\n"
        ),
        Good("FROM alpine:3.20\nRUN apk add --no-cache python@old $EXTRA\n"),
        Good("FROM example.org/base:1\nRUN apk add --no-cache python\n"),
    )

    def check(self, run: RunStep) -> Findings:
        stage = run.stage
        if run.onbuild or stage.os != "linux" or not stage.built:
            return
        found = None
        for call in calls(run, APK):
            if call.action != "add" or call.has(*_FOREIGN):
                continue
            found = found or origin(stage)
            if found is None or found.distribution != "alpine":
                return
            lacks = [
                (want, lack)
                for want in wanted(run, call)
                if (lack := _lack(found, want.name)) is not None
            ]
            point = run.points.get(call.command.start) if lacks else None
            if point is None or not point.certain or not point.fatal:
                continue
            own = _own(run, call, point.contents, found)
            for want, (message, reason, other) in lacks:
                if own != "own" and (own != "testing" or want.name not in _NEVER_TESTED):
                    continue
                installed = point.contents.package("apk", want.name)
                if isinstance(installed, Known) and installed.value:
                    continue
                draft = self.at(want.word, message, (found.reason, reason, *want.because))
                if other and not want.rest and not want.because:
                    edit = replacing(run, call, want, other)
                    draft.fix(f"install {other} instead", unsafe(edit))
                yield draft


def _own(run: RunStep, call: Call, contents: Contents, found: Origin) -> str:
    """
    Whether the packages come from the branch's own repositories, a mirror of them, or edge: "own".

    What a branch has dropped is not in edge's main and community either. "testing" when edge's
    testing is among them, "" when others are.
    """
    own = "own"
    if call.has("-X", "--repository"):
        places = [flag.partition("=")[2] for flag in call.flags if flag.startswith("--repository=")]
        places += [text for text in call.texts if "://" in text]
        if not places or not all(_TESTING.fullmatch(one) for one in places):
            return ""
        own = "testing"
    for one in changes(run, call, contents, REPOSITORIES, found):
        if one.command is None:
            return ""
        shapes = " ".join(word.shape for word in one.command.words)
        if one.command.name == "sed":
            if "edge" in shapes or "/v3" in shapes:
                return ""
        elif one.command.name not in ("echo", "printf"):
            return ""
        elif not _EDGE.fullmatch(shapes):
            if not _TESTING.fullmatch(shapes):
                return ""
            own = "testing"
    return own


def _lack(found: Origin, name: str) -> tuple[str, Reason, str] | None:
    from dockwright.rules.api import releases, vanished

    cycle = found.cycle
    if cycle == "edge":
        # It has what the newest branch has, and what came since.
        newest = releases.latest("alpine", releases.DAY)
        cycle = newest.cycle if newest is not None else ""
    lack = vanished.vanished("alpine", cycle, name)
    if lack is None:
        return None
    since = f": it is gone since {lack.first}" if lack.first not in ("", found.cycle) else ""
    advice = f"; {lack.replacement} takes its place" if lack.replacement else ""
    message = f"{found.title} has no package {name}{since}{advice}"
    return message, Reason(f"{lack.confidence}: {lack.source}"), lack.replacement
