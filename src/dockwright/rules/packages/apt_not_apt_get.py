"""DW2101 apt-not-apt-get."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Rule, RunStep, command, safe, unsafe
from dockwright.rules.packages._managers import APT, WRAPPERS, Call, calls, literal, names

# Sub-commands that both programs have.
_SAME = names(
    "install reinstall update remove purge autoremove clean autoclean build-dep source"
    " download changelog satisfy"
)
_CACHE = names("search show showsrc policy depends rdepends")


class AptNotAptGet(Rule):
    """
    Call `apt-get` (or `apt-cache`) in a build, not `apt`.

    `apt` is made for people at a terminal: it warns that its command line is not stable, and its
    options and output may change from one release to the next. `apt-get` keeps them.

    Silent for files and packages that are merely called apt, and for `apt` inside a quoted string.
    """

    code = "DW2101"
    name = "apt-not-apt-get"
    severity = "warning"
    tags = ("apt", "build")
    also = (
        "hadolint:DL3027",
        "checkov:CKV_DOCKER_9",
        "kics:b84a0b47",
        "semgrep:prefer-apt-get",
        "parfum:DL3027",
    )
    on = command("apt", *WRAPPERS)

    examples = (
        Bad(
            "FROM debian:12\nRUN apt update && apt install -y curl\n",
            at=("apt", "apt"),
            fixed="FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
        ),
        Bad(
            "FROM debian:12\nRUN sudo apt full-upgrade -y\n",
            at="apt",
            fixed="FROM debian:12\nRUN sudo apt-get dist-upgrade -y\n",
        ),
        Bad(
            "FROM debian:12\nRUN apt show bash\n",
            at="apt",
            fixed="FROM debian:12\nRUN apt-cache show bash\n",
        ),
        Bad("FROM debian:12\nRUN apt list --installed > /packages\n", at="apt"),
        Good("FROM debian:12\nRUN apt-get update && apt-get install -y apt\n"),
        Good('FROM debian:12\nRUN echo "apt install curl"\n'),
    )

    def check(self, run: RunStep) -> Findings:
        for call in calls(run, APT):
            if call.name != "apt":
                continue
            finding = self.at(call.program, "`apt` is for a terminal, its interface may change")
            edits = _edits(run, call)
            if edits:
                # Behind `sudo` the program is an operand.
                change = "run:operands" if call.wrappers else "run:program"
                remedy = safe(*edits, changes=(change, "run:options"))
                if call.sub == "full-upgrade":
                    remedy = unsafe(*edits)
                finding.fix(f"call `{edits[0].text}`", remedy)
            yield finding


def _edits(run: RunStep, call: Call) -> list[Edit]:
    """What makes of `apt` the stable program of the same meaning, [] when there is none."""
    path = call.program.text
    if call.program.value != path or call.action is None:
        return []
    start = path[: len(path) - len("apt")]
    get = run.replace(call.program.span, f"{start}apt-get")
    sub = call.sub
    if sub in _SAME:
        return [get]
    if sub in _CACHE:
        return [run.replace(call.program.span, f"{start}apt-cache")]
    if sub == "full-upgrade":
        return [get, run.replace(call.action.span, "dist-upgrade")]
    if sub == "upgrade":
        # `apt upgrade` installs new dependencies, `apt-get upgrade` alone does not.
        option = "--with-new-pkgs"
        text = f'", "{option}' if literal(run, call) else f" {option}"
        return [get, run.insert_after(call.action, text)]
    return []
