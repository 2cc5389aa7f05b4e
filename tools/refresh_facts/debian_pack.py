"""Writes `debian.bin`; `dockwright.facts.bundled.debian` describes the format and reads it."""

import math
import struct
import zlib
from collections import defaultdict
from collections.abc import Iterable

from dockwright.facts.bundled.debian import (
    BUCKETS,
    FOLDERS,
    GRAPH_BLOCK,
    OPTIONAL,
    PROVIDED,
    REST_BLOCK,
    STATES_CHUNK,
    USERS,
    fingerprint,
    unlisted,
)
from tools.refresh_facts.debian_archive import SUITES
from tools.refresh_facts.debian_collect import Clause, Suite, reachable
from tools.refresh_facts.debian_versions import upstream

_CODES = {folder: code for code, folder in FOLDERS.items()}


def mask(flags: Iterable[bool]) -> int:
    """Bit i for suite i."""
    return sum(1 << place for place, flag in enumerate(flags) if flag)


def letter(bits: int) -> str:
    """A mask as one character."""
    return chr(64 + bits)


def blocks(lines: list[str], size: int, encoding: str = "utf-8") -> list[bytes]:
    """Packed pieces of `size` lines."""
    return [
        zlib.compress("\n".join(lines[start : start + size]).encode(encoding), 9)
        for start in range(0, len(lines), size)
    ]


def table(pieces: list[bytes]) -> bytes:
    """Pieces one after the other, and where each begins."""
    offsets = [0]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    return struct.pack(f"<I{len(offsets)}I", len(offsets), *offsets) + b"".join(pieces)


