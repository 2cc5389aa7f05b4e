"""The base of our small immutable values."""


class Value:
    """
    A value compared by its slots.

    A plain class with `__slots__` costs a tenth of a frozen dataclass to define and nothing to
    import, which matters on the path of `dockwright check`. Subclasses list their fields in
    `__slots__` and set them in `__init__`; nobody assigns to a field afterwards.
    """

    __slots__: tuple[str, ...] = ()

    def _fields(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._fields()))

    def __repr__(self) -> str:
        inner = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({inner})"
