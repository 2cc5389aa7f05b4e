"""
A registry on the loopback interface, for tests: v2, with tokens, and with every fault we know.

The repository's name says how it behaves; see `QUIRKS`.
"""

import base64
import gzip
import hashlib
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"

QUIRKS = {
    "bare": "sends no digest header",
    "lying": "sends a digest header that is not the body's",
    "headless": "does not know HEAD",
    "limited": "429 with a Retry-After that is too long",
    "busy": "429 once with a short Retry-After",
    "shaky": "503 twice",
    "down": "503 always",
    "slow": "answers too late",
    "trickle": "sends a byte now and then",
    "moved": "redirects to another host name",
    "circle": "redirects to itself",
    "elsewhere": "redirects to http on a host that is not this machine",
    "garbage": "answers a web page",
    "huge": "answers more than a manifest may have",
    "zipped": "compresses its answer, and sends no digest header",
    "bomb": "compresses an answer of 10 MB",
    "unzipped": "says that it compresses its answer, and does not",
    "old": "has a manifest of schema 1",
    "rude": "closes the connection",
    "private": "wants a login",
}


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Registry:
    """
    What the registry has and was asked.

    `contents` maps "path:tag" to (media type, body), and "path@digest" to a blob. With `token` each
    manifest wants a token of its own path. `log` has (method, path, authorization).
    """

    def __init__(self, *, token: bool = False) -> None:
        self.contents: dict[str, tuple[str, bytes]] = {}
        self.token = token
        self.log: list[tuple[str, str, str]] = []
        self.host = ""
        self.times: dict[str, int] = {}

    def add(self, name: str, body: bytes | None = None, kind: str = INDEX) -> str:
        """Give it an image (or push its tag again); the digest."""
        if body is None:
            number = self.times[name] = self.times.get(name, 0) + 1
            content: dict[str, Any] = {
                "schemaVersion": 2,
                "mediaType": kind,
                "name": f"{name} {number}",
            }
            content |= {"manifests": []} if kind == INDEX else {"config": {}, "layers": []}
            body = json.dumps(content, indent=3).encode()
        self.contents[name] = (kind, body)
        path = name.partition(":")[0]
        self.contents[f"{path}@{sha256(body)}"] = (kind, body)
        return sha256(body)

    def manifests(self) -> list[str]:
        """The manifests that were asked for with success or not, tokens left out."""
        return [f"{method} {path}" for method, path, _ in self.log if "/manifests/" in path]


class _Handler(BaseHTTPRequestHandler):
    registry: Registry
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        registry = self.registry
        registry.log.append((self.command, self.path, self.headers.get("Authorization") or ""))
        path, _, query = self.path.partition("?")
        if path == "/token":
            self.token(query)
            return
        if path in ("/v2", "/v2/"):
            self.reply(200, b"{}")
            return
        name, _, last = path.removeprefix("/v2/").rpartition("/")
        name, _, kind = name.rpartition("/")
        quirk = name.rpartition("/")[2]
        if kind == "manifests" and registry.token and not self.allowed(name):
            return
        if kind == "manifests" and quirk in QUIRKS and self.odd(quirk, name, last):
            return
        found = registry.contents.get(f"{name}{'@' if ':' in last else ':'}{last}")
        if found is None:
            self.reply(404, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')
            return
        headers = {"Content-Type": found[0], "Docker-Content-Digest": sha256(found[1])}
        if quirk == "bare":
            del headers["Docker-Content-Digest"]
        if quirk == "zipped":
            packed = gzip.compress(found[1])
            self.reply(200, packed, {"Content-Type": found[0], "Content-Encoding": "gzip"})
            return
        if quirk == "lying":
            headers["Docker-Content-Digest"] = "sha256:" + "0" * 64
            headers["Content-Type"] = "text/plain"
        self.reply(200, found[1], headers)

    def allowed(self, name: str) -> bool:
        if self.headers.get("Authorization") == f"Bearer token-of-{name}":
            return True
        realm = f'realm="http://{self.registry.host}/token",service="fake"'
        scope = f'scope="repository:{name}:pull"'
        self.reply(401, b"{}", {"WWW-Authenticate": f"Bearer {realm},{scope}"})
        return False

    def token(self, query: str) -> None:
        from urllib.parse import parse_qs

        name = parse_qs(query)["scope"][0].split(":")[1]
        given = self.headers.get("Authorization") or ""
        if name.endswith("private"):
            wanted = "Basic " + base64.b64encode(b"me:secret").decode()
            if given != wanted:
                self.reply(401, b"{}")
                return
        if name.endswith("garbage"):
            self.reply(200, b"<html>")
            return
        self.reply(200, json.dumps({"token": f"token-of-{name}"}).encode())

    def odd(self, quirk: str, name: str, last: str) -> bool:
        """Behave oddly; False to go on as usual."""
        times = self.registry.times
        count = times[quirk] = times.get(quirk, 0) + 1
        if quirk == "headless" and self.command == "HEAD":
            self.reply(405, b"")
        elif quirk == "limited":
            self.reply(429, b"", {"Retry-After": "20"})
        elif quirk == "busy" and count == 1:
            self.reply(429, b"", {"Retry-After": "1"})
        elif quirk == "down" or (quirk == "shaky" and count <= 2):
            self.reply(503, b"")
        elif quirk == "slow":
            time.sleep(1)
            self.close_connection = True
        elif quirk == "trickle":
            self.trickle()
        elif quirk == "moved" and not last.startswith("new-"):
            port = self.registry.host.rpartition(":")[2]
            where = f"http://localhost:{port}/v2/{name}/manifests/new-{last}"
            self.reply(307, b"", {"Location": where})
        elif quirk == "circle":
            self.reply(302, b"", {"Location": self.path})
        elif quirk == "elsewhere":
            self.reply(302, b"", {"Location": "http://registry.invalid/v2/"})
        elif quirk == "garbage":
            self.reply(200, b"<html>Log in to the hotel</html>", {"Content-Type": "text/html"})
        elif quirk == "huge":
            self.reply(200, b" " * (5 * 2**20), {"Content-Type": INDEX})
        elif quirk in ("bomb", "unzipped"):
            body = gzip.compress(b" " * 10**7) if quirk == "bomb" else b"{}"
            self.reply(200, body, {"Content-Type": INDEX, "Content-Encoding": "gzip"})
        elif quirk == "old":
            body = b'{"schemaVersion": 1, "fsLayers": []}'
            self.reply(200, body, {"Content-Type": "application/json"})
        elif quirk == "rude":
            self.close_connection = True
        else:
            return False
        return True

    def trickle(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.close_connection = True
        if self.command == "GET":
            try:
                for _ in range(100):
                    self.wfile.write(b" ")
                    time.sleep(0.05)
            except OSError:
                return

    def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
        except OSError:
            self.close_connection = True


@contextmanager
def serve(registry: Registry, tls: ssl.SSLContext | None = None) -> Iterator[Registry]:
    """The registry, answering at `registry.host`."""
    handler = type("Handler", (_Handler,), {"registry": registry})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
    registry.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
