"""The COPY of a package manager's manifest and lock files that belongs before an install."""

from dockwright.rules.api import Step, below, brings, in_context, laid_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# What stands for a group of files when nobody knows which of them are there.
_TOGETHER = {
    "package.json": "package*.json",
    "package-lock.json": "package*.json",
    "Gemfile": "Gemfile*",
    "Gemfile.lock": "Gemfile*",
    "Pipfile": "Pipfile*",
    "Pipfile.lock": "Pipfile*",
}
# Rare: without a build context to look into they are taken not to be there.
_RARE = frozenset((
    ".pnpmfile.cjs", ".ruby-version", ".tool-versions", "auth.json", "bunfig.toml",
    "npm-shrinkwrap.json", "poetry.toml", "symfony.lock", "uv.toml",
))  # fmt: skip
_QUOTES = frozenset(" \t\"'\\<")


def lines(
    copy: Step, needs: "Sequence[str]", reads: "Sequence[str]", others: "Sequence[Step]"
) -> str | None:
    """
    The COPY instructions that bring `needs`, and what there is of `reads`, as `copy` would.

    `others` are instructions before it that stay: what they bring is left out. None when that
    cannot be said.
    """
    found = laid_out(copy)
    if found is None:
        return None
    source, target = found
    together = not any(path.endswith("/package-lock.json") for path in reads)
    groups: dict[tuple[str, str], dict[str, None]] = {}
    for path in (*needs, *reads):
        if not below(path, target) or path.endswith("/"):
            continue
        rest = path[len(target.rstrip("/")) :].strip("/")
        inside = "/".join(part for part in (source, rest) if part)
        if any(brings(other, path, inside) for other in others):
            continue
        there = in_context(copy, inside)
        folder, _, name = inside.rpartition("/")
        if there is not False and name.endswith(".txt"):
            # One requirements file may name its neighbours.
            beside = _neighbours(copy, folder, name)
            groups.setdefault((folder, rest.rpartition("/")[0]), {}).update(dict.fromkeys(beside))
            continue
        if there is False or (there is None and name in _RARE and path not in needs):
            if path in needs:
                return None
            continue
        if there is None:
            if name == "package.json" and together:
                pattern = name
            else:
                pattern = _TOGETHER.get(name, name if path in needs else f"{name}*")
            name = pattern
        folders = inside.rpartition("/")[0], rest.rpartition("/")[0]
        groups.setdefault(folders, {})[name] = None
    return "\n".join(_line(copy, *key, list(names)) for key, names in groups.items()) or ""


def _neighbours(copy: Step, folder: str, name: str) -> "list[str]":
    """The requirements files that may be read with `name`."""
    pattern = name
    if "requirement" in folder.rpartition("/")[2].lower():
        pattern = "*.txt"
    elif name.startswith("requirements") and name != "requirements.txt":
        pattern = "requirements*.txt"
    listing = copy.stage.build.listing
    if listing is None or pattern == name:
        return [pattern]
    inside = [f"{folder}/{one}" if folder else one for one in listing.names(folder) or ()]
    start, _, end = pattern.partition("*")
    return [
        one.rpartition("/")[2]
        for one in inside
        if one.rpartition("/")[2].startswith(start) and one.endswith(end) and in_context(copy, one)
    ]


def _line(copy: Step, folder: str, rest: str, names: "list[str]") -> str:
    flags = [flag.text for flag in copy.node.flags if flag.name in ("chown", "chmod")]
    sources = [f"{folder}/{name}" if folder else name for name in names]
    written = copy.words[-1].value
    where = "./" if written in ("", ".") else written.rstrip("/") + "/"
    if rest:
        where += rest + "/"
    words = ["COPY", *flags, *sources, where]
    return " ".join(words)


def plain(copy: Step) -> bool:
    """Whether the words of a COPY can be written again without quotes."""
    return not any(_QUOTES & set(word.value) for word in copy.words)


def only(copy: Step) -> bool:
    """Whether the copied folder is known to hold nothing but manifests."""
    found = laid_out(copy)
    listing = copy.stage.build.listing
    names = listing.names(found[0]) if found is not None and listing is not None else None
    if names is None or found is None:
        return False
    inside = [f"{found[0]}/{name}" if found[0] else name for name in names]
    return all(
        name.rpartition("/")[2].startswith(("package", "requirements", "Gemfile", "Pipfile", "go."))
        for name in inside
        if in_context(copy, name)
    )
