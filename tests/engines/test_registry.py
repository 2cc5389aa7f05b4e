"""Digests from a registry: tokens, faults, bounds. The registry is a fake on this machine."""

import base64
import json
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright.engines import registry as registry_module
from dockwright.engines import transport
from dockwright.engines.credentials import Logins
from dockwright.engines.registry import Registry as Client
from dockwright.engines.registry import _base
from dockwright.engines.transport import Transport, is_local
from dockwright.errors import RegistryError
from dockwright.model.reference import Reference, parse
from tests.support.registry import MANIFEST, Registry, serve, sha256


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")


@pytest.fixture
def open_registry() -> Iterator[Registry]:
    with serve(Registry()) as registry:
        yield registry


@pytest.fixture
def token_registry() -> Iterator[Registry]:
    with serve(Registry(token=True)) as registry:
        yield registry


def client(waits: list[float] | None = None, **more: float) -> Client:
    return Client(Transport(sleep=(waits if waits is not None else []).append, **more))


def named(registry: Registry, name: str) -> Reference:
    found = parse(f"{registry.host}/{name}")
    assert found is not None
    return found


def test_one_head_is_enough(open_registry: Registry) -> None:
    digest = open_registry.add("library/python:3.12")
    assert client().digest(named(open_registry, "library/python:3.12")) == digest
    assert open_registry.manifests() == ["HEAD /v2/library/python/manifests/3.12"]


def test_a_plain_manifest(open_registry: Registry) -> None:
    digest = open_registry.add("one/platform:1", kind=MANIFEST)
    assert client().digest(named(open_registry, "one/platform:1")) == digest


def test_a_token_is_fetched_once_for_a_path(token_registry: Registry) -> None:
    digests = [token_registry.add(f"a/b:{tag}") for tag in (1, 2)]
    asking = client()
    found = [asking.digest(named(token_registry, f"a/b:{tag}")) for tag in (1, 2)]
    assert found == digests
    tokens = [path for _, path, _ in token_registry.log if path.startswith("/token")]
    assert tokens == ["/token?scope=repository%3Aa%2Fb%3Apull&service=fake"]
    allowed = [given for _, path, given in token_registry.log if "/manifests/" in path]
    assert allowed == ["", "Bearer token-of-a/b", "Bearer token-of-a/b"]


@pytest.mark.parametrize("quirk", ["bare", "headless", "busy", "shaky", "zipped"])
def test_what_is_mended_by_another_question(open_registry: Registry, quirk: str) -> None:
    digest = open_registry.add(f"a/{quirk}:1")
    waits: list[float] = []
    assert client(waits).digest(named(open_registry, f"a/{quirk}:1")) == digest
    assert waits == {"busy": [1.0], "shaky": [0.5, 1.0]}.get(quirk, [])


def test_a_redirect_keeps_the_method_and_takes_no_token_along(token_registry: Registry) -> None:
    digest = token_registry.add("a/moved:1")
    token_registry.contents["a/moved:new-1"] = token_registry.contents["a/moved:1"]
    reference = named(token_registry, "a/moved:1")
    with pytest.raises(RegistryError, match="denies a/moved"):
        client().digest(reference)
    sent = [(method, given) for method, path, given in token_registry.log if "/new-1" in path]
    assert sent == [("HEAD", "")]
    assert any("token-of" in given for _, path, given in token_registry.log if path.endswith("/1"))
    token_registry.token = False
    assert client().digest(reference) == digest


