"""
Packages that releases of Ubuntu and Alpine do not have; the table behind `vanished.py`.

Kept by hand: no full index of these distributions is at hand. Each record names its source. The
Ubuntu families rest on the source packages' statuses in Ubuntu's CVE tracker, where DNE ("does not
exist") is said of each release that lacks the source: as of 2020-06-18 for 14.04 to 18.04 (a copy
is at github.com/nottrobin/ubuntu-cve-tracker), and for later releases in the CVE named, as
github.com/aquasecurity/vuln-list carries it. `tools/refresh_facts/vanished.py` compares the
families with the tracker. A binary package may come from another source than its name says:
only families whose binaries have the version in their name are listed, and none that has
transitional packages (MariaDB, libav) or late additions (Go).
"""

# The build logs of github.com/STAR-RG/shipwright.
_BUILDS = "build logs of github.com/STAR-RG/shipwright, 2020-06-22"
_TRACKER = "Ubuntu CVE tracker, 2020-06-18"


def _cve(number: str) -> str:
    return f"{_TRACKER}; {number}"


_PHP = r"(?:php{0}|lib(?:apache2-mod-)?php{0})(?:-[a-z0-9.-]+)?"
_POSTGRES = (
    r"postgresql(?:-client|-contrib|-server-dev|-doc|-plperl|-plpython3?|-pltcl)?-{0}"
    r"(?:-[a-z0-9.-]+)?"
)
_PYTHON = r"(?:lib)?python{0}(?:-(?:dev|minimal|venv|dbg|doc|examples|stdlib|testsuite|full))?"
_JDK = r"openjdk-{0}-(?:jdk|jre)(?:-headless|-zero|-lib)?|openjdk-{0}-(?:dbg|demo|doc|source)"
_RUBY = r"(?:lib)?ruby{0}(?:-(?:dev|doc|full|tcltk))?"
_MYSQL = r"mysql-(?:client|server|client-core|server-core|source|testsuite)-{0}"
_GCC = r"(?:gcc|g\+\+|cpp|gfortran)-{0}(?:-multilib)?|libstdc\+\+-{0}-dev"
_TOMCAT = r"(?:lib)?tomcat{0}(?:-[a-z0-9-]+)?"

_PHP_CVE = "CVE-2022-31625"
_PG_CVE = "CVE-2024-0985"
_PY_CVE = "CVE-2024-0450"
_JDK_CVE = "CVE-2019-7317"
_JDK_LATER = "CVE-2024-20918"
_RUBY_CVE = "CVE-2024-27281"
_SQL_CVE = "CVE-2023-21912"

