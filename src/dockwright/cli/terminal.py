"""What the terminal can show, and writing to it."""

import os
import sys


def colour(stream: "object" = None) -> bool:
    """Whether to write ANSI colours to standard output."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    if os.environ.get("TERM") == "dumb":
        return False
    out = stream if stream is not None else sys.stdout
    return bool(getattr(out, "isatty", lambda: False)())


def write(text: str) -> None:
    """Write to standard output, whatever its encoding."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))


def complain(text: str) -> None:
    """Write a line to standard error."""
    line = text.encode("utf-8", "replace").decode("utf-8")
    try:
        sys.stderr.write(f"dockwright: {line}\n")
    except UnicodeEncodeError:
        sys.stderr.write(f"dockwright: {line.encode('ascii', 'replace').decode()}\n")
