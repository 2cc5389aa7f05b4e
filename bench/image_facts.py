"""
The bundled facts about images against images that an engine really has.

    python -m bench.image_facts [--cache DIR] IMAGE…

Every program on an image's PATH, every user and group, the owners and modes of directories, and the
configuration are compared with what the engine's image has. A known answer must be right; a
different one is printed, and the bench ends with 1 unless it is in the table of what the images at
hand are known to differ in (`STAND_INS`: images made here from packages, because no registry can be
reached).
"""

# ruff: noqa: E501, ISC004, SIM905 - tables of names

import argparse
import re
import sys
import time
from typing import TYPE_CHECKING

from dockwright.engines.images import DockerImages
from dockwright.facts.contents import Account
from dockwright.facts.images import image
from dockwright.facts.knowledge import Known

if TYPE_CHECKING:
    from dockwright.facts.image import ImageFacts

# Names that Dockerfiles ask for; those that are absent must be said to be absent.
ASKED = (
    "bash sh curl wget git gcc g++ make python python3 pip pip3 node npm npx yarn ruby gem php java "
    "go cargo apk apt-get yum useradd adduser groupadd addgroup su sudo gosu su-exec tini ps nc vi "
    "vim nano less perl tar gzip xz unzip zip ssh openssl jq psql mysql redis-cli nginx file find "
    "locale-gen update-ca-certificates envsubst bzip2 patch cmake"
).split()
FOLDERS = (
    "/ /bin /boot /etc /etc/apt /home /home/node /home/nonroot /lib /media /mnt /opt /root /run "
    "/sbin /srv /tmp /usr /usr/bin /usr/lib /usr/local /usr/local/bin /usr/local/lib /usr/sbin /var "
    "/var/lib /var/log /var/mail /var/run /var/spool /var/tmp /var/www /app /data /go"
).split()
# What is known to differ, by image: patterns of "what: name".
STAND_INS = {
    "busybox": (
        # Debian's busybox-static in place of the project's own build.
        r"program: .*", r"user: .*", r"group: .*", r"mode: /(home|lib|usr|var|sbin|usr/.*|var/.*|"
        r"boot|media|mnt|opt|run|srv|lib|app|data)", r"mode: /home",
    ),
    "python": (
        # CPython of pyenv without idle, its links made by hand; pip of ensurepip.
        r"program: (idle|pydoc|2to3|python.*-config|wheel|idle3.*|pydoc3.*).*",
        # Their PATH begins with /usr/local/bin twice, as the real ones' does.
        r"env: (GPG_KEY|PYTHON_SHA256|LANG)",
    ),
    "node": (
        # No Yarn, no corepack in it.
        r"program: (yarn|yarnpkg|corepack)", r"env: YARN_VERSION",
    ),
    "gcr.io/distroless/static": (
        # Made of the packages' files; the copy into the image made root the owner of all.
        r"mode: /home/nonroot",
    ),
    "gcr.io/distroless/python3": (r"mode: /home/nonroot",),
}  # fmt: skip


def programs(facts: "ImageFacts", real: "ImageFacts") -> tuple[list[str], dict[str, int]]:
    """What is said wrongly of programs, and counts."""
    wrong = []
    counts = {"there": 0, "found": 0, "absent": 0, "said absent": 0, "said": 0, "right": 0}
    assert real.contents
    assert facts.contents
    path = real.env.get("PATH")
    names = set(ASKED)
    ground = real.contents.below
    entries = getattr(ground, "exact", {})
    folders = path.value.split(":") if isinstance(path, Known) else []
    for one in entries:
        folder, _, name = one.rpartition("/")
        if folder in folders or f"/usr{folder}" in folders:
            names.add(name)
    names |= _claimed(facts)
    for name in sorted(names):
        truth = real.contents.program(name, path)
        if not isinstance(truth, Known):
            wrong.append(f"program: {name}: the listing itself does not say: {truth.reason.text}")
            continue
        said = facts.contents.program(name, facts.env.get("PATH"))
        there = truth.value is not None
        counts["there" if there else "absent"] += 1
        if not isinstance(said, Known):
            continue
        counts["said"] += said.value is not None
        if (said.value is not None) != there:
            wrong.append(f"program: {name} {'is' if there else 'is not'} there")
            continue
        counts["right"] += there
        counts["found" if there else "said absent"] += 1
    return wrong, counts


def _claimed(facts: "ImageFacts") -> set[str]:
    """All names that the facts have in folders of programs."""
    found: set[str] = set()
    at: object = facts.contents
    while at is not None:
        for source in (at, *getattr(at, "effects", ())):
            names = getattr(source, "names", None)
            if isinstance(names, dict):
                for folder, tokens in names.items():
                    if folder.endswith("bin"):
                        found.update(tokens)
        at = getattr(at, "below", None)
    return found


