"""Which steps run again: every row was seen on BuildKit or follows from its sources."""

import re

import pytest

from dockwright.app import context
from dockwright.model.cache import ALL, CACHED, PERHAPS, RUNS, Change, impact
from dockwright.model.selection import Source as Selected
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source

LETTERS = {CACHED: "c", RUNS: "R", PERHAPS: "p"}


def model(text: str, ignore: bytes = b"", **args: str) -> Build:
    tree = parse(Source("Dockerfile", text))
    assert not tree.problems
    return Build(tree, args=args, ignore=context.matcher(ignore, known=True))


class View:
    """A context: folders end in "/", links are `name>target`."""

    def __init__(self, *paths: str) -> None:
        self.folders = {path.rstrip("/") for path in paths if path.endswith("/")}
        self.links = dict(path.split(">") for path in paths if ">" in path)

    def is_dir(self, path: str) -> bool:
        return path in self.folders

    def link(self, path: str) -> str | None:
        return self.links.get(path)


def verdicts(build, change, **more) -> str:
    return "".join(LETTERS[one.verdict] for one in impact(build, change, **more))


SERVICE = """\
FROM debian:12
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN compile
"""

FILES = [
    (SERVICE, "main.py", "cccRR"),
    (SERVICE, "requirements.txt", "cRRRR"),
    (SERVICE, "docs/guide.md", "ccccc"),
    (SERVICE, "docs/keep.md", "cccRR"),
    ("FROM a\nCOPY *.py /x/\n", "main.py", "R"),
    ("FROM a\nCOPY *.py /x/\n", "sub/main.py", "c"),
    ("FROM a\nCOPY s* /x/\n", "src/deep/main.py", "R"),
    ("FROM a\nCOPY s?c/[!a]*.py /x/\n", "src/main.py", "c"),
    ("FROM a\nCOPY s?c/[^a]*.py /x/\n", "src/main.py", "R"),
    ("FROM a\nCOPY s?c/[^m]*.py /x/\n", "src/main.py", "c"),
    ("FROM a\nCOPY src/ /x/\n", "src2/main.py", "c"),
    ('FROM a\nCOPY ["a b", "/x/"]\n', "a b", "R"),
    ("FROM a\nCOPY ./a/../b /x/\n", "b", "R"),
    ("FROM a\nCOPY --exclude=*.md src /x\n", "src/a.md", "c"),
    ("FROM a\nCOPY --exclude=*.md src /x\n", "src/d/a.md", "R"),
    ("FROM a\nCOPY --exclude=**/*.md src /x\n", "src/d/a.md", "c"),
    # Patterns do not see what the source itself names, for the cache at least.
    ("FROM a\nCOPY --exclude=*.md *.m* /x/\n", "a.md", "R"),
    ("FROM a\nCOPY --exclude=d/*.md * /x/\n", "d/a.md", "R"),
    ("FROM a\nCOPY --exclude=*.md * /x/\n", "d/a.md", "c"),
    ("FROM a\nCOPY --parents src/*/mod.txt /x/\n", "src/a/mod.txt", "R"),
    ("FROM a\nCOPY --parents src/*/mod.txt /x/\n", "src/a/code.txt", "c"),
    ("FROM a\nCOPY --parents src/./a/mod.txt /x/\n", "src/a/mod.txt", "R"),
    ("FROM a\nCOPY --parents src/./a/mod.txt /x/\n", "a/mod.txt", "c"),
    ("FROM a\nCOPY --parents src/./a/mod.txt /x/\n", "src/a", "R"),
    ("FROM a\nADD https://example.org/x /x\nADD y.tar /y\n", "y.tar", "cR"),
    ("FROM a\nCOPY <<E /x\ny\nE\n", "x", "c"),
    ("FROM a\nRUN --mount=source=lock,target=/l cat /l\nRUN b\n", "lock", "RR"),
    ("FROM a\nRUN --mount=source=lock,target=/l cat /l\n", "other", "c"),
    ("FROM a\nRUN --mount=target=/l,rw cat /l\n", "other", "R"),
    ("FROM a\nRUN --mount=type=cache,target=/l cat /l\n", "other", "c"),
    ("FROM a\nCOPY a link /x/\n", "real", "R"),
    ("FROM a\nCOPY folder /x/\n", "elsewhere", "c"),
    ("FROM a\nCOPY via/f /x/\n", "folder/f", "R"),
]


@pytest.mark.parametrize(("text", "path", "expected"), FILES)
def test_files(text, path, expected):
    view = View("folder/", "link>real", "via>folder", "folder/kept>../elsewhere", "docs/")
    build = model(text, b"docs\n!docs/keep.md\n")
    assert verdicts(build, Change(files=[path]), view=view) == expected


