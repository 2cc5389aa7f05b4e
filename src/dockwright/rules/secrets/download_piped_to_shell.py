"""DW3216 download-piped-to-shell."""

from dockwright.rules.api import Bad, Command, Findings, Good, Rule, RunStep
from dockwright.rules.secrets._calls import WRAPPERS, unwrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LOADERS = ("curl", "wget", "fetch", "aria2c")
_SHELLS = ("sh", "bash", "zsh", "dash", "ash", "ksh", "fish")
_INTERPRETERS = ("python", "python2", "python3", "perl", "ruby", "node", "php")


class DownloadPipedToShell(Rule):
    """
    Check a downloaded script before it runs.

    A pipe from a download into a shell runs whatever the server sends on that day, a half-loaded
    script included. Download to a file, compare its checksum, then run it.

    Silent when the interpreter runs code of its own (`python -c`, `sh script`) and reads the
    download as data.
    """

    code = "DW3216"
    name = "download-piped-to-shell"
    severity = "info"
    tier = "optional"
    tags = ("security", "curl")

    examples = (
        Bad("FROM debian:12\nRUN curl -fsSL https://example.com/i.sh | bash\n", at="bash"),
        Bad(
            "FROM debian:12\nRUN wget -qO- https://example.com/i.sh | sudo -E bash -\n",
            at="sudo -E bash -",
        ),
        Bad(
            "FROM debian:12\nRUN curl https://example.com/i.py | python3 - --yes\n",
            at="python3 - --yes",
        ),
        Bad(
            'FROM debian:12\nRUN sh -c "$(curl -fsSL https://example.com/i.sh)" -- -y\n',
            at='sh -c "$(curl -fsSL https://example.com/i.sh)" -- -y',
        ),
        Bad(
            'FROM debian:12\nSHELL ["/bin/bash", "-c"]\n'
            "RUN bash <(curl -fsSL https://example.com/i.sh)\n",
            at="bash <(curl -fsSL https://example.com/i.sh)",
        ),
        Good("FROM debian:12\nRUN curl -fsSL https://example.com/a.tgz | tar xz\n"),
        Good("FROM debian:12\nRUN curl -fsSL https://a.io/a.json | python3 -c 'import sys'\n"),
        Good("FROM debian:12\nRUN curl -fsSLo i.sh https://example.com/i.sh && sh i.sh\n"),
        Good("FROM debian:12\nRUN echo a | bash && curl -O https://example.com/a\n"),
    )

    def check(self, run: RunStep) -> Findings:
        commands = run.commands
        if not any(one.name in _LOADERS or one.name in WRAPPERS for one in commands):
            return
        for one in commands:
            inner = unwrap(one)
            if inner is None or inner.name not in (*_SHELLS, *_INTERPRETERS, "eval", "source", "."):
                continue
            if one.operator == "|" and _reads_input(inner) and _loads(commands, one):
                yield self.at(one, f"a download goes into {inner.name} unchecked")
            elif _runs_substitution(commands, inner):
                yield self.at(one, f"{inner.name} runs a download unchecked")


def _reads_input(one: Command) -> bool:
    """Whether the interpreter takes its program from the standard input."""
    if one.name in ("eval", "source", "."):
        return False
    for word in one.args:
        shape = word.shape
        if shape in ("-", "-s", "/dev/stdin", "--"):
            return True
        if shape.startswith("-") and not shape.startswith("--"):
            if "s" in shape and one.name in _SHELLS:
                return True
            if shape[-1] in "cem" and (one.name in _INTERPRETERS or shape[-1] == "c"):
                return False
        elif not shape.startswith("-"):
            return False
    return True


def _loads(commands: "Sequence[Command]", end: Command) -> bool:
    """Whether a download stands in the pipeline before `end`."""
    prefix = tuple(end.within[:-1])
    inside = (*prefix, "pipe")
    for one in reversed([c for c in commands if c.start < end.start]):
        within = tuple(one.within)
        if within[: len(inside)] != inside:
            return False
        inner = unwrap(one)
        if inner is not None and inner.name in _LOADERS:
            return True
        if within == inside and one.operator != "|":
            return False
    return False


def _runs_substitution(commands: "Sequence[Command]", one: Command) -> bool:
    for at, word in enumerate(one.args):
        if not word.substitutes:
            continue
        code = word.text.startswith("<(") or one.name == "eval"
        code = code or (
            at > 0
            and one.args[at - 1].shape.startswith("-")
            and one.args[at - 1].shape.endswith("c")
        )
        if not code:
            return False
        return any(
            inner.name in _LOADERS and word.start <= inner.start < word.end for inner in commands
        )
    return False