@pytest.mark.parametrize(
    ("quirk", "wanted"),
    [
        ("lying", "sends a manifest that does not have the digest it says"),
        ("limited", "allows no more requests for now (429): ask again in 20 s"),
        ("down", "answers with status 503"),
        ("slow", "cannot be reached: no answer in time"),
        ("trickle", "cannot be reached: "),
        ("circle", "answers with status 302"),
        ("elsewhere", "sends us to http://registry.invalid/v2/, which is not https"),
        ("garbage", "answers with something that is no manifest"),
        ("huge", "sends an answer of more than 4 MiB"),
        ("bomb", "sends an answer of more than 4 MiB"),
        ("unzipped", "sends an answer that cannot be unpacked"),
        ("old", "in the format of 2015, which engines no longer pull"),
        ("rude", "cannot be reached: "),
        ("none", "has no a/none:1"),
    ],
)
def test_faults_are_told(open_registry: Registry, quirk: str, wanted: str) -> None:
    if quirk != "none":
        open_registry.add(f"a/{quirk}:1")
    waits: list[float] = []
    began = time.monotonic()
    bounds = {"silence": 0.3, "deadline": 0.9} if quirk in ("slow", "trickle") else {}
    with pytest.raises(RegistryError) as caught:
        client(waits, **bounds).digest(named(open_registry, f"a/{quirk}:1"))
    assert wanted in str(caught.value)
    assert str(caught.value).startswith(open_registry.host)
    assert not bounds or time.monotonic() - began < 5
    assert len(waits) <= 4


def test_nobody_listens(open_registry: Registry) -> None:
    reference = Reference("127.0.0.1:1", "a/b", "1", "")
    waits: list[float] = []
    with pytest.raises(
        RegistryError, match=r"127\.0\.0\.1:1 cannot be reached: Connection refused"
    ):
        client(waits).digest(reference)
    assert waits == []


def test_a_registry_that_allows_no_more_is_not_pressed(open_registry: Registry) -> None:
    open_registry.add("a/b:1")
    asking = client()
    for name in ("a/limited:1", "a/limited:2", "a/b:1"):
        with pytest.raises(RegistryError, match=r"allows no more requests for now \(429\)"):
            asking.digest(named(open_registry, name))
    assert open_registry.manifests() == ["HEAD /v2/a/limited/manifests/1"]


def test_one_missing_tag_says_nothing_of_others(open_registry: Registry) -> None:
    digest = open_registry.add("a/b:1")
    asking = client(silence=0.6)
    for name in ("a/b:2", "a/slow:1", "a/down:1"):
        with pytest.raises(RegistryError):
            asking.digest(named(open_registry, name))
    assert asking.digest(named(open_registry, "a/b:1")) == digest


# Logins


def configured(folder: Path, **config: object) -> None:
    (folder / "config.json").write_text(json.dumps(config))


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_private_image_needs_the_login(token_registry: Registry, tmp_path: Path) -> None:
    digest = token_registry.add("a/private:1")
    reference = named(token_registry, "a/private:1")
    with pytest.raises(RegistryError, match=r"denies a/private: private \(`docker login`\)"):
        client().digest(reference)
    configured(tmp_path, auths={f"http://{token_registry.host}": {"auth": coded("me:wrong")}})
    with pytest.raises(RegistryError, match=r"the login for .* is refused"):
        client().digest(reference)
    configured(tmp_path, auths={f"http://{token_registry.host}": {"auth": coded("me:secret")}})
    assert client().digest(reference) == digest


def test_a_token_that_is_none(token_registry: Registry) -> None:
    with pytest.raises(RegistryError, match="gives no token"):
        client().digest(named(token_registry, "a/garbage:1"))


