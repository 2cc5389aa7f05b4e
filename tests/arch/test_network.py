"""One command uses the network: nothing but `dockwright pin` can reach the code that does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import dockwright

ROOT = Path(dockwright.__file__).parent
NETWORK = {"asyncio", "ftplib", "http", "requests", "smtplib", "socket", "ssl", "xmlrpc"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(*wanted: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        for name in imports(path)
        if name in wanted or name.partition(".")[0] in wanted
    }


def test_two_modules_open_connections() -> None:
    assert importers(*NETWORK, "urllib.request") == {"engines/transport.py", "engines/world.py"}


def test_one_command_imports_it() -> None:
    assert importers("dockwright.engines.transport") == {"engines/registry.py"}
    assert importers("dockwright.engines.registry") == {"cli/pin.py"}
    assert importers("dockwright.cli.pin") == {"cli/main.py"}
