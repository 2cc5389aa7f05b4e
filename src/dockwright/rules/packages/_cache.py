"""Whether what a package manager keeps for itself is gone again at the end of its RUN."""

import posixpath

from dockwright.rules.api import Command, Edit, Known, Span, Step, lazy, re
from dockwright.rules.packages._managers import Call

_TELLING = lazy("cache|clean|temp|tmp", re.IGNORECASE)
_HOME = lazy(r"(?:~[^/]*|\$\{\}|/root|/home/(?:[^/]+|\$\{\}))(?=/|$)")
_SHELLS = frozenset(("sh", "bash", "dash", "source", "."))
_HARMLESS = frozenset(("true", ":", "exit", "echo", "return"))


def place(call: Call) -> Span:
    """From the program's name to its sub-command."""
    start = call.program.span
    end = (call.action or call.program).span.end
    return Span(start.start, end) if end > start.start else start


def deleted(run: Step, after: Command, *folders: str) -> bool:
    """
    Whether a command behind `after` deletes one of `folders`, or may do so.

    A folder below the user's home directory is written `~/…`.
    """
    at = ""
    for one in run.commands:
        if one.start <= after.start:
            continue
        words = [word.shape for word in one.words]
        if one.name == "cd" and len(words) > 1:
            at = words[1]
        elif "rm" in words or "find" in words or "rimraf" in words:
            for word in one.args:
                shape = word.shape if not at else posixpath.join(at, word.shape)
                if any(_covers(shape, folder) for folder in folders):
                    return True
                if any(_TELLING.search(name) for name in word.variables):
                    return True
        else:
            script = words[1:2] if one.name in _SHELLS else [one.name]
            if any("clean" in name.lower() for name in script):
                return True
    return False


def _covers(word: str, folder: str) -> bool:
    """Whether deleting `word` deletes `folder` or what is in it."""
    plain = _HOME.sub("~", word.rstrip("/*"), count=1) or "/"
    if plain in ("~", "/"):
        return plain == folder
    if plain == folder or plain.startswith((f"{folder}/", f"{folder}*")):
        return True
    if folder.startswith(f"{plain}/"):
        return True
    parent = posixpath.dirname(folder)
    return "{" in plain and plain.startswith(parent) and posixpath.basename(folder) in plain


def kept_out(run: Step, *folders: str) -> bool:
    """Whether a cache or tmpfs mount covers one of `folders` (`~/…`: in any home directory)."""
    for mount in run.mounts:
        if mount.kind in ("cache", "tmpfs") and mount.target:
            target = _HOME.sub("~", mount.target.rstrip("/"), count=1)
            value = run.expand(mount.target)
            if isinstance(value, Known) and value.value:
                target = _HOME.sub("~", value.value.rstrip("/"), count=1)
            for folder in folders:
                if folder == target or folder.startswith(f"{target}/"):
                    return True
                if folder.startswith("~/") and target.endswith(folder[1:]):
                    return True
    return False


def clean(run: Step, call: Call, command: str) -> Edit | None:
    """The edit that runs `command` at the end of the script, None where it could fail there."""
    script = run.script
    one = call.command
    if script is None or script.damaged is not None or one.within or one.operator == "||":
        return None
    if any(wrapper not in ("env", "time", "nice") for wrapper in call.wrappers):
        return None
    behind = next((other for other in script.commands if other.start > one.end), None)
    if behind is not None and behind.operator == "||" and behind.name not in _HARMLESS:
        return None
    return run.append(command)


def value_of(run: Step, one: Command, name: str) -> str | None:
    """
    What the variable `name` is for `one`, "" when it is set to something that cannot be read.

    None when nothing in the files sets it.
    """
    for word in one.words:
        if word.shape.startswith(f"{name}="):
            return word.shape[len(name) + 1 :]
    script = run.script
    found: str | None = None
    for other in script.commands if script is not None else ():
        if other.start > one.start:
            break
        for key, word in other.assignments:
            if key == name and (other is one or not other.words or other.name == "export"):
                found = word.value or ""
    if found is not None:
        return found
    known = run.before.variable(name)
    if isinstance(known, Known):
        return known.value if isinstance(known.value, str) else ""
    return None
