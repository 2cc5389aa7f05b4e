"""Checking and fixing ignore files, each with the Dockerfiles that it holds for."""

import os

from dockwright.app import context, discover
from dockwright.app.check import Checked, Checker
from dockwright.check import cache
from dockwright.text.source import Source, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.app.fix import Fixed
    from dockwright.app.listing import DiskListing
    from dockwright.findings.finding import Finding
    from dockwright.model.ignoring import Ignore
    from dockwright.model.stages import Build

# So many Dockerfiles are looked at for one ignore file.
MOST = 40


class _Surroundings:
    """What an ignore file is seen with: the Dockerfiles' texts, the context, the file replaced."""

    __slots__ = ("_listing", "checker", "files", "folder", "own", "path", "replaced")

    def __init__(self, checker: Checker, target: discover.Target) -> None:
        self.checker = checker
        self.path = target.path
        self.own = os.path.basename(target.path) != ".dockerignore"
        self.folder = context.ignore_context(target.path, checker.options.context)
        self.files: list[tuple[str, bytes]] = []
        for one in (target.serves or ())[:MOST]:
            try:
                self.files.append((one, checker.read(one)))
            except OSError:
                continue
        self.replaced: bytes | None = None
        if self.own:
            folder = self.folder
            if folder is None:
                # A context's file beside it says that the context is this folder.
                folder = os.path.dirname(target.path)
                beside = os.path.isfile(os.path.join(folder, ".dockerignore"))
                self.folder = (folder or ".") if beside else None
            self.replaced = context.read_ignore(os.path.join(folder, ".dockerignore"))
        self._listing: DiskListing | None = None

    @property
    def listing(self) -> "DiskListing | None":
        """The build context, None when it is not known which folder that is."""
        if self._listing is None and self.folder is not None:
            from dockwright.app.listing import DiskListing

            self._listing = DiskListing(self.folder)
        return self._listing

    @property
    def asked(self) -> "list[list[object]]":
        """What was asked of the context, with the answers."""
        if self._listing is None:
            return []
        return [[what, path, answer] for (what, path), answer in self._listing.asked.items()]

    def builds(self, text: bytes) -> "list[Build]":
        """The models of the Dockerfiles with this text as their ignore file."""
        return [
            self.checker.build(path, Source(path, decode(data)), text, self.listing)
            for path, data in self.files
        ]

    def ignore(self, text: str, builds: "Sequence[Build]") -> "Ignore":
        """The model of the ignore file."""
        from dockwright.model.ignoring import Ignore
        from dockwright.syntax.ignore.parser import parse

        replaced = parse(decode(self.replaced)) if self.replaced is not None else None
        return Ignore(
            Source(self.path, text),
            builds=builds,
            listing=self.listing,
            own=self.own,
            replaced=replaced,
        )


def check(checker: Checker, target: discover.Target) -> Checked:
    """What is wrong with an ignore file."""
    path = target.path
    try:
        data = checker.read(path)
    except OSError as error:
        return Checked(path, None, (), error=error.strerror or "cannot be read")
    text = decode(data)
    around = _Surroundings(checker, target)
    config = checker.config(path)
    name = ""
    if checker.options.cache and not checker.options.engine and config.cache:
        name = _key(checker, target, data, around)
        known = cache.load_checked(name)
        if known is not None:
            found, silenced, asked = known
            listing = around.listing
            if not asked or (listing is not None and listing.same([tuple(one) for one in asked])):
                return Checked(path, text, found, silenced)
    if not checker.plan(path)[1].on_ignore:
        return Checked(path, text, ())
    crashes: list[str] = []
    found, silenced, dated = _look(around, around.ignore(text, around.builds(data)), crashes)
    failed = "; ".join(sorted(set(crashes))) or None
    if name and not dated and not crashes:
        cache.save_checked(name, found, silenced, around.asked)
    return Checked(path, text, found, silenced, failed)


def _key(checker: Checker, target: discover.Target, data: bytes, around: _Surroundings) -> str:
    from dockwright.check.registry import fingerprint

    config = checker.config(target.path)
    parts: list[bytes | str] = [
        "ignore",
        target.path,
        data,
        b"\0" if around.replaced is None else around.replaced,
        str(checker.options.context),
        config.fingerprint(),
        ",".join(checker.per_file(config, target.path)),
        fingerprint(),
    ]
    for path, text in around.files:
        parts += [path, text]
    return cache.key(*parts)


def _look(
    around: _Surroundings, ignore: "Ignore", crashes: "list[str] | None" = None
) -> "tuple[list[Finding], int, bool]":
    from dockwright.check.run import RuleCrash
    from dockwright.check.suppress import read

    path = around.path
    entries, plan = around.checker.plan(path)
    failed: list[RuleCrash] | None = None if crashes is None else []
    found = plan.run_ignore(ignore, failed)
    if crashes is not None and failed:
        crashes += [str(one) for one in failed]
    comments = read(ignore.tree, entries, config=around.checker.config(path))
    kept = comments.kept(found)
    silenced = len(found) - len(kept)
    kept += comments.leftovers()
    kept.sort(key=lambda finding: (finding.span.start, finding.span.end, finding.code))
    return kept, silenced, comments.dated


def fix(checker: Checker, target: discover.Target, safeties: "Sequence[str]") -> "Fixed":
    """
    An ignore file mended; nothing is written.

    The Dockerfiles it holds for bear witness: a fix that causes an error in one of them is left
    out.
    """
    from dockwright.app.fix import Fixed
    from dockwright.check import fix as loop
    from dockwright.model import ignoring

    path = target.path
    try:
        text = decode(checker.read(path))
    except OSError as error:
        return Fixed(path, "", "", None, error=error.strerror or "cannot be read")
    around = _Surroundings(checker, target)

    def findings(text: str) -> "tuple[Ignore, list[Finding], list[Build]]":
        builds = around.builds(text.encode("utf-8", "surrogateescape"))
        ignore = around.ignore(text, builds)
        return ignore, _look(around, ignore)[0], builds

    def look(text: str) -> "tuple[Ignore, Sequence[Finding]]":
        ignore, found, builds = findings(text)
        for build in builds:
            found += witnesses(checker.look(build.source, build)[0])
        return ignore, found

    _, found, _ = findings(text)
    if not any(one.safety in safeties for finding in found for one in finding.fixes):
        return Fixed(path, text, text, loop.Outcome(text, (), (), True), found)
    outcome = loop.fix(text, look, safeties, ignoring.compare)
    return Fixed(path, text, outcome.text, outcome, findings(outcome.text)[1])


def witnesses(found: "Sequence[Finding]") -> "list[Finding]":
    """The errors among findings in another file, without the fixes that are for that file."""
    from dockwright.findings.finding import Finding

    return [
        Finding(
            one.code,
            one.name,
            one.severity,
            one.source,
            one.span,
            one.message,
            one.because,
            one.confidence,
        )
        for one in found
        if one.severity == "error"
    ]
