"""DW2201 cd-in-run."""

import posixpath

from dockwright.rules.api import (
    HOLE,
    Bad,
    Command,
    Edit,
    Findings,
    Good,
    Known,
    Remedy,
    Rule,
    RunStep,
    Script,
    ShellWord,
    Span,
    command,
    unsafe,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.rules.api import Step


class CdInRun(Rule):
    """
    Set the directory with `WORKDIR`, not with `cd` at the start of a `RUN`.

    A `cd` lasts until its `RUN` ends; the next instruction starts in the working directory again.
    `WORKDIR` lasts, is visible in the image's configuration, and creates the directory. A `cd`
    that comes last in a `RUN` does nothing at all, which is seldom what was meant.

    Silent where `WORKDIR` would not do as well: in a subshell, which is the right way to change
    the directory for a part of a script; after other commands, or with a second `cd`; for a
    directory that the script itself names, mounts or removes.
    """

    code = "DW2201"
    name = "cd-in-run"
    severity = "info"
    tags = ("workdir",)
    also = ("hadolint:DL3003", "trivy:DS-0013", "kics:f4a6bcd3", "semgrep:use-workdir")
    on = command("cd")

    examples = (
        Bad(
            "FROM alpine:3.20\nWORKDIR /\nRUN cd /opt/tool && make install\n",
            at="cd /opt/tool",
            fixed="FROM alpine:3.20\nWORKDIR /\nWORKDIR /opt/tool\nRUN make install\nWORKDIR /\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN cd /opt/tool && make install\nWORKDIR /app\n",
            at="cd /opt/tool",
            fixed="FROM alpine:3.20\nWORKDIR /opt/tool\nRUN make install\nWORKDIR /app\n",
        ),
        Bad("FROM alpine:3.20\nRUN mkdir -p /srv && cd /srv && touch index\n", at="cd /srv"),
        Bad(
            "FROM alpine:3.20\nRUN cd /app\nRUN make\n",
            at="cd /app",
            fixed="FROM alpine:3.20\nWORKDIR /app\nRUN make\n",
        ),
        Bad("FROM alpine:3.20\nRUN make && cd /app\n", at="cd /app"),
        Bad("FROM alpine:3.20\nRUN mkdir -p /srv /opt && cd /srv && touch a\n", at="cd /srv"),
        Bad(
            "FROM alpine:3.20\nRUN cd /tmp && make && rm -rf /tmp/*\nWORKDIR /\n",
            at="cd /tmp",
            fixed="FROM alpine:3.20\nWORKDIR /tmp\nRUN make && rm -rf /tmp/*\nWORKDIR /\n",
        ),
        Good("FROM alpine:3.20\nRUN (cd /opt/tool && make install)\n"),
        Good("FROM alpine:3.20\nRUN git clone https://a.example/b.git && cd b && make\n"),
        Good("FROM alpine:3.20\nRUN cd /a && make && cd /b && make\n"),
        Good("FROM alpine:3.20\nRUN cd /tmp/src && make install && rm -rf /tmp/src\n"),
        Good("FROM alpine:3.20\nRUN cd /tmp/src && make install && rm -rf /tmp/*\n"),
        Good('FROM alpine:3.20\nRUN cd "$(mktemp -d)" && make\n'),
        Good("FROM alpine:3.20\nRUN --mount=type=bind,target=/src cd /src && make\n"),
    )

    def check(self, run: RunStep) -> Findings:
        script = run.script
        if script is None or script.damaged is not None or run.node.is_json:
            return
        last = script.commands[-1]
        if last.name == "cd" and not last.within and last.operator != "||":
            draft = self.at(last, "this `cd` has no effect: the directory is forgotten here")
            yield draft.fix("set the directory with `WORKDIR`", self._alone(run, script, last))
            return
        first = self._first(script)
        if first is None:
            return
        directory = self._directory(run, script, first)
        if directory is None:
            return
        draft = self.at(first, f"`cd {directory.text}` at the start of `RUN` in place of `WORKDIR`")
        yield draft.fix(
            "set the directory with `WORKDIR`", self._fixed(run, script, first, directory)
        )

    @staticmethod
    def _first(script: Script) -> Command | None:
        """The only `cd` of the script, when nothing stands before it that matters."""
        if sum(one.name in ("cd", "pushd", "popd") for one in script.commands) != 1:
            return None
        made: list[str] = []
        for one in script.commands:
            if one.within or one.operator == "||":
                return None
            if one.name == "cd":
                plain = not one.redirects and not one.assignments and len(one.args) == 1
                fits = plain and (not made or one.args[0].shape in made)
                return one if fits else None
            if one.name == "mkdir" and not made:
                made = [word.shape for word in one.operands("-m")]
            elif one.name != "set":
                return None
        return None

    @staticmethod
    def _directory(run: RunStep, script: Script, cd: Command) -> ShellWord | None:
        """Where `cd` goes, None when `WORKDIR` could not go there as well."""
        word = cd.args[0]
        shape = word.shape
        if shape.startswith("-") or word.substitutes:
            return None
        if word.value is None:
            own = {name for one in script.commands for name, _ in one.assignments}
            if HOLE not in shape or own.intersection(word.variables):
                return None
            if any(run.before.variable(name) is None for name in word.variables):
                return None
            value = run.expand(word.text)
            if not isinstance(value, Known) or not value.value:
                return None
            shape = value.value
        full = shape.rstrip("/") or "/"
        for mount in run.mounts:
            target = mount.target.rstrip("/")
            if target and (full == target or full.startswith(f"{target}/")):
                return None
        base = full.rpartition("/")[2]
        for one in script.commands:
            if one.name in ("rm", "rmdir", "mv"):
                for arg in one.args:
                    gone = arg.shape.rstrip("/*")
                    if arg.shape.endswith("/*"):
                        there = full.startswith(f"{gone}/")
                    else:
                        there = full.startswith(gone) or gone.rpartition("/")[2] == base
                    if gone and there:
                        return None
        return word

    @staticmethod
    def _alone(run: RunStep, script: Script, cd: Command) -> Remedy | None:
        if len(script.commands) != 1 or len(cd.args) != 1 or run.onbuild or run.node.heredocs:
            return None
        word = cd.args[0]
        if word.value is None or word.quoted or word.value.startswith("-"):
            return None
        if run.node.flags or cd.redirects or cd.assignments:
            return None
        return unsafe(run.replace(run.span, f"WORKDIR {word.value}"))

    @staticmethod
    def _fixed(run: RunStep, script: Script, cd: Command, word: ShellWord) -> Remedy | None:
        if run.onbuild or run.node.heredocs or word.quoted or cd.operator not in ("", "&&", ";"):
            return None
        if word.value is None or any(one.name == "mkdir" for one in script.commands[:1]):
            return None
        edits = _without(run, script, cd)
        before = run.before.workdir
        old = (before.value or "/") if isinstance(before, Known) else ""
        following = run.stage.steps[run.index + 1 :]
        moves = (
            bool(following)
            and following[0].name == "WORKDIR"
            and following[0].words[0].value.startswith("/")
        )
        if not edits or not (old or (moves and word.value.startswith("/"))):
            return None
        newline = run.stage.build.tree.source.newline
        target = posixpath.join(old, word.value)
        edits.append(run.insert(run.span.start, f"WORKDIR {target}{newline}"))
        if not moves:
            edits.append(run.insert(run.span.end, f"{newline}WORKDIR {old}"))
        return unsafe(*edits)


def _without(run: "Step", script: Script, cd: Command) -> "list[Edit | None]":
    """The edit that takes `cd` and the operator behind it out; none when that is not simple."""
    children = script.body.children
    if len(children) == 1 and not isinstance(children[0][1], Command):
        if children[0][1].kind != "list":
            return []
        children = children[0][1].children
    for index, (_, child) in enumerate(children[:-1]):
        if child is cd:
            operator, behind = children[index + 1]
            if operator not in ("&&", ";", "\n"):
                return []
            start = script.joined.offset(cd.start)
            end = script.joined.offset(behind.start)
            if "#" in run.stage.build.tree.source.text[start:end]:
                return []
            return [run.delete(Span(start, end))]
    return []
