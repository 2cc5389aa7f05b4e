"""DW7006 ignore-foreign-syntax."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Ignore,
    IgnorePattern,
    Rule,
    lazy,
    unsafe,
)

# A backslash between two names: `\.` and `\*` are escapes, and `\d` is a class.
_SEPARATOR = lazy(r"(?<=[\w*])\\(?=[A-Za-z_]{2})")
_CLASS = lazy(r"\[!(?=[^\]])")
_BRACES = lazy(r"(?P<head>[^{}]*)\{(?P<list>[^{},]+(?:,[^{},]*)+)\}(?P<tail>[^{}]*)")


class IgnoreForeignSyntax(Rule):
    """
    Write patterns in the syntax of .dockerignore.

    Other programs have more: `*.{log,tmp}` of shells is one odd name here, `[!a]` of .gitignore is
    the class of `!` and `a` (Docker writes `[^a]`), and in `src\\bin` the backslash takes the
    meaning of the next character away, except on Windows, where it parts folders.

    Silent when something in the context has the odd name, about backslashes in the ignore file of
    a Windows image, and where a backslash is an escape.
    """

    code = "DW7006"
    name = "ignore-foreign-syntax"
    severity = "warning"
    tags = ("ignore",)

    examples = (
        Bad("**/*.{log,tmp}\n", at="**/*.{log,tmp}", fixed="**/*.log\n**/*.tmp\n"),
        Bad("[!a]*.md\n", at="[!a]*.md", fixed="[^a]*.md\n"),
        Bad("src\\bin\\*\n", at="src\\bin\\*", fixed="src/bin/*\n"),
        Good("*.log\n[^a]*\na\\*b\n\\#x\n\\!y\n\\.env\na\\.txt\na\\d\n{a}\n[a!]\na\\ b\n"),
        Good("a{b,c}\n", config={"context": {"a{b,c}": 0o644}}),
        Good(
            "src\\bin\n",
            config={"dockerfile": "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n"},
        ),
    )

    def check(self, ignore: Ignore) -> Findings:
        for pattern in ignore.matcher.patterns:
            found = _meant(ignore, pattern)
            if found is None:
                continue
            message, lines = found
            glob = pattern.glob
            if glob is not None and any(glob.matches(one.path) for one in ignore.entries):
                continue
            shown = " and ".join(f"`{one}`" for one in lines)
            yield self.at(ignore.span(pattern), message).fix(
                f"write {shown}", unsafe(ignore.replace(pattern, "\n".join(lines)))
            )


def _meant(ignore: Ignore, pattern: "IgnorePattern") -> "tuple[str, list[str]] | None":
    """What is wrong with the syntax of a pattern, and the patterns that were meant."""
    written = pattern.written
    if "\\" in written:
        windows = any(stage.os == "windows" for build in ignore.builds for stage in build.stages)
        if windows or "[" in written or "/" in written or not _SEPARATOR.search(written):
            return None
        return (
            "a backslash takes the meaning of the next character away: folders are parted by `/`",
            [written.replace("\\", "/")],
        )
    if _CLASS.search(written):
        return "`[!` does not negate here: Docker writes `[^`", [_CLASS.sub("[^", written)]
    found = _BRACES.fullmatch(written)
    if found is not None and not found["list"].replace(",", "").isdigit():
        lines = [f"{found['head']}{one}{found['tail']}" for one in found["list"].split(",")]
        return "braces are no alternatives here: they stand for themselves", lines
    return None
