"""What comes along with a package, compared with what apt itself would install.

    python -m bench.facts_closure [--names FILE] [--suites bookworm,trixie] [--engine docker]

In the image debian:SUITE-slim of each suite apt's own resolver (by python3-apt; the packages that
come with it do not count as installed) is asked what installing each name would bring, with and
without recommended packages. `--apt-get` asks `apt-get install --simulate` instead, which takes
many times as long. FILE has one name a line; without it, popular ones are taken. Checked is,
wherever the facts say they are complete: everything in `surely` is installed afterwards, and
nothing comes that is not in `perhaps`. Exits with 1 otherwise. The engine's containers must reach
the Debian archive.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from dockwright.facts.packages import PackageIndex, index

POPULAR = [
    "ansible",
    "apache2",
    "apt-transport-https",
    "autoconf",
    "automake",
    "bind9-dnsutils",
    "build-essential",
    "bzip2",
    "ca-certificates",
    "certbot",
    "chromium",
    "clang",
    "cmake",
    "composer",
    "cron",
    "curl",
    "default-jdk",
    "default-jre-headless",
    "default-libmysqlclient-dev",
    "default-mysql-client",
    "dirmngr",
    "docker.io",
    "dumb-init",
    "exim4",
    "ffmpeg",
    "file",
    "fontconfig",
    "fonts-liberation",
    "g++",
    "gcc",
    "gdal-bin",
    "gdb",
    "gettext",
    "ghostscript",
    "git",
    "git-lfs",
    "gnupg",
    "golang",
    "gosu",
    "graphviz",
    "haproxy",
    "imagemagick",
    "iproute2",
    "iptables",
    "iputils-ping",
    "jq",
    "krb5-user",
    "less",
    "libapache2-mod-php",
    "libboost-all-dev",
    "libcurl4-openssl-dev",
    "libffi-dev",
    "libfreetype6-dev",
    "libgdal-dev",
    "libgl1",
    "libglib2.0-dev",
    "libgtk-3-dev",
    "libicu-dev",
    "libjpeg-dev",
    "libldap2-dev",
    "libmagic1",
    "libmagickwand-dev",
    "libmariadb-dev",
    "libncurses-dev",
    "libnss3",
    "libonig-dev",
    "libopencv-dev",
    "libpng-dev",
    "libpq-dev",
    "libreoffice",
    "libsasl2-dev",
    "libsm6",
    "libsqlite3-dev",
    "libssl-dev",
    "libvips-dev",
    "libx11-dev",
    "libxext6",
    "libxml2-dev",
    "libxslt1-dev",
    "libzip-dev",
    "locales",
    "logrotate",
    "lsb-release",
    "make",
    "mariadb-client",
    "mariadb-server",
    "maven",
    "memcached",
    "msmtp",
    "nano",
    "net-tools",
    "netcat-openbsd",
    "nginx",
    "ninja-build",
    "nodejs",
    "npm",
    "openssh-client",
    "openssh-server",
    "openssl",
    "p7zip-full",
    "pandoc",
    "perl",
    "php",
    "php-cli",
    "php-fpm",
    "php-mysql",
    "pkg-config",
    "poppler-utils",
    "postfix",
    "postgresql",
    "postgresql-client",
    "procps",
    "protobuf-compiler",
    "python3",
    "python3-dev",
    "python3-numpy",
    "python3-opencv",
    "python3-pip",
    "python3-venv",
    "python-is-python3",
    "rabbitmq-server",
    "redis-server",
    "rsync",
    "rsyslog",
    "ruby",
    "ruby-dev",
    "screen",
    "sqlite3",
    "ssh",
    "strace",
    "subversion",
    "sudo",
    "supervisor",
    "systemd",
    "tcpdump",
    "tesseract-ocr",
    "tini",
    "tmux",
    "tree",
    "tzdata",
    "unixodbc-dev",
    "unzip",
    "vim",
    "virtualenv",
    "wget",
    "wkhtmltopdf",
    "xauth",
    "xvfb",
    "xz-utils",
    "yarnpkg",
    "zip",
    "zlib1g-dev",
    "zsh",
]

START = r"""
apt-get update >/dev/null 2>&1 || exit 9
dpkg-query -W -f '== ${Package}\n'
"""
# Marks packages as `apt-get install` does: the packages and what they need, then the resolver.
RESOLVER = r"""
cp /var/lib/dpkg/status /tmp/status
apt-get install -y --no-install-recommends python3-apt >/dev/null 2>&1 || exit 8
for recommends in true false; do
    python3 - $recommends "$@" <<'END'
