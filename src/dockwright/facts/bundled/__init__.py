"""Data files that the program brings along, made by `tools/refresh_facts`."""


def load(name: str) -> bytes:
    """
    The content of a file of this folder, wherever the package lies: in a folder or in a zip file.

    Raises OSError when there is no such file.
    """
    path = __file__[: -len("__init__.py")] + name
    reader = getattr(getattr(__spec__, "loader", None), "get_data", None)
    if reader is not None:
        content: bytes = reader(path)
        return content
    # Loaders that only know code; their files lie in a folder.
    with open(path, "rb") as file:
        return file.read()
