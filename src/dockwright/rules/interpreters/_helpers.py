"""What the rules on interpreters share."""

from dockwright.rules.api import Contents, Known, Program, Reason, Stage, Step, clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def copies(stage: Stage) -> "Iterator[tuple[Step, Stage, str, str]]":
    """The COPYs of one path out of another stage: the step, that stage, source and destination."""
    for step in stage.steps:
        flag = step.node.flag("from") if step.name == "COPY" and not step.onbuild else None
        if flag is None or not flag.value or len(step.words) != 2:
            continue
        other = stage.build.stage_named(flag.value)
        source = step.expand(step.words[0].value)
        target = step.expand(step.words[1].value)
        if other is None or other.index >= stage.index:
            continue
        if not isinstance(source, Known) or not isinstance(target, Known):
            continue
        path = target.value
        if not path.startswith("/"):
            workdir = step.before.workdir
            if not isinstance(workdir, Known):
                continue
            path = f"{workdir.value or '/'}/{path}"
        yield step, other, clean(source.value), clean(path)


def version(stage: Stage, name: str = "PYTHON_VERSION") -> "tuple[str, Reason] | None":
    """`3.12` of the Python that an official image has; None when that is not known."""
    found = stage.state.env(name)
    if isinstance(found, Known) and isinstance(found.value, str):
        return _minor(found.value, found.reason)
    base = stage.lineage()[-1].base
    parsed = base.parsed
    if parsed is None or parsed.familiar != "python":
        return None
    reason = Reason(f"the tag {parsed.tag} of the image", firm=base.firm)
    return _minor(parsed.tag.partition("-")[0], reason)


def _minor(text: str, reason: Reason) -> "tuple[str, Reason] | None":
    parts = text.split(".")
    if len(parts) < 2 or not all(part.isdigit() for part in parts[:2]):
        return None
    return ".".join(parts[:2]), reason


def there(contents: Contents, path: str) -> Program | None:
    """The program at `path`, None when there is none or nobody knows."""
    found = contents.program(path, None)
    return found.value if isinstance(found, Known) else None


def libc(stage: Stage) -> "tuple[str, Reason] | None":
    """The C library of the image: "glibc", "musl", or "" for none; None when not known."""
    contents = stage.state.files
    if contents.distribution == "alpine":
        return "musl", Reason("Alpine's C library is musl")
    loader = contents.stat("/lib64/ld-linux-x86-64.so.2")
    if contents.distribution in ("debian", "ubuntu"):
        if isinstance(loader, Known) and loader.value is None:
            return "", loader.reason
        return "glibc", Reason(f"the C library of {contents.distribution} is glibc")
    return None
