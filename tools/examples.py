"""Running the examples of rules, for the documentation and for tests."""

from collections.abc import Mapping, Sequence
from typing import Any

from dockwright.app.context import matcher
from dockwright.check import suppress
from dockwright.check.registry import Entry
from dockwright.check.run import Plan
from dockwright.check.select import choose
from dockwright.config import schema
from dockwright.facts.port import Bundled
from dockwright.findings.finding import Finding
from dockwright.model.files import Listing
from dockwright.model.ignoring import Ignore
from dockwright.model.stages import Build
from dockwright.rules.api import Bad
from dockwright.syntax.dockerfile.parser import parse
from dockwright.syntax.ignore.parser import parse as parse_ignore
from dockwright.text import patch
from dockwright.text.source import Source

IGNORE = "dockerignore"  # this key of an example's `config` is the text of a .dockerignore
# This one maps the paths in the build context to a file's mode, first line, or both.
CONTEXT = "context"
# Texts of files in the context; and for rules on ignore files the Dockerfile that it holds for, and
# whether it is that Dockerfile's own ("dockerignore" is then the one that it replaces).
TEXTS = "texts"
DOCKERFILE = "dockerfile"
OWN = "own"
SURROUNDINGS = (IGNORE, CONTEXT, TEXTS, DOCKERFILE, OWN)
TODAY = (2026, 1, 1)


def build_of(text: str, config: Mapping[str, Any]) -> Build:
    """The model of an example."""
    ignore = config.get(IGNORE)
    given = config.get(CONTEXT)
    texts = config.get(TEXTS, {})
    return Build(
        parse(Source("Dockerfile", text)),
        args=config.get("build-args", {}),
        contexts=config.get("named-contexts", ()),
        facts=Bundled(),
        ignore=matcher((ignore or "").encode(), known=True)
        if ignore is not None or given is not None
        else None,
        listing=_listing(given, texts) if given is not None else None,
    )


def ignore_of(text: str, config: Mapping[str, Any]) -> Ignore:
    """The model of an example that is an ignore file."""
    given = config.get(CONTEXT)
    own = bool(config.get(OWN))
    dockerfile = config.get(DOCKERFILE)
    builds = []
    if dockerfile is not None:
        builds.append(build_of(dockerfile, {**config, IGNORE: text}))
    return Ignore(
        Source("Dockerfile.dockerignore" if own else ".dockerignore", text),
        builds=builds,
        listing=_listing(given, config.get(TEXTS, {})) if given is not None else None,
        own=own,
        replaced=parse_ignore(config[IGNORE]) if IGNORE in config else None,
    )


def _listing(given: Mapping[str, Any], texts: Mapping[str, str]) -> Listing:
    modes: dict[str, int | None] = {}
    heads: dict[str, str] = {}
    for path, value in given.items():
        head, mode = value if isinstance(value, tuple) else (value, 0o644)
        modes[path] = head if isinstance(head, int) else mode
        heads[path] = head if isinstance(head, str) else ""
    modes |= {path: modes.get(path, 0o644) for path in texts}
    return Listing(modes, heads=heads, texts=texts)


def findings_of(
    entry: Entry, text: str, config: Mapping[str, Any], entries: Sequence[Entry] | None = None
) -> list[Finding]:
    """What the rule finds in `text`; `entries` are all rules, those of the index if None."""
    if entry.subject == "Ignore":
        return Plan([entry], options=config).run_ignore(ignore_of(text, config))
    build = build_of(text, config)
    if entry.subject != "Runner":
        return Plan([entry], options=config).run(build)
    settings = schema.parse(
        {key: value for key, value in config.items() if key not in SURROUNDINGS}
    )
    active = choose(settings, entries=entries)
    comments = suppress.read(build.tree, active, config=settings, today=TODAY, entries=entries)
    comments.kept(Plan(active, options=config).run(build))
    return [one for one in comments.leftovers() if one.code == entry.code]


def mended(entry: Entry, example: Bad, entries: Sequence[Entry] | None = None) -> str:
    """The example's text after the rule's fixes, one after the other."""
    text = example.text
    for _ in range(10):
        found = findings_of(entry, text, example.config, entries)
        fixes = [one.fixes[0] for one in found if one.fixes]
        if not fixes:
            break
        text = patch.apply(text, fixes[0].edits)
    return text
