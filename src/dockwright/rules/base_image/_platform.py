"""Platforms such as linux/arm64/v8, as containerd reads them."""

from dockwright.rules.api import lazy

_OS = lazy(r"([A-Za-z0-9_-]+)(\([A-Za-z0-9_.%+-]*\))?\Z")
_PART = lazy(r"[A-Za-z0-9_.-]+\Z")
_SYSTEMS = (
    *("aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux"),
    *("nacl", "netbsd", "openbsd", "plan9", "solaris", "windows", "zos"),
)
_ARCHITECTURES = (
    *("386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "ppc64", "ppc64le"),
    *("loong64", "mips", "mipsle", "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc"),
    *("riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm"),
)
_ALIASES = {
    "i386": "386",
    "x86_64": "amd64",
    "x86-64": "amd64",
    "aarch64": "arm64",
    "armhf": "arm",
    "armel": "arm",
}


def parse(text: str) -> tuple[str, str] | None:
    """Operating system and architecture, "" for the part left to the host; None when invalid."""
    parts = text.split("/")
    head = _OS.match(parts[0])
    if head is None or len(parts) > 3 or not all(_PART.match(part) for part in parts[1:]):
        return None
    system = head[1].lower()
    system = "darwin" if system == "macos" else system
    if len(parts) > 1:
        architecture = parts[1].lower()
        return system, _ALIASES.get(architecture, architecture)
    if system in _SYSTEMS:
        return system, ""
    architecture = _ALIASES.get(parts[0].lower(), parts[0].lower())
    return ("linux", architecture) if architecture in _ARCHITECTURES else None
