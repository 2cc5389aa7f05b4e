"""
ShellCheck's findings in RUN instructions, with exact places in the Dockerfile.

ShellCheck is a program of its own, an optional dependency. Its answers are kept per Dockerfile and
script, whatever the configuration: the cache holds when another part of the file changes.
"""

import os
import sys

from dockwright.check import cache
from dockwright.findings.finding import UNSAFE, Finding, Fix
from dockwright.text.span import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.check.shell_run import Comment
    from dockwright.check.shell_script import Job
    from dockwright.config.schema import Config
    from dockwright.model.stages import Build

NAME = "shellcheck"
SEVERITIES = {"error": "error", "warning": "warning", "info": "info", "style": "info"}
# Part of the key of what is kept: count up when scripts are made up in another way.
FORMAT = 1

# What was found, by interpreter and PATH: the program, and what tells it from another.
_programs: dict[tuple[str, str], str] = {}
_identities: dict[str, str] = {}


# The program


def identity(required: bool = False) -> str:
    """
    What tells this ShellCheck from another, without starting it; "" when there is none.

    Raises UsageError when it is `required`.
    """
    path = program()
    found = _identities.get(path)
    if found is None:
        found = _identities[path] = _identify(path)
    if found or not required:
        return found
    from dockwright.errors import UsageError

    raise UsageError(
        "ShellCheck is not installed",
        hint="install it with `pip install 'dockwright[shell]'` or your package manager",
    )


def _identify(path: str) -> str:
    if not path:
        return ""
    try:
        # Package managers put each version behind the same link.
        path = os.path.realpath(path)
        status = os.stat(path)
    except OSError:
        return ""
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def program() -> str:
    """The path of ShellCheck: beside the interpreter, else on PATH; "" when there is none."""
    key = sys.executable, os.environ.get("PATH", os.defpath)
    found = _programs.get(key)
    if found is None:
        found = _programs[key] = _search(*key)
    return found


def _search(interpreter: str, path: str) -> str:
    name = "shellcheck.exe" if os.name == "nt" else "shellcheck"
    for folder in (os.path.dirname(interpreter), *path.split(os.pathsep)):
        # A relative entry would run what lies in the folder that is checked.
        file = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.isfile(file) and os.access(file, os.X_OK):
            return file
    return ""


# What it finds


def findings(
    builds: "Sequence[Build]",
    configs: "Mapping[str, Config]",
    cached: bool = True,
    unanswered: "set[str] | None" = None,
) -> "dict[str, list[Finding]]":
    """
    ShellCheck's findings by `build.source`; `configs`, by source too, say which of them count.

    A script that ShellCheck cannot cope with has none; its source is added to `unanswered`.
    """
    from dockwright.check import shell_run, shell_script

    path, version = program(), identity()
    if not version:
        return {}
    files: list[_File] = []
    wanted: dict[str, tuple[str, str]] = {}
    for build in builds:
        choice = Choice(configs.get(build.source))
        if not choice.any:
            continue
        jobs = [
            (cache.key(NAME, str(FORMAT), version, job.dialect, job.text), job)
            for job in shell_script.jobs(build)
        ]
        if not jobs:
            continue
        file = _File(build, choice, jobs)
        if cached:
            file.load(version)
        for key, job in jobs:
            if key not in file.known:
                wanted[key] = (job.dialect, job.text)
        files.append(file)
    answers = shell_run.run(path, wanted)
    found: dict[str, list[Finding]] = {}
    for file in files:
        file.learn(answers)
        if unanswered is not None and any(key not in file.known for key, _ in file.jobs):
            unanswered.add(file.build.source)
        if cached:
            file.save()
        found[file.build.source] = file.findings()
    return found


class _File:
    """A Dockerfile, its scripts by key, and what is known of them."""

    __slots__ = ("build", "choice", "jobs", "known", "name", "new")

    def __init__(self, build: "Build", choice: "Choice", jobs: "Sequence[tuple[str, Job]]") -> None:
        self.build = build
        self.choice = choice
        self.jobs = jobs
        self.known: dict[str, list[Comment]] = {}
        self.name = ""
        self.new = False

    def load(self, version: str) -> None:
        """Take what is kept of an earlier run on the same file."""
        self.name = cache.key(NAME, str(FORMAT), version, os.path.abspath(self.build.source))
        kept = cache.load_raw(self.name)
        if isinstance(kept, dict):
            keys = {key for key, _ in self.jobs}
            self.known = {key: rows for key, rows in kept.items() if key in keys}

    def learn(self, answers: "Mapping[str, list[Comment]]") -> None:
        """Add what ShellCheck said just now."""
        for key, _ in self.jobs:
            if key in answers and key not in self.known:
                self.known[key] = answers[key]
                self.new = True

    def save(self) -> None:
        if self.new:
            cache.save_raw(self.name, self.known)

    def findings(self) -> list[Finding]:
        """The findings, in the order of the file."""
        found: list[Finding] = []
        seen: set[tuple[str, int, int, str]] = set()
        for key, job in self.jobs:
            returns = 0
            try:
                for comment in self.known.get(key, ()):
                    returns += comment[0] == 1017
                    if comment[0] == 1017 and returns > 1:
                        continue  # one carriage return stands for all of the script
                    finding = _finding(job, comment, self.choice)
                    if finding is None:
                        continue
                    span = finding.span
                    same = (finding.code, span.start, span.end, finding.message)
                    if same not in seen:
                        seen.add(same)
                        found.append(finding)
            except (TypeError, ValueError):
                continue  # a broken entry of the cache
        found.sort(key=lambda one: (one.span.start, one.span.end, one.code))
        return found


