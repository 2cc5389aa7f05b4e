"""DW3005 useradd-high-uid."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command, safe
from dockwright.rules.users._accounts import Options

LIMIT = 100_000


class UseraddHighUid(Rule):
    """
    Give `useradd` the option `-l` when the uid is large.

    useradd writes an entry for the account into `/var/log/lastlog` and `/var/log/faillog`, files
    with a slot for every uid up to the largest. They are sparse on disk, but a layer archive stores
    their full length.

    Silent for a uid below 100000, with `-l` or `--no-log-init`, and when the uid is a variable that
    nobody can evaluate.
    """

    code = "DW3005"
    name = "useradd-high-uid"
    severity = "warning"
    tags = ("size", "user")
    also = ("hadolint:DL3046", "parfum:DL3046")
    on = command("useradd")

    examples = (
        Bad(
            "FROM debian:12\nRUN useradd -m -u 1000670000 app\n",
            at="1000670000",
            fixed="FROM debian:12\nRUN useradd -l -m -u 1000670000 app\n",
        ),
        Bad(
            "FROM debian:12\nARG ID=200000\nRUN useradd --uid=$ID app\n",
            at="--uid=$ID",
            fixed="FROM debian:12\nARG ID=200000\nRUN useradd -l --uid=$ID app\n",
        ),
        Good("FROM debian:12\nRUN useradd -u 65532 app\n"),
        Good("FROM debian:12\nRUN useradd -lmu 1000670000 app\n"),
        Good("FROM debian:12\nRUN useradd --no-log-init --uid 1000670000 app\n"),
        Good("FROM debian:12\nARG JENKINS_USER_ID\nRUN useradd -u $JENKINS_USER_ID app\n"),
    )

    def check(self, run: RunStep) -> Findings:
        for one in run.command("useradd"):
            options = Options(one)
            found = options.given.get("uid")
            uid = options.value(run, "uid")
            if found is None or uid is None or "no-log-init" in options.given:
                continue
            if not str(uid.value).isdigit() or int(uid.value) < LIMIT:
                continue
            edit = None if run.node.is_json else run.insert_after(one.words[0], " -l")
            yield self.at(
                found[0],
                f"useradd with the uid {uid.value} and without `-l` writes a huge login record",
                because=(uid.reason,) if not uid.firm else (),
            ).fix("add `-l`", safe(edit, changes=("run:options",)))
