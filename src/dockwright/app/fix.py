"""Fixing files: what `dockwright fix` does, without a word printed."""

from dockwright.app import context, discover
from dockwright.app.check import Checker
from dockwright.app.listing import DiskListing
from dockwright.app.replace import replace
from dockwright.check.fix import Outcome, Refused, fix
from dockwright.text.source import Source, decode, encode
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.app.markdown import Fence
    from dockwright.check.fixproject import Outcome as ProjectOutcome
    from dockwright.findings.finding import Finding, Fix
    from dockwright.model.composition import Composition
    from dockwright.model.files import Listing
    from dockwright.model.stages import Build


class Fixed(Value):
    """
    What fixing one file gave.

    `before` and `after` are its texts, `outcome` the fixes made and refused, `remaining` the
    findings that are left. `error` says why the file could not be read or written.
    """

    __slots__ = ("after", "before", "error", "name", "outcome", "remaining")

    def __init__(
        self,
        name: str,
        before: str,
        after: str,
        outcome: Outcome | None,
        remaining: "Sequence[Finding]" = (),
        error: str | None = None,
    ) -> None:
        self.name = name
        self.before = before
        self.after = after
        self.outcome = outcome
        self.remaining = tuple(remaining)
        self.error = error

    @property
    def changed(self) -> bool:
        """Whether the text differs."""
        return self.before != self.after


def fix_text(
    checker: Checker,
    path: str,
    text: str,
    ignore: bytes | None,
    safeties: "Sequence[str]",
    listing: "Listing | None" = None,
) -> Fixed:
    """Fix one Dockerfile's text as the file `path`; `listing` is what is in its build context."""
    if checker.options.markdown and discover.is_markdown(path):
        return _fix_fences(checker, path, text, safeties)

    def look(text: str) -> "tuple[Build, Sequence[Finding]]":
        build = checker.build(path, Source(path, text), ignore, listing)
        return build, checker.look(path, build)[0]

    outcome = fix(text, look, safeties)
    return Fixed(path, text, outcome.text, outcome, look(outcome.text)[1])


def _fix_fences(checker: Checker, path: str, text: str, safeties: "Sequence[str]") -> Fixed:
    """Fix the code fences of a Markdown text, the last first, so that offsets stay right."""
    from dockwright.app.markdown import fences

    after = text
    applied: list[tuple[Finding, Fix]] = []
    refused: list[Refused] = []
    converged = True
    remaining: list[Finding] = []
    for fence in reversed(fences(text)):

        def look(blanked: str, fence: "Fence" = fence) -> "tuple[Build, Sequence[Finding]]":
            build = checker.build(path, Source(path, blanked), None)
            found = checker.look(path, build)[0]
            return build, fence.of(found)

        outcome = fix(fence.text, look, safeties)
        tail = len(fence.text) - fence.end
        body = outcome.text[fence.start : len(outcome.text) - tail]
        after = after[: fence.start] + body + after[fence.end :]
        applied.extend(outcome.applied)
        refused.extend(outcome.refused)
        converged = converged and outcome.converged
        remaining.extend(look(outcome.text)[1])
    return Fixed(path, text, after, Outcome(after, applied, refused, converged), remaining)


def fix_target(
    checker: Checker, target: discover.Target, safeties: "Sequence[str]", *, write: bool
) -> Fixed:
    """
    Fix one file, or standard input; with `write` the file is replaced, whole or not at all.
    """
    if target.serves is not None:
        from dockwright.app import ignoring

        fixed = ignoring.fix(checker, target, safeties)
    else:
        fixed = _fix_dockerfile(checker, target, safeties)
    if write and fixed.changed and target.path != "-":
        try:
            replace({fixed.name: (encode(fixed.before), encode(fixed.after))})
        except OSError as error:
            reason = error.strerror or "cannot be written"
            return Fixed(fixed.name, fixed.before, fixed.before, None, error=reason)
    return fixed


