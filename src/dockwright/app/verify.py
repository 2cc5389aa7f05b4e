"""Observing what a Dockerfile claims: the use case of `dockwright verify`."""

import os
from typing import TYPE_CHECKING

from dockwright.app import context
from dockwright.app.check import Checker, Options
from dockwright.app.discover import read_bytes
from dockwright.app.listing import DiskListing
from dockwright.engines.find import find
from dockwright.engines.port import BuildRequest
from dockwright.engines.world import World
from dockwright.errors import InputError, UsageError
from dockwright.text.source import Source, decode
from dockwright.verify.claims import IMAGE
from dockwright.verify.observe import observe
from dockwright.verify.run import Run
from dockwright.verify.settings import Settings
from dockwright.verify.trial import Subject, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.verify.claim import Outcome, Verified


def verify(
    path: str,
    *,
    targets: "Sequence[str]" = (),
    settings: Settings | None = None,
    engine: str = "",
    tell: "Callable[[str, Outcome | None], None] | None" = None,
) -> "list[Verified]":
    """
    Verify the Dockerfile at `path`, or the one in that folder: its last stage, or `targets`.

    Raises InputError, UsageError, EngineError.
    """
    subjects = [_subject(path, target) for target in targets or ("",)]
    settings = settings or Settings()
    with Run(find(World(), engine)) as run:
        return [observe(Trial(one, run, settings), IMAGE, tell) for one in subjects]


def _subject(path: str, target: str) -> Subject:
    if os.path.isdir(path):
        names = [os.path.join(path, name) for name in ("Dockerfile", "Containerfile")]
        path = next((name for name in names if os.path.isfile(name)), names[0])
    try:
        text = decode(read_bytes(path))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'cannot be read'}") from error
    folder = os.path.dirname(path) or "."
    checker = Checker(Options(context=folder))
    ignore = context.read_ignore(context.ignore_file(path, folder))
    build = checker.build(path, Source(path, text), ignore, DiskListing(folder))
    stage = build.stage_named(target) if target else build.final
    if stage is None and target:
        there = ", ".join(one.title for one in build.stages)
        raise UsageError(f"no stage {target!r}", hint=f"there are: {there}")
    request = BuildRequest(folder, path, target=target, args=checker.config(path).build_args)
    return Subject(target or (stage.title if stage else path), path, request, stage)
