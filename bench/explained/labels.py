"""The labels that the benches ask for."""

SCHEMA = {
    "maintainer": "email",
    "version": "semver",
    "org.opencontainers.image.source": "url",
    "org.opencontainers.image.url": "url",
    "org.opencontainers.image.created": "rfc3339",
    "org.opencontainers.image.licenses": "spdx",
    "org.opencontainers.image.revision": "hash",
    "org.opencontainers.image.version": "semver",
    "description": "text",
    "vendor": "text",
}
# Which of its rules checks which kind.
LABELS = {
    "DL3051": "text",
    "DL3052": "url",
    "DL3053": "rfc3339",
    "DL3054": "spdx",
    "DL3055": "hash",
    "DL3056": "semver",
    "DL3058": "email",
}
