"""
What can be configured: names, types, defaults and the check of each value.

A setting is one line in `Config.__init__` (attribute, type, default) and one line in `SETTINGS`
(key in the file, check, description). The reference page is made from `SETTINGS`.
"""

from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, Final

    # The keys that lead to a value, from the table inwards, and the value as TOML has it.
    Parse = Callable[[tuple[str, ...], object], Any]

SEVERITIES = ("error", "warning", "info")
FAIL_ON = (*SEVERITIES, "never")
LABEL_KINDS = ("text", "url", "rfc3339", "spdx", "hash", "semver", "email")


class Config(Value):
    """
    The settings that hold for one folder. Immutable; `replace` makes a changed copy.

    `file` is the file they were read from ("" for none) and `root` the folder it is in: globs in
    `exclude` and `per_file_ignores` are relative to it. `select` is None when nothing is selected
    by name, which means the default rules.
    """

    __slots__ = (
        "allow_inline_ignores",
        "baseline",
        "build_args",
        "cache",
        "exclude",
        "extend_select",
        "fail_on",
        "file",
        "ignore",
        "images",
        "label_schema",
        "named_contexts",
        "per_file_ignores",
        "preview",
        "require_reason",
        "root",
        "rules_version",
        "select",
        "severity",
        "strict_labels",
        "trusted_registries",
    )

    def __init__(
        self,
        *,
        allow_inline_ignores: bool = True,
        baseline: str | None = None,
        build_args: "Mapping[str, str] | None" = None,
        cache: bool = True,
        exclude: "Iterable[str]" = (),
        extend_select: "Iterable[str]" = (),
        fail_on: str = "warning",
        file: str = "",
        ignore: "Iterable[str]" = (),
        images: "Mapping[str, Mapping[str, object]] | None" = None,
        label_schema: "Mapping[str, str] | None" = None,
        named_contexts: "Iterable[str]" = (),
        per_file_ignores: "Mapping[str, tuple[str, ...]] | None" = None,
        preview: bool = False,
        require_reason: bool = False,
        root: str = "",
        rules_version: str | None = None,
        select: "Iterable[str] | None" = None,
        severity: "Mapping[str, str] | None" = None,
        strict_labels: bool = False,
        trusted_registries: "Iterable[str]" = (),
    ) -> None:
        self.allow_inline_ignores: Final = allow_inline_ignores
        self.baseline: Final = baseline
        self.build_args: Final = build_args or {}
        self.cache: Final = cache
        self.exclude: Final = tuple(exclude)
        self.extend_select: Final = tuple(extend_select)
        self.fail_on: Final = fail_on
        self.file: Final = file
        self.ignore: Final = tuple(ignore)
        self.images: Final = images or {}
        self.label_schema: Final = label_schema or {}
        self.named_contexts: Final = tuple(named_contexts)
        self.per_file_ignores: Final = per_file_ignores or {}
        self.preview: Final = preview
        self.require_reason: Final = require_reason
        self.root: Final = root
        self.rules_version: Final = rules_version
        self.select: Final = None if select is None else tuple(select)
        self.severity: Final = severity or {}
        self.strict_labels: Final = strict_labels
        self.trusted_registries: Final = tuple(trusted_registries)

    def replace(self, **changes: "Any") -> "Config":
        """A copy with some attributes changed; the command line uses it."""
        return Config(**{name: getattr(self, name) for name in self.__slots__} | changes)

    def fingerprint(self) -> str:
        """
        The settings that can change what is found in a file, in one line.

        It is the same in every process, in every checkout and for every order of keys. It is text
        and not a digest: whoever makes a cache key hashes it together with the rest. What is done
        with findings afterwards (`baseline`, `fail_on`) and where the settings came from is not
        part of it.
        """
        return ";".join(
            f"{name}={_canonical(getattr(self, name))}"
            for name in self.__slots__
            if name not in _AFTERWARDS
        )


_AFTERWARDS = ("baseline", "cache", "exclude", "fail_on", "file", "root")


def _canonical(value: object) -> str:
    if isinstance(value, dict):
        return repr(sorted(value.items()))
    return repr(value)


class Invalid(Exception):
    """A value that does not fit; `keys` leads to it. The loader adds the file and the line."""

    def __init__(self, keys: tuple[str, ...], message: str, hint: str = "") -> None:
        super().__init__(message)
        self.keys = keys
        self.message = message
        self.hint = hint


def parse(table: "Mapping[str, object]", *, file: str = "", root: str = "") -> Config:
    """The `Config` a TOML table describes; raises `Invalid` at the first value that is wrong."""
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in SETTINGS:
            message = f"unknown setting {key!r}"
            raise Invalid((key,), message, _did_you_mean(key, SETTINGS))
        values[key.replace("-", "_")] = SETTINGS[key][0]((key,), value)
    return Config(file=file, root=root, **values)


