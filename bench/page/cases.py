"""
The patterns of the page, each as a project that can be built, and what must be seen of it.

A pattern is taken from the page itself (its fences, by heading) and gets as little around it as
makes it a project: the files it copies, a base image for a block that has none. `defects` are the
claims that do not hold as written, `mended` says whether all must hold after `dockwright fix`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.page.files import GO, LOCK, NODE, PYTHON, SECRETS

Page = Mapping[str, str]
NODE_BASE = "FROM node:20-slim\nWORKDIR /app\n"
NODE_END = 'EXPOSE 3000\nCMD ["node", "server.js"]\n'


@dataclass
class Case:
    """One pattern: a title, its files made from the page, and what is expected of it."""

    title: str
    files: Callable[[Page], Mapping[str, str]]
    defects: tuple[str, ...]
    mended: bool = False


def _python(page: Page) -> dict[str, str]:
    return {**PYTHON, "Dockerfile": page["Multi-Stage Build (Python)"], ".dockerignore": ".git\n"}


def _go(page: Page) -> dict[str, str]:
    return {**GO, "go.sum": "", **_go_without_sum(page)}


def _go_without_sum(page: Page) -> dict[str, str]:
    return {**GO, "Dockerfile": page["Multi-Stage Build (Go)"] + "EXPOSE 8080\n"}


def _good_layers(page: Page) -> dict[str, str]:
    good = page["Layer Optimization"].partition("# BAD")[0]
    return _node(good)


def _all_layers(page: Page) -> dict[str, str]:
    return _node(page["Layer Optimization"])


def _node(block: str) -> dict[str, str]:
    text = f"{NODE_BASE}{block.rstrip()}\n{NODE_END}"
    return {**NODE, "package-lock.json": LOCK, "Dockerfile": text, ".dockerignore": ".git\n"}


def _user(page: Page) -> dict[str, str]:
    block = page["Security Hardening"].partition("# Read-only")[0]
    return {"Dockerfile": "FROM python:3.12-slim\n" + block}


def _read_only(page: Page) -> dict[str, str]:
    block = page["Security Hardening"].partition("# Read-only")[2].partition("# No shell")[0]
    text = f"# Read-only{block}" + 'CMD ["python", "-m", "http.server"]\n'
    return {"Dockerfile": text}


def _no_shell(page: Page) -> dict[str, str]:
    block = page["Security Hardening"].partition("# No shell")[2]
    text = f"# No shell{block.rstrip()}\n" + 'COPY main.py /\nCMD ["/main.py"]\n'
    return {"Dockerfile": text, "main.py": "import time\n\ntime.sleep(600)\n"}


def _health(page: Page) -> dict[str, str]:
    text = (
        "FROM python:3.12-slim\nWORKDIR /app\nCOPY health .\nUSER 10001\nEXPOSE 8080\n"
        'STOPSIGNAL SIGINT\nCMD ["python", "-m", "http.server", "8080"]\n'
    )
    return {"Dockerfile": text + page["Health Checks"], "health": "ok\n"}


def _ignore(page: Page) -> dict[str, str]:
    text = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nUSER 10001\nCMD ["python", "main.py"]\n'
    ignore = page[".dockerignore"]
    main = {"main.py": "import time\n\ntime.sleep(600)\n"}
    return {**main, **SECRETS, "Dockerfile": text, ".dockerignore": ignore}


def _compose(page: Page) -> dict[str, str]:
    return {**_python(page), "compose.yaml": page["Docker Compose"]}


def _arguments(page: Page) -> dict[str, str]:
    text = page["Build Arguments"] + 'USER 10001\nCMD ["python", "-c", "print(1)"]\n'
    return {"Dockerfile": text}


CASES = (
    Case("1 Python", _python, ("starts",), mended=True),
    Case("2 Go, no go.sum", _go_without_sum, ("builds",), mended=True),
    Case("2a Go", _go, ("non-root",), mended=True),
    Case("3 layers, the good half", _good_layers, ("non-root",), mended=True),
    Case("3 layers, pasted whole", _all_layers, ("non-root", "edit-cached")),
    Case("4a user", _user, ("builds",), mended=True),
    Case("4b read-only", _read_only, ("starts",), mended=True),
    Case("4d no shell", _no_shell, ("non-root",), mended=True),
    Case("5 health check", _health, ("healthy",), mended=True),
    Case("6 .dockerignore", _ignore, ("no-secrets",), mended=True),
    Case("7 Compose", _compose, ("up",), mended=True),
    Case("8 build arguments", _arguments, ("labels",)),
)
