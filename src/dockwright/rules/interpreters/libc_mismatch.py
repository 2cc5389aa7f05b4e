"""DW5204 libc-mismatch."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Known,
    Remedy,
    Rule,
    Stage,
    unsafe,
)
from dockwright.rules.interpreters._helpers import copies, libc


class LibcMismatch(Rule):
    """
    Build a program for the C library of the image it runs in.

    A program linked on Debian needs glibc's loader. In an Alpine, distroless-static or `scratch`
    image that loader is not there, and the start fails with `no such file or directory` although
    the file is. Go links so as soon as cgo is on and a package uses it (`net`, `os/user`).

    Silent when it is not known how the program was linked, or which C library the image has.
    """

    code = "DW5204"
    name = "libc-mismatch"
    severity = "warning"
    tags = ("go", "libc")
    mentions = ("from=",)

    examples = (
        Bad(
            "FROM golang:1.24-bookworm AS build\nWORKDIR /src\nCOPY . .\n"
            "RUN CGO_ENABLED=1 go build -o /out/server .\n"
            'FROM alpine:3.20\nCOPY --from=build /out/server /server\nCMD ["/server"]\n',
            at="/server",
            fixed="FROM golang:1.24-bookworm AS build\nWORKDIR /src\nCOPY . .\n"
            "RUN CGO_ENABLED=0 go build -o /out/server .\n"
            'FROM alpine:3.20\nCOPY --from=build /out/server /server\nCMD ["/server"]\n',
        ),
        Good(
            "FROM golang:1.24-bookworm AS build\nWORKDIR /src\nCOPY . .\n"
            "RUN CGO_ENABLED=0 go build -o /out/server .\n"
            'FROM alpine:3.20\nCOPY --from=build /out/server /server\nCMD ["/server"]\n'
        ),
        Good(
            "FROM golang:1.24-bookworm AS build\nWORKDIR /src\nCOPY . .\n"
            "RUN CGO_ENABLED=1 go build -o /out/server .\n"
            "FROM debian:bookworm-slim\nCOPY --from=build /out/server /server\n"
        ),
        Good(
            "FROM example.org/go:1 AS build\nRUN CGO_ENABLED=1 go build -o /out/server .\n"
            "FROM alpine:3.20\nCOPY --from=build /out/server /server\n"
        ),
        Good(
            "FROM golang:1.24-alpine AS build\nRUN CGO_ENABLED=1 go build -o /out/server .\n"
            "FROM alpine:3.20\nCOPY --from=build /out/server /server\n"
        ),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.built or stage.os != "linux":
            return
        for step, other, source, _ in copies(stage):
            found = other.state.files.stat(source)
            if not isinstance(found, Known) or found.value is None or found.value.kind != "file":
                continue
            linked = found.value.content
            if linked not in ("glibc", "musl"):
                continue
            here = libc(stage)
            if here is None or here[0] == linked:
                continue
            what = f"has {here[0]}" if here[0] else "has no C library"
            yield self.at(
                step.words[1],
                f"this program is linked for {linked}, and the image {what}",
                (found.reason, here[1]),
            ).fix("link it statically", _static(other))


def _static(stage: Stage) -> Remedy | None:
    for step in stage.steps:
        for command in step.command("go"):
            for name, value in command.assignments:
                if name == "CGO_ENABLED" and value.value == "1":
                    return unsafe(step.replace(value.span, "0"))
    return None
