"""
What BuildKit refuses in `RUN --mount=…` and `RUN --device=…`.

Source of the rules: moby/buildkit `frontend/dockerfile/instructions/commands_runmount.go`,
`commands_rundevice.go` and `dockerfile2llb/convert_runmount.go`.
"""

from posixpath import normpath

from dockwright.syntax.dockerfile import flags, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockwright.syntax.dockerfile.nodes import Flag, Instruction
    from dockwright.text.span import Span

    # The value of a text whose variables are replaced; None when it is not known.
    Constant = Callable[[str], str | None]

TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
SHARING = ("shared", "private", "locked")
_KEYS = (
    *("type", "from", "source", "target", "readonly", "id", "sharing", "required", "size"),
    *("mode", "uid", "gid", "src", "dst", "destination", "ro", "rw", "readwrite", "env"),
)
_LONG = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly"}


def fields(text: str) -> list[tuple[str, int, int]] | str:
    """
    The comma-separated fields of `text` as (value, start, end), or what is wrong with its quotes.
    """
    text = text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
    if not text:
        return "EOF"
    found: list[tuple[str, int, int]] = []
    at = 0
    while True:
        if not text.startswith('"', at):
            end = text.find(",", at)
            stop = len(text) if end < 0 else end
            if '"' in text[at:stop]:
                return 'bare " in non-quoted-field'
            found.append((text[at:stop], at, stop))
            if end < 0:
                return found
            at = end + 1
            continue
        start = at
        at += 1
        pieces: list[str] = []
        while True:
            end = text.find('"', at)
            if end < 0:
                return 'extraneous or missing " in quoted-field'
            pieces.append(text[at:end])
            at = end + 1
            if not text.startswith('"', at):
                break
            pieces.append('"')
            at += 1
        found.append(("".join(pieces), start, at))
        if at == len(text):
            return found
        if text[at] != ",":
            return 'extraneous or missing " in quoted-field'
        at += 1


def source(value: str) -> str:
    """The `from` of a mount, "" when it has none."""
    found = ""
    split = fields(value)
    if isinstance(split, str):
        return ""
    for field, _, _ in split:
        key, equals, rest = field.partition("=")
        if equals and key.lower() == "from":
            found = rest
    return found


def shape_problems(node: "Instruction", flag: "Flag") -> "Iterator[tuple[Span, str]]":
    """What is wrong with a mount before any variable is looked at."""
    split = fields(flag.value or "")
    if isinstance(split, str):
        yield flags.value_span(node, flag), f"failed to parse csv mounts: {split}"
        return
    offset = len(flag.name) + 3
    for field, start, end in split:
        key, equals, value = field.partition("=")
        dollar = value.find("$")
        if equals and key.lower() == "from" and 0 <= dollar < len(value) - 1:
            yield (
                flags.part_span(node, flag, offset + start, offset + end),
                "'from' doesn't support variable expansion, define alias stage instead",
            )
            return


def device_problems(node: "Instruction", flag: "Flag") -> "Iterator[tuple[Span, str]]":
    """What is wrong with a `--device`."""
    span = flags.value_span(node, flag)
    split = fields(flag.value or "")
    if isinstance(split, str):
        yield span, f"failed to parse csv devices: {split}"
        return
    name = ""
    for field, _, _ in split:
        key, equals, value = field.partition("=")
        key = key.lower()
        if not equals:
            if key != "required":
                if name:
                    yield span, f"invalid field '{field}' must be a key=value pair"
                    return
                name = field
        elif key == "name":
            if name:
                yield span, f"device name already set to {name}"
                return
            name = value
        elif key == "required":
            if not values.boolean(value):
                yield span, f"invalid value for {key}: {value}"
                return
        elif not name:
            name = field
        else:
            hint = values.near(key, ("name", "required"))
            yield span, f"unexpected key '{key}' in '{field}'{hint}"
            return


