"""
HTTP for asking registries: with bounds on time, size, repetitions and redirects.

Only what `dockwright pin` imports imports this. Proxies are those of the environment
(`HTTPS_PROXY`, `NO_PROXY`); none is used for this machine.
"""

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Mapping
from email.message import Message
from typing import IO
from urllib.parse import urlsplit

from dockwright import __version__
from dockwright.errors import RegistryError
from dockwright.text.lazy import lazy
from dockwright.text.value import Value

#: Seconds without a word, and seconds for one question with all its repetitions.
SILENCE = 10.0
DEADLINE = 30.0
#: Bytes of an answer: `distribution` takes manifests of up to 4 MiB.
LARGEST = 4 * 1024 * 1024
ATTEMPTS = 3
PAUSES = (0.5, 1.0)
#: A registry that asks for a longer pause than this gets no second question.
PATIENCE = 3.0
REDIRECTS = 5
_NO_HOPE = (socket.gaierror, ConnectionRefusedError, ssl.SSLCertVerificationError)
_LOOPBACK = lazy(r"127(?:\.[0-9]{1,3}){3}\Z")


class Answer(Value):
    """An answer: its status, its headers with names in lower case, its body."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class _Unusable(Exception):
    """An answer that is not worth a second question."""


class Transport:
    """
    Asks a question, and again when that may help.

    `silence` and `deadline` are in seconds; `sleep` waits between repetitions.
    """

    __slots__ = ("_openers", "deadline", "silence", "sleep")

    def __init__(
        self,
        silence: float = SILENCE,
        deadline: float = DEADLINE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.silence = silence
        self.deadline = deadline
        self.sleep = sleep
        self._openers: dict[bool, urllib.request.OpenerDirector] = {}

    def ask(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        """
        The answer, whatever its status.

        Raises RegistryError when there is none: the host cannot be reached or is silent, its
        certificate is not valid, the answer is too large or no HTTP.
        """
        end = time.monotonic() + self.deadline
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = self._once(method, url, headers, end)
                wait = _pause(answer, attempt)
            except _Unusable as error:
                raise RegistryError(f"{urlsplit(url).netloc} sends {error}") from error
            except (OSError, http.client.HTTPException, ValueError) as error:
                reason = error.reason if isinstance(error, urllib.error.URLError) else error
                wait = PAUSES[attempt - 1] if _may_pass(reason) and attempt < ATTEMPTS else None
                if wait is None or time.monotonic() + wait >= end:
                    host = urlsplit(url).netloc
                    failed = RegistryError(f"{host} cannot be reached: {_told(reason)}")
                    failed.grave = isinstance(reason, _NO_HOPE)
                    raise failed from error
            else:
                if wait is None or time.monotonic() + wait >= end:
                    return answer
            self.sleep(wait)

    def _once(self, method: str, url: str, headers: Mapping[str, str], end: float) -> Answer:
        request = urllib.request.Request(  # noqa: S310 - the opener knows http and https only
            url, method=method, headers={"User-Agent": f"dockwright/{__version__}", **headers}
        )
        left = max(min(self.silence, end - time.monotonic()), 0.1)
        try:
            response = self._opener(url).open(request, timeout=left)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            body = b"" if method == "HEAD" else _body(response, end)
            found = {name.lower(): value for name, value in response.headers.items()}
            if body and found.get("content-encoding", "").lower() == "gzip":
                # Nobody asked for it, and some registries do it all the same.
                body = _unpacked(body)
            return Answer(response.status, found, body)

    def _opener(self, url: str) -> urllib.request.OpenerDirector:
        # Reading the certificates takes 30 ms, so this is done once.
        local = is_local(urlsplit(url).hostname or "")
        if local not in self._openers:
            self._openers[local] = _opener(local)
        return self._openers[local]


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Redirects that keep the method, never leave https, and take no login to another host."""

    max_redirections = REDIRECTS

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,  # noqa: ARG002 - urllib's signature
        msg: str,  # noqa: ARG002
        headers: Message,  # noqa: ARG002
        newurl: str,
    ) -> urllib.request.Request:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        inside = old.scheme == "http" and is_local(new.hostname or "")
        if new.scheme != "https" and not (new.scheme == "http" and inside):
            fp.close()
            raise RegistryError(f"{old.netloc} sends us to {newurl}, which is not https")
        kept = dict(req.header_items())
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            kept.pop("Authorization", None)
        kept.pop("Host", None)
        return urllib.request.Request(  # noqa: S310 - https, or http on this machine
            newurl, headers=kept, method=req.get_method(), unverifiable=True
        )


def _opener(local: bool) -> urllib.request.OpenerDirector:
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler({} if local else None),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    return opener


def is_local(host: str) -> bool:
    """Whether a host is this machine, whose registries speak plain http as Docker has it."""
    return host in ("localhost", "::1") or _LOOPBACK.match(host) is not None


def _body(response: http.client.HTTPResponse | urllib.error.HTTPError, end: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    # One read for what has come: a body that trickles in must not hold us for ever.
    read = getattr(response, "read1", response.read)
    while piece := read(65536):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST:
            raise _Unusable(f"an answer of more than {LARGEST // 2**20} MiB")
        if time.monotonic() > end:
            raise TimeoutError("too slow")
    return b"".join(pieces)


def _unpacked(body: bytes) -> bytes:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        plain = unpacking.decompress(body, LARGEST + 1)
    except zlib.error as error:
        raise _Unusable("an answer that cannot be unpacked") from error
    if len(plain) > LARGEST:
        raise _Unusable(f"an answer of more than {LARGEST // 2**20} MiB")
    return plain


def _pause(answer: Answer, attempt: int) -> float | None:
    """How long to wait before the same question again; None when the answer stands."""
    if attempt >= ATTEMPTS:
        return None
    if answer.status == 429:
        asked = answer.headers.get("retry-after", "")
        seconds = float(asked) if asked.isascii() and asked.isdigit() else PATIENCE + 1
        return seconds if seconds <= PATIENCE else None
    return PAUSES[attempt - 1] if answer.status in (500, 502, 503, 504) else None


def _may_pass(reason: object) -> bool:
    """Whether asking again may help: not for an unknown host or a bad certificate."""
    return isinstance(reason, (OSError, http.client.HTTPException)) and not isinstance(
        reason, (*_NO_HOPE, TimeoutError)
    )


def _told(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({reason.verify_message})"
    if isinstance(reason, http.client.HTTPException):
        return f"its answer is not HTTP ({type(reason).__name__})"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return str(reason) or type(reason).__name__
