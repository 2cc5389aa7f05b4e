"""
Digests for the images that Dockerfiles and Compose files name.

The edits of a run are made in all files or in none, and only when the new texts name the same
images as before, with the digests that were asked for.
"""

from dockwright.app.check import Checker, Options
from dockwright.app.digests import ask
from dockwright.app.pinfiles import Files
from dockwright.app.replace import replace
from dockwright.errors import DockwrightError
from dockwright.model import pins
from dockwright.model.pins import Pins, Result, Use
from dockwright.text import patch
from dockwright.text.source import encode
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.app.digests import Digests
    from dockwright.model.reference import Reference

    Answers = Mapping[Reference, str | DockwrightError]

PIN, UPDATE, CHECK = "pin", "update", "check"


class Job(Value):
    """
    What to do.

    `mode` is PIN (give digests to what has none), UPDATE (also ask again for what has one) or CHECK
    (say what has none, or an old one). `digests` knows digests; None asks nobody, which only a
    check can do. `write` puts the new texts on the disk. With `keep_going` the rest is pinned when
    some image cannot be. `config` is a configuration file that replaces the search for one.
    """

    __slots__ = ("config", "digests", "keep_going", "mode", "write")

    def __init__(
        self,
        mode: str,
        digests: "Digests | None",
        *,
        write: bool = True,
        keep_going: bool = False,
        config: str | None = None,
    ) -> None:
        self.mode = mode
        self.digests = digests
        self.write = write
        self.keep_going = keep_going
        self.config = config


def pin(paths: "Sequence[str]", job: Job) -> Pins:
    """Pin, update or check what is below `paths`; the result says what there is and was done."""
    checker = Checker(Options(config=job.config, cache=False))
    files = Files(checker)
    files.read(paths)
    found = Pins()
    found.sources = files.sources
    found.errors = list(files.errors)
    uses: list[Use] = []
    for name in sorted(files.found):
        for one in sorted(files.found[name], key=lambda one: one.span.start):
            if isinstance(one, Use):
                uses.append(one)
            else:
                found.left.append(one)
    wanted = [one.asked for one in uses if one.asked is not None and _asks(one, job)]
    answers = ask(job.digests, wanted) if job.digests is not None else {}
    found.results = [_result(one, job.mode, answers) for one in uses]
    broken = found.errors or found.count(pins.FAILED)
    if job.mode != CHECK and (job.keep_going or not broken):
        _change(paths, found, files, job)
    return found


def _asks(use: Use, job: Job) -> bool:
    """Whether the digest of a use's tag is needed."""
    if job.mode == CHECK:
        return bool(use.digest)
    return job.mode == UPDATE or not use.digest


def _result(use: Use, mode: str, answers: "Answers") -> Result:
    if use.asked is None:
        return Result(use, pins.NAMELESS)
    answer = answers.get(use.asked)
    if mode == CHECK and not use.digest:
        return Result(use, pins.UNPINNED, answer if isinstance(answer, str) else "")
    if answer is None or (mode == PIN and use.digest):
        return Result(use, pins.KEPT)
    if isinstance(answer, DockwrightError):
        return Result(use, pins.FAILED, "", str(answer))
    if answer == use.digest:
        return Result(use, pins.CURRENT, answer)
    if mode == CHECK:
        return Result(use, pins.MOVED, answer)
    state = pins.UPDATED if use.digest else pins.PINNED
    return Result(use, state, str(answer), getattr(answer, "note", ""))


def _change(paths: "Sequence[str]", found: Pins, files: Files, job: Job) -> None:
    """Make the edits; when a file cannot be written, none is and the errors say so."""
    edits: dict[str, list[Result]] = {}
    for result in found.results:
        if result.state in (pins.PINNED, pins.UPDATED):
            edits.setdefault(result.use.source, []).append(result)
    if not edits:
        return
    texts = {
        name: patch.apply(files.sources[name].text, [r.use.edit(r.digest) for r in results])
        for name, results in edits.items()
    }
    wrong = _differs(paths, found, files, texts)
    if wrong:
        message = "the digests would change which images it names: left alone; please report this"
        found.errors.append((wrong, message))
        return
    found.changed = texts
    if not job.write:
        return
    try:
        replace({name: (files.data[name], encode(text)) for name, text in texts.items()})
    except OSError as error:
        found.changed = {}
        found.errors.append((error.filename or "", error.strerror or "cannot be written"))
        return
    found.written = True


def _differs(paths: "Sequence[str]", found: Pins, before: Files, texts: "Mapping[str, str]") -> str:
    """The file whose new text does not name the same images with the new digests, "" if none."""
    after = Files(before.checker, texts)
    after.read(paths)
    digests = {id(r.use): r.digest for r in found.results if r.state in (pins.PINNED, pins.UPDATED)}
    for name, old in before.found.items():
        new = after.found.get(name, [])
        expected = [_named(one, digests.get(id(one))) for one in old]
        if sorted(expected) != sorted(_named(one) for one in new):
            return name
    return ""


def _named(one: "Use | pins.Left", digest: str | None = None) -> tuple[str, str, str]:
    if not isinstance(one, Use):
        return one.kind, one.text, one.reason
    asked = one.asked
    name = f"{asked.familiar}:{asked.tag}" if asked is not None else one.text
    return one.kind, name, digest or one.digest
