"""Switches of yum and apt that stand in options or in the text of configuration files."""

from dockwright.rules.api import Edit, RunStep, ShellWord, re
from dockwright.rules.secrets._calls import calls, off

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

YUM = ("yum", "dnf", "dnf5", "microdnf", "tdnf", "yum-config-manager", "dnf-3", "yumdownloader")


def setopt(run: RunStep, *keys: str) -> "Iterator[tuple[ShellWord, str, Edit | None]]":
    """Where yum gets `--setopt=[repository.]key=0`: the word, the key, and how to drop it."""
    for one in calls(run, *YUM):
        for at, word in enumerate(one.args):
            words: tuple[ShellWord, ...]
            if word.shape == "--setopt" and at + 1 < len(one.args):
                setting, words = one.args[at + 1].shape, (word, one.args[at + 1])
            elif word.shape.startswith("--setopt="):
                setting, words = word.shape[len("--setopt=") :], (word,)
            else:
                continue
            key, _, value = setting.rpartition("=")
            name = key.rpartition(".")[2]
            if name in keys and off(value):
                yield words[-1], name, run.delete_words(*words)


def on_again(run: RunStep, match: "re.Match[str]") -> Edit | None:
    """Write `1` for the value that a match's first group found in a script."""
    script = run.script
    if script is None or run.node.is_json:
        return None
    return run.replace(script.joined.span(match.start(1), match.end(1)), "1")
