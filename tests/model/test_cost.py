"""What steps cost, and that the guide says so."""

from pathlib import Path

import pytest

from dockwright.model.cost import Cost, estimate, total
from dockwright.model.costtable import COMMANDS, MEASURED, TABLE
from tests.support.models import build_of

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "impact.md"


def cost(text: str) -> Cost:
    return estimate(build_of(f"FROM a\n{text}\n").steps[-1])


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("COPY a /", "copy"),
        ("ADD https://example.org/a /", "download"),
        ("ADD a.tar /", "copy"),
        ("WORKDIR /a", "folder"),
        ("LABEL a=1", ""),
        ("RUN mkdir -p /a && chmod 755 /a", "run small"),
        ("RUN apt-get -q update && apt-get install -y curl git", "run index system"),
        ("RUN python3 -m pip install -r requirements.txt", "run pip"),
        ("RUN sudo -E pip3 install flask", "run pip"),
        ('RUN ["npm", "ci", "--omit=dev"]', "run npm"),
        ("RUN npm run build", "run bundle"),
        ("RUN yarn", "run npm"),
        ("RUN CGO_ENABLED=0 go build -o /app ./cmd", "run go"),
        ("RUN ./mvnw -q package", "run java"),
        ("RUN cargo build --release", "run cargo"),
        ("RUN curl -fsSL https://example.org/x | tar -xz", "run download unpack"),
        ("RUN git config --global a b", "run small"),
        ("RUN frobnicate", "run unknown"),
        ("RUN $TOOL x", "run unknown"),
    ],
)
def test_kinds_of_work(text, keys):
    found = cost(text)
    assert [one.key for one in found.assumptions] == keys.split()
    assert found.known is ("unknown" not in keys)


def test_more_packages_cost_more():
    one, three = cost("RUN apt-get install -y a"), cost("RUN apt-get install -y a b c")
    assert (one.low, one.high) < (three.low, three.high)


def test_cache_mounts_ease_what_they_hold():
    plain = cost("RUN go build .")
    eased = cost("RUN --mount=type=cache,target=/root/.cache/go-build go build .")
    other = cost("RUN --mount=type=cache,target=/go/pkg/mod go build .")
    run = TABLE["run"]
    assert (eased.high - run.high) * 12 == pytest.approx(plain.high - run.high)
    assert other == plain
    # As measured, a pip cache mount saved nothing where there were wheels.
    assert cost("RUN --mount=type=cache,target=/root/.cache/pip pip install a") == cost(
        "RUN pip install a"
    )


def test_what_may_not_run_may_cost_nothing():
    found = cost("RUN test -f a || make")
    assert found.low < 1 < found.high


@pytest.mark.parametrize(
    ("low", "high", "text", "label"),
    [
        (0.1, 0.9, "under 1 s", "under a second"),
        (0.4, 4, "up to 5 s", "under a second to seconds"),
        (2.3, 7, "2 to 10 s", "seconds"),
        (12, 44, "10 to 45 s", "tens of seconds"),
        (12, 130, "10 s to 3 min", "tens of seconds to minutes"),
        (130, 400, "2 to 10 min", "minutes"),
        (0.4, 90, "up to 2 min", "under a second to minutes"),
        (3600, 9000, "60 to 150 min", "minutes"),
    ],
)
def test_no_false_precision(low, high, text, label):
    found = Cost(low, high, ())
    assert (found.text, found.label) == (text, label)


def test_unknown_programs_leave_the_top_open():
    assert cost("RUN frobnicate").text == "not known"
    assert total([cost("RUN frobnicate"), cost("RUN npm ci")]).text == "3 s or more"


def test_table_is_consistent():
    used = {kind for kinds in COMMANDS.values() for kind in kinds.values()}
    assert used <= TABLE.keys()
    assert TABLE.keys() - used == {"run", "copy", "folder", "unknown"}
    for one in TABLE.values():
        assert 0 <= one.low < one.high
        assert bool(one.caches) is (one.eased > 1)


def test_guide_has_the_table():
    text = GUIDE.read_text()
    for one in TABLE.values():
        assert f"| {one.text} | {one.low:g} | {one.high:g} | {one.source} |" in text
    assert any(one.source == MEASURED for one in TABLE.values())
