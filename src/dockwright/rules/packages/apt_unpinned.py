"""DW2105 apt-unpinned."""

from dockwright.rules.api import HOLE, Bad, Findings, Good, Rule, RunStep, command
from dockwright.rules.packages._managers import APT, WRAPPERS, calls
from dockwright.rules.packages._rpm import some


class AptUnpinned(Rule):
    """
    Say which version of a package to install: `apt-get install curl=7.88.1-10`.

    Without a version two builds of one Dockerfile may differ. A pin has its price: archives drop
    old versions, so that the build fails later, and what the package depends on stays unpinned. A
    base image pinned by digest, or a snapshot archive, is often the better tool.

    Silent for `package=version` (wildcards and variables included), `package/suite`, files and
    paths, removals (`package-`), a dry run, and words that a substitution makes.
    """

    code = "DW2105"
    name = "apt-unpinned"
    severity = "info"
    tier = "optional"
    tags = ("apt", "pin")
    also = ("hadolint:DL3008", "kics:965a08d7")
    on = command(*APT.programs, *WRAPPERS)

    examples = (
        Bad("FROM debian:12\nRUN apt-get install -y curl=7.88.1-10 git\n", at="git"),
        Bad("FROM debian:12\nRUN apt-get install -y -t bookworm-backports git wget\n", at="git"),
        Bad(
            "FROM debian:12\nARG PYTHON=3.11\nRUN apt-get install -y python$PYTHON\n",
            at="python$PYTHON",
        ),
        Bad("FROM debian:12\nARG PACKAGES\nRUN apt-get install -y $PACKAGES\n", at="$PACKAGES"),
        Good("FROM debian:12\nRUN apt-get install -y curl=7.* git=${GIT_VERSION}\n"),
        Good("FROM debian:12\nARG PKG=curl=7.88.1-10\nRUN apt-get install -y $PKG\n"),
        Good("FROM debian:12\nRUN apt-get install -y git/bookworm-backports\n"),
        Good("FROM debian:12\nRUN apt-get install -y ./tool.deb /tmp/*.deb\n"),
        Good("FROM debian:12\nRUN apt-get install -y curl=7.88.1-10 wget-\n"),
        Good("FROM debian:12\nRUN apt-get install --dry-run curl\n"),
    )

    def check(self, run: RunStep) -> Findings:
        for call in calls(run, APT):
            if call.sub not in ("install", "reinstall") or call.has(
                "-s", "--dry-run", "--simulate"
            ):
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
        "=" in text or "/" in text or text.endswith((".deb", "-")) or text.startswith(("~", "?"))
    )
