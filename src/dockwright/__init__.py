"""Checks and fixes Dockerfile, compose.yaml and .dockerignore from one model of all three."""

__version__ = "0.1.0"

TYPE_CHECKING = False

# Public name: the module that defines it. It is imported at first use, so that
# `import dockwright` costs nothing. Type checkers need the same names imported
# below, under `if TYPE_CHECKING:`.
_PUBLIC: dict[str, str] = {}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import a public name at its first use (PEP 562)."""
        module = _PUBLIC.get(name)
        if module is None:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        from importlib import import_module

        value = getattr(import_module(module), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