# (words a name must contain, pattern, version, source package, releases that have it,
#  first and last release the source speaks of, replacement, source); the replacement "strip" is
#  the name without the version, "java" the default Java package. Of releases before the first
# nothing is known; what is gone in the last stays gone in later ones.
_FAMILIES = (
    ("php5", _PHP, "5", "php5", "trusty", "trusty", "resolute", "strip", _PHP_CVE),
    ("php7.0", _PHP, "7.0", "php7.0", "xenial", "trusty", "resolute", "strip", _PHP_CVE),
    ("php7.1", _PHP, "7.1", "php7.1", "", "trusty", "bionic", "strip", ""),
    ("php7.2", _PHP, "7.2", "php7.2", "bionic", "trusty", "resolute", "strip", _PHP_CVE),
    ("php7.3", _PHP, "7.3", "php7.3", "", "trusty", "bionic", "strip", ""),
    ("php7.4", _PHP, "7.4", "php7.4", "focal", "trusty", "resolute", "strip", _PHP_CVE),
    ("php8.0", _PHP, "8.0", "php8.0", "", "trusty", "resolute", "strip", _PHP_CVE),
    ("php8.1", _PHP, "8.1", "php8.1", "jammy", "trusty", "resolute", "strip", _PHP_CVE),
    ("-9.1", _POSTGRES, "9.1", "postgresql-9.1", "trusty", "trusty", "resolute", "strip", _PG_CVE),
    ("-9.3", _POSTGRES, "9.3", "postgresql-9.3", "trusty", "trusty", "resolute", "strip", _PG_CVE),
    ("-9.4", _POSTGRES, "9.4", "postgresql-9.4", "", "trusty", "bionic", "strip", ""),
    ("-9.5", _POSTGRES, "9.5", "postgresql-9.5", "xenial", "trusty", "resolute", "strip", _PG_CVE),
    ("-9.6", _POSTGRES, "9.6", "postgresql-9.6", "", "trusty", "bionic", "strip", ""),
    ("-10", _POSTGRES, "10", "postgresql-10", "bionic", "trusty", "resolute", "strip", _PG_CVE),
    ("-11", _POSTGRES, "11", "postgresql-11", "", "trusty", "bionic", "strip", ""),
    ("-12", _POSTGRES, "12", "postgresql-12", "focal", "xenial", "resolute", "strip", _PG_CVE),
    ("-14", _POSTGRES, "14", "postgresql-14", "jammy", "trusty", "resolute", "strip", _PG_CVE),
    ("-15", _POSTGRES, "15", "postgresql-15", "", "trusty", "resolute", "strip", _PG_CVE),
    ("-16", _POSTGRES, "16", "postgresql-16", "noble", "trusty", "resolute", "strip", _PG_CVE),
    ("python2.7", _PYTHON, "2.7", "python2.7", "trusty xenial bionic focal jammy", "trusty",
     "resolute", "", _PY_CVE),
    ("python3.4", _PYTHON, "3.4", "python3.4", "trusty", "trusty", "resolute", "", _PY_CVE),
    ("python3.5", _PYTHON, "3.5", "python3.5", "trusty xenial", "trusty", "resolute", "",
     _PY_CVE),
    ("python3.6", _PYTHON, "3.6", "python3.6", "bionic", "trusty", "resolute", "", _PY_CVE),
    ("python3.7", _PYTHON, "3.7", "python3.7", "bionic", "trusty", "resolute", "", _PY_CVE),
    ("python3.8", _PYTHON, "3.8", "python3.8", "bionic focal", "trusty", "resolute", "",
     _PY_CVE),
    ("python3.9", _PYTHON, "3.9", "python3.9", "focal", "focal", "resolute", "", _PY_CVE),
    ("python3.10", _PYTHON, "3.10", "python3.10", "jammy", "focal", "resolute", "", _PY_CVE),
    ("python3.11", _PYTHON, "3.11", "python3.11", "jammy", "focal", "resolute", "", _PY_CVE),
    ("python3.12", _PYTHON, "3.12", "python3.12", "noble", "focal", "resolute", "", _PY_CVE),
    ("openjdk-6", _JDK, "6", "openjdk-6", "trusty", "trusty", "bionic", "java", ""),
    ("openjdk-7", _JDK, "7", "openjdk-7", "trusty", "trusty", "bionic", "java", ""),
    ("openjdk-8", _JDK, "8", "openjdk-8", "xenial bionic focal jammy noble resolute", "trusty",
     "resolute", "", _JDK_CVE),
    ("openjdk-9", _JDK, "9", "openjdk-9", "xenial", "trusty", "resolute", "java",
     _JDK_CVE),
    ("openjdk-11", _JDK, "11", "openjdk-lts", "bionic focal jammy noble resolute", "trusty",
     "resolute", "", _JDK_CVE),
    ("openjdk-12", _JDK, "12", "openjdk-12", "", "xenial", "resolute", "java",
     _JDK_CVE),
    ("openjdk-13", _JDK, "13", "openjdk-13", "focal", "trusty", "jammy", "java",
     _JDK_LATER),
    ("openjdk-16", _JDK, "16", "openjdk-16", "focal", "trusty", "jammy", "java",
     _JDK_LATER),
    ("ruby1.8", _RUBY, r"1\.8", "ruby1.8", "", "trusty", "bionic", "strip", ""),
    ("ruby1.9.1", _RUBY, r"1\.9\.1", "ruby1.9.1", "trusty", "trusty", "bionic", "strip", ""),
    ("ruby2.0", _RUBY, "2.0", "ruby2.0", "trusty", "trusty", "bionic", "strip", ""),
    ("ruby2.1", _RUBY, "2.1", "ruby2.1", "", "trusty", "bionic", "strip", ""),
    ("ruby2.3", _RUBY, "2.3", "ruby2.3", "xenial", "trusty", "resolute", "strip", _RUBY_CVE),
    ("ruby2.5", _RUBY, "2.5", "ruby2.5", "bionic", "trusty", "resolute", "strip", _RUBY_CVE),
    ("ruby2.7", _RUBY, "2.7", "ruby2.7", "focal", "trusty", "resolute", "strip", _RUBY_CVE),
    ("ruby3.0", _RUBY, "3.0", "ruby3.0", "jammy", "focal", "resolute", "strip", _RUBY_CVE),
    ("ruby3.1", _RUBY, "3.1", "ruby3.1", "", "focal", "resolute", "strip", _RUBY_CVE),
    ("ruby3.2", _RUBY, "3.2", "ruby3.2", "noble", "trusty", "resolute", "strip", _RUBY_CVE),
    ("-5.5", _MYSQL, "5.5", "mysql-5.5", "trusty", "trusty", "resolute", "strip", _SQL_CVE),
    ("-5.6", _MYSQL, "5.6", "mysql-5.6", "trusty", "trusty", "resolute", "strip", _SQL_CVE),
    ("-5.7", _MYSQL, "5.7", "mysql-5.7", "xenial bionic", "trusty", "resolute", "strip", _SQL_CVE),
    ("-4.4", _GCC, "4.4", "gcc-4.4", "trusty", "xenial", "bionic", "", ""),
    ("-4.9", _GCC, "4.9", "gcc-4.9", "xenial", "xenial", "bionic", "", ""),
    ("-5", _GCC, "5", "gcc-5", "xenial bionic", "trusty", "bionic", "", ""),
    ("-7", _GCC, "7", "gcc-7", "bionic", "xenial", "bionic", "", ""),
    ("tomcat6", _TOMCAT, "6", "tomcat6", "trusty xenial", "xenial", "bionic", "", ""),
    ("jasper", r"libjasper-dev|libjasper1|libjasper-runtime", "", "jasper", "trusty xenial",
     "trusty", "resolute", "", "CVE-2021-3272"),
    ("libpng12", r"libpng12-(?:0|0-dev|dev)", "", "libpng", "trusty xenial", "trusty", "resolute",
     "libpng-dev", _JDK_CVE),
    ("libssl1.0", r"libssl1\.0-dev", "", "openssl1.0", "bionic", "trusty", "noble", "libssl-dev",
     "CVE-2024-0727"),
)  # fmt: skip

