"""What of apt the Dockerfile has configured before, and which calls rely on which."""

from dockwright.rules.api import Stage, Step, lazy, re
from dockwright.rules.packages._managers import APT, Call, calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_STAGES = 24
_SETTING = lazy(r"(?:get::)?(assume-yes|install-recommends)\W+(\w+)", re.IGNORECASE)
_ANY_SETTING = lazy(r"[a-z]::[a-z]", re.IGNORECASE)
TRUE = frozenset(("1", "yes", "true", "with", "on", "enable"))
FALSE = frozenset(("0", "no", "false", "without", "off", "disable"))


def apt_calls(stage: Stage) -> "Iterator[tuple[Step, Call, set[str]]]":
    """
    The calls of apt in a stage, each with the settings that files written before may hold:
    "assume-yes" (on), "install-recommends" (off).
    """
    settings: set[str] = set()
    for earlier in reversed(stage.lineage()[1:_MAX_STAGES]):
        for step in earlier.steps:
            _note(step, settings)
    for step in stage.steps:
        if step.node.name == "RUN":
            _note(step, settings)
            for call in calls(step, APT):
                yield step, call, settings
        else:
            _note(step, settings)


def settings_of(call: Call) -> dict[str, str]:
    """What `-o` sets, by the last part of the name in lower case."""
    found: dict[str, str] = {}
    for value in call.given("-o", "--option"):
        name, _, setting = value.partition("=")
        found[name.rpartition("::")[2].strip().lower()] = setting.strip("\"' ;").lower()
    return found


def _note(step: Step, settings: set[str]) -> None:
    node = step.node
    if node.name in ("COPY", "ADD") and len(node.args) > 1:
        target = node.args[-1].value.strip("\"'")
        if "/etc/apt/apt.conf" not in target and target.rstrip("/") != "/etc/apt":
            return
    elif node.name != "RUN":
        return
    text = step.stage.build.tree.source.slice(step.span)
    if node.name == "RUN" and "apt.conf" not in text and "/etc/apt" not in text:
        return
    seen = False
    for name, value in _SETTING.findall(text):
        seen = True
        wanted = TRUE if name.lower() == "assume-yes" else FALSE
        if value.lower() in wanted:
            settings.add(name.lower())
    # A configuration file that comes from elsewhere may say anything.
    if not seen and ("apt.conf" in text or node.name != "RUN") and not _ANY_SETTING.search(text):
        settings.update(("assume-yes", "install-recommends"))


__all__ = ["APT", "FALSE", "TRUE", "apt_calls", "settings_of"]
