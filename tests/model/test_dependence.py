"""Which steps may change places, and which may not."""

import pytest

from dockwright.facts.image import empty
from dockwright.facts.knowledge import Reason
from dockwright.facts.port import FactSource
from dockwright.model.dependence import IDENTITY, conflict, footprint, independent
from dockwright.model.files import Listing
from dockwright.model.region import SYSTEM, Region
from dockwright.model.reorder import edited, prove
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.syntax.ignore.matcher import Matcher
from dockwright.syntax.ignore.parser import parse as parse_ignore
from dockwright.text.source import Source
from dockwright.text.span import Edit, Span

# An image whose user is root, and whose files nobody knows.
BASE = empty("base", Reason("made up"))
BASE.contents = None
FACTS = FactSource({"base": BASE})
APT = "RUN apt-get update && apt-get install -y curl"


def model(text: str, **options: object) -> Build:
    return Build(parse(Source("Dockerfile", text)), facts=FACTS, **options)  # type: ignore[arg-type]


def pair(text: str, head: str = "") -> bool:
    """Whether the two instructions of `text`, after those of `head`, are independent."""
    steps = model(f"FROM base\n{head}{text}").stages[0].steps
    assert independent(steps[-2], steps[-1]) == independent(steps[-1], steps[-2])
    return independent(steps[-2], steps[-1])


INDEPENDENT = [
    f"COPY . /app\n{APT}",
    f"COPY . /opt/app\n{APT}",
    f"COPY . /usr/src/app\n{APT}",
    f"COPY . /srv/www\n{APT}",
    "COPY . /app\nRUN apk add --no-cache curl",
    "COPY . /app\nRUN dnf install -y curl && dnf clean all",
    "COPY . /app\nRUN useradd -m app",
    "COPY . /app\nRUN addgroup -S app && adduser -S -G app app",
    "COPY . /app\nRUN pip install flask==3.0.3 'uvicorn[standard]>=0.30'",
    "COPY . /app\nRUN npm install -g serve@14",
    "COPY . /app\nRUN gem install rake",
    "COPY . /app\nRUN go install example.com/a/cmd/b@v1.2.3",
    "COPY . /app\nRUN curl -fsSL https://a.io/x -o /usr/local/bin/x && chmod +x /usr/local/bin/x",
    "COPY . /app\nRUN wget -qO- https://a.io/x.tgz | tar xz -C /usr/local",
    "COPY . /app\nRUN git clone https://a.io/b.git /opt/b",
    "COPY . /app\nRUN cd /tmp && curl -O https://a.io/x && rm x",
    "COPY . /app\nRUN mkdir -p /data && chown 10:10 /data",
    "COPY . /app\nENV PORT=80",
    "COPY . /app\nUSER 1000",
    "COPY . /app\nWORKDIR /app",
    "COPY . /app\nEXPOSE 80",
    "ARG GIT_SHA\nCOPY . /app",
    f"ARG GIT_SHA\n{APT}",
    f"ENV PORT=80\n{APT}",
    "ARG GIT_SHA\nRUN pip install flask",
    "ENV PORT=80\nRUN useradd app",
    "LABEL a=b\nRUN make",
    'LABEL a=b\nCMD ["a"]',
    "EXPOSE 80\nRUN make",
    "ENV A=1\nENV B=2",
    "USER 1000\nCOPY . /app",
    "WORKDIR /data\nCOPY . /app",
    f"WORKDIR /data\n{APT}",
]


@pytest.mark.parametrize("text", INDEPENDENT)
def test_independent(text: str) -> None:
    assert pair(text + "\n")


