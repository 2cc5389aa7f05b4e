"""
The tree-sitter binding and the bash grammar, loaded without their packages' `__init__`.

Those import `typing` and `importlib.resources`, which cost ten times what the bindings cost. The
binding itself imports `re` and `enum`, 6 ms, for what we do not use: predicates of queries, and the
kinds of log messages. While it is loaded, stand-ins take their place.
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
    lent = _lend()
    try:
        return _load(package, name)
    except (AttributeError, ImportError, TypeError):
        if not lent:
            raise
    finally:
        for one in lent:
            del sys.modules[one]
    return _load(package, name)  # a binding that asks for more gets the modules themselves


def _load(package: str, name: str) -> "ModuleType":
    try:
        # Where importlib.machinery has it from, without what that imports besides (1 ms).
        from _frozen_importlib_external import PathFinder
    except ImportError:
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
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _lend() -> "list[str]":
    """Put stand-ins where modules are missing that the binding imports; their names."""
    lent = []
    for name, attribute, function in (("re", "compile", _compile), ("enum", "IntEnum", _numbers)):
        if name not in sys.modules:
            module = sys.modules[name] = type(sys)(name)
            setattr(module, attribute, function)
            lent.append(name)
    return lent


def _compile(pattern: str, flags: int = 0) -> object:
    import re

    return re.compile(pattern, flags)


def _numbers(name: str, members: "dict[str, int]") -> type:
    return type(name, (int,), members)
