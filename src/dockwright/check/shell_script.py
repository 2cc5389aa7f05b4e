"""
The scripts of a Dockerfile as ShellCheck is to see them.

What the build gives a script besides its text, the variables of ARG and ENV and the options of the
SHELL instruction, becomes one line of shell, the preamble. It stands behind the comments a script
begins with, so that a `#!` line stays first and a `# shellcheck` directive speaks for all of it.
"""

from dockwright.facts.knowledge import Known
from dockwright.model.stages import PROXY_ARGS
from dockwright.text.lazy import lazy, re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from dockwright.facts.knowledge import Reason
    from dockwright.model.stages import Build, Stage
    from dockwright.model.steps import Step
    from dockwright.syntax.dockerfile.lines import Joined
    from dockwright.text.span import Span

# What ShellCheck calls the language of each shell. It knows no others.
DIALECTS = {
    "sh": "sh",
    "bash": "bash",
    "dash": "dash",
    "ash": "busybox",
    "busybox": "busybox",
    "ksh": "ksh",
    "mksh": "ksh",
}
# BuildKit refuses longer lines; longer heredocs are programs of their own.
MAX_SIZE = 64 * 1024
# How many stages that build on each other are asked for a variable.
MAX_LINEAGE = 64

_NAME = lazy(r"[A-Za-z_][A-Za-z0-9_]*")
_ABOVE = lazy(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_PRAGMA = lazy(r"hadolint\s+shell\s*=\s*(\S+)", re.IGNORECASE)
# Options of `set` that change what is right in a script.
_OPTIONS = "aefnux"


class Job:
    """
    One script to check.

    `text` is what ShellCheck gets: the script with the preamble from `start` to `end`. `unsure`
    is the reason why the dialect may be another one, None when it is certain.
    """

    __slots__ = ("dialect", "end", "joined", "start", "step", "text", "unsure")

    def __init__(
        self, step: "Step", joined: "Joined", dialect: str, preamble: str, unsure: "Reason | None"
    ) -> None:
        self.step = step
        self.joined = joined
        self.dialect = dialect
        self.unsure = unsure
        text = joined.text.replace("\0", "?")
        if not text.isascii():
            text = text.encode("utf-8", "replace").decode()  # lone surrogates
        above = _ABOVE.match(text)
        self.start = above.end() if above is not None and preamble else 0
        self.end = self.start + len(preamble)
        self.text = text[: self.start] + preamble + text[self.start :] + "\n"

    def inner(self, at: int) -> int:
        """The offset in the script of an offset in `text`; -1 when it is in the preamble."""
        if at >= self.end:
            return min(at - self.end + self.start, len(self.joined.text))
        return at if at < self.start else -1

    def span(self, start: int, end: int) -> "Span | None":
        """What stands in the file for `text[start:end]`, at least one character."""
        first, last = self.inner(start), self.inner(end)
        size = len(self.joined.text)
        if first < 0 or last < 0 or not size:
            return None
        first = min(first, size - 1)
        return self.joined.span(first, max(last, first + 1))

    def exact(self, start: int, end: int, *, after: bool) -> "Span | None":
        """
        The same for an edit: None unless it stands in one piece in the file.

        `after` tells to which side an insertion belongs where a line is continued.
        """
        first, last = self.inner(start), self.inner(end)
        if first < 0 or last < first or last > len(self.joined.text):
            return None
        from dockwright.text.span import Span

        if first == last:
            at = self.joined.offset(first - 1) + 1 if after and first else self.joined.offset(first)
            return Span(at, at)
        found = self.joined.span(first, last)
        return found if found.end - found.start == last - first else None


def jobs(build: "Build") -> "Iterator[Job]":
    """The scripts of the RUN instructions, those behind ONBUILD included."""
    pragmas = _pragmas(build)
    for stage in build.stages:
        later: set[str] = set()
        for step in stage.steps:
            if step.onbuild and step.node.pairs:
                later.update(pair.key for pair in step.node.pairs)
            if step.name != "RUN" or step.node.is_json or not step.node.args:
                continue
            if pragmas or step.language == "sh":
                job = _job(step, pragmas, later)
                if job is not None:
                    yield job


def _job(
    step: "Step", pragmas: "Sequence[tuple[int, str]]", later: "AbstractSet[str]"
) -> Job | None:
    argv, unsure = _shell(step, pragmas)
    dialect = _dialect(argv)
    if not dialect:
        return None
    joined = step.shell_text()
    text = joined.text
    if len(text) > MAX_SIZE or not text.strip():
        return None
    lines = []
    names = _declared(step, text, later)
    if names:
        lines.append("export " + " ".join(f"{name}=1" for name in names))
    options = "" if text.startswith("#!") else _options(argv)
    if options:
        lines.append("set" + options)
    preamble = "; ".join(lines) + "\n" if lines else ""
    return Job(step, joined, dialect, preamble, unsure)


# Which shell


def _shell(
    step: "Step", pragmas: "Sequence[tuple[int, str]]"
) -> "tuple[Sequence[str], Reason | None]":
    """The command line of the shell, and why it may be another."""
    node = step.node
    if len(node.heredocs) == 1 and node.rest.text.startswith("<<"):
        first = node.heredocs[0].content.lstrip("\t").partition("\n")[0]
        if first.startswith("#!"):
            return first[2:].split(), None
    if pragmas:
        told = _told(step, pragmas)
        if told:
            return (told,), None
    shell = step.before.shell
    if not isinstance(shell, Known) or not isinstance(shell.value, tuple):
        return (), None
    return shell.value, None if shell.firm else shell.reason


def _dialect(argv: "Sequence[str]") -> str:
    """What ShellCheck calls the language of `argv`, "" when it does not know it."""
    if not argv:
        return ""
    path = argv[0].replace("\\", "/")
    name = path.rpartition("/")[2].lower().removesuffix(".exe")
    if name == "env":
        rest = [word for word in argv[1:] if not word.startswith("-") and "=" not in word]
        return _dialect(rest)
    if name == "sh" and path.startswith("/busybox/"):
        return "busybox"
    return DIALECTS.get(name, "")


def _options(argv: "Sequence[str]") -> str:
    """The shell's options, as arguments of `set`."""
    found: list[str] = []
    words = iter(argv[1:])
    for word in words:
        if len(word) < 2 or word[0] not in "-+" or word[1] == "-":
            continue
        for letter in word[1:]:
            if letter == "o":
                value = next(words, "")
                if _NAME.fullmatch(value):
                    found.append(f" {word[0]}o {value}")
            elif letter in _OPTIONS:
                found.append(f" {word[0]}{letter}")
    return "".join(found)


def _pragmas(build: "Build") -> "list[tuple[int, str]]":
    """The `# hadolint shell=…` comments: where, and the shell."""
    return [
        (comment.span.start, match[1])
        for comment in build.tree.comments
        if "hadolint" in comment.text
        for match in (_PRAGMA.match(comment.text),)
        if match is not None
    ]


def _told(step: "Step", pragmas: "Sequence[tuple[int, str]]") -> str:
    """
    The shell a comment names for `step`, "" when none does.

    Such a comment holds to the end of the stage, one above the first FROM for the whole file; a
    SHELL instruction behind it takes over.
    """
    stages = step.stage.build.stages
    first, own, at = stages[0].span.start, step.stage.span.start, step.span.start
    since = _last_shell(step.stage, step.index)
    told = ""
    for offset, shell in pragmas:
        whole_file = offset < first and since < own
        if whole_file or (own < offset < at and since < offset):
            told = shell
    return told


def _last_shell(stage: "Stage", at: int) -> int:
    """Where the last SHELL instruction before step `at` stands, -1 without one."""
    timeline = stage.timelines.settings.get("shell")
    steps = [index for index in timeline.steps if index < at] if timeline is not None else []
    return stage.steps[steps[-1]].span.start if steps else -1


# Variables


def _declared(step: "Step", text: str, later: "AbstractSet[str]") -> list[str]:
    """
    The names in `text` that the build declares as variables, sorted.

    The build that an ONBUILD runs in has this file's ENV, but not its ARG; `later` are the
    variables that other ONBUILDs declare there.
    """
    words = set(_NAME.findall(text))
    found = words & PROXY_ARGS
    kind = "build_env"
    if step.onbuild:
        kind = "image_env"
        found |= words & later
    stage: Stage | None = step.stage
    at = step.index
    for _ in range(MAX_LINEAGE):
        if stage is None:
            break
        known = stage.timelines.maps[kind]
        small, large = (words, known) if len(words) < len(known) else (known, words)
        for name in small:
            if name in large and known[name].before(at) is not None:
                found.add(name)
        if stage.parent is None:
            found |= words & stage.base.facts.env.keys()
        stage = stage.parent
        at = len(stage.steps) if stage is not None else 0
    return sorted(found)
