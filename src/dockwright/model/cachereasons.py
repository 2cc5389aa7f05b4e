"""How two keys differ, and how to say so."""

from dockwright.facts.knowledge import Known, Reason
from dockwright.model import reference
from dockwright.model.cacheenv import CHANGED, FORMULA, placeholders
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.cacheenv import Env
    from dockwright.model.cachekeys import Parts
    from dockwright.model.stages import Base
    from dockwright.model.steps import Step

_NAMED = 3
_WIDTH = 48
_VERSION = lazy(r"v?(\d+(?:\.\d+)*)")
_NAMES = {
    "documents": "heredoc",
    "epoch": "SOURCE_DATE_EPOCH",
    "shell": "SHELL",
    "user": "USER",
}


def title(step: "Step", width: int = _WIDTH) -> str:
    """The instruction on one line, cut to `width` characters (0: not cut, heredocs included)."""
    node = step.outer
    text = " ".join(node.joined.text.split())
    if not width:
        return "\n".join((node.joined.text, *(one.content for one in node.heredocs)))
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def files_text(paths: "Sequence[str]") -> str:
    """`a, b, c and 5 more`."""
    shown = ", ".join(paths[:_NAMED])
    more = len(paths) - _NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def different(old: "Parts", new: "Parts") -> list[str]:
    """The names of the parts that are not the same in two keys of the same instruction."""
    if old.keys() != new.keys():
        return ["command"] if "command" in new and "command" in old else list(new)
    return [name for name, value in new.items() if old[name] != value]


def certain(old: object, new: object) -> bool:
    """Whether two unequal parts are different whatever the unknown values in them are."""
    if old == new:
        return False
    if isinstance(old, tuple) and isinstance(new, tuple):
        if len(old) != len(new):
            return True
        return any(certain(one, other) for one, other in zip(old, new, strict=True))
    if not isinstance(old, str) or not isinstance(new, str):
        return True
    was, now = placeholders(old), placeholders(new)
    if any(one.startswith(FORMULA) for one in (*was, *now)):
        return False
    if any(one.startswith(CHANGED) for one in now if one not in was):
        return True
    return list(was) == list(now)


def part_reasons(step: "Step", old: "Parts", new: "Parts", env: "Env") -> "list[Reason]":
    """Why the key of `step` is another, as far as its own text and configuration are concerned."""
    named = title(step)
    found: list[str] = []
    for name in different(old, new):
        if name == "environment":
            found.append(f"{_variables(old[name], new[name], env)} in the environment of {named}")
        else:
            verb = "are others" if name.endswith("s") and name != "documents" else "is another"
            found.append(f"the {_NAMES.get(name, name)} of {named} {verb}")
    return [Reason(text, step.source, step.span) for text in found]


def _variables(old: object, new: object, env: "Env") -> str:
    was = dict(old) if isinstance(old, tuple) else {}
    now = dict(new) if isinstance(new, tuple) else {}
    names = [name for name in dict.fromkeys((*now, *was)) if was.get(name) != now.get(name)]
    if not names:
        return "the variables have another order"
    kind = "ARG" if names[0] in env.argued else "ENV"
    return f"{kind} {files_text(names)} has another value"


def may_be_same(old: "Base", new: "Base") -> bool:
    """
    Whether two names of base images may be the same image.

    Tags that begin with numbers that contradict each other (3.11 and 3.12) are not; nor are names
    of different images. Anything else may be: `12` and `bookworm`, `latest` and `3.12`.
    """
    if old.kind != new.kind or old.kind != "image":
        return False
    was, now = old.name, new.name
    if not isinstance(was, Known) or not isinstance(now, Known):
        return True
    if "\0" in now.value:
        return any(one.startswith(FORMULA) for one in placeholders(now.value))
    one, other = reference.parse(was.value), reference.parse(now.value)
    if one is None or other is None:
        return False
    if one.digest and other.digest:
        return one.digest == other.digest
    if one.path.rpartition("/")[2] != other.path.rpartition("/")[2]:
        return False
    first, second = _VERSION.match(one.tag), _VERSION.match(other.tag)
    if first is None or second is None:
        return True
    pairs = zip(first[1].split("."), second[1].split("."), strict=False)
    return all(a == b for a, b in pairs)


__all__ = ["certain", "different", "files_text", "may_be_same", "part_reasons", "title"]
