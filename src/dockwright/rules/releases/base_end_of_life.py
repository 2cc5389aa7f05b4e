"""DW5404 base-end-of-life."""

from dockwright.rules.api import Bad, Findings, Good, Reason, Rule, Stage
from dockwright.rules.releases._bump import living, offer
from dockwright.rules.releases._origin import Origin, image_of, origin

# Official images whose own version is that of a product with an end of its support, as messages
# call it. Compilers and build tools with a release every few weeks are left out.
_PRODUCTS = {
    "cassandra": "Cassandra",
    "elasticsearch": "Elasticsearch",
    "elixir": "Elixir",
    "erlang": "Erlang/OTP",
    "golang": "Go",
    "haproxy": "HAProxy",
    "httpd": "Apache httpd",
    "kibana": "Kibana",
    "logstash": "Logstash",
    "mariadb": "MariaDB",
    "mongo": "MongoDB",
    "mysql": "MySQL",
    "nginx": "nginx",
    "node": "Node.js",
    "perl": "Perl",
    "php": "PHP",
    "postgres": "PostgreSQL",
    "python": "Python",
    "rabbitmq": "RabbitMQ",
    "redis": "Redis",
    "ruby": "Ruby",
    "solr": "Solr",
    "tomcat": "Tomcat",
}


class BaseEndOfLife(Rule):
    """
    Build on a release that still gets security updates.

    A base image is as old as the distribution and the runtime in it. When their support has ended,
    nobody mends what is found in them, and the official image is not built any more: pulling it
    again, or `apt-get upgrade`, changes nothing. For Debian the years of LTS count as support; for
    Ubuntu the years that everybody gets.

    Silent when the release of the base image is not known, when its end is not known, and about
    ends that come after the day of the facts.
    """

    code = "DW5404"
    name = "base-end-of-life"
    tags = ("base-image", "security")

    examples = (
        Bad(
            "FROM debian:buster-slim\nRUN make\n",
            at="debian:buster-slim",
            fixed="FROM debian:bookworm-slim\nRUN make\n",
        ),
        Bad("FROM python:3.6-slim\nCOPY . /app\n", at="python:3.6-slim"),
        Bad(
            "FROM alpine:3.12 AS run\nRUN apk add --no-cache curl\n",
            at="alpine:3.12",
            fixed="FROM alpine:3.23 AS run\nRUN apk add --no-cache curl\n",
        ),
        Bad("FROM alpine:3.12\nRUN apk add --no-cache php7\n", at="alpine:3.12"),
        Bad(
            "FROM golang:1.13 AS build\nRUN go build -o /s .\nFROM scratch\n"
            "COPY --from=build /s /s\n",
            at="golang:1.13",
        ),
        Good("FROM debian:bookworm-slim\nRUN make\n"),
        Good("FROM python:3.13-slim\nCOPY . /app\n"),
        Good("FROM debian:sid\nRUN make\n"),
        Good("ARG TAG\nFROM debian:$TAG\nRUN make\n"),
        Good("FROM example.org/python:3.6\nRUN make\n"),
        Good("FROM debian:buster AS unused\nFROM debian:bookworm\nRUN make\n"),
    )

    def check(self, stage: Stage) -> Findings:
        if stage.base.kind != "image" or stage.os != "linux" or not stage.built:
            return
        words = stage.from_step.words
        found = origin(stage)
        because: list[Reason] = []
        parts = [part for part in (_runtime(stage, because),) if part]
        ended = found is not None and stage.shipped and _ended(found)
        if found is not None and ended:
            because.append(found.reason)
            parts.append(f"{found.title} ended on {ended}")
        if not parts or not words:
            return
        from dockwright.rules.api import releases

        because.append(Reason(f"ends of support as of {releases.DAY} ({releases.TITLE})"))
        image = image_of(stage)
        name = image.name if image is not None else stage.base.written
        message = f"{name} gets no updates any more: {', '.join(parts)}"
        draft = self.at(words[0], message, because)
        yield offer(draft, stage, found) if found is not None and ended else draft


def _ended(found: Origin) -> str:
    from dockwright.rules.api import releases

    if found.distribution not in ("debian", "ubuntu", "alpine", "centos", "fedora"):
        return ""
    release = releases.release(found.distribution, found.cycle)
    if release is None or not releases.updates_ended(release.product, release.cycle, releases.DAY):
        return ""
    return release.free_until if release.free_until[:1].isdigit() else ""


def _runtime(stage: Stage, because: list[Reason]) -> str:
    """That the runtime has ended: its name, when, and the release to go to."""
    from dockwright.rules.api import releases, tags

    image = image_of(stage)
    name = _PRODUCTS.get(image.repository) if image is not None else None
    if image is None or name is None:
        return ""
    tag = tags.tag(image.repository, image.tag)
    if tag is None or not tag.canonical:
        return ""
    release = releases.release(image.repository, tag.canonical.partition("-")[0])
    if release is None or not releases.updates_ended(release.product, release.cycle, releases.DAY):
        return ""
    if not release.free_until[:1].isdigit():
        return ""
    reason = tag.reason
    because.append(Reason(reason.text, firm=image.firm))
    text = f"{name} {release.cycle} ended on {release.free_until}"
    next_ = living(image.repository, release.cycle)
    if next_ is not None:
        until = "" if next_.until == "no" else f" until {next_.until}"
        because.append(Reason(f"{name} {next_.cycle} gets updates{until}"))
    return text
