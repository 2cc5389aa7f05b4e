"""The page and the JSON Schema of the configuration, from `config.schema`."""

# ruff: noqa: E501
import inspect
import json
from typing import Any

from dockwright.config import schema
from dockwright.facts.layered import KEYS

TEXT = """# Configuration

`[tool.dockwright]` in `pyproject.toml`, or `dockwright.toml`, where the whole file is that table. The
nearest one above the checked file holds, alone: files further up are not merged.

```toml
[tool.dockwright]
extend-select = ["optional"]
ignore = ["DL3008", "cd-in-run"]
fail-on = "error"

[tool.dockwright.per-file-ignores]
"tests/**" = ["apt-lists-left", "DW3"]
```

A JSON Schema for editors: [dockwright.schema.json](dockwright.schema.json).

## Settings

{table}

## Naming rules

`select`, `extend-select`, `ignore`, `per-file-ignores` and `severity` take selectors:

| selector | example | stands for |
|---|---|---|
| code | `DW2104` | that rule |
| name | `apt-lists-left` | that rule |
| another tool's id | `hadolint:DL3009`, `DL3009` | the rules that [stand for it](equivalents.md) |
| beginning of a code | `DW21` | all rules whose code begins so |
| tag | `apt` | all rules with that tag |
| tier | `default`, `optional`, `preview` | all rules of that tier |
| `ALL` | `ALL` | all rules |

The most specific selector that speaks of a rule decides: a code, name or id before a longer beginning
of a code, that before a shorter one, then tag, tier and `ALL`. Between equals, `ignore` wins. What
`per-file-ignores` names is left out in any case.

Without `select`, the rules of the tier `default` are checked. A rule in preview is checked when
`preview` is on, or when it is selected by its own name or its tier's, but not with a group. ShellCheck's
codes (`SC2086`) may stand in `ignore`. `rules-version = "0.1"` leaves out the rules that came later, so
that an upgrade reports nothing new by itself.

## Ignore comments

```dockerfile
# dockwright: ignore[apt-lists-left, DW3001] the reason
RUN apt-get update
```

| comment | where | silences |
|---|---|---|
| `# dockwright: ignore[rule, …] reason` | above an instruction, or inside its continuation | that instruction |
| `# dockwright: ignore-stage[rule, …] reason` | above a FROM, or inside the stage | that stage |
| `# dockwright: ignore-file[rule, …] reason` | anywhere | the file |

`until=2027-01-31` before the reason sets an end: after that day, the comment silences nothing and is
reported. Comments that silence nothing are [reported](../rules/suppression-unused.md), as are those
that [cannot be read](../rules/suppression-malformed.md). A finding about something that is missing
stands at the FROM of the final stage.

Comments of other tools are obeyed; an id silences the rules that stand for it:

| tool | comment | silences |
|---|---|---|
| hadolint | `# hadolint ignore=DL3009,SC2086` | the next instruction |
| | `# hadolint stage ignore=…` | the stage |
| | `# hadolint global ignore=…` | the file |
| BuildKit | `# check=skip=Rule;error=true` in the first lines | the file |
| | `# check=skip=Rule` | the next instruction |
| tally | `# tally ignore=…;reason=…` | the next instruction |
| | `# tally global ignore=…` | the file |
| Trivy | `# trivy:ignore:DS-0002:exp:2027-01-31` | the next instruction |
| Checkov | `#checkov:skip=CKV_DOCKER_2:reason` | the file |
| KICS | `# kics-scan ignore`, `# kics-scan disable=…` | the file |
| | `# kics-scan ignore-line`, `ignore-block` | the next instruction, the stage |
| Semgrep | `# nosemgrep: rule` | the next instruction |
"""


def page() -> str:
    """The reference of the configuration."""
    rows = ["| setting | value | default | |", "|---|---|---|---|"]
    defaults = schema.Config()
    for key, (parse, description) in schema.SETTINGS.items():
        default = _default(getattr(defaults, key.replace("-", "_")))
        shown = f"`{json.dumps(default)}`" if default is not None else ""
        rows.append(f"| `{key}` | {_words(shape(parse))} | {shown} | {description} |")
    return TEXT.replace("{table}", "\n".join(rows))


def json_schema() -> dict[str, Any]:
    """The schema of the table `[tool.dockwright]`, which is the whole of a `dockwright.toml`."""
    defaults = schema.Config()
    properties: dict[str, Any] = {}
    for key, (parse, description) in schema.SETTINGS.items():
        properties[key] = {"description": description, **shape(parse)}
        default = _default(getattr(defaults, key.replace("-", "_")))
        if default is not None:
            properties[key]["default"] = default
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The configuration of dockwright",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def shape(parse: Any) -> dict[str, Any]:
    """The JSON Schema of the values that a check of `SETTINGS` accepts."""
    plain: dict[str, dict[str, Any]] = {
        "_flag": {"type": "boolean"},
        "_any_text": {"type": "string"},
        "_text": {"type": "string", "pattern": "\\S"},
        "_texts": {"type": "array", "items": {"type": "string", "pattern": "\\S"}},
        "_version": {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)*$"},
        "_severity": {"enum": list(schema.SEVERITIES)},
        "_image": {
            "type": "object",
            "additionalProperties": False,
            "properties": {key: {} for key in sorted(KEYS)},
        },
    }
    if parse.__name__ in plain:
        return dict(plain[parse.__name__])
    inner = inspect.getclosurevars(parse).nonlocals
    if "allowed" in inner:
        return {"enum": list(inner["allowed"])}
    if "parse_value" in inner:
        return {"type": "object", "additionalProperties": shape(inner["parse_value"])}
    raise SystemExit(f"tools/settings.py knows no schema for {parse.__name__}")


def _default(value: object) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value


def _words(found: dict[str, Any]) -> str:
    """A schema in words."""
    if "enum" in found:
        return ", ".join(f"`{json.dumps(value)}`" for value in found["enum"])
    kind = found["type"]
    if kind == "array":
        return "list of strings"
    if kind == "object":
        inner = found["additionalProperties"]
        return f"table of {_words(inner)}" if inner else "table"
    if "pattern" in found and found["pattern"].startswith("^"):
        return "version"
    return {"boolean": "true, false", "string": "string"}[kind]
