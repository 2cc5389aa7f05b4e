"""What the rules about yum, dnf and zypper have in common."""

from dockwright.rules.api import HOLE, Draft, Edit, Rule, ShellWord, Step, lazy, re, safe
from dockwright.rules.packages._cache import clean, deleted, kept_out, place
from dockwright.rules.packages._managers import Call, Manager, calls, literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

RPM_CACHES = ("/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/tdnf")
ZYPP_CACHES = ("/var/cache/zypp",)
_DRY = ("--assumeno", "--dry-run", "-D", "--downloadonly", "-h", "--help", "--version")
_ELSEWHERE = ("--installroot", "--root", "-R")
_ASKING = frozenset(
    (
        "remove",
        "erase",
        "autoremove",
        "swap",
        "downgrade",
        "rm",
        "source-install",
        "si",
        "install-new-recommends",
        "inr",
    )
)
_GROUPS = frozenset(("group", "groups", "module"))
_GROUP_ACTIONS = frozenset(
    ("install", "upgrade", "update", "remove", "enable", "disable", "reset", "switch-to")
)
_CONFIGURED = lazy(r"(?<!-)assumeyes\s*=\s*(1|true|yes|on)", re.IGNORECASE)
_CONFIGURATION = lazy(r"/etc/(yum|dnf)(/|\.conf|\b)")
_CLEANS = frozenset(("all", "metadata", "dbcache", "-a", "--all", "--metadata", "-m", "-M"))


def unanswered(rule: Rule, run: Step, *managers: Manager) -> "Iterator[Draft]":
    """Findings for the calls that ask before they act while nobody answers."""
    for call in calls(run, *managers):
        action = call.action
        if action is None or call.hides_options or call.has(*_DRY):
            continue
        group = call.sub in _GROUPS
        if group:
            action = call.operands[0] if call.operands else action
            if action.value not in _GROUP_ACTIONS:
                continue
        elif not (call.installs or call.upgrades or call.sub in _ASKING):
            continue
        if call.sub == "resolvedep" or _answered(call) or _configured(run):
            continue
        zypper = call.manager.name == "zypper"
        # With nothing to do it does not ask.
        script = run.script
        damaged = script is None or script.damaged is not None
        likely = call.unsure or damaged or not (call.installs or group)
        name = f"{call.name} {call.sub}"
        where = call.program if zypper else action
        option = "--non-interactive" if zypper else "-y"
        text = f'", "{option}' if literal(run, call) else f" {option}"
        yield rule.at(
            place(call), f"`{name}` asks before it acts, and nobody answers", likely=likely
        ).fix(f"add `{option}`", safe(run.insert_after(where, text), changes=("run:options",)))


def _answered(call: Call) -> bool:
    if call.manager.name == "zypper":
        if call.has("-y", "--no-confirm", "--non-interactive"):
            return True
        start = call.action.start if call.action is not None else 0
        if any(
            "n" in word.shape.lstrip("-")
            for word in call.options
            if word.start < start and not word.shape.startswith("--")
        ):
            return True
    elif call.has(*call.manager.yes) or any("assumeyes" in v for v in call.given("--setopt")):
        return True
    command = call.command
    if "pipe-end" in command.within:
        return True
    if "loop" in command.within and any(one.name == "read" for one in command.script.commands):
        return True
    return any(redirect.operator.startswith("<") for redirect in command.redirects)


def _configured(run: Step) -> bool:
    """Whether a configuration file written before may answer."""
    source = run.stage.build.tree.source
    for stage in run.stage.lineage():
        for step in stage.steps:
            if stage is run.stage and step.index > run.index:
                break
            if step.name == "RUN" and _CONFIGURED.search(source.slice(step.span)):
                return True
            target = step.words[-1].value if step.name in ("COPY", "ADD") and step.words else ""
            if _CONFIGURATION.match(target) and ".repos.d" not in target:
                return True
    return False


def cached(rule: Rule, run: Step, *managers: Manager) -> "Iterator[Draft]":
    """The finding that a RUN leaves what its package manager has downloaded."""
    if not run.stage.shipped or run.onbuild:
        return
    zypper = managers[0].name == "zypper"
    caches = ZYPP_CACHES if zypper else RPM_CACHES
    if kept_out(run, *caches):
        return
    last: Call | None = None
    for call in calls(run, *managers):
        group = call.sub in _GROUPS and call.operands and call.operands[0].value in _GROUP_ACTIONS
        # An index that is only fetched is there for a later RUN, and another rule's subject.
        if not (group or call.installs or call.upgrades):
            continue
        if call.has("-h", "--help", "--assumeno", *_ELSEWHERE):
            continue
        if any("cachedir" in value for value in call.given("--setopt")):
            continue
        if not zypper or not call.has("--cache-dir", "-C", "--pkg-cache-dir"):
            last = call
    if last is None or _cleaned(run, last) or deleted(run, last.command, *caches):
        return
    script = run.script
    damaged = script is None or script.damaged is not None
    program = last.name
    command = "zypper clean --all" if zypper else f"{program} clean all"
    edit: Edit | None = clean(run, last, command)
    yield rule.at(
        place(last), f"what `{program}` has downloaded stays in this layer", likely=damaged
    ).fix(f"run `{command}` in the same `RUN`", safe(edit, changes=("run:command-added",)))


def _cleaned(run: Step, last: Call) -> bool:
    zypper = last.manager.name == "zypper"
    for call in calls(run):
        if call.command.start <= last.command.start:
            continue
        if zypper and call.manager is last.manager:
            if call.sub in ("clean", "cc"):
                return True
        elif not zypper and call.manager.name in ("yum", "dnf", "microdnf", "tdnf"):
            words = {word.value for word in call.command.args}
            if "clean" in words and words & _CLEANS:
                return True
    return False


def loose(rule: Rule, run: Step, *managers: Manager) -> "Iterator[Draft]":
    """Findings for the installs of packages without a version."""
    for call in calls(run, *managers):
        module = call.sub == "module" and bool(call.operands)
        if module:
            if call.operands[0].value != "install":
                continue
        elif call.sub not in ("install", "in"):
            continue
        if call.has(*_DRY):
            continue
        zypper = call.manager.name == "zypper"
        kinds = call.given("-t", "--type")
        if zypper and kinds and kinds[0] != "package":
            continue
        start = 1 if module else 0
        words = call.operands[start:]
        texts = call.texts[start:]
        found = [
            (word, text)
            for word, text in zip(words, texts, strict=True)
            if any(_unpinned(one, zypper, module) for one in _parts(word, text))
        ]
        if found:
            names = " ".join(text for _, text in found).replace(HOLE, "…").split()
            hidden = any(HOLE in text for _, text in found)
            yield rule.at(found[0][0], f"no version for {some(names)}", likely=hidden)


_RPM_VERSION = lazy(r"-(\d|\$\{\})|[=<>]")
_ZYPP_VERSION = lazy(r"[=<>]|-\d+(\.\d+)+(-[\d.]+)*$|-\$\{\}")


def _unpinned(text: str, zypper: bool, module: bool) -> bool:
    if text.endswith(".rpm") or "/" in text or text.startswith(("@", "-", "!", "~")):
        return False
    if module:
        return ":" not in text
    return (_ZYPP_VERSION if zypper else _RPM_VERSION).search(text) is None


def _parts(word: ShellWord, text: str) -> list[str]:
    return [text] if word.text[:1] in ("'", '"') else text.split()


def some(names: list[str]) -> str:
    """The first names of a list."""
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


__all__ = ["RPM_CACHES", "cached", "loose", "some", "unanswered"]
