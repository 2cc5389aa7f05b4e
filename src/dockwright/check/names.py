"""What a word means that names rules: a code, a name, another tool's id, or a whole group."""

from dockwright.check import registry
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockwright.check.registry import Entry

TIERS = ("default", "optional", "preview")

# How much a selector says; the more specific one wins.
ALL, TIER, TAG, PREFIX = range(4)
EXACT = 20

_PREFIX = lazy(r"DW\d{0,3}")
_SHELLCHECK = lazy(r"(?:shellcheck:)?(SC\d{0,4})|shellcheck")
# Ids of other tools by their form, so that one we have no rule for is told from a mistake.
_FOREIGN = lazy(
    r"DL\d{4}|(?:AVD-)?DS-?\d{3,4}|CKV2?_DOCKER_\d+|CIS-DI-\d{4}|DKL-[DL]I-\d{4}|CL-\d{4}"
    r"|(?:hadolint|buildkit|trivy|checkov|kics|semgrep|dockle|tally|dclint|compose-lint):[\w./-]+"
)
_TRIVY = lazy(r"(?:avd-)?ds-?0*(\d{1,4})")
_UUID = lazy(r"([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f-]+")


class Names:
    """Looks words up among `entries`; upper and lower case do not matter."""

    __slots__ = ("_by_tool", "_by_word", "_tags", "entries")

    def __init__(self, entries: "Iterable[Entry]") -> None:
        self.entries = tuple(entries)
        by_word: dict[str, list[Entry]] = {}
        self._by_tool: dict[str, list[Entry]] = {}
        self._tags: dict[str, list[Entry]] = {}
        for entry in self.entries:
            for tag in entry.tags:
                self._tags.setdefault(tag, []).append(entry)
            for word in entry.also:
                tool, _, bare = word.lower().partition(":")
                for key in (f"{tool}:{bare}", bare):
                    by_word.setdefault(key, []).append(entry)
                of_tool = self._by_tool.setdefault(tool, [])
                if not of_tool or of_tool[-1] is not entry:
                    of_tool.append(entry)
        # Our own names come last: they win over another tool's id of the same spelling.
        for entry in self.entries:
            by_word[entry.name] = [entry]
            by_word[entry.code.lower()] = [entry]
        self._by_word = by_word

    def rules(self, word: str) -> "Sequence[Entry]":
        """
        The rules that `word` names one by one: by code, by name or by another tool's id.

        `tool:*` stands for every rule that has an equivalent in the tool, `*` for every rule.
        """
        if word == "*":
            return self.entries
        if word.endswith(":*"):
            return self._by_tool.get(word[:-2].lower(), ())
        return self._by_word.get(_canonical(word.lower()), ())

    def group(self, word: str) -> "tuple[int, Sequence[Entry]] | None":
        """The rules that the selector `word` stands for and how specific it is; None if unknown."""
        found = self.rules(word)
        if found and "*" not in word:
            return EXACT, found
        if word == "ALL":
            return ALL, self.entries
        if word in TIERS:
            return TIER, [entry for entry in self.entries if entry.tier == word]
        if word in self._tags:
            return TAG, self._tags[word]
        if _PREFIX.fullmatch(word):
            found = [entry for entry in self.entries if entry.code.startswith(word)]
            return (PREFIX + len(word), found) if found else None
        return None

    def suggest(self, word: str) -> str:
        """The word one could have meant, as a question; "" when none is near."""
        from difflib import get_close_matches  # only when something is wrong already

        spelt = {key.lower(): key for key in (*self._tags, *TIERS, "ALL")}
        for entry in self.entries:
            for key in (*(a.partition(":")[2] for a in entry.also), *entry.also):
                spelt.setdefault(key.lower(), key)
            spelt[entry.name] = entry.name
            spelt[entry.code.lower()] = entry.code
        close = get_close_matches(word.lower().replace("_", "-"), list(spelt), n=1, cutoff=0.65)
        return f"did you mean {spelt[close[0]]!r}?" if close else ""


_of_index: Names | None = None


def names(entries: "Sequence[Entry] | None" = None) -> Names:
    """The names of `entries`; of all rules, made once, when it is None."""
    global _of_index
    if entries is not None:
        return Names(entries)
    known = registry.entries()
    if _of_index is None or _of_index.entries is not known:
        _of_index = Names(known)
    return _of_index


def foreign(word: str) -> bool:
    """Whether `word` has the form of another tool's id."""
    return bool(_FOREIGN.fullmatch(word) or _SHELLCHECK.fullmatch(word))


def shellcheck(word: str) -> str:
    """The ShellCheck code, or the beginning of codes, that `word` is; "" for anything else."""
    match = _SHELLCHECK.fullmatch(word)
    return (match[1] or "SC") if match else ""


def _canonical(word: str) -> str:
    """One spelling for ids that have several; `word` is in lower case."""
    tool, colon, bare = word.rpartition(":")
    trivy = _TRIVY.fullmatch(bare)
    if trivy:
        bare = f"ds-{int(trivy[1]):04}"
    uuid = _UUID.fullmatch(bare)
    if uuid:
        bare = uuid[1]
    return tool + colon + bare
