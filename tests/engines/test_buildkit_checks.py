"""Each check of `docker build --check`, triggered once: our rules say the same of the same line."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import buildkit_checks as bench
from dockwright.app import context
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source

pytestmark = pytest.mark.engine

IMAGE = "busybox:latest"
IGNORE = b"*.env\nlogs\n!logs/today\n"
CASES = {
    "ConsistentInstructionCasing": "FROM busybox\nRUN a\nrun b\n",
    "CopyIgnoredFile": "FROM busybox\nCOPY a.env b /\nADD logs/old /\nCOPY logs/today /\n",
    "DuplicateStageName": "FROM busybox AS a\nFROM busybox AS A\n",
    "ExposeInvalidFormat": "FROM busybox\nEXPOSE 127.0.0.1:80:80 5000-5002\n",
    "ExposeProtoCasing": "FROM busybox\nEXPOSE 80/TCP\nEXPOSE 81/tcp\n",
    "FromAsCasing": "FROM busybox as base\nfrom busybox as other\n",
    "FromPlatformFlagConstDisallowed": "FROM --platform=linux/amd64 busybox\n",
    "InvalidDefaultArgInFrom": "ARG TAG\nFROM busybox:$TAG\n",
    "InvalidDefinitionDescription": (
        "# the version\nARG VERSION=1\n# VERSION2 is right\nARG VERSION2=1\n"
        "# the base\nFROM busybox AS base\n\n# other: right\nFROM busybox AS other\n"
    ),
    "JSONArgsRecommended": 'FROM busybox\nENTRYPOINT serve\nCMD serve $PORT\nCMD ["x"]\n',
    "LegacyKeyValueFormat": "FROM busybox\nENV a b\nLABEL c d\nENV e=f\n",
    "MaintainerDeprecated": "FROM busybox\nMAINTAINER ada@example.org\n",
    "MultipleInstructionsDisallowed": (
        'FROM busybox\nCMD ["a"]\nCMD ["b"]\nENTRYPOINT ["a"]\nENTRYPOINT ["b"]\n'
        'HEALTHCHECK NONE\nHEALTHCHECK CMD ["x"]\n'
    ),
    "NoEmptyContinuation": "FROM busybox\nRUN a \\\n\n  b\n",
    "RedundantTargetPlatform": "FROM --platform=$TARGETPLATFORM busybox\n",
    "ReservedStageName": "FROM busybox AS context\n",
    "SecretsUsedInArgOrEnv": (
        "FROM busybox\nARG API_TOKEN\nENV DB_PASSWORD=hunter2\nENV PUBLIC_KEY=x\n"
    ),
    "StageNameCasing": "FROM busybox AS Base\nFROM Base AS next\n",
    "UndefinedArgInFrom": (
        "ARG TAG=latest\nFROM busybox:$TAG\nFROM busybox:${TGA:-latest}\nFROM busybox$SUFFIX\n"
    ),
    "UndefinedVar": (
        "ARG A=1\nFROM busybox\nCOPY a $DIR/$A\nENV X=$X:/x P=$PATH\nWORKDIR /$TARGETARCH\n"
        "ARG B=1 C=$B\nLABEL a=$C\nRUN echo $D\nUSER ${E}\nARG F=$F\nENV VERSION $VERSION\n"
    ),
    "WorkdirRelativePath": "FROM busybox\nWORKDIR app\nWORKDIR src\nFROM busybox\nWORKDIR /app\n",
}


@pytest.fixture(scope="module")
def image(engine: str) -> bench.Tagged:
    done = bench.docker("image", "inspect", IMAGE)
    if done.returncode:
        pytest.skip(f"the engine has no {IMAGE}")
    return bench.Tagged({IMAGE: json.loads(done.stdout)[0]["Config"]})


def both(text: str, facts: bench.Tagged) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
    theirs, _, _ = bench.warnings(bench.ask(text, IGNORE, "default"))
    return theirs, mine(text, facts)


def mine(text: str, facts: bench.Tagged) -> set[tuple[str, int]]:
    matcher = context.matcher(IGNORE, known=True)
    build = Build(parse(Source("Dockerfile", text)), facts=facts, ignore=matcher)
    return bench.ours(build, *bench.plan())


@pytest.mark.parametrize("check", CASES)
def test_same_lines(check: str, image: bench.Tagged) -> None:
    theirs, found = both(CASES[check], image)
    assert check in {name for name, _ in theirs}
    assert found == theirs


def test_every_check_has_a_case() -> None:
    assert {*CASES, "InvalidBaseImagePlatform"} == set(bench.CHECKS)


@pytest.fixture
def registry() -> Iterator[str]:
    """A registry whose only image is for amd64, whatever it is asked for."""
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "0" * 64]},
        }
    ).encode()
    prefix = "application/vnd.docker.distribution.manifest.v2+json"
    digest = "sha256:" + hashlib.sha256(config).hexdigest()
    about = {
        "mediaType": "application/vnd.docker.container.image.v1+json",
        "digest": digest,
        "size": len(config),
    }
    manifest = json.dumps(
        {"schemaVersion": 2, "mediaType": prefix, "config": about, "layers": []}
    ).encode()

    class Handler(BaseHTTPRequestHandler):
        # The engine tries TLS first and falls back when the answer begins with HTTP.
        default_request_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body, kind = (
                (manifest, prefix) if "/manifests/" in self.path else (config, about["mediaType"])
            )
            self.send_response(200)
            self.send_header("Content-Type", str(kind))
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Docker-Content-Digest", "sha256:" + hashlib.sha256(body).hexdigest())
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_platform_of_the_base(image: bench.Tagged, registry: str) -> None:
    """Which platforms an image has only its registry knows: we go by names of docker.io."""
    text = "ARG P=linux/arm64\nFROM --platform=$P {}amd64/busybox:1\n"
    theirs, _, error = bench.warnings(bench.ask(text.format(registry + "/"), None, "default"))
    assert error == ""
    assert theirs == {("InvalidBaseImagePlatform", 2)}
    assert mine(text.format(""), image) == theirs
