"""
Set-up scripts that are fetched and piped into a shell, of which it is known what they do.

Sources: github.com/nodesource/distributions (`scripts/deb/setup_*.x`: what is needed to fetch over
HTTPS, a key, a file in /etc/apt/sources.list.d, `apt-get update`, and from 16 on a priority above
the distribution's and packages for every distribution; README: below that a release of Node.js and
a release of a distribution are served while both are maintained; issues 866, 872 and 875: without
a priority apt takes the newer version, which the distribution may have), rustup's book
("Installation": ~/.cargo, ~/.rustup and a line in the shells' profiles).
"""

from dockwright.facts.knowledge import Reason
from dockwright.model.effects.installing import at_home
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.model.world import Call

_NODE = lazy(r"(?:https?://)?deb\.nodesource\.com/setup_(\d+|lts|current|dev)(?:\.x)?")
_RUSTUP = lazy(r"(?:https?://)?sh\.rustup\.rs/?")
# The first script that sets a priority (`Pin-Priority: 600`).
_PINNED = 16
# The major version of the package `nodejs` of each suite; source:
# packages.debian.org and packages.ubuntu.com, `nodejs` of each suite. None of them has npm in it.
_PACKAGED = {
    "stretch": 4, "buster": 10, "bullseye": 12, "bookworm": 18, "trixie": 20,
    "xenial": 4, "bionic": 8, "focal": 10, "jammy": 12, "noble": 18,
}  # fmt: skip
_NEEDS = ("apt-transport-https", "ca-certificates", "curl", "gnupg", "lsb-release")
_PROFILES = (".cargo", ".rustup", ".profile", ".bashrc", ".bash_profile", ".zshenv", ".zprofile")
_CHANGED = ("/etc/apt", "/usr/share/keyrings", "/var/lib/apt", "/var/cache/apt", "/root/.gnupg")


def piped(call: "Call") -> bool:
    """Whether the script that a shell reads from a pipe is a known one, which has happened then."""
    address = _address(call)
    if _RUSTUP.fullmatch(address):
        call.world.murky(at_home(call, *_PROFILES), call.reason, adds=True)
        call.world.murky(("/tmp", "/var/tmp"), call.reason, adds=True)
        return True
    match = _NODE.fullmatch(address)
    if match is None or call.world.contents.distribution not in ("debian", "ubuntu"):
        return False
    _nodesource(call, match[1])
    return True


def _address(call: "Call") -> str:
    """The address that the command before the pipe fetches, "" when that is not known."""
    command = call.command
    if "pipe-end" not in command.within:
        return ""
    before = [one for one in command.script.commands if one.end <= command.start]
    if not before or before[-1].name not in ("curl", "wget") or "pipe" not in before[-1].within:
        return ""
    words = [word.value or "" for word in before[-1].args]
    found = [one for one in words if "nodesource.com" in one or "rustup.rs" in one]
    return found[0] if len(found) == 1 else ""


def _nodesource(call: "Call", version: str) -> None:
    """A source of Node.js packages, which hardly works when the two were never served at once."""
    from dockwright.facts.aptfacts import Installed
    from dockwright.model.effects.apt import index_of, kin

    world = call.world
    index = index_of(world)
    before = world.contents
    wanted = call.reason
    world.emit(
        Installed(
            [index] if index is not None else kin(),
            _NEEDS,
            wanted,
            before=before,
            exact=index is not None,
            recommends=True,
            firm=False,
        )
    )
    doubt = Reason(wanted.text, wanted.source, wanted.span, firm=False)
    served = _served(version, before.distribution, before.suite)
    world.murky(_CHANGED, wanted if served else doubt, adds=True)


def _served(version: str, distribution: str, suite: str) -> bool:
    """
    Whether apt may take the source's packages: they were made for the suite, and are newer.

    Of two versions of equal priority apt installs the newer (apt_preferences(5)).
    """
    from dockwright.facts.releases import release

    if not version.isdigit() or int(version) >= _PINNED:
        return True
    if int(version) < _PACKAGED.get(suite, 0):
        return False
    node, system = release("node", version), release(distribution, suite)
    if node is None or system is None or not node.eol or not system.released:
        return True
    return node.eol > system.released