def _did_you_mean(word: str, known: "Iterable[str]") -> str:
    from difflib import get_close_matches  # only when something is wrong already

    close = get_close_matches(word.lower().replace("_", "-"), list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else ""


def _dotted(keys: tuple[str, ...]) -> str:
    return ".".join(key if key.replace("-", "").isalnum() else f'"{key}"' for key in keys)


def _wrong(keys: tuple[str, ...], value: object, wanted: str, hint: str = "") -> Invalid:
    kinds = {bool: "a boolean", str: "a string", int: "a number", float: "a number"}
    kinds |= {list: "a list", dict: "a table"}
    kind = kinds.get(type(value), "a date or time")
    return Invalid(keys, f"{_dotted(keys)} must be {wanted}, not {kind}", hint)


def _flag(keys: tuple[str, ...], value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    hint = f"write {word} without quotes" if word in ("true", "false") else ""
    raise _wrong(keys, value, "true or false", hint)


def _any_text(keys: tuple[str, ...], value: object) -> str:
    if isinstance(value, str):
        return value
    hint = f'write "{value}"' if isinstance(value, int | float) else ""
    raise _wrong(keys, value, "a string", hint.lower())


def _text(keys: tuple[str, ...], value: object) -> str:
    text = _any_text(keys, value)
    if text.strip():
        return text
    message = f"{_dotted(keys)} is an empty string"
    raise Invalid(keys, message)


def _texts(keys: tuple[str, ...], value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_text(keys, item) for item in value)
    hint = f'write ["{value}"]' if isinstance(value, str) else ""
    raise _wrong(keys, value, "a list of strings", hint)


def _version(keys: tuple[str, ...], value: object) -> str:
    text = _text(keys, value)
    if all(part.isdecimal() for part in text.split(".")):
        return text
    message = f"{_dotted(keys)} is {text!r}, which is not a version"
    raise Invalid(keys, message, 'write a version of dockwright, such as "0.1"')


def _one_of(*allowed: str) -> "Parse":
    def parse_one(keys: tuple[str, ...], value: object) -> str:
        text = _text(keys, value)
        if text in allowed:
            return text
        message = f"{_dotted(keys)} is {text!r}; it must be one of {', '.join(allowed)}"
        raise Invalid(keys, message, _did_you_mean(text, allowed))

    return parse_one


def _severity(keys: tuple[str, ...], value: object) -> str:
    if value in ("off", "none", "ignore", False):
        message = f"{_dotted(keys)} cannot switch a rule off"
        raise Invalid(keys, message, f"add {keys[-1]!r} to `ignore` instead")
    text: str = _one_of(*SEVERITIES)(keys, value)
    return text


def _table(parse_value: "Parse") -> "Parse":
    def parse_table(keys: tuple[str, ...], value: object) -> "dict[str, Any]":
        if isinstance(value, dict):
            return {key: parse_value((*keys, key), item) for key, item in value.items()}
        raise _wrong(keys, value, "a table")

    return parse_table


def _image(keys: tuple[str, ...], value: object) -> "dict[str, object]":
    if not isinstance(value, dict):
        raise _wrong(keys, value, "a table")
    from dockwright.facts.layered import KEYS, checked

    for key in value:
        if key not in KEYS:
            message = f"unknown key {key!r} of an image"
            raise Invalid((*keys, key), message, _did_you_mean(key, KEYS))
    try:
        checked(keys[-1], value)
    except ValueError as error:
        raise Invalid(keys, str(error)) from error
    return dict(value)


SETTINGS: "dict[str, tuple[Parse, str]]" = {
    "allow-inline-ignores": (_flag, "Obey ignore comments in the checked files."),
    "baseline": (_text, "File of known findings; only new ones are reported."),
    "build-args": (_table(_any_text), "Values the build is given with --build-arg."),
    "cache": (_flag, "Remember the results of unchanged files."),
    "exclude": (_texts, "Globs of files and folders that are not looked at."),
    "extend-select": (_texts, "Rules to check in addition to the selected ones."),
    "fail-on": (_one_of(*FAIL_ON), "Lowest severity that makes `check` exit with 1."),
    "ignore": (_texts, "Rules not to check: codes, names, tags, tiers or code prefixes."),
    "images": (_table(_image), "What is true of a base image, laid over what is known of it."),
    "label-schema": (_table(_one_of(*LABEL_KINDS)), "Labels an image has, and what each holds."),
    "named-contexts": (_texts, "Names the build is given with --build-context."),
    "per-file-ignores": (_table(_texts), "Rules not to check in files that match a glob."),
    "preview": (_flag, "Check rules that are still being tried out, too."),
    "require-reason": (_flag, "Report ignore comments that give no reason."),
    "rules-version": (_version, "Check only rules that this version of dockwright had."),
    "select": (_texts, "Rules to check: codes, names, tags, tiers or code prefixes."),
    "severity": (_table(_severity), "Severity per rule, in place of the rule's own."),
    "strict-labels": (_flag, "Report labels that `label-schema` does not name."),
    "trusted-registries": (_texts, "Registries base images may come from; empty allows all."),
}
