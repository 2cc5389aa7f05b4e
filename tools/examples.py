"""Running the examples of rules, for the documentation and for tests."""

from collections.abc import Mapping, Sequence
from posixpath import join, normpath
from typing import Any

from dockwright.app.context import matcher
from dockwright.check import suppress
from dockwright.check.registry import Entry
from dockwright.check.run import Plan
from dockwright.check.select import choose
from dockwright.compose.load import load
from dockwright.config import schema
from dockwright.facts.port import Bundled
from dockwright.findings.finding import Finding, Fix
from dockwright.model.composition import Composition, Service, Surroundings
from dockwright.model.files import Listing
from dockwright.model.ignoring import Ignore
from dockwright.model.stages import Build, Stage
from dockwright.rules.api import Bad, Files
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
NOTHING: Mapping[str, str] = {}
SURROUNDINGS = (IGNORE, CONTEXT, TEXTS, DOCKERFILE, OWN)
FOLDER = "/project"  # where the files of an example about Compose seem to be
OF_COMPOSE = ("Composition", "Service")  # subjects of rules whose examples are Compose files
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


def named(entry: Entry, own: bool) -> str:
    """What the file of an example is called."""
    if entry.subject != "Ignore":
        return "Dockerfile"
    return "Dockerfile.dockerignore" if own else ".dockerignore"


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


def project_of(text: str, config: Mapping[str, Any]) -> Composition:
    """The Compose project of an example."""
    return composition(files_of(text), config)


def files_of(text: str) -> dict[str, str]:
    """The files of an example by their names."""
    return dict(text.files) if isinstance(text, Files) else {"compose.yaml": text}


class _Folder(Surroundings):
    """The files of an example in a folder that is nowhere."""

    __slots__ = ("_config", "_files")

    def __init__(self, files: Mapping[str, str], config: Mapping[str, Any]) -> None:
        self._files = files
        self._config = config

    def shown(self, path: str) -> str:
        return path.removeprefix(f"{FOLDER}/")

    def read(self, path: str) -> str | None:
        return self._files.get(self.shown(path))

    def exists(self, path: str) -> bool | None:
        inside = self.shown(path)
        return any(name == inside or name.startswith(inside + "/") for name in self._files)

    def names(self, path: str) -> list[str] | None:
        inside = "" if path == FOLDER else self.shown(path) + "/"
        found = {
            name[len(inside) :].partition("/")[0] for name in self._files if name.startswith(inside)
        }
        return sorted(found) or None

    def build(self, service: Service) -> Build | None:
        folder = service.text("build", "context")
        name = service.text("build", "dockerfile") or "Dockerfile"
        inline = service.text("build", "dockerfile_inline")
        path = normpath(join(folder, name))
        text = inline or self.read(path)
        if text is None:
            return None
        args = service.mapping("build", "args")
        inside = "" if folder == FOLDER else self.shown(folder) + "/"
        listed = {
            name.removeprefix(inside): text.partition("\n")[0]
            for name, text in self._files.items()
            if name.startswith(inside)
        }
        ignored = self.read(join(folder, ".dockerignore"))
        return Build(
            parse(Source(self.shown(path), text)),
            args={key: str(value) for key, value in args.items() if value is not None},
            contexts=tuple(service.mapping("build", "additional_contexts")),
            facts=Bundled(),
            ignore=matcher((ignored or "").encode(), known=True),
            listing=_listing(listed),
        )

    def image(self, reference: str) -> Stage | None:
        return Build(parse(Source(reference, f"FROM {reference}\n")), facts=Bundled()).final


def composition(files: Mapping[str, str], config: Mapping[str, Any]) -> Composition:
    """The project whose files are given by name, `compose.yaml` and its override first."""
    around = _Folder(files, config)
    paths = [
        f"{FOLDER}/{name}" for name in ("compose.yaml", "compose.override.yaml") if name in files
    ]
    loaded = load(paths, folder=FOLDER, read=around.read, lenient=True)
    return Composition(loaded, around, main=paths[0])


def _listing(given: Mapping[str, Any], texts: Mapping[str, str] = NOTHING) -> Listing:
    modes: dict[str, int | None] = {}
    heads: dict[str, str] = {}
    for path, value in given.items():
        head, mode = value if isinstance(value, tuple) else (value, 0o644)
        modes[path] = head if isinstance(head, int) else mode
        heads[path] = head if isinstance(head, str) else ""
    modes |= {path: modes.get(path, 0o644) for path in texts}
    return Listing(modes, heads=heads, texts=texts)


def findings_of(
    entry: Entry,
    text: str,
    config: Mapping[str, Any],
    entries: Sequence[Entry] | None = None,
) -> list[Finding]:
    """What the rule finds in `text`; `entries` are all rules, those of the index if None."""
    if entry.subject == "Ignore":
        return Plan([entry], options=config).run_ignore(ignore_of(text, config))
    if entry.subject in OF_COMPOSE:
        return Plan([entry], options=config).run_project(project_of(text, config))
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


def fixed(text: str, fix: Fix) -> str:
    """An example's text, or its files, with a fix made."""
    files = files_of(text)
    if not isinstance(text, Files) and len({edit.source for edit in fix.edits}) == 1:
        return patch.apply(text, fix.edits)
    for name in {edit.source for edit in fix.edits}:
        own = [edit for edit in fix.edits if edit.source == name]
        files[name] = patch.apply(files.get(name, ""), own)
    return Files(files)


def mended(entry: Entry, example: Bad, entries: Sequence[Entry] | None = None) -> str:
    """The example's text after the rule's fixes, one after the other."""
    text = example.text
    for _ in range(10):
        found = findings_of(entry, text, example.config, entries)
        fixes = [one.fixes[0] for one in found if one.fixes]
        if not fixes:
            break
        text = fixed(text, fixes[0])
    return text


def marked(text: str, finding: Finding) -> str:
    """The text under a finding's span."""
    own = files_of(text).get(finding.source, text)
    return own[finding.span.start : finding.span.end]
