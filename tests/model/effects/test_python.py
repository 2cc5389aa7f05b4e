"""pip, virtual environments and the tools around them: what is where afterwards."""

import pytest

from dockwright.facts import scripts
from dockwright.facts.knowledge import Known
from tests.model.effects.toolbases import ask, build, fails

PIP = "FROM python\nRUN pip install "
VENV = "FROM python\nRUN python -m venv /opt/venv\n"
ADA = "FROM python\nUSER ada\n"
SITE = "/usr/local/lib/python3.12/site-packages"
LINE = "#!/usr/local/bin/python3.12"
FILE = f"file 755 0:0 {LINE}"

CASES = [
    # Programs of the distributions asked for, and of what they need.
    (PIP + "uvicorn", "/usr/local/bin/uvicorn", FILE),
    (PIP + "'uvicorn[standard]>=0.30,<1'", "/usr/local/bin/uvicorn", FILE),
    (PIP + "Django==5.0", "/usr/local/bin/django-admin", FILE),
    (PIP + "Django==1.11", "/usr/local/bin/django-admin", "?"),
    (PIP + "'celery<5'", "/usr/local/bin/celery", "?"),
    (PIP + "uv", "/usr/local/bin/uvx", "file 755 0:0"),
    (PIP + "uvicorn", "/usr/local/bin/gunicorn", "?"),
    (PIP + "somepackage", "/usr/local/bin/sometool", "?"),
    # Never the tools of the system, never another directory.
    (PIP + "somepackage", "/usr/local/bin/curl", "-"),
    (PIP + "somepackage", "/usr/local/sbin/curl", "-"),
    (PIP + "somepackage", "program curl", "/usr/bin/curl"),
    (PIP + "somepackage", "program apt-get", "-"),
    (PIP + "somepackage", "/opt/tool", "-"),
    (PIP + "somepackage", "/root/x", "-"),
    (PIP + "somepackage", "/root/.local/bin/tool", "-"),
    (PIP + "somepackage", "/usr/local/share/man", "?"),
    (PIP + "somepackage", "/usr/local/bin/python", "link 777 0:0 -> python3"),
    # Modules.
    (PIP + "uvicorn", f"{SITE}/uvicorn", "dir 755 0:0"),
    (PIP + "uvicorn", f"{SITE}/click", "?"),
    (PIP + "uvicorn", SITE, "dir 755 0:0"),
    (PIP + "uvicorn", "/usr/local/lib/python3.12/os.py", "file 644 0:0"),
    (PIP + "uvicorn", "/usr/local/lib/python3.12/__pycache__", "?"),
    # Which Python runs pip decides about the first line.
    (
        "FROM python\nRUN python -m pip install flask",
        "/usr/local/bin/flask",
        "file 755 0:0 #!/usr/local/bin/python",
    ),
    (
        "FROM python\nRUN python3 -m pip install flask",
        "/usr/local/bin/flask",
        "file 755 0:0 #!/usr/local/bin/python3",
    ),
    ("FROM python\nRUN umask 077 && pip install flask", "/usr/local/bin/flask", FILE),
    # Variables and options in variables.
    ("FROM python\nARG OPTS\nRUN pip install $OPTS flask", "/usr/local/bin/flask", "?"),
    ("FROM python\nARG V=3.0.0\nRUN pip install flask==$V", "/usr/local/bin/flask", FILE),
    ("FROM python\nARG P\nRUN pip install $P", "/usr/local/bin/flask", "?"),
    ("FROM python\nARG P\nRUN pip install $P", "/usr/local/bin/curl", "-"),
    # --user, and who cannot write to the site falls back to it.
    (PIP + "--user flask", "/root/.local/bin/flask", FILE),
    (PIP + "--user flask", "/root/.local", "dir 755 0:0"),
    (PIP + "--user flask", "/root/.local/lib/python3.12/site-packages/flask", "dir 755 0:0"),
    (PIP + "--user flask", "/usr/local/bin/flask", "-"),
    (PIP + "--user flask", "program flask", "-"),
    ("FROM python\nENV PIP_USER=1\nRUN pip install flask", "/root/.local/bin/flask", FILE),
    ("FROM python\nENV PIP_USER=0\nRUN pip install flask", "/root/.local/bin/flask", "-"),
    (
        "FROM python\nENV PYTHONUSERBASE=/u\nRUN pip install --user flask",
        "/u/bin/flask",
        FILE,
    ),
    (ADA + "RUN pip install flask", "/home/ada/.local/bin/flask", f"file 755 1000:1000 {LINE}"),
    (ADA + "RUN pip install flask", "/usr/local/bin/flask", "-"),
    (
        ADA + "ENV HOME=/tmp\nRUN pip install flask",
        "/tmp/.local/bin/flask",
        "file 755 1000:1000 #!/usr/local/bin/python3.12",
    ),
    (ADA + "ENV HOME=/tmp\nRUN pip install flask", "/home/ada/.local/bin/flask", "-"),
    (
        f"FROM python\nRUN chown -R ada {SITE} /usr/local/bin\nUSER ada\nRUN pip install flask",
        "/usr/local/bin/flask",
        "file 755 1000:1000 #!/usr/local/bin/python3.12",
    ),
    # Other places.
    (PIP + "--target=/t flask", "/t/bin/flask", FILE),
    (PIP + "--target /t flask", "/t/flask", "dir 755 0:0"),
    (PIP + "-t /t flask", "/usr/local/bin/flask", "-"),
    (PIP + "-t /t requests", "/t/bin", "?"),
    ("FROM python\nENV PIP_TARGET=/t\nRUN pip install flask", "/t/bin/flask", FILE),
    ("FROM python\nARG D\nRUN pip install -t $D flask", "/usr/local/bin/flask", "?"),
    (PIP + "--prefix=/p flask", "/p/bin/flask", FILE),
    (PIP + "--prefix=/p flask", "/usr/local/bin/flask", "-"),
    (PIP + "--root /r flask", "/r/usr/local/bin/flask", FILE),
    ("FROM managed\nRUN pip install --prefix=/p flask", "/p/bin/flask", "?"),
    # Debian's Python installs below /usr/local, Alpine's below /usr.
    (
        "FROM bullseye\nRUN pip install flask",
        "/usr/local/bin/flask",
        "file 755 0:0 #!/usr/bin/python3",
    ),
    ("FROM bullseye\nRUN pip install flask", "/usr/bin/flask", "-"),
    (
        "FROM bullseye\nRUN pip install flask",
        "/usr/local/lib/python3.9/dist-packages/flask",
        "dir 755 0:0",
    ),
    (
        "FROM alpine-python\nRUN pip install flask",
        "/usr/bin/flask",
        "file 755 0:0 #!/usr/bin/python3",
    ),
    # Sources: names are not known, and a build writes beside them.
    ("FROM python\nCOPY a.py /app/\nWORKDIR /app\nRUN pip install .", "/app/a.py", "file * 0:0"),
    ("FROM python\nWORKDIR /app\nRUN pip install -e .", "/app/x.egg-info", "?"),
    ("FROM python\nWORKDIR /app\nRUN pip install flask", "/app/x.egg-info", "-"),
    ("FROM python\nRUN pip install git+https://example.com/flask.git", "/usr/local/bin/flask", "?"),
    # Wheels and downloads.
    ("FROM python\nRUN pip wheel -w /wheels flask", "/wheels", "dir 755 0:0"),
    ("FROM python\nRUN pip wheel -w /wheels flask", "/wheels/flask.whl", "?"),
    ("FROM python\nRUN pip wheel -w /wheels flask", "/usr/local/bin/flask", "-"),
    ("FROM python\nRUN pip download -d /d flask", "/other", "-"),
    # Asking changes nothing.
    ("FROM python\nRUN pip --version && pip list && pip check", "/usr/local/bin/flask", "-"),
    ("FROM python\nRUN python --version", "/usr/local/lib/python3.12/__pycache__", "-"),
    ('FROM python\nRUN python -c "import sys; print(sys.path)"', "/opt/x", "-"),
    # Uninstalling.
    (PIP + "flask uvicorn\nRUN pip uninstall -y flask", "/usr/local/bin/uvicorn", FILE),
    (PIP + "flask\nRUN pip uninstall -y flask", "/usr/local/bin/flask", "?"),
    (PIP + "flask\nRUN pip uninstall -y flask", "/usr/local/bin/python3.12", "file 755 0:0"),
    (PIP + "flask\nRUN pip uninstall -y flask", "program curl", "/usr/bin/curl"),
    (PIP + "flask\nRUN pip uninstall -y pip", "program pip", "?"),
    (PIP + "flask\nRUN pip uninstall -y pip", "/usr/local/bin/flask", FILE),
    # Virtual environments.
    (VENV, "/opt/venv", "dir 755 0:0"),
    (VENV, "/opt/venv/bin/python", "link 777 0:0 -> /usr/local/bin/python"),
    (VENV, "/opt/venv/bin/python3", "link 777 0:0 -> python"),
    (VENV, "/opt/venv/bin/python3.12", "link 777 0:0 -> python"),
    (VENV, "/opt/venv/bin/pip3.12", "file 755 0:0 #!/opt/venv/bin/python"),
    (VENV, "/opt/venv/bin/activate", "file 644 0:0 text"),
    (VENV, "/opt/venv/bin/activate.fish", "?"),
    (VENV, "/opt/venv/pyvenv.cfg", "file 644 0:0 text"),
    (VENV, "/opt/venv/lib64", "?"),
    (VENV, "/opt/venv/lib/python3.12/site-packages/pip/x.py", "?"),
    (VENV, "/opt/venv/lib/python3.12/site-packages/flask", "-"),
    (VENV, "/opt/venv/bin/flask", "-"),
    (VENV, "/usr/local/bin/flask", "-"),
    (
        "FROM python\nRUN python3 -m venv /v",
        "/v/bin/python3",
        "link 777 0:0 -> /usr/local/bin/python3",
    ),
    ("FROM python\nRUN python3 -m venv /v", "/v/bin/python", "link 777 0:0 -> python3"),
    ("FROM python\nRUN python -m venv --without-pip /v", "/v/bin/pip", "-"),
    ("FROM python\nRUN python -m venv --copies /v", "/v/bin/python", "any * *:*"),
    ("FROM python\nARG D\nRUN python -m venv $D/v", "/v/bin/python", "?"),
    (
        VENV + "RUN /opt/venv/bin/pip install flask",
        "/opt/venv/bin/flask",
        "file 755 0:0 #!/opt/venv/bin/python",
    ),
    (VENV + "RUN /opt/venv/bin/pip install flask", "/usr/local/bin/flask", "-"),
    (
        VENV + "RUN /opt/venv/bin/python -m pip install flask",
        "/opt/venv/bin/flask",
        "file 755 0:0 #!/opt/venv/bin/python",
    ),
    (
        VENV + "ENV PATH=/opt/venv/bin:$PATH\nRUN pip install flask",
        "program flask",
        "/opt/venv/bin/flask",
    ),
    (VENV + "ENV PATH=/opt/venv/bin:$PATH\nRUN pip install flask", "/usr/local/bin/flask", "-"),
    (
        VENV + "RUN . /opt/venv/bin/activate && pip install flask",
        "/opt/venv/bin/flask",
        "file 755 0:0 #!/opt/venv/bin/python",
    ),
    (VENV + "RUN . /opt/venv/bin/activate && pip install flask", "program flask", "-"),
    (
        VENV + "RUN /opt/venv/bin/pip install flask",
        "/opt/venv/lib/python3.12/site-packages/flask",
        "dir 755 0:0",
    ),
    (PIP + "virtualenv && virtualenv /v", "/v/bin/python", "any * *:*"),
    # Copied to another stage it is what it was: the links lead where they led.
    (
        VENV + "FROM plain\nCOPY --from=0 /opt/venv /app/venv\n",
        "/app/venv/bin/pip",
        "file 755 0:0 #!/opt/venv/bin/python",
    ),
    (VENV + "FROM plain\nCOPY --from=0 /opt/venv /opt/venv\n", "program /opt/venv/bin/python", "-"),
    # uv.
    (PIP + "uv && uv pip install --system flask", "/usr/local/bin/flask", "file 755 0:0"),
    (
        PIP + "uv && uv venv /v && VIRTUAL_ENV=/v uv pip install flask",
        "/v/bin/flask",
        "file 755 0:0 #!/v/bin/python",
    ),
    (PIP + "uv && uv venv /v && VIRTUAL_ENV=/v uv pip install flask", "/usr/local/bin/flask", "?"),
    (PIP + "uv && uv venv /v", "/v/bin/pip", "-"),
    (PIP + "uv && uv venv", "/.venv/bin/python", "any * *:*"),
    (
        PIP + "uv\nWORKDIR /app\nCOPY pyproject.toml .\nRUN uv sync",
        "/app/.venv/bin/python",
        "any * *:*",
    ),
    (PIP + "uv\nWORKDIR /app\nCOPY pyproject.toml .\nRUN uv sync", "/app/.venv/bin/uvicorn", "?"),
    (
        PIP + "uv\nWORKDIR /app\nCOPY pyproject.toml .\nRUN uv sync",
        "/app/pyproject.toml",
        "file * 0:0",
    ),
    (
        PIP + "uv\nENV UV_PROJECT_ENVIRONMENT=/v\nWORKDIR /app\nCOPY pyproject.toml .\nRUN uv sync",
        "/v/bin/python",
        "any * *:*",
    ),
    (PIP + "uv && uv tool install black", "/root/.local/bin/black", "any * *:*"),
    # The other tools of projects.
    (PIP + "poetry\nCOPY pyproject.toml .\nRUN poetry install", "/usr/local/bin/uvicorn", "?"),
    (PIP + "poetry\nCOPY pyproject.toml .\nRUN poetry install", "/usr/local/bin/curl", "-"),
    (
        PIP + "poetry\nENV POETRY_VIRTUALENVS_IN_PROJECT=true\nWORKDIR /app\n"
        "COPY pyproject.toml .\nRUN poetry install",
        "/app/.venv/bin/python",
        "any * *:*",
    ),
    (
        PIP + "poetry && poetry config virtualenvs.create false\n"
        "ENV POETRY_VIRTUALENVS_IN_PROJECT=true\nWORKDIR /app\n"
        "COPY pyproject.toml .\nRUN poetry install",
        "/app/.venv/bin/python",
        "?",
    ),
    (PIP + "pipenv\nRUN pipenv install --system", "/usr/local/bin/flask", "?"),
    (PIP + "pipx && pipx install black", "/root/.local/bin/black", "any * *:*"),
    (PIP + "pipx && pipx install --global black", "/usr/local/bin/black", "any * *:*"),
    # Programs in Python.
    ("FROM python\nCOPY manage.py /app/\nWORKDIR /app\nRUN python manage.py x", "/app/static", "?"),
    ("FROM python\nCOPY manage.py /app/\nWORKDIR /app\nRUN python manage.py x", "/opt/x", "-"),
    ("FROM python\nCOPY setup.py .\nRUN python setup.py install", "/usr/local/bin/x", "?"),
    ("FROM python\nCOPY setup.py .\nRUN python setup.py install", "/usr/local/bin/curl", "-"),
    ("FROM python\nCOPY x.py .\nRUN python x.py", "/usr/local/bin/curl", "~-"),
    ("FROM python\nRUN curl -fsSL https://example.com/x | python3 -", "/usr/bin/x", "?"),
    # There is no get.py: the RUN fails, and how somebody mends it is not known.
    ("FROM plain\nCOPY python3 /usr/bin/\nRUN python3 get.py", "/usr/local/bin/curl", "?"),
    ("FROM python\nRUN pip install --install-option=--prefix=/i flask", "/i/bin/flask", "?"),
    ("FROM python\nRUN pip install --install-option=--prefix=/i flask", "/usr/local/bin/x", "-"),
]


