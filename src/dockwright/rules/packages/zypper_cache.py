"""DW2132 zypper-cache."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command
from dockwright.rules.packages._managers import WRAPPERS, ZYPPER
from dockwright.rules.packages._rpm import cached


class ZypperCache(Rule):
    """
    Run `zypper clean --all` in the `RUN` that uses `zypper`.

    zypper keeps the metadata of its repositories, and may keep packages, below /var/cache/zypp.
    They ship with the layer although nothing reads them at run time, and a later `RUN` cannot
    remove them.

    Silent when the same `RUN` cleans up afterwards (`zypper clean`, `zypper cc` or `rm`), when a
    cache or tmpfs mount keeps the cache out of the layer, with `--root`, inside `ONBUILD`, and in
    a stage whose file system never reaches the final image.
    """

    code = "DW2132"
    name = "zypper-cache"
    severity = "warning"
    tags = ("zypper", "size")
    also = ("hadolint:DL3036", "trivy:DS-0020", "kics:38300d1a", "semgrep:missing-zypper-clean")
    on = command(*ZYPPER.programs, *WRAPPERS)

    examples = (
        Bad(
            "FROM opensuse/leap:15.6\nRUN zypper -n install git\n",
            at="zypper -n install",
            fixed="FROM opensuse/leap:15.6\nRUN zypper -n install git && zypper clean --all\n",
        ),
        Good("FROM opensuse/leap:15.6\nRUN zypper -n install git && zypper clean -a\n"),
        Good("FROM opensuse/leap:15.6\nRUN zypper -n install git && zypper cc\n"),
        Good("FROM opensuse/leap:15.6\nRUN zypper -n install git && rm -rf /var/cache/zypp/*\n"),
        Good(
            "FROM opensuse/leap\nRUN --mount=type=cache,target=/var/cache/zypp zypper -n in git\n"
        ),
        Good(
            "FROM opensuse/leap:15.6 AS build\nRUN zypper -n in gcc\n"
            "FROM opensuse/leap:15.6\nCOPY --from=build /app /app\n"
        ),
    )

    def check(self, run: RunStep) -> Findings:
        yield from cached(self, run, ZYPPER)
