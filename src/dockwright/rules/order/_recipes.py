"""Recipes that make two stages of one: what the second one needs of the first."""

from dockwright.rules.api import (
    Build,
    Command,
    Edit,
    Known,
    Remedy,
    Span,
    Stage,
    Step,
    lazy,
    unsafe,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# What only compiles. A library's -dev package is another thing: the program may need the library.
TOOLS = frozenset((
    "autoconf", "automake", "build-base", "build-essential", "cargo", "clang", "cmake", "g++",
    "gcc", "git", "libc-dev", "libc6-dev", "libtool", "linux-headers", "make", "musl-dev", "ninja",
    "ninja-build", "patch", "pkg-config", "pkgconf", "pkgconfig", "python-dev", "python3-dev",
    "rust", "rustc", "swig",
))  # fmt: skip
_PLAIN = lazy(r"[\w./:=@%+,-]+(?: [\w./:=@%+,-]+)*")
_CONFIGURATION = ("ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "WORKDIR", "USER", "SHELL", "VOLUME")
VENV = "/opt/venv"


def only_stage(build: Build) -> Stage | None:
    """The stage of a build of one stage on an image, without what speaks of other builds."""
    if len(build.stages) != 1:
        return None
    stage = build.stages[0]
    if stage.os != "linux" or stage.base.kind != "image" or stage.from_step.node.flags:
        return None
    if any(step.onbuild for step in stage.steps) or len(stage.from_step.words) != 1:
        return None
    return stage


def packages(command: Command) -> "list[str]":
    """The packages that a call of a system's package manager installs, versions left out."""
    words = [word.value or "" for word in command.operands("-t", "--virtual")]
    if words[:1] not in (["install"], ["add"]):
        return []
    return [word.partition("=")[0].partition("/")[0] for word in words[1:]]


def argv(step: Step) -> "tuple[str, ...] | None":
    """What a CMD or ENTRYPOINT starts, without a shell; None when only a shell can say."""
    if step.node.is_json:
        return tuple(word.value for word in step.words)
    text = step.node.rest.text.strip().removeprefix("exec ")
    return tuple(text.split()) if _PLAIN.fullmatch(text) else None


def _lines(step: Step) -> str:
    return step.stage.build.tree.source.slice(step.span)


def _named(stage: Stage, text: str = " AS build") -> Edit:
    word = stage.from_step.words[0]
    return Edit(stage.from_step.source, Span(word.end, word.end), text)


# Two stages on one image, which is named once.
_TWICE = " AS base\n\nFROM base AS build"


def _configured(steps: "Sequence[Step]", *without: str) -> "list[str] | None":
    """The instructions of `steps` that configure the image, to be said once more."""
    found = []
    for step in steps:
        if step.name in _CONFIGURATION and step.name not in without:
            if step.name != "SHELL" and "$" in step.node.rest.text.replace("$PATH", ""):
                return None  # an argument, perhaps
            found.append(_lines(step))
    return found


def _insert(step: Step, lines: "Sequence[str]") -> Edit:
    end = step.stage.build.tree.source.text.find("\n", step.span.end)
    end = end if end >= 0 else step.span.end
    return step.insert(end, "".join(f"\n{line}" for line in lines))


def go(stage: Stage, run: Step, command: Command) -> Remedy | None:
    """The program alone, without a C library, on an image with nothing else."""
    target = command.option("-o")
    output = (target if isinstance(target, str) else target.value) if target is not None else None
    workdir = run.before.workdir
    folder = (workdir.value or "/") if isinstance(workdir, Known) else None
    behind = stage.steps[run.index + 1 :]
    starts = [step for step in stage.steps if step.name in ("CMD", "ENTRYPOINT")]
    if output is None or folder is None or not starts or run.node.is_json or run.node.heredocs:
        return None
    if command.within or run.commands[-1] is not command or "CGO_ENABLED=1" in run.node.rest.text:
        return None
    if any(step.name in ("RUN", "COPY", "ADD", "HEALTHCHECK", "USER", "SHELL") for step in behind):
        return None
    path = _absolute(output, folder)
    lines = argv(starts[-1])
    final = stage.state.workdir
    end = (final.value or "/") if isinstance(final, Known) else None
    program = next((step for step in starts if step.name == "ENTRYPOINT"), starts[-1])
    started = argv(program)
    if path.endswith("/") or lines is None or not started or end is None or len(starts) > 2:
        return None
    if _absolute(started[0], end) != path or any(s.index < run.index for s in starts):
        return None
    again = _configured(stage.steps[: run.index], "ENV", "WORKDIR", "SHELL", "USER")
    if again is None or any(step.name in ("USER", "ENV") for step in stage.steps[: run.index]):
        return None
    edits: list[Edit | None] = [_named(stage)]
    if not any(name == "CGO_ENABLED" for name, _ in command.assignments) and not _sets_cgo(run):
        edits.append(run.insert(command.span.start, "CGO_ENABLED=0 "))
    copy = f"COPY --from=build {path} {path}"
    runtime = "FROM gcr.io/distroless/static-debian12:nonroot"
    place = [f"WORKDIR {end}"] if end != "/" else []
    edits.append(_insert(run, ["", runtime, *place, copy, *again]))
    for step in starts:
        words = argv(step)
        if words is None:
            return None
        if not step.node.is_json:
            text = ", ".join(f'"{word}"' for word in words)
            edits.append(step.replace(step.span, f"{step.name} [{text}]"))
    return unsafe(*edits)


def _sets_cgo(run: Step) -> bool:
    return run.before.sets("build_env", "CGO_ENABLED") or "CGO_ENABLED=0" in run.node.rest.text


def _absolute(path: str, folder: str) -> str:
    if path.startswith("/"):
        return path
    return f"{folder.rstrip('/')}/{path.removeprefix('./')}"


def python(stage: Stage, system: Step, pips: "Sequence[Step]") -> Remedy | None:
    """The packages in a virtual environment, which the second stage takes over as it is."""
    last = pips[-1]
    head = stage.steps[: last.index + 1]
    behind = stage.steps[last.index + 1 :]
    runs = [step for step in head if step.name == "RUN"]
    if any(run is not system and all(run is not pip for pip in pips) for run in runs):
        return None
    if any(step.name in ("ARG", "HEALTHCHECK", "CMD", "ENTRYPOINT", "USER") for step in head):
        return None
    if system.index > pips[0].index or any("venv" in _lines(step) for step in stage.steps):
        return None
    if any(word in _lines(pip) for pip in pips for word in ("--user", "--target", "--prefix")):
        return None
    if any("pip" in step.node.rest.text for step in behind if step.name == "RUN"):
        return None
    again = _configured(head)
    if again is None:
        return None
    copies = [
        _lines(step)
        for step in head
        if step.name in ("COPY", "ADD") and any(w.value in (".", "./") for w in step.words[:-1])
    ]
    path = f"ENV PATH={VENV}/bin:$PATH"
    return unsafe(
        _named(stage, _TWICE),
        _insert(system, [f"RUN python -m venv {VENV}", path]),
        _insert(last, ["", "FROM base", f"COPY --from=build {VENV} {VENV}", path, *again, *copies]),
    )


def node(stage: Stage, build: Step) -> Remedy | None:
    """The folder of the project, once built and without what only development needs."""
    workdir = build.before.workdir
    folder = workdir.value if isinstance(workdir, Known) else ""
    behind = stage.steps[build.index + 1 :]
    if len(folder) < 2 or any(step.name in ("RUN", "COPY", "ADD") for step in behind):
        return None
    head = stage.steps[: build.index + 1]
    outside = [step for step in head if step.name == "RUN" and not _npm_only(step)]
    if outside or any(step.name in ("ARG", "USER", "HEALTHCHECK", "CMD") for step in head):
        return None
    again = _configured(head)
    prune = build.append("npm prune --omit=dev")
    if again is None or prune is None:
        return None
    copy = f"COPY --from=build {folder} {folder}"
    end = _insert(build, ["", "FROM base", *again, copy])
    text = f"{prune.text}{end.text}" if prune.span == end.span else ""
    edits = [Edit(end.source, end.span, text)] if text else [prune, end]
    return unsafe(_named(stage, _TWICE), *edits)


def _npm_only(step: Step) -> bool:
    return bool(step.commands) and all(one.name == "npm" for one in step.commands)
