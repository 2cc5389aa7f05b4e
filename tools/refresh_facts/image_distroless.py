"""GoogleContainerTools/distroless: images of a few packages, without a shell."""

import ast
from typing import TYPE_CHECKING, Any

from dockwright.facts.packages import index
from tools.refresh_facts import image_grounds
from tools.refresh_facts.image_derive import Derived
from tools.refresh_facts.image_grounds import GroundFacts
from tools.refresh_facts.repository import Repository

if TYPE_CHECKING:
    from tools.refresh_facts.images import Module, Record

# common/BUILD.bazel: passwd, group, home.
PASSWD = """root:x:0:0::/root:/sbin/nologin nobody:x:65534:65534::/nonexistent:/sbin/nologin
nonroot:x:65532:65532::/home/nonroot:/sbin/nologin"""  # noqa: S105
GROUP = "root:x:0: nobody:x:65534: tty:x:5: staff:x:50: nonroot:x:65532:"
SUITES = {"debian11": "bullseye", "debian12": "bookworm", "debian13": "trixie"}
NEWEST = "debian13"
# Published until a release of Debian went out of support, after its README of that time.
FORMER = {
    "debian12": ("nodejs18", "nodejs20", "nodejs22", "nodejs24", "java17", "java21", "java-base",
                 "python3"),
    "debian11": ("static", "base", "base-nossl", "cc", "nodejs16", "nodejs18", "nodejs20",
                 "java11", "java17", "java-base", "python3"),
}  # fmt: skip
PYTHON = {"debian11": "3.9", "debian12": "3.11", "debian13": "3.13"}
ENV = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
}
NODE = "26"


def ground(release: str, packages: list[str]) -> GroundFacts:
    """The file system of an image, without the debug variant's BusyBox."""
    found = GroundFacts("debian", SUITES[release], "", "derived")
    found.passwd(PASSWD)
    found.group(GROUP)
    found.partial.update(("/", "/etc", "/usr", "/var"))
    found.add("/", "root/:700", "home/", "tmp/:1777", "etc/", "usr/", "var/", "dev|", "proc|")
    found.files["/"]["busybox"] = "!busybox"
    found.add("/home", "nonroot/:700:65532:65532")
    found.add("/root")
    found.add("/tmp")  # noqa: S108
    found.add("/home/nonroot")
    found.add("/etc", "passwd:644", "group:644", "nsswitch.conf:644", "ssl/", "resolv.conf|",
              "hosts|", "hostname|", "os-release|")  # fmt: skip
    found.add("/etc/ssl", "certs/")
    found.partial.add("/etc/ssl")
    found.add("/etc/ssl/certs", "ca-certificates.crt:644")
    found.partial.add("/etc/ssl/certs")
    suite = index("debian", SUITES[release])
    assert suite is not None
    programs: dict[str, set[str]] = {folder: set() for folder in image_grounds.BINS}
    for package in packages:
        for path in suite.programs(package) or ():
            folder, _, program = path.rpartition("/")
            # Scripts for a shell that the image does not have.
            if folder in programs and program not in ("ldd", "tzselect", "catchsegv"):
                programs[folder].add(program)
    for folder, names in programs.items():
        found.add(folder, *(f"{one}|" for one in sorted(names)))
        twin = f"/usr{folder}" if not folder.startswith("/usr") else folder.removeprefix("/usr")
        if names and twin in programs:
            found.notes.append(f"maybe {twin} {' '.join(sorted(names))}")
    return found


def lists(inputs: str) -> tuple[str, str, dict[str, dict[str, list[str]]]]:
    """(commit, day, packages by variant and distribution) from the Starlark files."""
    source = Repository(inputs, "GoogleContainerTools", "distroless")
    commit, day = source.head()
    found: dict[str, dict[str, list[str]]] = {}
    for path in ("static", "base", "cc", "python3", "java", "nodejs"):
        tree = ast.parse(source.show(f"{path}/config.bzl"))
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if name.endswith("_PACKAGES"):
                    value = ast.literal_eval(node.value)
                    found[name.removesuffix("_PACKAGES").lower()] = value
    return commit, day, found


