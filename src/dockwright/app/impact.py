"""What becomes of the steps of a Dockerfile after a change: the use case of `dockwright impact`."""

import os

from dockwright.app import context
from dockwright.app.check import Checker, Options
from dockwright.app.contextview import FolderView
from dockwright.app.discover import read_bytes
from dockwright.errors import InputError, UsageError
from dockwright.model.cache import ALL, Change, impact
from dockwright.render.impact import Forecast
from dockwright.text.source import Source, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from dockwright.model.stages import Build, Stage

STORES = {"classic": False, "containerd": True}
_NAMED = 3


def forecast(
    files: "Sequence[str]",
    *,
    dockerfile: str | None = None,
    folder: str | None = None,
    target: str | None = None,
    args: "Mapping[str, str | None] | None" = None,
    edited: str | None = None,
    bases: "Sequence[str]" = (),
    store: str | None = None,
    config: str | None = None,
) -> Forecast:
    """
    What the next build does after `files` changed, or what else is given.

    `files` are paths seen from the working directory, or from the context when they lie in it only
    that way; they need not exist, and a folder stands for every file in it that reaches the
    builder. `dockerfile` defaults to the Dockerfile of `folder`, and `folder` to where that lies.
    `args`, `bases` and `edited` (a path) are as in `Change`; `store` is a key of `STORES`.

    Raises `UsageError` for a path outside of the context, an unknown target or nothing to judge,
    and `InputError` for a Dockerfile that cannot be read or has no stage.
    """
    if not (files or args or bases or edited):
        raise UsageError(
            "nothing is said to change",
            hint="name files, --build-arg NAME, --base or --edited FILE",
        )
    dockerfile, folder = _places(dockerfile, folder)
    checker = Checker(Options(context=folder, config=config))
    ignore = context.read_ignore(context.ignore_file(dockerfile, folder))
    build = _model(checker, dockerfile, ignore)
    view = FolderView(folder, build.ignore)
    paths = [path for file in files for path in _expand(_inside(file, folder), view)]
    new = _model(checker, edited, ignore, args=dockerfile) if edited else None
    change = Change(files=dict.fromkeys(paths), args=args or {}, edited=new, bases=bases)
    stage = _target(build, target)
    affected = impact(
        build, change, target=stage, view=view, merges=STORES[store] if store else None
    )
    given: dict[str, Any] = {
        "files": [_inside(file, folder) or "." for file in files],
        "args": dict(change.args),
        "bases": list(bases),
        "edited": edited,
    }
    sources = {one.source: one.tree.source for one in (build, new) if one is not None}
    return Forecast(
        dockerfile,
        _words(given),
        affected,
        sources,
        target=target or "",
        given=given,
        notes=_notes(build, change, given, dockerfile, folder),
    )


def _places(dockerfile: str | None, folder: str | None) -> tuple[str, str]:
    """The Dockerfile and the folder of the build context."""
    if dockerfile is None:
        base = folder if folder is not None else ""
        names = [os.path.join(base, name) for name in ("Dockerfile", "dockerfile")]
        dockerfile = next((name for name in names if os.path.isfile(name)), names[0])
    if folder is None:
        folder = os.path.dirname(dockerfile) or "."
    if not os.path.isdir(folder):
        raise UsageError(f"the build context {folder} is no folder")
    return dockerfile, folder


def _model(
    checker: Checker, path: str, ignore: bytes | None, *, args: str | None = None
) -> "Build":
    try:
        data = read_bytes(path)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError(reason, file=path) from error
    build = checker.build(args or path, Source(path, decode(data)), ignore)
    if not build.stages:
        raise InputError("no FROM: not a Dockerfile", file=path)
    return build


def _inside(file: str, folder: str) -> str:
    """`file` as a path in the build context; "" is its root."""
    root = os.path.abspath(folder)
    found = os.path.abspath(file)
    if found != root and not found.startswith(os.path.join(root, "")):
        found = os.path.abspath(os.path.join(root, file))
    if found == root:
        return ""
    if not found.startswith(os.path.join(root, "")):
        raise UsageError(f"{file} is not in the build context {folder}")
    return os.path.relpath(found, root).replace(os.sep, "/")


def _expand(path: str, view: FolderView) -> "list[str]":
    return list(view.paths(path)) if view.is_dir(path) else [path]


def _target(build: "Build", name: str | None) -> "Stage | None":
    if name is None:
        return None
    stage = build.stage_named(name)
    if stage is None:
        names = ", ".join(one.title for one in build.stages)
        raise UsageError(f"no stage {name!r}", hint=f"there are: {names}")
    return stage


def _words(given: "dict[str, Any]") -> str:
    parts: list[str] = []
    for key, before, after in (
        ("files", "an edit of ", ""),
        ("args", "another value of the build argument ", ""),
        ("bases", "new layers of ", ""),
    ):
        names = list(given[key])
        if names == [ALL]:
            names = ["every base image"]
        if names:
            more = len(names) - _NAMED
            shown = ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
            parts.append(before + shown + after)
    if given["edited"]:
        parts.append(f"the change to {given['edited']}")
    return " and ".join(parts)


def _notes(
    build: "Build", change: Change, given: "dict[str, Any]", dockerfile: str, folder: str
) -> "list[str]":
    notes: list[str] = []
    declared = {
        pair.key for node in build.tree.instructions if node.name == "ARG" for pair in node.pairs
    }
    notes.extend(
        f"no ARG names {name}, so its value changes nothing"
        for name in change.args
        if name not in declared and name != "SOURCE_DATE_EPOCH"
    )
    ignore = build.ignore
    notes.extend(
        f".dockerignore keeps {path} out of the build"
        for path in change.files[:20]
        if ignore is not None and ignore.fate(path) == "absent"
    )
    real = os.path.realpath(dockerfile)
    if not given["edited"]:
        notes.extend(
            f"{path} is judged as a file that COPY takes; for its instructions, "
            "give the new version with --edited"
            for path in change.files
            if path.endswith(os.path.basename(dockerfile))
            and os.path.realpath(os.path.join(folder, path)) == real
        )
    return notes
