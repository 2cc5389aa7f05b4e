"""DW1007 platform-mismatch."""

from dockwright.rules.api import Bad, Findings, FromStep, Good, Known, Rule
from dockwright.rules.base_image._platform import parse

# Accounts of Docker Hub that hold the official images for one architecture.
_ACCOUNTS = {
    "amd64": "amd64",
    "arm32v5": "arm",
    "arm32v6": "arm",
    "arm32v7": "arm",
    "arm64v8": "arm64",
    "i386": "386",
    "mips64le": "mips64le",
    "ppc64le": "ppc64le",
    "riscv64": "riscv64",
    "s390x": "s390x",
}
_WINDOWS = ("windows", "windows/nanoserver", "windows/server", "windows/servercore")


class PlatformMismatch(Rule):
    """
    Ask for a platform that the base image has.

    The accounts `arm64v8/…`, `s390x/…` and so on of Docker Hub hold images for that architecture
    only, and Windows base images none for Linux. With another `--platform` the build fails, or the
    stage is not what it says.

    Silent for all other images, whose platforms only the registry knows, without `--platform`,
    and when the platform is decided by the build.
    """

    code = "DW1007"
    name = "platform-mismatch"
    tier = "preview"
    tags = ("platform", "base-image")
    mentions = ("--platform",)
    also = ("buildkit:InvalidBaseImagePlatform", "tally:platform-mismatch")

    examples = (
        Bad("FROM --platform=linux/amd64 arm64v8/debian:12\n", at="arm64v8/debian:12"),
        Bad(
            "FROM --platform=linux/amd64 mcr.microsoft.com/windows/nanoserver:ltsc2022\n",
            at="mcr.microsoft.com/windows/nanoserver:ltsc2022",
        ),
        Good("FROM --platform=linux/arm64/v8 arm64v8/debian:12\n"),
        Good("FROM --platform=linux/arm/v7 arm32v6/alpine:3\n"),
        Good("FROM --platform=$TARGETPLATFORM arm64v8/debian:12\nFROM arm64v8/debian:12\n"),
        Good("FROM --platform=linux/amd64 ghcr.io/arm64v8/debian:12\n"),
    )

    def check(self, step: FromStep) -> Findings:
        flag = step.node.flag("platform")
        image = step.stage.base.parsed
        if flag is None or not flag.value or image is None:
            return
        asked = step.stage.build.expand_global(flag.value, flag.span)
        platform = parse(asked.value) if isinstance(asked, Known) else None
        if platform is None or not isinstance(asked, Known):
            return
        system, architecture = platform
        reasons = [asked.reason] if "$" in flag.value else []
        if image.registry == "docker.io":
            account, slash, _ = image.path.partition("/")
            held = _ACCOUNTS.get(account) if slash else None
            if held and architecture and held != architecture:
                message = f"`{account}/…` has no image for {asked.value}"
                yield self.at(step.words[0], message, reasons)
        elif image.registry == "mcr.microsoft.com" and image.path in _WINDOWS and system == "linux":
            yield self.at(step.words[0], "this image is for Windows, not for Linux", reasons)
