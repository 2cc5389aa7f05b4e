"""DW2103 apt-recommends."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Span, Stage, unsafe
from dockwright.rules.packages._apt import FALSE, apt_calls, settings_of
from dockwright.rules.packages._managers import literal

_OPTION = "--no-install-recommends"


class AptRecommends(Rule):
    """
    Install only what you name and what that needs: `apt-get install --no-install-recommends`.

    apt takes recommended packages in by default: documentation, fonts, daemons that a container
    does not start. They often outweigh the packages that were asked for. Leaving them out may
    drop something the program uses, so look at what goes.

    Silent when the option, its form for aptitude or `-o APT::Install-Recommends=false` is given,
    when `--install-recommends` asks for them, and after a configuration file for apt was written
    that may hold the setting.
    """

    code = "DW2103"
    name = "apt-recommends"
    severity = "info"
    tags = ("apt", "size")
    mentions = ("apt",)
    also = (
        "hadolint:DL3015",
        "trivy:DS-0029",
        "kics:7384dfb2",
        "semgrep:missing-no-install-recommends",
        "parfum:aptGetInstallUseNoRec",
    )

    examples = (
        Bad(
            "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
            at="apt-get install",
            fixed="FROM debian:12\n"
            "RUN apt-get update && apt-get install --no-install-recommends -y curl\n",
        ),
        Bad(
            'FROM debian:12\nRUN ["apt-get", "install", "-y", "curl"]\n',
            at='apt-get", "install',
            fixed="FROM debian:12\n"
            'RUN ["apt-get", "install", "--no-install-recommends", "-y", "curl"]\n',
        ),
        Good("FROM debian:12\nRUN apt-get install -y --no-install-recommends curl\n"),
        Good("FROM debian:12\nRUN apt-get -o APT::Install-Recommends=0 install -y curl\n"),
        Good("FROM debian:12\nRUN apt-get install -y --install-recommends curl\n"),
        Good(
            "FROM debian:12\n"
            "RUN echo 'APT::Install-Recommends \"0\";' > /etc/apt/apt.conf.d/01norecommends\n"
            "RUN apt-get install -y curl\n"
        ),
        Good(
            "FROM debian:12 AS base\nCOPY apt.conf /etc/apt/apt.conf\nFROM base\n"
            "RUN apt-get install -y curl\n"
        ),
        Good("FROM debian:12\nARG OPTIONS\nRUN apt-get install $OPTIONS curl\n"),
        Good("FROM debian:12\nENV OPTS=--no-install-recommends\nRUN apt-get install $OPTS curl\n"),
    )

    def check(self, stage: Stage) -> Findings:
        for run, call, settings in apt_calls(stage):
            action = call.action
            if action is None or call.sub not in ("install", "reinstall"):
                continue
            if "install-recommends" in settings or (not call.operands and not call.unsure):
                continue
            if call.has(_OPTION, "--install-recommends", "-R", "--without-recommends", "-c"):
                continue
            if settings_of(call).get("install-recommends") in FALSE or call.hides_options:
                continue
            at = Span(call.program.span.start, action.span.end)
            text = f'", "{_OPTION}' if literal(run, call) else f" {_OPTION}"
            option = "--without-recommends" if call.name == "aptitude" else _OPTION
            text = text.replace(_OPTION, option)
            damaged = run.script is None or run.script.damaged is not None
            message = "this installs recommended packages too"
            yield self.at(at, message, likely=call.unsure or damaged).fix(
                f"add `{option}`", unsafe(run.insert_after(action, text))
            )