# The newest long-term release that the sources speak of.
NEWEST = "resolute"
# Families that are still there in the last release the source speaks of: nothing is said of later
# ones.
_OPEN = frozenset({"openjdk-8", "openjdk-lts", "gcc-5", "gcc-7"})


class Family:
    """The binary packages of one Ubuntu source package."""

    __slots__ = ("first", "has", "last", "mark", "pattern", "replacement", "source", "where")

    def __init__(self, row: tuple[str, ...]) -> None:
        self.mark, pattern, version, self.source, has, self.first, self.last = row[:7]
        escaped = version.replace("\\.", ".").replace(".", r"\.")
        self.pattern = pattern.format(escaped) if version else pattern
        self.has = frozenset(has.split())
        self.replacement = row[7]
        self.where = _cve(row[8]) if row[8] else _TRACKER

    @property
    def open(self) -> bool:
        """Whether releases later than the last that the source speaks of may have it."""
        return self.source in _OPEN or self.last in self.has


def families() -> list[Family]:
    """The families of Ubuntu."""
    return [Family(row) for row in _FAMILIES]


# Modules for Python 2, without "python-": first release known to lack them (no later one has
# them), source. The replacement is the package of that name with "python3-".
_PYTHON2 = (
    ("focal", "ansible/ansible/issues/73920", "paramiko"),
    ("focal", "certbot/certbot/issues/8062", "virtualenv"),
    ("focal", "google-ai-edge/mediapipe/issues/675", "pip"),
    ("focal", "mrlesmithjr/ansible-netdata/issues/49", "mysqldb"),
    ("focal", "ocropus/hocr-tools/issues/162", "matplotlib reportlab scipy"),
    ("focal", "ros/rosdistro/pull/28419", "opencv"),
    ("focal", "spantaleev/matrix-docker-ansible-deploy/issues/641", "docker"),
    ("jammy", "Kattis/problemtools/pull/213", "plastex yaml"),
    ("jammy", "markosamuli/ansible-pyenv/issues/54", "openssl"),
    ("jammy", "threatstack/threatstack-ansible/issues/87", "apt"),
    ("jammy", "scipy/scipy.org/pull/487", "nose numpy pandas sympy"),
)
# Names: (first release that is known to lack it, and no later one has it; replacement; source).
UBUNTU = {
    **{
        f"python-{name}": (first, f"python3-{name}", f"github.com/{source}")
        for first, source, names in _PYTHON2
        for name in names.split()
    },
    "btrfs-tools": ("focal", "btrfs-progs", "github.com/cybozu-go/neco/pull/1086"),
    "emacs25-nox": ("focal", "emacs-nox", _BUILDS),
    "lib32ncurses5-dev": (
        "noble",
        "lib32ncurses-dev",
        "github.com/akhilnarang/scripts/issues/209",
    ),
    "ipython": ("jammy", "ipython3", "github.com/scipy/scipy.org/pull/487"),
    "ipython-notebook": ("jammy", "", "github.com/scipy/scipy.org/pull/487"),
    "libasound2": (
        "noble",
        "libasound2t64",
        "github.com/cypress-io/cypress-documentation/issues/5816",
    ),
    "libav-tools": (
        "bionic",
        "ffmpeg",
        "github.com/algorithmic-music-exploration/amen/issues/126",
    ),
    "libcurl3": ("hirsute", "libcurl4", "github.com/lastpass/lastpass-cli/issues/710"),
    "libegl1-mesa": ("noble", "libegl1", "github.com/crops/yocto-dockerfiles/pull/103"),
    "libgconf-2-4": ("noble", "", "github.com/wazuh/wazuh-indexer/issues/456"),
    "libgl1-mesa-glx": (
        "mantic",
        "libgl1",
        "github.com/LibrePhotos/librephotos-linux/issues/64",
    ),
    "libjson0-dev": (
        "artful",
        "libjson-c-dev",
        "github.com/ritwik12/Virtual-Assistant/issues/33",
    ),
    "libqt4-dev": ("focal", "", "github.com/debauchee/barrier/issues/935"),
    "libssl1.0.0": ("eoan", "libssl-dev", "github.com/3DTune-In/3dti_AudioToolkit/issues/8"),
    "libssl1.1": ("jammy", "libssl3", "github.com/intel/lkp-tests/pull/362"),
    "libtinfo5": ("noble", "libtinfo6", "github.com/akhilnarang/scripts/issues/209"),
    "libwebkit2gtk-4.0-37": (
        "noble",
        "",
        "github.com/clash-verge-rev/clash-verge-rev/issues/956",
    ),
    "lsb-core": ("noble", "", "github.com/akhilnarang/scripts/issues/209"),
    "mongodb": ("jammy", "", "github.com/free5gc/free5gc/issues/513"),
    "multiarch-support": ("focal", "", "github.com/apache/cassandra-cpp-driver/pull/487"),
    "netcat": ("noble", "netcat-openbsd", "github.com/dbt-labs/dbt-core/pull/8071"),
    "nodejs-legacy": ("artful", "nodejs", "github.com/swarmsim/swarm/issues/713"),
    "python": ("jammy", "python3", "github.com/firoorg/firo/issues/1168"),
    "python-all-dev": ("noble", "python3-all-dev", "github.com/akhilnarang/scripts/issues/209"),
    "python-beautifulsoup": (
        "focal",
        "python3-bs4",
        "github.com/ocropus/hocr-tools/issues/162",
    ),
    "python-dev": (
        "jammy",
        "python3-dev",
        "github.com/nicolargo/glancesautoinstall/pull/46",
    ),
    "python-gnuplot": ("focal", "", _BUILDS),
    "python-gtk2": ("focal", "", "github.com/FoldingAtHome/fah-control/issues/65"),
    "python-minimal": ("jammy", "python3-minimal", "github.com/Kattis/problemtools/pull/213"),
    "python-pyx": ("focal", "python3-pyx", _BUILDS),
    "python-qt4": ("focal", "python3-pyqt5", "github.com/RunGp/Nvidiux/issues/59"),
    "python-software-properties": (
        "bionic",
        "software-properties-common",
        "github.com/neillturner/kitchen-ansible/issues/300",
    ),
    "python-urllib3": ("focal", "python3-urllib3", _BUILDS),
    "python3-distutils": ("noble", "python3-setuptools", "github.com/armbian/build/issues/6527"),
    "qt4-qmake": ("focal", "qt5-qmake", "github.com/travis-ci/packer-templates/pull/773"),
    "qt5-default": ("hirsute", "qtbase5-dev", "github.com/pedromateo/openhmitester/issues/30"),
    "texlive-generic-recommended": (
        "eoan",
        "texlive-plain-generic",
        "github.com/Kattis/problemtools/pull/159",
    ),
}
# One release only: name: (release that lacks it, replacement, source).
UBUNTU_ONCE = {"ffmpeg": ("trusty", "libav-tools", _cve("CVE-2017-7862"))}

