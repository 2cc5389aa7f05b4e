"""DW5208 go-module-missing."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Known,
    Reason,
    Rule,
    RunStep,
    Stage,
    command,
)

_MODULE = ("build", "install", "mod", "vet", "test", "list", "generate", "run", "get")
# Since Go 1.16 modules are on by default (go.dev/blog/go116-module-changes); since 1.22 `go get`
# needs one (go.dev/doc/go1.22).
_SINCE = (1, 16)
_GET_SINCE = (1, 22)


class GoModuleMissing(Rule):
    """
    Copy `go.mod` before `go build`.

    Since Go 1.16 a build outside of a module fails with `go.mod file not found in current
    directory or any parent directory`; the old `GOPATH` layout no longer helps. `go get` of a
    program outside of a module fails since Go 1.22: `go install path@version` does that.

    Silent when the version of Go or the build context is not known, when `GO111MODULE` is set, and
    for `go install path@version`.
    """

    code = "DW5208"
    name = "go-module-missing"
    severity = "error"
    tags = ("go",)
    on = command("go")

    examples = (
        Bad(
            "FROM golang:1.22\nWORKDIR /go/src/app\nCOPY . .\nRUN go build -o /app .\n",
            at="go build -o /app .",
            config={"context": {"main.go": 0o644}},
        ),
        Bad("FROM golang:1.23\nRUN go get example.org/tool\n", at="go get example.org/tool"),
        Good(
            "FROM golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n",
            config={"context": {"main.go": 0o644, "go.mod": 0o644}},
        ),
        Good("FROM golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n"),
        Good("FROM golang:1.22\nRUN go install example.org/tool@latest\n"),
        Good("FROM golang:1.13\nRUN go get example.org/tool\n"),
        Good("FROM golang:1.22\nWORKDIR /src\nRUN go mod init app && go build ./...\n"),
        Good("FROM golang:1.22\nENV GO111MODULE=off\nRUN go get example.org/tool\n"),
    )

    def check(self, step: RunStep) -> Findings:
        if step.onbuild or not step.stage.built or step.stage.os != "linux":
            return
        if step.before.variable("GO111MODULE") is not None or "GO111MODULE" in step.node.rest.text:
            return
        version = _version(step.stage)
        if version is None or version[0] < _SINCE:
            return
        points = step.points
        for found in step.command("go"):
            point = points.get(found.start)
            if point is None or not point.certain or not point.fatal or point.cwd is None:
                continue
            operands = [
                word.value for word in found.operands("-o", "-ldflags", "-tags", "-mod", "-C")
            ]
            if not operands or operands[0] not in _MODULE or found.has("-C", "-modfile"):
                continue
            if operands[0] == "mod" and (len(operands) < 2 or operands[1] == "init"):
                return
            if operands[0] == "get" and version[0] < _GET_SINCE:
                continue
            if any(word is None or "@" in word or word.endswith(".go") for word in operands[1:]):
                continue
            folder: str = point.cwd
            reason = None
            while True:
                there = point.contents.stat(f"{folder.rstrip('/')}/go.mod")
                work = point.contents.stat(f"{folder.rstrip('/')}/go.work")
                if not isinstance(there, Known) or there.value is not None:
                    return
                if not isinstance(work, Known) or work.value is not None:
                    return
                reason = reason or there.reason
                if folder == "/":
                    break
                folder = folder.rpartition("/")[0] or "/"
            yield self.at(
                found,
                f"there is no go.mod in {point.cwd} or above it: "
                f"Go {'.'.join(map(str, version[0]))} needs one",
                (reason, version[1]),
            )
            return


def _version(stage: Stage) -> tuple[tuple[int, int], Reason] | None:
    base = stage.lineage()[-1].base
    parsed = base.parsed
    if parsed is None or parsed.familiar != "golang":
        return None
    reason = Reason(f"the tag {parsed.tag or 'latest'} of the image", firm=base.firm)
    parts = parsed.tag.partition("-")[0].split(".")
    if len(parts) >= 2 and all(part.isdigit() for part in parts[:2]):
        return (int(parts[0]), int(parts[1])), reason
    found = stage.state.env("GOLANG_VERSION")
    if isinstance(found, Known) and isinstance(found.value, str):
        parts = found.value.split(".")
        if len(parts) >= 2 and all(part.isdigit() for part in parts[:2]):
            return (int(parts[0]), int(parts[1])), found.reason
    if parts[0] in ("", "latest", "alpine", "bookworm", "trixie", "1"):
        # A tag without a minor version is the newest of its day, and that has been past 1.22
        # since February 2024.
        return _GET_SINCE, reason
    return None
