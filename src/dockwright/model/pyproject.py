"""What a pyproject.toml says that a build of its package hangs on."""

# Build back ends that stop when the file is not there; setuptools only warns.
_STRICT = ("hatchling", "flit_core", "poetry.core", "poetry_core", "uv_build", "maturin")


def packaged_files(text: str) -> "list[str]":
    """The files that a pyproject.toml names and that its build back end cannot do without."""
    from tomllib import TOMLDecodeError, loads

    try:
        document = loads(text)
    except (TOMLDecodeError, RecursionError):
        return []
    system = document.get("build-system")
    backend = system.get("build-backend") if isinstance(system, dict) else None
    if not isinstance(backend, str) or not backend.startswith(_STRICT):
        return []
    found: list[object] = []
    project = document.get("project")
    if isinstance(project, dict):
        found += [project.get("readme"), project.get("license")]
    tool = document.get("tool")
    uv = tool.get("uv") if isinstance(tool, dict) else None
    if isinstance(uv, dict) and uv.get("package") is False:
        return []
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    if isinstance(poetry, dict):
        readme = poetry.get("readme")
        found += readme if isinstance(readme, list) else [readme]
    paths = []
    for at, one in enumerate(found):
        if isinstance(one, dict):
            one = one.get("file")  # noqa: PLW2901
        elif at == 1 and project is not None:
            continue  # a licence that is a text names no file
        if isinstance(one, str) and one:
            paths.append(one.removeprefix("./"))
    return paths
