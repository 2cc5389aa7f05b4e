"""The lines around a span: every caret under its character."""

import pytest

from dockwright.render.excerpt import excerpt
from dockwright.text.source import Source
from dockwright.text.span import Span

# text with the span between ⟦ and ⟧: the rows that are shown
CASES = {
    "FROM ⟦a⟧": ["  1 | FROM a", "    |      ^"],
    "⟦⟧FROM a": ["  1 | FROM a", "    | ^"],
    "FROM a⟦⟧": ["  1 | FROM a", "    |       ^"],
    "FROM a\n⟦⟧": ["  2 |", "    | ^"],
    "FROM a\n⟦\n⟧RUN x": ["  2 |", "    | ^"],
    "FROM ⟦a\n⟧RUN x": ["  1 | FROM a", "    |      ^"],
    "FROM ⟦a\r\n⟧RUN x": ["  1 | FROM a", "    |      ^"],
    "\tRUN ⟦x⟧": ["  1 |     RUN x", "    |         ^"],
    "RUN ⟦a\tb⟧ c": ["  1 | RUN a    b c", "    |     ^^^^^^"],
    "日本⟦語⟧": ["  1 | 日本語", "    |     ^^"],
    "e\u0301⟦x⟧": ["  1 | e\u0301x", "    |  ^"],
    "\x1b[2J⟦x⟧": ["  1 | �[2Jx", "    |     ^"],
    "\u202e⟦x⟧": ["  1 | �x", "    |  ^"],
    "\udcff⟦x⟧": ["  1 | �x", "    |  ^"],
    "⟦RUN a \\\n    b⟧ c": ["  1 | RUN a \\", "    | ^^^^^^^", "  2 |     b c", "    |     ^"],
    "⟦RUN a \\\n b \\\n c⟧": [
        "  1 | RUN a \\",
        "    | ^^^^^^^",
        "  … |",
        "  3 |  c",
        "    |  ^",
    ],
    "\n" * 98 + "RUN ⟦a \\\n b⟧": [
        "   99 | RUN a \\",
        "      |     ^^^",
        "  100 |  b",
        "      |  ^",
    ],
}


def shown(text: str, width: int = 0) -> list[str]:
    start, end = text.index("⟦"), text.index("⟧") - 1
    source = Source("D", text.replace("⟦", "").replace("⟧", ""))
    rows, margin = excerpt(source, Span(start, end), width)
    lines = []
    for gutter, line, marks in rows:
        lines.append(f"{gutter} {line}".rstrip())
        if marks:
            lines.append(f"{margin}| {marks}")
    return lines


@pytest.mark.parametrize("text", CASES)
def test_excerpt(text: str) -> None:
    assert shown(text) == CASES[text]


LONG = {
    "the start is kept": ("RUN ⟦x⟧ " + "y" * 300, "  1 | RUN x ", "y…"),
    "the end is kept": ("y" * 300 + " ⟦x⟧", "  1 | …y", "y x"),
    "cut on both sides": ("y" * 300 + " ⟦x⟧ " + "z" * 300, "  1 | …y", "z…"),
    "the mark is too long": ("y" * 300 + "⟦" + "x" * 300 + "⟧", "  1 | …y", "x…"),
    "wide": ("日" * 300 + "⟦x⟧" + "日" * 300, "  1 | …日", "日…"),
    "tabs": ("\t" * 300 + "⟦x⟧" + "\t" * 300, "  1 | …  ", "…"),
}


@pytest.mark.parametrize("width", [40, 80, 0])
@pytest.mark.parametrize("case", LONG)
def test_long_lines_are_cut_around_the_mark(case: str, width: int) -> None:
    text, start, end = LONG[case]
    line, marks = shown(text, width)
    assert line.startswith(start.rstrip())
    assert line.endswith(end)
    cells = sum(2 if char == "日" else 1 for char in line)
    assert cells <= (width or 146) + 6
    column = len(marks.rstrip("^"))
    seen = 0
    for char in line:
        if seen == column:
            assert char == "x"
            break
        seen += 2 if char == "日" else 1
    else:
        pytest.fail("no character above the mark")
