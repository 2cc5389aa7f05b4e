"""The few pieces of Go's standard library whose exact behaviour decides what a pattern means."""

SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""
The characters of `unicode.IsSpace`.

`str.strip()` without an argument also removes U+001C to U+001F, which Go keeps.
"""


def trim_space(text: str) -> str:
    """`text` without white space at either end, as `strings.TrimSpace`."""
    return text.strip(SPACE)


def clean(path: str) -> str:
    """
    The shortest spelling of a slash path, as `filepath.Clean` on Unix.

    Never ends in "/" unless it is "/" itself, and is never empty: "" gives ".".
    """
    rooted = path.startswith("/")
    kept: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part != "..":
            kept.append(part)
        elif kept and kept[-1] != "..":
            kept.pop()
        elif not rooted:
            kept.append(part)
    if rooted:
        return "/" + "/".join(kept)
    return "/".join(kept) or "."


def utf8_length(text: str) -> int:
    """How many bytes `text` takes in UTF-8; a byte kept by `surrogateescape` counts as one."""
    if text.isascii():
        return len(text)
    escaped = sum(1 for c in text if "\udc80" <= c <= "\udcff")
    return len(text.encode("utf-8", "surrogatepass")) - 2 * escaped


def replace_invalid(text: str) -> str:
    """`text` with each lone surrogate, that is each byte that is not UTF-8, as U+FFFD."""
    if text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text):
        return text
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


def is_wellformed(pattern: str) -> bool:
    """
    Whether `filepath.Match(pattern, ".")` returns no error.

    That call is how moby/patternmatcher checks a pattern. It reads only as far as it must to
    decide about ".", so `a*[` passes (after "a" nothing more is read) and `*[` does not. A byte
    that is not UTF-8, here a lone surrogate, is malformed in brackets only.
    """
    name = "."
    rest = pattern
    while rest:
        starred, chunk, rest = _first_chunk(rest)
        if starred and not chunk:
            return True
        left = _consume(chunk, name)
        if left is _BAD:
            return False
        if left is not None and (not left or rest):
            name = left
            continue
        if not starred:
            return True
        for skipped in range(1, len(name) + 1):
            left = _consume(chunk, name[skipped:])
            if left is not None and (rest or not left):
                name = left
                break
        else:
            return True
    return True


_BAD = "\0bad"
"""What `_consume` returns for a malformed chunk; compared by identity."""


def _first_chunk(pattern: str) -> tuple[bool, str, str]:
    """Leading stars or not, the text up to the next star outside brackets, and the rest."""
    body = pattern.lstrip("*")
    inside = escaped = False
    for at, c in enumerate(body):
        if escaped:
            escaped = False
        elif c == "\\":
            escaped = True
        elif c == "[":
            inside = True
        elif c == "]":
            inside = False
        elif c == "*" and not inside:
            return len(body) < len(pattern), body[:at], body[at:]
    return len(body) < len(pattern), body, ""


def _consume(chunk: str, name: str) -> str | None:
    """What `chunk` leaves of `name`, None if it does not match, `_BAD` if it is malformed."""
    at = used = 0
    matching = True
    while at < len(chunk):
        matching = matching and used < len(name)
        subject = name[used] if matching else ""
        c = chunk[at]
        if c == "[":
            at, hit = _bracket(chunk, at + 1, subject)
            if at < 0:
                return _BAD
        else:
            if c == "\\":
                at += 1
                if at == len(chunk):
                    return _BAD
                hit = chunk[at] == subject
            elif c == "?":
                hit = subject != "/"
            else:
                hit = c == subject
            at += 1
        matching = matching and hit
        used += 1
    return name[used:] if matching else None


def _bracket(chunk: str, at: int, subject: str) -> tuple[int, bool]:
    """The offset after a bracket whose content begins at `at` (-1: malformed), and the verdict."""
    negated = chunk[at : at + 1] == "^"
    at += negated
    hit = False
    first = True
    while first or chunk[at] != "]":
        first = False
        at, low = _member(chunk, at)
        high = low
        if at > 0 and chunk[at] == "-":
            at, high = _member(chunk, at + 1)
        if at < 0:
            return -1, False
        hit = hit or low <= subject <= high
    return at + 1, hit is not negated


def _member(chunk: str, at: int) -> tuple[int, str]:
    """The offset after one character of a bracket, and the character; -1 where none may stand."""
    if chunk[at : at + 1] in ("", "-", "]"):
        return -1, ""
    if chunk[at] == "\\":
        at += 1
    if at + 1 >= len(chunk) or "\ud800" <= chunk[at] <= "\udfff":
        return -1, ""
    return at + 1, chunk[at]