@pytest.mark.parametrize(("dockerfile", "path", "expected"), CASES)
def test_paths(dockerfile: str, path: str, expected: str) -> None:
    assert ask(dockerfile, path) == expected


@pytest.mark.parametrize(
    ("dockerfile", "command", "expected"),
    [
        # Debian forbids it since bookworm (PEP 668).
        ("FROM managed", "pip install flask", True),
        ("FROM managed", "pip3 install --user flask", True),
        ("FROM managed", "python3 -m pip install flask", True),
        ("FROM managed", "pip uninstall -y flask", True),
        ("FROM managed", "uv pip install --system flask", True),
        ("FROM managed", "pip install --break-system-packages flask", None),
        ("FROM managed", "pip install --target /t flask", None),
        ("FROM managed", "pip download flask", None),
        ("FROM managed\nENV PIP_BREAK_SYSTEM_PACKAGES=1", "pip install flask", None),
        ("FROM managed\nARG OPTS", "pip install $OPTS flask", None),
        ("FROM managed\nRUN rm /usr/lib/python3.11/EXTERNALLY-MANAGED", "pip install flask", None),
        ("FROM managed\nRUN rm -f /usr/lib/python3*/EXTERNALLY-MANAGED", "pip install flask", None),
        ("FROM managed\nRUN find /usr/lib -name EXT* -delete", "pip install flask", None),
        ("FROM managed\nCOPY pip.conf /etc/pip.conf", "pip install flask", None),
        ("FROM managed\nRUN pip config set global.x y", "pip install flask", None),
        ("FROM managed\nRUN python3 -m venv --without-pip /v", "/v/bin/python -m pip list", None),
        ("FROM bullseye", "pip install flask", None),
        ("FROM python", "pip install flask", None),
        # Debian's Python without the package for environments.
        ("FROM managed", "python3 -m venv /v", True),
        ("FROM managed", "python3 -m venv --without-pip /v", None),
        ("FROM python", "python3 -m venv /v", None),
        # Files that are not there.
        ("FROM python\nWORKDIR /app", "pip install -r requirements.txt", True),
        ("FROM python\nWORKDIR /app\nCOPY r.txt .", "pip install -r r.txt", None),
        ("FROM python\nWORKDIR /app\nCOPY . .", "pip install -r requirements.txt", None),
        ("FROM python", "pip install -r https://example.com/r.txt", None),
        ("FROM python\nWORKDIR /app", "python main.py", True),
        ("FROM python\nWORKDIR /app\nCOPY main.py .", "python main.py", None),
        ("FROM managed\nWORKDIR /app", "uv sync", True),
        ("FROM managed\nWORKDIR /app/x\nCOPY pyproject.toml /app/", "uv sync", None),
    ],
)  # fmt: skip
def test_failures(dockerfile: str, command: str, expected: bool | None) -> None:
    assert fails(dockerfile, command) is expected


