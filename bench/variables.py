"""
Variables: `expand` against BuildKit's own, and the model against images that are really built.

    python -m bench.variables [--go] [--words 100000] [--engine] [--seed 1]

`--go` asks BuildKit's `shell.Lex` (two releases) for the value, the words, the unset names and the
error of random words and compares. `--engine` builds the Dockerfiles of
`tests/model/test_variables_data.py` with Docker and compares the image with `State`: a known value
must be equal, an unknown one may be. Ends with 1 when there is a difference that no class explains.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.buildkit_reference import RELEASES, ask, narrow, reference, wide
from dockwright.syntax.dockerfile.expand import Expansion, expand
from dockwright.text.source import encode

NAMES = ("A", "B", "AB", "_x", "EMPTY", "UNSET", "path", "é", "1", "@", "0", "#")
TEXTS = (
    *(
        "a",
        "b",
        "ab",
        "abc",
        "x.y",
        "/usr/bin",
        "*",
        "?",
        ".",
        "a*",
        "*b",
        "?b",
        "**",
        "\\*",
        "\\?",
    ),
    *("\\\\", "\\}", "\\/", "\\a", "-", ":", "+", "=", "^", "(", "[a]", "|", "é", "<", "<<", "<<E"),
    " ",
    "\t",
    "a b",
    "",
    "'q'",
    '"q"',
    '"q s"',
    "'",
    '"',
    "\\",
    "`",
    "$",
    "$$",
    "{",
    "}",
    "\n",
    "\0",
    "\ufeff",
    "\xa0",
    "$1x",
    "\\$A",
    '"\\a\\$A\\""',
    "'\\*'",
    '"\\*"',
)
MODIFIERS = (
    "-",
    ":-",
    "+",
    ":+",
    "?",
    ":?",
    "#",
    "##",
    "%",
    "%%",
    "/",
    "//",
    ":#",
    ":/",
    ":",
    "!",
    "=",
)


def word(pick: random.Random, depth: int = 0) -> str:
    """A random word, mostly well formed."""
    pieces: list[str] = []
    for _ in range(pick.choice((1, 1, 2, 3))):
        kind = pick.randrange(8)
        if kind < 3 or depth > 3:
            pieces.append(pick.choice(TEXTS))
        elif kind == 3:
            pieces.append("$" + pick.choice(NAMES))
        elif kind == 4:
            pieces.append("${" + pick.choice(NAMES) + "}")
        elif kind == 5:
            quote = pick.choice("'\"")
            pieces.append(quote + word(pick, depth + 1) + quote)
        else:
            modifier = pick.choice(MODIFIERS)
            inner = word(pick, depth + 1)
            if modifier.startswith("/"):
                inner += "/" + word(pick, depth + 1)
            pieces.append("${" + pick.choice(NAMES) + modifier + inner + "}")
    text = "".join(pieces)
    if pick.random() < 0.03 and text:
        at = pick.randrange(len(text))
        text = text[:at] + text[at + 1 :]
    return text


def environment(pick: random.Random) -> dict[str, str]:
    found = {"EMPTY": ""}
    for name in NAMES[:8]:
        if name not in ("EMPTY", "UNSET") and pick.random() < 0.7:
            found[name] = "".join(pick.choice(TEXTS) for _ in range(pick.randrange(4)))
    return found


def questions(count: int, seed: int) -> Iterator[dict[str, Any]]:
    pick = random.Random(seed)
    for _ in range(count):
        yield {
            "Word": word(pick),
            "Env": environment(pick),
            "Escape": pick.choice("\\\\\\`"),
            "RawQuotes": pick.random() < 0.15,
            "RawEscapes": pick.random() < 0.15,
            "KeepUnset": pick.random() < 0.15,
            "NoQuotes": pick.random() < 0.1,
        }


def answer(question: dict[str, Any]) -> Expansion:
    return expand(
        question["Word"],
        question["Env"].get,
        question["Escape"],
        raw_quotes=question["RawQuotes"],
        raw_escapes=question["RawEscapes"],
        keep_unset=question["KeepUnset"],
        plain_quotes=question["NoQuotes"],
    )


def differences(question: dict[str, Any], theirs: dict[str, Any]) -> str:
    """What differs for one word, "" for nothing."""
    ours = answer(question)
    error = wide(theirs["Error"])
    if ours.unknown is not None:
        return "we say unknown"
    if error or ours.error:
        return "" if ours.error and error.endswith(": " + ours.error) else "error"
    if ours.value != wide(theirs["Value"]):
        return "value"
    if list(ours.words) != [wide(one) for one in theirs["Words"]]:
        return "words"
    unmatched = {ref.name for ref in ours.references if not ref.found}
    return "" if unmatched == {wide(one) for one in theirs["Unmatched"] or ()} else "unset names"


def differential(count: int, seed: int, show: int) -> int:
    asked = list(questions(count, seed))
    wire = [
        {
            **question,
            "Word": narrow(encode(question["Word"])),
            "Env": [narrow(encode(f"{k}={v}")) for k, v in question["Env"].items()],
        }
        for question in asked
    ]
    answers = {release: list(ask(reference(release), "words", wire)) for release in RELEASES}
    bad = 0
    for release in RELEASES:
        tally: Counter[str] = Counter()
        for number, question in enumerate(asked):
            theirs = answers[release][number]
            what = differences(question, theirs)
            if what == "we say unknown":
                tally[what] += 1
                continue
            if not what:
                tally["equal, an error" if theirs["Error"] else "equal"] += 1
                continue
            if any(answers[other][number] != theirs for other in RELEASES):
                tally["BuildKit's releases differ among themselves"] += 1
                continue
            tally[f"UNEXPLAINED {what}"] += 1
            bad += 1
            if bad <= show:
                print(f"{what}: {question}\n  ours   {answer(question)!r}\n  theirs {theirs!r}")
        print(f"\nexpand against BuildKit {release}: {count} words")
        for what, number in tally.most_common():
            print(f"  {what:50} {number:7}")
    return bad


def engine(show: int) -> int:
    from tests.model.test_variables_data import CASES, built, mismatches

    bad = 0
    for case in CASES:
        wrong = mismatches(case, built(case))
        bad += bool(wrong)
        for line in wrong[:show]:
            print(f"{case.name}: {line}")
    print(f"\nmodel against Docker: {len(CASES)} Dockerfiles, {bad} with a wrong value")
    return bad


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--go", action="store_true")
    parser.add_argument("--engine", action="store_true")
    parser.add_argument("--words", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5)
    options = parser.parse_args()
    bad = 0
    if options.go or not options.engine:
        bad += differential(options.words, options.seed, options.show)
    if options.engine:
        bad += engine(options.show)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