@pytest.mark.parametrize(
    ("auths", "registry", "wanted"),
    [
        ({"https://index.docker.io/v1/": {"auth": coded("u:p:q")}}, "docker.io", ("u", "p:q")),
        ({"ghcr.io": {"username": "u", "password": "p"}}, "ghcr.io", ("u", "p")),
        ({"https://quay.io/v2/": {"auth": coded("u:p")}}, "quay.io", ("u", "p")),
        ({"quay.io": {"auth": coded("u:p")}}, "quay.io.evil.test", None),
        ({"quay.io": {"auth": "%%%"}}, "quay.io", None),
        ({"quay.io": {"auth": coded("no colon")}}, "quay.io", None),
        ({"quay.io": {}}, "quay.io", None),
        ({"quay.io": "x"}, "quay.io", None),
        ([], "quay.io", None),
    ],
)
def test_logins(tmp_path: Path, auths: object, registry: str, wanted: object) -> None:
    configured(tmp_path, auths=auths)
    assert Logins().of(registry) == wanted


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, "\udcff"])
def test_a_broken_configuration_has_no_logins(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert Logins().of("docker.io") is None


def test_helpers_run_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "docker-credential-mine"
    program.write_text(
        f"#!/bin/sh\ncat >> {tmp_path}/asked\n"
        """printf '{"ServerURL":"","Username":"u","Secret":"s"}'\n"""
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    configured(tmp_path, credsStore="mine", credHelpers={"quay.io": "x/../mine"})
    assert Logins().of("ghcr.io") is None
    assert not (tmp_path / "asked").exists()
    assert Logins(helpers=True).of("ghcr.io") == ("u", "s")
    assert (tmp_path / "asked").read_text() == "ghcr.io"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docker-credential-x").mkdir()
    program.rename(tmp_path / "mine")
    assert Logins(helpers=True).of("quay.io") is None


# Where questions go


@pytest.mark.parametrize(
    ("registry", "wanted"),
    [
        ("docker.io", "https://registry-1.docker.io"),
        ("ghcr.io", "https://ghcr.io"),
        ("registry.test:5000", "https://registry.test:5000"),
        ("localhost:5000", "http://localhost:5000"),
        ("127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("127.evil.test:5000", "https://127.evil.test:5000"),
        ("[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_only_this_machine_is_asked_without_tls(registry: str, wanted: str) -> None:
    assert _base(registry) == wanted


def test_local() -> None:
    hosts = ("localhost", "127.0.0.1", "::1", "127.1.evil.test", "local", "10.0.0.1", "")
    assert [is_local(one) for one in hosts] == [True, True, True, False, False, False, False]


@pytest.mark.parametrize(
    "realm",
    [
        "http://auth.test/token",
        "http://127.0.0.1:9/token",
        "ftp://auth.test/",
        "file:///etc/passwd",
        "//auth.test/",
        "",
    ],
)
def test_logins_go_over_https_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, realm: str
) -> None:
    configured(tmp_path, auths={"registry.test": {"auth": coded("u:p")}})
    asked: list[str] = []

    def ask(_self: Transport, _method: str, url: str, _headers: object) -> transport.Answer:
        asked.append(url)
        return transport.Answer(401, {"www-authenticate": f'Bearer realm="{realm}"'}, b"")

    monkeypatch.setattr(Transport, "ask", ask)
    with pytest.raises(RegistryError, match="asks for a login in a way we do not take"):
        Client().digest(Reference("registry.test", "a", "1", ""))
    assert asked == ["https://registry.test/v2/a/manifests/1"]


def test_certificates_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("there is no openssl to make a certificate")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-out", str(certificate), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    # This machine stands for another one.
    monkeypatch.setattr(transport, "is_local", lambda _: False)
    monkeypatch.setattr(registry_module, "is_local", lambda _: False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(Registry(), context) as registry:
        digest = registry.add("a/b:1")
        reference = named(registry, "a/b:1")
        with pytest.raises(RegistryError, match="its certificate is not valid"):
            client().digest(reference)
        assert registry.log == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert client().digest(reference) == digest


def test_basic_logins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    body = b'{"schemaVersion": 2, "manifests": []}'

    def ask(_self: Transport, _method: str, _url: str, headers: dict[str, str]) -> transport.Answer:
        if headers.get("Authorization") == "Basic " + coded("u:p"):
            return transport.Answer(200, {}, body)
        return transport.Answer(401, {"www-authenticate": 'Basic realm="x"'}, b"")

    monkeypatch.setattr(Transport, "ask", ask)
    reference = Reference("registry.test", "a", "1", "")
    with pytest.raises(RegistryError, match=r"registry.test wants a login"):
        Client().digest(reference)
    configured(tmp_path, auths={"registry.test": {"auth": coded("u:p")}})
    assert Client().digest(reference) == sha256(body)
