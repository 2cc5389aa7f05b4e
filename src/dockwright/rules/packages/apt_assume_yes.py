"""DW2102 apt-assume-yes."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Span, Stage, safe
from dockwright.rules.packages._apt import TRUE, apt_calls, settings_of
from dockwright.rules.packages._managers import APT, Call, literal, names

_ASKING = names(
    "install reinstall build-dep upgrade dist-upgrade full-upgrade safe-upgrade remove"
    " purge autoremove"
)
_DRY = (
    "-s", "--simulate", "--just-print", "--dry-run", "--recon", "--no-act", "--print-uris",
    "--assume-no", "--trivial-only", "-h", "--help", "-v", "--version",
)  # fmt: skip


class AptAssumeYes(Rule):
    """
    Pass `-y` to `apt-get` commands that ask before they act.

    A build has nobody who answers: apt reads the end of its input, takes that for a no and fails
    with "Abort". `DEBIAN_FRONTEND=noninteractive` silences debconf, not this question.

    Silent for `--yes`, `--assume-yes`, `-qq` (which implies it), `-o APT::Get::Assume-Yes=true`,
    a dry run, an answer that comes through a pipe, options in a variable that cannot be read, and
    after a configuration file for apt was written that may hold the setting.
    """

    code = "DW2102"
    name = "apt-assume-yes"
    severity = "warning"
    tags = ("apt", "build")
    mentions = ("apt",)
    also = (
        "hadolint:DL3014",
        "trivy:DS-0021",
        "kics:77783205",
        "semgrep:missing-assume-yes-switch",
        "parfum:aptGetInstallUseY",
    )

    examples = (
        Bad(
            "FROM debian:12\nRUN apt-get update && apt-get install curl\n",
            at="apt-get install",
            fixed="FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
        ),
        Bad(
            'FROM debian:12\nRUN ["apt-get", "-q", "install", "curl"]\n',
            at='apt-get", "-q", "install',
            fixed='FROM debian:12\nRUN ["apt-get", "-q", "install", "-y", "curl"]\n',
        ),
        Bad(
            "FROM debian:12\nENV DEBIAN_FRONTEND=noninteractive\nRUN sudo apt-get upgrade\n",
            at="apt-get upgrade",
            fixed="FROM debian:12\nENV DEBIAN_FRONTEND=noninteractive\n"
            "RUN sudo apt-get upgrade -y\n",
        ),
        Good("FROM debian:12\nRUN apt-get -qy install curl\n"),
        Good("FROM debian:12\nRUN apt-get install --assume-yes curl\n"),
        Good("FROM debian:12\nRUN apt-get -qq install curl && apt-get -q=2 install wget\n"),
        Good("FROM debian:12\nRUN apt-get -o APT::Get::Assume-Yes=true install curl\n"),
        Good("FROM debian:12\nRUN yes | apt-get install curl\n"),
        Good("FROM debian:12\nARG OPTIONS\nRUN apt-get install $OPTIONS curl\n"),
        Good("FROM debian:12\nENV OPTIONS='-y -q'\nRUN apt-get install $OPTIONS curl\n"),
        Good(
            "FROM debian:12\n"
            "RUN echo 'APT::Get::Assume-Yes \"true\";' > /etc/apt/apt.conf.d/90yes\n"
            "RUN apt-get install curl\n"
        ),
        Good("FROM debian:12\nRUN apt-get install --dry-run curl\n"),
    )

    def check(self, stage: Stage) -> Findings:
        for run, call, settings in apt_calls(stage):
            action = call.action
            if action is None or call.sub not in _ASKING or "assume-yes" in settings:
                continue
            if call.sub in ("remove", "purge") and not call.operands:
                continue
            if _answered(call):
                continue
            at = Span(call.program.span.start, action.span.end)
            if at.start > at.end:
                continue
            option = '", "-y' if literal(run, call) else " -y"
            message = f"`{call.name} {call.sub}` asks before it acts, and nobody answers"
            damaged = run.script is None or run.script.damaged is not None
            # With nothing to upgrade or to remove it does not ask.
            likely = call.unsure or damaged or not call.installs
            yield self.at(at, message, likely=likely).fix(
                "add `-y`", safe(run.insert_after(action, option), changes=("run:options",))
            )


def _answered(call: Call) -> bool:
    if call.hides_options or call.has(*APT.yes, *_DRY, "-c", "--config-file"):
        return True
    levels = call.given("-q", "--quiet")
    if call.count("-q") + call.count("--quiet") >= 2 or any(level > "1" for level in levels):
        return True
    settings = settings_of(call)
    if settings.get("assume-yes") in TRUE or settings.get("quiet", "0") not in ("0", "1"):
        return True
    command = call.command
    if "pipe-end" in command.within:
        return True
    if "loop" in command.within and any(one.name == "read" for one in command.script.commands):
        return True
    return any(redirect.operator.startswith("<") for redirect in command.redirects)
