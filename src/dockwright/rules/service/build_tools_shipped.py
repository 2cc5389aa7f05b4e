"""DW5605 build-tools-shipped."""

from dockwright.rules.api import (
    Bad,
    Command,
    CommandLine,
    Draft,
    Findings,
    Good,
    Known,
    Reason,
    Rule,
    ShellWord,
    Stage,
    Step,
    lazy,
)

# Packages for building software, by their names in Debian and in Alpine.
_TOOLS = lazy(
    r"(?:gcc|g\+\+|clang|cpp)(?:-[\d.]+)?|make|cmake|build-essential|build-base|alpine-sdk"
    r"|autoconf|automake|libtool|ninja-build|meson|cargo|rustc|golang(?:-go)?|go|musl-dev"
    r"|[a-z0-9.+-]+-dev|linux-headers.*|default-jdk(?:-headless)?|openjdk-\d+-jdk(?:-headless)?"
    r"|bison|flex|pkg-config|pkgconf"
)
_INTERACTIVE = frozenset(("", "bash", "sh", "zsh", "ash", "fish", "make", "tail", "sleep", "true"))
# Images that are tool chains, with the commands that say that something was built there.
_CHAINS = {
    "golang": ("the Go tool chain", ("go",), ("build", "install")),
    "rust": ("the Rust tool chain", ("cargo",), ("build", "install")),
    "maven": ("Maven and a JDK", ("mvn", "mvnw"), ("package", "install", "verify")),
    "gradle": ("Gradle and a JDK", ("gradle", "gradlew"), ("build", "bootJar", "assemble")),
    "gcc": ("the compiler", ("gcc", "g++", "make", "cmake"), ()),
}


