"""DW2204 wget-and-curl."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Stage

TOOLS = ("wget", "curl")


class WgetAndCurl(Rule):
    """
    Use `wget` or `curl` in an image, not both.

    One downloader is enough; the second one only adds a package with its libraries and its
    security updates.

    Silent when the two run in stages of which only one ships, and for the second call of `wget …
    || curl …`, which takes what is there.
    """

    code = "DW2204"
    name = "wget-and-curl"
    severity = "warning"
    tier = "optional"
    tags = ("size",)
    also = (
        "hadolint:DL4001",
        "trivy:DS-0014",
        "kics:fc775e75",
        "semgrep:use-either-wget-or-curl",
    )

    examples = (
        Bad(
            "FROM debian:12\nRUN wget https://a.example/x\nRUN curl -fO https://a.example/y\n",
            at="curl",
        ),
        Bad(
            "FROM debian:12 AS a\nRUN wget https://a.example/x\n"
            "FROM a\nRUN curl -fO https://a.example/y\n",
            at="curl",
        ),
        Good(
            "FROM debian:12 AS a\nRUN wget https://a.example/x\n"
            "FROM debian:12\nRUN curl -fO https://a.example/y\n"
        ),
        Good("FROM debian:12\nRUN wget https://a.example/x || curl -fO https://a.example/x\n"),
        Good("FROM debian:12\nRUN apt-get install -y curl wget\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.shipped:
            return
        first = ""
        for one in reversed(stage.lineage()):
            for step in one.steps:
                if step.name != "RUN" or step.onbuild:
                    continue
                for call in step.command(*TOOLS):
                    if call.operator == "||":
                        continue
                    if not first:
                        first = call.name
                    elif call.name != first:
                        if one is stage:
                            yield self.at(
                                call.name_span, f"`{call.name}` beside `{first}` in one image"
                            )
                        return
