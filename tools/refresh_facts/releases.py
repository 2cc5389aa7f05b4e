"""
Releases of distributions and runtimes: when they came out and when their support ends.

Inputs: a clone of github.com/endoflife-date/endoflife.date (MIT), and Debian's package
distro-info-data, unpacked or as a .deb, in the folder `distro-info-data` (get it with
`apt-get download distro-info-data`). Output: `releases.py`.
"""

import csv
import re
import subprocess
import sys
from pathlib import Path

from tools.refresh_facts.repository import Repository

# Name in our data: name of the product at endoflife.date.
PRODUCTS = {
    "almalinux": "almalinux",
    "alpine": "alpine-linux",
    "amazoncorretto": "amazon-corretto",
    "amazonlinux": "amazon-linux",
    "bun": "bun",
    "cassandra": "apache-cassandra",
    "centos": "centos",
    "centos-stream": "centos-stream",
    "composer": "composer",
    "consul": "consul",
    "debian": "debian",
    "deno": "deno",
    "django": "django",
    "dotnet": "dotnet",
    "drupal": "drupal",
    "eclipse-temurin": "eclipse-temurin",
    "elasticsearch": "elasticsearch",
    "elixir": "elixir",
    "erlang": "erlang",
    "fedora": "fedora",
    "go": "go",
    "gradle": "gradle",
    "haproxy": "haproxy",
    "httpd": "apache-http-server",
    "influxdb": "influxdb",
    "jruby": "jruby",
    "julia": "julia",
    "kibana": "kibana",
    "logstash": "logstash",
    "mariadb": "mariadb",
    "maven": "apache-maven",
    "mongo": "mongodb",
    "mysql": "mysql",
    "nextcloud": "nextcloud",
    "nginx": "nginx",
    "node": "nodejs",
    "opensuse": "opensuse",
    "oraclelinux": "oracle-linux",
    "perl": "perl",
    "php": "php",
    "postgres": "postgresql",
    "python": "python",
    "rabbitmq": "rabbitmq",
    "rails": "ruby-on-rails",
    "redis": "redis",
    "rhel": "rhel",
    "rockylinux": "rocky-linux",
    "ros": "ros",
    "ruby": "ruby",
    "rust": "rust",
    "solr": "solr",
    "sonarqube": "sonarqube-community",
    "tomcat": "tomcat",
    "traefik": "traefik",
    "ubuntu": "ubuntu",
    "vault": "hashicorp-vault",
    "wordpress": "wordpress",
    "zookeeper": "zookeeper",
}
Row = tuple[str, str, str, str, str, str]
_FIELD = re.compile(r"  (?:- |  )(\w+):\s*(.*)")


def value(text: str) -> str:
    """A YAML scalar without its quotes and its comment."""
    text = text.strip()
    if text[:1] in "\"'":
        return text[1 : text.index(text[0], 1)]
    return text.partition(" #")[0].strip()


def date(text: str) -> str:
    """A day; "yes" or "no" for true and false (ended on an unknown day, not ended); or ""."""
    return {"true": "yes", "false": "no", "null": ""}.get(text, text)


def cycles(page: str) -> list[Row]:
    """(cycle, codename, released, end, end of extended support, latest) of a product's page."""
    found = []
    record: dict[str, str] = {}
    inside = False
    for line in [*page.split("\n"), "  - releaseCycle: end"]:
        inside = (inside and not re.match(r"\w|---", line)) or line.startswith("releases:")
        field = _FIELD.fullmatch(line.rstrip())
        if not field or not (inside or line.endswith(": end")):
            continue
        if line.startswith("  - "):
            if record:
                found.append(row(record))
            record = {}
        record[field[1]] = value(field[2])
    return found


def row(record: dict[str, str]) -> Row:
    """A record of endoflife.date in our order."""
    return (
        record["releaseCycle"],
        record.get("codename", "").lower(),
        date(record.get("releaseDate", "")),
        date(record.get("eol", "")),
        date(record.get("eoes", "")),
        record.get("latest", ""),
    )


def distro(text: str) -> list[Row]:
    """The releases in one of distro-info-data's tables, newest first."""
    found = []
    for record in csv.DictReader(text.splitlines()):
        end = record.get("eol-server") or record["eol"] or ""
        extended = record.get("eol-esm") or record.get("eol-lts") or ""
        cycle = (record["version"] or record["series"]).removesuffix(" LTS")
        name = record["series"]
        found.append((cycle, name, record["release"] or "", end, extended, cycle))
    return found[::-1]


def tables(inputs: str) -> tuple[dict[str, str], str]:
    """The text of debian.csv and ubuntu.csv, and the package's version."""
    folder = Path(inputs) / "distro-info-data"
    package = next(iter(folder.glob("*.deb")), None)
    if package is None:
        return {
            name: (folder / f"{name}.csv").read_text(encoding="utf-8")
            for name in ("debian", "ubuntu")
        }, (folder / "version").read_text(encoding="utf-8").strip()
    found = {}
    for name in ("debian", "ubuntu"):
        member = f"./usr/share/distro-info/{name}.csv"
        script = 'dpkg-deb --fsys-tarfile "$0" | tar -xO "$1"'
        done = subprocess.run(
            ["sh", "-c", script, str(package), member], capture_output=True, check=True
        )
        found[name] = done.stdout.decode()
    fields = ["dpkg-deb", "--field", str(package), "Version"]
    version = subprocess.run(fields, capture_output=True, check=True).stdout.decode().strip()
    return found, version


def entry(name: str, rows: list[Row]) -> list[str]:
    """A product's lines."""
    if any(set('|"\\\n') & set(part) for row in rows for part in row):
        raise ValueError(f"{name}: a character that the table cannot hold")
    return [f'    "{name}": """\\', *("|".join(row) for row in rows), '""",']


def refresh(inputs: str, output: str) -> None:
    """Write `releases.py` into the folder `output`."""
    source = Repository(inputs, "endoflife-date", "endoflife.date")
    commit, day = source.head()
    texts, version = tables(inputs)
    lines = [
        '"""',
        "Releases and the ends of their support. Generated by tools/refresh_facts/releases.py.",
        "",
        "Of each release: cycle, codename, released, end, end of extended support, latest version.",
        '"no" is not ended, "yes" ended on a day unknown, "" not known or no such phase.',
        "",
        "Text and not tuples, because a check reads the rows of one product or two.",
        '"""',
        "",
        "SOURCE = (",
        f'    "github.com/{source.name} {commit} {day}"',
        ")",
        f'DISTRO_SOURCE = "Debian package distro-info-data {version}"',
        "",
        "RELEASES = {",
    ]
    known = set(source.names("products/"))
    for ours, product in sorted(PRODUCTS.items()):
        page = f"{product}.md"
        if page not in known:
            continue
        rows = cycles(source.show(f"products/{page}"))
        if ours in texts:
            # distro-info-data is complete; only the point releases come from the other source.
            latest = {one[0]: one[5] for one in rows}
            rows = [
                (*one[:5], latest.get(one[0], one[5] if ours == "ubuntu" else ""))
                for one in distro(texts[ours])
            ]
        lines += entry(ours, rows)
    lines += ["}", ""]
    (Path(output) / "releases.py").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    refresh(*sys.argv[1:])