def _fix_dockerfile(checker: Checker, target: discover.Target, safeties: "Sequence[str]") -> Fixed:
    path = target.path
    try:
        data = checker.read(path)
    except OSError as error:
        return Fixed(path, "", "", None, error=error.strerror or "cannot be read")
    if path == "-":
        path = checker.stdin_name or path
    ignore_path = context.ignore_file(path, checker.options.context)
    folder = context.folder(path, checker.options.context, ignore_path)
    listing = DiskListing(folder) if folder is not None else None
    ignore = context.read_ignore(ignore_path)
    return fix_text(checker, path, decode(data), ignore, safeties, listing)


def fix_all(
    checker: Checker, target: discover.Target, safeties: "Sequence[str]", *, write: bool
) -> list[Fixed]:
    """
    Fix a file, or the Compose project whose main file it is: one result for each file.

    Of a project on standard input nothing else is touched: fixes that edit other files are not
    made.
    """
    if not checker.of_compose(target):
        return [fix_target(checker, target, safeties, write=write)]
    return _fix_project(checker, target.path, safeties, write=write)


class _Files:
    """The files of a project as they are on disk, by the names that findings use."""

    __slots__ = ("_checker", "known")

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self.known: dict[str, bytes | None] = {}

    def read(self, name: str) -> str | None:
        """The text of a file, None when it cannot be read."""
        if name not in self.known:
            try:
                self.known[name] = self._checker.read(name)
            except OSError:
                self.known[name] = None
        data = self.known[name]
        return None if data is None else decode(data)


def project_fixes(
    checker: Checker,
    path: str,
    texts: "Mapping[str, str]",
    safeties: "Sequence[str]",
    files: _Files | None = None,
    only: str | None = None,
) -> "ProjectOutcome":
    """
    The fixes of the Compose project `path` whose files on disk are replaced by `texts`; with `only`
    those that edit no file but that one.
    """
    import os

    from dockwright.check.fixproject import fix_project
    from dockwright.model.compare import compare

    disk = files or _Files(checker)

    def look(changed: "Mapping[str, str]") -> "tuple[Composition, Sequence[Finding]]":
        now = {os.path.abspath(name): text for name, text in {**texts, **changed}.items()}
        project = checker.project(path, now)
        return project, checker.look_project(path, project)[0]

    def differences(name: str, before: str, after: str) -> tuple[set[str], bool]:
        if not discover.is_dockerfile(os.path.basename(name)):
            return set(), False
        old, new = (checker.build(name, Source(name, text), None) for text in (before, after))
        return set(compare(old, new)), len(new.problems) > len(old.problems)

    def read(name: str) -> str | None:
        return texts.get(name) if name in texts else disk.read(name)

    return fix_project(look, read, differences, safeties, only)


def _fix_project(
    checker: Checker, path: str, safeties: "Sequence[str]", *, write: bool
) -> list[Fixed]:
    import os

    from dockwright.app.compose import too_large

    path = os.path.normpath(path)
    stdin = path == "-"
    files = _Files(checker)
    main = files.read(path)
    name = checker.stdin_name if stdin and checker.stdin_name else path
    if main is None:
        return [Fixed(name, "", "", None, error="cannot be read")]
    reason = too_large(path, files.known[path])
    if reason:
        return [Fixed(name, "", "", None, error=reason)]
    path = os.path.normpath(name)
    if stdin:
        made = project_fixes(checker, path, {path: main}, safeties, files, only=path)
    else:
        made = project_fixes(checker, path, {}, safeties, files)
    if write and made.texts and not stdin:
        changes = {name: (files.known[name], encode(text)) for name, text in made.texts.items()}
        try:
            replace(changes)
        except OSError as error:
            reason = error.strerror or "cannot be written"
            return [Fixed(path, main, main, None, error=reason)]
    outcome = Outcome(made.texts.get(path, main), made.applied, made.refused, converged=True)
    results = [Fixed(path, main, outcome.text, outcome, made.remaining)]
    for name, text in sorted(made.texts.items()):
        if name != path:
            before = files.read(name) or ""
            results.append(Fixed(name, before, text, Outcome(text, (), (), converged=True)))
    return results
