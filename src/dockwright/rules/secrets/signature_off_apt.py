"""DW3212 signature-off-apt."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, ShellWord, lazy, re, unsafe
from dockwright.rules.secrets._calls import calls, text, written

_APT = ("apt-get", "apt", "aptitude")
_SWITCHES = (
    "--allow-unauthenticated",
    "--force-yes",
    "--allow-insecure-repositories",
    "--no-gpg-check",
)
_KEY = lazy(
    r"(?:APT::Get::AllowUnauthenticated|Acquire::AllowInsecureRepositories"
    r"|APT::Get::force-yes)[\s=\"']+(?:true|yes|1|on)\b",
    re.IGNORECASE,
)
_TRUSTED = lazy(
    r"\bdeb(?:-src)?\s+\[[^\]\n]*\btrusted\s*=\s*\"?yes\b[^\]\n]*\]\s+(?!file:|copy:|cdrom:|/)",
    re.IGNORECASE,
)
_QUICK = ("llow", "force-yes", "trusted")


class SignatureOffApt(Rule):
    """
    Let apt check the signature of its repositories.

    Without the check anybody on the way, or on a mirror, can send packages of his own, and their
    scripts run as root in the build. Give the repository's key by `signed-by=`.

    Silent about repositories in the local file system (`file:`), and about comments.
    """

    code = "DW3212"
    name = "signature-off-apt"
    severity = "warning"
    tags = ("security", "apt", "signature")
    mentions = (
        "allow-unauthenticated",
        "force-yes",
        "allowunauthenticated",
        "allowinsecure",
        "trusted=yes",
        "allow-insecure",
        "trusted",
    )
    also = ("checkov:CKV2_DOCKER_8", "checkov:CKV2_DOCKER_11")

    examples = (
        Bad(
            "FROM debian:12\nRUN apt-get install -y --allow-unauthenticated curl\n",
            at="--allow-unauthenticated",
            fixed="FROM debian:12\nRUN apt-get install -y curl\n",
        ),
        Bad(
            "FROM debian:12\nRUN apt-get -y --force-yes install curl\n",
            at="--force-yes",
            fixed="FROM debian:12\nRUN apt-get -y install curl\n",
        ),
        Bad(
            "FROM debian:12\nRUN apt-get -o APT::Get::AllowUnauthenticated=true install -y curl\n",
            at="APT::Get::AllowUnauthenticated=true",
            fixed="FROM debian:12\nRUN apt-get install -y curl\n",
        ),
        Bad(
            "FROM debian:12\n"
            "RUN echo 'deb [trusted=yes] https://example.com/apt a b' > /etc/apt/sources.list\n",
            at="deb [trusted=yes] ",
        ),
        Bad(
            "FROM debian:12\n"
            "RUN echo 'APT::Get::AllowUnauthenticated \"true\";' > /etc/apt/apt.conf.d/9\n",
            at='APT::Get::AllowUnauthenticated "true',
        ),
        Good("FROM debian:12\nRUN apt-get install -y --allow-downgrades curl\n"),
        Good("FROM debian:12\nRUN echo 'deb [trusted=yes] file:/packages ./' > /etc/apt/a.list\n"),
        Good("FROM debian:12\nRUN rpm --force-yes\n"),
    )

    def check(self, run: RunStep) -> Findings:
        whole = text(run)
        if not any(mark in whole for mark in _QUICK):
            return
        options: list[ShellWord] = []
        for one in calls(run, *_APT):
            for at, word in enumerate(one.args):
                words = [word]
                name, _, value = word.shape.partition("=")
                setting = ""
                if word.shape in ("-o", "--option") and at + 1 < len(one.args):
                    words = [word, one.args[at + 1]]
                    setting = words[1].shape
                elif name == "--option" or (word.shape.startswith("-o") and "::" in word.shape):
                    setting = value if name == "--option" else word.shape[2:]
                if (name in _SWITCHES and value != "false") or (setting and _KEY.match(setting)):
                    options.extend(words)
                    shown = setting.partition("=")[0] or name
                    yield self.at(
                        words[-1], f"`{shown}` installs packages without a valid signature"
                    ).fix("check signatures", unsafe(run.delete_words(*words)))
        script = run.script
        if script is None:
            return
        for pattern, what in ((_KEY, "this setting"), (_TRUSTED, "`trusted=yes`")):
            for match in written(run, pattern):
                if not any(word.start <= match.start() < word.end for word in options):
                    yield self.at(
                        script.joined.span(match.start(), match.end()),
                        f"{what} switches the signature check of apt off",
                    )
