"""
The keys of a service and the definitions at the top, each in several forms, as YAML.

They stand in `forms/*.txt`: `####` and a key, then its forms with `--` between them, and after
`-- refused` those that Compose refuses. `@{vol data}` is replaced by the name and makes the case
define that volume; so do `net`, `sec`, `cfg`, `mod`, `svc` (another service), `bsvc` (one with a
build) and `file` (a file in the project).
"""

from pathlib import Path
from random import Random

SECTIONS = {
    "net": "networks",
    "vol": "volumes",
    "sec": "secrets",
    "cfg": "configs",
    "mod": "models",
}
FOLDER = Path(__file__).parent / "forms"
REFUSED = "\n-- refused\n"


class Forms:
    """The forms of one key."""

    def __init__(self, good: list[str], refused: list[str]) -> None:
        self.good = good
        self.refused = refused

    def all(self) -> list[str]:
        return self.good + self.refused

    def one(self, random: Random, *, refused: float = 0.02) -> str:
        """Any of the forms, one of those that Compose refuses with this probability."""
        if self.refused and (not self.good or random.random() < refused):
            return random.choice(self.refused)
        return random.choice(self.good)


def read(name: str) -> dict[str, Forms]:
    """The forms of a file."""
    found = {}
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    for part in text.split("\n#### ")[1:]:
        key, _, forms = part.rstrip("\n").partition("\n")
        good, _, refused = ("\n" + forms).partition(REFUSED)
        found[key] = Forms(_split(good), _split(refused))
    return found


def _split(text: str) -> list[str]:
    text = text.removeprefix("\n")
    return text.split("\n--\n") if text else []


SERVICE = read("service")
BUILD = read("build")["build"]
IMAGE = read("image")["image"]
TOP = read("top")
