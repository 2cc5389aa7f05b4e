"""
The tree-sitter binding and the bash grammar, loaded without their packages' `__init__`.

Those import `typing` and `importlib.resources`, which cost ten times what the bindings cost.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from tree_sitter import Parser, Tree

_parser: "Parser | None" = None


def parse(data: bytes) -> "Tree":
    """The tree-sitter tree of a bash script in UTF-8."""
    global _parser
    if _parser is None:
        binding = _binding("tree_sitter")
        bash = _binding("tree_sitter_bash")
        _parser = binding.Parser(binding.Language(bash.language()))
    return _parser.parse(data)


def _binding(package: str) -> "ModuleType":
    name = f"{package}._binding"
    loaded = sys.modules.get(name)
    if loaded is not None:
        return loaded
    from importlib.machinery import PathFinder

    found = PathFinder.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ImportError(f"{package} is not installed")
    spec = PathFinder.find_spec(name, found.submodule_search_locations)
    if spec is None or spec.loader is None:
        raise ImportError(f"{package} has no compiled binding for this Python")
    module = spec.loader.create_module(spec)
    if module is None:
        raise ImportError(f"{package} has no compiled binding for this Python")
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
