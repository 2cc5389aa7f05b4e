"""DW6611 dollar-unescaped."""

from dockwright.rules.api import (
    Bad,
    Edit,
    Findings,
    Good,
    Rule,
    Service,
    Span,
    credential,
    lazy,
    unsafe,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_VARIABLE = lazy(r"(?<!\$)(?:\$\$)*\$([A-Za-z_]\w*)")
# The hashes of crypt(3), htpasswd, bcrypt and Argon2.
_HASH = lazy(r"(?<!\$)\$(?:apr1|2[abxy]|[156y]|argon2\w*)\$[\w./=,$+-]{4}")


class DollarUnescaped(Rule):
    """
    Write `$$` where a dollar sign is meant.

    Compose takes `$word` for a variable everywhere in the file, also inside a password or a hash.
    Nothing of that name is set, so that the container gets the value with a hole in it.

    Silent about variables that are set, `${word}` with braces, which is surely meant, values that
    are a variable as a whole, and names outside of passwords and hashes.
    """

    code = "DW6611"
    name = "dollar-unescaped"
    severity = "warning"
    tags = ("compose", "variables", "secrets")
    mentions = ("$",)

    examples = (
        Bad(
            "services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      POSTGRES_PASSWORD: pa$word\n",
            at="pa$word",
            fixed="services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      POSTGRES_PASSWORD: pa$$word\n",
        ),
        Bad(
            "services:\n  web:\n    image: a:1\n    labels:\n"
            "      - traefik.http.middlewares.a.basicauth.users=admin:$apr1$qH6uskk$IgXLP6ewTrSu\n",
            at="traefik.http.middlewares.a.basicauth.users=admin:$apr1$qH6uskk$IgXLP6ewTrSu",
            fixed="services:\n  web:\n    image: a:1\n    labels:\n"
            "      - traefik.http.middlewares.a.basicauth.users="
            "admin:$$apr1$$qH6uskk$$IgXLP6ewTrSu\n",
        ),
        Good(
            "services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      POSTGRES_PASSWORD: $PASSWORD\n      B_PASSWORD: pa$$word\n"
            "      C_PASSWORD: a${X}b\n      D: a$b\n      E_PASSWORD: pa$5\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        for path, value in _texts(service.config, ()):
            if "$" not in value and not getattr(value, "open", False):
                continue
            place = service.place(*path)
            node = place.node if place is not None else None
            text = getattr(node, "text", None)
            if not isinstance(text, str) or "$" not in text or place is None:
                continue
            hashed = _HASH.search(text)
            if hashed is None and not getattr(value, "open", False):
                continue
            name = str(path[-1])
            if path[0] != "environment" and hashed is None:
                continue
            plain = text.removeprefix(name + "=")
            found = [
                match
                for match in _VARIABLE.finditer(plain)
                if match[1] in getattr(value, "open", ()) and len(match[0]) < len(plain)
            ]
            secret = bool(credential(name, "x1y2")[0]) and " " not in plain
            if not found or not (hashed or secret):
                continue
            if hashed is None and (len(found) > 1 or not _inside(plain, found[0].span())):
                continue
            draft = self.at(
                service.value(*path),
                f"Compose takes `${found[0][1]}` for a variable, which is not set: a dollar sign"
                " is written `$$`",
                likely=hashed is None,
            )
            yield draft.fix("write `$$`", unsafe(_doubled(service, path, hashed is not None)))


def _texts(
    value: object, path: "tuple[str | int, ...]"
) -> "Iterator[tuple[tuple[str | int, ...], str]]":
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
    elif isinstance(value, str) and path:
        yield path, value


def _inside(text: str, span: tuple[int, int]) -> bool:
    """Whether the variable is glued to other text: `pa$word`, and not `$A:$B`."""
    before = text[span[0] - 1 : span[0]]
    return before.isalnum() and (text[span[1] : span[1] + 1].isalnum() or span[1] == len(text))


def _doubled(service: Service, path: "tuple[str | int, ...]", every: bool) -> Edit | None:
    place = service.own(*path)
    if place is None:
        return None
    source = service.project.source(place.file)
    start, end = place.node.start, place.node.end
    text = source.text[start:end]
    if "\n" in text or "${" in text or "$$" in text:
        return None
    if not every and text.count("$") != 1:
        return None
    return Edit(source.name, Span(start, end), text.replace("$", "$$"))
