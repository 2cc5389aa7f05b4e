"""Which package of a suite may be meant by a name that the suite does not have."""

from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# A version number in a name, and the mark of the 64-bit time transition of 2024.
_NUMBER = lazy(r"\d+(?:\.\d+)*(?:t64(?![a-z0-9]))?")
_MOST = 3

# Successors that the number does not tell, from the packages' own descriptions and the archive's
# transitional packages of their time. By the name, or by the name without numbers.
SUCCESSORS = {
    "docker-engine": ("docker.io",),
    "dnsutils": ("bind9-dnsutils",),
    "fonts-droid": ("fonts-droid-fallback",),
    "iproute": ("iproute2",),
    "libav-tools": ("ffmpeg",),
    "libgl1-mesa-glx": ("libgl1", "libglx-mesa0"),
    "libmysqlclient-dev": ("default-libmysqlclient-dev", "libmariadb-dev"),
    "mysql-client": ("default-mysql-client", "mariadb-client"),
    "mysql-server": ("default-mysql-server", "mariadb-server"),
    "netcat": ("netcat-openbsd", "netcat-traditional"),
    "nodejs-legacy": ("nodejs",),
    "openjdk-jdk": ("default-jdk",),
    "openjdk-jdk-headless": ("default-jdk-headless",),
    "openjdk-jre": ("default-jre",),
    "openjdk-jre-headless": ("default-jre-headless",),
    "p7zip": ("7zip",),
    "p7zip-full": ("7zip",),
    "php5": ("php",),
    "pkg-config": ("pkgconf",),
    "python": ("python-is-python3", "python3"),
    "python-dev": ("python3-dev", "python-dev-is-python3"),
    "python2": ("python3",),
    "qt5-default": ("qtbase5-dev",),
    "ttf-dejavu": ("fonts-dejavu",),
    "ttf-freefont": ("fonts-freefont-ttf",),
    "ttf-liberation": ("fonts-liberation",),
    "ttf-wqy-zenhei": ("fonts-wqy-zenhei",),
}


def skeleton(name: str) -> str:
    """The name without version numbers: "libssl" of libssl1.1, "php-fpm" of php7.4-fpm."""
    return _NUMBER.sub("", name).replace("--", "-").strip("-")


def candidates(
    name: str, has: "Callable[[str], bool]", names: "Callable[[str], list[str]]"
) -> tuple[str, ...]:
    """
    At most three packages, the likeliest first.

    `has` tells whether the suite has a package, `names` gives all packages with a prefix.
    """
    bones = skeleton(name)
    found = list(SUCCESSORS.get(name) or SUCCESSORS.get(bones, ()))
    if name.startswith("python-"):
        found.append(name.replace("python-", "python3-", 1))
    number = _NUMBER.search(name)
    prefix = name[: number.start()].rstrip("-") if number else name.partition("-")[0]
    if len(prefix) > 1 and not any(map(has, found)):
        same = [one for one in names(prefix) if skeleton(one) == bones]
        # Without a number first, then the newest.
        found += sorted(same, key=_numbers, reverse=True)
    return tuple(dict.fromkeys(one for one in found if one != name and has(one)))[:_MOST]


def _numbers(name: str) -> tuple[bool, list[int]]:
    numbers = _NUMBER.findall(name)
    digits = [int(part) for one in numbers for part in one.removesuffix("t64").split(".")]
    return not numbers, digits
