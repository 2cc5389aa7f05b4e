"""
What was noted of an image's layers, made into effects again.

A note is a line, its first word says what happened:

    put FOLDER TOKEN…        files and directories are there (tokens: `dockwright.facts.ground`)
    maybe FOLDERS NAME…      files of these names may be there; folders with commas
    murky FOLDER… [! BUT…]   files nobody lists were added below the folders, not below BUT
    gone PATH                nothing is there any more
    drop FOLDERS NAMES [PACKAGES]   may have been removed; lists with commas
    apt RECOMMENDS NAME…     packages are installed, RECOMMENDS is 0, 1 or ?
    has MANAGER NAME…        packages are installed whose files are noted apart
    some MANAGER [NAME…]     packages are installed, NAME… and others
    libs [NAME…]             packages of shared libraries came along, and perhaps NAME…
    user NAME UID GID HOME SHELL
    group NAME GID
    strangers                users or groups nobody lists were added
"""

from dockwright.facts.contents import Account, Contents
from dockwright.facts.effects import Gone, Joined, Murky, Packages
from dockwright.facts.ground import Libraries, MayRemove, Placed, note
from dockwright.facts.knowledge import Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.facts.contents import Effect
    from dockwright.facts.ground import Names


def replay(below: Contents, notes: "Iterable[str]", reason: Reason) -> Contents:
    """The file system `below` after what the notes say."""
    effects: list[Effect] = []
    contents = Contents(below, effects, 0)
    placed: Names | None = None
    for line in notes:
        word, _, rest = line.partition(" ")
        if word == "put":
            folder, _, tokens = rest.partition(" ")
            if placed is None:
                placed = {}
                effects.append(Placed(placed, reason))
            note(placed, folder, tokens)
            continue
        placed = None
        effects.append(_effect(word, rest.split(" ") if rest else [], contents, reason))
        contents = contents.at(len(effects))
    return contents.at(len(effects))


def _effect(word: str, rest: list[str], before: Contents, reason: Reason) -> "Effect":
    if word == "apt":
        return _apt(rest[0], rest[1:], before.at(len(before.effects)), reason)
    if word == "maybe":
        names = frozenset(rest[1:])
        folders = rest[0].split(",")
        return Murky(folders, reason, brings=names.__contains__, adds=True)
    if word == "murky":
        split = rest.index("!") if "!" in rest else len(rest)
        return Murky(tuple(rest[:split]), reason, but=tuple(rest[split + 1 :]), adds=True)
    if word == "gone":
        return Gone(rest[0], reason)
    if word == "drop":
        places, gone, packages = (*rest, "")[:3]
        return MayRemove(places.split(","), gone.split(","), packages.split(","), reason)
    if word == "has":
        return Packages(rest[0], frozenset(rest[1:]), reason, complete=True)
    if word == "some":
        return Packages(rest[0], rest[1:], reason)
    if word == "libs":
        return Libraries(reason, rest)
    if word == "user":
        name, uid, gid, home, shell = rest
        account = Account(name, _number(uid), _number(gid), _text(home), _text(shell))
        return Joined("user", name, account, reason)
    if word == "group":
        return Joined("group", rest[0], Account(rest[0], _number(rest[1])), reason)
    if word == "strangers":
        return Murky((), reason, accounts=True)
    raise ValueError(f"a note begins with {word}")


def _number(text: str) -> int | None:
    return None if text == "?" else int(text)


def _text(text: str) -> str | None:
    return None if text == "?" else text


def _apt(recommends: str, names: list[str], before: Contents, reason: Reason) -> "Effect":
    from dockwright.facts.aptfacts import KIN, Installed
    from dockwright.facts.packages import index

    found = index(before.distribution, before.suite)
    exact = found is not None
    kin = [one for suite in KIN if (one := index("debian", suite)) is not None]
    return Installed(
        [found] if found is not None else kin,
        names,
        reason,
        before=before,
        recommends=None if recommends == "?" else recommends == "1",
        exact=exact,
    )