# Alpine: (first branch that lacks it, replacement, source).
ALPINE = {
    "bzr": ("3.12", "", "github.com/alpinelinux/docker-alpine/issues/87"),
    "libcrypto1.0": ("3.9", "openssl", "github.com/madnight/docker-alpine-wkhtmltopdf/issues/3"),
    "libssl1.0": ("3.9", "openssl", "github.com/madnight/docker-alpine-wkhtmltopdf/issues/3"),
    "libcrypto1.1": ("3.19", "libcrypto3", "github.com/devcontainers/features/pull/793"),
    "libssl1.1": ("3.19", "libssl3", "github.com/devcontainers/features/pull/793"),
    "llvm5-dev": ("3.12", "llvm-dev", "github.com/tcely/aports: no community/llvm5 in 3.12.0"),
    "mpfr3": ("3.11", "", "github.com/FRRouting/frr/issues/5140"),
    "mongodb": ("3.10", "", "github.com/w-digital-scanner/w11scan/issues/9"),
    "nodejs-npm": ("3.14", "npm", "github.com/nigelpoulton/psweb/issues/10"),
    "py2-pip": ("3.12", "py3-pip", "gitlab.com/pages/sphinx/-/issues/6"),
    "python": ("3.12", "python3", "github.com/docker-library/docker/issues/240"),
    "python-dev": ("3.12", "python3-dev", "github.com/docker-library/python/issues/496"),
    "python2": ("3.16", "python3", "github.com/TryGhost/docker-library-ghost/pull/328"),
    "python2-dev": ("3.16", "python3-dev", "github.com/TryGhost/docker-library-ghost/pull/328"),
    "qt5-qtwebkit": ("3.15", "qt5-qtwebengine", "github.com/KnpLabs/snappy/issues/456"),
    "wkhtmltopdf": ("3.15", "weasyprint", "github.com/wkhtmltopdf/wkhtmltopdf/issues/5142"),
}
# Prefixes: the package of that name, and each that goes on with a hyphen.
ALPINE_PREFIXES = {
    "php5": ("3.9", "php", "github.com/alpinelinux/aports/pull/5569"),
    "php7": ("3.16", "php", "github.com/docker-library/php/issues/1300"),
    "php8": ("3.18", "php", "github.com/Automattic/vip-codespaces/issues/116"),
}