def _finding(job: "Job", comment: "Comment", choice: "Choice") -> Finding | None:
    number, level, start, end, message, replacements = comment
    code = f"SC{number}"
    if not choice.wants(code):
        return None
    span = job.span(start, end)
    if span is None or (number == 2291 and job.exact(start, end, after=False) is None):
        return None  # 2291 is about repeated blanks: those of continued lines are layout
    # What POSIX does not define may work in the shell that /bin/sh is.
    unsure = job.unsure if code.startswith("SC3") else None
    fix = _fix(job, replacements)
    return Finding(
        code,
        NAME,
        choice.severity(code, SEVERITIES.get(level, "info")),
        job.step.source,
        span,
        message,
        () if unsure is None else (unsure,),
        "certain" if unsure is None else "likely",
        () if fix is None else (fix,),
    )


def _fix(job: "Job", replacements: "Sequence[tuple[int, int, str, bool]]") -> Fix | None:
    """ShellCheck's own fix, when each part of it stands in one piece in the file."""
    from dockwright.text.patch import overlap

    edits: list[Edit] = []
    escape = job.step.stage.build.tree.escape
    for start, end, text, after in replacements:
        span = job.exact(start, end, after=after)
        if span is None or "\n" in text or text.endswith(escape):
            return None
        edits.append(Edit(job.step.source, span, text))
    if not edits or overlap(edits):
        return None
    return Fix("rewrite as ShellCheck proposes", UNSAFE, edits)


# Which of it counts


class Choice:
    """
    Which codes a configuration wants, and how severe they are.

    Selectors are `SC2086`, the beginning of codes such as `SC20`, and `shellcheck` for all; `ALL`
    and `default` include them. The most specific one decides; between equals, `ignore` wins.
    """

    __slots__ = ("_on", "_severity", "any")

    def __init__(self, config: "Config | None") -> None:
        self._on: list[tuple[int, bool, str]] = []
        self._severity: list[tuple[str, str]] = []
        if config is None:
            self._on.append((0, True, "SC"))
        else:
            wanted = ("default",) if config.select is None else config.select
            self._add(wanted, on=True)
            self._add(config.extend_select, on=True)
            self._add(config.ignore, on=False)
            self._severity = [
                (prefix, severity)
                for word, severity in config.severity.items()
                if (prefix := selector(word))
            ]
            self._severity.sort(key=lambda row: len(row[0]))
        # Sorted so that the last one that fits decides.
        self._on.sort(key=lambda row: (row[0], not row[1]))
        self.any = any(
            on and not any(o[0] >= rank and not o[1] and prefix.startswith(o[2]) for o in self._on)
            for rank, on, prefix in self._on
        )

    def _add(self, words: "Sequence[str]", *, on: bool) -> None:
        for word in words:
            prefix = "SC" if on and word in ("ALL", "default") else selector(word)
            if prefix:
                self._on.append((len(prefix), on, prefix))

    def wants(self, code: str) -> bool:
        """Whether findings of `code` are asked for."""
        wanted = False
        for _, on, prefix in self._on:
            if code.startswith(prefix):
                wanted = on
        return wanted

    def severity(self, code: str, own: str) -> str:
        """What the configuration makes of ShellCheck's own severity."""
        for prefix, severity in self._severity:
            if code.startswith(prefix):
                own = severity
        return own


def selector(word: str) -> str:
    """The beginning of the codes that `word` stands for, "" when it names none of ShellCheck's."""
    if word in ("shellcheck", "shellcheck:*"):
        return "SC"
    word = word.removeprefix("shellcheck:")
    digits = word[2:]
    if word.startswith("SC") and len(digits) <= 4 and (not digits or digits.isdecimal()):
        return word
    return ""
