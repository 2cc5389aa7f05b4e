"""
What fails when the stages of a Dockerfile are put together and built.

Source of the rules: moby/buildkit `frontend/dockerfile/dockerfile2llb/convert.go` and the
`convert_*.go` beside it. A value is judged only when it is certain: no variable has a part in it.
"""

from dockwright.syntax.dockerfile import (
    flags,
    heredoc,
    imagename,
    mountcheck,
    ports,
    stagegraph,
    values,
)
from dockwright.syntax.dockerfile.expand import expand
from dockwright.syntax.tree import Problem
from dockwright.text.lazy import lazy
from dockwright.text.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from dockwright.syntax.dockerfile.expand import Expansion
    from dockwright.syntax.dockerfile.nodes import Dockerfile, Heredoc, Instruction

    Found = Iterator[tuple[Span, str]]

_DIGEST = lazy(
    r"(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}|"
    r"(?!sha(?:256|384|512):)[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+)\Z"
)
_PLATFORM_PART = lazy(r"[A-Za-z0-9_.-]+\Z")
_PLATFORM_OS = lazy(r"[A-Za-z0-9_-]+(?:\(.*\))?\Z")
_KNOWN_PLATFORMS = frozenset(
    (
        *("aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js"),
        *("linux", "macos", "nacl", "netbsd", "openbsd", "plan9", "solaris", "windows", "zos"),
        *("386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "ppc64", "ppc64le"),
        *("loong64", "mips", "mipsle", "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc"),
        *("riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm", "i386", "i486"),
        *("i586", "i686", "x86_64", "x86-64", "aarch64", "armhf", "armel"),
    )
)
_PLATFORM_ARGS = frozenset(
    f"{side}{part}"
    for side in ("BUILD", "TARGET")
    for part in ("PLATFORM", "OS", "ARCH", "VARIANT", "OSVERSION")
) | {"TARGETSTAGE"}
_SCP = lazy(r"git@[A-Za-z0-9.-]+:")


def problems(tree: "Dockerfile", bad: "AbstractSet[int]") -> "Iterator[Problem]":
    """The problems of level "build"; instructions with an index in `bad` are left alone."""
    yield from _outside(tree, bad)
    check = _Checker(tree)
    graph = dict(stagegraph.problems(tree))
    for node in tree.instructions:
        if node.index in bad:
            continue
        reference = graph.get(node.index)
        if reference is not None:
            yield Problem(*reference, "build")
            continue
        for span, message in check.one(node):
            yield Problem(span, message, "build")
            break


def _outside(tree: "Dockerfile", bad: "AbstractSet[int]") -> "Iterator[Problem]":
    for node in tree.instructions:
        if node.name == "FROM":
            return
        if node.name != "ARG" and node.index not in bad:
            yield Problem(node.line_span, "no build stage in current context", "build")
            return
    if tree.instructions and not bad and not tree.problems:
        span = tree.instructions[-1].line_span
        yield Problem(span, "dockerfile contains no stages to build", "build")


class _Checker:
    __slots__ = ("declared", "escape", "in_stage", "stages")

    def __init__(self, tree: "Dockerfile") -> None:
        self.escape = tree.escape
        self.declared: set[str] = set()
        self.stages: set[str] = set()
        self.in_stage = False

    def one(self, node: "Instruction") -> "Found":
        """What is wrong with one instruction."""
        if node.name == "FROM":
            self.in_stage = True
            yield from self.base(node)
        elif node.name == "ARG":
            if not self.in_stage:
                self.declared.update(pair.key for pair in node.pairs)
            yield from self.pairs(node)
        elif self.in_stage:
            method = _BY_NAME.get(node.name)
            if method is not None:
                yield from method(self, node)

    # Texts

    def certain_error(self, text: str, *, body: bool = False) -> str:
        """What expanding `text` runs into whatever its variables are, "" when nothing."""
        if not any(char in text for char in ("$'\"" if not body else "$")):
            return ""
        escape = "\\" if body else self.escape
        unset = expand(text, _unset, escape, plain_quotes=body)
        if unset.error is None:
            return ""
        found = expand(text, _set, escape, plain_quotes=body)
        if found.error != unset.error or (
            "invalid pattern" in unset.error and len(unset.references) > 1
        ):
            return ""
        return f"failed to process {values.quoted(text)}: {unset.error}"

    def constant(self, text: str) -> str | None:
        """The value of `text`, None when it needs a variable or cannot be had."""
        found = expand(text, _unset, self.escape)
        return found.value if not found.references else None

    def word(self, text: str, span: Span) -> "Found":
        message = self.certain_error(text)
        if message:
            yield span, message

    # Instructions

    def words(self, node: "Instruction") -> "Found":
        for word in node.args:
            yield from self.word(word.value, word.span)

    def pairs(self, node: "Instruction") -> "Found":
        for pair in node.pairs:
            if node.name != "ARG":
                yield from self.word(pair.key, pair.word.span)
            if pair.value is not None:
                yield from self.word(pair.value, pair.word.span)

    def base(self, node: "Instruction") -> "Found":
        name = node.args[0]
        yield from self.word(name.value, name.span)
        found = self.of_globals(name.value)
        if found is not None and found.value == "":
            yield name.span, f"base name ({name.value}) should not be blank"
        elif (
            found is not None
            and found.value not in (None, "scratch")
            and found.value not in self.stages
        ):
            wrong = imagename.problem(found.value or "")
            if wrong:
                text = values.quoted(found.value or "")
                yield name.span, f"failed to parse stage name {text}: {wrong}"
        if len(node.args) == 3:
            self.stages.add(node.args[2].value.lower())
        flag = flags.last(node, "platform")
        if flag is None or not flag.value:
            return
        span = flags.value_span(node, flag)
        yield from self.word(flag.value, span)
        found = self.of_globals(flag.value)
        if found is not None and found.value is not None:
            message = _platform(found.value)
            if message:
                yield span, f"failed to parse platform {flag.value}: {message}"

    def of_globals(self, text: str) -> "Expansion | None":
        """`text` in a FROM line, None when build arguments or the platform decide."""
        found = expand(text, _unset, self.escape)
        for reference in found.references:
            if reference.name in self.declared or reference.name in _PLATFORM_ARGS:
                return None
        return found

    def copy(self, node: "Instruction") -> "Found":
        for option in ("chown", "chmod", "checksum"):
            flag = flags.last(node, option)
            if flag is not None and flag.value:
                yield from self.word(flag.value, flags.value_span(node, flag))
        sources = [word for word in node.args[:-1] if heredoc.opening(word.value) is None]
        for word in (*sources, node.args[-1]):
            yield from self.word(word.value, word.span)
        yield from self.bodies(node)
        flag = flags.last(node, "chmod")
        mode = self.constant(flag.value) if flag is not None and flag.value else None
        if flag is not None and mode:
            message = values.mode(mode)
            if message:
                yield flags.value_span(node, flag), message
        names = [self.constant(word.value) for word in sources]
        if node.name == "ADD":
            yield from self.checksum(node, names)
            return
        for word, name in zip(sources, names, strict=True):
            if name is not None and name.startswith(("http://", "https://", "git://")):
                plain = name.partition("#")[0].partition("?")[0]
                git = plain.endswith(".git") or name.startswith("git://")
                yield word.span, f"source can't be a {'git ref' if git else 'URL'} for COPY"
            elif name is not None and _SCP.match(name):
                yield word.span, "source can't be a git ref for COPY"

    def checksum(self, node: "Instruction", sources: "list[str | None]") -> "Found":
        flag = flags.last(node, "checksum")
        value = self.constant(flag.value) if flag is not None and flag.value else None
        if flag is None or not value:
            return
        span = flags.value_span(node, flag)
        if len(sources) != 1:
            yield span, "checksum can't be specified for multiple sources"
            return
        source = sources[0]
        if source is None:
            return
        if not source.startswith(("http://", "https://")):
            git = "://" in source or "@" in source or source.startswith("github.com/")
            if not git and "$" not in source:
                yield span, "checksum requires HTTP(S) or Git sources"
        elif ".git" not in source and _DIGEST.match(value) is None:
            yield span, f"invalid checksum digest {value}"

    def bodies(self, node: "Instruction") -> "Found":
        for document in node.heredocs:
            if document.expand and _is_source(node, document):
                message = self.certain_error(_content(document), body=True)
                if message:
                    yield document.body, message.partition(": ")[2] or message

    def run(self, node: "Instruction") -> "Found":
        for flag in node.flags:
            if flag.name != "mount" or flag.value is None:
                continue
            split = mountcheck.fields(flag.value)
            for field, start, end in split if not isinstance(split, str) else ():
                offset = len(flag.name) + 3
                span = flags.part_span(node, flag, offset + start, offset + end)
                yield from self.word(field.partition("=")[2], span)
            yield from mountcheck.problems(node, flag, self.constant)

    def expose(self, node: "Instruction") -> "Found":
        for word in node.args:
            yield from self.word(word.value, word.span)
            found = expand(word.value, _unset, self.escape)
            if found.references or found.error is not None:
                continue
            for port in found.words:
                message = ports.problem(port)
                if message:
                    yield word.span, message

    def stopsignal(self, node: "Instruction") -> "Found":
        word = node.args[0]
        yield from self.word(word.value, word.span)
        name = self.constant(word.value)
        if name is not None and not values.signal(name):
            yield word.span, f"invalid signal: {name}"

    def volume(self, node: "Instruction") -> "Found":
        for word in node.args:
            yield from self.word(word.value, word.span)
            if self.constant(word.value) == "":
                yield word.span, "VOLUME specified can not be an empty string"


def _unset(_: str) -> None:
    return None


def _set(_: str) -> str:
    return "x"


def _is_source(node: "Instruction", document: "Heredoc") -> bool:
    for word in node.args[:-1]:
        opening = heredoc.opening(word.value)
        if opening is not None and opening.name == document.name:
            return opening.expand
    return False


def _content(document: "Heredoc") -> str:
    return document.content


def _platform(text: str) -> str:
    if not text:
        return f"empty platform value from expression {text}"
    parts = text.split("/")
    first = parts[0].partition("(")[0].lower()
    if "*" in text:
        return f"{values.quoted(text)}: wildcards not yet supported"
    if "(" not in text and (
        _PLATFORM_OS.match(parts[0]) is None
        or not all(_PLATFORM_PART.match(part) for part in parts[1:])
    ):
        return f"{values.quoted(text)}: invalid component"
    if len(parts) > 3:
        return f"{values.quoted(text)}: cannot parse platform specifier"
    if len(parts) == 1 and first not in _KNOWN_PLATFORMS:
        return f"{values.quoted(text)}: unknown operating system or architecture"
    return ""


_BY_NAME: "dict[str, Callable[[_Checker, Instruction], Found]]" = {
    "ADD": _Checker.copy,
    "COPY": _Checker.copy,
    "ENV": _Checker.pairs,
    "EXPOSE": _Checker.expose,
    "LABEL": _Checker.pairs,
    "RUN": _Checker.run,
    "STOPSIGNAL": _Checker.stopsignal,
    "USER": _Checker.words,
    "VOLUME": _Checker.volume,
    "WORKDIR": _Checker.words,
}
