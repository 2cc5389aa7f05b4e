"""
Which rules run.

A selector is a rule's code or name, the beginning of codes (`DW21`), a tag, a tier, `ALL`, or
another tool's id (`hadolint:DL3009`, `DL3009`). The most specific selector that speaks of a rule
decides; between equals, `ignore` wins. ShellCheck's codes are let through: they are not ours.
"""

from dockwright.check import registry
from dockwright.errors import ConfigError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockwright.check.names import Names
    from dockwright.check.registry import Entry
    from dockwright.config.schema import Config


def choose(
    config: "Config",
    *,
    also_ignore: "Sequence[str]" = (),
    entries: "Sequence[Entry] | None" = None,
) -> "list[Entry]":
    """
    The rules that `config` asks for, by code.

    The default is the tier "default", with `preview` also the tier "preview". `select` replaces
    that, `extend-select` adds, `ignore` removes. A rule in preview comes in by its own name, by
    the name of its tier, or when `preview` is on, but not with a group. What `also_ignore` names
    (the `per-file-ignores` of a file) is left out in the end, however it was selected. `entries`
    are the rules there are. Raises ConfigError for a selector that means nothing.
    """
    known = registry.entries() if entries is None else entries
    if config.select is None and not config.extend_select and not config.ignore:
        tiers = ("default", "preview") if config.preview else ("default",)
        chosen = [entry for entry in known if entry.tier in tiers]
    else:
        chosen = _selected(config, known, _names(entries))
    if config.rules_version is not None:
        newest = _version(config.rules_version)
        chosen = [entry for entry in chosen if _version(entry.since) <= newest]
    if also_ignore:
        groups = _resolve(_names(entries), also_ignore, "per-file-ignores", config.file)
        dropped = {entry.code for _, found in groups for entry in found}
        chosen = [entry for entry in chosen if entry.code not in dropped]
    return chosen


def severities(config: "Config", entries: "Sequence[Entry] | None" = None) -> dict[str, str]:
    """The severities that `config` gives, by code; a more specific selector wins."""
    if not config.severity:
        return {}
    names = _names(entries)
    ranked = [
        (rank, severity, found)
        for word, severity in config.severity.items()
        for rank, found in _resolve(names, (word,), "severity", config.file)
    ]
    ranked.sort(key=lambda row: row[0])
    return {entry.code: severity for _, severity, found in ranked for entry in found}


def verify(words: "Iterable[str]", option: str) -> None:
    """Raise UsageError when a selector given with the command line's `option` means nothing."""
    names = _names()
    for word in words:
        if names.group(word) is None and not _harmless(word, option):
            message = f"{option}: {_complaint(word)}"
            raise UsageError(message, hint=names.suggest(word))


def _selected(config: "Config", known: "Sequence[Entry]", names: "Names") -> "list[Entry]":
    base = ("default", "preview") if config.preview else ("default",)
    wanted = base if config.select is None else config.select
    steps: list[tuple[int, bool, Sequence[Entry]]] = []
    for words, key in ((wanted, "select"), (config.extend_select, "extend-select")):
        for rank, found in _resolve(names, words, key, config.file, preview=config.preview):
            steps.append((rank, False, found))
    for rank, found in _resolve(names, config.ignore, "ignore", config.file):
        steps.append((rank, True, found))
    steps.sort(key=lambda step: step[:2])
    on: set[str] = set()
    for _, removes, found in steps:
        codes = {entry.code for entry in found}
        on = on - codes if removes else on | codes
    return [entry for entry in known if entry.code in on]


def _names(entries: "Sequence[Entry] | None" = None) -> "Names":
    from dockwright.check.names import names

    return names(entries)


def _resolve(
    names: "Names", words: "Iterable[str]", key: str, file: str, *, preview: bool = True
) -> "Iterator[tuple[int, Sequence[Entry]]]":
    from dockwright.check.names import EXACT

    for word in words:
        group = names.group(word)
        if group is None:
            if _harmless(word, key):
                continue
            message = f"`{key}`: {_complaint(word)}"
            raise ConfigError(message, hint=names.suggest(word), file=file)
        rank, found = group
        if not preview and rank < EXACT and word != "preview":
            found = [entry for entry in found if entry.tier != "preview"]
        yield rank, found


def _harmless(word: str, key: str) -> bool:
    """Whether `word`, which names no rule of ours, may stand in `key`."""
    from dockwright.check.names import foreign, shellcheck

    return bool(shellcheck(word)) or ("select" not in key and foreign(word))


def _complaint(word: str) -> str:
    from dockwright.check.names import foreign

    if foreign(word):
        return f"no rule covers {word}"
    return f"{word!r} is no rule, code prefix, tag or tier"


def _version(text: str) -> tuple[int, ...]:
    numbers = [int(part) for part in text.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
