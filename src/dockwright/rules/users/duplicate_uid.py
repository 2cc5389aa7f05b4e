"""DW3007 duplicate-uid."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Stage
from dockwright.rules.users._accounts import accounts

_CHANGE = ("userdel", "deluser", "usermod", "sed")


class DuplicateUid(Rule):
    """
    Give every account a uid of its own.

    The kernel knows numbers only: two names of one uid own each other's files and may stop each
    other's processes, and an account of uid 0 is root under another name.

    Silent when a uid or name is a variable that nobody can evaluate, when an account may be made
    in one branch only, and when the stage deletes or changes accounts.
    """

    code = "DW3007"
    name = "duplicate-uid"
    severity = "warning"
    tier = "preview"
    tags = ("security", "user")
    also = ("dockle:DKL-LI-0002",)

    examples = (
        Bad("FROM debian:12\nRUN useradd -u 1001 a && useradd -o -u 1001 b\n", at="1001"),
        Bad("FROM debian:12\nRUN useradd -ou 0 toor\n", at="0"),
        Good("FROM debian:12\nRUN useradd -u 1001 a && useradd -u 1002 b\n"),
        Good("FROM debian:12\nRUN useradd -u 1001 a && userdel a && useradd -u 1001 b\n"),
        Good("FROM debian:12 AS a\nRUN useradd -u 1001 a\nFROM debian:12\nRUN useradd -u 1001 b\n"),
        Good("FROM debian:12\nRUN useradd -u 1001 a || useradd -u 1001 b\n"),
    )

    def check(self, stage: Stage) -> Findings:
        found = list(accounts(stage))
        if not found or (len(found) > 1 and _changed(stage)):
            return
        taken: dict[str, str] = {"0": "root"}
        for account in found:
            uid, name = account.uid, account.name
            if not uid or not name or not uid.isdigit() or not account.sure:
                continue
            uid = str(int(uid))
            owner = taken.get(uid)
            given = account.options.given["uid"]
            if owner and owner != name and account.run.stage is stage and given is not None:
                yield self.at(
                    given[0],
                    f"{name} gets the uid {uid}, which {owner} has",
                    likely=not account.firm,
                )
            taken.setdefault(uid, name)


def _changed(stage: Stage) -> bool:
    return any(
        command.name in _CHANGE
        for one in stage.lineage()
        for step in one.steps
        if step.name == "RUN"
        for command in step.commands
    )
