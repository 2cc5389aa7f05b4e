"""
Begin a rule: write its file with the next free code.

    python -m tools.newrule SUBJECT NAME [--on RunStep] [--code DW2110]

SUBJECT is a folder of `src/dockwright/rules`, NAME what people will type: it reads well after
"allow". The new file's tests fail until its check is written.
"""

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

from dockwright.check.registry import entries
from tools.generate import SUBJECTS

RULES = Path(__file__).resolve().parent.parent / "src/dockwright/rules"

TEMPLATE = '''\
"""{code} {name}."""

from dockwright.rules.api import Bad, Findings, Good, Rule, {on}


class {title}(Rule):
    """
    Say what to do, in one sentence.

    Say why.

    Silent when it is not true.
    """

    code = "{code}"
    name = "{name}"
    since = "{since}"
    severity = "warning"
    tier = "preview"
    tags = ("{tag}",)

    examples = (
        Bad("FROM debian:12\\nRUN bad\\n", at="bad"),
        Good("FROM debian:12\\nRUN good\\n"),
    )

    def check(self, {parameter}: {on}) -> Findings:
        raise NotImplementedError("{name}: write the examples, then the check")
        yield self.at({parameter}, "what is wrong here")
'''


def subjects() -> list[str]:
    """The folders a rule can be in."""
    return sorted(path.parent.name for path in RULES.glob("*/__init__.py"))


def next_code(subject: str) -> str:
    """The code behind the highest of the family that most rules of the folder belong to."""
    taken = [entry.code for entry in entries()]
    families = Counter(
        entry.code[:4] for entry in entries() if entry.module.startswith(subject + ".")
    )
    if not families:
        raise SystemExit(f"rules/{subject} has no rule yet: name its first code with --code")
    family = families.most_common(1)[0][0]
    number = max(int(code[4:]) for code in taken if code.startswith(family)) + 1
    if number > 99:
        raise SystemExit(f"{family} is full: name a code with --code")
    return f"{family}{number:02}"


def write(subject: str, name: str, on: str, code: str | None) -> Path:
    """Write the file of the new rule; its path."""
    from dockwright import __version__

    known = {entry.name for entry in entries()} | {entry.code for entry in entries()}
    if subject not in subjects():
        raise SystemExit(f"no folder rules/{subject}; there are {', '.join(subjects())}")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise SystemExit(f"{name!r} is no name: small letters and digits, with `-` between words")
    if on not in SUBJECTS:
        raise SystemExit(f"{on!r} is no subscription; there are {', '.join(SUBJECTS)}")
    code = code or next_code(subject)
    if not re.fullmatch(r"DW\d{4}", code):
        raise SystemExit(f"{code!r} is no code: DW and four digits")
    path = RULES / subject / f"{name.replace('-', '_')}.py"
    for taken in (code, name):
        if taken in known:
            raise SystemExit(f"{taken} is taken")
    if path.exists():
        raise SystemExit(f"{path} exists")
    parameter = {"Build": "build", "Stage": "stage", "RunStep": "run"}.get(on, "step")
    text = TEMPLATE.format(
        code=code,
        name=name,
        title="".join(word.capitalize() for word in name.split("-")),
        since=".".join(__version__.split(".")[:2]),
        tag=subject.replace("_", "-"),
        on=on,
        parameter=parameter,
    )
    path.write_text(text, encoding="utf-8")
    return path


def main(argv: list[str]) -> int:
    """Write the file and say what comes next."""
    summary, _, rest = (__doc__ or "").strip().partition("\n")
    parser = argparse.ArgumentParser("python -m tools.newrule", description=summary, epilog=rest)
    parser.add_argument("subject", choices=subjects(), metavar="SUBJECT")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--on", default="RunStep", metavar="WHAT", help=", ".join(SUBJECTS))
    parser.add_argument("--code", metavar="CODE", help="in place of the next free one")
    args = parser.parse_args(argv)
    path = write(args.subject, args.name, args.on, args.code)
    print(f"{path}: write the docstring, the examples and the check, then `make generate test`")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