class Pack:
    """All suites at once, on the way into the file."""

    def __init__(self, suites: list[Suite], demand: set[str]) -> None:
        self.suites = suites
        self.demand = demand
        graph = set().union(*(reachable(suite, demand) for suite in suites))
        programs = {
            package
            for suite in suites
            for package in suite.programs
            if package not in graph and not unlisted(package)
        }
        self.graph = sorted(graph)
        self.rest = sorted(programs)

    # --- names ---

    def known(self, name: str) -> int:
        """The suites in which the files of this package are known."""
        return mask(name in suite.listed for suite in self.suites)

    def other(self, name: str) -> int:
        """The suites which have the name in another way."""
        return mask(
            name not in suite.listed and (name in suite.packages or name in suite.others)
            for suite in self.suites
        )

    def names(self, chosen: list[str], size: int) -> list[bytes]:
        """Blocks of names with their two masks."""
        return blocks(
            [letter(self.known(name)) + letter(self.other(name)) + name for name in chosen], size
        )

    def fingerprints(self) -> bytes:
        """Every other name, as a fingerprint."""
        exact = {*self.graph, *self.rest}
        every = set().union(*(suite.packages.keys() | suite.others for suite in self.suites))
        found: list[list[tuple[int, int]]] = [[] for _ in range(BUCKETS)]
        for name in every - exact:
            if not unlisted(name):
                bucket, rest = fingerprint(name)
                found[bucket].append((rest, _state(self.known(name), self.other(name))))
        for entries in found:
            entries.sort()
        states = [
            zlib.compress(
                bytes(
                    state for entries in found[start : start + STATES_CHUNK] for _, state in entries
                ),
                9,
            )
            for start in range(0, BUCKETS, STATES_CHUNK)
        ]
        rests = [rest for entries in found for rest, _ in entries]
        counts = bytes(len(entries) for entries in found)
        return counts + struct.pack(f"<I{len(rests)}H", len(rests), *rests) + table(states)

    # --- programs ---

    def programs(self, chosen: list[str], size: int, *, aside: bool) -> list[bytes]:
        """Blocks of lines of programs."""
        return blocks([self._programs(name, aside=aside) for name in chosen], size)

    def _programs(self, name: str, *, aside: bool) -> str:
        paths: defaultdict[str, int] = defaultdict(int)
        for place, suite in enumerate(self.suites):
            if name in suite.listed:
                for path in suite.programs.get(name, ()):
                    paths[path] |= 1 << place
                if aside:
                    for path in suite.aside.get(name, ()):
                        paths[path] |= 1 << place
        known = self.known(name)
        groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for path in sorted(paths):
            folder, _, program = path.rpartition("/")
            bits = 31 if paths[path] == known else paths[path]
            groups[_CODES.get(folder, folder), letter(bits)].append(program)
        return "\t".join(
            f"{bits}{folder} {' '.join(programs)}"
            for (folder, bits), programs in sorted(
                groups.items(), key=lambda group: (group[0][0][0] == "/", group[0])
            )
        )

    def reverse(self) -> bytes:
        """From the program to the blocks in which it occurs."""
        found: list[set[int]] = [set() for _ in range(BUCKETS)]
        first = 0
        for chosen, size in ((self.graph, GRAPH_BLOCK), (self.rest, REST_BLOCK)):
            for place, name in enumerate(chosen):
                for suite in self.suites:
                    for path in suite.programs.get(name, ()) if name in suite.listed else ():
                        bucket, rest = fingerprint(path.rpartition("/")[2])
                        found[bucket].add((rest & 255) << 8 | first + place // size)
            first += math.ceil(len(chosen) / size)
        if first > 256:
            raise SystemExit("too many blocks for one byte")
        entries = [entry for bucket in found for entry in sorted(bucket)]
        counts = bytes(len(bucket) for bucket in found)
        return counts + struct.pack(f"<{len(entries)}H", *entries)

    # --- dependencies ---

    def dependencies(self) -> dict[str, bytes]:
        """The graph: dependencies by block, clauses with alternatives, providers."""
        provided = self._provided()
        pairs: dict[str, dict[tuple[int, Clause], int]] = {name: {} for name in self.graph}
        for place, suite in enumerate(self.suites):
            for name in self.graph:
                if name not in suite.packages:
                    continue
                surely = suite.clauses(name, "Pre-Depends", "Depends")
                for kind, clauses in ((0, surely), (1, suite.clauses(name, "Recommends"))):
                    for clause in clauses:
                        if kind == 0 or clause not in surely:
                            pair = kind, clause
                            pairs[name][pair] = pairs[name].get(pair, 0) | 1 << place
        members = {*self.graph}
        names = {one for found in pairs.values() for _, clause in found for one in clause}
        virtual = sorted((names | provided.keys()) - members)
        numbers = {name: number for number, name in enumerate([*self.graph, *virtual])}
        several = sorted(
            {clause for found in pairs.values() for _, clause in found if len(clause) > 1}
        )
        clause_numbers: dict[Clause, int] = {(name,): number for name, number in numbers.items()}
        clause_numbers.update({clause: 0x8000 + place for place, clause in enumerate(several)})
        nodes = [
            self._node(name, pairs[name], clause_numbers, provided=name in provided)
            for name in self.graph
        ]
        pieces = [
            zlib.compress(b"".join(nodes[start : start + GRAPH_BLOCK]), 9)
            for start in range(0, len(nodes), GRAPH_BLOCK)
        ]
        lines = [_groups(name, provided) for name in virtual]
        lines += ["", *(_groups(name, provided) for name in self.graph if name in provided)]
        alternatives = [" ".join(str(numbers[one]) for one in clause) for clause in several]
        return {
            "dependencies": table(pieces),
            "clauses": zlib.compress("\n".join(alternatives).encode(), 9),
            "provided": zlib.compress("\n".join(lines).encode(), 9),
            "conflicts": self._conflicts(),
        }

    def _conflicts(self) -> bytes:
        """Pairs of the graph's packages that exclude each other."""
        pairs: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for place, suite in enumerate(self.suites):
            for name in self.graph:
                if name not in suite.packages:
                    continue
                for other in suite.conflicts(name):
                    # A package outside the graph never comes without being asked for.
                    first, second = sorted((name, other))
                    pairs[first][second] = pairs[first].get(second, 0) | 1 << place
        lines = [_groups(name, pairs) for name in sorted(pairs)]
        return zlib.compress("\n".join(lines).encode(), 9)

    def _provided(self) -> dict[str, dict[str, int]]:
        """
        Names that other packages of the graph provide: the packages, with the suites' mask.

        In are names that are asked for, and names all of whose providers are in the graph.
        """
        members = {*self.graph}
        asked = set(self.demand)
        for suite in self.suites:
            for name in self.graph:
                if name in suite.packages:
                    for clause in suite.clauses(name, "Pre-Depends", "Depends", "Recommends"):
                        asked.update(clause)
        found: dict[str, dict[str, int]] = {}
        for place, suite in enumerate(self.suites):
            for name, packages in suite.provided.items():
                if name in asked:
                    for package in sorted(packages.keys() & members - {name}):
                        providers = found.setdefault(name, {})
                        providers[package] = providers.get(package, 0) | 1 << place
        return found

    def _node(
        self,
        name: str,
        pairs: dict[tuple[int, Clause], int],
        numbers: dict[Clause, int],
        *,
        provided: bool,
    ) -> bytes:
        exists = mask(name in suite.packages for suite in self.suites)
        users = mask(name in suite.packages and suite.makes_users(name) for suite in self.suites)
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for (kind, clause), bits in pairs.items():
            groups[(OPTIONAL if kind else 0) | (31 if bits == exists else bits)].append(
                numbers[clause]
            )
        words = []
        for head, clauses in sorted(groups.items()):
            ordered = sorted(clauses)
            for start in range(0, len(ordered), 255):
                part = ordered[start : start + 255]
                words += [head << 8 | len(part), *part]
        flags = (PROVIDED if provided else 0) | users * USERS | exists
        return struct.pack(f"<{len(words) + 2}H", flags, len(words), *words)

    def details(self) -> list[bytes]:
        """Sizes and versions of the graph's packages."""
        return blocks([self._details(name) for name in self.graph], GRAPH_BLOCK, "latin-1")

    def _details(self, name: str) -> str:
        sizes = []
        versions: list[str] = []
        before = ""
        for suite in self.suites:
            fields = suite.packages.get(name)
            if fields is None:
                sizes.append(" ")
                continue
            kilobytes = int(fields.get("Installed-Size", "0"))
            sizes.append(chr(33 + round(10 * math.log2(kilobytes + 1))))
            if name in self.demand:
                version = upstream(fields["Version"])
                versions.append("" if version == before else version)
                before = version
        return "".join(sizes) + " ".join(versions)

    def info(self, dates: list[str]) -> bytes:
        """The suites, their dates, and what every installation has."""
        lines = [
            "\t".join((suite.name, date, " ".join(suite.required())))
            for suite, date in zip(self.suites, dates, strict=True)
        ]
        return zlib.compress("\n".join(lines).encode(), 9)

    def file(self, dates: list[str]) -> bytes:
        """The content of the file."""
        first = [self.graph[::GRAPH_BLOCK], self.rest[::REST_BLOCK]]
        sections = {
            "info": self.info(dates),
            "first": zlib.compress("\n\n".join("\n".join(names) for names in first).encode(), 9),
            "names": table(self.names(self.graph, GRAPH_BLOCK) + self.names(self.rest, REST_BLOCK)),
            "programs": table(
                self.programs(self.graph, GRAPH_BLOCK, aside=True)
                + self.programs(self.rest, REST_BLOCK, aside=False)
            ),
            "reverse": self.reverse(),
            "details": table(self.details()),
            **self.dependencies(),
            "fingerprints": self.fingerprints(),
        }
        head = " ".join(f"{name}={len(content)}" for name, content in sections.items())
        return f"{head}\n".encode() + b"".join(sections.values())


def _state(known: int, other: int) -> int:
    """Both masks in one byte, a digit to the base of three for each suite."""
    return sum(
        3**place * (1 if known >> place & 1 else 2 if other >> place & 1 else 0)
        for place in range(len(SUITES))
    )


def _groups(name: str, masks: dict[str, dict[str, int]]) -> str:
    groups: defaultdict[int, list[str]] = defaultdict(list)
    for package, bits in masks.get(name, {}).items():
        groups[bits].append(package)
    return "\t".join(
        [
            name,
            *(f"{letter(bits)}{' '.join(sorted(some))}" for bits, some in sorted(groups.items())),
        ]
    )
