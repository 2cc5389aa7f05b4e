"""DW5108 read-only-paths."""

from dockwright.rules.api import Bad, CommandLine, Findings, Good, Known, Reason, Rule, Stage

# What the program of an official image writes when it runs, besides its data volume, and where
# that is written down: the image's own Dockerfile or entrypoint.
_TMP = "/tmp"
_WRITES = {
    "nginx": (
        ("/var/cache/nginx", "/var/run"),
        "nginx keeps request bodies and its pid there",
    ),
    "httpd": (("/usr/local/apache2/logs",), "httpd-foreground expects httpd.pid there"),
    "postgres": (("/var/run/postgresql", _TMP), "its Dockerfile makes the socket's directory"),
    "mysql": (("/var/run/mysqld", _TMP), "its Dockerfile puts the socket there"),
    "mariadb": (("/run/mysqld", _TMP), "its Dockerfile puts the socket there"),
    "tomcat": (
        ("/usr/local/tomcat/work", "/usr/local/tomcat/temp", "/usr/local/tomcat/logs"),
        "Tomcat compiles, buffers and logs there",
    ),
}
_APACHE = (
    ("/var/run/apache2", "/var/lock/apache2", _TMP),
    "its Dockerfile makes them for Apache",
)


class ReadOnlyPaths(Rule):
    """
    Know which directories a read-only container needs as tmpfs.

    With `--read-only` (`read_only: true` in Compose) a program fails that cannot write its socket,
    pid or cache. These are the directories that the base image's own program writes when it runs;
    give each a `--tmpfs`. Volumes for data come on top.

    Silent for base images that are not known here, and when the image starts another program.
    """

    code = "DW5108"
    name = "read-only-paths"
    severity = "info"
    tier = "optional"
    tags = ("permissions", "runtime")

    examples = (
        Bad("FROM nginx:1.27\nCOPY site /usr/share/nginx/html\n", at="FROM nginx:1.27"),
        Bad(
            "FROM postgres:16 AS db\nCOPY a.sql /docker-entrypoint-initdb.d/\n",
            at="FROM postgres:16 AS db",
        ),
        Bad("FROM php:8.3-apache\nCOPY src /var/www/html\n", at="FROM php:8.3-apache"),
        Good("FROM python:3.12-slim\nCMD python main.py\n"),
        Good("FROM php:8.3-cli\nCMD php main.php\n"),
        Good('FROM nginx:1.27\nENTRYPOINT ["/run.sh"]\n'),
        Good("FROM example.org/nginx:1\n"),
        Good("FROM nginx:1.27 AS a\nFROM scratch\nCOPY --from=a /a /a\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.final or stage.os != "linux":
            return
        below = stage.lineage()[-1]
        parsed = below.base.parsed
        if parsed is None:
            return
        found = _WRITES.get(parsed.familiar)
        if parsed.familiar == "php" and "apache" in parsed.tag.split("-"):
            found = _APACHE
        if found is None:
            return
        state = stage.state
        for line in (state.entrypoint, state.cmd):
            value = line.value if isinstance(line, Known) else None
            # What the file itself starts may be anything.
            if isinstance(value, CommandLine) and value.step is not None:
                return
        paths, why = found
        shown = " ".join(f"--tmpfs {path}" for path in paths)
        yield self.at(
            stage.span,
            f"with a read-only root file system {parsed.familiar} needs {shown}",
            (Reason(why),),
        )
