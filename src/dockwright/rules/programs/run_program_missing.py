"""DW5001 run-program-missing."""

from dockwright.rules.api import (
    Bad,
    Command,
    Draft,
    Findings,
    Good,
    Known,
    Point,
    Reason,
    Rule,
    RunStep,
    ShellWord,
    absent,
    behind,
    builtin,
    clean,
    unsafe,
    unwrapped,
)
from dockwright.rules.programs._called import CALLERS, called
from dockwright.rules.programs._helpers import image_of, package_for

_MANAGERS = {
    "apt-get": ("debian", "ubuntu"),
    "apt": ("debian", "ubuntu"),
    "apk": ("alpine",),
}
# Where sudo looks besides the PATH (secure_path, as distributions set it).
_SECURE = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_OF = {"debian": "apt-get", "ubuntu": "apt-get", "alpine": "apk"}


class RunProgramMissing(Rule):
    """
    Install a program before a `RUN` uses it.

    The build stops there with `not found`: the base image does not have the program and nothing
    before has brought it. Slim and Alpine images have no `curl`, `git`, `gcc` or `sudo`, and
    Debian's package manager is not Alpine's. A program behind `sudo` or `env` counts too, and what
    a program is known to call: `pip install git+https://…` needs git, `pip install uwsgi` a
    compiler.

    Silent when the base image is not known, when an earlier step may have brought the program,
    when the failure would not stop the build (`||`, a condition, a pipe), and in stages that are
    not built.
    """

    code = "DW5001"
    name = "run-program-missing"
    severity = "error"
    tags = ("programs", "image")

    examples = (
        Bad(
            "FROM debian:bookworm-slim\nRUN git clone https://example.org/x.git\n",
            at="git",
            fixed="FROM debian:bookworm-slim\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends git"
            " && rm -rf /var/lib/apt/lists/*\n"
            "RUN git clone https://example.org/x.git\n",
        ),
        Bad("FROM alpine:3.20\nRUN apt-get update && apt-get install -y curl\n", at="apt-get"),
        Bad(
            "FROM python:3.12-slim\n"
            "RUN addgroup --system app && adduser --system --ingroup app app\n",
            at="addgroup",
            fixed="FROM python:3.12-slim\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends adduser"
            " && rm -rf /var/lib/apt/lists/*\n"
            "RUN addgroup --system app && adduser --system --ingroup app app\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN useradd app\n",
            at="useradd",
            fixed="FROM alpine:3.20\nRUN apk add --no-cache shadow\nRUN useradd app\n",
        ),
        Bad(
            "FROM debian:bookworm-slim\nRUN curl -fsSL https://example.org/setup | bash\n",
            at="curl",
            fixed="FROM debian:bookworm-slim\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends curl"
            " && rm -rf /var/lib/apt/lists/*\n"
            "RUN curl -fsSL https://example.org/setup | bash\n",
        ),
        Bad(
            "FROM debian:bookworm-slim\nWORKDIR /src\nCOPY . .\nRUN ./build.sh\n",
            at="./build.sh",
            config={"context": {"main.c": 0o644}},
        ),
        Bad("FROM gcr.io/distroless/static-debian12\nRUN mkdir /data\n", at="mkdir"),
        Good(
            "FROM debian:bookworm-slim\n"
            "RUN apt-get update && apt-get install -y git && git clone https://example.org/x.git\n"
        ),
        Bad(
            "FROM debian:12\nRUN apt-get update && apt-get install -y sudo\n"
            "RUN sudo -u www-data make\n",
            at="make",
            fixed="FROM debian:12\nRUN apt-get update && apt-get install -y sudo\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends make"
            " && rm -rf /var/lib/apt/lists/*\n"
            "RUN sudo -u www-data make\n",
        ),
        Bad(
            "FROM python:3.12-slim\nRUN pip install git+https://example.org/x.git\n",
            at="git+https://example.org/x.git",
            fixed="FROM python:3.12-slim\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends git"
            " && rm -rf /var/lib/apt/lists/*\n"
            "RUN pip install git+https://example.org/x.git\n",
        ),
        Bad(
            "FROM python:3.12-alpine\nRUN pip install 'x @ git+ssh://git@example.org/x'\n",
            at="'x @ git+ssh://git@example.org/x'",
            fixed="FROM python:3.12-alpine\nRUN apk add --no-cache git\n"
            "RUN pip install 'x @ git+ssh://git@example.org/x'\n",
        ),
        Bad(
            "FROM python:3.12-slim\nRUN pip install -U pip && pip install flask uWSGI==2.0.28\n",
            at="uWSGI==2.0.28",
            fixed="FROM python:3.12-slim\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends gcc"
            " && rm -rf /var/lib/apt/lists/*\n"
            "RUN pip install -U pip && pip install flask uWSGI==2.0.28\n",
        ),
        Bad("FROM python:3.12-alpine\nRUN pip install psycopg2\n", at="psycopg2"),
        Bad(
            "FROM node:22-alpine\nRUN npm install -g git+https://example.org/tool.git\n",
            at="git+https://example.org/tool.git",
            fixed="FROM node:22-alpine\nRUN apk add --no-cache git\n"
            "RUN npm install -g git+https://example.org/tool.git\n",
        ),
        Bad(
            "FROM golang:1.12-alpine\nRUN go get -u github.com/a/b\n",
            at="github.com/a/b",
            fixed="FROM golang:1.12-alpine\nRUN apk add --no-cache git\n"
            "RUN go get -u github.com/a/b\n",
        ),
        Bad(
            "FROM ruby:3.3-slim\nRUN gem install bundler && gem install jekyll\n",
            at="jekyll",
            fixed="FROM ruby:3.3-slim\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends make"
            " && rm -rf /var/lib/apt/lists/*\n"
            "RUN gem install bundler && gem install jekyll\n",
        ),
        Bad(
            "FROM php:8.3-fpm-alpine\nRUN pecl install redis && docker-php-ext-enable redis\n",
            at="redis",
        ),
        Good(
            "FROM php:8.3-fpm-alpine\nRUN apk add --no-cache $PHPIZE_DEPS && pecl install redis\n"
        ),
        Good("FROM php:8.3-fpm\nRUN pecl install redis\n"),
        Good("FROM php:8.3-fpm-alpine\nRUN pecl list\n"),
        Good("FROM python:3.12\nRUN pip install git+https://example.org/x.git psycopg2 uwsgi\n"),
        Good("FROM python:3.12-slim\nRUN pip install flask psycopg2-binary psycopg2==2.7.7\n"),
        Good("FROM python:3.12-slim\nRUN pip install -f /wheels uwsgi\n"),
        Good("FROM python:3.12-slim\nRUN pip install -r list.txt\nRUN pip install uwsgi\n"),
        Good(
            "FROM python:3.12-slim\nCOPY --from=example.org/x:1 /p /usr/local/lib\n"
            "RUN pip install uwsgi\n"
        ),
        Good("FROM golang:1.13-alpine\nRUN go get github.com/a/b\n"),
        Good("FROM ruby:3.3-slim\nRUN gem install rake bundler\n"),
        Good("FROM ruby:3.3-slim\nRUN bundle install\nRUN gem install puma\n"),
        Good("FROM node:22-alpine\nRUN npm install -g serve\n"),
        Good("FROM debian:12\nRUN env PATH=/opt/bin:$PATH make\nRUN timeout --help\n"),
        Good("FROM debian:bookworm-slim\nRUN git --version || true\n"),
        Good("FROM debian:bookworm-slim\nRUN if command -v git; then git --version; fi\n"),
        Good("FROM debian:bookworm-slim\nCOPY bin/ /usr/local/bin/\nRUN deploy\n"),
        Good("FROM example.org/base:1\nRUN git --version\n"),
        Good("FROM debian:bookworm-slim AS unused\nRUN git --version\nFROM debian:bookworm-slim\n"),
    )

    def check(self, step: RunStep) -> Findings:
        if step.onbuild or not step.stage.built or step.stage.os != "linux":
            return
        points = None
        for command in step.commands:
            for word in (*command.words[:1], behind(command)):
                name = word.value if word is not None else None
                if word is None or not name or builtin(name):
                    continue
                if f"{name}()" in step.shell_text().text:
                    continue
                if points is None:
                    points = step.points
                point = points.get(command.start)
                if point is None or not point.certain:
                    continue
                if not point.fatal and "pipe" not in command.within:
                    continue
                reason = _missing(command, name, point)
                if reason is not None:
                    yield self._finding(step, point, word, name, reason)
                    return
            if command.name not in CALLERS and command.name != "sudo":
                continue
            points = points if points is not None else step.points
            point = points.get(command.start)
            if point is None or not point.certain or not point.fatal:
                continue
            for one in called(step, unwrapped(command)):
                reasons = [_missing(command, name, point) for name in one.names]
                if reasons[0] is not None and all(reasons):
                    name, what = one.names[0], Reason(one.what)
                    yield self._finding(step, point, one.word, name, reasons[0], what)
                    return

    def _finding(
        self, step: RunStep, point: Point, word: ShellWord, name: str, *reasons: Reason
    ) -> Draft:
        contents = point.contents
        image = image_of(step.stage)
        what = "this RUN fails" if point.fatal else "the pipe gets nothing"
        message = f"{name} is not in the image: {what}"
        if name in _MANAGERS and contents.distribution not in _MANAGERS[name]:
            other = _OF.get(contents.distribution)
            message = f"{name} is not in {image}" + (f": it has {other}" if other else "")
        found = self.at(word, message, reasons)
        package = package_for(contents, name) if point.uid == 0 else None
        manager = "apk" if contents.distribution == "alpine" else "apt-get"
        if package is None or contents.lacks(manager, point.path):
            return found
        if contents.distribution == "alpine":
            install = f"apk add --no-cache {package}\n"
        else:
            install = (
                f"apt-get update && apt-get install -y --no-install-recommends {package}"
                " && rm -rf /var/lib/apt/lists/*\n"
            )
        return found.fix(
            f"install {package} before", unsafe(step.instruction(step.span.start, "RUN", install))
        )


def _missing(command: Command, name: str, point: Point) -> Reason | None:
    """Why the program is not found at that moment; None when it is, or may be."""
    path = point.path
    if "/" in name and not name.startswith("/"):
        if point.cwd is None:
            return None
        name = clean(f"{point.cwd}/{name}")
    elif command.name == "sudo" and isinstance(path, Known):
        path = Known(f"{path.value}:{_SECURE}", path.reason)
    return absent(point.contents, name, path)
