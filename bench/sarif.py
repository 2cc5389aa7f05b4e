"""SARIF of everything found in a folder, against the official schema.

    python -m bench.sarif CORPUS SCHEMA [--every 10]

SCHEMA is the SARIF 2.1.0 JSON schema (its licence keeps it out of this repository). All rules are
on; every tenth result is validated, with the whole document around it. Exit 1 on an error.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import jsonschema

from bench.hits import dockerfiles
from dockwright import render
from dockwright.app.check import Checker, Options
from dockwright.app.discover import Target
from dockwright.app.session import Session


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("schema")
    parser.add_argument("--every", type=int, default=10)
    options = parser.parse_args()
    schema = json.loads(Path(options.schema).read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    checker = Checker(
        Options(overrides={"select": ("ALL",), "preview": True}, cache=False, shellcheck="off")
    )
    results = checker.check([Target(path, True) for path in dockerfiles(options.corpus)])
    document: dict[str, Any] = json.loads(
        render.render("sarif", Session(checker, results, ()).report())
    )
    (run,) = document["runs"]
    found = run["results"]
    run["results"] = found[:: options.every]
    for error in validator.iter_errors(document):
        print(f"{error.json_path}: {error.message[:300]}")
        return 1
    fixes = sum(bool(one.get("fixes")) for one in found)
    flows = sum(bool(one.get("codeFlows")) for one in found)
    print(f"{len(results)} files, {len(found)} results, {fixes} with fixes, {flows} with flows")
    print(f"validated {len(run['results'])} of them: no error")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
