"""
What BuildKit tells of a build (`--progress=rawjson`): one JSON document a line, each with news of
vertices, what they print, and warnings.

Fields as in `SolveStatus` of moby/buildkit, `client/graph.go`. A vertex may come several times;
the last word counts. Lines that are no JSON are buildx's own: the error, with the place in the
Dockerfile that it happened at.
"""

import base64
import binascii
import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

from dockwright.engines.port import Step

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = re.compile(r"\[(?:(?P<stage>.+) )?(?P<number>\d+)/(?P<total>\d+)\] (?P<text>.*)", re.DOTALL)
_PLACE = re.compile(r"^(?P<file>[^\n:]+):(?P<line>\d+)$", re.MULTILINE)
# Of what a step prints, the end is kept, in characters.
LOG = 16_384


class BuildLog:
    """Takes lines, keeps steps; `tell` is called with each step there is news of."""

    def __init__(self, tell: "Callable[[Step], None] | None" = None) -> None:
        self._tell = tell
        self._steps: dict[str, Step] = {}
        self._began: dict[str, float] = {}
        self._words: list[str] = []
        self.warnings: list[str] = []

    @property
    def steps(self) -> list[Step]:
        """In the order in which they were first told of."""
        return list(self._steps.values())

    def line(self, raw: bytes) -> None:
        """Take one line."""
        text = raw.decode(errors="replace")
        if not text.startswith("{"):
            self._words.append(text.rstrip("\n"))
            del self._words[:-200]
            return
        try:
            news = json.loads(text)
        except ValueError:
            self._words.append(text.rstrip("\n"))
            return
        touched: dict[str, Step] = {}
        for vertex in news.get("vertexes") or ():
            touched[vertex["digest"]] = self._vertex(vertex)
        for one in news.get("logs") or ():
            step = self._steps.get(one.get("vertex", ""))
            if step is not None:
                step.log = (step.log + _data(one.get("data")))[-LOG:]
                touched[one["vertex"]] = step
        for one in news.get("warnings") or ():
            self.warnings.append(_data(one.get("short")))
        if self._tell is not None:
            for step in touched.values():
                self._tell(step)

    def _vertex(self, vertex: "dict[str, Any]") -> Step:
        digest = vertex["digest"]
        step = self._steps.get(digest)
        if step is None:
            name = vertex.get("name", "")
            found = _NAME.fullmatch(name)
            step = Step(name, text=name)
            if found is not None:
                step.stage = found["stage"] or "stage-0"
                step.number, step.total = int(found["number"]), int(found["total"])
                step.text = found["text"]
            self._steps[digest] = step
        step.cached = bool(vertex.get("cached")) or step.cached
        if "started" in vertex:
            step.started = True
            self._began.setdefault(digest, _moment(vertex["started"]))
        if "completed" in vertex and "started" in vertex:
            step.seconds = max(0.0, _moment(vertex["completed"]) - self._began[digest])
        if vertex.get("error"):
            step.error = vertex["error"]
        return step

    def failure(self) -> tuple[str, int]:
        """What went wrong, and the line of the Dockerfile, 0 when nothing says which."""
        text = "\n".join(self._words).strip()
        place = _PLACE.search(text)
        line = int(place["line"]) if place else 0
        # The last ERROR is the summary; buildx says what it did before each colon.
        errors = [one for one in self._words if one.startswith("ERROR: ")]
        message = errors[-1].removeprefix("ERROR: ") if errors else text
        for noise in ("failed to build: ", "failed to solve: ", "target ", "default: "):
            message = message.removeprefix(noise)
        if not message:
            message = next((step.error for step in self.steps if step.error), "")
        return message, line


def _data(value: object) -> str:
    if not isinstance(value, str):
        return ""
    try:
        return base64.b64decode(value).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""


def _moment(text: str) -> float:
    """Seconds; the builder's clock has nanoseconds, of which six digits can be read."""
    head, dot, rest = text.rstrip("Z").partition(".")
    digits = rest[:6] if dot else ""
    try:
        moment = dt.datetime.fromisoformat(head).timestamp()
    except ValueError:
        return 0.0
    return moment + (float(f"0.{digits}") if digits.isdigit() else 0.0)
