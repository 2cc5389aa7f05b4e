"""
What the Debian archive says of its packages: names, programs, dependencies, sizes.

Input: the archive's own indexes (`debian_archive`), and `demand.txt`: names that public Dockerfiles
install. Output: `debian.bin`, whose format `dockwright.facts.bundled.debian` describes, and
`places.bin`, of `dockwright.facts.bundled.places`. Nothing but the input is in them, so the same
input gives the same bytes.
"""

from pathlib import Path

from tools.refresh_facts import debian_archive
from tools.refresh_facts.debian_archive import SUITES, Archive
from tools.refresh_facts.debian_collect import Suite
from tools.refresh_facts.debian_pack import Pack
from tools.refresh_facts.debian_places import Places

DEMAND = Path(__file__).with_name("demand.txt")
download = debian_archive.download


def demand() -> set[str]:
    """The names in demand.txt."""
    lines = DEMAND.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def refresh(inputs: str, output: str) -> None:
    """Make `debian.bin` in the folder `output`."""
    archive = Archive(inputs)
    suites = [Suite(archive, name) for name in SUITES]
    dates = [archive.date(name) for name in SUITES]
    pack = Pack(suites, demand())
    (Path(output) / "debian.bin").write_bytes(pack.file(dates))
    (Path(output) / "places.bin").write_bytes(Places(pack).file())
