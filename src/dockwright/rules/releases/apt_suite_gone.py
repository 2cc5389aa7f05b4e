"""DW5403 apt-suite-gone."""

from dockwright.rules.api import (
    Bad,
    Command,
    Contents,
    Findings,
    Good,
    Known,
    Reason,
    Rule,
    Stage,
    Step,
)
from dockwright.rules.releases._archive import FOLDER, SOURCES, gone_lines, kept
from dockwright.rules.releases._bump import offer
from dockwright.rules.releases._calls import APT, Call, calls, other_sources
from dockwright.rules.releases._origin import Origin, origin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.rules.api import Draft

_FETCH = frozenset(("update", "install", "upgrade", "dist-upgrade", "full-upgrade", "build-dep"))


class AptSuiteGone(Rule):
    """
    Build on a release whose packages are still in the archive.

    Debian and Ubuntu move a release that has ended to another server (archive.debian.org,
    old-releases.ubuntu.com). The sources in its images still name the old place, which answers 404:
    `apt-get update` fails, and nothing can be installed. `archive_gone` facts say which releases
    have been moved, each with the day on which it was seen.

    Silent when the release of the base image is not known, when a command, a copied file or an
    option may have given apt other sources, and when the build goes on without the packages.
    """

    code = "DW5403"
    name = "apt-suite-gone"
    severity = "error"
    tags = ("apt", "base-image", "build")
    mentions = ("apt",)

    examples = (
        Bad(
            "FROM debian:stretch-slim\nRUN apt-get update && apt-get install -y curl git\n",
            at="apt-get update",
            fixed="FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y curl git\n",
        ),
        Bad(
            "FROM ubuntu:19.04\nRUN apt-get update && apt-get install -y curl\n",
            at="apt-get update",
            fixed="FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y curl\n",
        ),
        Bad(
            "FROM node:8\nRUN apt-get update && apt-get install -y python-pip\n",
            at="apt-get update",
        ),
        Bad(
            "FROM debian:bullseye\n"
            "RUN echo 'deb http://deb.debian.org/debian stretch-backports main'"
            " > /etc/apt/sources.list.d/old.list && apt-get update\n",
            at="apt-get update",
        ),
        Bad(
            "FROM ubuntu:16.10\n"
            "RUN sed -i 's/main$/main universe/' /etc/apt/sources.list && apt-get update\n",
            at="apt-get update",
            fixed="FROM ubuntu:24.04\n"
            "RUN sed -i 's/main$/main universe/' /etc/apt/sources.list && apt-get update\n",
        ),
        Good("FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y curl\n"),
        Good(
            "FROM debian:stretch\n"
            "RUN sed -i s/deb.debian.org/archive.debian.org/ /etc/apt/sources.list"
            " && apt-get update\n"
        ),
        Good("FROM ubuntu:19.04\nCOPY sources.list /etc/apt/sources.list\nRUN apt-get update\n"),
        Good(
            "FROM debian:stretch\n"
            "RUN echo 'deb http://archive.debian.org/debian stretch main' > /etc/apt/sources.list"
            " && apt-get update && apt-get install -y curl\n"
        ),
        Good("FROM debian:stretch\nRUN apt-get update || true\n"),
        Good("FROM debian:stretch\nRUN apt-get install --version && apt list\n"),
        Good("FROM example.org/debian:stretch\nRUN apt-get update\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if stage.os != "linux" or not stage.built:
            return
        found = None
        for step in stage.steps:
            if step.name != "RUN" or step.onbuild:
                continue
            for call in calls(step, APT):
                if call.action not in _FETCH or other_sources(call):
                    continue
                if call.has("--version", "-v", "-h", "--help", "-s", "--print-uris"):
                    continue
                found = found or origin(stage)
                if found is None or found.distribution not in ("debian", "ubuntu"):
                    return
                draft = self._gone(stage, step, call, found)
                if draft is not None:
                    yield draft
                    return

    def _gone(self, stage: Stage, step: Step, call: Call, found: Origin) -> "Draft | None":
        from dockwright.rules.api import archives

        gone = archives.archive_gone(found.distribution, found.cycle, archives.DAY)
        if isinstance(gone, Known) and gone.value:
            contents = _at(step, call)
            whole = kept(step, call, contents, SOURCES, found) if contents is not None else False
            if whole is False:
                return None
            message = f"{found.title} has left the archive that {found.image} names{_ended(found)}"
            draft = self.at(
                call.command, message, (found.reason, gone.reason), likely=whole is None
            )
            return offer(draft, stage, found)
        if call.action != "update":
            return None
        for suite, why, where, by in _added(step, call, found.distribution):
            contents = _at(step, call)
            path = SOURCES if where == SOURCES else FOLDER
            if contents is None or kept(step, call, contents, path, found, but=by) is not True:
                continue
            message = f"{suite} has left the archive: apt-get update fails"
            return self.at(call.command, message, (why,))
        return None


def _at(step: Step, call: Call) -> Contents | None:
    """The file system before the call, when it surely runs and its failure ends the build."""
    point = step.points.get(call.command.start)
    return point.contents if point is not None and point.certain and point.fatal else None


def _ended(found: Origin) -> str:
    from dockwright.rules.api import releases

    release = releases.release(found.distribution, found.cycle)
    if found.bound or release is None or not release.free_until[:1].isdigit():
        return ""
    return f": its updates ended on {release.free_until}"


def _added(
    step: Step, call: Call, distribution: str
) -> "Iterator[tuple[str, Reason, str, Command]]":
    """The suites that the stage itself added and that are gone: name, why, file, command."""
    for earlier in step.stage.steps[: step.index + 1]:
        if earlier.name != "RUN" or earlier.onbuild:
            continue
        for command in earlier.commands:
            if earlier is step and command.start >= call.command.start:
                break
            if command.name not in ("echo", "printf") or command.conditional:
                continue
            target = next(
                (one.target.value for one in command.redirects if one.target is not None), None
            )
            if not target or not target.startswith("/etc/apt/sources.list"):
                continue
            for suite, reason in gone_lines(command, distribution):
                if reason is not None:
                    yield suite, reason, target, command
