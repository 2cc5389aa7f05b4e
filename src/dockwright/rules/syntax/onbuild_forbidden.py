"""DW0010 onbuild-forbidden."""

from dockwright.rules.api import Bad, Build, Findings, Good, Rule, near

_FORBIDDEN = ("ONBUILD", "FROM", "MAINTAINER")
_ALLOWED = (
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "RUN"),
    *("SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
)


class OnbuildForbidden(Rule):
    """
    Put an instruction into `ONBUILD` that can run there.

    `ONBUILD`, `FROM` and `MAINTAINER` are refused at once. A word that is no instruction is only
    found out later, in the builds of everybody who uses the image.

    Silent about an `ONBUILD` without instruction, which is a syntax error.
    """

    code = "DW0010"
    name = "onbuild-forbidden"
    severity = "error"
    tags = ("syntax", "onbuild")
    mentions = ("onbuild",)
    also = ("hadolint:DL3043", "tally:invalid-onbuild-trigger")

    examples = (
        Bad("FROM debian:12\nONBUILD FROM debian:13\n", at="FROM"),
        Bad("FROM debian:12\nONBUILD onbuild RUN make\n", at="onbuild"),
        Bad("FROM debian:12\nONBUILD MAINTAINER me\n", at="MAINTAINER"),
        Bad("FROM debian:12\nONBUILD RUNN make\n", at="RUNN"),
        Good("FROM debian:12\nONBUILD RUN make\nONBUILD copy . /a\n"),
    )

    def check(self, build: Build) -> Findings:
        for node in build.tree.instructions:
            inner = node.trigger
            if inner is None or not inner.keyword:
                continue
            if inner.name in _FORBIDDEN:
                message = f"`{inner.name}` cannot be a trigger"
            elif inner.name not in _ALLOWED:
                guess = near(inner.name, _ALLOWED)
                hint = f"; did you mean `{guess}`?" if guess else ""
                message = f"`{inner.keyword}` is no instruction{hint}"
            else:
                continue
            yield self.at(inner.keyword_span, message)
