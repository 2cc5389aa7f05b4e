"""DW4004 workdir-relative."""

from dockwright.rules.api import Bad, Findings, Good, Known, Rule, Stage, Step, lazy, re, safe

_WINDOWS = lazy(r"[A-Za-z]:|\\")
_PLAIN = lazy(r"[\w./@+-]+\Z")


class WorkdirRelative(Rule):
    """
    Begin the first `WORKDIR` of a stage with a slash.

    A relative path continues the working directory of the base image. Where it leads cannot be seen
    in the file, and it changes when the base image does.

    Silent for later relative paths, which continue a directory the file itself sets (in this stage
    or in one it builds on), for Windows paths, for a variable whose value only the build knows, and
    inside `ONBUILD`.
    """

    code = "DW4004"
    name = "workdir-relative"
    severity = "warning"
    tags = ("workdir", "portability")
    also = (
        "hadolint:DL3000",
        "buildkit:WorkdirRelativePath",
        "trivy:DS-0009",
        "checkov:CKV_DOCKER_10",
        "kics:6b376af8",
        "semgrep:use-absolute-workdir",
        "slim:20015",
    )

    examples = (
        Bad("FROM example.org/base:1\nWORKDIR app\nWORKDIR src\n", at="app"),
        Bad(
            "FROM scratch\nWORKDIR app/src/\n",
            at="app/src/",
            fixed="FROM scratch\nWORKDIR /app/src\n",
        ),
        Bad("FROM debian:12\nARG APP=srv\nWORKDIR $APP\n", at="$APP"),
        Bad("FROM debian:12\nARG NAME\nWORKDIR app-$NAME\n", at="app-$NAME"),
        Good("FROM debian:12\nWORKDIR /app\nWORKDIR src\n"),
        Good("FROM debian:12 AS base\nWORKDIR /app\nFROM base\nWORKDIR src\n"),
        Good("FROM debian:12\nARG APP\nWORKDIR $APP\n"),
        Good('FROM debian:12\nARG APP=/srv\nWORKDIR "$APP"\n'),
        Good("FROM corp.example/windows-base:1\nWORKDIR C:\\app\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if stage.os == "windows" or "workdir" not in stage.timelines.settings:
            return
        if any("workdir" in parent.timelines.settings for parent in stage.lineage()[1:]):
            return
        for step in stage.steps:
            if step.name == "WORKDIR" and not step.onbuild and step.words:
                yield from self._first(step)
                return

    def _first(self, step: Step) -> Findings:
        word = step.words[0]
        value = step.expand(word.value)
        if isinstance(value, Known):
            path = value.value
            reasons = (value.reason,) if "$" in word.value else ()
        else:
            # The characters before the first variable decide, if there are any.
            path = re.split(r"[$'\"\\`]", word.value, maxsplit=1)[0]
            reasons = ()
        if not path or path.startswith("/") or _WINDOWS.match(path):
            return
        draft = self.at(word, f"`{path}` continues the base image's working directory", reasons)
        after = step.after.workdir
        if isinstance(after, Known) and after.firm and _PLAIN.match(word.value):
            draft.fix("write where it leads", safe(step.replace(word.span, after.value)))
        yield draft
