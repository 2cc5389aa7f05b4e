"""DW1005 platform-constant."""

from dockwright.rules.api import Bad, Findings, FromStep, Good, Rule, unsafe
from dockwright.rules.base_image._platform import parse


class PlatformConstant(Rule):
    """
    Leave the platform of a stage to the build, or derive it from `$BUILDPLATFORM`.

    A constant in `FROM --platform` wins over `docker build --platform`: a multi-platform build
    then mixes architectures, and on another machine everything runs in emulation.

    Silent when the value comes from a variable, and for a stage whose name holds the operating
    system or the architecture, because such a stage is made for that platform.
    """

    code = "DW1005"
    name = "platform-constant"
    tags = ("platform", "base-image")
    mentions = ("--platform",)
    also = (
        "hadolint:DL3029",
        "buildkit:FromPlatformFlagConstDisallowed",
        "kics:b16e8501",
        "semgrep:avoid-platform-with-from",
        "parfum:DL3029",
    )

    examples = (
        Bad(
            "FROM --platform=linux/amd64 debian:12\n",
            at="--platform=linux/amd64",
            fixed="FROM debian:12\n",
        ),
        Bad(
            "FROM --platform=arm64 debian:12 AS build\n",
            at="--platform=arm64",
            fixed="FROM debian:12 AS build\n",
        ),
        Good("FROM --platform=$BUILDPLATFORM debian:12\nFROM --platform=linux/$ARCH debian:12\n"),
        Good("FROM --platform=linux/amd64 debian:12 AS build-amd64\n"),
        Good("FROM --platform=windows/amd64 debian:12 AS windows\n"),
        Good("FROM --platform=a/b/c/d debian:12\n"),
    )

    def check(self, step: FromStep) -> Findings:
        flag = step.node.flag("platform")
        if flag is None or not flag.value:
            return
        read = step.evaluate(flag.value, lambda _: None)
        if read.references or not read.value:
            return
        platform = parse(read.value)
        if platform is None:
            return
        if any(part and part in step.stage.name for part in platform):
            return
        yield self.at(flag, f"this stage is always built for {read.value}").fix(
            "drop the flag", unsafe(step.delete_word(flag))
        )
