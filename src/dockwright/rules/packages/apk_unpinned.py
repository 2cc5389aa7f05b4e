"""DW2112 apk-unpinned."""

from dockwright.rules.api import HOLE, Bad, Findings, Good, Rule, RunStep, command
from dockwright.rules.packages._managers import APK, WRAPPERS, calls
from dockwright.rules.packages._rpm import some


class ApkUnpinned(Rule):
    """
    Say which version of an Alpine package to install: `apk add curl=8.9.1-r1` or `curl~8.9`.

    Without a version two builds of one Dockerfile may differ. A pin has its price: Alpine keeps
    one version per branch, so an exact pin breaks the build when the package is updated.

    Silent for any version constraint (`=`, `~`, `<`, `>`), files and paths, conflicts (`!name`),
    names of virtual packages, a dry run, and words that a substitution makes.
    """

    code = "DW2112"
    name = "apk-unpinned"
    severity = "info"
    tier = "optional"
    tags = ("apk", "pin")
    also = ("hadolint:DL3018", "kics:d3499f6d")
    on = command(*APK.programs, *WRAPPERS)

    examples = (
        Bad("FROM alpine:3.20\nRUN apk add --no-cache curl=8.9.1-r1 git\n", at="git"),
        Bad("FROM alpine:3.20\nRUN apk add --no-cache -t .build gcc make\n", at="gcc"),
        Bad("FROM alpine:3.20\nRUN apk add --no-cache helm@edge\n", at="helm@edge"),
        Good("FROM alpine:3.20\nRUN apk add --no-cache curl~8.9 'git>2' jq=$JQ_VERSION\n"),
        Good("FROM alpine:3.20\nARG PKG=jq=1.7\nRUN apk add --no-cache $PKG\n"),
        Good("FROM alpine:3.20\nRUN apk add --no-cache ./tool.apk /tmp/*.apk !wget\n"),
        Good("FROM alpine:3.20\nRUN apk add --no-cache --virtual .build curl~8\n"),
    )

    def check(self, run: RunStep) -> Findings:
        for call in calls(run, APK):
            if not call.installs or call.has("-s", "--simulate"):
                continue
            loose = [
                (word, text)
                for word, text in zip(call.operands, call.texts, strict=True)
                if any(_unpinned(one) for one in text.split())
            ]
            if loose:
                names = " ".join(text for _, text in loose).replace(HOLE, "…").split()
                hidden = any(HOLE in text for _, text in loose)
                yield self.at(loose[0][0], f"no version for {some(names)}", likely=hidden)


def _unpinned(text: str) -> bool:
    return not (
        any(char in text for char in "=~<>/") or text.endswith(".apk") or text.startswith("!")
    )
