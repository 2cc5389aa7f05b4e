"""`python -m dockwright` and the console script."""

import gc
import os
import sys

from dockwright import bytecode
from dockwright.text import process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

INTERRUPTED = 130  # 128 + SIGINT, as shells report it
READER_GONE = 141  # 128 + SIGPIPE
CRASHED = 70  # EX_SOFTWARE; Python's own 1 would read as "there are findings"


def main() -> "NoReturn":
    """
    Run the command line, then leave the process.

    Most runs are short: collecting cycles and tearing the interpreter down would cost a tenth of
    them and give nothing back, so cycles are collected only where there are very many objects.
    Whoever wants the exit code as a value calls `dockwright.cli.main.main`.
    """
    gc.set_threshold(200_000, 20, 20)
    pack = bytecode.install()
    process.own = True
    code = _guarded()
    if pack is not None:
        bytecode.write(pack)
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            code = code or READER_GONE
    os._exit(code)


def _guarded() -> int:
    try:
        from dockwright.cli.main import main as run

        code = run()
        if sys.stdout is not None:
            sys.stdout.flush()  # a closed pipe must show here
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return READER_GONE
    except SystemExit as leave:  # argparse's --help
        return leave.code if isinstance(leave.code, int) else 0
    except Exception:  # noqa: BLE001  (shown in full, with its own exit code)
        sys.excepthook(*sys.exc_info())
        print(
            "dockwright crashed. This is a mistake in dockwright, not in your files.",
            file=sys.stderr,
        )
        return CRASHED
    return code


def _silence_stdout() -> None:
    """Give what is left in the buffer somewhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
