"""
apk, the package manager of Alpine. Source of its command line: apk(8), apk-add(8), apk-del(8).

No package index of Alpine is known here, and `apk` was never run: nothing surely fails.
"""

from dockwright.facts.apkfacts import Added, Deleted, bare, other_repositories
from dockwright.syntax.shell.nodes import HOLE
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.model.world import Call

_LONG = (
    "--virtual", "--repository", "--root", "--keys-dir", "--repositories-file", "--wait", "--arch",
    "--cache-dir", "--cache-max-age", "--progress-fd", "--timeout", "--apkversion",
)  # fmt: skip
_ALPINE = lazy(r"https?://[\w.-]+\.alpinelinux\.org/alpine/(?:v[\d.]+|edge)/\w+/?")
_LINE = lazy(
    r"-e|(?:@\w+ )?https?://[\w.-]+\.alpinelinux\.org/alpine/(?:v[\d.]+|edge)/\w+/?(?:\\n)?"
)
_SYSTEM = ("/usr", "/etc", "/var", "/bin", "/sbin", "/lib", "/run", "/srv")


def _apk(call: "Call") -> str | None:
    world = call.world
    options, operands = call.options("tXp", _LONG)
    if not operands:
        return None
    if "-s" in options or "--simulate" in options:
        return None
    root = options.get("-p", options.get("--root", "/"))
    if root != "/":
        to = world.absolute(root) if root else None
        world.murky((to or "/",), call.reason, adds=True)
        return None
    command = operands[0].value
    words = operands[1:]
    names = [arg.shape for arg in words]
    more = any(HOLE in bare(one) or arg.glob for one, arg in zip(names, words, strict=True))
    if command == "add":
        _add(call, options, names, more=more)
    elif command == "del":
        known = None if more else [bare(one) for one in names]
        world.emit(Deleted(known, call.reason, before=world.contents))
    elif command in ("update", "cache"):
        world.murky(("/var/cache/apk", "/lib/apk", "/etc/apk/cache"), call.reason, adds=True)
    elif command in ("upgrade", "fix"):
        # The same packages in newer versions, and what those need now.
        world.murky(
            _SYSTEM,
            call.reason,
            but=("/usr/local", "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/etc/apk"),
            adds=True,
        )
        world.emit(Added((), call.reason, before=world.contents, more="--available" in options))
    elif command == "fetch":
        world.murky((world.cwd or "/",), call.reason, adds=True)
    elif command is None:
        world.anything(call.reason)
    return None


def _add(call: "Call", options: "dict[str, str | None]", names: list[str], *, more: bool) -> None:
    world = call.world
    virtual = options.get("-t", options.get("--virtual", ""))
    gone = [bare(one[1:]) for one in names if one.startswith("!")]
    files = [one for one in names if one.endswith(".apk")]
    wanted = [
        bare(one) for one in names if not one.startswith(("!", "-")) and not one.endswith(".apk")
    ]
    places = [value for name, value in options.items() if name in ("-X", "--repository")]
    foreign = not all(value and _ALPINE.fullmatch(value) for value in places)
    foreign = foreign or any("@" in one for one in names)
    if files:
        world.murky((*_SYSTEM, "/opt"), call.reason, but=("/usr/local/bin",), adds=True)
    if wanted or more or files:
        world.emit(
            Added(
                [one for one in wanted if HOLE not in one],
                call.reason,
                before=world.contents,
                virtual=virtual or "",
                foreign=foreign or not _alpine_only(call),
                more=more or bool(files),
            )
        )
    if gone:
        world.emit(Deleted(gone, call.reason, before=world.contents))


def _alpine_only(call: "Call") -> bool:
    """Whether packages come from Alpine's own repositories alone, of whichever branch."""
    reasons = other_repositories(call.world.contents)
    spans = {reason.span for reason in reasons}
    lines = [
        command
        for stage in call.world.step.stage.lineage()
        for step in stage.steps
        if step.name == "RUN" and not step.onbuild
        for command in step.commands
        if command.span in spans
    ]
    return len({command.span for command in lines}) == len(spans) and all(
        command.name in ("echo", "printf")
        and all(_LINE.fullmatch(word.shape) for word in command.args)
        for command in lines
    )


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {"apk": _apk}
