"""
Why `docker build --check` and we differ: classes of differences, each seen by code.

As in `explained.hadolint`, a class is a property of the file and of the engine's error, and never
asks what we report.
"""

import re

from bench.explained.more import in_onbuild
from bench.explained.properties import gives_way, half_list
from bench.explained.site import Site, Test
from dockwright.facts.knowledge import Known
from dockwright.model.secrecy import verdict
from dockwright.model.stages import Build
from dockwright.rules.metadata._variables import HANDLES_UNSET
from dockwright.rules.metadata.variable_undefined import _uses
from dockwright.rules.secrets.secret_in_arg_or_env import value_of

EARLY = ("dockerfile parse error", "failed to parse", "base name", "no build stage")
WINDOWS = re.compile(r"\"?([A-Za-z]:|\\)|.*\\")
# The engine's list, from linter.go; a name with one of the second list in it is left alone.
SECRET = re.compile(
    r"(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)",
    re.IGNORECASE,
)
PUBLIC = re.compile(r"(?:_|^)public(?:_|$)", re.IGNORECASE)


# UndefinedVar


def undefined(site: Site) -> list[tuple[str, str]]:
    """The variables that nothing sets before the step, with their modifiers."""
    return [(n, mod) for n, _, mod in _uses(site.step) if site.step.before.variable(n) is None]


def says_itself(site: Site) -> bool:
    """Each use of an unset variable has a modifier that says what is meant."""
    found = undefined(site)
    return bool(found) and all(modifier in HANDLES_UNSET for _, modifier in found)


def set_beside(site: Site) -> bool:
    """Each unset variable is used for another pair of the ENV that sets it."""
    unset = {name for name, modifier in undefined(site) if modifier not in HANDLES_UNSET}
    pairs = site.step.node.pairs if site.step.name == "ENV" else ()
    keys = {pair.key for pair in pairs}
    own = {p.key for p in pairs if re.search(rf"\$\{{?{re.escape(p.key)}\b", p.value or "")}
    return bool(unset) and unset <= keys - own


def in_expose(site: Site) -> bool:
    return site.step.name == "EXPOSE"


# Others


def no_value(site: Site) -> bool:
    value = site.step.expand(site.step.words[0].value)
    return isinstance(value, Known) and not value.value


def is_probe(site: Site) -> bool:
    return site.step.name == "HEALTHCHECK"


def argument(site: Site) -> bool:
    return not isinstance(site.step.expand(site.step.words[0].value), Known)


def windows_path(site: Site) -> bool:
    """A path with a drive or a backslash, written or in the variable."""
    word = site.step.words[0].value
    value = site.step.expand(word)
    written = site.build.tree.escape == "`"
    return written or bool(WINDOWS.match(word) or WINDOWS.match(str(getattr(value, "value", ""))))


def whole_context(site: Site) -> bool:
    return any(word.value.rstrip("/") in (".", "") for word in site.step.words[:-1])


def wildcard(site: Site) -> bool:
    return any(set(word.value) & set("*?[") for word in site.step.words[:-1])


def dot_slash(site: Site) -> bool:
    ignore = site.build.ignore
    exceptions = ignore is not None and any(one.negated for one in ignore.patterns)
    return exceptions and any(word.value.startswith("./") for word in site.step.words[:-1])


def unlisted(site: Site) -> bool:
    """No name of the instruction is on the engine's list."""
    assert site.node is not None
    return not any(SECRET.search(p.key) and not PUBLIC.search(p.key) for p in site.node.pairs)


def before_from(site: Site) -> bool:
    return site.step_ is None


def secret(reason: str) -> Test:
    """The engine's list has names of the instruction, none a credential, one of class `reason`."""

    def test(site: Site) -> bool:
        assert site.node is not None
        found = []
        for pair in site.node.pairs:
            if SECRET.search(pair.key) and not PUBLIC.search(pair.key):
                given, value = value_of(site.step, pair.value)
                found.append(verdict(pair.key, value) if given else ("", "the file gives no value"))
        return not any(sure for sure, _ in found) and any(one == reason for _, one in found)

    return test


ONBUILD = "in ONBUILD: the engine looks at it in the builds of other files"
SECRETS = (
    "the value is the fingerprint of a public key",
    "the value is empty",
    "the value is a placeholder",
    "the value is a switch",
    "the value is a path or an address",
    "the name is of something about a credential",
    "an ambiguous name without a value",
    "an ambiguous name, and the value is not random",
    "the file gives no value",
    "the name is no credential",
)
THEIRS: dict[str, tuple[tuple[str, Test], ...]] = {
    "CopyIgnoredFile": (
        ("the source is the context itself, which is always there", whole_context),
        ("a wildcard that matches nothing copies nothing", wildcard),
        ("the engine forgets to take off ./ before it looks at the exceptions (!)", dot_slash),
    ),
    "JSONArgsRecommended": (
        ("it begins with [: a broken list, which json-form-malformed reports", half_list),
        ("the shell gives way with exec, and the command needs it", gives_way),
    ),
    "SecretsUsedInArgOrEnv": tuple((reason, secret(reason)) for reason in SECRETS),
    "UndefinedVar": (
        ("the expansion says itself what an unset variable means: ${X:-…}", says_itself),
        ("another pair of the same ENV sets it: env-self-reference says so", set_beside),
    ),
    "WorkdirRelativePath": (
        (
            "a Windows path: the bench's stand-in image makes the engine take it for Linux",
            windows_path,
        ),
        ("the variable has no value, which is variable-undefined's concern", no_value),
        ("a build argument decides; without one, the engine takes it for empty", argument),
    ),
}
OURS: dict[str, tuple[tuple[str, Test], ...]] = {
    "JSONArgsRecommended": (("the engine looks at CMD and ENTRYPOINT, not at probes", is_probe),),
    "LegacyKeyValueFormat": ((ONBUILD, in_onbuild),),
    "SecretsUsedInArgOrEnv": (
        ("a global ARG, which the engine does not look at", before_from),
        (ONBUILD, in_onbuild),
        ("a name that the engine's list does not have", unlisted),
    ),
    "UndefinedVar": (("the engine does not look at EXPOSE", in_expose),),
}


def why(name: str, line: int, side: str, build: Build, stopped: int, error: str) -> str | None:
    """
    Why only one `side` ("theirs", "ours") reports check `name` at `line`; None: no reason known.

    `error` is the message of the error that ended the engine's work, `stopped` its line.
    """
    if side == "ours" and error:
        if error.startswith(EARLY):
            return "the engine stops at an error before it looks at any instruction"
        if 0 < stopped <= line:
            return "the engine stops at an error before it looks at this instruction"
    site = Site(build, line)
    if site.node is None:
        return None
    table = THEIRS if side == "theirs" else OURS
    for sentence, test in table.get(name, ()):
        if (site.step_ is not None or test is before_from) and test(site):
            return sentence
    return None
