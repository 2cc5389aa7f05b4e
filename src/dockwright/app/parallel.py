"""Many files in several processes."""

import os

from dockwright.app.check import Checked, Checker, Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.app.discover import Target

# Below this many files, starting processes costs more than it saves.
PARALLEL_FROM = 24
CHUNK = 40


def check_all(targets: "Sequence[Target]", checker: Checker) -> list[Checked]:
    """Check files, in several processes when that pays; the results in the order of `targets`."""
    jobs = checker.options.jobs or os.cpu_count() or 1
    if len(targets) < PARALLEL_FROM or jobs < 2:
        return checker.check(targets)
    import multiprocessing
    from functools import partial

    chunks = [targets[at : at + CHUNK] for at in range(0, len(targets), CHUNK)]
    with multiprocessing.Pool(min(jobs, len(chunks))) as pool:
        parts = pool.imap(partial(_work, checker.options, checker.stdin_name), chunks)
        return [checked for part in parts for checked in part]


def _work(options: Options, stdin_name: str | None, targets: "Sequence[Target]") -> list[Checked]:
    return Checker(options, stdin_name=stdin_name).check(targets)
