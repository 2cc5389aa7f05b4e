"""
Suites that have left the archive their images name, so that the package index cannot be read.

Each record is an observation with its day: a suite that is gone stays gone, so a later day may
rely on it; that a suite is there says nothing about later days.
"""

from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.releases import release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.facts.knowledge import Knowledge

# The builds of github.com/STAR-RG/shipwright: their logs show which indexes answered 404.
_BUILDS = "build logs of github.com/STAR-RG/shipwright, 2020-06-22"
_DEBIAN = "deb.debian.org asked for the suite's Release file"
_CENTOS = "github.com/ollama/ollama/pull/5438, github.com/PyO3/maturin-action/issues/277"

_NAMES = {"centos": "CentOS", "debian": "Debian", "ubuntu": "Ubuntu"}

# (distribution, cycle): first day seen gone, where its packages went, source.
_GONE = {
    ("centos", "5"): ("2024-07-01", "vault.centos.org", _CENTOS),
    ("centos", "6"): ("2024-07-01", "vault.centos.org", _CENTOS),
    ("centos", "7"): ("2024-07-01", "vault.centos.org", _CENTOS),
    ("centos", "8"): ("2024-07-01", "vault.centos.org", _CENTOS),
    ("debian", "6.0"): (
        "2016-03-02",
        "archive.debian.org",
        "github.com/elastic/beats-packer/pull/53",
    ),
    ("debian", "7"): (
        "2019-03-22",
        "archive.debian.org",
        "github.com/debuerreotype/docker-debian-artifacts/issues/65",
    ),
    ("debian", "8"): ("2026-11-23", "archive.debian.org", _DEBIAN),
    ("debian", "9"): (
        "2023-04-25",
        "archive.debian.org",
        "github.com/spinalcordtoolbox/spinalcordtoolbox/issues/4105",
    ),
    ("debian", "10"): (
        "2025-07-15",
        "archive.debian.org",
        "github.com/grml/grml-debootstrap/issues/349",
    ),
    ("ubuntu", "10.04"): (
        "2016-06-29",
        "old-releases.ubuntu.com",
        "github.com/docker-library/official-images/issues/1902",
    ),
    ("ubuntu", "12.04"): (
        "2021-06-02",
        "old-releases.ubuntu.com",
        "github.com/mvo5/synaptic/issues/82",
    ),
    ("ubuntu", "19.04"): (
        "2020-04-16",
        "old-releases.ubuntu.com",
        "github.com/docker/for-linux/issues/978",
    ),
}
# The day of the last look at the archives.
DAY = max(day for day, _, _ in _GONE.values())
# Pockets of suites that are still there: first day seen gone, source.
_POCKETS = {
    ("debian", "jessie-backports"): ("2019-03-28", "github.com/docker-library/docs/issues/1457"),
    ("debian", "stretch-backports"): ("2026-11-23", _DEBIAN),
    ("debian", "buster-backports"): (
        "2024-04-15",
        "github.com/DataDog/datadog-agent-buildimages/pull/572",
    ),
    ("debian", "bullseye-backports"): ("2026-11-23", _DEBIAN),
}
# (distribution, cycle): last day seen there, source.
_THERE = {
    ("debian", "11"): ("2026-11-23", _DEBIAN),
    ("ubuntu", "12.04"): ("2020-06-22", _BUILDS),
    ("ubuntu", "14.04"): ("2020-06-22", _BUILDS),
}
# Ubuntu's releases between the long-term ones go to old-releases.ubuntu.com after their end. Seen
# gone in June 2020: 12.10, 13.04, 14.10 to 17.10, 18.10, and 19.04, whose end was five months ago;
# 17.04 twelve days after its end (github.com/tianon/docker-brew-ubuntu-core/issues/116). Half a
# year is the margin.
_INTERIM_MARGIN = 183
_INTERIM = f"{_BUILDS}; github.com/tianon/docker-brew-ubuntu-core/issues/116"


def archive_gone(distribution: str, cycle: str, today: str) -> "Knowledge":
    """
    Whether reading the package index fails because the suite has left its archive.

    `cycle` is a version or a codename ("12", "bookworm"), for Debian also a pocket
    ("jessie-backports"). `Known(True)`: the images' own source list answers 404 (of CentOS: the
    list of mirrors does not resolve), so `apt-get update` or `yum install` fails. `Known(False)`:
    it was there on `today` or later, or the release is supported.
    """
    key = distribution, cycle.lower()
    if key in _POCKETS:
        day, source = _POCKETS[key]
        if today >= day:
            return _yes(f"{cycle} is gone from the Debian archive since {day} or before", source)
        return _no_one_knows(distribution, cycle, today)
    found = release(distribution, cycle)
    if found is None:
        return _no_one_knows(distribution, cycle, today)
    key = found.product, found.cycle
    name = f"{_NAMES.get(distribution, distribution)} {found.cycle}"
    if key in _GONE and today >= _GONE[key][0]:
        day, place, source = _GONE[key]
        return _yes(f"{name} has moved to {place}, seen on {day}", source)
    if key in _THERE and today <= _THERE[key][0]:
        return Known(False, Reason(f"{name} was still there on {_THERE[key][0]}"))
    if found.product in ("debian", "ubuntu") and len(found.free_until) == 10:
        if today <= found.free_until:
            if not found.released or today < found.released:
                return _no_one_knows(distribution, cycle, today)
            return Known(False, Reason(f"{name} is supported until {found.free_until}"))
        interim = found.product == "ubuntu" and not _long_term(found.cycle)
        if interim and _days(today) - _days(found.eol) > _INTERIM_MARGIN:
            text = f"{name} ended on {found.eol} and has moved to old-releases.ubuntu.com"
            return _yes(text, _INTERIM)
    return _no_one_knows(distribution, cycle, today)


def _long_term(cycle: str) -> bool:
    year, _, month = cycle.partition(".")
    return cycle == "6.06" or (month == "04" and int(year) % 2 == 0)


def _yes(text: str, source: str) -> Known:
    return Known(True, Reason(f"{text} ({source})"))


def _no_one_knows(distribution: str, cycle: str, today: str) -> Unknown:
    return Unknown(Reason(f"whether {distribution} {cycle} was in its archive on {today}"))


def _days(day: str) -> int:
    """Days since the year 0, near enough for differences (months of 30.4 days)."""
    year, month, date = day.split("-")
    return int(year) * 365 + int(year) // 4 + int(int(month) * 30.44) + int(date)
