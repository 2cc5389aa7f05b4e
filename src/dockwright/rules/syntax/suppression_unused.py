"""DW0002 suppression-unused."""

from dockwright.rules.api import Bad, Good, Rule


class SuppressionUnused(Rule):
    """
    Delete ignore comments that silence nothing.

    The comment outlived what it excused, names another rule than the one that reports, or has
    passed its `until=` date. Left in place, it silences the next finding of that rule, which
    nobody has looked at.

    Silent about comments written for other tools, and about rules that did not run.
    """

    code = "DW0002"
    name = "suppression-unused"
    severity = "info"
    tags = ("suppression",)

    examples = (
        Bad(
            "FROM debian:12\n# dockwright: ignore[apt-lists-left] a debug image\nRUN make\n",
            at="# dockwright: ignore[apt-lists-left] a debug image",
            fixed="FROM debian:12\nRUN make\n",
        ),
        Bad(
            "FROM debian:12\n"
            "# dockwright: ignore[apt-lists-left, syntax-error] a debug image\n"
            "RUN apt-get update\n",
            at="syntax-error",
            fixed="FROM debian:12\n"
            "# dockwright: ignore[apt-lists-left] a debug image\n"
            "RUN apt-get update\n",
        ),
        Good(
            "FROM debian:12\n"
            "# dockwright: ignore[apt-lists-left] a debug image\n"
            "RUN apt-get update\n"
        ),
        Good("FROM debian:12\n# hadolint ignore=DL3009\nRUN make\n"),
    )
