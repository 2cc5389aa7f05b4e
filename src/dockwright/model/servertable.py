"""
What servers are called, and which of their options say where they listen.

Each program's defaults are those of its documentation: uvicorn (settings: --host 127.0.0.1, --port
8000), hypercorn and gunicorn (bind 127.0.0.1:8000), Flask (`flask run`: 127.0.0.1:5000), Django
(`runserver`: 127.0.0.1:8000), http.server (all addresses, 8000), Streamlit (all addresses, 8501),
Jupyter (localhost, 8888), MkDocs (`serve`: 127.0.0.1:8000), Jekyll (`serve`: 127.0.0.1:4000),
Vite (localhost:5173, `preview` 4173), `ng serve` (localhost:4200), Next.js (all addresses, 3000),
FastAPI CLI (`run`: 0.0.0.0:8000, `dev`: 127.0.0.1:8000), Waitress (all addresses, 8080).
Databases listen on the ports registered for them at IANA, which their settings may change.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Server:
    """
    What a program's options are called and what holds without them.

    `host` and `port` name the options, `bind` those that take `host:port`; `at` are the defaults,
    a host of "" for all addresses. `words` must follow the program's name; `setting` is an option
    that takes `name=value`, port among them.
    """

    __slots__ = ("at", "bind", "env", "host", "port", "reads_files", "setting", "words")

    def __init__(
        self,
        words: "Sequence[str]",
        at: "tuple[str | None, int | None]",
        *,
        host: "Sequence[str]" = (),
        port: "Sequence[str]" = (),
        bind: "Sequence[str]" = (),
        env: "Sequence[str]" = (),
        reads_files: "Sequence[str]" = (),
        setting: str = "",
    ) -> None:
        self.setting = setting
        self.words = tuple(words)
        self.at = at
        self.host = host
        self.port = port
        self.bind = bind
        self.env = env
        self.reads_files = reads_files


SERVERS: "dict[str, tuple[Server, ...]]" = {
    "uvicorn": (
        Server((), ("127.0.0.1", 8000), host=("--host",), port=("--port",),
               env=("UVICORN_HOST", "UVICORN_PORT"), reads_files=("--uds", "--fd", "--env-file")),
    ),
    "hypercorn": (
        Server((), ("127.0.0.1", 8000), bind=("-b", "--bind"),
               reads_files=("-c", "--config", "--insecure-bind")),
    ),
    "gunicorn": (
        Server((), (None, None), bind=("-b", "--bind"), env=("GUNICORN_CMD_ARGS", "PORT"),
               reads_files=("-c", "--config")),
    ),
    "fastapi": (
        Server(("run",), ("", 8000), host=("--host",), port=("--port",), env=("PORT", "HOST")),
        Server(("dev",), ("127.0.0.1", 8000), host=("--host",), port=("--port",),
               env=("PORT", "HOST")),
    ),
    "flask": (
        Server(("run",), ("127.0.0.1", 5000), host=("--host", "-h"), port=("--port", "-p"),
               env=("FLASK_RUN_HOST", "FLASK_RUN_PORT", "FLASK_RUN")),
    ),
    "waitress-serve": (
        Server((), ("", 8080), host=("--host",), port=("--port",),
               reads_files=("--listen", "--unix-socket")),
    ),
    "streamlit": (
        Server(("run",), ("", 8501), host=("--server.address",), port=("--server.port",),
               env=("STREAMLIT_SERVER_PORT", "STREAMLIT_SERVER_ADDRESS")),
    ),
    "mkdocs": (Server(("serve",), ("127.0.0.1", 8000), bind=("-a", "--dev-addr")),),
    "jekyll": (
        Server(("serve",), ("127.0.0.1", 4000), host=("-H", "--host"), port=("-P", "--port"),
               env=("JEKYLL_ENV_HOST",)),
    ),
    "ng": (Server(("serve",), ("localhost", 4200), host=("--host",), port=("--port",)),),
    "vite": (
        Server(("preview",), ("localhost", 4173), host=("--host",), port=("--port",)),
        Server((), ("localhost", 5173), host=("--host",), port=("--port",)),
    ),
    "rails": (
        Server(("server",), (None, None), host=("-b", "--binding"), port=("-p", "--port")),
        Server(("s",), (None, None), host=("-b", "--binding"), port=("-p", "--port")),
    ),
    "next": (
        Server(("start",), ("", 3000), host=("-H", "--hostname"), port=("-p", "--port"),
               env=("PORT", "HOSTNAME")),
        Server(("dev",), ("", 3000), host=("-H", "--hostname"), port=("-p", "--port"),
               env=("PORT", "HOSTNAME")),
    ),
    "postgres": (
        Server((), (None, 5432), port=("-p", "--port"), env=("PGPORT",), setting="-c"),
    ),
    "mysqld": (
        Server((), (None, 3306), port=("-P", "--port"), env=("MYSQL_TCP_PORT",),
               reads_files=("--defaults-file", "--skip-networking")),
    ),
    "mariadbd": (
        Server((), (None, 3306), port=("-P", "--port"), env=("MYSQL_TCP_PORT",),
               reads_files=("--defaults-file", "--skip-networking")),
    ),
    "redis-server": (Server((), (None, 6379), port=("--port",), reads_files=("--tls-port",)),),
    "valkey-server": (Server((), (None, 6379), port=("--port",), reads_files=("--tls-port",)),),
    "mongod": (
        Server((), (None, 27017), port=("--port",),
               reads_files=("-f", "--config", "--configsvr", "--shardsvr")),
    ),
    "memcached": (Server((), (None, 11211), port=("-p", "--port")),),
}  # fmt: skip
# Programs whose defaults a settings file of the project may change.
CONFIGURED = frozenset((
    "ng", "vite", "jekyll", "mkdocs", "streamlit", "hypercorn", "postgres", "mysqld", "mariadbd",
    "redis-server", "valkey-server", "mongod", "memcached",
))  # fmt: skip
# Images whose entrypoint starts this program, and gives it a command that begins with an option.
IMAGES = {
    "postgres": "postgres",
    "postgis/postgis": "postgres",
    "pgvector/pgvector": "postgres",
    "timescale/timescaledb": "postgres",
    "mysql": "mysqld",
    "mariadb": "mariadbd",
    "redis": "redis-server",
    "valkey/valkey": "valkey-server",
    "mongo": "mongod",
    "memcached": "memcached",
}
