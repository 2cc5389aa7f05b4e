"""DW2205 wget-progress."""

from dockwright.rules.api import Bad, Command, Findings, Good, Remedy, Rule, Stage, Step, safe
from dockwright.rules.shell._userland import userland

QUIET = ("-q", "-b", "-V", "-h", "-o", "-a")
QUIET_LONG = (
    "--quiet",
    "--no-verbose",
    "--progress",
    "--output-file",
    "--append-output",
    "--background",
    "--version",
    "--help",
    "--spider",
)


class WgetProgress(Rule):
    """
    Tell `wget` not to draw a progress bar into the log of the build.

    GNU `wget` writes a line for each 50 kilobytes when its output is no terminal, so a large
    download hides the rest of the log. `-nv` leaves one line for each file, and the errors.

    Silent with `-q`, `-nv`, `--progress`, `-b` or a log file (`-o`, `-a`), with `--spider`, and
    when the standard error is redirected. A fix is offered where the files tell which `wget` it
    is: the one of BusyBox knows `-q` only.
    """

    code = "DW2205"
    name = "wget-progress"
    severity = "info"
    tags = ("log",)
    mentions = ("wget",)
    also = ("hadolint:DL3047",)

    examples = (
        Bad(
            "FROM debian:12\nRUN wget https://a.example/x.tgz\n",
            at="wget",
            fixed="FROM debian:12\nRUN wget -nv https://a.example/x.tgz\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN wget https://a.example/x.tgz\n",
            at="wget",
            fixed="FROM alpine:3.20\nRUN wget -q https://a.example/x.tgz\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN apk add --no-cache wget && wget https://a.example/x.tgz\n",
            at="wget",
            fixed="FROM alpine:3.20\nRUN apk add --no-cache wget && wget -q https://a.example/x.tgz\n",
        ),
        Bad("FROM example/base\nRUN wget https://a.example/x.tgz\n", at="wget"),
        Good("FROM debian:12\nRUN wget -nv https://a.example/x.tgz\n"),
        Good("FROM debian:12\nRUN wget -qO- https://a.example/x.tgz | tar -xz\n"),
        Good("FROM debian:12\nRUN wget --progress=dot:giga https://a.example/x.tgz\n"),
        Good("FROM debian:12\nRUN wget -o /tmp/log https://a.example/x.tgz\n"),
        Good("FROM debian:12\nRUN wget https://a.example/x.tgz 2>/dev/null\n"),
        Good("FROM debian:12\nRUN wget --version\n"),
    )

    def check(self, stage: Stage) -> Findings:
        land: str | None = None
        for step in stage.steps:
            if step.name != "RUN" or "wget" not in step.shell_text().text:
                continue
            for one in step.command("wget"):
                if not _loud(one):
                    continue
                if land is None:
                    land = userland(stage)
                draft = self.at(one.name_span, "`wget` fills the log with its progress")
                yield draft.fix("keep the progress out of the log", _mended(step, one, land))


def _loud(one: Command) -> bool:
    """Whether `wget` shows its progress as far as its words tell."""
    if not one.args:
        return False
    plain = [word for word in one.args if word.shape.startswith("-")]
    for word in plain:
        shape = word.shape
        if shape.startswith("--"):
            if shape.startswith(QUIET_LONG):
                return False
        elif shape.startswith("-nv"):
            return False
    if one.has(*QUIET):
        return False
    if any(word.variables and word.shape.startswith("${}") and not word.quoted for word in plain):
        return False
    for redirect in one.redirects:
        loud = redirect.descriptor == "2" or redirect.operator.startswith("&>")
        if loud or (redirect.operator == ">&" and not redirect.descriptor):
            return False
    return True


def _mended(step: Step, one: Command, land: str) -> Remedy | None:
    if step.node.is_json or not land or len(one.words[0].text) < 4:
        return None
    option = "-nv" if land == "gnu" else "-q"
    return safe(step.insert_after(one.words[0], f" {option}"), changes=("run:options",))