# What the webupd8team archive for Oracle Java once added; never in a distribution.
ORACLE_JAVA = r"oracle-java[6-9]-(?:installer|set-default|unlimited-jce-policy)"
ORACLE_JAVA_SOURCE = "github.com/clulab/eidos/issues/611"

# Debian before the releases whose indexes are at hand: (first release that lacks it, and no later
# one has it; replacement; source).
DEBIAN_ONCE = {
    "libjasper-dev": ("9", "", "github.com/janza/docker-python3-opencv/issues/16"),
    "libpng12-dev": ("9", "libpng-dev", "github.com/docker-library/php/issues/485"),
    "mysql-client": ("10", "default-mysql-client", "github.com/docker-library/php/issues/903"),
    "python-software-properties": (
        "9",
        "software-properties-common",
        "github.com/swizzin/swizzin/issues/24",
    ),
}

# Debian's names: what to install instead. Whether a suite has a package, its index says; each
# replacement is in the main section of bookworm and trixie.
DEBIAN = {
    "btrfs-tools": "btrfs-progs",
    "chromium-browser": "chromium",
    "exfat-utils": "exfatprogs",
    "iproute": "iproute2",
    "libapache2-mod-php5": "libapache2-mod-php",
    "libav-tools": "ffmpeg",
    "libegl1-mesa": "libegl1",
    "libgl1-mesa-glx": "libgl1",
    "libjson0-dev": "libjson-c-dev",
    "libmariadbclient-dev": "libmariadb-dev",
    "libmysqlclient-dev": "default-libmysqlclient-dev",
    "libncurses5": "libncurses6",
    "libpng12-dev": "libpng-dev",
    "libssl1.0-dev": "libssl-dev",
    "libtinfo5": "libtinfo6",
    "mysql-client": "default-mysql-client",
    "mysql-server": "default-mysql-server",
    "netcat": "netcat-openbsd",
    "nodejs-legacy": "nodejs",
    "php5": "php",
    "php5-cli": "php-cli",
    "php5-curl": "php-curl",
    "php5-fpm": "php-fpm",
    "php5-gd": "php-gd",
    "php5-mysql": "php-mysql",
    "policykit-1": "polkitd",
    "python": "python3",
    "python-dev": "python3-dev",
    "python-pip": "python3-pip",
    "python-setuptools": "python3-setuptools",
    "python-virtualenv": "python3-virtualenv",
    "python2": "python3",
    "python2-dev": "python3-dev",
    "python3-distutils": "python3-setuptools",
    "texlive-generic-recommended": "texlive-plain-generic",
    "ttf-dejavu": "fonts-dejavu",
    "ttf-freefont": "fonts-freefont-ttf",
    "ttf-liberation": "fonts-liberation",
}
