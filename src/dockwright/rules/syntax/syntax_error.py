"""DW0001 syntax-error."""

from dockwright.rules.api import Bad, Build, Findings, Good, Rule

# A file with more errors than this is no Dockerfile yet: more of them help nobody.
MOST = 50


class Refused(Rule):
    """
    Write what the engine accepts.

    BuildKit refuses the file with this message, so nothing else about it matters before it is
    mended. BuildKit stops at the first error; all are shown here, because the rest of the file is
    read on as well as it can be.

    Silent about what comes after the first fifty errors, and about what only a newer or an older
    frontend refuses.
    """

    code = "DW0001"
    name = "syntax-error"
    severity = "error"
    tags = ("syntax",)
    also = ("hadolint:DL1000",)

    examples = (
        Bad("FROM debian:12\nENV A\n", at="ENV A"),
        Bad("FROM debian:12\nCOPY <<EOF /a\nx\n", at="COPY <<EOF /a"),
        Good("FROM debian:12\nENV A=1\n"),
    )

    def check(self, build: Build) -> Findings:
        problems = build.problems
        for problem in problems[:MOST]:
            yield self.at(problem.span, problem.message)
        if len(problems) > MOST:
            left = len(problems) - MOST
            more = f"{problems[MOST].message} (and {left - 1} more errors below)"
            yield self.at(problems[MOST].span, more if left > 1 else problems[MOST].message)
