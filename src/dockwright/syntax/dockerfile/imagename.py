"""
Whether a FROM names an image at all.

Source of the rules: distribution/reference `reference.go` and `normalize.go`.
"""

from dockwright.text.lazy import lazy, re

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_REFERENCE = lazy(
    rf"(?:{_DOMAIN}/)?({_COMPONENT}(?:/{_COMPONENT})*)(?::[\w][\w.-]{{0,127}})?"
    r"(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?\Z",
    re.ASCII,
)
_DIGEST = lazy(r"sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}")
_IDENTIFIER = lazy(r"[a-f0-9]{64}")
# What most names look like; the whole grammar takes three times as long to compile.
_PLAIN = lazy(r"[a-z0-9]+(?:[.-][a-z0-9]+)*(?:/[a-z0-9]+(?:[.-][a-z0-9]+)*)*(?::\w[\w.-]{0,60})?\Z")


def split(name: str) -> tuple[str, str]:
    """The registry of a reference, docker.io when it names none, and what follows it."""
    head, slash, rest = name.partition("/")
    if not slash or not ("." in head or ":" in head or head == "localhost" or head != head.lower()):
        return "docker.io", name
    return ("docker.io" if head == "index.docker.io" else head), rest


def problem(name: str) -> str:
    """Why `name` is no reference to an image, "" when it is one."""
    if len(name) < 64 and name.isascii() and _PLAIN.match(name):
        return ""
    if _IDENTIFIER.fullmatch(name):
        return f"invalid repository name ({name}), cannot specify 64-byte hexadecimal strings"
    head, rest = split(name)
    if head == "docker.io" and "/" not in rest:
        rest = "library/" + rest
    path = rest.partition(":")[0]
    if path != path.lower():
        return f"invalid reference format: repository name ({path}) must be lowercase"
    match = _REFERENCE.match(f"{head}/{rest}")
    if match is None:
        return "invalid reference format"
    if len(match[1]) > 255:
        return "repository name must not be more than 255 characters"
    if match[2] and not _DIGEST.fullmatch(match[2]):
        return "unsupported digest algorithm or invalid checksum digest length"
    return ""