DEPENDENT = [
    # the copy lands where the command looks or writes
    f"COPY . /\n{APT}",
    f"COPY etc /etc\n{APT}",
    f"COPY . /usr/local/bin\n{APT}",
    f"COPY . /var/www/html\n{APT}",
    f"COPY . /opt/google\n{APT}",
    f"COPY . /root\n{APT}",
    "COPY . /home/app\nRUN useradd -m app",
    "COPY . /app\nRUN useradd -m -d /app app",
    "COPY --chown=app . /app\nRUN useradd app",
    "COPY . /app\nRUN apt-get install -y /app/a.deb",
    "COPY . /app\nRUN cat /app/list | xargs apt-get install -y",
    "COPY . /app\nRUN make",
    "COPY . /app\nRUN /app/install.sh",
    "COPY . /app\nRUN sh -c 'echo a'",
    "COPY . /app\nRUN pip install /app",
    "COPY . /app\nRUN pip install -r /app/requirements.txt",
    "COPY . /app\nRUN curl https://a.io | sh",
    "COPY . /app\nRUN curl -o /app/x https://a.io/x",
    "COPY . /app\nRUN rm -rf /app/tests",
    "COPY . /app\nRUN echo a > /app/b",
    "COPY . /app\nRUN cd /app && wget https://a.io/x",
    "COPY . /app\nRUN find / -name '*.pyc' -delete",
    "COPY . /app\nRUN if [ -f /app/a ]; then apt-get install -y b; fi",
    "COPY . /app\nRUN --mount=type=cache,target=/app/cache apt-get install -y b",
    "COPY a /app\nCOPY b /app",
    "COPY . /app\nVOLUME /app",
    "COPY . /app\nWORKDIR /app/sub",
    "COPY --chown=7 . /app\nWORKDIR /app",
    # configuration
    "ENV A=1\nENV B=$A",
    "ENV A=1\nENV A=2",
    "ARG A\nENV A=2",
    "ARG A\nRUN apt-get install -y b=$A",
    "ARG GIT_SHA\nRUN make",
    "ARG GIT_SHA\nRUN npm ci",
    "ARG GIT_SHA\nLABEL a=$GIT_SHA",
    "ENV PORT=80\nRUN pip install flask",
    "ENV PATH=/a:$PATH\nRUN apt-get install -y b",
    "ENV DEBIAN_FRONTEND=noninteractive\nRUN apt-get install -y b",
    "ENV HTTPS_PROXY=a\nRUN apt-get install -y b",
    "ENV D=/app\nCOPY . $D",
    "USER 1000\nRUN apt-get install -y b",
    'SHELL ["/bin/bash", "-c"]\nRUN apt-get install -y b',
    "WORKDIR /app\nCOPY . .",
    "WORKDIR /app\nRUN wget https://a.io/x",
    "WORKDIR a\nWORKDIR b",
    "CMD a\nCMD b",
    "CMD a\nENTRYPOINT b",
    # two that install
    f"{APT}\nRUN pip install flask",
]


@pytest.mark.parametrize("text", DEPENDENT)
def test_dependent(text: str) -> None:
    assert not pair(text + "\n")


HEADS = [
    # a folder of the source is on the PATH, or says where packages are
    ("ENV PATH=/app/bin:$PATH\n", f"COPY . /app\n{APT}\n", False),
    ("ENV PATH=/opt/venv/bin:$PATH\n", f"COPY . /app\n{APT}\n", True),
    ("ENV PATH=/app/venv/bin:$PATH\n", "COPY src /app\nRUN pip install a\n", False),
    ("ENV PYTHONPATH=/app\n", "COPY . /app\nRUN pip install a\n", False),
    # where the command runs
    ("WORKDIR /app\n", "COPY . /app\nRUN wget https://a.io/x\n", False),
    ("WORKDIR /data\n", "COPY . /app\nRUN wget https://a.io/x\n", True),
    ("WORKDIR /app\n", f"COPY . .\n{APT}\n", True),
    # the account is there already
    ("RUN useradd app\n", f"COPY --chown=app . /app\n{APT}\n", True),
    # a link leads into the system
    ("RUN ln -s /usr/share/app /app\n", f"COPY . /app\n{APT}\n", False),
    # variables in paths
    ("ENV D=/app\n", "COPY . $D\nRUN rm -rf $D/tests\n", False),
    ("ENV D=/app T=/data\n", "COPY . $D\nRUN rm -rf $T/tests\n", True),
    ("", "COPY . /app\nRUN D=/app && rm -rf $D/tests\n", False),
    # who runs
    ("RUN useradd -m app\nUSER app\n", "COPY . /home/app\nRUN pip install a\n", False),
]


@pytest.mark.parametrize(("head", "text", "wanted"), HEADS)
def test_what_stands_before(head: str, text: str, wanted: bool) -> None:
    assert pair(text, head) is wanted


def test_unknown_base_user() -> None:
    """Who the base runs as decides about the home: nothing is said of folders there."""
    steps = model("FROM unheard-of\nCOPY . /home/app\nRUN pip install a\n").stages[0].steps
    assert not independent(*steps)


def test_reasons_are_told() -> None:
    steps = model("FROM base\nCOPY . /app\nRUN make\n").stages[0].steps
    assert conflict(*map(footprint, steps)) == "nobody knows here what `make` reads and writes"


def test_what_names_a_build() -> None:
    yes = "GIT_SHA GIT_COMMIT BUILD_DATE VCS_REF COMMIT_HASH BUILD_NUMBER CI_COMMIT_SHA APP_GIT_SHA"
    assert all(IDENTITY.fullmatch(name) for name in yes.split())
    no = "NGINX_VERSION TARBALL_SHA1 PORT BUILD_TYPE TAG CREATED_BY UPDATE DATE_FORMAT"
    assert not any(IDENTITY.fullmatch(name) for name in no.split())


def test_regions() -> None:
    system = next(region for region in SYSTEM if region.root == "/opt")
    assert system.meets(Region("/opt"))
    assert system.meets(Region("/"))
    assert not system.meets(Region("/opt/app/a"))
    assert system.meets(Region("/opt/google/chrome"))
    assert not Region("/app").meets(Region("/application"))


