"""Users, secrets and integrity: layouts and near misses that the examples leave out."""

import pytest

from dockwright.check import registry
from dockwright.check.run import Plan
from dockwright.findings.finding import Finding
from dockwright.model.secrecy import verdict
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text import patch
from dockwright.text.source import Source
from tests.support.models import build_of


def findings(code: str, text: str) -> list[Finding]:
    entry = registry.find(code)
    assert entry is not None
    return Plan([entry]).run(build_of(text))


FIXES = [
    # The switch is the last word, on a line of its own.
    (
        "DW3202",
        "FROM a\nRUN wget -q https://a.io/a \\\n  --no-check-certificate\nCMD b\n",
        "FROM a\nRUN wget -q https://a.io/a\nCMD b\n",
    ),
    # The switch begins a continued line that goes on.
    (
        "DW3202",
        "FROM a\nRUN wget \\\n  --no-check-certificate https://a.io/a\n",
        "FROM a\nRUN wget \\\n  https://a.io/a\n",
    ),
    # A comment inside the continuation stays.
    (
        "DW3201",
        "FROM a\nRUN curl \\\n  # no certificate\n  -k \\\n  https://a.io/a\n",
        "FROM a\nRUN curl \\\n  # no certificate\n  https://a.io/a\n",
    ),
    # Windows line endings.
    (
        "DW3201",
        "FROM a\r\nRUN curl \\\r\n  --insecure \\\r\n  https://a.io/a\r\n",
        "FROM a\r\nRUN curl \\\r\n  https://a.io/a\r\n",
    ),
    ("DW3201", "FROM a\nRUN curl -kL https://a.io/a\n", "FROM a\nRUN curl -L https://a.io/a\n"),
    (
        "DW3201",
        "FROM a\nRUN <<EOF\ncurl -sk https://a.io/a\nEOF\n",
        "FROM a\nRUN <<EOF\ncurl -s https://a.io/a\nEOF\n",
    ),
    # The last pair of an ENV of several lines.
    (
        "DW3205",
        "FROM a\nENV A=1 \\\n    NODE_TLS_REJECT_UNAUTHORIZED=0\nRUN b\n",
        "FROM a\nENV A=1\nRUN b\n",
    ),
    (
        "DW3205",
        "FROM a\nENV NODE_TLS_REJECT_UNAUTHORIZED=0 \\\n    A=1\nRUN b\n",
        "FROM a\nENV \\\n    A=1\nRUN b\n",
    ),
    (
        "DW3204",
        "FROM a\nRUN A=1 PYTHONHTTPSVERIFY=0 B=2 python a.py\n",
        "FROM a\nRUN A=1 B=2 python a.py\n",
    ),
    (
        "DW3204",
        "FROM a\nRUN export A=1 PYTHONHTTPSVERIFY=0 && python a.py\n",
        "FROM a\nRUN export A=1 && python a.py\n",
    ),
    (
        "DW3213",
        "FROM a\nRUN cat <<EOF > /etc/yum.repos.d/a\n[a]\ngpgcheck=0\nEOF\n",
        "FROM a\nRUN cat <<EOF > /etc/yum.repos.d/a\n[a]\ngpgcheck=1\nEOF\n",
    ),
    (
        "DW3004",
        "FROM scratch\nUSER root\nRUN sudo \\\n  make\n",
        "FROM scratch\nUSER root\nRUN make\n",
    ),
    ("DW3203", 'FROM a\nRUN ["pip", "install", "--trusted-host", "h", "a"]\n', None),
    ("DW3201", 'FROM a\nRUN ["curl", "-k", "https://a.io"]\n', None),
    ("DW3003", "FROM a\nRUN useradd -u 7 app || true\nRUN useradd -u 8 app\nUSER app\n", None),
    ("DW3003", "FROM a\nARG U=7\nRUN useradd -u $U app\nUSER app\n", None),
    ("DW3003", "FROM a\nENV N=app\nRUN useradd -u 7 app\nUSER $N\n", None),
    ("DW3001", "FROM a\nRUN useradd b && useradd c\nUSER root\n", None),
    # A user that another stage made is no user of this one.
    ("DW3001", "FROM a AS x\nRUN useradd b\nFROM a\nUSER root\n", None),
]


@pytest.mark.parametrize(("code", "text", "fixed"), FIXES)
def test_fix(code: str, text: str, fixed: str | None) -> None:
    found = findings(code, text)
    assert found
    if fixed is None:
        assert not found[0].fixes
        return
    result = patch.apply(text, found[0].fixes[0].edits)
    assert result == fixed
    assert not findings(code, result)
    assert not parse(Source("Dockerfile", result)).problems


