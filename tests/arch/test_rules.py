"""What a rule's module may import: `rules.api`, helpers of its own folder, a few small modules."""

import ast
from pathlib import Path

import pytest

import dockwright.rules

ROOT = Path(dockwright.rules.__file__).parent
# Not `re`, which takes 5 ms to import: dockwright.rules.api has a stand-in.
STANDARD = {"bisect", "functools", "ipaddress", "itertools", "posixpath", "string"}
MODULES = sorted(ROOT.glob("*/*.py"))


def imports(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found.append(node.module or "")
    return found


def guarded(tree: ast.Module) -> set[str]:
    """What is imported for annotations only."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name):
            assert node.test.id == "TYPE_CHECKING"
            found |= set(imports(ast.Module(node.body, [])))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_imports(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = f"dockwright.rules.{path.parent.name}._"
    for name in imports(tree):
        allowed = (
            name == "dockwright.rules.api"
            or name in STANDARD
            or name.startswith(own)
            or (name in ("typing", "collections.abc") and name in guarded(tree))
        )
        assert allowed, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_small(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) <= 500


WRITTEN = [
    path
    for folder in (ROOT.parent, ROOT.parents[2] / "tools")
    for path in sorted(folder.rglob("*.py"))
    if "bundled" not in path.parts and not path.name.startswith("_index")
]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_module_is_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
