"""Finding a program, its options and its environment, and taking a switch out again."""

from dockwright.rules.api import Command, Edit, Known, ShellWord, Span, Step, re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# What runs another program, with its short options that take a value.
WRAPPERS = {"sudo": "CghpRrTtUu", "env": "Cu", "exec": "a", "nice": "n", "nohup": "", "time": "fo"}
WRAPPERS.update({"xargs": "adEIiLlnPs", "timeout": "ks", "doas": "Cu"})


def text(step: Step) -> str:
    """The instruction as written, for a quick look whether a rule has anything to do."""
    return step.stage.build.tree.source.slice(step.span)


def calls(step: Step, *names: str) -> "Iterator[Command]":
    """The calls of `names` in a RUN, also those behind `sudo`, `env` and the like."""
    for command in step.commands:
        if command.name in names:
            yield command
        elif command.name in WRAPPERS:
            inner = unwrap(command)
            if inner is not None and inner.name in names:
                yield inner


def unwrap(command: Command) -> Command | None:
    """The command that a wrapper runs."""
    for _ in range(4):
        takes = WRAPPERS.get(command.name)
        if takes is None:
            return command
        skip = command.name == "timeout"
        pending = False
        at = 0
        for word in command.args:
            at += 1
            shape = word.shape
            if pending:
                pending = False
            elif shape.startswith("-") and len(shape) > 1:
                pending = shape[1] != "-" and shape[-1] in takes
            elif "=" in shape:
                continue
            elif skip:
                skip = False
            else:
                break
        else:
            return None
        words = command.words[at:]
        inner = Command(
            command.script,
            words,
            command.assignments,
            words[0].start,
            command.end,
            command.operator,
            command.within,
        )
        inner.redirects = command.redirects
        command = inner
    return None


def switches(command: Command, takes: str = "") -> "Iterator[tuple[ShellWord, str]]":
    """
    The options of a command: the word, and `-k` or `--name` without value.

    The short options in `takes` swallow the rest of their word, or the next word.
    """
    pending = False
    for word in command.args:
        shape = word.shape
        if pending:
            pending = False
        elif shape == "--":
            return
        elif shape.startswith("--"):
            yield word, shape.partition("=")[0]
        elif shape.startswith("-"):
            for index, letter in enumerate(shape[1:], 1):
                yield word, f"-{letter}"
                if letter in takes:
                    pending = index + 1 == len(shape)
                    break


def without(step: Step, word: ShellWord, option: str) -> Edit | None:
    """Delete a short option, alone or out of a cluster such as `-fsSLk`."""
    if word.shape == option or option.startswith("--"):
        return step.delete_words(word)
    if word.text != word.shape or step.node.is_json:
        return None
    at = word.start + word.text.index(option[1], 1)
    return step.delete(word.script.joined.span(at, at + 1))


class Setting:
    """`name=value` of ENV, ARG, `export`, `env` or before a command; `value` None if unknown."""

    __slots__ = ("edit", "name", "span", "value")

    def __init__(self, name: str, value: str | None, span: Span, edit: Edit | None) -> None:
        self.name = name
        self.value = value
        self.span = span
        self.edit = edit


def settings(step: Step, *names: str) -> "Iterator[Setting]":
    """Where a step sets one of the variables `names`, with the edit that takes it out."""
    node = step.node
    if node.name in ("ENV", "ARG"):
        for pair in node.pairs:
            if pair.key not in names or pair.value is None:
                continue
            value = step.expand(pair.value)
            edit: Edit | None = None
            if len(node.pairs) == 1:
                edit = step.delete_lines()
            elif not pair.legacy:
                edit = _without_pair(step, pair.word.span)
            found = str(value.value) if isinstance(value, Known) else None
            yield Setting(pair.key, found, pair.word.span, edit)
    elif node.name == "RUN":
        for command in step.commands:
            for name, word in command.assignments:
                if name in names:
                    yield _assigned(step, command, name, word)
            if command.name not in ("env", "sudo"):
                continue
            for word in command.args:
                name, equals, found = word.shape.partition("=")
                if equals and name in names:
                    known = found if word.value is not None else None
                    yield Setting(name, known, word.span, step.delete_words(word))


