"""Data files that the program brings along, made by `tools/refresh_facts`."""


class DataFile:
    """
    A file of this folder, wherever the package lies: in a folder or in a zip file.

    Slices of it are read when they are asked for: a run needs little of a megabyte. They raise
    OSError when there is no such file.
    """

    __slots__ = ("_path",)

    def __init__(self, name: str) -> None:
        self._path = __file__[: -len("__init__.py")] + name

    def __getitem__(self, part: slice) -> bytes:
        start = part.start or 0
        try:
            with open(self._path, "rb", buffering=0) as file:
                file.seek(start)
                found = file.read(-1 if part.stop is None else part.stop - start)
                return found or b""
        except (FileNotFoundError, NotADirectoryError):
            reader = getattr(getattr(__spec__, "loader", None), "get_data", None)
            if reader is None:
                raise
            content: bytes = reader(self._path)
            return content[part]


def load(name: str) -> bytes:
    """The whole content of a file of this folder."""
    return DataFile(name)[:]
