"""
The format of `debian.bin`, and the look-ups in it.

A line of text says what is in it, `name=length name=length …`, and then the sections follow. Text
in them is UTF-8 (latin-1 in "details"), numbers are little-endian, "packed" is zlib. Suites are
numbered as in "info", and a *mask* has bit i for suite i. A *table* is a number n, n offsets (32
bits each), and n - 1 packed pieces.

Packages come in two lists, sorted by name and cut into blocks: the *graph* (packages people ask
for, and whatever these may bring along), then the *rest* (other packages with programs).

info          packed lines: suite, day of its Release file, required packages
first         packed: the first name of each block of the graph, an empty line, those of the rest
names         table, a piece for each block: lines of two masks (as character 64 + mask) and a name.
              First mask: suites in which the package's files are known; second: other suites in
              which the name can be installed
programs      table like names; lines of tab-separated groups: mask (31: wherever its files are
              known), folder (a letter of FOLDERS or a path), a space, names with spaces between
reverse       programs by fingerprint: BUCKETS counts (a byte each), then for each program 16 bits:
              8 of its fingerprint, 8 for the number of a block that has it
details       table, blocks of the graph: lines of a character for each suite (33 + 10 * log2(1 +
              installed kB), blank when it is not there) and, for each suite that has it, the
              version, with spaces between, "" for the same as before. Only packages people ask for
              have versions
dependencies  table, blocks of the graph, 16-bit numbers. Node: flags (PROVIDED, USERS * mask of
              suites in which it may make users, mask of suites that have it), length, groups.
              Group: OPTIONAL or 0, and mask, times 256, plus how many; then clauses. A clause is a
              package's number in the graph, the number of a virtual one, or 0x8000 + line in
clauses       packed lines: numbers of the alternatives
provided      packed lines: name, then for each mask, tab-separated, mask and the providers. First
              virtual names, which are numbered after the graph's packages; then, after an empty
              line, packages of the graph
conflicts     packed lines like those of "provided": a package, and packages later in the alphabet
              that cannot be installed beside it
fingerprints  all other names but those that `unlisted` knows: BUCKETS counts, n (32 bits), n rests
              of fingerprints (16 bits), and a table of states, a piece for each STATES_CHUNK
              buckets. State: to the base of three, for each suite 0 (not there), 1 (there, its
              files known, no programs), 2 (there, or provided, or in a pocket or for another
              processor; nothing else known)

A fingerprint takes a strange name for one in the archive once in some 3,000 times; it never takes
one of the archive's for a strange one.
"""

import zlib
from bisect import bisect_right
from itertools import accumulate

from dockwright.facts.bundled import DataFile
from dockwright.text.lazy import lazy

GRAPH_BLOCK = 128
REST_BLOCK = 256
BUCKETS = 1 << 13
STATES_CHUNK = 128
FOLDERS = {"a": "/usr/bin", "b": "/bin", "g": "/usr/games", "s": "/usr/sbin", "t": "/sbin"}
OPTIONAL = 32
USERS = 32
PROVIDED = 1024

# Names that are many and that nobody's Dockerfile has: libraries of Rust and Haskell, virtual names
# of OCaml with a hash, libraries and compilers for other processors.
_UNLISTED = lazy(
    r"librust-.+-dev|libghc-.+-(?:dev|prof|doc)(?:-\S+)?|lib.+-ocaml(?:-dev)?-[a-z0-9]{5}"
    r"|.+-cross|.+-linux-gnu\w*"
)


def unlisted(name: str) -> bool:
    """Whether `name` looks like one of those the data leaves out: it may exist."""
    return _UNLISTED.fullmatch(name) is not None


def fingerprint(name: str) -> tuple[int, int]:
    """A bucket and 16 bits."""
    value = zlib.crc32(name.encode())
    return value >> 19, value & 0xFFFF


class Entry:
    """
    A package of the two lists: its `block`, its `place` in the block, and the masks of the suites
    in which its files are `known` and of `others` that have the name.
    """

    __slots__ = ("block", "known", "others", "place")

    def __init__(self, block: int, place: int, known: int, others: int) -> None:
        self.block = block
        self.place = place
        self.known = known
        self.others = others


class Table:
    """Packed pieces."""

    __slots__ = ("_begin", "_data", "_offsets")

    def __init__(self, data: memoryview) -> None:
        count = int.from_bytes(data[:4], "little")
        self._offsets = data[4 : 4 + 4 * count].cast("I")
        self._begin = 4 + 4 * count
        self._data = data

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> bytes:
        start, end = self._offsets[number], self._offsets[number + 1]
        return zlib.decompress(self._data[self._begin + start : self._begin + end])


class Sections(dict[str, memoryview]):
    """The parts of the file by name, each read when it is asked for."""

    def __init__(self, data: "bytes | DataFile") -> None:
        super().__init__()
        head, _, _ = data[:1000].partition(b"\n")
        begin = len(head) + 1
        self._data = data
        self._places: dict[str, tuple[int, int]] = {}
        for part in head.decode().split():
            name, _, length = part.partition("=")
            self._places[name] = begin, begin + int(length)
            begin += int(length)

    def __missing__(self, name: str) -> memoryview:
        start, end = self._places[name]
        found = self[name] = memoryview(self._data[start:end])
        return found


