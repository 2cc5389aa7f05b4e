"""
The build context as far as a Dockerfile's surroundings tell.

`<name>.dockerignore` beside the Dockerfile holds for it alone; otherwise the context's own
`.dockerignore`. Which folder is the context only the build command says: it is taken as known when
`--context` names it, or when a `.dockerignore` stands beside the Dockerfile: Docker reads that name
at the root of the context only. A `<name>.dockerignore` proves nothing, for it lies beside the
Dockerfile wherever the context is.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
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
