"""What simple commands print, for command substitutions."""

from posixpath import basename, dirname

from dockwright.facts.knowledge import Known
from dockwright.syntax.shell.nodes import Block, Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.world import World

MAX_NUMBERS = 200


def printed(world: "World", child: "Block | Command") -> str | None:
    """
    The output of a command without the newlines at its end; None when it is not known.

    Only of commands that do nothing else.
    """
    if not isinstance(child, Command) or child.redirects or child.assignments or not child.words:
        return None
    if child.name not in _PRINTERS or child.words[0].value != child.name:
        return None
    values = [arg.value for arg in world.args(child.args)]
    if None in values:
        return None
    return _PRINTERS[child.name](world, [value for value in values if value is not None])


def _echo(_: "World", words: "Sequence[str]") -> str | None:
    if words and words[0].startswith("-") and words[0] != "-n":
        return None
    text = " ".join(words[1:] if words and words[0] == "-n" else words)
    return None if "\\" in text else text.rstrip("\n")


def literal(name: str, words: "Sequence[str | None]") -> str | None:
    """What `echo` or `printf` writes, None when not known."""
    if None in words:
        return None
    known = [word for word in words if word is not None]
    if name == "echo":
        if known and known[0].startswith("-"):
            return None
        text = " ".join(known)
        return None if "\\" in text else text + "\n"
    if name == "printf" and len(known) == 1 and "%" not in known[0]:
        text = known[0].replace("\\n", "\n")
        return None if "\\" in text else text
    return None


def _pwd(world: "World", words: "Sequence[str]") -> str | None:
    return world.cwd if not words else None


def _basename(_: "World", words: "Sequence[str]") -> str | None:
    if not words or len(words) > 2 or words[0].startswith("-") or not words[0]:
        return None
    name = basename(words[0].rstrip("/")) or "/"
    if len(words) == 2 and name != words[1]:
        name = name.removesuffix(words[1])
    return name


def _dirname(_: "World", words: "Sequence[str]") -> str | None:
    if len(words) != 1 or words[0].startswith("-"):
        return None
    return dirname(words[0].rstrip("/")) or ("/" if words[0].startswith("/") else ".")


def _seq(_: "World", words: "Sequence[str]") -> str | None:
    if not words or len(words) > 2 or not all(word.isascii() and word.isdigit() for word in words):
        return None
    low, high = (1, int(words[0])) if len(words) == 1 else (int(words[0]), int(words[1]))
    if high - low > MAX_NUMBERS:
        return None
    return "\n".join(str(one) for one in range(low, high + 1))


def _id(world: "World", words: "Sequence[str]") -> str | None:
    known = {"-u": world.uid, "-g": world.gid}
    if len(words) != 1 or words[0] not in known or not world.certain:
        return None
    number = known[words[0]]
    return None if number is None else str(number)


def _codename(world: "World", words: "Sequence[str]") -> str | None:
    """`lsb_release -cs`, where there is such a program."""
    found = world.contents.program("lsb_release", world.path)
    if not isinstance(found, Known) or found.value is None:
        return None
    suite: str = world.contents.suite
    return suite or None if "".join(words).replace("-", "") in ("cs", "sc") else None


_PRINTERS = {
    "echo": _echo,
    "pwd": _pwd,
    "basename": _basename,
    "dirname": _dirname,
    "seq": _seq,
    "id": _id,
    "lsb_release": _codename,
}
