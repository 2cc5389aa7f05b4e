"""DW5210 php-extension-unbuildable."""

from dockwright.rules.api import (
    Bad,
    Draft,
    Findings,
    Good,
    Known,
    Point,
    Reason,
    Rule,
    RunStep,
    ShellWord,
    command,
    unsafe,
    unwrapped,
)
from dockwright.rules.interpreters._php import ELSEWHERE, NEEDS, REMOVED, version

_TAKES = ("-j", "--jobs", "--ini-name")


class PhpExtensionUnbuildable(Rule):
    """
    Install the library that a PHP extension is built on, and take the extension from where it is.

    `docker-php-ext-install` compiles extensions of PHP's own source. Without the library's headers
    it stops: `Package 'oniguruma', required by 'virtual:world', not found` for mbstring (from PHP
    7.4 on), `libzip` for zip (from 7.3 on), `libpng` for gd. What the image itself was compiled
    with has been removed from it. Extensions that are not part of that release do not exist there:
    mcrypt left PHP with 7.2, redis and xdebug come with `pecl install`.

    Silent for other images than the official ones, for an extension that `docker-php-ext-configure`
    was run for, and when the library may be there.
    """

    code = "DW5210"
    name = "php-extension-unbuildable"
    severity = "error"
    tags = ("php", "packages")
    on = command("docker-php-ext-install", "sudo")

    examples = (
        Bad(
            "FROM php:8.2-fpm\nRUN docker-php-ext-install pdo mbstring\n",
            at="mbstring",
            fixed="FROM php:8.2-fpm\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends libonig-dev"
            " && rm -rf /var/lib/apt/lists/*\n"
            "RUN docker-php-ext-install pdo mbstring\n",
        ),
        Bad(
            "FROM php:7.4-apache\n"
            "RUN apt-get update && apt-get install -y zlib1g-dev git"
            " && docker-php-ext-install zip\n",
            at="zip",
            fixed="FROM php:7.4-apache\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends libzip-dev"
            " && rm -rf /var/lib/apt/lists/*\n"
            "RUN apt-get update && apt-get install -y zlib1g-dev git"
            " && docker-php-ext-install zip\n",
        ),
        Bad(
            "FROM php:8.3-fpm-alpine\nRUN docker-php-ext-install -j4 intl\n",
            at="intl",
            fixed="FROM php:8.3-fpm-alpine\n"
            "RUN apk add --no-cache icu-dev\n"
            "RUN docker-php-ext-install -j4 intl\n",
        ),
        Bad("FROM php:7.4-cli\nRUN docker-php-ext-install mysqli mcrypt\n", at="mcrypt"),
        Bad("FROM php:8.4-cli\nRUN docker-php-ext-install redis\n", at="redis"),
        Bad("FROM php:cli\nRUN docker-php-ext-install intl mcrypt\n", at="mcrypt"),
        Good("FROM php:8.2-fpm\nRUN docker-php-ext-install pdo_mysql bcmath\n"),
        Good(
            "FROM php:8.2-fpm\nRUN apt-get update && apt-get install -y libonig-dev libzip-dev"
            " && docker-php-ext-install mbstring zip\n"
        ),
        Good(
            "FROM php:8.2-fpm\nRUN apt-get update && apt-get install -y libgd-dev"
            " && docker-php-ext-install gd\n"
        ),
        Good("FROM php:7.2-fpm\nRUN docker-php-ext-install mbstring\n"),
        Good(
            "FROM php:8.3-fpm-alpine\nRUN apk add --no-cache icu-dev"
            " && docker-php-ext-install intl\n"
        ),
        Good(
            "FROM php:8.3-fpm-alpine\nRUN apk add --no-cache some-dev"
            " && docker-php-ext-install intl\n"
        ),
        Good(
            "FROM php:8.2-fpm\nRUN docker-php-ext-configure mbstring --disable-mbregex"
            " && docker-php-ext-install mbstring\n"
        ),
        Good(
            "FROM php:8.2-fpm\nCOPY --from=example.org/libs:1 /usr/local /usr/local\n"
            "RUN docker-php-ext-install zip\n"
        ),
        Good(
            "FROM php:8.4-cli\nRUN git clone https://example.org/phpredis /usr/src/php/ext/redis"
            " && docker-php-ext-install redis\n"
        ),
        Good("FROM php:8.4-cli\nCOPY src /\nRUN docker-php-ext-install redis\n"),
        Good(
            "FROM php:8.2-cli\nRUN curl -fsSL https://a.example/x | sh\n"
            "RUN docker-php-ext-install zip\n"
        ),
        Good("FROM example.org/php:8.2\nRUN docker-php-ext-install mbstring\n"),
        Good("FROM php:8.2-fpm\nRUN docker-php-ext-install zip || true\n"),
    )

    def check(self, step: RunStep) -> Findings:
        stage = step.stage
        if step.onbuild or not stage.built or stage.os != "linux":
            return
        base = stage.lineage()[-1].base
        number = version(base.parsed.tag) if base.parsed is not None else None
        if base.parsed is None or base.parsed.familiar != "php" or number is None:
            return
        for found in map(unwrapped, step.commands):
            if found.name != "docker-php-ext-install":
                continue
            point = step.points.get(found.start)
            if point is None or not point.certain or not point.fatal:
                continue
            words = [word for word in found.operands(*_TAKES) if word.value]
            draft = self._gone(step, point, words, number)
            draft = draft or self._unbuildable(step, point, words, number)
            if draft is not None:
                yield draft
                return

    def _gone(
        self, step: RunStep, point: Point, words: "list[ShellWord]", number: "tuple[int, int]"
    ) -> Draft | None:
        """An extension that this release does not have: all are looked for before any is built."""
        for word in words:
            name = word.shape
            left = REMOVED.get(name)
            if name not in ELSEWHERE and (left is None or number < left):
                continue
            if _brought(step, point, name):
                return None
            what = f"PHP {number[0]}.{number[1]} has no extension {name}: "
            if left is None:
                what += f"`pecl install {name}` fetches it"
            else:
                what += f"it left PHP with {left[0]}.{left[1]}"
            return self.at(word, what, (_release(step),))
        return None

    def _unbuildable(
        self, step: RunStep, point: Point, words: "list[ShellWord]", number: "tuple[int, int]"
    ) -> Draft | None:
        alpine = point.contents.distribution == "alpine"
        for word in words:
            name = word.shape
            need = NEEDS.get(name)
            if need is None or number < need[0] or _configured(step, name):
                continue
            packages = need[3] if alpine else need[2]
            reason = _lacks(point, packages, alpine=alpine)
            if reason is None:
                continue
            draft = self.at(
                word,
                f"{name} cannot be built: the headers of {need[1]} ({packages[0]}) are not in the "
                "image",
                (reason, _release(step)),
            )
            if point.uid != 0:
                return draft
            install = _install(packages[0], alpine=alpine)
            return draft.fix(
                f"install {packages[0]} before",
                unsafe(step.instruction(step.span.start, "RUN", install)),
            )
        return None


