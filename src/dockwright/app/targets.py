"""What a run is about: the files below some paths that stand for themselves."""

import os

from dockwright.app import discover
from dockwright.app.context import with_ignore_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.app.check import Checker


def targets(
    paths: "Sequence[str]", checker: "Checker", errors: "list[tuple[str, str]]"
) -> "list[discover.Target]":
    """
    The files below `paths` that the configuration does not leave out, with their ignore files.

    Compose files that the command line names as one project stand for it together, the first for
    all. What cannot be read is added to `errors` as (path, message).
    """
    options = checker.options
    found = discover.find(paths, errors, markdown=options.markdown)
    kept = [
        target
        for target in with_ignore_files(found, options.context)
        if not checker.excluded(target)
    ]
    given = options.given
    if given is not None:
        missing = list(given.missing())
        errors += [(path, "no such file") for path in missing]
        together = set(given.paths())
        kept = [one for one in kept if os.path.abspath(one.path) not in together]
        if given.files and not missing:
            kept.append(discover.Target(given.files[0], True))
    return _whole(kept, checker)


def _whole(found: "Sequence[discover.Target]", checker: "Checker") -> "list[discover.Target]":
    """
    The targets without Compose files that another of them includes.

    Such a file is a part of that project: alone it may lack networks and services. Of files that
    include each other the first one stays.
    """
    parts: set[str] = set()
    for target in found:
        own = os.path.abspath(target.path)
        if target.path != "-" and checker.of_compose(target) and own not in parts:
            parts.update(path for path in checker.included(target.path) if path != own)
    return [
        target for target in found if target.explicit or os.path.abspath(target.path) not in parts
    ]
