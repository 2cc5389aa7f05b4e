"""
What installed packages of Debian surely have beside their programs.

Debian Policy 12.5: every package has its copyright in /usr/share/doc/PACKAGE, which may be a link
to another package's; 10.9: directories are 0755 and root's. dpkg(1): a package's files are listed
in /var/lib/dpkg/info. In official images that leave documentation out (`path-exclude`) the
directories and the copyright stay.
"""

from dockwright.facts.contents import Entry
from dockwright.facts.knowledge import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.facts.bundled.places import Places
    from dockwright.facts.closure import Closure
    from dockwright.facts.contents import Contents
    from dockwright.facts.knowledge import Knowledge

DOCUMENTS = "/usr/share/doc/"
DATABASE = "/var/lib/dpkg/info/"
# What decides which files dpkg leaves out.
FILTERS = ("/etc/dpkg/dpkg.cfg", "/etc/dpkg/dpkg.cfg.d")
_FOLDER = Entry("dir", 0o755, 0, 0)
_LINK = Entry("link", 0o777, 0, 0)
_FILE = Entry("file", 0o644, 0, 0)
# Below these a package may give a directory to a user of its own, or close it.
_OWN = (
    "/usr/share/polkit-1", "/usr/lib/news", "/usr/lib/uucp", "/usr/lib/mailman", "/usr/lib/cups",
    "/usr/lib/postfix", "/usr/lib/courier", "/usr/lib/cyrus", "/usr/local", "/usr/lib/qmail",
    "/usr/share/games", "/usr/lib/games", "/usr/lib/dbus-1.0",
)  # fmt: skip


# What official images in their slim variants leave out (/etc/dpkg/dpkg.cfg.d/docker).
_LEFT_OUT = (
    "/usr/share/gnome/help/", "/usr/share/groff/", "/usr/share/info/", "/usr/share/linda/",
    "/usr/share/lintian/", "/usr/share/locale/", "/usr/share/man/", "/usr/share/omf/",
)  # fmt: skip
# What the scripts of a package make: update-ca-certificates(8).
_MADE = {"/etc/ssl/certs/ca-certificates.crt": "ca-certificates"}


class Brought:
    """
    The packages of one installation, and what they bring.

    `past` tells of a package whether it was installed before, `before` is the file system then.
    """

    __slots__ = ("_filtered", "_folders", "before", "least", "past", "places")

    def __init__(
        self,
        places: "Places",
        least: "Closure",
        past: "Callable[[str], Knowledge]",
        before: "Contents",
    ) -> None:
        self.places = places
        self.least = least
        self.past = past
        self.before = before
        self._filtered: bool | None = None
        self._folders: dict[str, bool] | None = None

    def find(self, path: str) -> tuple[Entry, bool] | None:
        """What stands at `path`, and whether that is certain; None when that is not known."""
        if path.startswith(DOCUMENTS):
            return self._document(path[len(DOCUMENTS) :])
        if path.startswith(DATABASE):
            return self._database(path[len(DATABASE) :])
        if path.startswith(_LEFT_OUT):
            return None
        maker = _MADE.get(path)
        if maker is not None:
            made = self._comes(maker)
            return (_FILE, made) if made is not None else None
        sure = self.folders.get(path)
        if sure is None or self.filtered:
            return None
        plain = path.startswith("/usr/") and not path.startswith(_OWN)
        return (_FOLDER if plain else Entry("dir")), sure

    def _comes(self, name: str) -> bool | None:
        """Whether a package comes surely (True) or most likely (False); None: it need not come."""
        if name not in self.least.expected:
            return None
        past = self.past(name)
        if not isinstance(past, Known) or past.value:
            # An image may have taken files away that an installed package has.
            return None
        return name in self.least.surely

    def _document(self, rest: str) -> tuple[Entry, bool] | None:
        name, _, inside = rest.partition("/")
        sure = self._comes(name)
        if sure is None or inside not in ("", "copyright") or self.filtered:
            return None
        kind = self.places.document(name)
        if not kind or (inside and kind == "link"):
            return None
        if inside:
            return _FILE, False
        return (_FOLDER if kind == "dir" else _LINK), sure

    def _database(self, rest: str) -> tuple[Entry, bool] | None:
        record, _, kind = rest.rpartition(".")
        name, _, processor = record.partition(":")
        sure = self._comes(name)
        if sure is None or kind not in ("list", "md5sums") or self.places.record(name) != record:
            return None
        # Which processor it is built for nobody says here.
        return _FILE, sure and kind == "list" and not processor

    @property
    def filtered(self) -> bool:
        """Whether the Dockerfile may have told dpkg to leave files out."""
        if self._filtered is None:
            from dockwright.facts.aptfacts import Installed, history
            from dockwright.facts.aptremovals import Removed
            from dockwright.facts.sources import writes

            self._filtered = any(
                effect.reason.firm and writes(effect, one)
                for effect in history(self.before)
                if not isinstance(effect, (Installed, Removed))
                for one in FILTERS
            )
        return self._filtered

    @property
    def folders(self) -> dict[str, bool]:
        """The directories that the packages have files in, and whether they surely come."""
        if self._folders is None:
            found: dict[str, bool] = {}
            for name in self.least.expected:
                sure = self._comes(name)
                for folder in self.places.folders(name) if sure is not None else ():
                    path = folder
                    while path and not found.get(path):
                        if path in found and not sure:
                            break
                        found[path] = bool(sure)
                        path = path.rpartition("/")[0]
            self._folders = found
        return self._folders
