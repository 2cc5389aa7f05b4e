"""DW3101 secret-in-arg-or-env."""

from dockwright.rules.api import (
    Bad,
    Build,
    Findings,
    Good,
    Known,
    Rule,
    Step,
    credential,
    references,
)


class SecretInArgOrEnv(Rule):
    """
    Give credentials to a build by `RUN --mount=type=secret`, never by `ARG` or `ENV`.

    The value of an `ENV` is part of the image's configuration, and that of an `ARG` of its history
    and its provenance: whoever has the image reads both. A secret mount leaves no trace.

    Silent about names of something about a credential (`TOKEN_URL`, `PASSWORD_FILE`), ambiguous
    names (`KEY`, `AUTH`) unless the value looks random, fingerprints of public keys, and values
    that are empty, a placeholder, a switch, a path or an address.
    """

    code = "DW3101"
    name = "secret-in-arg-or-env"
    severity = "warning"
    tags = ("security", "secrets")
    also = (
        "hadolint:DL3064",
        "buildkit:SecretsUsedInArgOrEnv",
        "trivy:DS-0031",
        "kics:c3e1b6ae",
        "semgrep:secret-in-build-arg",
        "dockle:CIS-DI-0010",
        "tally:require-secret-mounts",
    )

    examples = (
        Bad("FROM debian:12\nENV DB_PASSWORD=hunter2\n", at="DB_PASSWORD"),
        Bad("FROM debian:12\nENV A=1 mailPassword=hunter2 B=2\n", at="mailPassword"),
        Bad("FROM debian:12\nARG NPM_TOKEN\nRUN npm ci\n", at="NPM_TOKEN"),
        Bad("FROM composer:2\nARG COMPOSER_AUTH\n", at="COMPOSER_AUTH"),
        Bad(
            "FROM debian:12\nARG SSH_PRIVATE_KEY\nENV SSH_PRIVATE_KEY=$SSH_PRIVATE_KEY\n",
            at=("SSH_PRIVATE_KEY", "SSH_PRIVATE_KEY"),
        ),
        Bad("FROM debian:12\nENV SERVICE_KEY=q8Zr2LmX0vTbN4cW7yKd\n", at="SERVICE_KEY"),
        Bad("ARG API_KEY=q8Zr2LmX0vTbN4cW7yKd\nFROM debian:12\n", at="API_KEY"),
        Good("FROM debian:12\nENV KMS_KEY_ALIAS=alias/app AUTH_MODE=oidc\n"),
        Good("FROM debian:12\nENV GPG_KEY=0123456789ABCDEF0123456789ABCDEF01234567\n"),
        Good("FROM debian:12\nENV DB_PASSWORD= API_TOKEN=changeme SECRET_KEY_BASE=dummy\n"),
        Good("FROM debian:12\nENV DB_PASSWORD_FILE=/run/secrets/db PRIVATE_KEY=/etc/a.key\n"),
        Good("FROM debian:12\nARG USERNAME=app\nENV TOKENIZERS_PARALLELISM=false\n"),
        Good("FROM debian:12\nENV API_TOKEN=${API_TOKEN:-}\n"),
        Good("FROM debian:12\nARG PUBLIC_KEY\nARG KEY\n"),
    )

    def check(self, build: Build) -> Findings:
        for node in build.globals:
            for pair in node.pairs:
                value = pair.value or None
                sure, _ = credential(pair.key, value) if value and "$" not in value else ("", "")
                if sure:
                    yield self.at(pair.key_span, _message("ARG", pair.key), likely=sure == "likely")
        for step in build.steps:
            if step.name not in ("ENV", "ARG"):
                continue
            for pair in step.node.pairs:
                found, value = value_of(step, pair.value)
                sure, _ = credential(pair.key, value) if found else ("", "")
                if sure:
                    yield self.at(
                        pair.key_span,
                        _message(step.name, pair.key),
                        likely=sure == "likely" or value is None,
                    )


def _message(instruction: str, name: str) -> str:
    name = name.strip("\"'")
    if instruction == "ENV":
        return f"`{name}` looks like a credential, and ENV puts it into the image"
    return f"`{name}` looks like a credential, and ARG leaves it in the image's history"


def value_of(step: Step, written: str | None) -> tuple[bool, str | None]:
    """Whether the file gives a value, and the value: None when a build argument does."""
    if written is None:
        return True, None
    if step.name == "ARG" and not written.strip("\"'"):
        return True, None
    names = {one.name for one in references(written, step.stage.build.tree.escape)}
    if names and step.onbuild:
        return True, None
    if names and not any(step.before.sets("build_env", name) for name in names):
        rest = step.expand(written)
        return isinstance(rest, Known), str(rest.value) if isinstance(rest, Known) else None
    value = step.expand(written)
    if isinstance(value, Known) and (value.firm or not names):
        return True, str(value.value)
    return True, None
