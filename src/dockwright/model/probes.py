"""What a health check asks on its own host."""

from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.syntax.shell.nodes import Script, ShellWord

_ADDRESS = lazy(
    r"(?:(?P<scheme>https?)://)?(?P<host>localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])"
    r"(?::(?P<port>\d{1,5}|\$\{?\w+(?::-\d+)?\}?|[^\d/'\"\s)]+))?(?=[/'\"\s?)]|$)"
)


def addresses(script: "Script | None") -> "Iterator[tuple[ShellWord, int, int, str]]":
    """
    The addresses on this host that a probe asks.

    Each as the word it stands in, the port, where its digits begin in the word's text (-1 when the
    port is the scheme's own), and the host. Those whose port is a variable are left out.
    """
    for command in script.commands if script is not None else ():
        for word in command.words:
            for match in _ADDRESS.finditer(word.text):
                port = match["port"]
                if port is not None:
                    if port.isdigit():
                        yield word, int(port), match.start("port"), match["host"]
                elif match["scheme"] is not None:
                    yield word, 443 if match["scheme"] == "https" else 80, -1, match["host"]
