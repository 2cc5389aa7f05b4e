"""Properties of calls of package managers, for the classes of `explained.hadolint`."""

import re

from bench.explained.site import Site
from dockwright.facts.knowledge import Known
from dockwright.rules.packages import _cache
from dockwright.rules.packages._managers import APK, APT, GEM, GO, PIP
from dockwright.syntax.shell.nodes import HOLE

ARCHIVE = re.compile(r"\.(tar(\.(gz|bz2|xz|zst|lzma))?|tgz|tbz2?|txz|tzst)$", re.IGNORECASE)


def pinned_by_variable(site: Site) -> bool:
    """With the variables of the file put in, each operand has a version."""
    found = site.installs(APT)
    return bool(found) and all(
        "=" in one or one.endswith((".deb", "-")) or "/" in one
        for call in found
        for text in call.texts
        for one in text.split()
    )


def lists_cleaned(site: Site) -> bool:
    """After the last update, `dist-clean`, `find`, or a script that is called clean-up."""
    updates = [call.command.start for call in site.calls(APT) if call.updates]
    tail = site.step.script.text[updates[-1] :] if updates and site.step.script else ""
    return bool(re.search(r"dist-?clean|\bfind\b[^&;]*(/var/lib|apt)", tail))


def lists_elsewhere(site: Site) -> bool:
    return _cache.kept_out(site.step, "/var/lib/apt/lists")


def not_unpacked(site: Site) -> bool:
    words = site.step.words[:-1]
    return not any(ARCHIVE.search(word.value) for word in words)


def simulated(site: Site) -> bool:
    dry = ("-s", "--simulate", "--just-print", "--dry-run", "--recon", "--no-act", "--print-uris")
    return any(call.has(*dry) for call in site.installs(APT))


def nothing_named(site: Site) -> bool:
    option = "--no-install-recommends"
    return all(call.has(option) or not call.operands for call in site.installs(APT))


def recommends_off(site: Site) -> bool:
    """apt's configuration says no before, in this RUN or earlier."""
    chain = [step for up in site.stage.lineage()[1:] for step in up.steps]
    chain += site.stage.steps[: site.step.index + 1]
    return any("Install-Recommends" in step.outer.joined.text for step in chain)


def apk_deleted(site: Site) -> bool:
    found = site.calls(APK)
    if not found or site.step.script is None:
        return False
    tail = site.step.script.text[found[-1].command.start :]
    return bool(re.search(r"\brm\b[^&;]*/var/cache|apk\s+cache\s+clean|cache clean", tail))


def apk_option_in_variable(site: Site) -> bool:
    return any(call.has("--no-cache") for call in site.installs(APK)) and any(
        HOLE in word.shape for call in site.calls(APK) for word in call.options
    )


def apk_mounted(site: Site) -> bool:
    return _cache.kept_out(site.step, "/var/cache/apk", "/etc/apk/cache")


def pip_deleted(site: Site) -> bool:
    found = site.installs(PIP)
    return bool(found) and _cache.deleted(site.step, found[-1].command, "~/.cache/pip")


def pip_mounted(site: Site) -> bool:
    return _cache.kept_out(site.step, "~/.cache/pip")


def pip_abbreviated(site: Site) -> bool:
    return all(any(one.startswith("--no-ca") for one in c.flags) for c in site.installs(PIP))


def pip_variable(site: Site) -> bool:
    value = site.step.before.variable("PIP_NO_CACHE_DIR")
    return isinstance(value, Known) and bool(value.value)


def pipx(site: Site) -> bool:
    return any(one.name == "pipx" for one in site.step.commands) and not site.installs(PIP)


def pip_file(site: Site) -> bool:
    found = [text for call in site.installs(PIP) for text in call.texts]
    loose = [one for one in found if "==" not in one]
    return bool(loose) and all(o.startswith((".", "/")) or o.endswith(".whl") for o in loose)


def gem_file(site: Site) -> bool:
    return any(text.endswith(".gem") for call in site.installs(GEM) for text in call.texts)


def go_paths(site: Site) -> list[str]:
    return [text for call in site.calls(GO) for text in call.texts]


def go_project(site: Site) -> bool:
    """A go.mod, or the whole context, was copied before, and nothing asks for what is newest."""
    if any(call.has("-u") for call in site.calls(GO)):
        return False
    for step in site.stage.steps[: site.step.index]:
        if step.name in ("COPY", "ADD"):
            for word in step.words[:-1]:
                name = word.value.rstrip("/").rpartition("/")[2]
                if name in ("", ".") or "go." in name or "*" in name or "." not in name:
                    return True
    return False


def go_local(site: Site) -> bool:
    found = go_paths(site)
    return bool(found) and all("." not in one.partition("/")[0].strip(".") for one in found)