import sys
import apt_pkg

apt_pkg.init_config()
apt_pkg.config.set("APT::Install-Recommends", sys.argv[1])
apt_pkg.config.set("Dir::State::status", "/tmp/status")
apt_pkg.init_system()
cache = apt_pkg.Cache(None)
state = apt_pkg.DepCache(cache)
every = [one for one in cache.packages if one.has_versions]
for name in sys.argv[2:]:
    print("++", name, sys.argv[1])
    if name not in cache:
        continue
    package = cache[name]
    if not package.has_versions:
        providers = {version.parent_pkg.name for _, _, version in package.provides_list}
        if len(providers) != 1:
            continue
        package = cache[providers.pop()]
    state.init()
    fixer = apt_pkg.ProblemResolver(state)
    fixer.clear(package)
    fixer.protect(package)
    state.mark_install(package, True, True)
    try:
        if state.broken_count:
            fixer.resolve(True)
    except apt_pkg.Error:
        continue
    for one in every:
        if state.marked_install(one):
            print("Inst", one.name)
        if state.marked_delete(one):
            print("Remv", one.name)
END
done
"""
APT_GET = r"""
for name in "$@"; do
    for recommends in true false; do
        echo "++ $name $recommends"
        apt-get install -y --simulate -o APT::Install-Recommends=$recommends "$name" 2>/dev/null \
            | grep -E '^(Inst|Remv) ' || true
    done
done
"""


class Answers:
    """What apt says in one suite: what is installed, and what each name would bring."""

    def __init__(self, text: str) -> None:
        self.installed: set[str] = set()
        self.brings: dict[tuple[str, bool], set[str]] = {}
        self.removes = 0
        current: set[str] = set()
        for line in text.splitlines():
            mark, word, *rest = line.split(" ")
            if mark == "==":
                self.installed.add(word)
            elif mark == "++":
                current = self.brings[word, rest[0] == "true"] = set()
            elif mark == "Inst":
                current.add(word.partition(":")[0])
            elif mark == "Remv":
                self.removes += 1


def ask(engine: str, suite: str, names: list[str], script: str) -> Answers:
    """Run apt in the suite's image."""
    command = [
        *(engine, "run", "--rm", "--network", "host", "--name", f"dockwright-facts-{suite}"),
        *(f"debian:{suite}-slim", "sh", "-c", START + script, "sh", *names),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{suite}: apt cannot be asked (exit code {done.returncode})")
    return Answers(done.stdout)


def compare(found: PackageIndex, answers: Answers) -> int:
    """Print a line for each way to install; the number of wrong answers."""
    wrong = 0
    for recommends in (False, True):
        cases = complete = excess = slack = exact = 0
        for (name, with_recommended), brings in sorted(answers.brings.items()):
            if with_recommended != recommends:
                continue
            if not brings and name not in answers.installed:
                # apt refuses; nothing to compare with, but the name must not be a plain package.
                continue
            cases += 1
            closure = found.closure([name], recommends, answers.installed)
            after = answers.installed | brings
            invented = closure.surely - after
            missed = brings - closure.perhaps - answers.installed
            if invented or (missed and closure.complete):
                wrong += 1
                print(
                    f"  {found.suite} {name}: not there {sorted(invented)}, "
                    f"not foreseen {sorted(missed)}"
                )
            if closure.complete:
                complete += 1
                new = brings - answers.installed
                exact += new == closure.surely - answers.installed
                slack += len(closure.perhaps - after)
                excess += len(new - closure.surely)
        print(
            f"{found.suite:<10} {'with' if recommends else 'without':<8} {cases:>6} {complete:>9} "
            f"{exact:>7} {excess / max(complete, 1):>9.1f} {slack / max(complete, 1):>9.1f}"
        )
    return wrong


def main() -> int:
    """Ask apt, compare, print; 1 when an answer was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--names", help="a file with one package name a line")
    parser.add_argument("--suites", default="bookworm,trixie")
    parser.add_argument("--engine", default="docker")
    parser.add_argument("--apt-get", action="store_true")
    options = parser.parse_args()
    script = APT_GET if options.apt_get else RESOLVER
    names = Path(options.names).read_text().split() if options.names else POPULAR
    print("           recom-            complete  surely  not sure   too many")
    print("suite      mended    cases   answers  = real   (mean)     (mean)")
    wrong = 0
    for suite in options.suites.split(","):
        found = index("debian", suite)
        if found is None:
            raise SystemExit(f"{suite}: no facts")
        wrong += compare(found, ask(options.engine, suite, names, script))
    print(f"wrong answers: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
