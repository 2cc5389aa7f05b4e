"""DW0009 json-form-malformed."""

from dockwright.rules.api import AnyStep, Bad, Edit, Findings, Good, Rule, Step, lazy, re, unsafe

_ITEM = lazy(
    r"""\s*(?:
    (?P<double>"(?:[^"\\]|\\.)*")
    |(?P<single>'[^']*')
    |(?P<curly>[\u201c\u201d\u201e][^\u201c\u201d\u201e"]*[\u201c\u201d])
    |(?P<bare>[^\s"'\[\],\u201c\u201d\u201e](?:[^"'\[\],\u201c\u201d\u201e]*[^\s"'\[\],\u201c\u201d\u201e])?)
    )\s*""",
    re.VERBOSE,
)
_ESCAPE = lazy(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')


class JsonFormMalformed(Rule):
    """
    Write the exec form as valid JSON: double quotes, commas between, none at the end.

    What does not parse as a JSON array silently becomes a shell form, and then the brackets and
    quotes are part of the command or of the path: no shell finds a program called `[nginx,`.

    Silent about `[` as the test command, and about whatever has other text than a list.
    """

    code = "DW0009"
    name = "json-form-malformed"
    severity = "error"
    tags = ("syntax", "exec-form")
    also = ("slim:20013", "tally:invalid-json-form")

    examples = (
        Bad(
            "FROM debian:12\nCMD ['nginx', '-g', 'daemon off;']\n",
            at="['nginx', '-g', 'daemon off;']",
            fixed='FROM debian:12\nCMD ["nginx", "-g", "daemon off;"]\n',
        ),
        Bad(
            'FROM debian:12\nENTRYPOINT ["a", "b",]\n',
            at='["a", "b",]',
            fixed='FROM debian:12\nENTRYPOINT ["a", "b"]\n',
        ),
        Bad(
            'FROM debian:12\nRUN ["a" "b"]\n',
            at='["a" "b"]',
            fixed='FROM debian:12\nRUN ["a", "b"]\n',
        ),
        Bad(
            'FROM debian:12\nCMD ["a", "b"\n',
            at='["a", "b"',
            fixed='FROM debian:12\nCMD ["a", "b"]\n',
        ),
        Bad(
            "FROM debian:12\nCMD [nginx, -g, daemon off;]\n",
            at="[nginx, -g, daemon off;]",
            fixed='FROM debian:12\nCMD ["nginx", "-g", "daemon off;"]\n',
        ),
        Bad(
            "FROM debian:12\nHEALTHCHECK CMD ['a', '--b=\"c\"']\n",
            at="['a', '--b=\"c\"']",
            fixed='FROM debian:12\nHEALTHCHECK CMD ["a", "--b=\\"c\\""]\n',
        ),
        Bad(
            "FROM debian:12\nVOLUME [/data]\n",
            at="[/data]",
            fixed='FROM debian:12\nVOLUME ["/data"]\n',
        ),
        Bad(
            'FROM debian:12\nCMD ["C:\\app\\run.exe", "-x"]\n',
            at='["C:\\app\\run.exe", "-x"]',
            fixed='FROM debian:12\nCMD ["C:\\\\app\\\\run.exe", "-x"]\n',
        ),
        Bad('FROM debian:12\nCMD ["a", "b"] # start\n', at='["a", "b"] # start'),
        Bad('FROM debian:12\nRUN ["a", "b"] && c\n', at='["a", "b"] && c'),
        Good('FROM debian:12\nRUN [ -f /x ] && [ "$A" = "b" ]\nRUN [ "$A" ] && a\nRUN [ "a" ]\n'),
        Good("FROM debian:12\nRUN [ 'a' = 'b' ]\nRUN [[ -n $A ]] && a\nCMD [ -x /a ] && /a\n"),
        Good("FROM debian:12\nCOPY [ab]* /x/\nCOPY [a,b] [c] /x/\n"),
        Good('FROM debian:12\nCMD ["a", "b"]\nCMD []\nVOLUME ["/a"]\n'),
    )

    def check(self, step: AnyStep) -> Findings:
        node = step.node
        if node.is_json or node.heredocs:
            return
        if node.name == "HEALTHCHECK":
            if len(node.args) < 2 or node.args[0].value.upper() != "CMD":
                return
        elif node.name not in ("RUN", "CMD", "ENTRYPOINT", "VOLUME", "ADD", "COPY"):
            return
        text = node.rest.text.rstrip()
        if not text.startswith("["):
            return
        found = _List(step, text)
        if not found.meant:
            return
        draft = self.at(
            node.rest.span(0, len(text)), f"no valid JSON ({found.problem}): this is the shell form"
        )
        if node.name not in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"):
            draft.message = (
                f"no valid JSON ({found.problem}): the brackets become part of the paths"
            )
        yield draft.fix("make it JSON", unsafe(*found.edits))


class _List:
    """A list as somebody who does not know JSON well would write it."""

    __slots__ = ("edits", "meant", "problem")

    def __init__(self, step: Step, text: str) -> None:
        self.edits: list[Edit | None] = []
        self.problem = ""
        rest = step.node.rest
        kinds: list[str] = []
        commas = 0
        at = 1
        closed = False
        end = 1
        comma_at = -1
        while True:
            match = _ITEM.match(text, at)
            if match is None:
                break
            kind = match.lastgroup or ""
            if kinds and comma_at < 0:
                self._note("a comma is missing")
                self._insert(step, rest.span(end - 1, end).end, ",")
            kinds.append(kind)
            start, end = match.span(kind)
            self._item(step, kind, match[kind], start, end)
            at = match.end()
            comma_at = -1
            if text.startswith(",", at):
                commas += 1
                comma_at = at
                at += 1
        while at < len(text) and text[at].isspace():
            at += 1
        if comma_at >= 0:
            self._note("a comma at the end")
            self.edits.append(step.delete(rest.span(comma_at, comma_at + 1)))
        tail = text[at:]
        if tail.startswith("]"):
            closed = True
            tail = tail[1:].strip()
        elif not tail:
            self._note("no closing bracket")
            self._insert(step, rest.span(at - 1, at).end, "]")
        if tail:
            self._note("text after the list")
            self.edits.append(None)
        self.meant = self._sure(step.name, text, kinds, commas, closed, tail)

    def _insert(self, step: Step, offset: int, text: str) -> None:
        last = self.edits[-1] if self.edits else None
        if last is not None and last.span.end == offset:
            # Two edits must not touch.
            self.edits[-1] = step.replace(last.span, last.text + text)
        else:
            self.edits.append(step.insert(offset, text))

    def _note(self, problem: str) -> None:
        self.problem = self.problem or problem

    def _item(self, step: Step, kind: str, raw: str, start: int, end: int) -> None:
        text = raw if kind == "bare" else raw[1:-1]
        if kind == "double":
            if _ESCAPE.search(text) is None:
                return
            self._note("a lone backslash")
            wanted = None if "\\\\" in text or '\\"' in text else raw.replace("\\", "\\\\")
        else:
            names = {"single": "single quotes", "curly": "typographic quotes", "bare": "no quotes"}
            self._note(names[kind])
            if kind == "bare" and "$" in text and step.name != "VOLUME":
                # Nothing expands it in the exec form.
                self.edits.append(None)
                return
            wanted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        span = step.node.rest.span(start, end)
        whole = step.stage.build.tree.source.slice(span) == raw
        self.edits.append(step.replace(span, wanted) if wanted and whole else None)

    def _sure(
        self, name: str, text: str, kinds: list[str], commas: int, closed: bool, tail: str
    ) -> bool:
        """Whether this can only have been meant as a list."""
        if not kinds or not self.problem or (tail and not closed):
            return False
        if "bare" in kinds:
            # Bare words are the rule in test commands and in globs.
            if name not in ("CMD", "ENTRYPOINT", "VOLUME") or tail or not closed:
                return False
            return commas > 0 or (len(kinds) == 1 and text.replace(" ", "") == text)
        if name in ("VOLUME", "ADD", "COPY"):
            return not tail
        if commas:
            return closed or len(kinds) > 1
        # `[ "$A" ]` is a test; `["a"` is no program anybody has.
        return text[1:2] not in " \t" and (closed or len(kinds) > 1)
