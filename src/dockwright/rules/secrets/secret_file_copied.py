"""DW3102 secret-file-copied."""

from dockwright.rules.api import AnyStep, Bad, Findings, Good, Rule, lazy, re

# Every name below holds one of these.
_MARKS: tuple[str, ...] = (
    *("id_", "rc", "pass", "git-", "docker", "cnf", "key", "ppk", "kube", "private", ".env"),
    *("p12", "pfx", "jks", "cred", "secret", "account", "boto", "s3cfg", "vault", "aws"),
    *("azure", "ssh", "gnupg", "gcloud"),
)
_CERTAIN = lazy(
    r"(?:[\w.-]+[._-])?id_(?:rsa|dsa|ecdsa|ed25519)(?:_\w+)?|\.netrc|_netrc|\.pgpass|\.git-credentials|\.dockercfg"
    r"|\.pypirc|\.my\.cnf|\.htpasswd|privkey\.pem|.*\.ppk|kubeconfig|.*[._-]kubeconfig"
    r"|(?:.*[._-])?private(?:[._-]?key)?\.(?:pem|key)"
)
_LIKELY = lazy(
    r"\.env(?:\.[\w-]+)?|[\w-]+\.env|\.npmrc|\.yarnrc|.*\.key|.*[._-]key\.pem|key\.pem"
    r"|.*\.(?:p12|pfx|jks|keystore)|credentials(?:\.\w+)?|secrets?\.(?:ya?ml|json|env|toml)"
    r"|service[-_]?account.*\.json|.*credentials.*\.json|\.boto|\.s3cfg|\.vault-token"
)
_FOLDERS = lazy(
    r"(?:^|/)(?:\.aws/credentials|\.docker/config\.json|\.kube/config|\.azure/\w+\.json|\.ssh"
    r"|\.gnupg|\.config/gcloud)/?$"
)
_KEY = lazy(r"(?:^|/)\.ssh/id_[a-z0-9]+$")
_HARMLESS = lazy(
    r".*\.pub|.*(?:example|sample|template|dist|tmpl|tpl|defaults?|test|testing|fixture|dummy|schema|insecure"
    r"|public|pub|gpg|apt|repo|release|archive|signing|rpm|keyring).*|npmrc\.sh",
    re.IGNORECASE,
)


class SecretFileCopied(Rule):
    """
    Keep files with credentials out of the image.

    What one layer holds, everybody with the image can read, also when a later `RUN rm` removes it.
    Mount it for the step that needs it (`RUN --mount=type=secret`), or give it to the container
    when it starts.

    Silent in stages whose file system does not ship, about copies from other stages, public keys,
    certificates, and examples such as `.env.example`, and about a pattern such as `.npmrc*` where
    another instruction takes the whole build context in any case. Files that hold no credential in
    many projects (`.env`, `.npmrc`, `*.key`) and patterns are "likely" only.
    """

    code = "DW3102"
    name = "secret-file-copied"
    severity = "warning"
    tags = ("security", "secrets", "copy")
    also = ("trivy:DS-0031", "dockle:CIS-DI-0010")

    examples = (
        Bad("FROM debian:12\nCOPY id_rsa /root/.ssh/id_rsa\n", at="id_rsa"),
        Bad("FROM debian:12\nCOPY deploy_key /root/.ssh/id_ed25519\n", at="deploy_key"),
        Bad("FROM debian:12\nCOPY package.json .npmrc ./\n", at=".npmrc"),
        Bad("FROM debian:12\nADD conf/.env.production /srv/.env\n", at="conf/.env.production"),
        Bad('FROM debian:12\nCOPY ["tls/server.key", "/etc/tls/"]\n', at='"tls/server.key"'),
        Bad("FROM debian:12\nCOPY home/.aws/credentials /root/.aws/\n", at="home/.aws/credentials"),
        Bad("FROM node:20\nCOPY package.json .npmrc* ./\nRUN npm ci\n", at=".npmrc*"),
        Good("FROM node:20\nCOPY package.json .npmrc* ./\nRUN npm ci\nCOPY . .\n"),
        Good("FROM debian:12\nCOPY id_rsa.pub .env.example ca.pem server.crt /srv/\n"),
        Good("FROM debian:12 AS b\nCOPY .npmrc .\nFROM scratch\nCOPY --from=b /a /a\n"),
        Good("FROM debian:12\nCOPY --from=build /srv/server.key /srv/\n"),
        Good("FROM debian:12\nCOPY nginx.gpg.key /usr/share/keyrings/\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        node = step.node
        if step.name not in ("COPY", "ADD") or len(node.args) < 2 or node.flag("from") is not None:
            return
        if not step.stage.shipped:
            return
        for word in node.args[:-1]:
            path = word.value.strip("\"'")
            name = path.rstrip("/").rpartition("/")[2]
            # Most paths need no more than this, and the patterns below are slow to compile.
            lowered = f"{path} {node.args[-1].value}".lower()
            if not any(mark in lowered for mark in _MARKS):
                continue
            if "://" in path or path.startswith("<<") or _HARMLESS.fullmatch(name):
                continue
            certain = bool(_CERTAIN.fullmatch(name) or _FOLDERS.search(path))
            certain = certain or (len(node.args) == 2 and bool(_KEY.search(node.args[-1].value)))
            if not certain and not _LIKELY.fullmatch(name.replace("*", "")):
                continue
            if "*" in name and _takes_all(step):
                continue
            if "keyrings" in node.args[-1].value or "/etc/apk/keys" in node.args[-1].value:
                continue
            yield self.at(
                word,
                f"{name or path} holds credentials by its name, and goes into the image",
                likely=not certain or "*" in name or "$" in path,
            )


def _takes_all(step: AnyStep) -> bool:
    """Whether the stage copies the whole build context besides."""
    return any(
        other.name in ("COPY", "ADD")
        and other.node.flag("from") is None
        and any(word.value.rstrip("/") in (".", "") for word in other.words[:-1])
        for other in step.stage.steps
        if other is not step
    )
