"""DW3214 signature-off-rpm."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command, unsafe
from dockwright.rules.secrets._calls import WRAPPERS, calls, switches

_SWITCHES = ("--nodigest", "--nosignature", "--noverify", "--nofiledigest", "--nofiledigests")
_READS = ("-q", "-e", "-V", "--query", "--erase", "--verify")


class SignatureOffRpm(Rule):
    """
    Let `rpm` check the digests and signatures of the packages it installs.

    Without them nobody notices a package that was damaged or replaced on its way.

    Silent about queries and removals, where nothing is installed.
    """

    code = "DW3214"
    name = "signature-off-rpm"
    severity = "warning"
    tags = ("security", "rpm", "signature")
    also = ("checkov:CKV2_DOCKER_10",)
    on = command("rpm", *WRAPPERS)

    examples = (
        Bad(
            "FROM fedora:41\nRUN rpm -i --nosignature https://example.com/a.rpm\n",
            at="--nosignature",
            fixed="FROM fedora:41\nRUN rpm -i https://example.com/a.rpm\n",
        ),
        Bad(
            "FROM fedora:41\nRUN rpm -Uvh --nodigest --nofiledigest a.rpm\n",
            at=("--nodigest", "--nofiledigest"),
            fixed="FROM fedora:41\nRUN rpm -Uvh a.rpm\n",
        ),
        Good("FROM fedora:41\nRUN rpm -i --nodeps a.rpm\n"),
        Good("FROM fedora:41\nRUN rpm -qa --nosignature\n"),
    )

    def check(self, run: RunStep) -> Findings:
        for one in calls(run, "rpm"):
            found = list(switches(one, "DErp"))
            if any(option in _READS for _, option in found):
                continue
            for word, option in found:
                if option in _SWITCHES:
                    yield self.at(word, f"`{option}` installs packages unchecked").fix(
                        "check the packages", unsafe(run.delete_words(word))
                    )
