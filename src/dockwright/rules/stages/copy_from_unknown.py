"""DW1104 copy-from-unknown."""

from dockwright.rules.api import AnyStep, Bad, Findings, Good, Rule, lazy, near, unsafe
from dockwright.rules.stages._graph import needs, source_stage

_VARIABLE = lazy(r"(?<!\\)\$[A-Za-z_{]")
# Near a stage's name or not: these are likely to mean the image.
_IMAGES = (
    *("alpine", "bash", "buildpack-deps", "busybox", "caddy", "composer", "debian", "docker"),
    *("fedora", "golang", "gradle", "httpd", "maven", "mysql", "nginx", "node", "openjdk", "php"),
    *("postgres", "python", "redis", "ruby", "rust", "traefik", "ubuntu"),
)


class CopyFromUnknown(Rule):
    """
    Copy and mount from a stage above, or from an image named in full.

    What is no stage is pulled as an image of that name: a typo ends in `pull access denied`, or
    worse, in somebody else's image. A stage further down is not built yet, and variables are not
    replaced here.

    Silent for numbers and names of stages above, for named build contexts, and for images with a
    path, a tag or a digest. A single word that could be an image is only reported as likely.
    """

    code = "DW1104"
    name = "copy-from-unknown"
    tags = ("stages",)
    mentions = ("from=",)
    also = ("hadolint:DL3022", "kics:68a51e22")

    examples = (
        Bad(
            "FROM golang:1 AS builder\nRUN go version > /a\n"
            "FROM debian:12\nCOPY --from=bulder /a /a\n",
            at="bulder",
            fixed="FROM golang:1 AS builder\nRUN go version > /a\n"
            "FROM debian:12\nCOPY --from=builder /a /a\n",
        ),
        Bad("FROM debian:12\nCOPY --from=build /a /a\nFROM golang:1 AS build\n", at="build"),
        Bad("FROM debian:12\nCOPY --from=nginx /a /a\n", at="nginx"),
        Bad("FROM debian:12\nCOPY --from=3 /a /a\n", at="3"),
        Bad("ARG V=1\nFROM debian:12\nCOPY --from=acme/tools:$V /a /a\n", at="acme/tools:$V"),
        Bad(
            "FROM debian:12 AS deps\nFROM debian:12\n"
            "RUN --mount=type=bind,from=dep,target=/d make\n",
            at="dep",
            fixed="FROM debian:12 AS deps\nFROM debian:12\n"
            "RUN --mount=type=bind,from=deps,target=/d make\n",
        ),
        Good(
            "FROM golang:1 AS Build\nFROM debian:12\nCOPY --from=build /a /a\nCOPY --from=0 /b /b\n"
        ),
        Good("FROM debian:12\nCOPY --from=nginx:1 /a /a\nCOPY --from=acme/tools /b /b\n"),
        Good("FROM debian:12\nCOPY --from=assets /a /a\n", config={"named-contexts": ["assets"]}),
        Good("FROM debian:12\nONBUILD COPY --from=build /a /a\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.onbuild or step.name not in ("COPY", "RUN"):
            return
        stage = step.stage
        build = stage.build
        for word in step.sources:
            name = word.value
            found = source_stage(step, name)
            if found is not None:
                if found.index > stage.index and not needs(build, found, stage):
                    line = found.from_step.node.first_line
                    yield self.at(word, f"the stage `{name}` comes only in line {line}")
                continue
            if name in build.contexts or name == "scratch":
                continue
            if _VARIABLE.search(name):
                yield self.at(word, f"`{name}`: variables are not replaced here")
                continue
            if name.isdigit() and step.name == "COPY":
                yield self.at(word, f"there is no stage number {name}")
                continue
            if any(mark in name for mark in "/:@$"):
                continue
            names = [one.name for one in build.stages[: stage.index] if one.name]
            guess = None if name in _IMAGES else near(name, names)
            if guess is None:
                message = f"there is no stage `{name}`: the image `{name}:latest` is pulled"
                yield self.at(word, message, likely=True)
                continue
            edit = step.replace(word.span, guess) if word.at >= 0 else None
            yield self.at(word, f"there is no stage `{name}`; did you mean `{guess}`?").fix(
                f"use `{guess}`", unsafe(edit)
            )
