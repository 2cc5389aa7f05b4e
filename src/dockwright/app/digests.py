"""Asking for the digests of several tags: each once, a few at a time."""

from concurrent.futures import ThreadPoolExecutor

from dockwright.errors import DockwrightError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from dockwright.model.reference import Reference

    class Digests(Protocol):
        """What knows digests: a registry, an engine."""

        def digest(self, reference: Reference) -> str:
            """The digest of a tag; raises DockwrightError."""


#: Questions at the same time: polite to a registry, and not slow.
AT_ONCE = 4


def ask(
    digests: "Digests", references: "Iterable[Reference]"
) -> "dict[Reference, str | DockwrightError]":
    """The digest of each reference, or why there is none."""
    wanted = list(dict.fromkeys(references))

    def one(reference: "Reference") -> "str | DockwrightError":
        try:
            return digests.digest(reference)
        except DockwrightError as error:
            return error

    if not wanted:
        return {}
    with ThreadPoolExecutor(min(AT_ONCE, len(wanted))) as pool:
        return dict(zip(wanted, pool.map(one, wanted), strict=True))
