"""DW3008 user-group-drops-groups."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Known, Rule, Span, UserStep, unsafe
from dockwright.rules.users._accounts import Options, accounts, text_of


class UserGroupDropsGroups(Rule):
    """
    Leave the group out of `USER` when the account needs its supplementary groups.

    With `USER name:group` a container gets that one group; those that `useradd -G` or `usermod -aG`
    gave the account before are not looked up.

    Silent when the file does not itself add the account to a group, or only to the group that
    `USER` names.
    """

    code = "DW3008"
    name = "user-group-drops-groups"
    severity = "warning"
    tier = "preview"
    tags = ("user",)
    also = ("tally:user-explicit-group-drops-supplementary-groups",)

    examples = (
        Bad(
            "FROM debian:12\nRUN useradd -G video,audio app\nUSER app:app\n",
            at=":app",
            fixed="FROM debian:12\nRUN useradd -G video,audio app\nUSER app\n",
        ),
        Bad(
            "FROM debian:12\nRUN useradd app && usermod -aG docker app\nUSER app:app\n",
            at=":app",
            fixed="FROM debian:12\nRUN useradd app && usermod -aG docker app\nUSER app\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN adduser -D app && addgroup app video\nUSER app:app\n",
            at=":app",
            fixed="FROM alpine:3.20\nRUN adduser -D app && addgroup app video\nUSER app\n",
        ),
        Good("FROM debian:12\nRUN useradd -G video app\nUSER app\n"),
        Good("FROM debian:12\nRUN useradd -G video app\nUSER app:video\n"),
        Good("FROM debian:12\nRUN useradd app\nUSER app:app\n"),
    )

    def check(self, user: UserStep) -> Findings:
        if user.onbuild or not user.words or user.stage.os == "windows":
            return
        word = user.words[0]
        value = user.after.user
        if not isinstance(value, Known) or ":" not in str(value.value):
            return
        name, _, group = str(value.value).partition(":")
        lost = sorted(_groups(user, name) - {group})
        if not lost:
            return
        written = word.value
        plain = "$" not in written and word.at >= 0
        span = user.node.value_span(word, written.find(":"), len(written)) if plain else word.span
        yield self.at(
            span,
            f"the group in `USER` keeps {name} out of {', '.join(lost)}",
            because=(value.reason,) if not value.firm else (),
        ).fix("drop the group", unsafe(_drop(user, span, plain)))


def _drop(user: UserStep, span: Span, plain: bool) -> Edit | None:
    return user.delete(span) if plain else None


def _groups(user: UserStep, name: str) -> set[str]:
    """The groups that the file gives `name` before the step."""
    found: set[str] = set()
    for account in accounts(user.stage):
        earlier = account.run.stage is not user.stage or account.run.index < user.index
        if account.name == name and earlier and account.sure and account.groups:
            found.update(account.groups.split(","))
    for stage in user.stage.lineage():
        for step in stage.steps:
            if (
                step.name != "RUN"
                or step.onbuild
                or (stage is user.stage and step.index > user.index)
            ):
                continue
            for command in step.command("usermod", "adduser", "addgroup", "gpasswd"):
                if command.conditional:
                    continue
                options = Options(command)
                words = [text_of(step, word) for word in options.operands]
                operands = [str(word.value) for word in words if word is not None]
                if command.name == "usermod":
                    groups = options.value(step, "groups")
                    if groups is not None and "append" in options.given and operands[-1:] == [name]:
                        found.update(str(groups.value).split(","))
                elif command.name != "gpasswd" and len(operands) == 2 and operands[0] == name:
                    found.add(operands[1])
                elif command.name == "gpasswd" and operands:
                    member = options.value(step, "append")
                    if member is not None and member.value == name:
                        found.add(operands[-1])
    found.discard("")
    return found
