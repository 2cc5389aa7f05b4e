"""DW0008 first-instruction."""

from dockwright.rules.api import Bad, Build, Findings, Good, Rule

_KNOWN = (
    *("ADD", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER"),
    *("ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
)


class FirstInstruction(Rule):
    """
    Begin with `FROM`; only `ARG` may stand before it.

    Every other instruction changes an image, and before the first `FROM` there is none: the build
    stops there.

    Silent about lines whose first word is no instruction at all.
    """

    code = "DW0008"
    name = "first-instruction"
    severity = "error"
    tags = ("syntax",)
    also = ("hadolint:DL3061", "slim:20002", "slim:20009")

    examples = (
        Bad("RUN make\nFROM debian:12\n", at="RUN make"),
        Bad("ARG A=1\nLABEL a=b\nENV a=b\n", at="LABEL a=b"),
        Bad("ARG A=1\n", at="ARG A=1"),
        Bad("ONBUILD RUN make\nFROM debian:12\n", at="ONBUILD RUN make"),
        Good("# a\nARG A=1\nFROM debian:$A\nRUN make\n"),
    )

    def check(self, build: Build) -> Findings:
        for node in build.strays:
            if node.name in _KNOWN:
                yield self.at(node.line_span, f"`{node.name}` stands before the first `FROM`")
                return
        if not build.stages and not build.strays and build.globals:
            yield self.at(build.globals[-1].line_span, "the file has no `FROM`")
