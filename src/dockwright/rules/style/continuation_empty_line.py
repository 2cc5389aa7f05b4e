"""DW0007 continuation-empty-line."""

from dockwright.rules.api import Bad, Build, Edit, Findings, Good, Rule, Span, safe


class ContinuationEmptyLine(Rule):
    """
    Leave no empty line inside a continued instruction.

    BuildKit skips such a line and goes on with the instruction, which is seldom what the eye
    sees; it has announced that a later release will refuse it. Often a continuation character
    too many stands above, and the instruction swallows the next one.

    Silent about empty lines in a heredoc and about comment lines.
    """

    code = "DW0007"
    name = "continuation-empty-line"
    tags = ("style", "deprecated")
    also = ("buildkit:NoEmptyContinuation",)

    examples = (
        Bad(
            "FROM debian:12\nRUN a && \\\n\n    b\n",
            at="\n",
            fixed="FROM debian:12\nRUN a && \\\n    b\n",
        ),
        Bad(
            "FROM debian:12\nRUN a && \\\n  \n    b && \\\n\n# why\n\n    c\nUSER 1\n",
            at="  \n",
            fixed="FROM debian:12\nRUN a && \\\n    b && \\\n# why\n    c\nUSER 1\n",
        ),
        Good("FROM debian:12\nRUN a && \\\n    # why\n    b\n\nUSER 1\n"),
        Good("FROM debian:12\nRUN <<EOF\na\n\nb\nEOF\n"),
    )

    def check(self, build: Build) -> Findings:
        source = build.tree.source
        for node in build.tree.instructions:
            if not node.blank_lines:
                continue
            spans = []
            for line in node.blank_lines:
                start, end = source.line_span(line)
                after = source.line_starts[line] if line < len(source.line_starts) else end
                spans.append(Span(start, after))
            edits = [Edit(source.name, span, "") for span in spans]
            count = f"{len(spans)} empty lines" if len(spans) > 1 else "an empty line"
            yield self.at(spans[0], f"{count} inside this `{node.name}`").fix(
                "delete what is empty", safe(*edits)
            )
