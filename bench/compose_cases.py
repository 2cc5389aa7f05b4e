"""Generated cases for the Compose model, from a grammar written by hand.

    python -m bench.compose_cases [--seed 1] [--out FILE] [--show ID]

Prints how many cases of which kind there are; `--out` writes them, one JSON object in each line
(`bench/compose/case.py` has its shape), `--show` prints the files of one. The same seed gives the
same cases. What Compose says of them: `bench.compose_oracle`.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from random import Random

from bench.compose import mutations, services, values
from bench.compose.case import Case, write_records
from bench.compose.grammar import read

MAIN = "project/compose.yaml"
KINDS = {
    "mixed": (services.mixed, 700),
    "merged": (services.overridden, 900),
    "extends": (services.extended, 500),
    "include": (services.included, 400),
    "anchors": (services.anchored, 350),
    "interpolation": (values.interpolated, 600),
    "env": (values.env_files, 500),
    "profiles": (values.profiled, 200),
    "names": (values.named, 200),
    "places": (values.placed, 200),
    "mutated": (mutations.mutated, 400),
}


def whole() -> list[Case]:
    """Whole files, as they are, with other ends of lines, with a mark at the start."""
    found = []
    for key, forms in read("whole").items():
        for index, text in enumerate(forms.all()):
            full = text + "\n"
            variants = {"": full}
            if key == "yaml" and index < len(forms.good):
                variants["-crlf"] = full.replace("\n", "\r\n")
                variants["-bom"] = "\ufeff" + full
                variants["-end"] = text
            for ending, variant in variants.items():
                name = f"{key}-{index}{ending}"
                found.append(Case(name, key, {MAIN: variant}, given=["compose.yaml"]))
            if key != "schema":
                over = {MAIN: full, "project/over.yaml": "services: {web: {hostname: over}}\n"}
                given = ["compose.yaml", "over.yaml"]
                found.append(Case(f"{key}-{index}-over", key, over, given=given))
    return found


def cases(seed: int = 1) -> list[Case]:
    """All cases; each has its own source of randomness. Those that need none are of seed 1."""
    first = seed == 1
    found = services.singles() + whole() if first else []
    name = "" if first else f"s{seed}-"
    for kind, (make, count) in KINDS.items():
        found += [make(Random(f"{seed}{kind}{n}"), f"{name}{kind}-{n}") for n in range(count)]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--show")
    options = parser.parse_args()
    found = cases(options.seed)
    if options.show:
        case = next(one for one in found if one.id == options.show)
        print(case.arguments(), case.environment)
        for path, text in case.files.items():
            print(f"==> {path}\n{text}")
        return 0
    if options.out:
        write_records(options.out, [one.record() for one in found])
    for kind, count in sorted(Counter(one.kind for one in found).items()):
        print(f"{kind:16} {count}")
    print(len(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
