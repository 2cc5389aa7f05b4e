"""
The table of contents of an archive of the build context: tar, packed or not, and zip.

A line for each member, tab-separated: "file", "dir", "link" or "hard", the mode in octal ("" when
the archive has none), uid, gid, the names of user and group, the target of a link, the path as it
is written in the archive. Lines of a wheel (PEP 427) that begin otherwise say what `pip` makes of
it: "purelib" or "platlib"; "requires" and a requirement; "script" and a program's name.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import tarfile
    import zipfile

# Of larger archives, and of those with more members, nothing is said.
MAX_PACKED = 8 << 20
MAX_UNPACKED = 64 << 20
MAX_MEMBERS = 5_000
MAX_METADATA = 1 << 20
_TAR_MAGIC = b"ustar"
_PACKED = ((b"\x1f\x8b", "gzip"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "lzma"))
_PROGRAMS = ("console_scripts", "gui_scripts")


def members(path: str) -> list[str] | None:
    """The lines for the file at `path`; None when it is no archive, or one that is not read."""
    import zlib
    from lzma import LZMAError
    from tarfile import TarError
    from zipfile import BadZipFile

    try:
        with open(path, "rb") as file:
            head = file.read(512)
        if head.startswith(b"PK\x03\x04"):
            found = _zip(path)
        elif os.path.getsize(path) <= MAX_PACKED or head[257:262] == _TAR_MAGIC:
            found = _tar(path, head)
        else:
            found = None
    except (OSError, EOFError, ValueError, KeyError, RuntimeError, NotImplementedError):
        return None
    except (TarError, BadZipFile, LZMAError, zlib.error):
        return None
    if found is None or any("\n" in line or line.count("\t") > 7 for line in found):
        return None
    return found


class _Limited:
    """A stream of which no more than MAX_UNPACKED bytes are read."""

    def __init__(self, stream: "object") -> None:
        self.stream = stream
        self.left = MAX_UNPACKED

    def read(self, size: int) -> bytes:
        """The next bytes."""
        data: bytes = self.stream.read(size)  # type: ignore[attr-defined]
        self.left -= len(data)
        if self.left < 0:
            raise ValueError("too long")
        return data


def _tar(path: str, head: bytes) -> list[str] | None:
    import tarfile

    if head[257:262] == _TAR_MAGIC:
        with tarfile.open(path, "r:") as archive:
            return _listed(archive)
    module = next((name for magic, name in _PACKED if head.startswith(magic)), None)
    if module is None:
        return None
    from importlib import import_module

    with (
        import_module(module).open(path) as stream,
        tarfile.open(fileobj=_Limited(stream), mode="r|") as archive,  # type: ignore[call-overload]
    ):
        return _listed(archive)


def _listed(archive: "tarfile.TarFile") -> list[str] | None:
    found: list[str] = []
    for one in archive:
        if one.isreg():
            kind = "file"
        elif one.isdir():
            kind = "dir"
        elif one.issym():
            kind = "link"
        elif one.islnk():
            kind = "hard"
        else:
            return None
        if len(found) >= MAX_MEMBERS:
            return None
        words = (kind, f"{one.mode & 0o7777:o}", one.uid, one.gid, one.uname, one.gname)
        found.append("\t".join(map(str, (*words, one.linkname, one.name))))
    return found


def _zip(path: str) -> list[str] | None:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_MEMBERS:
            return None
        found = []
        for one in entries:
            mode = one.external_attr >> 16 if one.create_system == 3 else 0
            kind = "dir" if one.is_dir() else "link" if mode & 0o170000 == 0o120000 else "file"
            bits = f"{mode & 0o7777:o}" if mode else ""
            found.append(f"{kind}\t{bits}" + "\t" * 6 + one.filename)
        if path.endswith(".whl"):
            found += _wheel(archive, [one.filename for one in entries])
    return found


def _wheel(archive: "zipfile.ZipFile", names: list[str]) -> list[str]:
    about = [name for name in names if name.endswith(".dist-info/WHEEL") and name.count("/") == 1]
    if len(about) != 1:
        return []
    folder = about[0].rpartition("/")[0]

    def lines(name: str) -> list[str]:
        full = f"{folder}/{name}"
        if full not in names:
            return []
        if archive.getinfo(full).file_size > MAX_METADATA:
            raise ValueError(full)
        return archive.read(full).decode("utf-8").splitlines()

    found = ["platlib"]
    for line in lines("WHEEL"):
        if line.replace(" ", "").lower() == "root-is-purelib:true":
            found = ["purelib"]
    for line in lines("METADATA"):
        if not line:
            break
        name, _, value = line.partition(":")
        if name.lower() == "requires-dist":
            found.append(f"requires\t{value.strip()}")
    section = ""
    for line in lines("entry_points.txt"):
        text = line.strip()
        if text.startswith("["):
            section = text.strip("[] ")
        elif section in _PROGRAMS and "=" in text and text[0] not in "#;":
            found.append(f"script\t{text.partition('=')[0].strip()}")
    return found
