"""DW0004 suppression-forbidden."""

from dockwright.rules.api import Bad, Good, Rule


class SuppressionForbidden(Rule):
    """
    Change the configuration in place of the file: ignore comments are switched off here.

    With `allow-inline-ignores = false`, exceptions are made in one place that is reviewed
    (`ignore`, `per-file-ignores`, the baseline). A comment in the file silences nothing then, ours
    or another tool's, and reading it misleads.

    Silent unless that setting is off.
    """

    code = "DW0004"
    name = "suppression-forbidden"
    tags = ("suppression",)
    also = ("hadolint:DL1001",)

    examples = (
        Bad(
            "FROM debian:12\n# hadolint ignore=DL3009\nRUN apt-get update\n",
            at="# hadolint ignore=DL3009",
            config={"allow-inline-ignores": False},
        ),
        Good("FROM debian:12\n# hadolint ignore=DL3009\nRUN apt-get update\n"),
    )
