"""
Images that their makers have given up, with what takes their place.

Official ones as github.com/docker-library/docs said in their `deprecated.md` (history up to
c4a9ba41443427b2ec1d5c4cc01879076aa4a1eb, 2026-08-21); for others the source stands with each.
"""

_DOCS = "github.com/docker-library/docs, {}/deprecated.md"

# Official repositories: what to use instead.
OFFICIAL = {
    "adoptopenjdk": "eclipse-temurin",
    "celery": "python",
    "centos": "almalinux or rockylinux/rockylinux",
    "clearlinux": "",
    "clefos": "",
    "consul": "hashicorp/consul",
    "django": "python",
    "docker-dev": "",
    "express-gateway": "",
    "fsharp": "mcr.microsoft.com/dotnet/sdk",
    "glassfish": "",
    "hipache": "",
    "iojs": "node",
    "java": "eclipse-temurin",
    "jenkins": "jenkins/jenkins",
    "jobber": "",
    "known": "",
    "mono": "",
    "nats-streaming": "nats",
    "nuxeo": "",
    "openjdk": "eclipse-temurin",
    "opensuse": "opensuse/leap",
    "owncloud": "owncloud/server",
    "php-zendserver": "",
    "piwik": "matomo",
    "rails": "ruby",
    "sentry": "",
    "sl": "",
    "swarm": "",
    "thrift": "",
    "ubuntu-debootstrap": "ubuntu",
    "ubuntu-upstart": "ubuntu",
    "unit": "",
    "vault": "hashicorp/vault",
}
# Beginnings of names (registry/path) elsewhere: since when, what instead, source.
OTHERS = (
    (
        "k8s.gcr.io/",
        "is frozen since 2023-04-03",
        "registry.k8s.io",
        "github.com/kubernetes/website/pull/39214",
    ),
    (
        "gcr.io/google_containers/",
        "is read-only since 2020",
        "registry.k8s.io",
        "github.com/kubermatic/kubermatic/pull/5986",
    ),
    (
        "gcr.io/google-containers/",
        "is read-only since 2020",
        "registry.k8s.io",
        "github.com/kubermatic/kubermatic/pull/5986",
    ),
    (
        "docker.io/archlinux/base",
        "is gone",
        "archlinux",
        "github.com/archlinux/archlinux-docker/issues/31",
    ),
    (
        "docker.io/base/archlinux",
        "is gone",
        "archlinux",
        "github.com/archimg/archlinux/issues/27",
    ),
    (
        "docker.io/microsoft/",
        "has moved to Microsoft's own registry",
        "mcr.microsoft.com",
        "github.com/dotnet/dotnet-docker/issues/2848",
    ),
    (
        "docker.io/bitnami/",
        "was emptied in 2025: versions have moved to bitnamilegacy and get no updates",
        "",
        "github.com/bitnami/containers/issues/83267",
    ),
)


def source(repository: str) -> str:
    """Where it is said of an official image."""
    return _DOCS.format(repository)
