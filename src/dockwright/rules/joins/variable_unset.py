"""DW6612 variable-unset."""

from dockwright.rules.api import Bad, Composition, Files, Findings, Good, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = "services:\n  web:\n    image: acme/web:${TAG}\n"


class VariableUnset(Rule):
    """
    Give each variable a default, a value in `.env`, or make it required.

    A variable that nothing sets is empty, with no more than a warning: `acme/web:` is then no image
    and `:/data` no volume. `${TAG:-1}` gives a default, `${TAG:?}` stops with a message.

    Silent about variables with a default or `:?`, and about those that `.env` sets. Which ones the
    environment will have is not known here, so that the rule is off by default.
    """

    code = "DW6612"
    name = "variable-unset"
    severity = "info"
    tier = "optional"
    tags = ("compose", "variables")
    mentions = ("$",)

    examples = (
        Bad(_HEAD, at="acme/web:${TAG}"),
        Bad(
            Files(
                {"compose.yaml": _HEAD + "    environment:\n      WHO: $WHO\n", ".env": "TAG=1\n"}
            ),
            at="$WHO",
        ),
        Good(Files({"compose.yaml": _HEAD, ".env": "TAG=1\n"})),
        Good("services:\n  web:\n    image: acme/web:${TAG:-1}\n    user: ${WHO:?}\n"),
        Good("services:\n  web:\n    image: a:1\n    command: echo $$HOME\n"),
    )

    def check(self, project: Composition) -> Findings:
        told: set[str] = set()
        for service in project.every:
            for path, names in _open(service.config, ()):
                place = service.place(*path)
                text = getattr(place.node, "text", "") if place is not None else ""
                for name in names:
                    if name in told or f"{{{name}:?" in text or f"{{{name}?" in text:
                        continue
                    told.add(name)
                    yield self.at(service.value(*path), f"nothing here sets `{name}`", likely=True)


def _open(
    value: object, path: "tuple[str | int, ...]"
) -> "Iterator[tuple[tuple[str | int, ...], tuple[str, ...]]]":
    """The places whose text hangs on variables that nothing sets, with those."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _open(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _open(item, (*path, index))
    elif path and getattr(value, "open", ()):
        yield path, tuple(getattr(value, "open", ()))
