"""
What steps cost, in seconds, as far as somebody measured or assumed it.

Measured figures are medians on two shared cores with a package registry nearby, so the ranges go up
from them; `docs/guides/impact.md` lists them. Everything else is assumed and says so.
"""

from dockwright.text.value import Value

MEASURED, ASSUMED = "measured", "assumed"


class Assumption(Value):
    """
    What one kind of work takes.

    `low` and `high` are seconds, `each` the seconds (low, high) for each operand after the first.
    `eased` divides both where a cache mount holds one of `caches` (parts of its target). `source`
    is MEASURED or ASSUMED; `text` says what the figure is of.
    """

    __slots__ = ("caches", "each", "eased", "high", "key", "low", "source", "text")

    def __init__(
        self,
        key: str,
        text: str,
        low: float,
        high: float,
        source: str = ASSUMED,
        *,
        each: tuple[float, float] = (0, 0),
        caches: tuple[str, ...] = (),
        eased: float = 1,
    ) -> None:
        self.key = key
        self.text = text
        self.low = low
        self.high = high
        self.source = source
        self.each = each
        self.caches = caches
        self.eased = eased


_LIST = (
    Assumption("run", "starting a RUN: 0.2 s", 0.2, 0.6, MEASURED),
    Assumption("copy", "copying files: part of 0.36 s for a whole rebuild", 0.1, 1, MEASURED),
    Assumption("folder", "making the working directory", 0.05, 0.3),
    Assumption("small", "a small command", 0, 0.2),
    Assumption("unknown", "a program that nothing is known of", 0, 30),
    Assumption("index", "fetching a package index", 2, 10),
    Assumption(
        "system",
        "installing system packages: 9.5 s for 63 MB, the index included",
        3,
        20,
        MEASURED,
        each=(0.3, 3),
    ),
    Assumption("upgrade", "upgrading all system packages", 5, 60),
    Assumption(
        "pip",
        "installing Python packages: 10 s for a small web service",
        5,
        40,
        MEASURED,
        each=(0.5, 4),
    ),
    Assumption("uv", "installing Python packages with uv", 1, 10, caches=("uv", ".cache"), eased=3),
    Assumption("poetry", "installing Python packages with a resolver", 10, 60),
    Assumption("conda", "installing conda packages", 20, 300),
    Assumption("npm", "installing Node packages: 3.7 s for a small service", 3, 60, MEASURED),
    Assumption("gem", "installing Ruby packages", 10, 180),
    Assumption("composer", "installing PHP packages", 5, 60),
    Assumption("modules", "downloading modules", 2, 30, caches=("pkg/mod", "cargo"), eased=12),
    Assumption(
        "go",
        "compiling Go: 17 s, with a cache mount 1.4 s",
        10,
        90,
        MEASURED,
        caches=("go-build", ".cache"),
        eased=12,
    ),
    Assumption("cargo", "compiling Rust", 30, 600, caches=("target", "cargo"), eased=12),
    Assumption("java", "a Maven or Gradle build", 20, 300, caches=(".m2", ".gradle"), eased=3),
    Assumption("dotnet", "a .NET build", 10, 120, caches=("nuget",), eased=3),
    Assumption("bundle", "building a front end", 5, 120, caches=(".cache",), eased=3),
    Assumption(
        "make", "a build with make, cmake or the like", 5, 300, caches=("ccache",), eased=12
    ),
    Assumption("cc", "compiling a C or C++ file", 0.5, 10, caches=("ccache",), eased=12),
    Assumption("download", "a download", 0.5, 30),
    Assumption("clone", "cloning a repository", 1, 60),
    Assumption("unpack", "unpacking an archive", 0.2, 10),
    Assumption("tests", "running tests", 1, 120),
)
TABLE = {one.key: one for one in _LIST}

# Programs, then operands with the kind of work they mean; the first operand that is named counts,
# and `*` is for any other.
_COMMANDS = """
apt-get apt aptitude: update index, install system, build-dep system, upgrade upgrade
apt-get apt aptitude: dist-upgrade upgrade, full-upgrade upgrade, * small
apk: update index, add system, upgrade upgrade, * small
dnf yum microdnf tdnf zypper: install system, groupinstall system, in system, makecache index
dnf yum microdnf tdnf zypper: refresh index, update upgrade, upgrade upgrade, * small
pacman: * system
pip pip3: install pip, wheel pip, download pip, * small
pipx: install pip, * small
uv: sync uv, pip uv, tool uv, add uv, * small
poetry pipenv pdm: install poetry, sync poetry, lock poetry, * small
conda mamba micromamba: install conda, env conda, create conda, * small
npm pnpm yarn bun: ci npm, install npm, i npm, add npm, clean-install npm, config small
npm pnpm yarn bun: cache small, set small, pkg small, version small, test tests, * bundle
npx: * bundle
corepack: * small
bundle: install gem, exec bundle, * small
gem: install gem, * small
composer: install composer, update composer, require composer, * small
go: mod modules, get modules, build go, install go, test go, generate go, vet go, * small
cargo: fetch modules, * cargo
rustup: * download
mvn mvnw gradle gradlew sbt: * java
dotnet: * dotnet
make ninja cmake bazel meson scons configure: * make
gcc g++ cc c++ clang clang++ rustc javac: * cc
curl wget aria2c: * download
git: clone clone, fetch clone, pull clone, submodule clone, * small
tar unzip gunzip bunzip2 xz unxz 7z: * unpack
pytest tox nox jest: * tests
"""

# Programs that take no time worth a word.
_SMALL = """
: [ [[ addgroup adduser alias awk base64 basename break cat cd chgrp chmod chown chpasswd continue
cp cut date declare delgroup deluser df dirname dpkg-query du echo exit export expr false file find
fold getent grep groupadd groupdel groupmod hash head hostname id install let ln local ls md5sum
mkdir mktemp mv nl od passwd paste printenv printf ps pwd read readlink readonly realpath return rev
rm rmdir sed seq set sha1sum sha256sum sha512sum shift shopt sort stat strings sync tac tail tee
test touch tr trap true truncate type tty ulimit umask uname uniq unset update-alternatives useradd
userdel usermod wc which whoami yes
"""


def _commands() -> "dict[str, dict[str, str]]":
    found: dict[str, dict[str, str]] = {}
    for line in _COMMANDS.strip().split("\n"):
        programs, _, meanings = line.partition(": ")
        for program in programs.split():
            kinds = found.setdefault(program, {})
            for meaning in meanings.split(", "):
                operand, _, kind = meaning.partition(" ")
                kinds[operand] = kind
    return found


COMMANDS = _commands()
SMALL = frozenset(_SMALL.split())
