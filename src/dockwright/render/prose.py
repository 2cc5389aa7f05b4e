"""A rule's docstring as paragraphs."""


def paragraphs(docstring: str) -> list[str]:
    """The paragraphs, each on one line but for lists, tables and code, which keep their lines."""
    lines = docstring.strip("\n").split("\n")
    margin = min((_indent(line) for line in lines[1:] if line.strip()), default=0)
    lines = [lines[0].strip(), *(line[margin:].rstrip() for line in lines[1:])]
    found: list[list[str]] = [[]]
    for line in lines:
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [_joined(block) for block in found if block]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _joined(block: list[str]) -> str:
    if any(line.startswith(("    ", "* ", "- ", "| ", "```")) for line in block):
        return "\n".join(block)
    return " ".join(line.strip() for line in block)