class Book:
    """The file, opened. Pieces are unpacked when they are asked for, and kept."""

    __slots__ = (
        "_entries",
        "_first",
        "_lines",
        "_places",
        "_sums",
        "_tables",
        "dates",
        "graph_blocks",
        "required",
        "sections",
        "suites",
    )

    def __init__(self, data: "bytes | DataFile") -> None:
        self.sections = Sections(data)
        rows = [line.split("\t") for line in self.text("info").split("\n")]
        self.suites = tuple(row[0] for row in rows)
        self.dates = tuple(row[1] for row in rows)
        self.required = tuple(row[2] for row in rows)
        graph, _, rest = self.text("first").partition("\n\n")
        self._first = graph.split("\n"), rest.split("\n")
        self.graph_blocks = len(self._first[0])
        self._tables: dict[str, Table] = {}
        self._lines: dict[tuple[str, int], list[str]] = {}
        self._places: dict[int, dict[str, int]] = {}
        self._entries: dict[str, Entry | None] = {}
        self._sums: dict[str, list[int]] = {}

    def text(self, section: str) -> str:
        """A section that is one packed text."""
        return zlib.decompress(self.sections[section]).decode()

    def table(self, section: str) -> Table:
        """A section that is a table."""
        found = self._tables.get(section)
        if found is None:
            found = self._tables[section] = Table(self.sections[section])
        return found

    def lines(self, section: str, block: int) -> list[str]:
        """The lines of one block."""
        found = self._lines.get((section, block))
        if found is None:
            encoding = "latin-1" if section == "details" else "utf-8"
            found = self.table(section)[block].decode(encoding).split("\n")
            self._lines[section, block] = found
        return found

    # --- names ---

    def name(self, number: int) -> str:
        """The name of the graph's package of this number."""
        return self.lines("names", number // GRAPH_BLOCK)[number % GRAPH_BLOCK][2:]

    def places(self, block: int) -> dict[str, int]:
        """The names of a block, and where in it they are."""
        found = self._places.get(block)
        if found is None:
            lines = self.lines("names", block)
            found = self._places[block] = {line[2:]: place for place, line in enumerate(lines)}
        return found

    def entry(self, name: str) -> Entry | None:
        """The package, if it is in one of the two lists."""
        if name not in self._entries:
            self._entries[name] = self._entry(name)
        return self._entries[name]

    def _entry(self, name: str) -> Entry | None:
        for first, offset in zip(self._first, (0, self.graph_blocks), strict=True):
            block = bisect_right(first, name) - 1
            if block >= 0:
                place = self.places(block + offset).get(name)
                if place is not None:
                    line = self.lines("names", block + offset)[place]
                    return Entry(block + offset, place, ord(line[0]) - 64, ord(line[1]) - 64)
        return None

    def graph_names(self, prefix: str) -> list[str]:
        """The graph's packages whose names begin like this."""
        first = self._first[0]
        start = max(bisect_right(first, prefix) - 1, 0)
        end = bisect_right(first, prefix + "\x7f")
        return [
            line[2:]
            for block in range(start, end)
            for line in self.lines("names", block)
            if line.startswith(prefix, 2)
        ]

    def _before(self, section: str, bucket: int) -> int:
        """How many entries the buckets before this one have."""
        sums = self._sums.get(section)
        counts = self.sections[section][:BUCKETS]
        if sums is None:
            chunks = range(0, BUCKETS, STATES_CHUNK)
            sums = [0, *accumulate(sum(counts[one : one + STATES_CHUNK]) for one in chunks)]
            self._sums[section] = sums
        chunk = bucket // STATES_CHUNK
        return sums[chunk] + sum(counts[chunk * STATES_CHUNK : bucket])

    def states(self, name: str) -> list[int]:
        """What the fingerprints say of a name, for each suite: 0, 1 or 2 (see above)."""
        bucket, rest = fingerprint(name)
        section = self.sections["fingerprints"]
        start = self._before("fingerprints", bucket)
        total = int.from_bytes(section[BUCKETS : BUCKETS + 4], "little")
        rests = BUCKETS + 4
        for place in range(start, start + section[bucket]):
            if int.from_bytes(section[rests + 2 * place : rests + 2 * place + 2], "little") == rest:
                chunk = bucket // STATES_CHUNK
                before = self._before("fingerprints", chunk * STATES_CHUNK)
                value = Table(section[rests + 2 * total :])[chunk][place - before]
                return [value // 3**place % 3 for place in range(len(self.suites))]
        return [0] * len(self.suites)

    # --- programs ---

    def programs(self, entry: Entry, suite: int) -> list[str]:
        """The paths of a package's programs in a suite in which its files are known."""
        line = self.lines("programs", entry.block)[entry.place]
        return _paths(line, suite) if line else []

    def bringing(self, program: str, suite: int) -> list[str]:
        """The packages with a program of that name, in one suite, on the usual PATH."""
        bucket, rest = fingerprint(program)
        section = self.sections["reverse"]
        start = BUCKETS + 2 * self._before("reverse", bucket)
        found: list[str] = []
        for at in range(start, start + 2 * section[bucket], 2):
            if section[at + 1] != rest & 255:
                continue
            block = section[at]
            names = self.lines("names", block)
            for place, line in enumerate(self.lines("programs", block)):
                if program in line and (ord(names[place][0]) - 64) >> suite & 1:
                    for path in _paths(line, suite):
                        folder, _, base = path.rpartition("/")
                        if base == program and folder in FOLDERS.values():
                            found.append(names[place][2:])
                            break
        return found


def _paths(line: str, suite: int) -> list[str]:
    found: list[str] = []
    for group in line.split("\t"):
        if (ord(group[0]) - 64) >> suite & 1:
            folder, *names = group[1:].split(" ")
            folder = FOLDERS.get(folder, folder)
            found.extend(f"{folder}/{name}" for name in names)
    return found


_book: Book | None = None


def book() -> Book:
    """The bundled file; it is opened once."""
    global _book
    if _book is None:
        _book = Book(DataFile("debian.bin"))
    return _book