class BuildToolsShipped(Rule):
    """
    Leave compilers and headers in a build stage.

    What only the build needs makes the image large and helps whoever breaks in. Build in a stage
    of its own and copy the result, or purge the packages in the `RUN` that installs them.

    Silent when the Dockerfile does not say what the container runs, or that is a shell, when the
    packages are removed again, or may be, in stages whose file system does not ship, and for base
    images that bring the tools, unless they are tool chains that built something. The size is that
    of the packages and of what they bring along, where it is known.
    """

    code = "DW5605"
    name = "build-tools-shipped"
    severity = "info"
    tier = "preview"
    tags = ("size", "security", "packages")

    examples = (
        Bad(
            "FROM python:3.12-slim\nRUN apt-get update"
            " && apt-get install -y --no-install-recommends gcc libc6-dev\n"
            'RUN pip install psutil\nCMD ["python", "main.py"]\n',
            at="gcc",
        ),
        Bad(
            "FROM alpine:3.20\nRUN apk add --no-cache build-base python3-dev py3-pip\n"
            'CMD ["python3", "main.py"]\n',
            at="build-base",
        ),
        Bad(
            'FROM golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\nCMD ["/app"]\n',
            at="FROM golang:1.22",
        ),
        Good(
            "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y gcc"
            " && cc a.c && apt-get purge -y gcc\nCMD ./a.out\n"
        ),
        Good(
            "FROM alpine:3.20\nRUN apk add --no-cache --virtual .build gcc musl-dev"
            " && apk del .build\nCMD ./a.out\n"
        ),
        Good(
            "FROM debian:bookworm-slim AS build\nRUN apt-get update && apt-get install -y gcc\n"
            "FROM debian:bookworm-slim\nCOPY --from=build /a /a\nCMD /a\n"
        ),
        Good('FROM golang:1.22\nCOPY . .\nCMD ["go", "run", "."]\n'),
        Good("FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y curl\nCMD a\n"),
        Good("FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y gcc\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        if not _serves(stage):
            return
        chain = _chain(stage)
        if chain is not None:
            yield self.at(stage.span, f"{chain} goes into the image")
            return
        for one in reversed(stage.lineage()):
            for step in one.steps:
                if step.name != "RUN" or step.onbuild:
                    continue
                for command in step.command("apt-get", "apt", "apk"):
                    words = [
                        word
                        for word in command.operands("-t", "--virtual", "-o")[1:]
                        if word.value is not None
                        and _TOOLS.fullmatch(word.value.partition("=")[0].partition(":")[0])
                    ]
                    if not words or not command.runs("add" if command.name == "apk" else "install"):
                        continue
                    if command.name == "apk" and (command.has("-t", "--virtual")):
                        continue
                    manager = "apk" if command.name == "apk" else "apt"
                    kept = [pair for word in words if (pair := _kept(stage, manager, word))]
                    if kept and not _removes(stage):
                        yield self._shipped(step, command, kept)

    def _shipped(
        self, step: Step, command: Command, kept: "list[tuple[ShellWord, Reason]]"
    ) -> Draft:
        names = [_name(word) for word, _ in kept]
        size = _megabytes(step, command, names) if command.name != "apk" else None
        text = ", ".join(names[:3])
        if len(names) > 3:
            text += f" and {len(names) - 3} more"
        verb = "go" if len(names) > 1 else "goes"
        about = f", about {size} MB with what they bring" if size else ""
        return self.at(kept[0][0], f"{text} {verb} into the image{about}", (kept[0][1],))


def _name(word: ShellWord) -> str:
    return (word.value or "").partition("=")[0].partition(":")[0]


def _kept(stage: Stage, manager: str, word: ShellWord) -> "tuple[ShellWord, Reason] | None":
    """The word with the reason why its package is in the image at the end, if it is."""
    found = stage.state.files.package(manager, _name(word))
    return (word, found.reason) if isinstance(found, Known) and found.value is True else None


def _removes(stage: Stage) -> bool:
    """Whether some command removes packages, so that what stays is a matter of its details."""
    for one in stage.lineage():
        for step in one.steps:
            for command in step.commands if step.name == "RUN" else ():
                if command.name in ("apt-get", "apt", "apk", "aptitude") and any(
                    word.shape in ("purge", "remove", "autoremove", "del", "--auto-remove")
                    for word in command.args
                ):
                    return True
    return False


def _serves(stage: Stage) -> bool:
    """Whether the Dockerfile names what the container runs, and that is no shell or tool."""
    for found in (stage.state.entrypoint, stage.state.cmd):
        line = found.value if isinstance(found, Known) else None
        if isinstance(line, CommandLine) and line.step is not None and line.argv:
            words = " ".join(line.argv[2:] if line.shell_form else line.argv).split()
            name = words[0].rpartition("/")[2] if words else ""
            return name not in _INTERACTIVE
    return False


def _chain(stage: Stage) -> str | None:
    """What a base image that is a tool chain brings, when something was built with it."""
    parsed = stage.lineage()[-1].base.parsed
    found = _CHAINS.get(parsed.familiar) if parsed is not None else None
    if found is None:
        return None
    title, programs, verbs = found
    cmd, entrypoint = stage.state.cmd, stage.state.entrypoint
    for line in (cmd, entrypoint):
        argv = getattr(line.value, "argv", None) if isinstance(line, Known) else None
        if argv and any(
            program in " ".join(argv).split() for program in (*programs, "bash", "java")
        ):
            return None
    if not (isinstance(cmd, Known) and isinstance(entrypoint, Known)):
        return None
    if not any(getattr(line.value, "step", None) is not None for line in (cmd, entrypoint)):
        return None
    for one in stage.lineage():
        for step in one.steps:
            for command in step.command(*programs) if step.name == "RUN" else ():
                if not verbs or any(word.value in verbs for word in command.args):
                    return title
    return None


def _megabytes(step: Step, command: Command, names: "list[str]") -> int | None:
    """What the packages and those they bring take, without those that were there before."""
    from dockwright.rules.api import packages

    files = step.before.files
    index = packages.index(files.distribution, files.suite)
    if index is None:
        return None

    def has(name: str) -> bool | None:
        found = files.package("apt", name)
        return bool(found.value) if isinstance(found, Known) else None

    recommends = not command.has("--no-install-recommends")
    closure = index.closure(names, recommends, has)
    if closure.unknown or not closure.complete:
        return None
    total = 0
    for name in closure.likely:
        if has(name) is False:
            size = index.size(name)
            if size is None:
                return None
            total += size
    megabytes = round(total / 1000)
    return round(megabytes, -1) if megabytes >= 100 else megabytes
