"""Which package brings which program: the facts, compared with this machine's own files.

    python -m bench.facts_executables [--suite bookworm]

Needs a machine that runs Debian; says so elsewhere. For each installed package of the archive: the
programs the facts name must be there (precision), and each program in /usr/bin and /usr/sbin that
dpkg or update-alternatives put there must be named by an installed package (recall). Programs that
nobody but the machine's owner put there are left out, and so are packages of other origin.
Exits with 1 below 99.5 % precision or 97 % recall.
"""

import argparse
import os
import shutil
import subprocess
import sys

from dockwright.facts.packages import index

FOLDERS = ("/usr/bin/", "/usr/sbin/")


def lines(*command: str) -> list[str]:
    """The lines a command prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def suite_here() -> str:
    """The code name of the Debian release that this machine runs; "" when it is none."""
    fields = {}
    if os.path.exists("/etc/os-release"):
        with open("/etc/os-release", encoding="utf-8") as file:
            fields = dict(line.rstrip("\n").split("=", 1) for line in file if "=" in line)
    if fields.get("ID", "").strip('"') != "debian" or not shutil.which("dpkg-query"):
        return ""
    return fields.get("VERSION_CODENAME", "").strip('"')


def normal(path: str) -> str:
    """The path where /bin and /sbin are links into /usr."""
    return f"/usr{path}" if path.startswith(("/bin/", "/sbin/")) else path


def main() -> int:
    """Compare and print; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--suite", default=suite_here())
    options = parser.parse_args()
    found = index("debian", options.suite)
    if found is None:
        print(f"skipped: this machine runs no Debian release with facts ({options.suite!r})")
        return 0
    installed = {
        package: version
        for package, status, version in (
            line.split("\t")
            for line in lines(
                "dpkg-query", "-W", "-f", "${Package}\t${db:Status-Abbrev}\t${Version}\n"
            )
        )
        if status.startswith("ii")
    }
    strangers = sorted(name for name in installed if not found.exists(name))
    owned: dict[str, set[str]] = {}
    for package in installed:
        for path in map(normal, lines("dpkg-query", "-L", package)):
            if path.startswith(FOLDERS):
                owned.setdefault(path, set()).add(package)
    named: dict[str, set[str]] = {}
    false = []
    total = 0
    for package in installed:
        if package in strangers:
            continue
        for path in found.programs(package) or ():
            if not path.startswith(FOLDERS):
                continue
            named.setdefault(path, set()).add(package)
            total += 1
            if not os.path.lexists(path):
                false.append(f"{package}: {path}")
    programs = [
        entry.path
        for folder in FOLDERS
        for entry in os.scandir(folder)
        if os.access(entry.path, os.X_OK) and not entry.is_dir()
    ]
    missed = []
    apart = 0
    for path in sorted(programs):
        if path in named:
            continue
        owners = owned.get(path, set())
        alternative = os.path.islink(path) and os.readlink(path).startswith("/etc/alternatives/")
        if (owners and owners <= set(strangers)) or (not owners and not alternative):
            apart += 1
        else:
            missed.append(f"{path} {' '.join(sorted(owners)) or '(alternative)'}")
    precision = 100 * (1 - len(false) / total)
    recall = 100 * (1 - len(missed) / (len(programs) - apart))
    print(f"packages installed   {len(installed):>6}   not of Debian: {' '.join(strangers) or '-'}")
    print(f"programs in PATH     {len(programs):>6}   of the owner or of other origin: {apart}")
    print(f"pairs named          {total:>6}   not there: {len(false)}")
    print(f"precision           {precision:>6.2f} %  (target 99.5 %)")
    print(f"recall              {recall:>6.2f} %  (target 97 %)")
    for title, rows in (("not there", false), ("not named", missed)):
        for row in rows:
            print(f"  {title}: {row}")
    return 0 if precision >= 99.5 and recall >= 97 else 1


if __name__ == "__main__":
    sys.exit(main())
