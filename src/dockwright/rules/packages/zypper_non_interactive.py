"""DW2131 zypper-non-interactive."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command
from dockwright.rules.packages._managers import WRAPPERS, ZYPPER
from dockwright.rules.packages._rpm import unanswered


class ZypperNonInteractive(Rule):
    """
    Call `zypper` with `--non-interactive` when it installs, updates or removes.

    A build has nobody who answers: zypper finds no terminal, takes that for a no and fails.

    Silent for `-n` before the sub-command, `-y` or `--no-confirm` behind it, a dry run, an answer
    that comes through a pipe, and options in a variable that cannot be read.
    """

    code = "DW2131"
    name = "zypper-non-interactive"
    severity = "warning"
    tags = ("zypper", "build")
    also = ("hadolint:DL3034", "kics:45e1fca5", "semgrep:missing-zypper-no-confirm-switch")
    on = command(*ZYPPER.programs, *WRAPPERS)

    examples = (
        Bad(
            "FROM opensuse/leap:15.6\nRUN zypper install git && zypper clean\n",
            at="zypper install",
            fixed="FROM opensuse/leap:15.6\n"
            "RUN zypper --non-interactive install git && zypper clean\n",
        ),
        Bad(
            "FROM opensuse/leap:15.6\nRUN zypper rm git\n",
            at="zypper rm",
            fixed="FROM opensuse/leap:15.6\nRUN zypper --non-interactive rm git\n",
        ),
        Good("FROM opensuse/leap:15.6\nRUN zypper -n in git && zypper clean\n"),
        Good(
            "FROM opensuse/leap:15.6\nRUN zypper --gpg-auto-import-keys -n in git && zypper clean\n"
        ),
        Good(
            "FROM opensuse/leap:15.6\nRUN zypper in -y git && zypper up --no-confirm && zypper cc\n"
        ),
        Good("FROM opensuse/leap:15.6\nRUN zypper refresh && zypper clean\n"),
        Good("FROM opensuse/leap:15.6\nRUN zypper install --dry-run git\n"),
    )

    def check(self, run: RunStep) -> Findings:
        yield from unanswered(self, run, ZYPPER)