SILENT = [
    ("DW3001", "FROM a\nUSER root\nONBUILD USER app\nUSER app\n"),
    ("DW3001", "FROM a\nUSER root\nENTRYPOINT exec gosu app a\n"),
    ("DW3001", "FROM a\nUSER root\nCOPY --from=tianon/gosu /gosu /bin/\nENTRYPOINT e\n"),
    ("DW3002", 'FROM scratch AS a\nUSER 1\nFROM a\nCMD ["a"]\n'),
    ("DW3004", "FROM a\nRUN apk add sudo && sed -i s/a/b/ /etc/sudoers && adduser b sudo\n"),
    ("DW3006", "FROM a\nRUN P=$(pwgen) && echo root:$P | chpasswd\n"),
    ("DW3006", "FROM a\nRUN cat accounts | chpasswd\n"),
    ("DW3009", "FROM scratch\nCOPY --from=b / /\nUSER app\n"),
    ("DW3009", "FROM scratch\nCOPY --from=b /etc/passwd /etc/\nUSER app\n"),
    ("DW3009", "FROM scratch\nCOPY a /a\nUSER root\n"),
    ("DW3009", "FROM scratch\nARG U=app\nCOPY a /a\nUSER $U\n"),
    ("DW3101", "FROM a\nENV MAX_TOKENS=100 TOKEN_TTL=1h KEY=a PASS=1\n"),
    (
        "DW3102",
        "FROM a\nCOPY --from=b id_rsa /\nADD https://a.io/release.key /\nCOPY .env.dist /\n",
    ),
    ("DW3102", "FROM a\nCOPY <<.env /a\nA=1\n.env\n"),
    ("DW3103", "FROM a\nRUN a https://user:${PASS}@h.io https://u:$P@h.io git@h.io:a/b\n"),
    ("DW3201", "FROM a\nRUN curl -o k -Ak https://a.io && echo curl -k\n"),
    ("DW3207", "FROM a\nRUN git config --global http.sslCAPath /a && git log --grep=sslVerify\n"),
    ("DW3212", "FROM a\nRUN apt-get install --allow-change-held-packages a\n# trusted=yes\n"),
    ("DW3213", "FROM a\nRUN grep gpgcheck=0 /etc/yum.conf || true\n"),
    ("DW3213", "FROM a\nRUN <<EOF\n# gpgcheck=0\nyum install -y a\nEOF\n"),
    ("DW3215", "FROM a\nRUN echo 'deb http://deb.debian.org a b' > /etc/apt/sources.list\n"),
    ("DW3216", "FROM a\nRUN curl https://a.io/a.json | jq . | tee b; sh c\n"),
    ("DW3216", "FROM a\nRUN curl https://a.io/a.json | python -m json.tool\n"),
]


@pytest.mark.parametrize(("code", "text"), SILENT)
def test_silent(code: str, text: str) -> None:
    assert [text[f.span.start : f.span.end] for f in findings(code, text)] == []


CONFIDENT = [
    ("DW3001", "FROM a\nUSER root\n", "certain"),
    ("DW3001", "FROM a\nARG U=0\nUSER $U\n", "likely"),
    ("DW3101", "FROM a\nENV PASSWORD=hunter2\n", "certain"),
    ("DW3101", "FROM a\nARG PASSWORD\n", "likely"),
    ("DW3102", "FROM a\nCOPY .env /\n", "likely"),
    ("DW3202", "FROM a\nRUN wget --no-check-certificate a && sha256sum -c b\n", "likely"),
    ("DW3211", "FROM a\nRUN apk add --allow-untrusted a.apk\n", "likely"),
]


@pytest.mark.parametrize(("code", "text", "confidence"), CONFIDENT)
def test_confidence(code: str, text: str, confidence: str) -> None:
    assert [finding.confidence for finding in findings(code, text)] == [confidence]


@pytest.mark.parametrize(
    ("name", "value", "sure"),
    [
        ("dbPassword", "x1", "certain"),
        ("MYSQL_PWD", "x1", "certain"),
        ("PWD", "/srv", ""),
        ("BYPASS", "x1", ""),
        ("AWS_ACCESS_KEY_ID", None, ""),
        ("AWS_ACCESS_KEY_ID", "a1b2c3", ""),
        ("AWS_ACCESS_KEY_ID", "AKIAABCDEFGHIJKLMNOP", ""),
        ("AWS_SECRET_ACCESS_KEY", None, "likely"),
        ("API_TOKEN_ID", "ghp_" + "a1" * 18, "certain"),
        ("AWS_KEY", "AKIAABCDEFGHIJKLMNOP", "certain"),
        ("ANYTHING", "ghp_" + "a1" * 18, "certain"),
        ("APP_KEY", "base64:" + "x" * 43 + "=", "certain"),
        ("SSH_PUBLIC_KEY", None, ""),
        ("TOKENIZERS_PARALLELISM", "false", ""),
        ("TIKTOKEN_ENCODING_NAME", "cl100k_base", ""),
        ("NGINX_GPGKEY", "573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62", ""),
    ],
)
def test_verdict(name: str, value: str | None, sure: str) -> None:
    assert verdict(name, value)[0] == sure


def test_values_are_never_shown() -> None:
    text = (
        "FROM a\nENV DB_PASSWORD=hunter2\nRUN echo root:hunter2 | chpasswd\n"
        "RUN useradd -p hunter2 a\nRUN curl https://u:hunter2@h.io/a\nADD id_rsa /\n"
    )
    for entry in registry.entries():
        if entry.code.startswith(("DW30", "DW31")):
            for finding in findings(entry.code, text):
                assert "hunter2" not in finding.message
                assert "hunter2" not in " ".join(reason.text for reason in finding.because)
