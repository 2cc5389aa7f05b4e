"""Which distribution's release an official image is made of, as far as its tag says."""

from dockwright.facts.releases import release
from dockwright.facts.tags import TagFacts
from dockwright.text.lazy import lazy

_ALPINE = lazy(r"(?:^|-)alpine(\d+\.\d+)(?:-|$)")
_CODENAME = lazy(r"[a-z]{3,}")
# Repositories whose own versions are the distribution's.
_OWN = {
    "almalinux": "almalinux",
    "alpine": "alpine",
    "amazonlinux": "amazonlinux",
    "centos": "centos",
    "debian": "debian",
    "fedora": "fedora",
    "oraclelinux": "oraclelinux",
    "rockylinux": "rockylinux",
    "ubuntu": "ubuntu",
    "ubuntu-debootstrap": "ubuntu",
}
_ROLLING = {"archlinux": "archlinux"}
_DATE = lazy(r"\d{8}")


def base(facts: TagFacts) -> tuple[str, str] | None:
    """
    (distribution, cycle) that the image of a tag is built on, or None when the tag does not say.

    The most specific tag of the same build is read: python:3.6 was 3.6.15-bullseye last, so
    ("debian", "11"); alpine:3 is 3.24.1, so ("alpine", "3.24"). Its edge is ("alpine", "edge").
    """
    tag = facts.canonical
    if not tag or facts.os != "linux":
        return None
    own = _OWN.get(facts.repository)
    if own == "alpine" and (tag == "edge" or _DATE.fullmatch(tag)):
        return "alpine", "edge"
    if own:
        for part in (tag.partition("-")[0], tag.removeprefix("centos")):
            if not _DATE.fullmatch(part) and (found := release(own, part)):
                return own, found.cycle
        return None
    if facts.repository in _ROLLING:
        return _ROLLING[facts.repository], ""
    if match := _ALPINE.search(tag):
        return "alpine", match[1]
    for word in _CODENAME.findall(tag):
        for distribution in ("debian", "ubuntu"):
            found = release(distribution, word)
            if found and found.codename == word:
                return distribution, found.cycle
    return None