STAGES = """\
FROM a AS builder
COPY src /src
{}
FROM b
COPY --from=builder /src/main.c /main.c
RUN one
COPY --from=0 /out /out
RUN two
"""
TARGETS = """\
FROM a AS base
COPY base /
FROM base AS dev
COPY dev /
FROM base AS prod
COPY prod /
"""

GRAPH = [
    (STAGES.format(""), "src/main.c", "RRRRR"),
    (STAGES.format(""), "src/util.c", "Rcccc"),
    (STAGES.format("RUN make\n"), "src/main.c", "RRpppp"),
    (STAGES.format("RUN make\nCOPY src/main.c /src/\n"), "src/main.c", "RRRRRRR"),
    (STAGES.format("WORKDIR /w\n"), "src/util.c", "RRcccc"),
    (TARGETS, "base", "RR"),
    (TARGETS, "dev", "cc"),
    ("FROM a AS x\nONBUILD COPY t /t\nRUN b\nFROM x\nRUN c\n", "t", "cRR"),
    ("FROM a AS x\nCOPY s /\nFROM b\nRUN --mount=from=x,source=/s,target=/s ls\n", "s", "RR"),
    ("FROM a AS x\nCOPY s /q/\nFROM b\nRUN --mount=from=x,source=/t,target=/s ls\n", "s", "Rc"),
    # /bin may be a link to /usr/bin.
    ("FROM a AS x\nCOPY s /bin/\nFROM b\nCOPY --from=x /usr/bin/s /\n", "s", "Rp"),
    ("FROM a AS x\nCOPY s /bin\nFROM b\nCOPY --from=x /bin/t /\n", "s", "Rp"),
    ("FROM a AS x\nADD s.tar /q/\nFROM b\nCOPY --from=x /q /q\n", "s.tar", "Rp"),
    ("FROM a AS x\nCOPY s /q/\nFROM b\nCOPY --from=image /s /\n", "s", "c"),
]


@pytest.mark.parametrize(("text", "path", "expected"), GRAPH)
def test_graph(text, path, expected):
    assert verdicts(model(text), Change(files=[path])) == expected


def test_target():
    build = model(TARGETS)
    assert verdicts(build, Change(files=["dev"]), target=build.stage_named("dev")) == "cR"
    assert verdicts(build, Change(files=["base"]), target=build.stage_named("base")) == "R"


def test_link_depends_on_the_store():
    build = model("FROM a\nRUN x\nCOPY --link b /b\nRUN y\n")
    change = Change(edited=model("FROM a\nRUN z\nCOPY --link b /b\nRUN y\n"))
    assert verdicts(build, change, merges=False) == "RRR"
    assert verdicts(build, change, merges=True) == "RcR"
    assert verdicts(build, change) == "RpR"
    # BuildKit ignores --link beside --chmod.
    build = model("FROM a\nRUN x\nCOPY --link --chmod=1 b /b\n")
    change = Change(edited=model("FROM a\nRUN z\nCOPY --link --chmod=1 b /b\n"))
    assert verdicts(build, change, merges=True) == "RR"


ARGS = """\
ARG TAG=1
FROM a:${TAG}
RUN before
ARG VERSION=1.2
COPY x /x
RUN after
ENV KEPT=${VERSION%.*} VERSION=fixed
COPY y-$VERSION /y
RUN last
"""


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"VERSION": None}, "ccRRR"),
        ({"VERSION": "1.2"}, "ccccc"),
        ({"VERSION": "1.3"}, "ccRRR"),
        ({"NOWHERE": None}, "ccccc"),
        ({"HTTP_PROXY": "x"}, "ccccc"),
        ({"TAG": "1"}, "ccccc"),
        ({"TAG": "2"}, "RRRRR"),
        ({"TAG": "latest"}, "ppppp"),
        ({"TAG": None}, "RRRRR"),
    ],
)
def test_args(args, expected):
    assert verdicts(model(ARGS), Change(args=args)) == expected


@pytest.mark.parametrize(
    ("text", "args", "expected"),
    [
        ("ARG V=1\nENV V=x\nRUN a", {"V": None}, "c"),
        ("ARG V=1\nENV W=${V:+set} V=x\nRUN a", {"V": "2"}, "c"),
        # Who knows what the operator makes of another value.
        ("ARG V=1\nENV W=${V:+set} V=x\nRUN a", {"V": None}, "p"),
        ("ARG V=1\nENV W=${V%.*} V=x\nRUN a", {"V": None}, "p"),
        ("ARG HTTP_PROXY\nRUN a", {"HTTP_PROXY": "x"}, "R"),
        ("ARG V\nCOPY a /\nWORKDIR /x", {"V": None}, "cc"),
        ("ARG V=old\nCOPY $V /\n", {"V": "new"}, "R"),
        # Unless the base image sets V to just that.
        ("ARG V\nCOPY $V /\n", {"V": "new"}, "p"),
        ("WORKDIR /x\nRUN a", {"SOURCE_DATE_EPOCH": "1"}, "RR"),
        ("ARG BUILDKIT_SBOM_SCAN_STAGE\nRUN a", {"BUILDKIT_SBOM_SCAN_STAGE": "1"}, "c"),
    ],
)
def test_arguments_in_a_stage(text, args, expected):
    assert verdicts(model(f"FROM a\n{text}\n"), Change(args=args)) == expected