def problems(
    node: "Instruction", flag: "Flag", constant: "Constant"
) -> "Iterator[tuple[Span, str]]":
    """What is wrong with a mount, as far as its values are known; one problem at most."""
    split = fields(flag.value or "")
    if isinstance(split, str):
        return
    offset = len(flag.name) + 3
    state = _Mount()
    for field, start, end in split:
        message = state.take(field, constant)
        if message:
            yield flags.part_span(node, flag, offset + start, offset + end), message
            return
    message = state.whole()
    if message:
        yield flags.value_span(node, flag), message


class _Mount:
    """The options of one mount so far; a value that is not known is None."""

    __slots__ = ("options", "unknown")

    def __init__(self) -> None:
        self.options: dict[str, str | None] = {}
        self.unknown = False

    @property
    def kind(self) -> str | None:
        """The type; None when nobody knows."""
        kind = self.options.get("type", "bind")
        return kind.lower() if kind is not None else None

    def take(self, field: str, constant: "Constant") -> str:
        """Note one field; what is wrong with it."""
        key, equals, raw = field.partition("=")
        key = key.lower()
        if not equals:
            return self.bare(key, field)
        value = constant(raw)
        if key not in _KEYS:
            return f"unexpected key '{key}' in '{field}'{values.near(key, _KEYS)}"
        self.options[_LONG.get(key, key)] = value
        return self.value(key, value) if value is not None else ""

    def bare(self, key: str, field: str) -> str:
        if key in ("readonly", "ro", "readwrite", "rw"):
            return ""
        if key == "required":
            return self.only(key, "secret", "ssh")
        return f"invalid field '{field}' must be a key=value pair"

    def only(self, key: str, *kinds: str) -> str:
        if self.kind is None or self.kind in kinds:
            return ""
        return f"unexpected key '{key}' for mount type '{self.kind}'"

    def value(self, key: str, value: str) -> str:
        if key == "type" and value.lower() not in TYPES:
            return f"unsupported mount type {values.quoted(value)}{values.near(value, TYPES)}"
        if key in ("readonly", "ro", "readwrite", "rw") and not values.boolean(value):
            return f"invalid value for {key}: {value}"
        if key == "required":
            wrong = self.only(key, "secret", "ssh")
            if wrong or values.boolean(value):
                return wrong
            return f"invalid value for {key}: {value}" if self.kind else ""
        if key == "size":
            wrong = self.only(key, "tmpfs")
            if wrong or values.size(value):
                return wrong
            return f"invalid value for {key}: {value}" if self.kind else ""
        if key == "sharing" and value.lower() not in SHARING:
            return f"unsupported sharing value {values.quoted(value)}{values.near(value, SHARING)}"
        if key in ("mode", "uid", "gid") and not values.unsigned(value, 8 if key == "mode" else 10):
            return f"invalid value {value} for {key}"
        return ""

    def whole(self) -> str:
        """What is wrong with the mount once all its fields are read."""
        kind, has = self.kind, self.options
        if kind is None:
            return ""
        if kind in ("bind", "tmpfs"):
            for key in ("mode", "uid", "gid"):
                if key in has:
                    return f"{key} not allowed for {values.quoted(kind)} type mounts"
        if kind == "secret":
            if has.get("from"):
                return "secret mount should not have a from"
            if has.get("sharing"):
                return "secret mount should not define sharing"
            if not any(has.get(key, "") != "" for key in ("source", "target", "id")):
                return "invalid secret mount. one of source, target required"
            if has.get("source") and has.get("id"):
                return "both source and id can't be set"
        elif kind == "ssh" and has.get("source"):
            return "ssh does not support source"
        if kind != "cache" and has.get("sharing"):
            return f"invalid cache sharing set for {kind} mount"
        target = has.get("target") or ""
        absolute = target.startswith("/")
        if kind in ("bind", "cache", "tmpfs") and absolute and normpath(target) in ("/", "//"):
            return f"invalid mount target {values.quoted('/')}"
        return ""
