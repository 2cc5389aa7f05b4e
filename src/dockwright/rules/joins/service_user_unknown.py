"""DW6501 service-user-unknown."""

from dockwright.rules.api import Bad, Files, Findings, Good, Known, Rule, Service
from dockwright.rules.joins._mounts import mounts
from dockwright.rules.joins._names import variable

_HEAD = "services:\n  web:\n    build: .\n    user: "


class ServiceUserUnknown(Rule):
    """
    Name a user in `user` that the image has, or a number.

    A name is looked up in the image's `/etc/passwd` when the container starts, and a group in its
    `/etc/group`. Without an entry the container does not start: `unable to find user`.

    Silent about numbers, when the image or the files that make its accounts are not known, and
    when the service mounts something over `/etc`.
    """

    code = "DW6501"
    name = "service-user-unknown"
    severity = "error"
    tags = ("compose", "user", "image")
    mentions = ("user",)

    examples = (
        Bad(
            Files({"compose.yaml": _HEAD + "app\n", "Dockerfile": "FROM debian:bookworm-slim\n"}),
            at="app",
        ),
        Bad(
            "services:\n  web:\n    image: debian:bookworm-slim\n    user: 'node:node'\n",
            at="'node:node'",
        ),
        Bad(
            Files(
                {
                    "compose.yaml": _HEAD + "'1000:staf'\n",
                    "Dockerfile": "FROM debian:bookworm-slim\n",
                }
            ),
            at="'1000:staf'",
        ),
        Good(
            Files(
                {
                    "compose.yaml": _HEAD + "app\n",
                    "Dockerfile": "FROM debian:bookworm-slim\nRUN useradd app\n",
                }
            )
        ),
        Good("services:\n  web:\n    image: acme/web:1\n    user: app\n"),
        Good("services:\n  web:\n    image: debian:bookworm-slim\n    user: '1000:1000'\n"),
        Good("services:\n  web:\n    image: node:22-slim\n    user: node\n"),
        Good(
            "services:\n  web:\n    image: debian:bookworm-slim\n    user: app\n    volumes:\n"
            "      - /etc/passwd:/etc/passwd:ro\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        text = service.text("user")
        stage = service.stage if text else None
        if stage is None or stage.os != "linux" or stage.lineage()[-1].base.kind == "scratch":
            return
        if any(one.covers("/etc/passwd") or one.covers("/etc/group") for one in mounts(service)):
            return
        files = stage.state.files
        name, colon, group = text.partition(":")
        for kind, one, path in (("user", name, "/etc/passwd"), ("group", group, "/etc/group")):
            if not one or one.isdigit() or one == "root" or (kind == "group" and not colon):
                continue
            found = files.account(kind, one)
            if not isinstance(found, Known) or found.value is not None:
                continue
            # A file put over the accounts is not read here.
            accounts = files.find(path)
            if not isinstance(accounts, Known) or accounts.reason.span is not None:
                continue
            if any(stage.files.failure(step) is not None for step in stage.steps):
                continue
            yield self.at(
                service.value("user"),
                f"there is no {kind} {one} in the image",
                (found.reason,),
                likely=variable(service.get("user")),
            )
            return
