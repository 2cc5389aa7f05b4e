"""
What BuildKit refuses beyond the grammar: `problems(tree)`.

Level "instruction": flags and arguments of one instruction. Level "build": what the whole file, or
a stage when it is built, runs into; only what does not hang on build arguments or base images. What
one frontend of BuildKit 0.25 (Docker 28) or newer accepts is no problem. Source of the rules:
moby/buildkit `frontend/dockerfile/instructions/parse.go`.
"""

from bisect import bisect_left

from dockwright.syntax.dockerfile import buildcheck, flags, heredoc, mountcheck, values
from dockwright.syntax.dockerfile.expand import SPACE
from dockwright.syntax.dockerfile.nodes import KEYWORDS
from dockwright.syntax.tree import Problem
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockwright.syntax.dockerfile.nodes import Dockerfile, Instruction
    from dockwright.text.span import Span

    Found = Iterator[tuple[Span, str]]

_STAGE_NAME = lazy(r"[a-z][a-z0-9_.-]*\Z")
_MILLISECOND = 1_000_000


def problems(tree: "Dockerfile") -> list[Problem]:
    """
    What BuildKit would refuse in `tree`, by position; `tree.problems` are not among them.

    BuildKit stops at the first problem. Here each instruction shows its first one, so that one
    mistake is not told twice.
    """
    unread = sorted(problem.span.start for problem in tree.problems if problem.level == "parse")
    found: list[Problem] = []
    bad: set[int] = set()
    for node in tree.instructions:
        at = bisect_left(unread, node.start)
        if at < len(unread) and unread[at] <= node.end:
            bad.add(node.index)
            continue
        for span, message in instruction_problems(node):
            found.append(Problem(span, message, "instruction"))
            bad.add(node.index)
            break
    found.extend(buildcheck.problems(tree, bad))
    found.extend(_triggered(tree, bad))
    found.sort(key=lambda problem: (problem.span.start, problem.span.end))
    return found


def _triggered(tree: "Dockerfile", bad: set[int]) -> "Iterator[Problem]":
    """Triggers that a later stage of the file runs, and cannot."""
    waiting: dict[str, list[Instruction]] = {}
    triggers: list[Instruction] = []
    for node in tree.instructions:
        if node.name == "FROM" and node.args:
            for trigger in waiting.pop(node.args[0].value, ()):
                for span, message in instruction_problems(trigger):
                    yield Problem(span, message, "build")
                    break
            triggers = []
            if len(node.args) == 3:
                waiting[node.args[2].value.lower()] = triggers
        elif node.trigger is not None and node.index not in bad:
            triggers.append(node.trigger)


def instruction_problems(node: "Instruction") -> "Found":
    """What is wrong with the flags and arguments of one instruction, the first reason first."""
    check = _BY_NAME.get(node.name)
    if check is not None:
        yield from check(node)
        return
    if not node.keyword:
        yield node.line_span, "unknown instruction: "
        return
    hint = values.near(node.keyword, sorted(KEYWORDS), exact_case=False)
    yield node.keyword_span, f"unknown instruction: {node.keyword}{hint}"


def _at_least_one(node: "Instruction") -> "Found":
    if not node.args:
        yield node.line_span, f"{node.name} requires at least one argument"


def _flags_then_some(node: "Instruction") -> "Found":
    yield from flags.problems(node)
    yield from _at_least_one(node)


def _some_then_flags(node: "Instruction") -> "Found":
    yield from _at_least_one(node)
    yield from flags.problems(node)


def _one_argument(node: "Instruction") -> "Found":
    if len(node.args) != 1:
        yield node.line_span, f"{node.name} requires exactly one argument"
    if node.name not in flags.UNREAD:
        yield from flags.problems(node)


def _pairs(node: "Instruction") -> "Found":
    yield from _flags_then_some(node)
    for pair in node.pairs:
        if not pair.key:
            yield pair.word.span, f"{node.name} names can not be blank"


def _arg(node: "Instruction") -> "Found":
    yield from _at_least_one(node)
    for pair in node.pairs:
        if not pair.key and pair.value is not None:
            yield pair.word.span, "ARG names can not be blank"


def _copy(node: "Instruction") -> "Found":
    if len(node.args) < 2:
        yield (
            node.line_span,
            (
                f"{node.name} requires at least two arguments, but only one was provided."
                " Destination could not be determined"
            ),
        )
        return
    yield from flags.problems(node)
    if heredoc.opening(node.args[-1].value) is not None:
        yield node.args[-1].span, f"{node.name} cannot accept a heredoc as a destination"


