"""
The build as a picture: stages as cards, their steps as rows, arrows for what one takes of another.

`svg` draws it alone, `html` in a page with what the image will be. Both need nothing from outside.
"""

from html import escape

from dockwright.render.show import facts_of
from dockwright.render.veil import veiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.model.cache import Affected
    from dockwright.model.stages import Stage
    from dockwright.model.steps import Step
    from dockwright.model.summary import Layer
    from dockwright.render.shown import Shown

CARD, GAP, ROW, HEAD, FOOT, MARGIN = 430, 96, 30, 58, 14, 24
_CHARACTERS = 50
_MARKS = {"cached": "cached", "perhaps": "perhaps", "runs": "again"}

STYLE = """
.dw{--paper:#fbfaf8;--card:#fff;--ink:#1d2330;--soft:#6b7280;--line:#dfe1e6;--ship:#2456c4;
--again:#c2410c;--again-bg:#fff1e8;--perhaps:#a16207;--perhaps-bg:#fef9e3;--cached:#15803d;
--layer:#3b6fd4;--meta:#b6bcc8;font-family:ui-sans-serif,system-ui,sans-serif}
@media(prefers-color-scheme:dark){.dw{--paper:#14171d;--card:#1c2029;--ink:#e7e9ee;--soft:#98a1b2;
--line:#323845;--ship:#7ea6ff;--again:#fb923c;--again-bg:#33221a;--perhaps:#facc15;
--perhaps-bg:#2e2a17;--cached:#4ade80;--layer:#7ea6ff;--meta:#4b5261}}
.dw .card{fill:var(--card);stroke:var(--line)}.dw .ship{stroke:var(--ship);stroke-width:2}
.dw text{fill:var(--ink);font-size:12.5px}.dw .title{font-size:15px;font-weight:600}
.dw .soft{fill:var(--soft);font-size:11.5px}
.dw .code{font:11.5px ui-monospace,SFMono-Regular,Menlo,monospace}
.dw .word{font-weight:700}.dw .again{fill:var(--again-bg)}.dw .perhaps{fill:var(--perhaps-bg)}
.dw .mark{font-size:10.5px;font-weight:600}.dw .m-again{fill:var(--again)}
.dw .m-perhaps{fill:var(--perhaps)}.dw .m-cached{fill:var(--cached)}
.dw .dot{fill:var(--layer)}.dw .flat{fill:var(--meta)}
.dw .edge{fill:none;stroke:var(--soft);stroke-width:1.4;opacity:.75}
.dw .edge.from{stroke:var(--ship)}.dw .tip{fill:var(--soft)}
"""

PAGE = """
body{margin:0;background:var(--paper);color:var(--ink)}main{padding:28px 24px;max-width:1500px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:15px;margin:28px 0 8px}
p.lead{color:var(--soft);margin:0 0 20px}.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:13.5px}
td{padding:5px 18px 5px 0;vertical-align:top;border-bottom:1px solid var(--line)}
td:first-child{color:var(--soft);white-space:nowrap}
code{font:12.5px ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
.unsure{color:var(--perhaps)}.unknown{color:var(--soft);font-style:italic}
ul{margin:4px 0 0;padding-left:18px;font-size:13px}li.left{color:var(--again)}
li.dim{color:var(--soft)}details{margin:0 0 6px}summary{cursor:pointer;font-size:13.5px}
"""


class _Card:
    """Where a stage stands in the picture."""

    __slots__ = ("height", "stage", "x", "y")

    def __init__(self, stage: "Stage", x: int, y: int) -> None:
        self.stage = stage
        self.x = x
        self.y = y
        self.height = HEAD + ROW * max(1, len(stage.steps)) + FOOT

    def row(self, index: int) -> int:
        """The middle of the row of step number `index`."""
        return self.y + HEAD + ROW * index + ROW // 2


def svg(shown: "Shown") -> str:
    """The picture as a file of its own."""
    return _drawing(shown, f"<style>{STYLE}</style>") + "\n"


def html(shown: "Shown") -> str:
    """A page with the picture and what each image will be."""
    name = escape(shown.name)
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{name}</title><style>{STYLE}{PAGE}</style></head><body class='dw'><main>",
        f"<h1>{name}</h1><p class='lead'>{escape(_lead(shown))}</p>",
        f"<div class='scroll'>{_drawing(shown, '')}</div>",
    ]
    for summary in shown.summaries:
        parts.append(f"<h2>The image of {escape(summary.stage.title)}</h2><table>")
        for label, text, state in facts_of(summary):
            kind = f" class='{state}'" if state else ""
            parts.append(f"<tr><td>{escape(label)}</td><td{kind}><code>{escape(text)}</code></td>")
        parts.append("</table><h2>Layers</h2>")
        parts += [_details(layer, shown) for layer in summary.layers]
    parts.append("</main></body></html>\n")
    return "".join(parts)


def _lead(shown: "Shown") -> str:
    count = sum(len(stage.steps) for stage in shown.stages)
    stages = len(shown.stages)
    text = f"{stages} stage{'s' * (stages != 1)}, {count} steps"
    if shown.changed:
        again = sum(one.verdict == "runs" for one in shown.affected)
        perhaps = sum(one.verdict == "perhaps" for one in shown.affected)
        text += f"; after an edit of {', '.join(shown.changed)} {again} run again"
        text += f", {perhaps} perhaps" if perhaps else ""
    return text


