"""
The build context as far as a Dockerfile's surroundings tell.

`<name>.dockerignore` beside the Dockerfile holds for it alone; otherwise the context's own
`.dockerignore`. Which folder is the context only the build command says: it is taken as known when
`--context` names it, or when a `.dockerignore` stands beside the Dockerfile: Docker reads that name
at the root of the context only. A `<name>.dockerignore` proves nothing, for it lies beside the
Dockerfile wherever the context is.
"""

import os

from dockwright.app.discover import Target, is_dockerfile, is_ignore, is_markdown, of_compose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.syntax.ignore.matcher import Matcher


def ignore_file(dockerfile: str, context: str | None) -> str | None:
    """The path of the ignore file that holds for `dockerfile`, None when there is none."""
    if dockerfile == "-":
        own = ""
        folder = context
    else:
        own = dockerfile + ".dockerignore"
        folder = context if context is not None else os.path.dirname(dockerfile)
    if own and os.path.isfile(own):
        return own
    if folder is None:
        return None
    shared = os.path.join(folder, ".dockerignore")
    return shared if os.path.isfile(shared) else None


def folder(dockerfile: str, context: str | None, ignore: str | None) -> str | None:
    """The build context's folder as far as it is known, None when it is not."""
    if context is not None:
        return context
    if dockerfile == "-" or ignore is None or os.path.basename(ignore) != ".dockerignore":
        return None
    return os.path.dirname(dockerfile) or "."


def with_ignore_files(targets: "Sequence[Target]", context: str | None) -> "list[Target]":
    """
    `targets` with the ignore files of the Dockerfiles among them, each once, behind the first
    Dockerfile that it holds for. An ignore file that is named itself holds for the Dockerfiles
    beside it.
    """
    found: list[Target] = []
    serves: dict[str, list[str]] = {}
    for target in targets:
        path = target.path
        if path != "-" and is_ignore(path):
            key = os.path.normpath(path)
            if key not in serves:
                serves[key] = []
                found.append(Target(path, target.explicit, ()))
            serves[key] += [one for one in _beside(path) if one not in serves[key]]
            continue
        found.append(target)
        if path == "-" or is_markdown(path) or of_compose(target):
            continue
        ignore = ignore_file(path, context)
        if ignore is None:
            continue
        key = os.path.normpath(ignore)
        if key not in serves:
            serves[key] = []
            found.append(Target(ignore, target.explicit, ()))
        if path not in serves[key]:
            serves[key].append(path)
    return [
        one
        if one.serves is None
        else Target(one.path, one.explicit, serves[os.path.normpath(one.path)])
        for one in found
    ]


def _beside(ignore: str) -> "list[str]":
    """The Dockerfiles beside an ignore file that it holds for."""
    folder, name = os.path.split(ignore)
    if name != ".dockerignore":
        own = ignore.removesuffix(".dockerignore")
        return [own] if os.path.isfile(own) else []
    try:
        names = sorted(os.listdir(folder or "."))
    except OSError:
        return []
    paths = [os.path.join(folder, one) for one in names if is_dockerfile(one)]
    return [
        one for one in paths if os.path.isfile(one) and not os.path.isfile(one + ".dockerignore")
    ]


def ignore_context(ignore: str, context: str | None) -> str | None:
    """The folder of the build context that an ignore file is in, None when it is not known."""
    if context is not None:
        return context
    folder, name = os.path.split(ignore)
    return folder or "." if name == ".dockerignore" else None


def read_ignore(path: str | None) -> bytes | None:
    """The content of an ignore file; None when there is none to read."""
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def matcher(data: bytes | None, *, known: bool) -> "Matcher | None":
    """
    The matcher of an ignore file's content.

    None when the context is not known; one without patterns when it is and has no ignore file.
    """
    if data is None and not known:
        return None
    from dockwright.syntax.ignore.matcher import Matcher
    from dockwright.syntax.ignore.parser import parse
    from dockwright.text.source import decode

    return Matcher(parse(decode(data or b"")).patterns)
