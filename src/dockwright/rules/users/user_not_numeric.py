"""DW3003 user-not-numeric."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Known, Rule, Stage, UserStep, safe
from dockwright.rules.users._accounts import uid_of
from dockwright.rules.users._final import is_root


class UserNotNumeric(Rule):
    """
    Give the final `USER` as a number.

    Kubernetes refuses a pod with `runAsNonRoot` when the image names its user by a word: only a
    number proves, without a look into the image, that it is not root.

    Silent about every `USER` but the last of the final stage, about root (a concern of its own),
    and when the user is a variable nobody can evaluate.
    """

    code = "DW3003"
    name = "user-not-numeric"
    severity = "info"
    tier = "optional"
    tags = ("kubernetes", "user")
    also = ("hadolint:DL3066",)

    examples = (
        Bad("FROM debian:12\nUSER app\n", at="app"),
        Bad(
            "FROM debian:12\nRUN useradd -r -u 1001 app\nUSER app\n",
            at="app",
            fixed="FROM debian:12\nRUN useradd -r -u 1001 app\nUSER 1001\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN adduser -D -u 1001 app\nUSER app:daemon\n",
            at="app:daemon",
            fixed="FROM alpine:3.20\nRUN adduser -D -u 1001 app\nUSER 1001:daemon\n",
        ),
        Good("FROM debian:12\nUSER 1001\n"),
        Good("FROM debian:12\nUSER 1001:app\n"),
        Good("FROM debian:12\nENV ID=1001\nUSER $ID\n"),
        Good("FROM debian:12\nUSER app\nRUN make\nUSER 1001\n"),
        Good("FROM debian:12 AS build\nUSER app\nFROM debian:12\n"),
        Good("FROM debian:12\nUSER root\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os == "windows":
            return
        user = stage.state.user
        users = [s for s in stage.steps if s.name == "USER" and not s.onbuild and s.words]
        if not users or not isinstance(user, Known) or not user.value or is_root(user.value):
            return
        name = str(user.value).partition(":")[0].strip("\"'")
        if not name or name.isdigit():
            return
        uid = uid_of(stage, name)
        shown = f" (its uid is {uid})" if uid else ""
        yield self.at(
            users[-1].words[0], f"the user is a name, {name}{shown}", because=(user.reason,)
        ).fix("write the number", safe(_number(users[-1], name, uid), changes=("user",)))


def _number(step: UserStep, name: str, uid: str) -> Edit | None:
    word = step.words[0]
    written = word.value
    if not uid or not (written == name or written.startswith(name + ":")) or word.at < 0:
        return None
    return step.replace(step.node.value_span(word, 0, len(name)), uid)