def test_argument_chooses_the_stage():
    build = model("ARG B=one\nFROM a AS one\nRUN x\nFROM a AS two\nRUN y\nFROM $B\nRUN z\n")
    assert verdicts(build, Change(args={"B": "two"})) == "RR"
    assert verdicts(build, Change(args={"B": None})) == "p"


EDITS = [
    # (before, after, verdicts of the steps after)
    ("RUN a", "RUN a", "c"),
    ("RUN a", "RUN b", "R"),
    ("RUN a && \\\n  # why\n  b", "RUN a && \\\n  # because\n  b", "c"),
    ("RUN a && \\\n  # why\n  b", "RUN a &&   b", "c"),
    ("RUN a && b", "RUN a &&  b", "R"),
    ("RUN a", 'RUN ["a"]', "R"),
    ('RUN ["a","b"]', 'RUN [ "a", "b" ]', "c"),
    ("RUN <<E\na\nE", "RUN <<F\na\nF", "c"),
    ("RUN <<E\na\nE", "RUN a\n", "R"),
    ("RUN <<E\n#!/bin/sh\na\nE", "RUN <<F\n#!/bin/sh\na\nF", "R"),
    ("LABEL a=1\nCMD x\nEXPOSE 1\nRUN a", "LABEL a=2\nCMD y\nVOLUME /v\nRUN a", "c"),
    ("ENV A=1\nRUN a\nCOPY b /", "ENV A=2\nRUN a\nCOPY b /", "RR"),
    ("ENV A=1\nCOPY b /", "ENV A=2\nCOPY b /", "c"),
    ("ENV A=1 B=2\nRUN a", "ENV B=2 A=1\nRUN a", "R"),
    ("ENV A=1\nENV B=2\nRUN a", "ENV A=1 B=2\nRUN a", "c"),
    ("ENV P=/x:$PATH\nRUN a", "ENV P=/x:${PATH}\nRUN a", "c"),
    ("ENV P=/x:$PATH\nRUN a", "ENV P=/y:$PATH\nRUN a", "R"),
    ("USER a\nRUN a\nCOPY b /", "USER b\nRUN a\nCOPY b /", "RR"),
    ("USER a\nCOPY b /", "USER b\nCOPY b /", "c"),
    ("USER a\nWORKDIR /x", "USER b\nWORKDIR /x", "R"),
    # The base may have this user already.
    ("RUN a", "USER 1\nRUN a", "p"),
    ("WORKDIR /x\nRUN a", "WORKDIR /y\nRUN a", "RR"),
    ("WORKDIR /x\nRUN a", "WORKDIR /x/\nRUN a", "cR"),
    ("WORKDIR /x\nWORKDIR y\nRUN a", "WORKDIR /x\nWORKDIR /x/y\nRUN a", "ccc"),
    ("WORKDIR /x\nCOPY a .", "WORKDIR /x\nCOPY a /x/", "cc"),
    ("WORKDIR /\nRUN a", "RUN a", "p"),
    ('SHELL ["/bin/sh", "-c"]\nRUN a', "RUN a", "c"),
    ('SHELL ["/bin/sh", "-e"]\nRUN a', "RUN a", "R"),
    ("COPY a /", "COPY ./a /", "c"),
    ("COPY a /", "COPY b /", "R"),
    ("COPY d/a /", "COPY e/a /", "p"),
    ("COPY a /", "ADD a /", "R"),
    ("COPY --chmod=755 a /", "COPY --chmod=0755 a /", "c"),
    ("COPY --chown=1 a /", "COPY --chown=2 a /", "R"),
    ("COPY <<E /x\na\nE", "COPY <<E /x\nb\nE", "R"),
    ("RUN --mount=type=secret,id=t a", "RUN --mount=id=t,type=secret,required=false a", "c"),
    ("RUN --mount=type=secret,id=t a", "RUN --mount=type=secret,id=t,required a", "R"),
    ("RUN --mount=type=cache,target=/c a", "RUN --mount=type=cache,id=/c,dst=/c a", "c"),
    ("RUN --mount=type=cache,target=/c a", "RUN --mount=type=cache,id=d,dst=/c a", "R"),
    ("RUN --mount=type=cache,id=d,dst=/c a", "RUN --mount=type=cache,id=e,dst=/c a", "c"),
    ("RUN --mount=source=a,target=/c x", "RUN --mount=source=b,target=/c x", "p"),
    ("RUN --network=none a", "RUN a", "R"),
    ("RUN --network=default a", "RUN a", "c"),
    ("RUN a\nRUN b", "RUN b\nRUN a", "RR"),
    ("RUN a\nRUN b", "RUN new\nRUN a\nRUN b", "RRR"),
    ("RUN a\nRUN b", "RUN a", "c"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), EDITS)