def test_context() -> None:
    """What is in the build context decides whether a file of requirements is there."""
    text = "FROM python\nWORKDIR /app\nCOPY . ."
    command = "pip install -r requirements.txt"
    assert fails(text, command, {"requirements.txt": 0o644}) is None
    assert fails(text, command, {"main.py": 0o644}) is True


@pytest.mark.parametrize(
    ("dockerfile", "name", "expected"),
    [
        (PIP + "Flask_Cors==4 uvicorn", "flask-cors", True),
        (PIP + "Flask_Cors==4 uvicorn", "uvicorn", True),
        (PIP + "Flask_Cors==4 uvicorn", "flask", None),
        (PIP + "flask\nRUN pip uninstall -y flask", "flask", False),
        ("FROM python\nCOPY r.txt .\nRUN pip install -r r.txt", "flask", None),
        (PIP + "flask\nCOPY r.txt .\nRUN pip uninstall -y -r r.txt", "flask", None),
        (PIP + "flask uvicorn\nRUN pip uninstall -y uvicorn", "flask", True),
        (PIP + "./dist/x.whl", "x", None),
    ],
)
def test_packages(dockerfile: str, name: str, expected: bool | None) -> None:
    final = build(dockerfile).final
    assert final is not None
    found = final.state.files.package("pip", name)
    assert (found.value if isinstance(found, Known) else None) is expected


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("uvicorn", "", ["uvicorn"]),
        ("uvicorn", "0.13.0", ["uvicorn"]),
        ("uvicorn", "0.12", None),
        ("fastapi", "0.111.0", None),
        ("requests", "", []),
        ("nothing-known", "", None),
    ],
)
def test_table(name: str, version: str, expected: list[str] | None) -> None:
    found = scripts.pypi(name, version)
    assert (found[0] if found is not None else None) == expected


def test_names() -> None:
    assert scripts.normal("Flask.SQL__Alchemy") == "flask-sql-alchemy"
