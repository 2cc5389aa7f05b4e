"""DW4205 label-key."""

from dockwright.rules.api import Bad, Findings, Good, LabelStep, Rule, known, lazy, unsafe

KEY = lazy(r"[a-z](?:[a-z0-9._/-]*[a-z0-9])?\Z")
REPEATED = lazy(r"\.\.|--")
RESERVED = ("com.docker.", "io.docker.", "org.dockerproject.")
# Docker documents these for authors of Docker Desktop extensions.
OPEN = ("com.docker.desktop.extension.", "com.docker.extension.")


class LabelKey(Rule):
    """
    Write label keys in lower case, with single dots and dashes, in a namespace of your own.

    Docker asks for keys that begin with a lower-case letter, end with a letter or digit and have
    only lower-case letters, digits, dots and dashes between; `_` and `/` are in wide use and pass.
    `com.docker`, `io.docker` and `org.dockerproject` are Docker's own. Tools compare keys as text,
    so `Version` and `version` are two labels.

    Silent for the labels of Docker Desktop extensions and when only the build knows the key.
    """

    code = "DW4205"
    name = "label-key"
    severity = "info"
    tags = ("label",)
    also = ("hadolint:DL3048", "tally:labels/valid-key")

    examples = (
        Bad(
            'FROM debian:12\nLABEL Version="1" \\\n    vendor=x\n',
            at="Version",
            fixed='FROM debian:12\nLABEL version="1" \\\n    vendor=x\n',
        ),
        Bad(
            "FROM debian:12\nLABEL com.docker.team=x a..b=1 -a=2\n",
            at=("com.docker.team", "a..b", "-a"),
        ),
        Bad('FROM debian:12\nLABEL "build date"=today\n', at='"build date"'),
        Good("FROM debian:12\nLABEL org.opencontainers.image.ref.name=x a_b/c1=y\n"),
        Good("FROM debian:12\nLABEL io.k8s.display-name=z\n"),
        Good("FROM debian:12\nARG PREFIX\nLABEL ${PREFIX}.Name=x\n"),
        Good("FROM debian:12\nLABEL com.docker.desktop.extension.api.version=1\n"),
    )

    def check(self, step: LabelStep) -> Findings:
        for pair in step.node.pairs:
            key = known(step.expand(pair.key))
            if key is None or _fits(key):
                continue
            if key.startswith(RESERVED):
                message = f"the namespace of `{key}` is Docker's own"
            else:
                message = f"`{key}` is no label key as Docker wants them"
            draft = self.at(pair.key_span, message)
            lowered = key.lower()
            if lowered != key and pair.key == key and _fits(lowered):
                draft.fix("write it in lower case", unsafe(step.replace(pair.key_span, lowered)))
            yield draft


def _fits(key: str) -> bool:
    """Whether `key` is one as Docker wants them."""
    if key.startswith(RESERVED) and not key.startswith(OPEN):
        return False
    return KEY.match(key) is not None and REPEATED.search(key) is None
