"""DW2104 apt-lists-left."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Rule,
    RunStep,
    ShellWord,
    command,
    lazy,
    re,
    safe,
    unsafe,
)
from dockwright.rules.packages._managers import APT, WRAPPERS, Call, calls, cleans

_NAMES = lazy("apt|list|clean|cache", re.IGNORECASE)
LISTS = "/var/lib/apt/lists"
# Programs that trust that the index of apt is there.
_USERS = frozenset(
    ("rosdep", "mk-build-deps", "gdebi", "debi", "apt-cache", "apt-file", "apt-rdepends")
)
_SHELLS = frozenset(("sh", "bash", "dash", "source", "."))


class AptListsLeft(Rule):
    """
    Delete the apt package index in the `RUN` that downloads it.

    A later `RUN rm` cannot shrink an earlier layer: the index ships with the image and goes stale
    there, although nothing reads it at run time.

    Silent when the same `RUN` deletes it afterwards (`rm`, `find`, `apt-get dist-clean`, or a
    clean-up script that cannot be read), when the directory is a cache or tmpfs mount, and in a
    stage whose file system never reaches the final image.
    """

    code = "DW2104"
    name = "apt-lists-left"
    severity = "info"
    tags = ("apt", "size")
    also = (
        "hadolint:DL3009",
        "kics:df746b39",
        "semgrep:remove-package-lists",
        "dockle:DKL-DI-0005",
        "parfum:aptGetInstallThenRemoveAptLists",
    )
    on = command(*APT.programs, *WRAPPERS)

    examples = (
        Bad(
            "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
            at="apt-get update",
            fixed="FROM debian:12\nRUN apt-get update && apt-get install -y curl"
            " && rm -rf /var/lib/apt/lists/*\n",
        ),
        Bad(
            "FROM debian:12\nRUN apt-get update \\\n    && apt-get install -y \\\n"
            "        curl \\\n        git  # tools\nUSER 1000\n",
            at="apt-get update",
            fixed="FROM debian:12\nRUN apt-get update \\\n    && apt-get install -y \\\n"
            "        curl \\\n        git \\\n    && rm -rf /var/lib/apt/lists/*  # tools\n"
            "USER 1000\n",
        ),
        Bad(
            "FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get install -y curl\nEOF\n",
            at="apt-get update",
            fixed="FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get install -y curl\n"
            "rm -rf /var/lib/apt/lists/*\nEOF\n",
        ),
        Bad(
            "FROM debian:12\nRUN sudo apt-get update; sudo apt-get install -y curl > /dev/null\n",
            at="sudo apt-get update",
            fixed="FROM debian:12\n"
            "RUN sudo apt-get update; sudo apt-get install -y curl > /dev/null"
            " && sudo rm -rf /var/lib/apt/lists/*\n",
        ),
        Bad(
            "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\n", at="apt-get update"
        ),
        Bad(
            "FROM debian:12\nRUN rm -rf /var/lib/apt/lists/* && apt-get update"
            " && apt-get install -y curl &\n",
            at="apt-get update",
        ),
        Good("FROM debian:12\nRUN apt-get update && rm -rf /var/lib/apt/lists/*\n"),
        Good(
            "FROM debian:12\nRUN apt-get update && apt-get install -y curl && apt-get dist-clean\n"
        ),
        Good("FROM debian:12\nRUN apt-get update && find /var/lib/apt -type f -delete\n"),
        Good("FROM debian:12\nRUN apt-get update && rm -rf /tmp/* /var/lib/{apt,dpkg}/\n"),
        Good("FROM debian:12\nRUN apt-get update && cd /var/lib/apt/lists && rm -rf *\n"),
        Good("FROM debian:12\nARG LISTS\nRUN apt-get update && rm -rf $LISTS\n"),
        Good("FROM debian:12\nRUN apt-get update && /usr/local/bin/cleanup.sh\n"),
        Good("FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt apt-get update\n"),
        Good("FROM debian:12\nRUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update\n"),
        Good("FROM debian:12 AS b\nRUN apt-get update\nFROM scratch\nCOPY --from=b /a /a\n"),
    )

    def check(self, run: RunStep) -> Findings:
        if not run.stage.shipped or run.kept_out(LISTS):
            return
        found = list(calls(run, APT))
        updates = [call for call in found if call.updates and not call.has("--print-uris", "-s")]
        if not updates or _deleted(run, updates[-1]):
            return
        update = updates[-1].command
        damaged = run.script is None or run.script.damaged is not None
        finding = self.at(update, "the package index stays in this layer", likely=damaged)
        if not any(call.installs for call in found):
            # Somebody else needs the index: a later RUN, or a child image.
            yield finding
            return
        sudo = "sudo " if "sudo" in updates[-1].wrappers else ""
        edit = run.append(f"{sudo}rm -rf {LISTS}/*")
        later = _later(run)
        if later is not None:
            remedy = safe(edit, changes=("run:command-added",)) if later else unsafe(edit)
            finding.fix("delete it in the same `RUN`", remedy)
        yield finding


def _deleted(run: RunStep, update: Call) -> bool:
    """Whether a command after `update` deletes the lists, or may do so."""
    inside = False
    for one in run.commands:
        if one.start < update.command.start or one is update.command:
            continue
        words = [word.shape for word in one.words]
        if one.name == "cd":
            inside = any("/apt" in word for word in words)
        elif "rm" in words or "find" in words or "unlink" in words or "mv" in words:
            if any(_covers(word) for word in words) or inside:
                return True
            if "rm" in words and any(_telling(word) for word in one.args):
                return True
        elif "dist-clean" in words or "distclean" in words or cleans(one):
            return True
    return False


def _telling(word: ShellWord) -> bool:
    """Whether a variable that cannot be read may name the lists."""
    return word.substitutes or any(_NAMES.search(name) for name in word.variables)


def _covers(word: str) -> bool:
    """Whether deleting `word` may delete the lists."""
    if "/lib/apt" in word or "apt/lists" in word:
        return True
    plain = word.rstrip("/*")
    return plain in ("/var", "/var/lib") or ("{" in word and "apt" in word)


def _later(run: RunStep) -> bool | None:
    """
    Whether nothing after `run` needs the index: None when something does, False when a script
    that cannot be read may.
    """
    sure = True
    left = 1000
    stages = [(run.stage, run.index + 1)]
    for stage, start in stages:
        for step in stage.steps[start:]:
            left -= 1
            if left < 0:
                return False
            if step.name != "RUN":
                continue
            updated = False
            for call in calls(step, APT):
                updated = updated or call.updates
                if call.installs and call.operands and not updated:
                    return None
            if updated:
                break
            for one in step.commands:
                if one.name in _USERS:
                    return None
                program = one.words[0].shape if one.words else ""
                first = one.args[0].shape if one.args and one.name in _SHELLS else ""
                if program.endswith(".sh") or first.endswith(".sh"):
                    sure = False
        else:
            stages.extend((child, 0) for child in stage.children)
    return sure
