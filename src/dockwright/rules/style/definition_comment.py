"""DW0011 definition-comment."""

from dockwright.rules.api import Bad, Build, Findings, Good, Rule


class DefinitionComment(Rule):
    """
    Begin the comment above an `ARG` or a named stage with the name it describes.

    `docker build --call=outline` and `--call=targets` show that comment as the description, and
    only take it when its first word is the name. A line with nothing but `#` in between makes it
    an ordinary comment; a blank line does not.

    Silent about stages without a name and definitions without a comment.
    """

    code = "DW0011"
    name = "definition-comment"
    severity = "info"
    tier = "optional"
    tags = ("style", "documentation")
    also = ("buildkit:InvalidDefinitionDescription",)

    examples = (
        Bad("# the version\nARG GO=1\nFROM golang:$GO\n", at="# the version"),
        Bad("# compiles\nFROM golang:1 AS build\n", at="# compiles"),
        Bad("FROM a:1\n# numbers\nARG A=1 B=2\n", at="# numbers"),
        Good("# GO the version\nARG GO=1\n# build compiles\nFROM golang:$GO AS Build\n"),
        Good("# the version\n#\nARG GO=1\n# compiles\nFROM golang:$GO\n"),
        Good("# check=skip=none\nARG GO=1\nFROM golang:$GO\n"),
    )

    def check(self, build: Build) -> Findings:
        comments = [comment for comment in build.tree.comments if not comment.inside]
        at = 0
        for node in build.tree.instructions:
            while at < len(comments) and comments[at].line < node.first_line:
                at += 1
            if not node.comments or at == 0:
                continue
            if node.name == "ARG":
                names = [pair.key for pair in node.pairs]
            elif node.name == "FROM" and len(node.args) == 3:
                names = [node.args[2].value.lower()]
            else:
                continue
            if names and node.comments[-1].split(" ")[0] not in names:
                what = f"`{names[0]}`" if len(names) == 1 else "the name of an argument"
                yield self.at(comments[at - 1], f"the description does not begin with {what}")