def accounts(facts: "ImageFacts", real: "ImageFacts") -> tuple[list[str], int, int]:
    """What is said wrongly of users and groups; how many were asked for, and unknown."""
    wrong = []
    asked = unknown = 0
    assert real.contents
    assert facts.contents
    for kind in ("user", "group"):
        names = {*real.contents.accounts(kind), *facts.contents.accounts(kind), "nobody-has-this"}
        for name in sorted(names):
            asked += 1
            said = facts.contents.account(kind, name)
            truth = real.contents.account(kind, name)
            assert isinstance(truth, Known)
            if not isinstance(said, Known):
                unknown += 1
            elif not _same(said.value, truth.value):
                wrong.append(f"{kind}: {name} is {truth.value}, not {said.value}")
    return wrong, asked, unknown


def _same(said: Account | None, truth: Account | None) -> bool:
    if said is None or truth is None:
        return said is truth
    pairs = [(getattr(said, part), getattr(truth, part)) for part in Account.__slots__]
    return all(one is None or one == other for one, other in pairs)


def modes(facts: "ImageFacts", real: "ImageFacts") -> tuple[list[str], int, int]:
    """What is said wrongly of directories; how many were asked for, and unknown."""
    wrong = []
    unknown = 0
    assert real.contents
    assert facts.contents
    for path in FOLDERS:
        said = facts.contents.stat(path)
        truth = real.contents.stat(path)
        assert isinstance(truth, Known)
        if not isinstance(said, Known):
            unknown += 1
            continue
        one, other = said.value, truth.value
        if one is None or other is None:
            if one is not other:
                wrong.append(f"mode: {path} {'is' if other else 'is not'} there")
            continue
        for part in ("mode", "uid", "gid"):
            value = getattr(one, part)
            if value is not None and value != getattr(other, part):
                wrong.append(f"mode: {path} {part} is {getattr(other, part):o}, not {value:o}")
        if one.kind not in ("any", other.kind):
            wrong.append(f"mode: {path} is a {other.kind}, not a {one.kind}")
    return wrong, len(FOLDERS), unknown


def settings(facts: "ImageFacts", real: "ImageFacts") -> list[str]:
    """What is said wrongly of the configuration."""
    wrong = []
    for name in ("user", "workdir", "entrypoint", "cmd", "shell", "stopsignal", "healthcheck"):
        said, truth = getattr(facts, name), getattr(real, name)
        if not isinstance(said, Known) or not isinstance(truth, Known):
            continue
        if said.value == truth.value:
            continue
        if name != "workdir" or {said.value, truth.value} != {"", "/"}:
            wrong.append(f"config: {name} is {truth.value!r}, not {said.value!r}")
    for name in sorted(facts.env.keys() | real.env.keys()):
        said, truth = facts.env.get(name), real.env.get(name)
        if said is None or truth is None:
            if said is None and not facts.env_complete:
                continue
            wrong.append(f"env: {name} is {'set' if truth else 'not set'}")
        elif not isinstance(said, Known) or not isinstance(truth, Known):
            continue
        elif said.value != truth.value:
            wrong.append(f"env: {name} is {truth.value!r}, not {said.value!r}")
    for name in ("ports", "volumes"):
        said, truth = getattr(facts, name), getattr(real, name)
        if said is not None and sorted(said) != sorted(truth):
            wrong.append(f"config: {name} are {truth!r}, not {said!r}")
    return wrong


def explained(name: str, text: str) -> bool:
    """Whether a difference is one that the image at hand is known for."""
    for prefix, patterns in STAND_INS.items():
        if name.startswith(prefix) and any(re.match(one, text) for one in patterns):
            return True
    return False


def main() -> int:
    """Compare, print a table, and say whether a known answer is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", nargs="+")
    parser.add_argument("--cache", default="", help="a folder for listings")
    arguments = parser.parse_args()
    engine = DockerImages(arguments.cache)
    failed = False
    print("image                        programs: there  found  wrong |  absent  said | "
          "accounts unknown | folders unknown | ms")  # fmt: skip
    for name in arguments.images:
        real = engine.image(name)
        if real is None:
            print(f"{name}: the engine does not have it")
            failed = True
            continue
        began = time.perf_counter()
        facts = image(name)
        taken = (time.perf_counter() - began) * 1000
        if facts is None:
            print(f"{name}: nothing is known of it")
            failed = True
            continue
        wrong, counts = programs(facts, real)
        wrong_accounts, asked, unknown = accounts(facts, real)
        wrong_modes, folders, dark = modes(facts, real)
        every = [*wrong, *wrong_accounts, *wrong_modes, *settings(facts, real)]
        open_ = [one for one in every if not explained(name, one)]
        print(
            f"{name:44} {counts['there']:8} {counts['found']:6} "
            f"{sum(not explained(name, one) for one in wrong):6} | {counts['absent']:7} "
            f"{counts['said absent']:5} | {asked:8} {unknown:7} | {folders:7} {dark:7} | {taken:.1f}"
        )
        for one in every:
            print(f"    {'stand-in' if explained(name, one) else 'WRONG   '} {one}")
        failed = failed or bool(open_)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