def _assigned(step: Step, command: Command, name: str, word: ShellWord) -> Setting:
    start = word.start - len(name) - 1
    joined = command.script.joined
    span = joined.span(start, max(word.end, start + len(name) + 1))
    edit: Edit | None = None
    plain = joined.text[start : word.start] == f"{name}="
    if plain and not step.node.is_json:
        if command.name in ("export", "declare"):
            shown = [one for one in command.args if one.start == start]
            edit = (
                step.delete_command(command)
                if len(command.args) == 1
                else step.delete_words(*shown[:1])
            )
        elif command.words:
            following = [one.start for one in command.words if one.start >= word.end]
            after = [w.start - len(n) - 1 for n, w in command.assignments if w.start > word.end]
            end = min(following + after) if following + after else word.end
            between = step.stage.build.tree.source.text[span.start : joined.span(end, end).start]
            if "#" not in between:
                edit = step.delete(Span(span.start, joined.span(end, end).start))
        elif len(command.assignments) == 1:
            edit = step.delete_command(command)
    return Setting(name, word.value, span, edit)


def _without_pair(step: Step, span: Span) -> Edit | None:
    """Delete one of several pairs of an ENV or ARG."""
    source = step.stage.build.tree.source.text
    escape = step.stage.build.tree.escape
    first, end = span.start, span.end
    while source[first - 1] in " \t":
        first -= 1
    newline = source.find("\n", end)
    behind = source[end:newline] if newline >= 0 else source[end:]
    if source[first - 1] != "\n":
        return step.delete(Span(first, end))
    if behind.strip() == escape:
        return step.delete(Span(first, newline + 1))
    if behind.strip():
        return step.delete(Span(span.start, end + len(behind) - len(behind.lstrip(" \t"))))
    line = source[: first - 1].rstrip("\r \t")
    return step.delete(Span(len(line[:-1].rstrip(" \t")), end)) if line.endswith(escape) else None


_SUMS = ("sha256sum", "sha512sum", "sha1sum", "sha384sum", "shasum", "gpgv", "cosign", "minisign")


def verified(step: Step) -> bool:
    """Whether the step compares a checksum or checks a signature."""
    for command in step.commands:
        if command.name in _SUMS:
            return True
        if command.name in ("gpg", "gpg2") and any("verify" in w.shape for w in command.args):
            return True
        if command.name == "openssl" and command.runs("dgst"):
            return True
    return False


def off(value: str | None) -> bool:
    """Whether a setting's value means no."""
    return value is not None and value.strip("\"' ").lower() in (
        "0",
        "false",
        "no",
        "off",
        "f",
        "n",
    )


def written(step: Step, pattern: "re.Pattern[str]") -> "Iterator[re.Match[str]]":
    """
    What `pattern` finds in the script and heredocs of a RUN, comments left out.

    Neither what `grep` looks for nor what a `s/…/…/` of sed replaces counts.
    """
    script = step.script
    if script is None:
        return
    whole = script.text
    for match in pattern.finditer(whole):
        line = whole[whole.rfind("\n", 0, match.start()) + 1 : match.start()]
        if line.lstrip().startswith(("#", ";", "//")):
            continue
        command = _around(step, match.start())
        if command is not None and command.name in ("grep", "egrep", "test", "["):
            continue
        if command is not None and command.name in ("sed", "perl"):
            word = next((w for w in command.args if w.start <= match.start() < w.end), None)
            if word is not None and _searched(word.text, match.start() - word.start):
                continue
        yield match


def _around(step: Step, at: int) -> Command | None:
    inner = [c for c in step.commands if c.start <= at < c.end]
    return inner[-1] if inner else None


def _searched(program: str, at: int) -> bool:
    """Whether offset `at` of a sed program is in the part that a substitution looks for."""
    for match in re.finditer(r"(?:^|[;'\"\s}/\d])s([/|#,@!%:+])", program):
        begin = match.end()
        end = program.find(match[1], begin)
        if begin <= at < (end if end >= 0 else len(program)):
            return True
    return bool(re.search(r"/[^/]*$", program[:at])) and bool(re.match(r"[^/]*/\s*d", program[at:]))


__all__ = [
    "WRAPPERS",
    "Setting",
    "calls",
    "off",
    "settings",
    "switches",
    "text",
    "unwrap",
    "verified",
    "without",
    "written",
]
