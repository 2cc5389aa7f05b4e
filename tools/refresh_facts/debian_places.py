"""Writes `places.bin`; `dockwright.facts.bundled.places` describes the format and reads it."""

import zlib
from collections import Counter, defaultdict

from dockwright.facts.bundled.debian import GRAPH_BLOCK
from dockwright.facts.bundled.places import coded
from tools.refresh_facts.debian_collect import Suite
from tools.refresh_facts.debian_pack import Pack, letter, mask, table

COMMON = 400  # a folder of more packages is everywhere


class Places:
    """The folders of the graph's packages, all suites at once."""

    def __init__(self, pack: Pack) -> None:
        self.suites = pack.suites
        self.graph = pack.graph
        found: Counter[str] = Counter()
        self.masks: dict[str, dict[str, int]] = {}
        for name in self.graph:
            masks: defaultdict[str, int] = defaultdict(int)
            for place, suite in enumerate(self.suites):
                for folder in _leaves(suite, name):
                    masks[folder] |= 1 << place
            found.update(masks.keys())
            self.masks[name] = masks
        self.common = sorted(folder for folder, count in found.items() if count > COMMON)

    def _line(self, name: str) -> str:
        """Where the documentation is a link, where it is "Multi-Arch: same", the folders."""
        linked = mask(name in suite.linked for suite in self.suites)
        same = mask(
            suite.packages.get(name, {}).get("Multi-Arch") == "same" for suite in self.suites
        )
        groups: defaultdict[int, list[str]] = defaultdict(list)
        for folder, bits in self.masks[name].items():
            if folder not in self.common:
                groups[bits].append(folder)
        words = [letter(bits) + coded(sorted(some)) for bits, some in sorted(groups.items())]
        return "\t".join([letter(linked) + letter(same), *words])

    def file(self) -> bytes:
        """The content of the file."""
        lines = [self._line(name) for name in self.graph]
        pieces = [
            zlib.compress("\n".join(lines[start : start + GRAPH_BLOCK]).encode(), 9)
            for start in range(0, len(lines), GRAPH_BLOCK)
        ]
        return table(pieces)


def _leaves(suite: Suite, name: str) -> set[str]:
    """The folders of a package that are not above another of it."""
    found = suite.folders.get(name, set()) if name in suite.listed else set()
    above: set[str] = set()
    for folder in found:
        parts = folder.split("/")
        above.update("/".join(parts[:count]) for count in range(1, len(parts)))
    return found - above - {""}
