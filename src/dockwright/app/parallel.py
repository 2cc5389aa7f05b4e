"""Many files in several processes."""

import gc
import multiprocessing
from functools import partial

from dockwright.app.check import Checked, Checker, Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.app.discover import Target

CHUNK = 40


def spread(targets: "Sequence[Target]", checker: Checker, jobs: int) -> list[Checked]:
    """Check `targets` in `jobs` processes; the results in the order of the targets."""
    chunks = [targets[at : at + CHUNK] for at in range(0, len(targets), CHUNK)]
    with multiprocessing.Pool(min(jobs, len(chunks))) as pool:
        parts = pool.imap(partial(_work, checker.options, checker.stdin_name), chunks)
        return [checked for part in parts for checked in part]


def _work(options: Options, stdin_name: str | None, targets: "Sequence[Target]") -> list[Checked]:
    gc.enable()  # switched off for short runs
    return Checker(options, stdin_name=stdin_name).check(targets)