def _release(step: RunStep) -> Reason:
    base = step.stage.lineage()[-1].base
    tag = base.parsed.tag if base.parsed is not None else ""
    return Reason(f"the tag {tag or 'latest'} of the image", firm=base.firm)


def _brought(step: RunStep, point: Point, extension: str) -> bool:
    """Whether something may have put the extension's source beside PHP's own."""
    from dockwright.rules.api import sources

    text = step.stage.build.tree.source.text
    if "/usr/src/php" in text or "docker-php-source" in text:
        return True
    return any(
        one.source is not None and not one.text.startswith("`docker-php-ext")
        for one in sources.touching(point.contents, f"/usr/src/php/ext/{extension}")
    )


def _configured(step: RunStep, extension: str) -> bool:
    """Whether `docker-php-ext-configure` names the extension: an option may do without."""
    _, *parts = step.stage.build.tree.source.text.split("docker-php-ext-configure")
    return any(extension in part for part in parts)


def _lacks(point: Point, packages: "tuple[str, ...]", *, alpine: bool) -> Reason | None:
    """Why none of the packages is there, nor files that the Dockerfile brought in their place."""
    from dockwright.rules.api import sources

    contents = point.contents
    firm = True
    for folder in ("/usr/local/include", "/usr/local/lib", "/usr/include", "/usr/lib/pkgconfig"):
        touched = sources.touching(contents, f"{folder}/\0")
        for one in touched:
            if one.source is not None and not _by_packages(one):
                if one.firm:
                    return None
                firm = False
    reason = None
    for name in packages:
        found = contents.package("apk" if alpine else "apt", name)
        if not isinstance(found, Known) or found.value:
            return None
        reason = reason or found.reason
    if reason is None:
        return None
    return Reason(
        reason.text.replace(" is built so", f" is built without {packages[0]}", 1),
        reason.source,
        reason.span,
        firm=reason.firm and firm,
    )


def _by_packages(reason: Reason) -> bool:
    """Whether a change is a package manager's, which the question about packages covers."""
    return reason.text.startswith(("`apt-get", "`apt ", "`apk "))


def _install(package: str, *, alpine: bool) -> str:
    if alpine:
        return f"apk add --no-cache {package}\n"
    return (
        f"apt-get update && apt-get install -y --no-install-recommends {package}"
        " && rm -rf /var/lib/apt/lists/*\n"
    )
