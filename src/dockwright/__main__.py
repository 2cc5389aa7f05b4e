"""`python -m dockwright` and the console script."""

import sys

INTERRUPTED = 130  # 128 + SIGINT, as shells report it
READER_GONE = 141  # 128 + SIGPIPE
CRASHED = 70  # EX_SOFTWARE; Python's own 1 would read as "there are findings"


def main() -> int:
    """Run the command line; the result is the exit code."""
    try:
        from dockwright.cli.main import main as run

        code = run()
        if sys.stdout is not None:
            sys.stdout.flush()  # here, not at interpreter exit: a closed pipe must show now
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return READER_GONE
    except Exception:  # noqa: BLE001  (shown in full, with its own exit code)
        sys.excepthook(*sys.exc_info())
        print(
            "dockwright crashed. This is a mistake in dockwright, not in your files.",
            file=sys.stderr,
        )
        return CRASHED
    return code


def _silence_stdout() -> None:
    """Give the interpreter somewhere to flush what the reader no longer wants."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    raise SystemExit(main())
