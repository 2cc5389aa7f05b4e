"""Downloads, repositories and archives: which files come, and what stays as it was."""

import pytest

from tests.model.effects.toolbases import ask, fails

TOP = "FROM plain\nWORKDIR /w\n"
ADA = "FROM plain\nWORKDIR /w\nUSER ada\n"
URL = "https://example.com/v1/tool.tar.gz"
FILE = "file 644 0:0"

CASES = [
    # curl.
    (TOP + f"RUN curl -fsSL {URL} -o /tmp/x", "/tmp/x", FILE),
    (TOP + f"RUN curl -fsSLo /tmp/x {URL}", "/tmp/x", FILE),
    (TOP + f"RUN curl --output x {URL}", "/w/x", FILE),
    (TOP + f"RUN curl -sSLO {URL}", "/w/tool.tar.gz", FILE),
    (TOP + f"RUN curl -LO '{URL}?a=b'", "/w/tool.tar.gz", "?"),
    (TOP + f"RUN curl -LO '{URL}?a=b'", "/opt/tool.tar.gz", "-"),
    (TOP + f"RUN curl -OL --output-dir /opt {URL}", "/opt/tool.tar.gz", FILE),
    (TOP + f"RUN curl -OL --output-dir /opt {URL}", "/w/tool.tar.gz", "-"),
    (TOP + f"RUN curl --create-dirs -o /a/b/x {URL}", "/a/b/x", FILE),
    (TOP + f"RUN curl -o one {URL} -o two {URL}2", "/w/two", FILE),
    (TOP + f"RUN curl -H 'Accept: x' -d a=b -o x {URL}", "/w/x", FILE),
    (TOP + f"RUN curl -fsSL {URL}", "/w/tool.tar.gz", "-"),
    (TOP + f"RUN curl -fsSL -o /dev/null {URL}", "/w/tool.tar.gz", "-"),
    (TOP + f"RUN curl -fsSL {URL} > /opt/x", "/opt/x", "file 644 0:0 text"),
    (TOP + f"RUN umask 027 && curl -o x {URL}", "/w/x", "file 640 0:0"),
    (ADA + f"RUN curl -o /tmp/x {URL}", "/tmp/x", "file 644 1000:1000"),
    (
        TOP + f"RUN curl -o /usr/local/bin/x {URL} && chmod +x $_ || true",
        "program wget",
        "/usr/bin/wget",
    ),
    (TOP + f"RUN curl -o /usr/bin/x {URL} && chmod 755 /usr/bin/x", "program x", "/usr/bin/x"),
    (TOP + f"RUN curl -o /usr/bin/x {URL}", "program x", "-"),
    # A name that is known from some point on.
    (TOP + "ARG V\nRUN curl -LO https://e.com/$V/tool.gz", "/w/tool.gz", FILE),
    (TOP + "ARG V\nRUN curl -LO https://e.com/tool-$V.gz", "/w/tool-1.gz", "?"),
    (TOP + "ARG V\nRUN curl -LO https://e.com/tool-$V.gz", "/w/main.py", "-"),
    (TOP + "ARG V\nRUN curl -LO https://e.com/tool-$V.gz", "/opt/tool-1.gz", "-"),
    (TOP + "ARG V=1\nRUN curl -LO https://e.com/tool-$V.gz", "/w/tool-1.gz", FILE),
    (TOP + "ARG V\nRUN curl -Lo tool-$V https://e.com/x", "/w/tool-1", "?"),
    (TOP + f"RUN curl -OJ {URL}", "/w/tool.tar.gz", "?"),
    (TOP + "RUN curl -O 'https://e.com/{a,b}.txt'", "/w/a.txt", "?"),
    # Into a shell: anything.
    (TOP + f"RUN curl -fsSL {URL} | sh", "/usr/bin/x", "?"),
    # There is no bash: the RUN fails, and how somebody mends it is not known.
    (TOP + f"RUN curl -fsSL {URL} | bash -s -- -y", "/usr/bin/x", "?"),
    # wget.
    (TOP + f"RUN wget {URL}", "/w/tool.tar.gz", FILE),
    (TOP + f"RUN wget -q --no-check-certificate {URL}", "/w/tool.tar.gz", FILE),
    (TOP + f"RUN wget -O /opt/x {URL}", "/opt/x", FILE),
    (TOP + f"RUN wget -qO /opt/x {URL}", "/opt/x", FILE),
    (TOP + f"RUN wget -qO- {URL}", "/w/tool.tar.gz", "-"),
    (TOP + f"RUN wget -q -O - {URL}", "/w/-", "-"),
    (TOP + f"RUN wget -P /opt/d {URL}", "/opt/d/tool.tar.gz", FILE),
    (TOP + f"RUN wget -nc --directory-prefix=/opt/d {URL}", "/opt/d/tool.tar.gz", FILE),
    (TOP + f"RUN wget {URL}?raw=true", "/w/tool.tar.gz", "?"),
    (TOP + "RUN wget https://example.com/", "/w/index.html", FILE),
    (TOP + "RUN wget -r https://example.com/a/b", "/w/example.com", "?"),
    (TOP + f"RUN wget {URL} && wget {URL}", "/w/tool.tar.gz.1", "?"),
    (TOP + f"RUN wget -o log {URL}", "/w/log", FILE),
    (TOP + f"RUN wget {URL}", "/root/.wget-hsts", "?"),
    # git.
    (TOP + "RUN git clone https://e.com/a/repo.git", "/w/repo", "dir 755 0:0"),
    (TOP + "RUN git clone https://e.com/a/repo.git", "/w/repo/.git", "dir 755 0:0"),
    (TOP + "RUN git clone https://e.com/a/repo.git", "/w/repo/Makefile", "?"),
    (TOP + "RUN git clone https://e.com/a/repo.git", "/w/Makefile", "-"),
    (TOP + "RUN git clone git@e.com:repo.git", "/w/repo/.git", "dir 755 0:0"),
    (TOP + "RUN git clone --depth 1 -b v1 https://e.com/r /opt/r", "/opt/r/.git", "dir 755 0:0"),
    (TOP + "RUN git clone --branch=v1 https://e.com/r/ x", "/w/x/.git", "dir 755 0:0"),
    (TOP + "RUN git clone --bare https://e.com/r", "/w/r.git", "dir 755 0:0"),
    (TOP + "RUN git clone --bare https://e.com/r", "/w/r.git/.git", "?"),
    (TOP + "ARG R\nRUN git clone $R", "/w/x", "?"),
    (TOP + "ARG R\nRUN git clone $R", "/opt/x", "-"),
    (TOP + "ARG R\nRUN git clone $R /opt/x", "/opt/x/.git", "dir 755 0:0"),
    (TOP + "RUN git clone https://e.com/r && cd r && git checkout v1", "/w/r/x", "?"),
    (TOP + "RUN git clone https://e.com/r && cd r && git checkout v1", "/w/x", "-"),
    (TOP + "COPY a.py .\nRUN git pull", "/w/a.py", "?"),
    (TOP + "COPY a.py .\nRUN git log && git status", "/w/a.py", "file * 0:0"),
    (TOP + "RUN git config --global user.name x", "/root/.gitconfig", "file 644 0:0 text"),
    (TOP + "RUN git init r", "/w/r/.git", "dir 755 0:0"),
    ("FROM tools\nWORKDIR /w\nRUN svn checkout https://e.com/svn/p", "/w/p/x", "?"),
    ("FROM tools\nWORKDIR /w\nRUN svn checkout https://e.com/svn/p", "/w/x", "-"),
    # tar.
    (TOP + "COPY x.tgz /\nRUN tar -xzf /x.tgz -C /opt", "/opt/a", "?"),
    (TOP + "COPY x.tgz /\nRUN tar -xzf /x.tgz -C /opt", "/opt", "dir * *:*"),
    (TOP + "COPY x.tgz /\nRUN tar -xzf /x.tgz -C /opt", "/srv/a", "-"),
    (TOP + "COPY x.tgz /\nRUN tar xf /x.tgz", "/w/a", "?"),
    (TOP + "COPY x.tgz /\nRUN tar xf /x.tgz", "/opt/a", "-"),
    (TOP + "COPY x.tgz /\nRUN tar xzfC /x.tgz /opt", "/opt/a", "?"),
    (TOP + "COPY x.tgz /\nRUN tar xzfC /x.tgz /opt", "/w/a", "-"),
    (
        TOP + "COPY x.tgz /\nRUN tar -x -f /x.tgz --strip-components=1 -C /opt",
        "/opt",
        "dir 755 0:0",
    ),
    (TOP + "COPY x.tgz /\nRUN tar -C /usr/local -xzf /x.tgz", "program curl", "somewhere"),
    (
        TOP + "COPY x.tgz /\nRUN tar -C /usr/local/bin -xzf /x.tgz kubectl",
        "program curl",
        "/usr/bin/curl",
    ),
    (TOP + "COPY x.tgz /\nRUN tar -C /opt -xzf /x.tgz a/tool", "/opt/a/tool", "any * *:*"),
    (TOP + "COPY x.tgz /\nRUN tar -C /opt -xzf /x.tgz a/tool", "/opt/a/other", "-"),
    (TOP + "COPY x.tgz /\nRUN tar -C /opt -xzf /x.tgz a/tool", "/opt/a/tool/x", "?"),
    (
        TOP + "COPY x.tgz /\nRUN tar -C /opt --strip-components 1 -xzf /x.tgz a/tool",
        "/opt/tool",
        "any * *:*",
    ),
    (TOP + "COPY x.tgz /\nRUN tar -C /opt -xzf /x.tgz --wildcards '*/tool'", "/opt/a", "?"),
    (
        TOP + "COPY x.tgz /\nRUN tar -C /opt --no-same-owner -xzf /x.tgz tool",
        "/opt/tool",
        "any * 0:0",
    ),
    (ADA + f"RUN curl {URL} | tar -xz -C /tmp", "/tmp/a", "?"),
    (TOP + f"RUN curl {URL} | tar -xz -C /opt", "/opt/a", "?"),
    (TOP + f"RUN curl {URL} | tar -xz -C /opt", "/w/a", "-"),
    (TOP + "COPY x.tgz /\nRUN tar -tzf /x.tgz", "/w/a", "-"),
    (TOP + "COPY x.tgz /\nRUN tar -xOf /x.tgz a > /w/b", "/w/a", "-"),
    (TOP + "RUN tar -czf /opt/all.tgz /w", "/opt/all.tgz", FILE),
    (TOP + "RUN tar -czf - /w | gzip > /opt/x", "/w/-", "-"),
    (TOP + "COPY x.tgz /\nRUN tar -Pxf /x.tgz", "/srv/a", "?"),
    # unzip and 7z.
    (TOP + "COPY x.zip /\nRUN unzip -q /x.zip -d /opt/z", "/opt/z/a", "?"),
    (TOP + "COPY x.zip /\nRUN unzip -q /x.zip -d /opt/z", "/opt/z", "dir 755 0:0"),
    (TOP + "COPY x.zip /\nRUN unzip -q /x.zip -d /opt/z", "/w/a", "-"),
    (TOP + "COPY x.zip /\nRUN unzip /x", "/w/a", "?"),
    (TOP + "COPY x.zip /\nRUN unzip -j /x.zip a/tool -d /opt", "/opt/tool", "any * *:*"),
    (TOP + "COPY x.zip /\nRUN unzip -l /x.zip", "/w/a", "-"),
    ("FROM tools\nWORKDIR /w\nCOPY x.7z /\nRUN 7z x /x.7z -o/opt/z", "/opt/z/a", "?"),
    ("FROM tools\nWORKDIR /w\nCOPY x.7z /\nRUN 7z x /x.7z -o/opt/z", "/w/a", "-"),
    ("FROM tools\nWORKDIR /w\nRUN zip -r out .", "/w/out.zip", FILE),
    # One file for another.
    (TOP + "COPY x.gz /\nRUN gunzip /x.gz", "/x", "file * 0:0"),
    (TOP + "COPY x.gz /\nRUN gunzip /x.gz", "/x.gz", "-"),
    (TOP + "COPY x.gz /\nRUN gunzip -k /x.gz", "/x.gz", "file * 0:0"),
    (TOP + "COPY x.gz /\nRUN gunzip -c /x.gz > /y", "/x.gz", "file * 0:0"),
    (TOP + "COPY x.gz /\nRUN gunzip -c /x.gz > /y", "/x", "-"),
    (TOP + "COPY x.gz /\nRUN gzip -d /x.gz", "/x", "file * 0:0"),
    (TOP + "COPY --chmod=600 a.txt /\nRUN gzip /a.txt", "/a.txt.gz", "file 600 0:0"),
    (TOP + "COPY x.tar.xz /\nRUN xz -d /x.tar.xz", "/x.tar", "file * 0:0"),
    (TOP + "COPY x.txz /\nRUN xz -d /x.txz", "/x.tar", "file * 0:0"),
    ("FROM tools\nCOPY x.txz /\nRUN unxz /x.txz", "/x.txz", "-"),
    ("FROM tools\nCOPY --chmod=600 a.txt /\nRUN bzip2 /a.txt", "/a.txt.bz2", "file 600 0:0"),
    ("FROM tools\nCOPY a.txt /\nRUN bzip2 /a.txt", "/a.txt", "-"),
    ("FROM tools\nCOPY a.tzst /\nRUN zstd -d /a.tzst", "/a.tar", "file * 0:0"),
    ("FROM tools\nCOPY a.tzst /\nRUN unzstd /a.tzst", "/a.tzst", "file * 0:0"),
    ("FROM tools\nCOPY a d /\nRUN zstd -D /d /a", "/d.zst", "?"),
]


@pytest.mark.parametrize(("dockerfile", "path", "expected"), CASES)
def test_paths(dockerfile: str, path: str, expected: str) -> None:
    assert ask(dockerfile, path) == expected


@pytest.mark.parametrize(
    ("dockerfile", "command", "expected"),
    [
        (TOP, f"curl -o /none/x {URL}", True),
        (TOP, f"curl --create-dirs -o /none/x {URL}", None),
        (TOP, f"wget -O /none/x {URL}", True),
        (TOP, f"wget -P /none {URL}", None),
        (TOP, "tar -xf /none.tar", True),
        (TOP, "tar -xf /none.tar -C /opt", True),
        (TOP + "COPY x.tar /", "tar -xf /x.tar -C /none", True),
        (TOP + "COPY x.tar /", "tar -xf /x.tar -C /opt", None),
        (TOP, "unzip none", True),
        (TOP + "COPY none.zip .", "unzip none", None),
        (TOP, "gunzip /none.gz", True),
        (TOP, f"curl -O {URL} && tar -xzf tool.tar.gz", None),
    ],
)
def test_failures(dockerfile: str, command: str, expected: bool | None) -> None:
    assert fails(dockerfile.rstrip("\n"), command) is expected
