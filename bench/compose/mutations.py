"""Cases with a line changed: gone, twice, moved, or with a value of another type."""

import re
from random import Random

from bench.compose import services
from bench.compose.case import Case

VALUES = [
    "null",
    "true",
    "5",
    "1.5",
    "[]",
    "{}",
    "''",
    "text",
    "[a, b]",
    "{a: b}",
    "-1",
    "~",
    "'5'",
]
VALUES += ["2001-01-01", "0o17", "a: b", "*x", "[", "!reset null", "!override x", "${N}", "${N:-7}"]
KINDS = (services.mixed, services.overridden, services.extended, services.anchored)


def mutated(random: Random, name: str) -> Case:
    """A case of another kind whose first or second file has one or two changed lines."""
    case = random.choice(KINDS)(random, name)
    path = random.choice([path for path in case.files if path.endswith((".yaml", ".yml"))])
    lines = case.files[path].split("\n")
    for _ in range(random.choice((1, 1, 2))):
        at = random.randrange(len(lines))
        line = lines[at]
        how = random.randrange(6)
        if how == 0:
            del lines[at]
        elif how == 1:
            lines.insert(at, line)
        elif how == 2:
            lines[at] = line[1:] if random.random() < 0.5 else " " + line
        elif how == 3 and line:
            place = random.randrange(len(line))
            lines[at] = line[:place] + line[place + 1 :]
        elif found := re.match(r"( *(?:- )?[\w.-]+: |  *- )", line):
            lines[at] = found[1] + random.choice(VALUES)
    case.files[path] = "\n".join(lines)
    case.kind = "mutated"
    return case
