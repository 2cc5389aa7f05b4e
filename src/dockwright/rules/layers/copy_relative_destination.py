"""DW2005 copy-relative-destination."""

import posixpath

from dockwright.rules.api import (
    AnyStep,
    Bad,
    Edit,
    Findings,
    Good,
    Known,
    Rule,
    Stage,
    Step,
    lazy,
    safe,
)
from dockwright.rules.layers._paths import text

_WINDOWS = lazy(r"[A-Za-z]:|.*\\")


class CopyRelativeDestination(Rule):
    """
    Set `WORKDIR` before a `COPY` or `ADD` with a relative destination, or write it absolute.

    Without a `WORKDIR` in the file the destination hangs on the working directory of the base
    image, which is `/` for most, and which a new version of the base may change.

    Silent when a `WORKDIR` stands before it, in this stage or in one it builds on, when the base
    image is known to set one, when a variable hides the destination, in `ONBUILD`, and for Windows.
    """

    code = "DW2005"
    name = "copy-relative-destination"
    severity = "warning"
    tags = ("copy", "workdir")
    also = ("hadolint:DL3045",)

    examples = (
        Bad("FROM example.com/base:1\nCOPY app.py app/\n", at="app/"),
        Bad("FROM example.com/base:1\nENV DIR=src\nADD . $DIR\n", at="$DIR"),
        Bad(
            "FROM scratch\nCOPY app ./bin/\n",
            at="./bin/",
            fixed="FROM scratch\nCOPY app /bin/\n",
        ),
        Bad("FROM scratch\nCOPY app .\n", at=".", fixed="FROM scratch\nCOPY app /\n"),
        Bad(
            'FROM scratch\nCOPY ["app", "bin/app"]\n',
            at='"bin/app"',
            fixed='FROM scratch\nCOPY ["app", "/bin/app"]\n',
        ),
        Good("FROM example.com/base:1\nWORKDIR /app\nCOPY app.py .\n"),
        Good("FROM example.com/base:1 AS a\nWORKDIR /app\nFROM a\nCOPY app.py .\n"),
        Good('FROM example.com/base:1\nCOPY app.py "/app/"\n'),
        Good("FROM example.com/base:1\nARG DIR\nCOPY app.py $DIR/app/\n"),
        Good("FROM example.com/base:1\nENV DIR=/app\nCOPY app.py $DIR\n"),
        Good("FROM example.com/base:1\nONBUILD COPY . .\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        node = step.node
        if node.name not in ("COPY", "ADD") or step.onbuild or len(node.args) < 2:
            return
        if step.stage.os == "windows" or _workdir_set(step.stage, step.index):
            return
        word = node.args[-1]
        path, firm = text(step, word)
        if path is None or path.startswith("/") or _WINDOWS.match(path) or "%" in path:
            return
        workdir = step.before.workdir
        if not isinstance(workdir, Known):
            message = f"where `{path}` is depends on the base image"
            yield self.at(word, message, because=(workdir.reason,), likely=True)
        elif workdir.value in ("", "/"):
            reasons = (workdir.reason,) if workdir.reason.text else ()
            yield self.at(
                word, f"`{path}` is relative, and no `WORKDIR` is set", reasons, likely=not firm
            ).fix("write it absolute", safe(_absolute(step, path), changes=("copy:form",)))


def _workdir_set(stage: Stage, at: int) -> bool:
    for one in stage.lineage():
        timeline = one.timelines.settings.get("workdir")
        if timeline is not None and timeline.before(at if one is stage else len(one.steps)):
            return True
    return False


def _absolute(step: Step, path: str) -> Edit | None:
    word = step.node.args[-1]
    if word.value != path or word.at < 0 or step.name != "COPY":
        return None
    found = posixpath.normpath(f"/{path}")
    if path.endswith(("/", "/.")) or path in ("", "."):
        found = found.rstrip("/") + "/"
    span = step.node.value_span(word, 0, len(path))
    return step.replace(span, found)
