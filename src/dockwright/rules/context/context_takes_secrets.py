"""DW5503 context-takes-secrets."""

from dockwright.rules.api import Bad, Build, Findings, Good, Rule, credentials, from_context


class ContextTakesSecrets(Rule):
    """
    Keep files with credentials out of what `COPY .` takes.

    A folder is copied with all that lies in it: `.env`, private keys, `.aws/credentials`. Whoever
    has the image can read them, also when a later `RUN` deletes them. The patterns of .dockerignore
    hold for the top of the context only: `.env` does not keep `api/.env` out, `**/.env` does.

    Silent when the build context is not known, in stages whose file system does not ship, about
    examples, folders of tests, and about what .dockerignore keeps out. Files that hold no
    credential in many projects (`.env`, `*.key`) are "likely" only. A file that is copied by name
    is for secret-file-copied.
    """

    code = "DW5503"
    name = "context-takes-secrets"
    severity = "warning"
    tags = ("security", "secrets", "copy", "context")
    needs = "context"
    also = ("trivy:DS-0031", "dockle:CIS-DI-0010")

    examples = (
        Bad(
            "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n",
            at=".",
            config={
                "context": {"main.py": 0o644, "api/.env": 0o600, "id_rsa": 0o600},
                "dockerignore": ".env\n",
            },
        ),
        Bad(
            "FROM python:3.12-slim\nCOPY deploy /deploy/\n",
            at="deploy",
            config={"context": {"deploy/home/.aws/credentials": 0o600}},
        ),
        Good(
            "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n",
            config={
                "context": {"main.py": 0o644, "api/.env": 0o600, "id_rsa": 0o600},
                "dockerignore": "**/.env\n**/id_rsa\n",
            },
        ),
        Good(
            "FROM python:3.12-slim\nCOPY . .\n",
            config={"context": {".env.example": 0o644, "tests/server.key": 0o644}},
        ),
        Good(
            "FROM python:3.12-slim AS build\nCOPY . .\nFROM scratch\nCOPY --from=build /a /a\n",
            config={"context": {"a": 0o644, "id_rsa": 0o600}},
        ),
        Good("FROM python:3.12-slim\nCOPY . .\n"),
    )

    def check(self, build: Build) -> Findings:
        listing = build.listing
        if listing is None or build.ignore is None:
            return
        told: set[str] = set()
        for stage in build.stages:
            if not stage.shipped:
                continue
            for step in stage.steps:
                if step.name not in ("COPY", "ADD") or step.node.flag("exclude") is not None:
                    continue
                for one in from_context(step):
                    if one.glob or one.path in told or listing.kind(one.path) != "dir":
                        continue
                    told.add(one.path)
                    found = sorted(credentials(build, one.path), key=lambda pair: not pair[1])
                    if not found:
                        continue
                    shown = ", ".join(f"`{path}`" for path, _ in found[:3])
                    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
                    yield self.at(
                        one.span,
                        f"this takes {shown}{more} into the image: .dockerignore lets"
                        f" {'them' if len(found) > 1 else 'it'} in",
                        one.because,
                        likely=not found[0][1],
                    )
