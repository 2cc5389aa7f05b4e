"""
What PHP's own extensions need to be built, and which of them PHP has no more.

Sources: PHP's manual ("Requirements" of each extension), its migration guides and UPGRADING of 7.3
(zip: the system's libzip), 7.4 (mbstring: oniguruma; sqlite3: libsqlite3; interbase, recode, wddx
are gone), 8.0 (xmlrpc), 8.4 (imap, oci8, pdo_oci, pspell), 7.2 (mcrypt), 7.0 (mysql, mssql,
sybase_ct, ereg); the packages' names from github.com/mlocati/docker-php-extension-installer,
2026-06-24. github.com/docker-library/php: `docker-php-ext-install` takes the folders of
/usr/src/php/ext, and what the image itself was built with is removed again.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    Version = tuple[int, int]

ANY = (0, 0)
# Extension: the first version that needs it, the library, Debian's packages and Alpine's.
_CURL = ("libcurl4-openssl-dev", "libcurl4-gnutls-dev", "libcurl4-nss-dev")
_XML = (ANY, "libxml2", ("libxml2-dev",), ("libxml2-dev",))
_PQ = (ANY, "libpq", ("libpq-dev",), ("libpq-dev", "postgresql-dev"))
NEEDS: "dict[str, tuple[Version, str, tuple[str, ...], tuple[str, ...]]]" = {
    "bz2": (ANY, "libbz2", ("libbz2-dev",), ("bzip2-dev",)),
    "curl": (ANY, "libcurl", _CURL, ("curl-dev",)),
    "dom": _XML,
    "ffi": ((7, 4), "libffi", ("libffi-dev",), ("libffi-dev",)),
    "gd": (ANY, "libpng", ("libpng-dev", "libpng12-dev"), ("libpng-dev",)),
    "gmp": (ANY, "GMP", ("libgmp-dev",), ("gmp-dev",)),
    "imap": (
        ANY,
        "the IMAP client library",
        ("libc-client2007e-dev", "libc-client-dev"),
        ("imap-dev",),
    ),
    "intl": (ANY, "ICU", ("libicu-dev",), ("icu-dev",)),
    "ldap": (ANY, "OpenLDAP", ("libldap2-dev", "libldap-dev"), ("openldap-dev",)),
    "mbstring": ((7, 4), "oniguruma", ("libonig-dev",), ("oniguruma-dev",)),
    "mcrypt": (ANY, "libmcrypt", ("libmcrypt-dev",), ("libmcrypt-dev",)),
    "pdo_pgsql": _PQ,
    "pdo_sqlite": ((7, 4), "SQLite", ("libsqlite3-dev",), ("sqlite-dev",)),
    "pgsql": _PQ,
    "simplexml": _XML,
    "snmp": (ANY, "Net-SNMP", ("libsnmp-dev",), ("net-snmp-dev",)),
    "soap": _XML,
    "sodium": (ANY, "libsodium", ("libsodium-dev",), ("libsodium-dev",)),
    "sqlite3": ((7, 4), "SQLite", ("libsqlite3-dev",), ("sqlite-dev",)),
    "tidy": (ANY, "tidy", ("libtidy-dev",), ("tidyhtml-dev",)),
    "xml": _XML,
    "xmlreader": _XML,
    "xmlrpc": _XML,
    "xmlwriter": _XML,
    "xsl": (ANY, "libxslt", ("libxslt1-dev",), ("libxslt-dev",)),
    "zip": ((7, 3), "libzip", ("libzip-dev",), ("libzip-dev",)),
}
# The first version without it.
REMOVED: "dict[str, Version]" = {
    "ereg": (7, 0),
    "imap": (8, 4),
    "interbase": (7, 4),
    "mcrypt": (7, 2),
    "mssql": (7, 0),
    "mysql": (7, 0),
    "oci8": (8, 4),
    "pdo_oci": (8, 4),
    "pspell": (8, 4),
    "recode": (7, 4),
    "sybase_ct": (7, 0),
    "wddx": (7, 4),
    "xmlrpc": (8, 0),
}
# Never a part of PHP itself: they are on pecl.php.net.
ELSEWHERE = frozenset((
    "amqp", "apcu", "ast", "ds", "event", "gearman", "geoip", "gnupg", "grpc", "igbinary",
    "imagick", "mailparse", "memcache", "memcached", "mongo", "mongodb", "msgpack", "oauth",
    "pcov", "pdo_sqlsrv", "protobuf", "raphf", "rdkafka", "redis", "solr", "sqlsrv", "ssh2",
    "swoole", "uuid", "vips", "xdebug", "xhprof", "yaf", "yaml", "zmq",
))  # fmt: skip
# The last minor release of each major one, and what a tag without a number is at least.
_LAST = {"5": (5, 6), "7": (7, 4), "8": (8, 5), "": (8, 5)}


def version(tag: str) -> "Version | None":
    """The version of an official image's tag: (7, 4) of "7.4.33-fpm" and of "7"."""
    first = tag.partition("-")[0]
    numbers = first.split(".")
    if len(numbers) > 1 and all(one.isdigit() for one in numbers[:2]):
        return int(numbers[0]), int(numbers[1])
    if not first[:1].isdigit():
        # "latest", "cli", "fpm-alpine": the newest of the day.
        first = ""
    return _LAST.get(first)
