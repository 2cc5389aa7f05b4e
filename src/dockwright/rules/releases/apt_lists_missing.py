"""DW5409 apt-lists-missing."""

from dockwright.rules.api import (
    Bad,
    Command,
    Contents,
    Edit,
    Findings,
    Good,
    Known,
    Reason,
    Rule,
    Stage,
    Step,
    unsafe,
)
from dockwright.rules.releases._calls import APT, Call, calls, other_sources, wanted
from dockwright.rules.releases._origin import origin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.rules.api import Draft

# Since 2015 the images of both distributions are made without it.
_CLEAN = "2015-04-01"
# Packages that no base system of Ubuntu has.
_NEVER = frozenset((
    "apache2", "build-essential", "ca-certificates", "cmake", "curl", "default-jdk", "ffmpeg",
    "g++", "gcc", "git", "gnupg", "golang", "htop", "jq", "locales", "make", "nano", "nginx",
    "nodejs", "npm", "openjdk-8-jdk", "openssh-server", "php", "python3", "python3-pip",
    "python-pip", "software-properties-common", "supervisor", "unzip", "vim", "wget", "zip",
))  # fmt: skip
_DRY = (
    "-s",
    "--simulate",
    "--just-print",
    "--dry-run",
    "--print-uris",
    "--no-download",
    "--update",
    "-U",
)


class AptListsMissing(Rule):
    """
    Download the package index before installing from it.

    The images of Debian and Ubuntu, and most that build on them, come without the index of
    packages, and many a `RUN` deletes it at its end. `apt-get install` without `apt-get update`
    then fails with `Unable to locate package`.

    Silent when it is not known what is in `/var/lib/apt/lists`, as behind a cache mount or after a
    script that nobody can read, when all packages are installed already, and when the build goes on
    all the same.
    """

    code = "DW5409"
    name = "apt-lists-missing"
    severity = "error"
    tags = ("apt", "packages", "build")
    mentions = ("apt",)

    examples = (
        Bad(
            "FROM debian:bookworm-slim\nRUN apt-get install -y curl\n",
            at="apt-get install -y curl",
            fixed="FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y curl\n",
        ),
        Bad(
            "FROM ubuntu:24.04\nRUN apt-get install -y curl && make\n",
            at="apt-get install -y curl",
            fixed="FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y curl && make\n",
        ),
        Bad(
            "FROM debian:trixie-slim\n"
            "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n"
            "RUN apt-get install -y git\n",
            at="apt-get install -y git",
            fixed="FROM debian:trixie-slim\n"
            "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n"
            "RUN apt-get update && apt-get install -y git\n",
        ),
        Good("FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y curl\n"),
        Good("FROM debian:bookworm-slim\nRUN apt-get update\nRUN apt-get install -y curl\n"),
        Good(
            "FROM debian:trixie-slim\nRUN apt-get install --update -y curl && apt-get dist-clean\n"
        ),
        Good(
            "FROM debian:bookworm-slim\n"
            "RUN --mount=type=cache,target=/var/lib/apt apt-get install -y curl\n"
        ),
        Good("FROM debian:bookworm-slim\nRUN apt-get install -y bash\n"),
        Good("FROM debian:bookworm-slim\nRUN apt-get install -y ./local.deb\n"),
        Good("FROM debian:bookworm-slim\nRUN apt-get install -y curl || true\n"),
        Good(
            "FROM debian:bookworm-slim\nRUN curl -sL https://deb.example.org/setup | bash -\n"
            "RUN apt-get install -y nodejs\n"
        ),
        Good("FROM example.org/base:1\nRUN apt-get install -y curl\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if stage.os != "linux" or not stage.built:
            return
        seen = False
        for one in reversed(stage.lineage()):
            for step in one.steps:
                if step.name != "RUN" or step.onbuild:
                    continue
                if one is stage:
                    draft = self._run(step, seen)
                    if draft is not None:
                        yield draft
                for command in step.commands:
                    seen = _fetched(command, seen)

    def _run(self, run: Step, seen: bool) -> "Draft | None":
        at = 0
        for call in calls(run, APT):
            while at < len(run.commands) and run.commands[at].start < call.command.start:
                seen = _fetched(run.commands[at], seen)
                at += 1
            if call.action != "install" or call.has(*_DRY) or other_sources(call):
                continue
            if seen or any(word.shape.endswith(".deb") for word in call.words):
                continue
            point = run.points.get(call.command.start)
            if point is None or not point.certain or not point.fatal:
                continue
            reason = _empty(run.stage, point.contents)
            missing = _missing(run, call, point.contents) if reason is not None else ""
            if reason is None or not missing:
                continue
            draft = self.at(
                call.command,
                f"there is no package index here: apt cannot find {missing}",
                (reason,),
            )
            return draft.fix("download the index first", unsafe(_edit(run, call)))
        return None


def _fetched(command: Command, seen: bool) -> bool:
    """Whether plainly the index is there: fetched before, and nothing removes files since."""
    words = [word.shape for word in command.words]
    if "update" in words and command.name in ("apt-get", "apt", "sudo", "aptitude"):
        return True
    if command.name in ("apt-get", "apt") and "clean" in words:
        return seen
    if any("/apt" in word or "clean" in word or "${}" in word for word in words):
        return seen and command.name != "rm" and "clean" not in "".join(words)
    return seen


def _empty(stage: Stage, contents: Contents) -> Reason | None:
    """Why there is no index, None when there may be one."""
    from dockwright.rules.api import aptfacts, releases, sources

    lists = contents.find(aptfacts.LIST)
    if isinstance(lists, Known):
        return lists.reason if lists.value is None and lists.firm else None
    if any(reason.span is not None for reason in sources.touching(contents, aptfacts.LISTS)):
        return None
    found = origin(stage)
    if found is None or not found.plain or found.distribution not in ("debian", "ubuntu"):
        return None
    release = releases.release(found.distribution, found.cycle)
    if release is None or found.bound or release.released < _CLEAN:
        return None
    text = f"official images come without the index; {found.reason.text}"
    return Reason(text, firm=found.reason.firm)


def _missing(run: Step, call: Call, contents: Contents) -> str:
    """A package that is certainly not installed yet."""
    for want in wanted(run, call):
        found = contents.package("apt", want.name)
        if isinstance(found, Known):
            if not found.value and found.firm:
                return want.name
        elif want.name in _NEVER and _untouched(contents):
            return want.name
    return ""


def _untouched(contents: Contents) -> bool:
    """Whether the stage itself has installed nothing so far."""
    from dockwright.rules.api import aptfacts

    return not any(
        isinstance(effect, aptfacts.Installed) and effect.reason.span is not None
        for effect in aptfacts.history(contents)
    )


def _edit(run: Step, call: Call) -> Edit | None:
    command = call.command
    if run.node.is_json or command.assignments or command.within:
        return None
    name = call.program.value
    return run.insert_before(command, f"{call.wrapper}{name} update && ")
