"""apk and dnf: nothing is more than likely, and what was there stays."""

import pytest

from tests.model.effects.bases import ask

ADD = "apk add --no-cache"


@pytest.mark.parametrize(
    ("dockerfile", "answers"),
    [
        (
            f"FROM alpine\nRUN {ADD} curl=8.1 python3~3.12",
            {
                "program curl": "True?",
                "program python3": "True?",
                "program python": None,
                "program pip": "False?",
                "program git": "False?",
                "program bash": "False?",
                "program wget": True,
                "path /usr/local/bin/tool": False,
                "path /opt/tool": False,
                "path /usr/share/anything": None,
                "apk curl": "True?",
                "apk git": None,
                "user app": False,
            },
        ),
        # A package that makes users, and one nobody knows.
        (f"FROM alpine\nRUN {ADD} nginx", {"program nginx": "True?", "user app": None}),
        # One that makes none of its own, but brings one along that does.
        (
            f"FROM alpine\nRUN {ADD} postgresql-client",
            {"user postgres": None, "user app": False, "user \0": None},
        ),
        (f"FROM alpine\nRUN {ADD} shadow", {"group utmp": False, "user \0": False}),
        (f"FROM alpine\nRUN {ADD} py3-virtualenv", {"program virtualenv": None, "user app": None}),
        # What Debian's package of the name brings may come here too.
        (f"FROM alpine\nRUN {ADD} imagemagick", {"program convert": None}),
        (
            f"FROM alpine\nRUN {ADD} curl $(cat list)",
            {"program curl": "True?", "program git": None, "user app": None},
        ),
        (f"FROM alpine\nRUN {ADD} -X https://x/y curl", {"program git": None, "user app": None}),
        (
            f"FROM alpine\nRUN echo https://x >> /etc/apk/repositories && {ADD} curl",
            {"program curl": "True?", "program git": None},
        ),
        ("FROM alpine\nRUN apk --no-cache -U add bash", {"path /bin/bash": "True?"}),
        ("FROM alpine\nRUN apk add --simulate curl", {"program curl": False}),
        # What a package nobody has noted brings is not known; headers bring no git.
        (f"FROM alpine\nRUN {ADD} xfce4", {"program startxfce4": None, "program git": None}),
        (
            f"FROM alpine\nRUN {ADD} alpine-sdk libffi-dev some-dev",
            {"program git": "True?", "program npm": "False?", "program python3": None},
        ),
        # Alpine's own repositories have the same packages by these names.
        (
            (
                "FROM alpine\nRUN echo http://dl-cdn.alpinelinux.org/alpine/edge/testing"
                f" >> /etc/apk/repositories && {ADD} curl opus py3-numpy"
            ),
            {"program curl": "True?", "program git": "False?", "program pip3": "False?"},
        ),
        (
            f"FROM alpine\nRUN {ADD} -X http://dl-cdn.alpinelinux.org/alpine/edge/main curl",
            {"program git": "False?"},
        ),
        # A program that is not there does not bring itself.
        (
            f"FROM alpine\nRUN {ADD} curl; go-wrapper download || true",
            {"program go-wrapper": "False?", "program other": None},
        ),
        # What a package of the table depends on may come too.
        (f"FROM alpine\nRUN {ADD} supervisor", {"program python3": None}),
        ("FROM alpine\nRUN apk add -p /new curl", {"program curl": False, "path /new/x": None}),
        ("FROM alpine\nRUN apk update", {"program curl": False, "user app": False}),
        ("FROM alpine\nRUN apk upgrade", {"program curl": "False?", "program sh": True}),
        (
            f"FROM alpine\nRUN apk upgrade && {ADD} curl",
            {"program curl": "True?", "program git": "False?"},
        ),
        # What a virtual package held together may go; what was there before it stays.
        (
            f"FROM alpine\nRUN {ADD} git && {ADD} -t .d gcc make && apk del .d",
            {
                "program gcc": None,
                "program make": None,
                "program git": "True?",
                "program sh": True,
                "program curl": "False?",
            },
        ),
        (
            f"FROM alpine\nRUN {ADD} --virtual=.d gcc\nRUN {ADD} curl\nRUN apk del .d",
            {"program gcc": None, "program curl": "True?"},
        ),
        (f"FROM alpine\nRUN {ADD} curl git && apk del curl", {"program curl": None}),
        ("FROM alpine\nRUN apk del apk-tools", {"program sh": None, "path /bin": True}),
        ("FROM alpine\nRUN apk add ./x.apk", {"program git": None, "path /opt/x": None}),
        (
            "FROM fedora\nRUN dnf install -y git which.x86_64",
            {
                "program git": "True?",
                "program which": "True?",
                "program curl": "False?",
                "program sh": True,
                "rpm git": "True?",
                "user app": None,
            },
        ),
        ("FROM fedora\nRUN dnf -y groupinstall 'Development Tools'", {"program gcc": None}),
        ("FROM fedora\nRUN dnf install -y https://x/y.rpm", {"program gcc": None}),
        ("FROM fedora\nRUN dnf install -y tar && dnf clean all", {"user app": False}),
        (
            "FROM fedora\nRUN dnf install -y jq && dnf remove -y jq",
            {"program jq": None, "program sh": True},
        ),
        ("FROM fedora\nRUN rpm -Uvh /x.rpm", {"program gcc": None, "user app": None}),
        ("FROM fedora\nRUN rpm -qa", {"program gcc": False}),
        ("FROM fedora\nRUN dnf --installroot /new install -y gcc", {"program gcc": False}),
    ],
)
def test_contents(dockerfile: str, answers: dict[str, object]) -> None:
    assert {question: ask(dockerfile, question) for question in answers} == answers
