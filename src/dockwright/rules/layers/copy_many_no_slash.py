"""DW2004 copy-many-no-slash."""

from dockwright.rules.api import AnyStep, Bad, Edit, Findings, Good, Rule, Step, safe
from dockwright.rules.layers._paths import text


class CopyManyNoSlash(Rule):
    """
    End the destination with `/` when `COPY` or `ADD` has several sources.

    Without the slash the destination may be a file: the classic builder refuses the instruction,
    and BuildKit writes the sources over one another, so that only the last one is left.

    Silent when the destination is `.` or ends with `/.`, with `--parents`, when a variable hides
    the destination, and for Windows.
    """

    code = "DW2004"
    name = "copy-many-no-slash"
    severity = "error"
    tags = ("copy",)
    also = ("hadolint:DL3021", "trivy:DS-0011", "kics:6db6e0c2")

    examples = (
        Bad(
            "FROM node:22\nCOPY package.json package-lock.json /app\n",
            at="/app",
            fixed="FROM node:22\nCOPY package.json package-lock.json /app/\n",
        ),
        Bad(
            'FROM node:22\nCOPY ["a.js", "b.js", "/my app"]\n',
            at='"/my app"',
            fixed='FROM node:22\nCOPY ["a.js", "b.js", "/my app/"]\n',
        ),
        Bad(
            "FROM node:22\nENV APP=/app\nCOPY --link a.js b.js \\\n    ${APP}\n",
            at="${APP}",
            fixed="FROM node:22\nENV APP=/app\nCOPY --link a.js b.js \\\n    ${APP}/\n",
        ),
        Bad(
            "FROM alpine:3.20\nCOPY <<one <<two '/etc/conf'\n1\none\n2\ntwo\n",
            at="'/etc/conf'",
            fixed="FROM alpine:3.20\nCOPY <<one <<two '/etc/conf/'\n1\none\n2\ntwo\n",
        ),
        Bad("FROM node:22\nADD a.js b.js /app\n", at="/app"),
        Good("FROM node:22\nCOPY a.js b.js /app/\n"),
        Good("FROM node:22\nWORKDIR /app\nCOPY a.js b.js .\n"),
        Good("FROM node:22\nCOPY *.js /app\n"),
        Good("FROM node:22\nCOPY --parents a/x b/y /app\n"),
        Good("FROM node:22\nENV APP=/app/\nCOPY a.js b.js $APP\n"),
        Good("FROM node:22\nARG APP\nCOPY a.js b.js $APP\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        node = step.node
        if node.name not in ("COPY", "ADD") or len(node.args) < 3 or node.flag("parents"):
            return
        if step.stage.os == "windows":
            return
        word = node.args[-1]
        path, firm = text(step, word)
        if path is None or path in ("", ".") or path.endswith(("/", "/.", "\\")):
            return
        count = len(node.args) - 1
        message = f"{count} sources, but `{path}` does not end with `/`"
        yield self.at(word, message, likely=not firm).fix(
            "end it with `/`", safe(_slash(step), changes=("copy:form",))
        )


def _slash(step: Step) -> Edit | None:
    word = step.node.args[-1]
    value = word.value
    quoted = not step.node.is_json and value[-1:] in ("'", '"') and value[:1] == value[-1:]
    size = len(value) - quoted
    if word.at < 0 or size < 1 or step.name != "COPY":
        return None
    return step.insert(step.node.joined.offset(word.at + size - 1) + 1, "/")
