"""DW3006 password-set-in-build."""

from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Rule,
    RunStep,
    ShellWord,
    command,
    lazy,
    re,
)
from dockwright.rules.users._accounts import Options

_CRYPT = lazy(r"\b(?:openssl\s+passwd|mkpasswd|crypt\.?\w*\()")
_LOCKED = ("!", "*", "x")


class PasswordSetInBuild(Rule):
    """
    Do not give an account a password while the image is built.

    Everybody who has the image has the password, or its hash to guess it from, and everybody who
    reads the Dockerfile or the history has it too. All containers share it. Use keys, or set it
    when the container starts.

    Silent about locked and deleted passwords (`usermod -p '*'`, `passwd -l`, `passwd -d`), about
    random ones, and about those read from a file or a secret mount.
    """

    code = "DW3006"
    name = "password-set-in-build"
    severity = "warning"
    tags = ("secrets", "user")
    also = ("checkov:CKV2_DOCKER_17", "dockle:DKL-LI-0001")
    on = command("chpasswd", "passwd", "usermod", "useradd", "adduser")

    examples = (
        Bad("FROM debian:12\nRUN echo 'root:toor' | chpasswd\n", at="chpasswd"),
        Bad('FROM debian:12\nARG PW\nRUN echo "root:$PW" | chpasswd\n', at="chpasswd"),
        Bad('FROM debian:12\nRUN bash -c true; chpasswd <<< "app:app"\n', at="chpasswd"),
        Bad("FROM fedora:41\nRUN echo toor | passwd --stdin root\n", at="passwd"),
        Bad("FROM debian:12\nRUN useradd -m -p '$6$ab$cd' app\n", at="-p"),
        Bad(
            'FROM debian:12\nRUN usermod --password "$(openssl passwd -6 toor)" root\n',
            at="--password",
        ),
        Good("FROM debian:12\nRUN usermod -p '*' app && passwd -d root && passwd -l app\n"),
        Good("FROM debian:12\nRUN useradd -p '!' app\n"),
        Good('FROM debian:12\nRUN echo "root:$(openssl rand -hex 16)" | chpasswd\n'),
        Good(
            "FROM debian:12\n"
            'RUN --mount=type=secret,id=pw echo "root:$(cat /run/secrets/pw)" | chpasswd\n'
        ),
        Good("FROM debian:12\nRUN chpasswd < /run/secrets/accounts\n"),
    )

    def check(self, run: RunStep) -> Findings:
        for one in run.command("chpasswd", "passwd"):
            if one.name == "passwd" and one.has("-l", "-d", "-e", "-u", "-S", "--lock", "--delete"):
                continue
            for word in _input(run, one):
                if one.name == "chpasswd" and _locked(word.shape.partition(":")[2]):
                    continue
                verdict = _fixed(run, word)
                if verdict:
                    account = _account(one, word)
                    yield self.at(
                        one.words[0],
                        f"the password of {account} is set in the image",
                        likely=verdict == "likely",
                    )
                    break
        for one in run.command("usermod", "useradd", "adduser"):
            given = Options(one).given.get("password")
            if given is None:
                continue
            word, start = given
            if word.value is not None and not _locked(word.value[start:]):
                verdict = "certain"
            elif word.substitutes and _CRYPT.search(word.text) and "stdin" not in word.text:
                verdict = "likely"
            elif not word.substitutes and word.variables:
                verdict = _fixed(run, word)
            else:
                continue
            if verdict:
                yield self.at(
                    _option(one, word),
                    f"`{one.name}` sets a password in the image",
                    likely=verdict == "likely",
                )


def _input(run: RunStep, one: Command) -> list[ShellWord]:
    """The words whose text reaches the command's standard input."""
    for redirect in one.redirects:
        if redirect.operator == "<<<" and redirect.target is not None:
            return [redirect.target]
        if redirect.operator.startswith("<"):
            return []
    if one.operator != "|":
        return []
    around = (*one.within[:-1], "pipe")
    for other in reversed([c for c in run.commands if c.start < one.start]):
        if tuple(other.within) == around:
            if other.name in ("echo", "printf"):
                return [word for word in other.args if not word.shape.startswith("-")][:1]
            return []
    return []


def _locked(value: str) -> bool:
    return not value or value.startswith(_LOCKED[:2]) or value == _LOCKED[2]


def _fixed(run: RunStep, word: ShellWord) -> str:
    """Whether the text is the same in every build: "certain", "likely", or "" when it is not."""
    if word.value is not None:
        return "certain"
    if word.substitutes or not word.variables:
        return ""
    own = {name for command in run.commands for name, _ in command.assignments}
    declared = [name for name in word.variables if run.before.variable(name) is not None]
    if own.intersection(word.variables) or len(declared) != len(word.variables):
        return ""
    named = {pair.key for step in _setters(run) for pair in step.node.pairs}
    return "likely" if named.issuperset(word.variables) else ""


def _setters(run: RunStep) -> list[RunStep]:
    stages = run.stage.lineage()
    return [step for one in stages for step in one.steps if step.name in ("ARG", "ENV")]


def _account(one: Command, word: ShellWord) -> str:
    if one.name == "passwd":
        operands = one.operands()
        name = operands[0].value if operands else "root"
    else:
        name = word.shape.partition(":")[0]
    return name if name and re.fullmatch(r"[a-z_][\w.-]*", name, re.IGNORECASE) else "an account"


def _option(one: Command, word: ShellWord) -> ShellWord:
    """The word with the option, never the one with the value alone."""
    words = list(one.words)
    at = words.index(word)
    return word if word.shape.startswith("-") else words[at - 1]
