"""What the kinds of `label-schema` allow: each check gives what is wrong, "" when nothing is."""

from dockwright.rules.api import lazy, re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_URL = lazy(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z")
_EMPTY_HOST = lazy(r"(?:https?|ftp|git|ssh)://(?:[/?#:]|\Z)", re.IGNORECASE)
_TIME = lazy(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):(\d\d))\Z", re.ASCII
)
_HASH = lazy(r"(?:[0-9a-fA-F]{7,40}|[0-9a-fA-F]{64})\Z")
_NUMBER = r"(?:0|[1-9]\d*)"
_PART = r"(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
_SEMVER = lazy(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_PART}(?:\.{_PART})*)?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?\Z",
    re.ASCII,
)
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = lazy(
    rf"(?:{_ATOM}(?:\.{_ATOM})*|\"(?:[^\"\\\r\n]|\\.)*\")@(?:{_HOST}(?:\.{_HOST})*|\[[^\[\]\\\s]*\])\Z"
)
_WORD = lazy(r"\s*(\(|\)|[^\s()]+)")
_OWN = lazy(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+\Z")
NO_EXPRESSION = "is no SPDX licence expression"
_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _text(_: str) -> str:
    return ""


def _url(value: str) -> str:
    good = _URL.match(value) and not _EMPTY_HOST.match(value)
    return "" if good else "is no URL"


def _rfc3339(value: str) -> str:
    match = _TIME.match(value)
    if match is None:
        return "is no time as RFC 3339 writes it"
    year, month, day, hour, minute, second = (int(match[index]) for index in range(1, 7))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    good = 1 <= month <= 12 and 1 <= day <= _MONTHS[month - 1] - (month == 2 and not leap)
    good = good and hour < 24 and minute < 60 and second <= 60
    good = good and (match[7] is None or (int(match[7]) < 24 and int(match[8]) < 60))
    return "" if good else "is a time that does not exist"


def _hash(value: str) -> str:
    return "" if _HASH.match(value) else "is no hash of a Git commit"


def _semver(value: str) -> str:
    return "" if _SEMVER.match(value) else "is no semantic version"


def _email(value: str) -> str:
    return "" if _EMAIL.match(value) else "is no plain e-mail address"


def _spdx(value: str) -> str:
    words: list[str] = []
    at = 0
    text = value.rstrip()
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            return NO_EXPRESSION
        words.append(match[1])
        at = match.end()
    depth = 0
    wanted = "licence"
    for word in words:
        joins = word in ("AND", "OR", "and", "or")
        if wanted == "exception":
            wrong = _exception(word)
            wanted = "operator"
        elif wanted == "licence":
            wrong = "" if word == "(" else _licence(word)
            if word == "(":
                depth += 1
            else:
                wanted = "with"
        elif word == ")" and depth:
            depth -= 1
            wanted = "operator"
            wrong = ""
        elif joins or (word in ("WITH", "with") and wanted == "with"):
            wanted = "licence" if joins else "exception"
            wrong = ""
        else:
            wrong = NO_EXPRESSION
        if wrong:
            return wrong
    return NO_EXPRESSION if depth or wanted in ("licence", "exception") else ""


def _licence(word: str) -> str:
    from dockwright.rules.metadata._spdx import DEPRECATED, LICENSES

    name = word.lower()
    plain = name.removesuffix("+")
    replaced = set(DEPRECATED.lower().split())
    if name in replaced or plain in replaced:
        return f"names a licence that SPDX lists by another name now: {word}"
    listed = set(LICENSES.lower().split())
    if name in listed or plain in listed or _OWN.match(word):
        return ""
    if word == ")" or word in ("AND", "OR", "WITH"):
        return NO_EXPRESSION
    return f"names a licence that SPDX does not list: {word}"


def _exception(word: str) -> str:
    from dockwright.rules.metadata._spdx import EXCEPTIONS

    if word.lower() in EXCEPTIONS.lower().split() or word.startswith("AdditionRef-"):
        return ""
    return f"names an exception that SPDX does not list: {word}"


KINDS: "dict[str, Callable[[str], str]]" = {
    "text": _text,
    "url": _url,
    "rfc3339": _rfc3339,
    "spdx": _spdx,
    "hash": _hash,
    "semver": _semver,
    "email": _email,
}