def _from(node: "Instruction") -> "Found":
    args = node.args
    if len(args) == 3 and args[1].value.casefold() == "as":
        if _STAGE_NAME.match(args[2].value.lower()) is None:
            yield (
                args[2].span,
                (
                    f"invalid name for build stage: {values.quoted(args[2].value)},"
                    " name can't start with a number or contain symbols"
                ),
            )
    elif len(args) != 1:
        yield node.line_span, "FROM requires either one or three arguments"
    yield from flags.problems(node)


def _onbuild(node: "Instruction") -> "Found":
    inner = node.trigger
    if inner is None:
        yield node.line_span, "ONBUILD requires at least one argument"
        return
    yield from flags.problems(node)
    # Each joined text of a trigger begins with its keyword.
    span = inner.joined.span(0, len(inner.keyword))
    if inner.name == "ONBUILD":
        yield span, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"
    elif inner.name in ("MAINTAINER", "FROM"):
        yield span, f"{inner.name} isn't allowed as an ONBUILD trigger"


def _run(node: "Instruction") -> "Found":
    yield from flags.problems(node)
    for flag in node.flags:
        if flag.name == "device" and flag.value is not None:
            yield from mountcheck.device_problems(node, flag)
    for flag in node.flags:
        if flag.name == "mount" and flag.value is not None:
            yield from mountcheck.shape_problems(node, flag)
    network = flags.last(node, "network")
    if network is not None and network.value not in ("default", "none", "host"):
        span = flags.value_span(node, network)
        yield span, f"invalid network mode {values.quoted(network.value or '')}"
    security = flags.last(node, "security")
    if security is not None and security.value not in ("insecure", "sandbox"):
        span = flags.value_span(node, security)
        yield span, f"security {values.quoted(security.value or '')} is not valid"


def _healthcheck(node: "Instruction") -> "Found":
    if not node.args:
        yield node.line_span, "HEALTHCHECK requires at least one argument"
        return
    first = node.args[0]
    kind = first.value.upper()
    if kind == "NONE":
        # Its flags are not even read.
        if len(node.args) > 1:
            yield node.args[1].span, "HEALTHCHECK NONE takes no arguments"
        return
    yield from flags.problems(node)
    if kind != "CMD":
        yield first.span, f"Unknown type {values.quoted(kind)} in HEALTHCHECK (try CMD)"
    elif len(node.args) < 2:
        yield node.line_span, "Missing command after HEALTHCHECK CMD"
    for name in ("interval", "timeout", "start-period", "start-interval"):
        yield from _interval(node, name)
    retries = flags.last(node, "retries")
    if retries is not None and retries.value:
        wrong = values.signed(retries.value, 32)
        if wrong is None and int(retries.value) < 0:
            wrong = f"--retries cannot be negative ({int(retries.value)})"
        if wrong is not None:
            yield flags.value_span(node, retries), wrong


def _interval(node: "Instruction", name: str) -> "Found":
    flag = flags.last(node, name)
    if flag is None or not flag.value:
        return
    length = values.duration(flag.value)
    if isinstance(length, str):
        yield flags.value_span(node, flag), length
    elif length and length < _MILLISECOND:
        span = flags.value_span(node, flag)
        yield span, f"Interval {values.quoted(name)} cannot be less than 1ms"


def _volume(node: "Instruction") -> "Found":
    yield from _some_then_flags(node)
    for word in node.args:
        if not word.value.strip(SPACE):
            yield word.span, "VOLUME specified can not be an empty string"


def _shell(node: "Instruction") -> "Found":
    yield from _flags_then_some(node)
    if node.args and not node.is_json:
        yield node.line_span, "SHELL requires the arguments to be in JSON form"


_BY_NAME: "dict[str, Callable[[Instruction], Found]]" = {
    "ADD": _copy,
    "ARG": _arg,
    "CMD": flags.problems,
    "COPY": _copy,
    "ENTRYPOINT": flags.problems,
    "ENV": _pairs,
    "EXPOSE": _some_then_flags,
    "FROM": _from,
    "HEALTHCHECK": _healthcheck,
    "LABEL": _pairs,
    "MAINTAINER": _one_argument,
    "ONBUILD": _onbuild,
    "RUN": _run,
    "SHELL": _shell,
    "STOPSIGNAL": _one_argument,
    "USER": _one_argument,
    "VOLUME": _volume,
    "WORKDIR": _one_argument,
}