def test_edited(before, after, expected):
    change = Change(edited=model(f"FROM a\n{after}\n"))
    assert verdicts(model(f"FROM a\n{before}\n"), change) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("python:3.11", "python:3.12", "R"),
        ("python:3.12", "python:3.12.1", "p"),
        ("python:3.12", "mirror.example/python:3.12", "p"),
        ("debian", "debian:latest", "c"),
        ("docker.io/library/debian:12", "debian:12", "c"),
        ("debian:12", "busybox:12", "R"),
        ("debian:12", "scratch", "R"),
    ],
)
def test_another_base(before, after, expected):
    change = Change(edited=model(f"FROM {after}\nRUN a\n"))
    assert verdicts(model(f"FROM {before}\nRUN a\n"), change) == expected


def test_new_layers_of_a_base():
    text = "FROM a AS x\nRUN one\nFROM b\nCOPY --from=x /x /\nRUN two\nCOPY --from=c /c /\n"
    build = model(text)
    assert verdicts(build, Change(bases=["a"])) == "Rppp"
    assert verdicts(build, Change(bases=["b"])) == "cRRR"
    assert verdicts(build, Change(bases=["c"])) == "cccp"
    assert verdicts(build, Change(bases=[ALL])) == "RRRR"
    assert verdicts(model("FROM scratch\nCOPY a /\n"), Change(bases=[ALL])) == "c"


def test_ignored_files():
    build = model("FROM a\nCOPY . /\n", b"*\n!d/c\nd\n")
    assert verdicts(build, Change(files=["e"])) == "c"
    # In the context, but empty whatever is in it.
    assert verdicts(build, Change(files=["d/c"])) == "p"


def test_another_ignore_file():
    text = "FROM a\nCOPY one /\nCOPY d /d\n"
    build = model(text)
    view = View("d/")
    assert verdicts(build, Change(files=[".dockerignore"]), view=view) == "cp"
    edited = model(text, b"d/x\n")
    change = Change(files=[".dockerignore", "d/x"], edited=edited)
    assert verdicts(build, change, view=view) == "cR"


def test_mode_of_a_folder_is_not_sure():
    build = model("FROM a\nCOPY . /\nRUN x\n")
    assert verdicts(build, Change(folders=["d"])) == "pp"
    assert verdicts(build, Change(folders=["d"], files=["e"])) == "RR"


def test_reasons_begin_with_the_first_cause():
    build = model(STAGES.format("RUN make\n"))
    steps = impact(build, Change(files=["src/main.c"]))
    texts = [[reason.text for reason in one.reasons] for one in steps]
    assert texts[0] == ["COPY src /src takes src/main.c from the build context"]
    assert texts[1] == [texts[0][0], "the step above runs again"]
    made = "takes what the stage builder makes, which may be the same"
    assert texts[2] == [f"COPY --from=builder /src/main.c /main.c {made}"]
    assert texts[3] == [texts[2][0], "the step above may run again"]
    spans = [one.reasons[0].span for one in steps[:4]]
    lines = [build.tree.source.line_of(span.start) for span in spans if span is not None]
    assert lines == [2, 2, 6, 6]


def test_reason_names_the_variable():
    build = model("FROM a\nARG X=1\nRUN one\n")
    [step] = impact(build, Change(args={"X": None}))
    assert step.reasons[0].text == "ARG X has another value in the environment of RUN one"


def test_no_stage():
    assert impact(model("ARG X\n"), Change(files=["a"])) == []


def test_many_steps_stay_linear():
    text = "FROM a\nCOPY . /\n" + "".join(f"ENV A{n}=1\nRUN {n}\n" for n in range(1500))
    found = verdicts(model(text), Change(files=["x"]))
    assert re.fullmatch("R{1501}", found)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("a*", "ab", True),
        ("a*", "b/ab", False),
        ("*/x", "a/x/y", True),
        # Without another wildcard BuildKit takes the escape literally.
        (r"a\*", r"a\*", True),
        (r"a\*[b]", "a*b", True),
        (r"a\*[b]", "axb", False),
        ("[", "[", False),
        ("[a-c]?", "bz", True),
        ("[^a-c]?", "bz", False),
        ("a[]", "a", False),
        ("**/x", "a/x", True),
        ("**/x", "a/b/x", False),
    ],
)
def test_patterns_of_sources(pattern, path, expected):
    assert Selected(pattern).takes(path) is expected