def _details(layer: "Layer", shown: "Shown") -> str:
    line = shown.build.tree.source.line_of(layer.step.span.start)
    items = [f"<li>{escape(veiled(one))}</li>" for one in layer.adds]
    items += [f"<li class='left'>leaves {escape(one)}</li>" for one in layer.leaves]
    items += [f"<li class='dim'>not followed: {escape(veiled(one))}</li>" for one in layer.unknown]
    head = f"<summary><code>{line}&ensp;{escape(_cut(veiled(layer.text), 150))}</code></summary>"
    body = f"<ul>{''.join(items)}</ul>" if items else ""
    opened = " open" if layer.leaves else ""
    return f"<details{opened}>{head}{body}</details>"


def _drawing(shown: "Shown", style: str) -> str:
    cards = _placed(shown)
    verdicts = {one.step.span.start: one for one in shown.affected}
    width = max(card.x + CARD for card in cards.values()) + MARGIN
    height = max(card.y + card.height for card in cards.values()) + MARGIN
    parts = [
        (
            f'<svg class="dw" xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(_lead(shown))}">'
        ),
        style,
    ]
    parts += [_card(card, shown, verdicts) for card in cards.values()]
    parts += _edges(shown, cards)
    return "".join([*parts, "</svg>"])


def _placed(shown: "Shown") -> "dict[int, _Card]":
    """A column for each depth: what needs nothing stands left, the target right."""
    depth: dict[int, int] = {}
    for stage in shown.stages:
        needed = [depth.get(one.index, 0) + 1 for one in shown.build.needs(stage)]
        depth[stage.index] = max(needed, default=0)
    bottom: dict[int, int] = {}
    cards: dict[int, _Card] = {}
    for stage in shown.stages:
        column = depth[stage.index]
        card = _Card(stage, MARGIN + column * (CARD + GAP), bottom.get(column, MARGIN))
        bottom[column] = card.y + card.height + MARGIN
        cards[stage.index] = card
    return cards


def _card(card: _Card, shown: "Shown", verdicts: "dict[int, Affected]") -> str:
    stage = card.stage
    ship = " ship" if stage.shipped else ""
    title = stage.name or f"stage {stage.index}"
    base = stage.base.written
    parts = [
        (
            f'<rect class="card{ship}" x="{card.x}" y="{card.y}" width="{CARD}" '
            f'height="{card.height}" rx="9"/>'
        ),
        _text(card.x + 16, card.y + 24, title, "title"),
        _text(card.x + 16, card.y + 43, f"from {_cut(base, 58)}", "soft"),
    ]
    if stage is shown.target:
        parts.append(_text(card.x + CARD - 16, card.y + 24, "target", "soft", end=True))
    for index, step in enumerate(stage.steps):
        parts.append(_row(card, index, step, verdicts.get(step.span.start)))
    return "".join(parts)


def _row(card: _Card, index: int, step: "Step", affected: "Affected | None") -> str:
    y = card.row(index)
    makes = step.name in ("RUN", "COPY", "ADD", "WORKDIR")
    parts = []
    mark = _MARKS.get(affected.verdict, "") if affected is not None and makes else ""
    if mark in ("again", "perhaps"):
        parts.append(
            f'<rect class="{mark}" x="{card.x + 4}" y="{y - ROW // 2 + 1}" '
            f'width="{CARD - 8}" height="{ROW - 2}" rx="5"/>'
        )
    dot = "dot" if makes else "flat"
    parts.append(f'<circle class="{dot}" cx="{card.x + 18}" cy="{y}" r="{4 if makes else 2.5}"/>')
    source = step.stage.build.tree.source
    words = veiled(" ".join(source.slice(step.line_span).replace("\\\n", " ").split()))
    name, _, rest = words.partition(" ")
    room = _CHARACTERS - (9 if mark else 0)
    shown = escape(_cut(rest, room - len(name)))
    parts.append(
        f'<text class="code" x="{card.x + 32}" y="{y + 4}"><title>{escape(words)}</title>'
        f'<tspan class="word">{escape(name)}</tspan> {shown}</text>'
    )
    if mark:
        label = {"again": "runs again", "perhaps": "perhaps", "cached": "cached"}[mark]
        parts.append(_text(card.x + CARD - 14, y + 4, label, f"mark m-{mark}", end=True))
    return "".join(parts)


def _edges(shown: "Shown", cards: "dict[int, _Card]") -> list[str]:
    parts: list[str] = []
    for card in cards.values():
        stage = card.stage
        if stage.parent is not None and stage.parent.index in cards:
            parts.append(_edge(cards[stage.parent.index], card, card.y + 34, " from"))
        for index, step in enumerate(stage.steps):
            for word in step.sources:
                source = shown.build.stage_named(word.value)
                if source is not None and source.index in cards and source is not stage:
                    parts.append(_edge(cards[source.index], card, card.row(index), ""))
    return parts


def _edge(source: _Card, target: _Card, y: int, kind: str) -> str:
    x1, y1 = source.x + CARD, source.y + source.height - 18
    x2 = target.x
    bend = max(40, (x2 - x1) // 2)
    path = f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y} {x2 - 7} {y}"
    tip = f"M{x2 - 8} {y - 4} L{x2} {y} L{x2 - 8} {y + 4} Z"
    return f'<path class="edge{kind}" d="{path}"/><path class="tip" d="{tip}"/>'


def _text(x: int, y: int, text: str, kind: str, *, end: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    return f'<text class="{kind}" x="{x}" y="{y}"{anchor}>{escape(text)}</text>'


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: max(0, room - 1)] + "…"
