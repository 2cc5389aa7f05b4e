"""DW6414 job-restarts."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, known, servicestate, unsafe

# Commands that do something once: the words that follow the program, by its name.
_JOBS: "dict[str, tuple[tuple[str, ...], ...]]" = {
    "manage.py": (
        ("migrate",), ("collectstatic",), ("makemigrations",), ("loaddata",), ("createsuperuser",),
        ("compilemessages",), ("check",),
    ),
    "alembic": (("upgrade",), ("downgrade",), ("stamp",)),
    "flask": (("db", "upgrade"),),
    "airflow": (("db", "init"), ("db", "migrate"), ("db", "upgrade")),
    "superset": (("db", "upgrade"), ("init",)),
    "prisma": (("migrate", "deploy"), ("db", "push"), ("generate",)),
    "rails": (("db:migrate",), ("db:prepare",), ("db:create",), ("db:seed",), ("db:setup",)),
    "rake": (("db:migrate",), ("db:prepare",), ("db:create",), ("db:seed",)),
    "artisan": (("migrate",), ("db:seed",), ("key:generate",)),
    "npm": (("install",), ("ci",), ("run", "build"), ("run", "migrate")),
    "yarn": (("install",), ("build",)),
    "pnpm": (("install",),),
    "composer": (("install",),),
    "pip": (("install",),),
    "flyway": (("migrate",),),
    "goose": (("up",),),
    "dbmate": (("up",), ("migrate",)),
}  # fmt: skip
_STARTERS = frozenset((
    "python", "python3", "php", "npx", "bundle", "exec", "poetry", "run", "pipenv", "uv",
))  # fmt: skip


class JobRestarts(Rule):
    """
    Do not restart a job that is done.

    With `restart: always` or `unless-stopped` the engine starts the container again as soon as its
    command ends, also when it succeeded: a migration runs for ever, again and again, with a longer
    pause each time. `on-failure` tries again only after an error.

    Silent when the last command is none of the jobs known here, such as a server behind `&&`.
    """

    code = "DW6414"
    name = "job-restarts"
    severity = "warning"
    tags = ("compose", "restart")
    mentions = ("always", "unless-stopped")

    examples = (
        Bad(
            "services:\n  migrate:\n    image: web:1\n    command: python manage.py migrate\n"
            "    restart: always\n",
            at="always",
            fixed="services:\n  migrate:\n    image: web:1\n    command: python manage.py migrate\n"
            "    restart: on-failure\n",
        ),
        Bad(
            "services:\n  deps:\n    image: node:20\n    restart: unless-stopped\n"
            "    command: sh -c 'cd /app && npm ci'\n",
            at="unless-stopped",
            fixed="services:\n  deps:\n    image: node:20\n    restart: on-failure\n"
            "    command: sh -c 'cd /app && npm ci'\n",
        ),
        Good(
            "services:\n  web:\n    image: web:1\n    restart: always\n"
            "    command: sh -c 'python manage.py migrate && gunicorn app'\n"
        ),
        Good(
            "services:\n  web:\n    image: web:1\n    restart: on-failure\n"
            "    command: python manage.py migrate\n"
        ),
        Good(
            "services:\n  web:\n    image: web:1\n    restart: always\n"
            "    command: python manage.py migrate_and_serve\n"
        ),
        Good(
            "services:\n  web:\n    image: web:1\n    restart: always\n"
            "    command: sh -c 'npm install; while true; do sleep 1; done'\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        policy = service.text("restart")
        if policy not in ("always", "unless-stopped") or hasattr(service.get("restart"), "names"):
            return
        part = known(servicestate.cmd_part(service))
        entrypoint = known(servicestate.entrypoint_part(service))
        if part is None or part.argv is None or not part.firm:
            return
        if entrypoint is not None and entrypoint.written:
            # What a script of the project does with its arguments is not known.
            return
        script = part.script
        if script is None or script.damaged or not script.commands:
            return
        last = script.commands[-1]
        if last.within or last.operator not in ("", "&&", ";", "\n"):
            return
        if any(one.within or one.operator == "&" for one in script.commands):
            return
        job = _job([one.value for one in last.words])
        if job is None:
            return
        yield self.at(
            service.value("restart"),
            f"`{job}` ends when it is done, and `restart: {policy}` starts it again and again",
            (part.reason(f"the service runs {job}"),),
        ).fix("restart it only after a failure", unsafe(service.replace("on-failure", "restart")))


def _job(words: "list[str | None]") -> str | None:
    """The job that the words start, None when it is none of those known here."""
    if None in words:
        return None
    plain = [str(one) for one in words if not str(one).startswith("-")]
    while plain and plain[0].rpartition("/")[2] in _STARTERS:
        plain.pop(0)
    if not plain:
        return None
    name = plain[0].rpartition("/")[2]
    for job in _JOBS.get(name, ()):
        if tuple(plain[1 : 1 + len(job)]) == job:
            return " ".join((name, *job))
    return None
