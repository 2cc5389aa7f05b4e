"""Parts of a file system, as far as steps read and write them."""

from dockwright.facts.contents import below, clean
from dockwright.text.lazy import lazy
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Where a system's package manager and its packages read and write.
SYSTEM_FOLDERS = (
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/proc",
    "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/var",  # noqa: S108
)  # fmt: skip
# What of these packages leave to others: Debian Policy 9.1 and the FHS give /srv, /opt and
# /usr/src to the administrator; temporary files get names that nobody has. Names of vendors and of
# versions are what packages put there all the same.
_LEFT = lazy(
    r"/(?:usr|var)/(?:apps?|code|projects?|workspace|source|services?|task)(?:/|$)"
    r"|/srv/.|/(?:var/)?tmp/."
    r"|/opt/(?!(?:google|microsoft|nvidia|containerd|cni|amazon|aws|datadog|puppetlabs|chef|rh"
    r"|brave\.com|zoom|oracle|mssql|vertica|rocm\S*|intel|conda|hostedtoolcache)(?:/|$))."
    r"|/usr/src/(?!(?:gmock|googletest|gtest|kernels|debug|modules|packages|linux|php|python)(?:/|$))"
    r"[a-z_]+(?:/|$)"
)


class Region(Value):
    """
    `root` and all below it; with `left`, without what packages of a system leave alone there.

    `why` says in a word or two what is read or written, for messages.
    """

    __slots__ = ("left", "root", "why")

    def __init__(self, root: str, why: str = "", *, left: bool = False) -> None:
        self.root = root
        self.why = why
        self.left = left

    def meets(self, other: "Region") -> bool:
        """Whether a path may be in both."""
        if below(other.root, self.root):
            return not (self.left and _LEFT.match(other.root) is not None)
        if below(self.root, other.root):
            return not (other.left and _LEFT.match(self.root) is not None)
        return False


EVERYWHERE = Region("/", "anything")
SYSTEM = tuple(Region(folder, "the system's folders", left=True) for folder in SYSTEM_FOLDERS)
SCRATCH = (
    Region("/tmp", "temporary files", left=True),  # noqa: S108
    Region("/var/tmp", "temporary files", left=True),  # noqa: S108
)


def meeting(ones: "Iterable[Region]", others: "Sequence[Region]") -> "tuple[Region, Region] | None":
    """The first two regions that have a path in common."""
    if not others:
        return None
    for one in ones:
        for other in others:
            if one.meets(other):
                return one, other
    return None


def absolute(path: str, cwd: str | None) -> str | None:
    """`path` absolute and clean; None when it is relative to a folder nobody knows."""
    if path.startswith("/"):
        return clean(path)
    return clean(f"{cwd}/{path}") if cwd is not None else None


__all__ = ["EVERYWHERE", "SCRATCH", "SYSTEM", "Region", "absolute", "below", "meeting"]
