"""Looking into a Dockerfile's image: the use case of `dockwright show`."""

import os

from dockwright.app import context
from dockwright.app.check import Checker, Options
from dockwright.app.discover import read_bytes
from dockwright.app.listing import DiskListing
from dockwright.errors import InputError, UsageError
from dockwright.model.summary import Summary
from dockwright.render.shown import Shown
from dockwright.text.source import Source, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.cache import Affected
    from dockwright.model.stages import Build, Stage


def show(
    path: str,
    *,
    folder: str | None = None,
    stages: "Sequence[str]" = (),
    changed: "Sequence[str]" = (),
    args: "dict[str, str] | None" = None,
    config: str | None = None,
    engine: bool = False,
) -> Shown:
    """
    The images of the Dockerfile at `path`, or of the one in that folder.

    `stages` names the stages to show, by name or number; the last one when empty. `changed` are
    files of the build context whose edit is to be followed; `engine` asks a local engine for what
    is in the base images. Raises `UsageError` for an unknown stage and `InputError` for a
    Dockerfile that cannot be read or has no stage.
    """
    if os.path.isdir(path):
        folder = folder or path
        names = [os.path.join(path, name) for name in ("Dockerfile", "dockerfile", "Containerfile")]
        path = next((name for name in names if os.path.isfile(name)), names[0])
    try:
        text = decode(read_bytes(path))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'cannot be read'}") from error
    checker = Checker(
        Options(context=folder, config=config, overrides=_overrides(args), engine=engine)
    )
    ignore_path = context.ignore_file(path, folder)
    known = context.folder(path, folder, ignore_path) or os.path.dirname(path) or "."
    build = checker.build(
        path, Source(path, text), context.read_ignore(ignore_path), DiskListing(known)
    )
    if build.final is None:
        raise InputError(f"{path}: there is no FROM, so there is no image")
    wanted = [_stage(build, name) for name in stages] or [build.final]
    affected: Sequence[Affected] = ()
    if changed:
        from dockwright.app.impact import forecast

        found = forecast(
            changed, dockerfile=path, folder=folder, target=wanted[-1].title, config=config
        )
        affected = found.affected
    return Shown(path, build, wanted[-1], [Summary(one) for one in wanted], affected, changed)


def _overrides(args: "dict[str, str] | None") -> "dict[str, object]":
    return {"build_args": args} if args else {}


def _stage(build: "Build", name: str) -> "Stage":
    stage = build.stage_named(name)
    if stage is None:
        there = ", ".join(one.title for one in build.stages)
        raise UsageError(f"no stage {name!r}", hint=f"there are: {there}")
    return stage
