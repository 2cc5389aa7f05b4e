"""DW6251 container-name-form."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, lazy, settled

# `RestrictedNamePattern` of moby/moby, daemon/names/names.go.
_NAME = lazy(r"/?[A-Za-z0-9][A-Za-z0-9_.-]+$")


class ContainerNameForm(Rule):
    """
    Name containers by letters, digits, `_`, `.` and `-`, with a letter or digit first.

    The engine refuses every other name, but only when the container is made.

    Silent about names with variables that have no value here.
    """

    code = "DW6251"
    name = "container-name-form"
    severity = "error"
    tags = ("compose",)
    also = ("dclint:service-container-name-regex",)
    mentions = ("container_name",)

    examples = (
        Bad("services:\n  a:\n    image: a:1\n    container_name: my app\n", at="my app"),
        Good("services:\n  a:\n    image: a:1\n    container_name: my-app_1.2\n"),
        Good("services:\n  a:\n    image: a:1\n    container_name: ${NAME}\n"),
        Good("services:\n  a:\n    image: a:1\n    container_name: ${NAME:-a}-web\n"),
    )

    def check(self, service: Service) -> Findings:
        name = service.get("container_name")
        if isinstance(name, str) and settled(name) and not _NAME.match(name):
            message = f"the engine refuses the name {name!r}"
            yield self.at(service.value("container_name"), message)
