"""DW7002 ignore-comment-in-pattern."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Ignore, Rule, Span, lazy, safe, unsafe

_TRAILING = lazy(r"(?P<pattern>.*?[^\s\\])(?P<space>\s+)(?P<comment>#.*)")


class IgnoreCommentInPattern(Rule):
    """
    Put comments on lines of their own, and begin them at the beginning of the line.

    Only a `#` in the first column begins a comment. With white space before it the line is a
    pattern, and behind a pattern the comment is part of the pattern, which then matches nothing:
    `node_modules # dependencies` keeps no `node_modules` out.

    Silent when the context has a file that such a pattern matches.
    """

    code = "DW7002"
    name = "ignore-comment-in-pattern"
    severity = "warning"
    tags = ("ignore",)

    examples = (
        Bad(
            ".git\n  # built here\ndist\n",
            at="# built here",
            fixed=".git\n# built here\ndist\n",
        ),
        Bad(
            "node_modules  # dependencies\n.git\n",
            at="# dependencies",
            fixed="# dependencies\nnode_modules\n.git\n",
        ),
        Good("# a comment\nnode_modules\n#!keep\na#b\n#\n"),
        Good("file #1\n", config={"context": {"file #1": 0o644}}),
    )

    def check(self, ignore: Ignore) -> Findings:
        for pattern in ignore.patterns:
            written = pattern.written
            if "#" not in written or (pattern.glob is not None and _there(ignore, pattern)):
                continue
            line = ignore.tree.source.line_span(pattern.line)[0]
            if written.startswith("#"):
                yield self.at(
                    ignore.span(pattern),
                    "this is a pattern: a comment begins at the very beginning of its line",
                ).fix(
                    "take the white space away",
                    safe(
                        Edit(ignore.source, Span(line, pattern.start), ""),
                        changes=("ignore:includes",),
                    ),
                )
                continue
            found = _TRAILING.fullmatch(written)
            if found is None:
                continue
            span = Span(pattern.start + found.start("comment"), pattern.end)
            yield self.at(
                span,
                f"this is part of the pattern, so that `{found['pattern']}` has no effect",
            ).fix(
                "put the comment on a line of its own",
                unsafe(
                    Edit(
                        ignore.source,
                        Span(line, pattern.end),
                        f"{found['comment']}\n{found['pattern']}",
                    )
                ),
            )


def _there(ignore: Ignore, pattern: "object") -> bool:
    """Whether the pattern matches something in the context."""
    glob = getattr(pattern, "glob", None)
    return glob is not None and any(glob.matches(one.path) for one in ignore.entries)
