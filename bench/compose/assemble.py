"""Services and what they need, put together to files."""

import re
from random import Random

from bench.compose.case import Case
from bench.compose.files import FILES
from bench.compose.grammar import BUILD, IMAGE, SECTIONS, SERVICE, TOP

MARKER = re.compile(r"@\{(\w+) ([^}]+)\}")
# Keys that Compose does not allow together: the second is left out, most of the time.
APART = {
    "networks": "network_mode",
    "container_name": "scale",
    "deploy": "scale",
    "memory": "deploy",
}
ENVIRONMENT = {"HOST_SET": "from host", "SECRET_ENV": "s3cret", "CONF_ENV": "conf"}


def indent(text: str, by: int = 2) -> str:
    """The text with its lines moved in; empty lines stay empty."""
    return "".join(" " * by + line if line.strip() else line for line in text.splitlines(True))


def entry(name: str, body: str) -> str:
    """`name:` with a body below it; one that is a flow value stands in the line."""
    if not body:
        return f"{name}:\n"
    if body == "{}":
        return f"{name}: {{}}\n"
    return f"{name}:\n{indent(body.rstrip(chr(10)) + chr(10))}"


class Maker:
    """One case in the making."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.files: dict[str, str] = {}
        self.environment: dict[str, str] = {}
        if random.random() < 0.6:
            self.environment["HOST_SET"] = ENVIRONMENT["HOST_SET"]
        for name in ("SECRET_ENV", "CONF_ENV"):
            if random.random() < 0.3:
                self.environment[name] = ENVIRONMENT[name]
        self.needs: dict[tuple[str, str], None] = {}

    def use(self, text: str, folder: str = "project") -> str:
        """The text with its markers replaced; what they need is noted."""

        def put(match: re.Match[str]) -> str:
            kind, name = match[1], match[2]
            if kind == "file":
                self.files[f"{folder}/{name}"] = FILES.get(name, "")
            else:
                self.needs[kind, name] = None
            return name

        return MARKER.sub(put, text)

    def features(self, count: int) -> list[str]:
        """Names of keys that go together."""
        chosen = self.random.sample(sorted(SERVICE), count)
        for one, other in APART.items():
            if one in chosen and other in chosen and self.random.random() < 0.95:
                chosen.remove(other)
        return chosen

    def body(self, chosen: list[str], *, base: str = "", refused: float = 0.01) -> str:
        """The keys of one service; `base` is "" for an image or a build, or what stands instead."""
        parts = [base] if base else [self.origin(refused)]
        parts += [SERVICE[one].one(self.random, refused=refused) for one in chosen]
        if self.random.random() < 0.3:
            self.random.shuffle(parts)
        return "\n".join(part for part in parts if part)

    def origin(self, refused: float = 0.01) -> str:
        """An image, a build, or both."""
        kind = self.random.random()
        if kind < 0.6:
            return IMAGE.one(self.random)
        built = BUILD.one(self.random, refused=refused)
        return built if kind < 0.85 else IMAGE.one(self.random) + "\n" + built

    def definitions(self, *, refused: float = 0.01, forms: bool = True) -> str:
        """The sections for what the services need so far, services among them."""
        sections: dict[str, str] = {}
        for kind, name in self.needs:
            if kind in {"svc", "bsvc"} or self.random.random() < refused / 2:
                continue
            form = TOP[kind].one(self.random, refused=refused) if forms else TOP[kind].good[0]
            sections[kind] = sections.get(kind, "") + entry(name, form)
        return "".join(f"{SECTIONS[kind]}:\n{indent(text)}" for kind, text in sections.items())

    def others(self) -> str:
        """The services that others need."""
        found = ""
        for kind, name in self.needs:
            if kind == "svc":
                body = "image: postgres" if self.random.random() < 0.7 else "build: ./db"
                found += entry(name, body)
            elif kind == "bsvc":
                found += entry(name, "build: ./base")
        return found

    def document(self, services: dict[str, str], *, more: str = "", refused: float = 0.01) -> str:
        """A whole file: services, the ones they need, and the sections."""
        text = "".join(entry(name, self.use(body)) for name, body in services.items())
        found = f"services:\n{indent(text + self.others())}"
        return found + self.definitions(refused=refused) + more

    def case(self, name: str, kind: str, **rest: object) -> Case:
        """The case with all the files."""
        environment = self.environment | rest.pop("environment", {})  # type: ignore[operator]
        return Case(name, kind, self.files, environment=environment, **rest)  # type: ignore[arg-type]
