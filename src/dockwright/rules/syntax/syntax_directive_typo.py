"""DW0012 syntax-directive-typo."""

from dockwright.rules.api import (
    Bad,
    Build,
    Edit,
    Findings,
    Good,
    Rule,
    Span,
    lazy,
    near,
    re,
    unsafe,
)

_NAMES = ("syntax", "escape", "check")
_DIRECTIVE = lazy(r"#\s*([A-Za-z]+)(\s*[=:]\s*|\s+)(\S+)\s*$")
# What only a directive would say.
_VALUES = {
    "syntax": re.compile(r"(docker\.io/)?docker/dockerfile(-upstream)?([:@]\S+)?$"),
    "escape": re.compile(r"[`\\]$"),
    "check": re.compile(r"(skip|error|experimental)=\S+$"),
}


class SyntaxDirectiveTypo(Rule):
    """
    Write parser directives correctly and at the very top.

    `# syntax=`, `# escape=` and `# check=` only count before everything else, blank lines and
    other comments included. Anywhere else, or with a typo, they are comments without effect, and
    nothing tells you so.

    Silent about a `# check=` further down, which BuildKit reads above an instruction; when the
    directive stands correctly in the file; and about comments that could be prose.
    """

    code = "DW0012"
    name = "syntax-directive-typo"
    tier = "preview"
    tags = ("syntax",)
    also = ("tally:syntax-directive-typo",)

    examples = (
        Bad(
            "# sytnax=docker/dockerfile:1\nFROM debian:12\n",
            at="# sytnax=docker/dockerfile:1",
            fixed="# syntax=docker/dockerfile:1\nFROM debian:12\n",
        ),
        Bad(
            "# syntax: docker/dockerfile:1\nFROM debian:12\n",
            at="# syntax: docker/dockerfile:1",
            fixed="# syntax=docker/dockerfile:1\nFROM debian:12\n",
        ),
        Bad("# escpe=`\nFROM debian:12\n", at="# escpe=`", fixed="# escape=`\nFROM debian:12\n"),
        Bad(
            "# My image\n# syntax=docker/dockerfile:1\nFROM debian:12\n",
            at="# syntax=docker/dockerfile:1",
        ),
        Bad("\n# escape=`\nFROM debian:12\n", at="# escape=`"),
        Bad(
            "FROM debian:12\n# syntax=docker/dockerfile:1\nRUN a\n",
            at="# syntax=docker/dockerfile:1",
        ),
        Good("# syntax=docker/dockerfile:1\n# escape=`\nFROM debian:12\n"),
        Good("#!/usr/bin/env x\n# syntax=docker/dockerfile:1\nFROM debian:12\n"),
        Good("FROM debian:12\n# check=skip=JSONArgsRecommended\nCMD a\n"),
        Good("# syntax is docker/dockerfile\n# tax = 7\n# checks=a\nFROM debian:12\n"),
        Good("# syntax=docker/dockerfile:1\n# was:\n# syntax=docker/dockerfile:1.0\nFROM a:1\n"),
    )

    def check(self, build: Build) -> Findings:
        tree = build.tree
        first = tree.instructions[0].start if tree.instructions else len(tree.source.text)
        shebang = tree.source.text.startswith("#!")
        for number, comment in enumerate(tree.comments):
            text = tree.source.slice(comment.span)
            match = None if comment.inside else _DIRECTIVE.match(text)
            if match is None:
                continue
            name = match[1].lower()
            meant = name if name in _NAMES else near(name, _NAMES)
            if meant is None or not _VALUES[meant].match(match[3]) or tree.directive(meant):
                continue
            well_formed = meant == name and "=" in match[2]
            if meant == "check" and (well_formed or comment.span.start > first):
                continue
            if well_formed:
                if shebang and number == 1 and comment.line == 2 and meant == "syntax":
                    continue
                yield self.at(comment, f"`{meant}` stands too far down and has no effect")
                continue
            draft = self.at(comment, f"this is no `{meant}` directive and has no effect")
            if number == 0 and comment.line == len(tree.directives) + 1:
                start = comment.span.start
                span = Span(start + match.start(1), start + match.end(2))
                draft.fix(f"write `{meant}=`", unsafe(Edit(build.source, span, f"{meant}=")))
            yield draft
