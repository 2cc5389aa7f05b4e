"""DW3004 sudo."""

from dockwright.rules.api import (
    Bad,
    Command,
    Edit,
    Findings,
    Good,
    Known,
    Rule,
    RunStep,
    ShellWord,
    Span,
    command,
    safe,
    unsafe,
)
from dockwright.rules.users._final import is_root

_PLAIN = ("-E", "-H", "-EH", "-HE", "-n", "--preserve-env", "--set-home", "-S", "--")
_BEFORE = ("env", "xargs", "exec", "nice", "nohup", "time")


class Sudo(Rule):
    """
    Set the user with `USER` instead of calling `sudo` in `RUN`.

    In a build `sudo` has no person to ask, resets the environment, and asks for a set-uid program
    in the image. A step that needs root runs after `USER root`, and in most images it already does.

    A `RUN` gets one finding, at its first call, and one more when some calls can be dropped and
    others (for another user) cannot. Silent about installing sudo or writing its configuration.
    """

    code = "DW3004"
    name = "sudo"
    severity = "error"
    tags = ("security", "user")
    also = (
        "hadolint:DL3004",
        "trivy:DS-0010",
        "checkov:CKV2_DOCKER_1",
        "kics:8ada6e80",
        "semgrep:no-sudo-in-dockerfile",
        "dockle:DKL-DI-0001",
        "parfum:DL3004",
    )
    on = command("sudo", *_BEFORE)

    examples = (
        Bad("FROM example.org/base:1\nRUN sudo make install\n", at="sudo"),
        Bad(
            "FROM scratch\nUSER root\nRUN make && sudo make install\n",
            at="sudo",
            fixed="FROM scratch\nUSER root\nRUN make && make install\n",
        ),
        Bad(
            "FROM debian:12\nUSER root\nRUN echo a | sudo -E tee /etc/a && env A=b sudo make\n",
            at="sudo",
            fixed="FROM debian:12\nUSER root\nRUN echo a | tee /etc/a && env A=b make\n",
        ),
        Bad(
            "FROM debian:12\nUSER root\nRUN sudo make && sudo -u app make test\n",
            at=("sudo", "sudo"),
            fixed="FROM debian:12\nUSER root\nRUN make && sudo -u app make test\n",
        ),
        Bad("FROM debian:12\nUSER app\nRUN sudo make install\n", at="sudo"),
        Bad("FROM debian:12\nUSER root\nRUN sudo -u app make\n", at="sudo"),
        Bad("FROM debian:12\nUSER root\nRUN sudo A=b make\n", at="sudo"),
        Good("FROM debian:12\nRUN apt-get install -y sudo\n"),
        Good("FROM debian:12\nRUN echo 'app ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/app\n"),
    )

    def check(self, run: RunStep) -> Findings:
        user = run.before.user
        who = str(user.value) if isinstance(user, Known) and not run.onbuild else None
        root = who is not None and (not who or is_root(who))
        first: dict[bool, ShellWord] = {}
        edits: list[Edit | None] = []
        plain = True
        for one in run.commands:
            place = _call(one)
            if place is None:
                continue
            edit = _without(run, *place) if root else None
            first.setdefault(edit is not None, place[0])
            if edit is not None:
                edits.append(edit)
                plain = plain and not one.assignments
        for droppable, word in first.items():
            if root:
                message = "`sudo` where the step already runs as root"
            else:
                message = "`sudo` called in a build step"
            finding = self.at(word, message)
            if droppable:
                sure = plain and isinstance(user, Known) and user.firm
                changes = ("run:options", "run:operands", "run:program")
                finding.fix(
                    "drop `sudo`", safe(*edits, changes=changes) if sure else unsafe(*edits)
                )
            yield finding


def _call(one: Command) -> tuple[ShellWord, list[ShellWord]] | None:
    """The word that names sudo, and the words after it."""
    words = list(one.words)
    if one.name in _BEFORE:
        for index, word in enumerate(words[1:], 1):
            value = word.value or ""
            if not value.startswith("-") and "=" not in word.shape:
                words = words[index:]
                break
    if words and (words[0].value or "").rpartition("/")[2] == "sudo":
        return words[0], words[1:]
    return None


def _without(run: RunStep, word: ShellWord, rest: list[ShellWord]) -> Edit | None:
    """Delete sudo and its options before the command that it runs."""
    if run.node.is_json:
        return None
    while rest and rest[0].value in _PLAIN:
        rest = rest[1:]
    if not rest or rest[0].shape.startswith("-") or "=" in rest[0].shape:
        return None
    edit = run.delete(Span(word.span.start, rest[0].span.start))
    source = run.stage.build.tree.source.text
    return None if "#" in source[edit.span.start : edit.span.end] else edit
