"""DW1006 platform-redundant."""

from dockwright.rules.api import Bad, Findings, FromStep, Good, Rule, Unknown, safe


class PlatformRedundant(Rule):
    """
    Drop `--platform=$TARGETPLATFORM`.

    The target platform is what every stage is built for anyway.

    Silent when the file or the build gives `TARGETPLATFORM` a value of its own, since the flag
    then changes the platform.
    """

    code = "DW1006"
    name = "platform-redundant"
    severity = "info"
    tags = ("platform", "base-image")
    mentions = ("--platform",)
    also = ("hadolint:DL3065", "buildkit:RedundantTargetPlatform")

    examples = (
        Bad(
            "FROM --platform=$TARGETPLATFORM debian:12\n",
            at="--platform=$TARGETPLATFORM",
            fixed="FROM debian:12\n",
        ),
        Bad(
            "ARG TARGETPLATFORM\nFROM --platform=${TARGETPLATFORM} debian:12 AS a\n",
            at="--platform=${TARGETPLATFORM}",
            fixed="ARG TARGETPLATFORM\nFROM debian:12 AS a\n",
        ),
        Good("FROM --platform=$BUILDPLATFORM debian:12\n"),
        Good("FROM --platform=$TARGETPLATFORM$X debian:12\n"),
        Good("FROM --platform=$TARGETOS/$TARGETARCH debian:12\n"),
        Good("ARG TARGETPLATFORM=linux/arm64\nFROM --platform=$TARGETPLATFORM debian:12\n"),
    )

    def check(self, step: FromStep) -> Findings:
        flag = step.node.flag("platform")
        if flag is None or not flag.value or "TARGETPLATFORM" not in flag.value:
            return
        build = step.stage.build
        given = build.global_value("TARGETPLATFORM")
        if (given is not None and not isinstance(given, Unknown)) or "TARGETPLATFORM" in build.args:
            return
        read = step.evaluate(flag.value, lambda name: "\0" if name == "TARGETPLATFORM" else None)
        if read.value == "\0" and {one.name for one in read.references} == {"TARGETPLATFORM"}:
            yield self.at(flag, "the target platform is the default").fix(
                "drop the flag", safe(step.delete_word(flag), changes=("platform",))
            )
