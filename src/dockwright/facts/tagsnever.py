"""
Whether a tag that no list of official images ever had is surely wrong.

It is "never" only when it cannot be older than the list (images of 2013 and before), cannot have
been pushed after the list's day, and is not of a kind that the data leaves out.
"""

from dockwright.facts.tags import LEFT_OUT, NUMBERS, TAG, VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.facts.tags import Repository

# The repositories that Docker's index had before the list was where all its images came from.
_BEFORE = "2014-06"


def judge(repository: "Repository", tag: str, day: str) -> tuple[str, str]:
    """("never" or "unknown", the reason) for a tag that was not found."""
    name = f"{repository.name}:{tag}"
    if not repository.complete:
        return "unknown", f"only the current tags of {repository.name} are known"
    if not TAG.fullmatch(tag):
        return "unknown", f"{tag} is no tag"
    if LEFT_OUT.search(tag):
        return "unknown", f"previews and Windows builds that are gone are not recorded: {name}"
    if repository.state == "present" and (doubt := _newer(repository, tag)):
        return "unknown", f"{name} may be newer than the list of {day}: {doubt}"
    if repository.began < _BEFORE and _older(repository, tag):
        return "unknown", f"{name} may be older than the list of official images"
    return "never", f"{name} is in no list of official images from {repository.began} to {day}"


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, NUMBERS.findall(text)))


def _shape(text: str) -> str:
    return NUMBERS.sub("0", text)


def _newer(repository: "Repository", tag: str) -> str:
    """Why the tag may have been added since, or "" when it cannot."""
    head, _, suffix = tag.partition("-")
    heads, suffixes = repository.known()
    if head not in heads:
        return f"{head} is not known" if _new_head(head, heads) else ""
    if not heads[head]:
        return ""  # The version is no longer built: nothing new comes.
    if suffix in suffixes:
        return f"{suffix or head} is still built" if suffixes[suffix] else ""
    return _new_suffix(suffix, suffixes)


def _new_head(head: str, heads: dict[str, bool]) -> bool:
    """Whether a version, or a name such as a suite's, may be new."""
    version = VERSION.match(head)
    if not version:
        return not _misspelt(head, heads)
    numbers = _numbers(version[1])
    known: set[tuple[int, ...]] = set()
    live: set[tuple[int, ...]] = set()
    for other, current in heads.items():
        if match := VERSION.match(other):
            found = _numbers(match[1])
            for length in range(len(found) + 1):
                known.add(found[:length])
                if current:
                    live.add(found[:length])
    for length in range(len(numbers)):
        before = numbers[:length]
        if before not in live and length:
            return False
        if numbers[: length + 1] not in known:
            same = [one[length] for one in known if len(one) > length and one[:length] == before]
            return not same or numbers[length] > max(same)
    # Every number is known, only the spelling is not: 16.4 for 16.04, 1.2.3foo.
    return numbers in live and head != version[0]


def _new_suffix(suffix: str, suffixes: dict[str, bool]) -> str:
    """Why a variant of a version that is still built may be new, or ""."""
    shape = _shape(suffix)
    same = [_numbers(other) for other in suffixes if _shape(other) == shape]
    if same:
        later = _numbers(suffix) > max(same)
        return f"{suffix} is later than all that are known" if later else ""
    if _misspelt(suffix, suffixes):
        return ""
    words = {word for other in suffixes for word in _shape(other).split("-")}
    if all(word in words for word in shape.split("-")):
        return "its parts are known, their combination may be new"
    return f"{suffix} is not known"


def _misspelt(word: str, known: "Iterable[str]") -> bool:
    """Whether a word of letters is one or two slips away from a known one."""
    if len(word) < 4 or NUMBERS.search(word):
        return False
    limit = 1 if len(word) < 6 else 2
    return any(
        abs(len(word) - len(other)) <= limit and _distance(word, other, limit) <= limit
        for other in known
        if len(other) > 3
    )


def _distance(one: str, two: str, limit: int) -> int:
    """The number of insertions, deletions, replacements and swaps of neighbours, up to `limit`."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(two, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _older(repository: "Repository", tag: str) -> bool:
    """Whether a version is below all known ones, or the tag is no version at all."""
    version = VERSION.match(tag.removeprefix(repository.name))
    if not version:
        return tag.partition("-")[0] not in repository.known()[0] and not _misspelt(
            tag, repository.known()[0]
        )
    numbers = _numbers(version[1])
    known = [
        _numbers(match[1])
        for head in repository.known()[0]
        if (match := VERSION.match(head.removeprefix(repository.name)))
    ]
    for length in range(len(numbers)):
        if not any(one[: length + 1] == numbers[: length + 1] for one in known):
            same = [one[length] for one in known if one[:length] == numbers[:length] != one]
            return not same or numbers[length] < min(same)
    return False
