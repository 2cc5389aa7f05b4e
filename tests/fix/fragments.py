"""Dockerfiles put together from the examples that rules with a fix report."""

from collections import Counter
from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from dockwright.app.check import Checker, Options
from dockwright.app.ignoring import witnesses
from dockwright.check import registry
from dockwright.check.suppress import read
from dockwright.findings.finding import Finding
from dockwright.model.ignoring import Ignore
from dockwright.model.stages import Build
from dockwright.rules.api import Bad
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source
from tools.examples import OF_COMPOSE, SURROUNDINGS, build_of, ignore_of

ALL = {"select": ("ALL",), "preview": True}


Look = Callable[[str], tuple[Build, list[Finding]]]


def looker(**overrides: object) -> Look:
    """What the fix loop asks: a text to its model and findings, with all rules on."""
    checker = _checker(overrides)

    def look(text: str) -> tuple[Build, list[Finding]]:
        build = checker.build("Dockerfile", Source("Dockerfile", text), None)
        return build, checker.look("Dockerfile", build)[0]

    return look


def looker_at(example: Bad, **overrides: object) -> Look:
    """The same under the configuration of an example, with its build context and ignore file."""
    settings = {
        key.replace("-", "_"): value
        for key, value in example.config.items()
        if key not in SURROUNDINGS
    }
    checker = _checker({**settings, **overrides})

    def look(text: str) -> tuple[Build, list[Finding]]:
        build = build_of(text, example.config)
        return build, checker.look("Dockerfile", build)[0]

    return look


def ignore_looker(
    example: Bad, **overrides: object
) -> Callable[[str], tuple[Ignore, list[Finding]]]:
    """The same for an example that is an ignore file; its Dockerfile bears witness."""
    checker = _checker(overrides)

    def look(text: str) -> tuple[Ignore, list[Finding]]:
        ignore = ignore_of(text, example.config)
        entries, plan = checker.plan(ignore.source)
        comments = read(ignore.tree, entries, config=checker.config(ignore.source))
        found = comments.kept(plan.run_ignore(ignore)) + comments.leftovers()
        for build in ignore.builds:
            found += witnesses(checker.look(build.source, build)[0])
        return ignore, found

    return look


def _checker(overrides: Mapping[str, object]) -> Checker:
    options = Options(overrides={**ALL, **overrides}, shellcheck="off", cache=False)
    return Checker(options)


def _examples() -> list[str]:
    return [
        example.text
        for entry in registry.entries()
        if entry.subject not in (*OF_COMPOSE, "Ignore")
        for example in registry.load(entry).examples
        if isinstance(example, Bad) and not example.config and not example.text.startswith("#")
        if example.text.endswith("\n") and not parse(Source("", example.text)).problems
    ]


def _instructions() -> list[str]:
    """Each instruction of the examples, with the comments above it; no FROM."""
    found = []
    for text in EXAMPLES:
        end = 0
        for node in parse(Source("", text)).instructions:
            stop = text.find("\n", node.end - 1) + 1 or len(text)
            if node.name != "FROM":
                found.append(text[end:stop])
            end = stop
    return sorted(set(found))


EXAMPLES = _examples()
INSTRUCTIONS = _instructions()
HEADS = (
    "FROM debian:12\n",
    "FROM alpine:3.20\n",
    "FROM scratch\n",
    "FROM fedora:40 AS build\n",
    "# the base\nfrom python:3.12 as base\n",
)

one_stage = st.builds(
    lambda head, body: head + "".join(body),
    st.sampled_from(HEADS),
    st.lists(st.sampled_from(INSTRUCTIONS), min_size=1, max_size=10),
)
stages = st.lists(st.one_of(st.sampled_from(EXAMPLES), one_stage), min_size=1, max_size=4).map(
    "".join
)


def counts(findings: list[Finding]) -> Counter[str]:
    return Counter(finding.code for finding in findings)