# Proofs


def proof(before: str, after: str, **options: object) -> tuple[str, tuple[str, ...]]:
    found = prove(model("FROM base\n" + before, **options), model("FROM base\n" + after, **options))
    return found.why, found.assumes


def known(*files: str, ignored: str = "") -> dict[str, object]:
    return {
        "listing": Listing(dict.fromkeys(files, 0o644)),
        "ignore": Matcher(parse_ignore(ignored).patterns),
    }


NPM = "COPY . /app\nWORKDIR /app\nRUN npm ci --ignore-scripts\n"
NPM_FIRST = (
    "COPY package.json package-lock.json /app/\nWORKDIR /app\n"
    "RUN npm ci --ignore-scripts\nCOPY . /app\n"
)


def test_proof_of_an_install_that_goes_first() -> None:
    why, assumes = proof(NPM, NPM_FIRST, **known("package.json", "package-lock.json", "a.js"))
    assert (why, assumes) == (
        "",
        ("package.json has no install script, workspace or local dependency",),
    )


def test_a_file_the_install_reads_is_missing() -> None:
    files = known("package.json", "package-lock.json", ".npmrc", "a.js")
    assert proof(NPM, NPM_FIRST, **files)[0] == ".npmrc is not there before"
    files = known("package.json", "package-lock.json", ".npmrc", "a.js", ignored=".npmrc\n")
    assert proof(NPM, NPM_FIRST, **files)[0] == ""


def test_what_is_installed_would_be_overwritten() -> None:
    files = known("package.json", "package-lock.json", "node_modules/a/a.js")
    assert "would replace what is installed" in proof(NPM, NPM_FIRST, **files)[0]
    files = known(
        "package.json", "package-lock.json", "node_modules/a/a.js", ignored="**/node_modules\n"
    )
    assert proof(NPM, NPM_FIRST, **files)[0] == ""


def test_without_a_context_the_proof_has_conditions() -> None:
    why, assumes = proof(NPM, NPM_FIRST)
    assert why == ""
    assert "the build context has no `node_modules`" in assumes
    assert "there is no `.npmrc`" in assumes


REFUSED = [
    # what comes first is not copied again, or as somebody else's, or to another place
    (NPM, NPM_FIRST.replace("COPY . /app", "COPY src /app")),
    (NPM, NPM_FIRST.replace("COPY package", "COPY --chown=7 package")),
    (NPM, NPM_FIRST.replace("package-lock.json /app/", "package-lock.json /app/web/")),
    # the copy is gone, an instruction is new, the command is another
    (NPM, NPM_FIRST.replace("COPY . /app\n", "")),
    (NPM, NPM_FIRST + "RUN make\n"),
    (NPM, NPM_FIRST.replace("npm ci", "npm install")),
    # a step in between needs the source
    (
        "COPY . /app\nRUN make\nWORKDIR /app\nRUN pip install -r a.txt\n",
        "COPY a.txt /app/\nWORKDIR /app\nRUN pip install -r a.txt\nCOPY . /app\nRUN make\n",
    ),
    # the project itself is installed
    (
        "WORKDIR /app\nCOPY . .\nRUN pip install -r a.txt .\n",
        "WORKDIR /app\nCOPY a.txt ./\nRUN pip install -r a.txt .\nCOPY . .\n",
    ),
    ("RUN a && b\nCOPY . /a\n", "RUN a\nCOPY . /a\nRUN b\n"),
    ("WORKDIR /a\nCOPY . .\nWORKDIR /b\n", "WORKDIR /b\nCOPY . .\nWORKDIR /a\n"),
]


@pytest.mark.parametrize(("before", "after"), REFUSED)
def test_no_proof(before: str, after: str) -> None:
    assert proof(before, after)[0]


def test_a_run_in_two() -> None:
    before = "WORKDIR /app\nCOPY . .\nRUN pip install -r a.txt && make\n"
    after = "WORKDIR /app\nCOPY a.txt ./\nRUN pip install -r a.txt\nCOPY . .\nRUN make\n"
    assert proof(before, after) == ("", ("the requirements name no local file or folder",))
    # what the first part leaves in the shell is lost to the second
    before = before.replace("RUN pip", "RUN export A=1 && pip")
    after = after.replace("RUN pip", "RUN export A=1 && pip")
    assert proof(before, after)[0]


def test_edited_keeps_what_is_around_the_file() -> None:
    build = model("FROM base\nRUN a\n", args={"A": "1"}, listing=Listing({"a": None}))
    after = edited(build, [Edit("Dockerfile", Span(10, 15), "RUN b")])
    assert after.tree.source.text == "FROM base\nRUN b\n"
    assert (after.args, after.listing, after.facts) == (build.args, build.listing, build.facts)
