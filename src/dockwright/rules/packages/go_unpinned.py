"""DW2155 go-unpinned."""

from dockwright.rules.api import HOLE, Bad, Findings, Good, Rule, ShellWord, Stage, Step
from dockwright.rules.packages._managers import GO, Call, calls
from dockwright.rules.packages._rpm import some

_MOVING = frozenset(("latest", "upgrade", "patch", "master", "main", "HEAD"))


class GoUnpinned(Rule):
    """
    Say which version of a Go program to install: `go install example.com/tool@v1.2.3`.

    `@latest`, a branch, or no version at all takes what is newest at the time of the build, so two
    builds of one Dockerfile may differ.

    Silent for packages of the project itself (paths, patterns such as `./...`, the standard
    library), with `-mod=vendor`, and without a version after a go.mod file, or a whole folder, was
    copied, because then that file says which version is meant (`-u` ignores it).
    """

    code = "DW2155"
    name = "go-unpinned"
    severity = "info"
    tier = "optional"
    tags = ("go", "pin")
    also = ("hadolint:DL3062",)

    examples = (
        Bad(
            "FROM golang:1.23\nRUN go install example.com/tool@latest\n",
            at="example.com/tool@latest",
        ),
        Bad("FROM golang:1.23\nRUN go get -u example.com/lib\n", at="example.com/lib"),
        Bad("FROM golang:1.23\nRUN go run example.com/tool@main\n", at="example.com/tool@main"),
        Bad("FROM golang:1.23\nCOPY . .\nRUN go get -u example.com/tool\n", at="example.com/tool"),
        Good("FROM golang:1.23\nRUN go install example.com/tool@v1.2.3\n"),
        Good("FROM golang:1.23\nRUN go install -tags prod example.com/tool@$VERSION\n"),
        Good("FROM golang:1.23\nRUN go install . ./cmd/tool ./... /src/tool cmd/vet all\n"),
        Good("FROM golang:1.23\nCOPY . .\nRUN go install example.com/project/cmd/tool\n"),
        Good("FROM golang:1.23\nRUN go run main.go && go build\n"),
    )

    def check(self, stage: Stage) -> Findings:
        project = False
        for step in stage.steps:
            if step.name in ("COPY", "ADD"):
                project = project or _copies_project(step)
                continue
            if step.name != "RUN" or step.onbuild:
                continue
            for call in calls(step, GO):
                if call.sub not in ("install", "get", "run") or "vendor" in call.given("-mod"):
                    continue
                loose = _loose(call, project and not call.has("-u"))
                if loose:
                    names = " ".join(text for _, text in loose).replace(HOLE, "…").split()
                    hidden = any(HOLE in text for _, text in loose)
                    yield self.at(loose[0][0], f"no version for {some(names)}", likely=hidden)


def _loose(call: Call, project: bool) -> "list[tuple[ShellWord, str]]":
    pairs = list(zip(call.operands, call.texts, strict=True))
    if call.sub == "run":
        pairs = pairs[:1]
    return [
        (word, text) for word, text in pairs if any(_unpinned(one, project) for one in text.split())
    ]


def _unpinned(text: str, project: bool) -> bool:
    path, at, version = text.partition("@")
    if at:
        return version in _MOVING
    if project or text.startswith((".", "/", "-")) or text.endswith(".go"):
        return False
    return "." in path.partition("/")[0] and "/" in path


def _copies_project(step: Step) -> bool:
    """Whether a COPY may bring a go.mod."""
    sources = [word.value.rstrip("/") for word in step.words[:-1]]
    return any(
        source in ("", ".")
        or "go." in source
        or "*" in source
        or "." not in source.rpartition("/")[2]
        for source in sources
    )
