"""DW3010 copy-after-user-no-chown."""

from dockwright.rules.api import AnyStep, Bad, Edit, Findings, Good, Known, Rule, lazy, unsafe
from dockwright.rules.users._final import is_root

_SYSTEM = lazy(r"/(?:s?bin|lib\w*|etc|usr(?!/src(?:/|$)))(?:/|$)")
_ARCHIVE = lazy(r"\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz|tzst)$")


class CopyAfterUserNoChown(Rule):
    """
    Give copied files to the user that is in force.

    `COPY` and `ADD` make files of root whatever `USER` says, so the program that runs as that user
    can read them at best. Where that is intended, nothing is to be done.

    Silent with `--chown`, while the user is root or unknown, for programs and settings below
    `/usr`, `/etc` and the like, for archives that `ADD` unpacks with their own owners, and on
    Windows.
    """

    code = "DW3010"
    name = "copy-after-user-no-chown"
    severity = "info"
    tier = "optional"
    tags = ("user", "copy")
    also = ("tally:copy-after-user-without-chown",)

    examples = (
        Bad(
            "FROM debian:12\nUSER app\nCOPY . /srv\n",
            at="COPY",
            fixed="FROM debian:12\nUSER app\nCOPY --chown=app . /srv\n",
        ),
        Bad(
            "FROM debian:12\nUSER 1001:0\nADD --link a.json /srv/\n",
            at="ADD",
            fixed="FROM debian:12\nUSER 1001:0\nADD --chown=1001:0 --link a.json /srv/\n",
        ),
        Good("FROM debian:12\nUSER app\nCOPY --chown=app . /srv\n"),
        Good("FROM debian:12\nCOPY . /srv\nUSER app\n"),
        Good("FROM debian:12\nUSER root\nCOPY . /srv\n"),
        Good("FROM debian:12\nUSER app\nCOPY start.sh /usr/local/bin/\nADD a.tar.gz /srv\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.name not in ("COPY", "ADD") or step.onbuild or step.stage.os == "windows":
            return
        user = step.before.user
        if not isinstance(user, Known) or not user.value or is_root(str(user.value)):
            return
        if step.node.flag("chown") is not None:
            return
        if len(step.words) < 2 or _roots(step):
            return
        yield self.at(
            step.node.keyword_span,
            f"the files will be root's, not {user.value}'s",
            because=(user.reason,),
        ).fix("give them to the user", unsafe(_chown(step, str(user.value))))


def _roots(step: AnyStep) -> bool:
    """Whether what is copied should be root's, or has owners of its own."""
    target = step.expand(step.words[-1].value)
    path = str(target.value) if isinstance(target, Known) else ""
    if _SYSTEM.match(path) or path == "/":
        return True
    return step.name == "ADD" and any(_ARCHIVE.search(word.value) for word in step.words[:-1])


def _chown(step: AnyStep, user: str) -> Edit | None:
    name = user.partition(":")[0]
    if step.node.flag("link") is not None and not name.isdigit():
        return None
    if any(char in user for char in " \t\"'$"):
        return None
    return step.insert(step.node.keyword_span.end, f" --chown={user}")
