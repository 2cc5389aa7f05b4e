"""
Whether a variable holds a credential, from its name and its value.

BuildKit and hadolint look at names only. Every name of theirs that is no credential here belongs to
one of the classes that `verdict` gives as its second answer.
"""

from dockwright.text.lazy import lazy, re

# Words that name a credential by themselves.
_SURE = frozenset(
    ("password", "passwd", "passphrase", "pword", "secret", "token", "credential", "credentials")
)
_JOINED = lazy(
    r"pass(?:word|wd|phrase)|api_?key|secret_?key|private_?key|access_?key|auth_?token"
    r"|access_?token|client_?secret|(?:deploy|encryption|master|auth|ssh)_?key(?![a-z])"
    r"|ssh_private|(?:composer|npm)_auth(?![a-z])|docker_auth_config|requirepass|masterauth"
)
# Words that say it is something about a credential; the second group only as the last word.
# fmt: off
_ABOUT = frozenset((
    "public", "file", "files", "path", "paths", "dir", "directory", "url", "uri", "version",
    "expire", "expires", "expiry", "expiration", "ttl", "timeout", "lifetime", "enable", "enabled",
    "disable", "disabled", "parallelism", "keyfile", "rotation",
))
# fmt: on
# fmt: off
_ABOUT_LAST = frozenset((
    "name", "names", "host", "port", "type", "mode", "method", "algorithm", "algo", "alg",
    "policy", "length", "len", "size", "count", "limit", "min", "max", "age", "days", "hours",
    "minutes", "seconds", "header", "prefix", "suffix", "alias", "issuer", "audience", "required",
    "allowed", "interval", "field", "param", "parameter", "provider", "backend", "manager",
    "encoding", "format", "scope", "scopes", "endpoint", "template", "location", "service", "sock",
    "socket", "id", "ids",
))
# fmt: on
_WEAK = frozenset(("pass", "pwd"))
_WORD = lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_PLACEHOLDER = lazy(
    r"<.*>|\*+[^*]*\*+|\{\{?.*\}\}?|\[.*\]|%.*%|[x.*_?-]+|xxx.*"
    r"|(?:your|insert|enter|replace|change[-_ ]?(?:me|it|this)|todo|fixme|placeholder|dummy|fake"
    r"|example|sample|not[-_ ]?(?:a|an|set|needed|used|required)|none|null|nil|undefined|unset|n/a"
    r"|tbd|override|provide|fill|set[-_ ]?(?:me|at|in|by)|will[-_ ]be|unused|ignored?|precompile"
    r"|this[-_ ]is|automatic|redacted)(?:[\W_].*|\d*)",
    re.IGNORECASE | re.DOTALL,
)
_SWITCH = ("true", "false", "yes", "no", "on", "off", "0", "1", "always", "never", "auto")
_PLACE = lazy(
    r"(?:~|\.{1,2})?/|[a-z][\w+.-]*://|[A-Za-z]:[\\/]|[\w./-]+\.(?:key|pem|crt|cer|json|ya?ml|txt|conf|p12|jks)$"
)
_FINGERPRINT = lazy(r"(?:0x)?(?:[0-9A-Fa-f]{4,40}[\s:]*)+$")
_RANDOM = lazy(r"[A-Za-z0-9+/=_-]{16,}$")
# Tokens that are known by their form.
TOKEN = lazy(
    r"(?:AKIA|ASIA)[0-9A-Z]{16}\b|gh[pousr]_\w{36}|github_pat_\w{40}|glpat-[\w-]{20}"
    r"|xox[abprs]-[\w-]{10}|[sr]k_live_\w{16}|npm_\w{36}|AIza[\w-]{35}|pypi-AgE\w{20}"
    r"|base64:[A-Za-z0-9+/]{40}|SG\.[\w-]{20}\.[\w-]{20}|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|sk-(?:proj-|ant-)?\w{32}"
)
_IDENTIFIER = lazy(r"[\"']?(?:AKIA|ASIA)[0-9A-Z]{16}[\"']?$")
_PRINTED = lazy(r"gpg|pgp|key_?id|fingerprint|keyserver|keyring", re.IGNORECASE)

# Groups: scheme, user, password, host.
URL = lazy(
    r"\b([a-z][a-z0-9+.-]{0,30}://)([^\s/:@'\"$<>{}\\|`()*;,&#?=]*):([^\s/@'\"$<>{}\\|`()*;,&#?]+)@"
    r"([A-Za-z0-9][A-Za-z0-9.-]*)"
)


def verdict(name: str, value: str | None) -> tuple[str, str]:
    """
    "certain", "likely" or "", and the class that decided.

    `value` is None when the build decides it (no default, or out of a build argument).
    """
    kind = _kind(name)
    if value is not None and TOKEN.search(value) and "EXAMPLE" not in value:
        # An AWS access key has two halves: the id only says whose the secret one is.
        identifier = kind == "about" and _IDENTIFIER.match(value)
        if not identifier:
            return "certain", "the value has the form of a known token"
    if not kind:
        return "", "the name is no credential"
    if kind == "about":
        return "", "the name is of something about a credential"
    if value is None:
        if kind in ("sure", "weak"):
            return "likely", "a credential that the build is to give"
        return "", "an ambiguous name without a value"
    plain = value.strip("\"' \t")
    if not plain:
        return "", "the value is empty"
    if plain.lower() in _SWITCH:
        return "", "the value is a switch"
    if _PLACEHOLDER.fullmatch(plain):
        return "", "the value is a placeholder"
    if _PLACE.match(plain):
        return "", "the value is a path or an address"
    if kind == "sure" or (kind == "weak" and not plain.isdigit()):
        return "certain", "a credential"
    return _ambiguous(name, plain)


def _ambiguous(name: str, value: str) -> tuple[str, str]:
    if _PRINTED.search(name) or _FINGERPRINT.match(value):
        return "", "the value is the fingerprint of a public key"
    mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    if _RANDOM.match(value) and mixed and len(set(value)) >= 10:
        return "likely", "an ambiguous name, but the value is random"
    return "", "an ambiguous name, and the value is not random"


def _kind(name: str) -> str:
    """What a name says: "sure", "weak", "ambiguous", "about", or "" for nothing."""
    words = [word.lower() for word in _WORD.findall(name)]
    if not words:
        return ""
    lowered = "_".join(words)
    sure = bool(_SURE.intersection(words)) or _JOINED.search(lowered) is not None
    weak = words[-1] in _WEAK and len(words) > 1
    ambiguous = bool({"key", "keys", "auth", "secrets", "private"}.intersection(words))
    if not (sure or weak or ambiguous):
        return ""
    if _ABOUT.intersection(words) or words[-1] in _ABOUT_LAST or words[-1] == "username":
        return "about"
    return "sure" if sure else "weak" if weak else "ambiguous"


def placeholder(value: str) -> bool:
    """Whether a value only stands for one that is to come."""
    return _PLACEHOLDER.fullmatch(value) is not None
