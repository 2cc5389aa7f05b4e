"""DW2104 apt-lists-left."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command, safe

LISTS = "/var/lib/apt/lists"


class AptListsLeft(Rule):
    """
    Delete the apt package index in the `RUN` that downloads it.

    A later `RUN rm` cannot shrink an earlier layer: the index ships with the image and goes stale
    there, although nothing reads it at run time.

    Silent when the directory is a cache or tmpfs mount, and in a stage whose file system never
    reaches the final image.
    """

    code = "DW2104"
    name = "apt-lists-left"
    severity = "info"
    tags = ("apt", "size")
    also = (
        "hadolint:DL3009",
        "kics:df746b39",
        "semgrep:remove-package-lists",
        "dockle:DKL-DI-0005",
    )
    on = command("apt-get", "apt", "aptitude")

    examples = (
        Bad(
            "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
            at="apt-get update",
            fixed="FROM debian:12\nRUN apt-get update && apt-get install -y curl"
            " && rm -rf /var/lib/apt/lists/*\n",
        ),
        Good("FROM debian:12\nRUN apt-get update && rm -rf /var/lib/apt/lists/*\n"),
        Good("FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt apt-get update\n"),
        Good("FROM debian:12 AS b\nRUN apt-get update\nFROM scratch\nCOPY --from=b /a /a\n"),
    )

    def check(self, run: RunStep) -> Findings:
        if not run.stage.shipped or run.kept_out(LISTS):
            return
        update = next((c for c in run.command("apt-get", "apt", "aptitude") if c.runs("update")), None)
        if update is None:
            return
        for rm in run.command("rm", "find"):
            if any(LISTS in word.shape for word in rm.args):
                return
        yield self.at(update, "the package index stays in this layer").fix(
            "delete it in the same `RUN`",
            safe(run.append(f" && rm -rf {LISTS}/*"), changes=("run:command-added",)),
        )
