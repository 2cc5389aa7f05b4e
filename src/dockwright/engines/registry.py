"""
The digest of a tag, from the registry itself.

The question is `HEAD /v2/<name>/manifests/<tag>`, which Docker Hub does not count as a pull; its
answer is the digest of the index when the tag has one, so that a pin serves every platform. When
the answer has no digest, the manifest is fetched and hashed. Source of the rules:
opencontainers/distribution-spec `spec.md` (pulling manifests) and distribution/distribution
`docs/content/spec/auth/token.md`.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from dockwright.engines.credentials import Logins
from dockwright.engines.transport import Answer, Transport, is_local
from dockwright.errors import RegistryError
from dockwright.model.reference import Reference
from dockwright.text.lazy import lazy

INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_DIGEST = lazy(r"sha256:[0-9a-f]{64}\Z")
_PARAMETER = lazy(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')
_HUB_LOGIN = "; with a login (`docker login`, --engine) Docker Hub allows more"


class Registry:
    """
    Asks registries for digests; keeps tokens as long as it lives. May be used by threads.

    A registry that cannot be reached, or allows no more requests, is not asked again.
    """

    __slots__ = ("_down", "_lock", "_tokens", "logins", "transport")

    def __init__(self, transport: Transport | None = None, logins: Logins | None = None) -> None:
        self.transport = transport or Transport()
        self.logins = logins or Logins()
        self._lock = threading.Lock()
        self._tokens: dict[tuple[str, str], str] = {}
        self._down: dict[str, str] = {}

    def digest(self, reference: Reference) -> str:
        """
        The digest of `reference`, which has a tag.

        Raises RegistryError with a sentence for people: unreachable, denied, not there, limited,
        or an answer that makes no sense.
        """
        known = self._down.get(reference.registry)
        if known is not None:
            raise RegistryError(known)
        try:
            return self._digest(reference)
        except RegistryError as error:
            if error.grave:
                self._down[reference.registry] = error.message
            raise

    def _digest(self, reference: Reference) -> str:
        answer = self._manifest("HEAD", reference)
        if answer.status == 200:
            told = answer.headers.get("docker-content-digest", "")
            if _DIGEST.match(told) and _type(answer) in (*INDEXES, *MANIFESTS):
                return told
        if answer.status in (200, 405, 501):
            answer = self._manifest("GET", reference)
        if answer.status != 200:
            raise _refusal(answer, reference)
        return _hashed(answer, reference)

    def _manifest(self, method: str, reference: Reference) -> Answer:
        registry, path = reference.registry, reference.path
        url = f"{_base(registry)}/v2/{path}/manifests/{reference.tag}"
        headers = {"Accept": ", ".join((*INDEXES, *MANIFESTS))}
        with self._lock:
            known = self._tokens.get((registry, path))
        if known:
            headers["Authorization"] = known
        answer = self.transport.ask(method, url, headers)
        challenge = answer.headers.get("www-authenticate", "")
        if answer.status != 401 or not challenge:
            return answer
        headers["Authorization"] = allowed = self._authorization(reference, challenge)
        with self._lock:
            self._tokens[registry, path] = allowed
        return self.transport.ask(method, url, headers)

    def _authorization(self, reference: Reference, challenge: str) -> str:
        """The header that answers a challenge."""
        login = self.logins.of(reference.registry)
        basic = "Basic " + base64.b64encode(":".join(login).encode()).decode() if login else ""
        scheme, _, rest = challenge.strip().partition(" ")
        if scheme.lower() == "basic":
            if not basic:
                raise RegistryError(f"{reference.registry} wants a login (`docker login`)")
            return basic
        told = {match[1].lower(): match[2] or match[3] for match in _PARAMETER.finditer(rest)}
        realm = urlsplit(told.get("realm") or "")
        safe = realm.scheme == "https" or (
            realm.scheme == "http" and is_local(realm.hostname or "") and _is_local(reference)
        )
        if scheme.lower() != "bearer" or not safe:
            raise RegistryError(f"{reference.registry} asks for a login in a way we do not take")
        wanted = {"scope": f"repository:{reference.path}:pull"}
        if told.get("service"):
            wanted["service"] = told["service"]
        url = realm._replace(
            query="&".join(filter(None, (realm.query, urlencode(wanted)))), fragment=""
        ).geturl()
        answer = self.transport.ask("GET", url, {"Authorization": basic} if basic else {})
        if answer.status != 200:
            if basic and answer.status in (401, 403):
                raise RegistryError(f"the login for {reference.registry} is refused")
            raise _refusal(answer, reference)
        given = _json(answer)
        token = given.get("token") or given.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise RegistryError(f"{realm.netloc} gives no token")
        return f"Bearer {token}"


def _base(registry: str) -> str:
    if registry == "docker.io":
        return "https://registry-1.docker.io"
    local = is_local(urlsplit(f"//{registry}").hostname or "")
    return f"{'http' if local else 'https'}://{registry}"


def _is_local(reference: Reference) -> bool:
    return _base(reference.registry).startswith("http:")


def _type(answer: Answer) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def _json(answer: Answer) -> Mapping[str, object]:
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _hashed(answer: Answer, reference: Reference) -> str:
    """The digest of the manifest in an answer, compared with what its header says."""
    manifest = _json(answer)
    if manifest.get("schemaVersion") == 1:
        raise RegistryError(
            f"{reference.registry} has {reference.path}:{reference.tag} in the format of 2015,"
            " which engines no longer pull"
        )
    if manifest.get("schemaVersion") != 2 or not {"manifests", "layers", "config"} & set(manifest):
        raise RegistryError(f"{reference.registry} answers with something that is no manifest")
    made = "sha256:" + hashlib.sha256(answer.body).hexdigest()
    told = answer.headers.get("docker-content-digest", "")
    if told.startswith("sha256:") and told != made:
        raise RegistryError(
            f"{reference.registry} sends a manifest that does not have the digest it says"
        )
    return made


def _refusal(answer: Answer, reference: Reference) -> RegistryError:
    registry, status = reference.registry, answer.status
    if status == 429:
        after = answer.headers.get("retry-after", "")
        wait = f": ask again in {after} s" if after.isascii() and after.isdigit() else ""
        hint = _HUB_LOGIN if registry == "docker.io" else ""
        error = RegistryError(f"{registry} allows no more requests for now (429){wait}{hint}")
        error.grave = True
        return error
    if status in (401, 403):
        return RegistryError(
            f"{registry} denies {reference.path}: private (`docker login`), or not there"
        )
    if status == 404:
        return RegistryError(f"{registry} has no {reference.path}:{reference.tag}")
    return RegistryError(f"{registry} answers with status {status}")
