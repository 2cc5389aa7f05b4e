"""Command lines that are read without argparse mean what they mean to argparse."""

import random

import pytest

from dockwright.cli.arguments import parse
from dockwright.cli.options import Parser, add_selection
from dockwright.errors import UsageError

WORDS = [
    *(
        "a",
        "b/Dockerfile",
        "-",
        "",
        "--",
        "-x",
        "--preview",
        "--preview=1",
        "--no-cache",
        "-j",
        "4",
    ),
    *("-j4", "--jobs=2", "--jobs", "-1", "--shellcheck", "off", "--shellcheck=on", "none", "-f"),
    *("json=x", "-fjson", "--format=json", "--format=", "--select", "DW1", "--select=DW2,DW3"),
    *(
        "--ignore",
        "--config",
        "--confi",
        "--fail-on",
        "error",
        "--fail-on=never",
        "-f=json",
        "=",
        "²",
    ),
]


def parser() -> Parser:
    made = Parser("check", "Say.")
    add_selection(made)
    made.add_argument("-f", "--format", action="append", metavar="FORMAT")
    made.add_argument("--fail-on", choices=("error", "never"))
    made.add_argument("--stage", action="append", default=[])
    return made


def test_means_the_same_as_to_argparse() -> None:
    chosen = random.Random(1)
    plain = 0
    for _ in range(4000):
        argv = chosen.choices(WORDS, k=chosen.randrange(6))
        made = parser()
        values = made._plain(argv)
        if values is None:
            continue
        plain += 1
        assert values == vars(parse("check", "Say.", made._given, argv)), argv
    assert plain > 400


@pytest.mark.parametrize(
    "argv",
    [
        ["."],
        ["--no-cache", "--shellcheck", "off", "Dockerfile"],
        ["a", "-f", "sarif=out.sarif", "--format=text", "b"],
        ["--select", "DW1", "--select=DW2", "-j", "3", "--preview", "-"],
    ],
)
def test_plain_ones_need_no_argparse(argv: list[str]) -> None:
    assert parser()._plain(argv) is not None


@pytest.mark.parametrize(
    "argv", [["--nothing"], ["-j", "x"], ["--config"], ["--shellcheck", "maybe"], ["--preview=1"]]
)
def test_mistakes_are_told(argv: list[str]) -> None:
    with pytest.raises(UsageError, match="argument"):
        parser().parse_args(argv)


def test_a_list_as_default_stays_empty() -> None:
    made = parser()
    assert made.parse_args(["--stage", "a"]).stage == ["a"]
    assert made.parse_args([]).stage == []
