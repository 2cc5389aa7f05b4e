"""DW2003 add-url-without-checksum."""

from dockwright.rules.api import AddStep, Bad, Findings, Good, Rule, lazy, re
from dockwright.rules.layers._paths import sources, text

_GIT = lazy(r"\.git(#.*)?$|\.git\?", re.IGNORECASE)


class AddUrlWithoutChecksum(Rule):
    """
    Give `ADD` the checksum of what it downloads: `ADD --checksum=sha256:… https://…`.

    Without it the build takes whatever the server delivers today, and has to ask the server each
    time whether the file has changed. With it the file is verified and cached.

    Silent for git repositories and when a variable hides the address.
    """

    code = "DW2003"
    name = "add-url-without-checksum"
    severity = "info"
    tier = "optional"
    tags = ("copy", "security")

    examples = (
        Bad(
            "FROM alpine:3.20\nADD https://example.com/tool-1.2.tgz /tmp/\n",
            at="https://example.com/tool-1.2.tgz",
        ),
        Bad(
            "FROM alpine:3.20\nARG V=1.2\nADD https://example.com/tool-$V.tgz /tmp/\n",
            at="https://example.com/tool-$V.tgz",
        ),
        Good(
            "FROM alpine:3.20\nADD --checksum=sha256:"
            "24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d"
            " https://example.com/tool.tgz /tmp/\n"
        ),
        Good("FROM alpine:3.20\nADD https://example.com/tool.git#v1 /src\n"),
        Good("FROM alpine:3.20\nARG URL\nADD $URL /tmp/\n"),
        Good("FROM alpine:3.20\nADD rootfs.tar.gz /\n"),
    )

    def check(self, add: AddStep) -> Findings:
        if add.node.flag("checksum") is not None:
            return
        for word in sources(add):
            path, _ = text(add, word)
            address = word.value.strip("\"'") if path is None else path
            if address.startswith(("http://", "https://")) and not _GIT.search(address):
                yield self.at(word, "nothing verifies what this downloads")