def _images(packages: dict[str, Any], release: str) -> dict[str, tuple[list[str], tuple[str, ...]]]:
    """Names of images, each with its packages and entrypoint."""
    static = packages["static"].get(release, packages["static"]["debian12"])
    nossl = [*static, *packages["base_nossl"].get(release, ["libc6"])]
    base = [*static, *packages["base"].get(release, ["libc6", "libssl1.1"])]
    cc = [*base, *packages["cc"].get(release, ["libgomp1", "libstdc++6", "libgcc-s1"])]
    java = [*nossl, *packages["java_base"]["debian13"]]
    version = PYTHON[release]
    python = [*cc, "libc-bin", f"python{version}-minimal", f"libpython{version}-minimal"]
    found: dict[str, tuple[list[str], tuple[str, ...]]] = {
        "static": (static, ()),
        "base": (base, ()),
        "base-nossl": (nossl, ()),
        "cc": (cc, ()),
        "java-base": (java, ()),
        "python3": (python, (f"/usr/bin/python{version}",)),
    }
    for major in ("11", "17", "21", "25"):
        found[f"java{major}"] = (java, ("/usr/bin/java", "-jar"))
    for major in ("16", "18", "20", "22", "24", "26"):
        found[f"nodejs{major}"] = (cc, ("/nodejs/bin/node",))
    return found


def _there(name: str, release: str) -> bool:
    if release != NEWEST and name in FORMER[release]:
        return True
    if release == "debian12":
        return name in ("static", "base", "base-nossl", "cc")
    return release == NEWEST and name not in ("java11", "nodejs16", "nodejs18", "nodejs20")


def _notes(name: str, release: str) -> list[str]:
    if name.startswith("nodejs"):
        # npm is not in it (testdata/check_npm.yaml); the archive's folder is /nodejs.
        return ["put / nodejs/", "put /nodejs bin/", "murky /nodejs ! /nodejs/bin",
                "put /nodejs/bin node", "maybe /nodejs/bin npm npx corepack"]  # fmt: skip
    if name.startswith("java") and name != "java-base":
        return ["put /usr/bin java|", "murky /usr/lib/jvm /etc/ssl"]
    if name == "python3":
        version = PYTHON[release]
        return [
            f"put /usr/bin python{version} python3|",
            "maybe /usr/bin python sh dash ldd tzselect catchsegv pyvenv idle3 pydoc3",
            "maybe /bin sh dash python python3 ldd",
        ]
    return []


def module(inputs: str) -> "Module":
    """One module for all; its tags are `static-debian12:nonroot`, `static:latest`."""
    from tools.refresh_facts.images import Module

    commit, day, packages = lists(inputs)
    made = Module("distroless", "github.com/GoogleContainerTools/distroless", day, 1)
    for release in ("debian13", "debian12", "debian11"):
        for name, (contents, entrypoint) in _images(packages, release).items():
            if not _there(name, release):
                continue
            bottom = ground(release, contents)
            title = f"{release} {' '.join(contents)}"
            # Images of the same packages share a file system.
            known = {one.title: key for key, one in made.grounds.items()}
            key = known.get(title, name + release)
            bottom.title = title
            made.grounds.setdefault(key, bottom)
            prefixes = [f"{name}-{release}", *((name,) if release == NEWEST else ())]
            made.records += _records(name, release, key, bottom, entrypoint, prefixes, commit)
    return made


def _records(
    name: str,
    release: str,
    key: str,
    bottom: GroundFacts,
    entrypoint: tuple[str, ...],
    prefixes: list[str],
    commit: str,
) -> "list[Record]":
    from tools.refresh_facts.images import Record, config

    records = []
    env: dict[str, str | None] = dict(ENV)
    if name.startswith("java"):
        env |= {"LANG": "C.UTF-8"} | ({"JAVA_VERSION": None} if name != "java-base" else {})
    if name == "python3":
        env["LANG"] = "C.UTF-8"
    notes = [*bottom.notes, *_notes(name, release)]
    for tag, user, home, debug in (
        ("latest", "0", "/", False),
        ("nonroot", "65532", "/home/nonroot", False),
        ("debug", "0", "/", True),
        ("debug-nonroot", "65532", "/home/nonroot", True),
    ):
        extra = []
        start = entrypoint or None
        variables = dict(env)
        if debug:
            variables["PATH"] = f"{ENV['PATH']}:/busybox"
            extra = ["put / busybox/", "murky /busybox", "put /busybox sh| busybox|"]
            start = entrypoint or ("/busybox/sh",)
        settings = config(None, user=user, workdir=home, entrypoint=start, env=variables)
        tags = [f"{prefix}:{tag}" for prefix in prefixes]
        derived = Derived(f"ground {key}", settings, notes + extra)
        records.append(Record(tags, derived, commit))
    return records
