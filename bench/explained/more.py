"""What only we report, and hadolint does not look at."""

import re

from bench.explained.site import Site, Test
from dockwright.model.stages import Build
from dockwright.rules.packages._managers import APT, calls


def behind_wrapper(site: Site) -> bool:
    return any(call.wrappers for call in calls(site.step))


def apt_itself(site: Site) -> bool:
    return any(call.name == "apt" for call in site.calls(APT))


def in_onbuild(site: Site) -> bool:
    return site.step.onbuild


def from_variable(site: Site) -> bool:
    return site.step.name == "FROM" and "$" in site.step.words[0].value


def not_from(site: Site) -> bool:
    return site.step.name in ("COPY", "RUN")


def by_path(site: Site) -> bool:
    return any(one.words and "/" in one.words[0].shape for one in site.step.commands)


def is_add(site: Site) -> bool:
    return site.step.name == "ADD"


def upgrades(site: Site) -> bool:
    return any(
        call.upgrades or call.updates or call.sub in ("autoremove", "purge", "remove")
        for call in calls(site.step)
    )


def with_index(site: Site) -> bool:
    """This RUN, or the one above, updates an index and then installs."""
    steps = site.stage.steps[max(0, site.step.index - 1) : site.step.index + 1]
    return any(call.updates for step in steps for call in calls(step))


def may_ship(site: Site) -> bool:
    """The final image does not build on the stage, unless a build argument says so."""
    final = site.build.final
    return site.stage.shipped and final is not None and site.stage not in final.lineage()


def tdnf(site: Site) -> bool:
    return any(call.name in ("tdnf", "dnf5") for call in calls(site.step))


def other_form(site: Site) -> bool:
    """`npm i`, `yarn`, `yarn global add`, `yum groupinstall`."""
    return any(
        call.name in ("npm", "yarn", "yum") and call.sub != "install" for call in calls(site.step)
    )


def at_latest(site: Site) -> bool:
    return "@latest" in site.text


def any_rm(site: Site) -> bool:
    """A deletion that does not reach what the rule is about."""
    return bool(re.search(r"\brm\b|\bfind\b|\bclean\b", site.text))


def quoted_base(site: Site) -> bool:
    return site.step.name == "FROM" and site.step.words[0].value[:1] in ("'", '"')


def other_name(site: Site) -> bool:
    return site.step.name in ("ENV", "ARG")


def lone_option(site: Site) -> bool:
    return any("--no-document" in call.flags for call in calls(site.step))


def uses_variable(site: Site) -> bool:
    return "$" in site.text


MORE: tuple[tuple[str, Test, tuple[str, ...]], ...] = (
    ("in an ONBUILD, which hadolint does not look into", in_onbuild, ()),
    ("the name comes from the default of an ARG", from_variable, ("DL3006", "DL3007", "DL3026")),
    ("images of COPY --from and mounts as well", not_from, ("DL3006", "DL3007", "DL3026")),
    ("`apt` as well as `apt-get`", apt_itself, ()),
    ("behind sudo, env or another wrapper", behind_wrapper, ()),
    ("ADD as well as COPY", is_add, ("DL3045",)),
    ("a value that a variable of the file gives", uses_variable, ("DL3002", "DL3066")),
    (
        "upgrades as well as installs",
        upgrades,
        ("DL3014", "DL3019", "DL3032", "DL3035", "DL3040", "DL3041"),
    ),
    ("an install with the update of its index counts as one command", with_index, ("DL3059",)),
    ("a stage that a build argument can choose for the final one", may_ship, ("DL3009",)),
    ("tdnf and dnf5 as well as dnf", tdnf, ("DL3040", "DL3041")),
    ("the moving tag @latest", at_latest, ("DL3016",)),
    ("other forms of the command: npm i, yarn, yarn global add", other_form, ()),
    ("an option that hadolint takes for one with a value", lone_option, ("DL3028",)),
    ("the name of the image is quoted", quoted_base, ("DL3007",)),
    ("names outside hadolint's list", other_name, ("DL3064",)),
    ("a program called by its path", by_path, ()),
    (
        "something is deleted, but not this, or before it is there",
        any_rm,
        ("DL3009", "DL3019", "DL3032"),
    ),
)


def extra(code: str, line: int, build: Build) -> str | None:
    """Why only we report `code` at the instruction in `line`; None when no class fits."""
    site = Site(build, line)
    if site.step_ is None:
        return None
    for text, test, codes in MORE:
        if (not codes or code in codes) and test(site):
            return text
    return None
