"""DW3103 credential-in-url."""

from dockwright.rules.api import (
    AnyStep,
    Bad,
    Draft,
    Findings,
    Good,
    Rule,
    Span,
    placeholder,
    re,
    urls_with_password,
)
from dockwright.rules.secrets._hosts import local, private

_EXAMPLE = ("password", "passwd", "pass", "pw", "secret", "passw0rd", "token", "pwd")
_HOSTS = ("host", "hostname", "server", "proxy", "db", "database", "localhost", "example")
_STEPS = ("RUN", "ENV", "ARG", "ADD", "LABEL", "CMD", "ENTRYPOINT", "HEALTHCHECK", "COPY")


class CredentialInUrl(Rule):
    """
    Take user and password out of URLs.

    They stay in the history of the image, in logs, and in the Dockerfile's repository. Use a secret
    mount with a `.netrc`, or `--mount=type=ssh` for git.

    Silent when one of the two is a variable, about the loopback, and about examples such as
    `user:password@host`.
    """

    code = "DW3103"
    name = "credential-in-url"
    severity = "error"
    tags = ("security", "secrets")
    mentions = ("://",)

    examples = (
        Bad(
            "FROM debian:12\nRUN git clone https://bot:hunter2@git.example.org/a.git\n",
            at="bot:hunter2@",
        ),
        Bad(
            "FROM debian:12\nENV DATABASE_URL=postgres://app:hunter2@db.example.org/app\n",
            at="app:hunter2@",
        ),
        Good("FROM debian:12\nRUN git clone https://$USER:$TOKEN@git.example.org/a.git\n"),
        Good("FROM debian:12\nENV DATABASE_URL=postgres://app:app@localhost/app\n"),
        Good("FROM debian:12\nENV PROXY=http://user:password@proxy.example.com\n"),
        Good("FROM debian:12\nRUN git clone ssh://git@git.example.org/a.git\n"),
        Good("FROM debian:12\nRUN curl https://example.org:8443/a@b\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.name not in _STEPS:
            return
        node = step.node
        joined = node.joined
        if "@" not in joined.text and not node.heredocs:
            return
        for match in urls_with_password(joined.text):
            if not _harmless(match):
                yield self._found(joined.span(match.start(2), match.start(4)), match)
        for heredoc in node.heredocs:
            for match in urls_with_password(heredoc.content):
                at = heredoc.body.start
                if not _harmless(match):
                    yield self._found(Span(at + match.start(2), at + match.start(4)), match)

    def _found(self, span: Span, match: "re.Match[str]") -> Draft:
        return self.at(
            span,
            f"the URL of {match[4]} holds a user and password",
            likely=private(match[0][: match.start(2) - match.start()] + match[4]),
        )


def _harmless(match: "re.Match[str]") -> bool:
    user, secret, host = match[2], match[3], match[4].lower()
    if local(match[0][: match.start(2) - match.start()] + host) or placeholder(secret):
        return True
    if host in _HOSTS or host.endswith((".example.com", ".example")) or host == "example.com":
        return True
    return secret.lower() in _EXAMPLE and user.lower() in ("user", "username", "login", "name", "")
