"""
The logins in Docker's configuration, `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`.

`auths` holds `auth` (base64 of user:password) or both words in clear. Programs that keep logins
(`credsStore`, `credHelpers`) are only run when asked to. Source of the rules: docker/cli
`cli/config/configfile/file.go` and `cli/config/credentials`.
"""

import base64
import binascii
import json
import os
import subprocess
from typing import Any

from dockwright.text.lazy import lazy

_HELPER = lazy(r"[A-Za-z0-9._-]+\Z")
#: The name that Docker Hub has in the configuration.
HUB = "https://index.docker.io/v1/"
ASK_SECONDS = 20


class Logins:
    """
    The logins by registry.

    `folder` is the configuration's, None for Docker's own; with `helpers`, programs that keep
    logins are run. The file is read at the first question; without it, or when it makes no sense,
    there are no logins.
    """

    __slots__ = ("_config", "folder", "helpers")

    def __init__(self, folder: str | None = None, *, helpers: bool = False) -> None:
        self.folder = folder
        self.helpers = helpers
        self._config: dict[str, Any] | None = None

    def of(self, registry: str) -> tuple[str, str] | None:
        """User and password for a registry ("docker.io", "ghcr.io"), None without a login."""
        server = HUB if registry == "docker.io" else registry
        config = self._read()
        if self.helpers:
            named = _mapping(config.get("credHelpers")).get(server) or config.get("credsStore")
            login = _ask(named, server) if isinstance(named, str) and named else None
            if login is not None:
                return login
        wanted = _host(server)
        for key, entry in _mapping(config.get("auths")).items():
            login = _login(_mapping(entry)) if _host(key) == wanted else None
            if login is not None:
                return login
        return None

    def _read(self) -> dict[str, Any]:
        if self._config is None:
            folder = self.folder or os.environ.get("DOCKER_CONFIG")
            folder = folder or os.path.join(os.path.expanduser("~"), ".docker")
            try:
                with open(os.path.join(folder, "config.json"), "rb") as file:
                    self._config = _mapping(json.loads(file.read()))
            except (OSError, ValueError, RecursionError):
                self._config = {}
        return self._config


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _host(key: str) -> str:
    """The host that a key of `auths` means: with or without scheme and path."""
    return key.partition("://")[2].partition("/")[0] or key.partition("/")[0]


def _login(entry: dict[str, Any]) -> tuple[str, str] | None:
    user, password = entry.get("username"), entry.get("password")
    coded = entry.get("auth")
    if isinstance(coded, str) and coded:
        try:
            user, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        password = password.rstrip("\0")
    if isinstance(user, str) and isinstance(password, str) and user and password:
        return user, password
    return None


def _ask(name: str, server: str) -> tuple[str, str] | None:
    """What the program `docker-credential-NAME` keeps for a server."""
    if not _HELPER.match(name):
        return None
    try:
        done = subprocess.run(  # noqa: S603 - the program that the user's own configuration names
            [f"docker-credential-{name}", "get"],
            input=server.encode(),
            capture_output=True,
            check=False,
            timeout=ASK_SECONDS,
        )
        answer = _mapping(json.loads(done.stdout)) if not done.returncode else {}
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return _login({"username": answer.get("Username"), "password": answer.get("Secret")})
