"""The images of a Dockerfile, for people and for programs."""

from dockwright.render.veil import value_of, veiled, within
from dockwright.text.source import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockwright.model.summary import Answer, Layer, Summary
    from dockwright.render.shown import Shown

VERSION = 1
_BOLD, _DIM, _YELLOW, _RESET = "\033[1m", "\033[2m", "\033[33m", "\033[0m"
_WIDTH = 96


def text(shown: "Shown", *, colour: bool = False) -> str:
    """What each image will be, then its layers with what they add and leave behind."""
    lines: list[str] = []
    for summary in shown.summaries:
        lines += _image(summary, shown, _Paint(colour))
    return printable("\n".join(lines)) if not colour else "\n".join(lines)


class _Paint:
    __slots__ = ("on",)

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, text: str, style: str) -> str:
        return f"{style}{text}{_RESET}" if self.on else text


def _image(summary: "Summary", shown: "Shown", paint: _Paint) -> list[str]:
    lines = [paint(f"{shown.name}: stage {summary.stage.title}", _BOLD), ""]
    before = ""
    for name, value, state in facts_of(summary):
        style = {"unsure": _YELLOW, "unknown": _DIM}.get(state, "")
        value = paint(_cut(value), style) if style else _cut(value)  # noqa: PLW2901
        lines.append(f"  {'' if name == before else name:14} {value}")
        before = name
    lines += ["", paint("  layers", _BOLD)]
    verdicts = {one.step.span.start: one.verdict for one in shown.affected}
    for layer in summary.layers:
        lines += _layer(layer, shown, verdicts.get(layer.step.span.start, ""), paint)
    return [*lines, ""]


def facts_of(summary: "Summary") -> "list[tuple[str, str, str]]":
    """
    What the image is, as rows of a name, a text and a state: "" for sure, "unsure" or "unknown".
    """
    found = [(name, *_said(one)) for name, one in summary.answers.items()]
    groups = (
        ("environment", summary.environment),
        ("ports", summary.ports),
        ("volumes", summary.volumes),
        ("labels", summary.labels),
    )
    for title, entries in groups:
        for name, answer in entries:
            value, state = _said(answer, name)
            found.append((title, name if value == name else f"{name}={value}", state))
    for manager, names in summary.packages.items():
        found.append((f"{manager} packages", ", ".join(names), ""))
    if summary.accounts:
        found.append(("users added", ", ".join(summary.accounts), ""))
    return found


def _said(answer: "Answer", name: str = "") -> tuple[str, str]:
    if answer.text == "?":
        return veiled(f"not known: {answer.why}"), "unknown"
    text = value_of(name, answer.text)
    return (text, "") if answer.sure else (f"{text}  (likely)", "unsure")


def _layer(layer: "Layer", shown: "Shown", verdict: str, paint: _Paint) -> list[str]:
    line = shown.build.tree.source.line_of(layer.step.span.start)
    head = f"  {line:4}  {_cut(veiled(layer.text))}"
    if verdict:
        head = f"{head}  [{verdict}]"
    found = [head if layer.makes else paint(head, _DIM)]
    found += [f"        + {_cut(veiled(one))}" for one in layer.adds]
    found += [paint(f"        ! leaves {one}", _YELLOW) for one in layer.leaves]
    found += [paint(f"        ? {_cut(veiled(one))}", _DIM) for one in layer.unknown]
    return found


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def document(shown: "Shown") -> "dict[str, Any]":
    """The same as data; the shape is stable for each `version`."""
    source = shown.build.tree.source
    verdicts = {one.step.span.start: one for one in shown.affected}
    return {
        "version": VERSION,
        "file": shown.name,
        "target": shown.target.title,
        "changed": list(shown.changed),
        "stages": [
            {
                "name": stage.title,
                "line": source.line_of(stage.span.start),
                "base": stage.base.written,
                "needs": sorted({one.title for one in shown.build.needs(stage)}),
                "shipped": stage.shipped,
            }
            for stage in shown.stages
        ],
        "images": [
            {
                "stage": summary.stage.title,
                **{name.replace(" ", "-"): _data(one) for name, one in summary.answers.items()},
                "environment": {name: _data(one, name) for name, one in summary.environment},
                "ports": [name for name, _ in summary.ports],
                "volumes": [name for name, _ in summary.volumes],
                "labels": {name: _data(one, name) for name, one in summary.labels},
                "packages": summary.packages,
                "users-added": summary.accounts,
                "layers": [
                    {
                        "line": source.line_of(layer.step.span.start),
                        "instruction": layer.step.name,
                        "text": veiled(layer.text),
                        "makes-layer": layer.makes,
                        "adds": [veiled(one) for one in layer.adds],
                        "leaves": list(layer.leaves),
                        "unknown": [veiled(one) for one in layer.unknown],
                        **(
                            {"verdict": verdicts[layer.step.span.start].verdict}
                            if layer.step.span.start in verdicts
                            else {}
                        ),
                    }
                    for layer in summary.layers
                ],
            }
            for summary in shown.summaries
        ],
    }


def _data(answer: "Answer", name: str = "") -> "dict[str, Any]":
    known = answer.text != "?"
    value = answer.value
    value = value_of(name, value) if isinstance(value, str) else within(value)
    return {
        "known": known,
        "value": value if known else None,
        "sure": answer.sure,
        "why": veiled(answer.why),
    }
