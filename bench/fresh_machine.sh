#!/bin/sh
# fresh_machine.sh - do the README's two commands work on a machine with Python, git and make only?
#
#     bench/fresh_machine.sh [IMAGE]
#
# Clones the committed state into a container of IMAGE (default python:3.12-slim; git and make are
# installed if the image lacks them) and runs `make demo` and `make test` there, as root, without
# any engine. Prints the times; exits with the first failure.
set -eu
image=${1:-python:3.12-slim}
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
git -C "$here" bundle create -q "$work/repo.bundle" HEAD
docker run --rm --network host --label dockwright.bench=fresh -v "$work:/in:ro" "$image" sh -euc '
    { command -v git && command -v make; } >/dev/null || {
        apt-get -qq update
        apt-get -qq install -y --no-install-recommends git make >/dev/null
    }
    python3 --version; git --version; make --version | head -n 1
    git clone -q /in/repo.bundle /srv/dockwright
    cd /srv/dockwright
    start=$(date +%s); make demo; echo "make demo: $(( $(date +%s) - start )) s"
    start=$(date +%s); make test; echo "make test: $(( $(date +%s) - start )) s"
'
