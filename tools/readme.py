"""The parts of README.md that the program itself writes: what it finds in the README's example."""

import re
from pathlib import Path

from dockwright.app.check import Checker, Options
from dockwright.app.fix import fix_text
from dockwright.render import text
from dockwright.render.report import Options as RenderOptions
from dockwright.render.report import Report
from dockwright.text import patch
from dockwright.text.source import Source

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "README.md"
_PART = re.compile(r"(<!-- readme: (\w+) -->\n).*?(<!-- /readme -->)", re.DOTALL)


def page() -> str:
    """README.md with its generated parts made again."""
    written = PAGE.read_text(encoding="utf-8")
    example = re.search(r"```dockerfile\n(.*?)```", written, re.DOTALL)
    if example is None:
        raise SystemExit("README.md has no example")
    parts = _parts(example[1])
    return _PART.sub(lambda match: match[1] + parts[match[2]] + match[3], written)


def _parts(dockerfile: str) -> dict[str, str]:
    checker = Checker(Options(shellcheck="off", cache=False))
    source = Source("Dockerfile", dockerfile)
    build = checker.build("Dockerfile", source, None)
    found = checker.look("Dockerfile", build)[0]
    report = Report(found, {"Dockerfile": source}, files=("Dockerfile",))
    fixed = fix_text(checker, "Dockerfile", dockerfile, None, ("safe",))
    return {
        "check": f"```\n{text.render(report, RenderOptions())}```\n",
        "fix": f"```diff\n{patch.diff('Dockerfile', dockerfile, fixed.after)}```\n",
    }
