"""Which images files name, which get a digest, and that a digest changes nothing else."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.compose.load import load
from dockwright.model import pinscompose, pinsdockerfile
from dockwright.model.composition import Composition
from dockwright.model.pins import Left, Use
from dockwright.model.reference import Reference, parse
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse as parse_dockerfile
from dockwright.text import patch
from dockwright.text.source import Source

DIGEST = "sha256:" + "1a" * 32
OLD = "sha256:" + "0" * 64


def dockerfile(text: str) -> list[Use | Left]:
    return pinsdockerfile.images(Build(parse_dockerfile(Source("Dockerfile", text))))


def compose(text: str, **others: str) -> list[Use | Left]:
    files = {"/p/compose.yaml": text, **{f"/p/{name}.yaml": more for name, more in others.items()}}
    loaded = load(["/p/compose.yaml"], folder="/p", read=files.get, lenient=True)
    return pinscompose.images(Composition(loaded))


def pinned(text: str, found: list[Use | Left]) -> str:
    return patch.apply(text, [one.edit(DIGEST) for one in found if isinstance(one, Use)])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FROM a:1\n", "FROM a:1@D\n"),
        ("FROM a\n", "FROM a:latest@D\n"),
        ('from "a:1" as x\n', 'from "a:1@D" as x\n'),
        (f"FROM a:1@{OLD}\n", "FROM a:1@D\n"),
        (f"FROM a@{OLD}\n", "FROM a@D\n"),
        ("FROM \\\n # why\n  a:1 \\\n  AS x\n", "FROM \\\n # why\n  a:1@D \\\n  AS x\n"),
        ("# escape=`\nFROM a:1 `\nAS x\n", "# escape=`\nFROM a:1@D `\nAS x\n"),
        ("FROM a:1 AS a\nFROM a\n", "FROM a:1@D AS a\nFROM a\n"),
        ("FROM x:1\nCOPY --from=a:1 a:1 a:1\n", "FROM x:1@D\nCOPY --from=a:1@D a:1 a:1\n"),
        ("FROM x:1\nCOPY --chown=a --from=0 a b\n", "FROM x:1@D\nCOPY --chown=a --from=0 a b\n"),
        (
            "FROM x:1\nRUN --mount=source=/a:1,from=a:1 \\\n --mount=from=b/c x\n",
            "FROM x:1@D\nRUN --mount=source=/a:1,from=a:1@D \\\n --mount=from=b/c:latest@D x\n",
        ),
        ("FROM x:1\nCOPY --from='a:1' b c\n", "FROM x:1@D\nCOPY --from='a:1@D' b c\n"),
        ("ARG B=a:1\nFROM $B\nFROM ${B}\n", "ARG B=a:1@D\nFROM $B\nFROM ${B}\n"),
        ('ARG A B="a:1"\nFROM "$B"\n', 'ARG A B="a:1@D"\nFROM "$B"\n'),
        ("FROM localhost:5000/a\n", "FROM localhost:5000/a:latest@D\n"),
    ],
)
def test_dockerfiles(text: str, wanted: str) -> None:
    assert pinned(text, dockerfile(text)) == wanted.replace("D", DIGEST).replace(
        f"{DIGEST}ockerfile", "Dockerfile"
    )


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("FROM scratch\n", []),
        ("FROM a:$V\n", ["a variable is a part of it"]),
        ("ARG V=1\nFROM a:$V\n", ["a variable is a part of it"]),
        ("FROM ${V:-a:1}\n", ["a variable is a part of it"]),
        ("ARG B\nFROM $B\n", ["B has no default"]),
        ("ARG B=\nFROM $B\n", ["B has no default"]),
        ("FROM $B\n", ["B has no default"]),
        ("ARG B=a:1\nARG B=b:1\nFROM $B\n", ["B has 2 defaults"]),
        ("ARG V=1\nARG B=a:$V\nFROM $B\n", ["the default of B is put together"]),
        ("ARG B=a:1\nFROM $B\nFROM $B-slim\n", ["line 3 takes B", "a variable is a part"]),
        ("ARG B=a:1\nARG C=$B-x\nFROM $B\n", ["line 2 takes B"]),
        ("ARG B=a:1\nFROM $B\nARG B\nLABEL base=$B\n", ["line 3 takes B"]),
        ("FROM A\n", ["no reference to an image"]),
        ('FROM a"b":1\n', ["not written in one piece"]),
        ("FROM a:\\\n1\n", ["not written in one piece"]),
        ("FROM scratch\nCOPY --from=a x y\n", ["it may be a named build context"]),
        ("FROM scratch\nCOPY --from=$A x y\n", ["a variable is a part of it"]),
        ("FROM scratch\nONBUILD COPY --from=a:1 x y\n", ["ONBUILD runs in a later build"]),
        ('FROM scratch\nRUN --mount=from="a:1",source=/a:1 x\n', ["not written in one piece"]),
        ("FROM scratch\nRUN --mount=type=cache,target=/x x\n", []),
    ],
)
def test_dockerfiles_left_alone(text: str, reasons: list[str]) -> None:
    found = dockerfile(text)
    left = [one.reason for one in found if isinstance(one, Left)]
    assert len(left) == len(found) == len(reasons)
    assert all(part in whole for part, whole in zip(sorted(reasons), sorted(left), strict=True))


def services(*lines: str) -> str:
    return "services:\n" + "".join(f"  {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (services("a: {image: x:1}"), services("a: {image: x:1@D}")),
        (services("a:", "  image: x"), services("a:", "  image: x:latest@D")),
        (services("a:", "  image: 'x:1' # y"), services("a:", "  image: 'x:1@D' # y")),
        (services("a:", '  image: !!str "x:1"'), services("a:", '  image: !!str "x:1@D"')),
        (
            "x-i: &i x:1\n" + services("a: {image: *i}", "b: {image: *i}"),
            "x-i: &i x:1@D\n" + services("a: {image: *i}", "b: {image: *i}"),
        ),
        (
            "x-s: &s\n  image: x:1\n" + services("a:", "  <<: *s"),
            "x-s: &s\n  image: x:1@D\n" + services("a:", "  <<: *s"),
        ),
        (
            services("a: {image: x:1, profiles: [p]}"),
            services("a: {image: x:1@D, profiles: [p]}"),
        ),
    ],
)
def test_compose(text: str, wanted: str) -> None:
    assert pinned(text, compose(text)) == wanted.replace("D", DIGEST)


@pytest.mark.parametrize(
    ("text", "reason", "quiet"),
    [
        (services("a: {image: 'x:${V}'}"), "it takes variables", False),
        (services("a: {image: 'x:${V:-1}'}"), "it takes variables", False),
        (services("a: {image: x:1, build: .}"), "the service builds it", True),
        (
            "x-b: &b\n  build: .\n" + services("a:", "  <<: *b", "  image: x:1"),
            "the service builds it",
            True,
        ),
        (services("a: {image: x:1, pull_policy: never}"), "its pull_policy", False),
        (services("a:", "  image: >-", "    x:1"), "not written in one piece", False),
        (services('a: {image: "x\\u003a1"}'), "not written in one piece", False),
        (services("a: {image: X}"), "no reference to an image", False),
        (
            "x-i: &i x:1\n" + services("a: {image: *i, labels: {base: *i}}"),
            "line 3 takes it for something else",
            False,
        ),
        (services("a:", "  extends: {file: none.yaml, service: b}", "  image: x:1"),
         "the project cannot be resolved", False),
    ],
)  # fmt: skip
def test_compose_left_alone(text: str, reason: str, quiet: bool) -> None:
    (left,) = compose(text)
    assert isinstance(left, Left)
    assert reason in left.reason
    assert left.quiet is quiet


def test_a_comment_behind_something_else_names_no_tag() -> None:
    (use,) = compose(services("a:", "  labels: [x]  # tag: 9", f"  image: x@{OLD}"))
    assert isinstance(use, Use)
    assert use.asked is None


def test_a_project_that_lacks_its_environment() -> None:
    text = services("a: {image: '$X'}", "b:", "  <<: {networks: [n]}", "  image: x:1")
    uses = [one.text for one in compose(text) if isinstance(one, Use)]
    assert uses == ["x:1"]


def test_files_beside_the_project() -> None:
    text = services("a: {image: x:1}", "b: {image: y:1}", "c: {image: z:1}")
    loaded = load(["/p/c.yaml"], folder="/p", read={"/p/c.yaml": text}.get, lenient=True)
    made = [one for one in [parse("y:1")] if one is not None]
    found = pinscompose.images(Composition(loaded), builders=["a"], made=made)
    wanted = ["another Compose file here builds it"] * 2
    assert [one.reason for one in found if isinstance(one, Left)] == wanted
    assert [one.quiet for one in found if isinstance(one, Left)] == [False, False]
    assert [one.text for one in found if isinstance(one, Use)] == ["z:1"]


@pytest.mark.parametrize("value", ["", "~", "null", "!reset null", "!reset x:1", "7", "[x]"])
def test_values_that_are_no_image(value: str) -> None:
    assert compose(services(f"a: {{build: ., image: {value}}}")) == []
    assert compose(services("a:", f"  image: {value}")) == []


def test_the_image_that_another_service_builds() -> None:
    text = services("a: {image: x, build: .}", "b: {image: 'docker.io/library/x:latest'}")
    reasons = [one.reason for one in compose(text) if isinstance(one, Left)]
    assert reasons == ["the service builds it", "another service builds it"]


def test_a_service_of_another_file() -> None:
    text = services("a:", "  extends: {file: other.yaml, service: b}", "  build: .")
    (left,) = compose(text, other=services("b: {image: x:1}"))
    assert (left.source, left.text) == ("/p/other.yaml", "x:1")
    assert isinstance(left, Left)


def seconds(call: object, text: str) -> float:
    began = time.perf_counter()
    assert call(text)  # type: ignore[operator]
    return time.perf_counter() - began


@pytest.mark.parametrize(
    ("look", "head", "line"),
    [
        (dockerfile, "ARG B=a:1\n", "FROM $B\nCOPY --from=a:1 x y\n"),
        (dockerfile, "ARG A=a:1\n", "ARG B{}=a:1\n"),
        (compose, "services:\n", "  s{}: {{image: &a{} x:1}}\n  t{}: {{image: *a{}}}\n"),
    ],
)
def test_time_grows_with_the_file(look: object, head: str, line: str) -> None:
    small, large = (head + "".join(line.format(*[n] * 4) for n in range(k)) for k in (500, 4000))
    if "ARG B{}" in line:
        small += "".join(f"FROM $B{n}\n" for n in range(500))
        large += "".join(f"FROM $B{n}\n" for n in range(4000))
    seconds(look, small)
    assert seconds(look, large) < 40 * max(seconds(look, small), 0.005)


def test_merge_keys_that_multiply() -> None:
    lines = ["x-0: &a0 {image: x:1}\n"]
    lines += [f"x-{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 25)]
    text = "".join(lines) + services("s:", "  <<: *a24", "  build: .")
    began = time.perf_counter()
    assert pinned(text, compose(text)) == text
    assert time.perf_counter() - began < 20


# Whatever the reference and however it is written, only the digest is new.

COMPONENT = st.from_regex(r"[a-z0-9]{1,6}(?:(?:\.|_|__|-{1,2})[a-z0-9]{1,6}){0,2}", fullmatch=True)
REGISTRY = st.sampled_from(["", "ghcr.io/", "localhost/", "127.0.0.1:5000/", "r.test:443/a/"])
TAG = st.one_of(st.just(""), st.from_regex(r":[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}", fullmatch=True))
NAMES = st.builds(
    lambda registry, parts, tag, digest: registry + "/".join(parts) + tag + digest,
    REGISTRY,
    st.lists(COMPONENT, min_size=1, max_size=3),
    TAG,
    st.sampled_from(["", "@" + OLD]),
)
FORMS = st.sampled_from(
    [
        "FROM {}\n",
        'FROM --platform=$BUILDPLATFORM "{}" AS x\n',
        "FROM \\\r\n  {} \\\r\n  AS x\r\n",
        "ARG B={}\nFROM ${{B}}\n",
        "ARG B='{}'\nFROM $B\n",
        "FROM scratch\nCOPY --link --from={} /a /b\n",
        "FROM scratch\nRUN --mount=type=bind,from={},target=/x ls\n",
    ]
)
YAML_FORMS = st.sampled_from(
    [
        "services:\n  a:\n    image: {}\n",
        "services:\r\n  a: {{image: '{}', ports: [80]}} # x\r\n",
        'x-a: &a "{}"\nservices:\n  a:\n    image: *a\n',
    ]
)


def core(reference: Reference | None) -> tuple[str, str, str] | None:
    return (reference.registry, reference.path, reference.tag) if reference else None


def check(text: str, name: str, look: object) -> None:
    before = [one for one in look(text) if isinstance(one, Use)]  # type: ignore[operator]
    if not before:
        # A single word after --from= may be a build context; a name of Docker's own is none.
        reference = parse(name)
        assert reference is None or name == "scratch" or not set(name) & set("/:@")
        return
    (use,) = before
    after = patch.apply(text, [use.edit(DIGEST)])
    (again,) = [one for one in look(after) if isinstance(one, Use)]  # type: ignore[operator]
    old, new = parse(name), parse(again.text)
    assert old is not None
    assert new is not None
    tag = old.tag if old.digest else old.tag or "latest"
    assert core(new) == (old.registry, old.path, tag)
    assert (use.digest, again.digest) == (old.digest, DIGEST)
    # The rest of the text is what it was, and the way back leads to it.
    head, tail = use.place.start, len(text) - use.place.end
    assert after[:head] == text[:head]
    assert after[len(after) - tail :] == text[use.place.end :]


@settings(max_examples=300, deadline=None)
@given(NAMES, FORMS)
def test_a_pinned_dockerfile_names_the_same_image(name: str, form: str) -> None:
    check(form.format(name), name, dockerfile)


@settings(max_examples=200, deadline=None)
@given(NAMES, YAML_FORMS)
def test_a_pinned_service_names_the_same_image(name: str, form: str) -> None:
    check(form.format(name), name, compose)
