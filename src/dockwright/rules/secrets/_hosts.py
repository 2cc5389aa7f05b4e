"""Which hosts a URL names."""

from dockwright.rules.api import lazy

_HOST = lazy(r"\w[\w+.-]*://(?:[^/@\s]*@)?(\[[^\]]*\]|[^/:?#\s'\"]*)")
_PRIVATE = lazy(
    r"localhost$|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0|169\.254\.|\[::1?\]|"
    r"host\.docker\.internal"
)


def host(url: str) -> str:
    """The host of a URL in lower case, "" when it has none."""
    match = _HOST.match(url)
    return match[1].lower() if match else ""


def local(url: str) -> bool:
    """Whether the URL names the loopback."""
    name = host(url)
    return name in ("localhost", "[::1]") or name.startswith(("127.", "0.0.0."))


def private(url: str) -> bool:
    """Whether the URL names a host that the public network does not know, or a variable one."""
    name = host(url)
    if not name or "${" in name or "$" in name or _PRIVATE.match(name):
        return True
    return "." not in name or name.endswith((".local", ".internal", ".lan", ".test", ".localhost"))
