"""DW2207 download-without-fail-flag."""

from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Remedy,
    Rule,
    RunStep,
    command,
    lazy,
    unsafe,
)

FAIL = ("-f", "--fail", "--fail-with-body", "--fail-early")
FOLLOW = ("-L", "--location", "--location-trusted")
# Options that ask about the answer, or send something: no plain download.
OTHER = ("-I", "--head", "-w", "--write-out", "-V", "--version", "-T", "--upload-file", "-K")
OTHER_LONG = ("--config", "--help", "--data", "--form", "--request")
CHECKS = ("sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "md5sum", "shasum")
# They always answer with a redirect.
_REDIRECTS = lazy(
    r"https?://github\.com/[^/]+/[^/]+/(releases/(download|latest)|archive|raw|zipball|tarball)/"
)
_CLUSTER = lazy(r"-[a-zA-Z#]{2,}")


class DownloadWithoutFailFlag(Rule):
    """
    Give `curl` the option `-f` when it downloads a file in a build.

    Without it `curl` succeeds when the server answers "404" or "500", and the error page is what
    ends up in the file or in the program behind the pipe. Without `-L` the same happens with the
    redirects that GitHub answers downloads with.

    Silent when the output is only shown, thrown away or checked by `-w` or a checksum in the same
    `RUN`; for calls that send something; and in a condition.
    """

    code = "DW2207"
    name = "download-without-fail-flag"
    severity = "warning"
    tier = "preview"
    tags = ("download", "errors")
    also = ("parfum:curlUseFlagF", "parfum:curlUseFlagL", "tally:curl-should-follow-redirects")
    on = command("curl")

    examples = (
        Bad(
            "FROM debian:12\nRUN curl -sSLo /x.tgz https://a.example/x.tgz\n",
            at="curl",
            fixed="FROM debian:12\nRUN curl -fsSLo /x.tgz https://a.example/x.tgz\n",
        ),
        Bad(
            "FROM debian:12\nRUN curl https://a.example/install | sh\n",
            at="curl",
            fixed="FROM debian:12\nRUN curl -f https://a.example/install | sh\n",
        ),
        Bad(
            "FROM debian:12\nRUN curl -fO https://github.com/a/b/releases/download/v1/b.tgz\n",
            at="curl",
            fixed="FROM debian:12\n"
            "RUN curl -L -fO https://github.com/a/b/releases/download/v1/b.tgz\n",
        ),
        Good("FROM debian:12\nRUN curl -fsSL https://a.example/install | sh\n"),
        Good("FROM debian:12\nRUN curl --fail -O https://a.example/x.tgz\n"),
        Good("FROM debian:12\nRUN curl https://a.example/ping\n"),
        Good("FROM debian:12\nRUN curl -o /dev/null https://a.example/ping\n"),
        Good(
            "FROM debian:12\nRUN curl -LO https://a.example/x && echo '1  x' | sha256sum -c -\n",
        ),
        Good("FROM debian:12\nRUN curl -fO https://a.example/x.tgz\n"),
    )

    def check(self, run: RunStep) -> Findings:
        script = run.script
        if script is None or script.damaged is not None:
            return
        checked = any(one.name in CHECKS and one.has("-c", "--check") for one in script.commands)
        for one in run.command("curl"):
            if checked or "condition" in one.within or not _downloads(one):
                continue
            if not one.has(*FAIL):
                message = "`curl` without `-f` takes an error page for the file"
                yield self.at(one.name_span, message).fix(
                    "fail on errors of the server", _fail(run, one)
                )
            elif not one.has(*FOLLOW) and any(_REDIRECTS.match(word.shape) for word in one.args):
                message = (
                    "GitHub answers with a redirect, and `curl` without `-L` does not follow it"
                )
                yield self.at(one.name_span, message).fix(
                    "follow redirects", _insert(run, one, "-L")
                )


def _downloads(one: Command) -> bool:
    """Whether the body of the answer goes into a file or a program."""
    for word in one.args:
        shape = word.shape
        if shape.startswith("file:") or shape.startswith(OTHER_LONG) or shape in ("-d", "-F", "-X"):
            return False
        if shape.startswith("-X") or (
            word.variables and shape.startswith("${}") and not word.quoted
        ):
            return False
    if one.has(*OTHER):
        return False
    target = _target(one)
    if target is not None:
        return not target.startswith("/dev/")
    if one.has("-O", "--remote-name", "--remote-name-all", "-J", "--remote-header-name"):
        return True
    for redirect in one.redirects:
        if redirect.operator in (">", ">>", ">|") and redirect.descriptor in ("", "1"):
            return redirect.target is None or not redirect.target.shape.startswith("/dev/")
    return bool(one.within) and one.within[-1] == "pipe"


def _target(one: Command) -> str | None:
    """The file `-o` names, "" when it is not literal."""
    for index, word in enumerate(one.args):
        shape = word.shape
        if shape.startswith("--output="):
            return shape[9:]
        if shape in ("-o", "--output") or (_CLUSTER.fullmatch(shape) and shape.endswith("o")):
            return one.args[index + 1].shape if index + 1 < len(one.args) else ""
        if shape.startswith("-o") and len(shape) > 2:
            return shape[2:]
    return None


def _fail(run: RunStep, one: Command) -> Remedy | None:
    first = one.args[0] if one.args else None
    if first is not None and _CLUSTER.fullmatch(first.text) and first.text[1] in "sSLkv":
        return unsafe(run.insert(first.span.start + 1, "f"))
    return _insert(run, one, "-f")


def _insert(run: RunStep, one: Command, option: str) -> Remedy | None:
    if run.node.is_json or not one.words[0].text.endswith("curl"):
        return None
    return unsafe(run.insert_after(one.words[0], f" {option}"))
