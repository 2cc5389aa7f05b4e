"""Fixing files: what `dockwright fix` does, without a word printed."""

from dockwright.app import context, discover
from dockwright.app.check import Checker
from dockwright.app.listing import DiskListing
from dockwright.check.fix import Outcome, Refused, fix
from dockwright.text.source import Source, decode, encode
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.app.markdown import Fence
    from dockwright.findings.finding import Finding, Fix
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
        from dockwright.app.write import Change, replace

        try:
            replace([Change(fixed.name, encode(fixed.before), encode(fixed.after))])
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
