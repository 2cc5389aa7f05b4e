"""DW0003 suppression-malformed."""

from dockwright.rules.api import Bad, Good, Rule


class SuppressionMalformed(Rule):
    """
    Write ignore comments so that they can be read.

    A comment that names no rule, or a rule that does not exist, silences nothing, and who wrote it
    does not notice. The form is `# dockwright: ignore[rule, rule] reason`; `ignore-stage` and
    `ignore-file` reach further, and `until=2027-01-31` before the reason sets an end. With
    `require-reason`, the reason may not be missing.

    Silent about comments written for other tools.
    """

    code = "DW0003"
    name = "suppression-malformed"
    tags = ("suppression",)

    examples = (
        Bad(
            "FROM debian:12\n# dockwright: ignore\nRUN apt-get update\n",
            at="# dockwright: ignore",
        ),
        Bad(
            "FROM debian:12\n# dockwright: ignore[apt-list-left]\nRUN apt-get update\n",
            at="apt-list-left",
        ),
        Bad(
            "FROM debian:12\n# dockwright: ignore[apt-lists-left]\nRUN apt-get update\n",
            at="# dockwright: ignore[apt-lists-left]",
            config={"require-reason": True},
        ),
        Good("FROM debian:12\n# dockwright: ignore[DW2104] a debug image\nRUN apt-get update\n"),
        Good("FROM debian:12\n# hadolint ignore=DL99\nRUN apt-get update\n"),
    )
