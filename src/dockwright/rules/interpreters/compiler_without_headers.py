"""DW5207 compiler-without-headers."""

from dockwright.rules.api import Bad, Findings, Good, Known, Rule, RunStep, command, unsafe

_HEADERS = {"gcc": "libc6-dev", "clang": "libc6-dev", "g++": ""}


class CompilerWithoutHeaders(Rule):
    """
    Install the C library's headers with the compiler.

    On Debian `gcc` only recommends `libc6-dev`. With `--no-install-recommends` it comes without
    `stdlib.h` and cannot compile anything: `fatal error: stdlib.h: No such file or directory`, at
    the first package that has no wheel. Where all have one, nothing needs the compiler.

    Silent when the headers come with another package, when recommended packages are installed,
    and in images of other distributions.
    """

    code = "DW5207"
    name = "compiler-without-headers"
    severity = "warning"
    tags = ("apt", "compiler")
    on = command("apt-get", "apt")
    mentions = ("gcc", "clang")

    examples = (
        Bad(
            "FROM python:3.12-slim\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends gcc\n",
            at="gcc",
            fixed="FROM python:3.12-slim\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev\n",
        ),
        Good(
            "FROM python:3.12-slim\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev\n"
        ),
        Good(
            "FROM python:3.12-slim\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends build-essential\n"
        ),
        Good("FROM python:3.12-slim\nRUN apt-get update && apt-get install -y gcc\n"),
        Good(
            "FROM python:3.12\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends gcc\n"
        ),
        Good(
            "FROM debian:bookworm-slim\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev\n"
            "RUN apt-get install -y --no-install-recommends libc6-dev\n"
        ),
    )

    def check(self, step: RunStep) -> Findings:
        if step.onbuild or step.stage.os != "linux":
            return
        for found in step.command("apt-get", "apt"):
            if not found.runs("install") or found.conditional:
                continue
            for word in found.operands()[1:]:
                headers = _HEADERS.get(word.value or "")
                if not headers:
                    continue
                files = step.stage.state.files
                there = files.package("apt", headers)
                compiler = files.package("apt", word.value or "")
                if not isinstance(there, Known) or there.value or not isinstance(compiler, Known):
                    continue
                yield self.at(
                    word,
                    f"{word.value} comes without {headers} here and can compile nothing",
                    (there.reason,),
                ).fix(f"install {headers} too", unsafe(step.insert_after(word, f" {headers}")))
