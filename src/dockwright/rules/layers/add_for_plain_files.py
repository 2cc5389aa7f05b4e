"""DW2001 add-for-plain-files."""

from dockwright.rules.api import AddStep, Bad, Findings, Good, Rule, safe, unsafe
from dockwright.rules.layers._paths import kind, remote, sources, text

_COPY_FLAGS = frozenset(("chown", "chmod", "link", "exclude"))


class AddForPlainFiles(Rule):
    """
    Use `COPY` for files and folders; keep `ADD` for archives to unpack and for addresses.

    `ADD` unpacks a source that turns out to be a tar archive and downloads one that looks like an
    address. `COPY` does neither, so a reader knows what arrives.

    Silent when a source is an address, a git repository, a heredoc or has the name of an archive,
    and when a variable hides what the source is.
    """

    code = "DW2001"
    name = "add-for-plain-files"
    severity = "warning"
    tags = ("copy",)
    also = (
        "hadolint:DL3020",
        "trivy:DS-0005",
        "checkov:CKV_DOCKER_4",
        "kics:9513a694",
        "semgrep:prefer-copy-over-add",
        "dockle:CIS-DI-0009",
        "parfum:DL3020",
    )

    examples = (
        Bad(
            "FROM python:3.12\nADD requirements.txt /app/\n",
            at="ADD",
            fixed="FROM python:3.12\nCOPY requirements.txt /app/\n",
        ),
        Bad(
            "FROM python:3.12\nadd --chown=1000 . /app\n",
            at="add",
            fixed="FROM python:3.12\ncopy --chown=1000 . /app\n",
        ),
        Bad(
            'FROM python:3.12\nADD ["src/", "setup.cfg", "/app/"]\n',
            at="ADD",
            fixed='FROM python:3.12\nCOPY ["src/", "setup.cfg", "/app/"]\n',
        ),
        Bad(
            "FROM alpine:3.20\nADD rootfs /\n", at="ADD", fixed="FROM alpine:3.20\nCOPY rootfs /\n"
        ),
        Bad(
            "FROM alpine:3.20\nONBUILD ADD . /app\n",
            at="ADD",
            fixed="FROM alpine:3.20\nONBUILD COPY . /app\n",
        ),
        Bad(
            "FROM alpine:3.20\nARG VERSION\nADD out/tool-$VERSION.jar /\n",
            at="ADD",
            fixed="FROM alpine:3.20\nARG VERSION\nCOPY out/tool-$VERSION.jar /\n",
        ),
        Good("FROM scratch\nADD rootfs.tar.xz /\n"),
        Good("FROM scratch\nADD ROOTFS.TAR.ZST notes.txt /\n"),
        Good("FROM scratch\nADD https://example.com/tool /bin/tool\n"),
        Good("FROM scratch\nADD git@example.com:team/tool.git /src\n"),
        Good("FROM scratch\nADD --keep-git-dir=true https://example.com/tool.git /src\n"),
        Good("FROM alpine:3.20\nARG URL=https://example.com/tool\nADD $URL /bin/tool\n"),
        Good("FROM alpine:3.20\nARG SOURCE\nADD $SOURCE /app/\n"),
        Good("FROM alpine:3.20\nADD <<EOF /etc/motd\nhello\nEOF\n"),
    )

    def check(self, add: AddStep) -> Findings:
        node = add.node
        if node.flag("checksum") or node.flag("keep-git-dir") or len(node.args) < 2:
            return
        words = sources(add)
        if len(words) != len(node.args) - 1:
            return
        sure = firm = True
        for word in words:
            path, settled = text(add, word)
            if path is None and word.value[:1] not in ("$", '"', "'"):
                # The literal beginning says that it is no address, the end what it is.
                path, settled = word.value, True
                if kind(path) != "file":
                    return
            if path is None or remote(path):
                return
            what = kind(path)
            if what == "archive":
                return
            sure = sure and bool(what)
            firm = firm and settled
        keyword = node.keyword
        copy = "copy" if keyword.islower() else "Copy" if keyword.istitle() else "COPY"
        edit = add.replace(node.keyword_span, copy)
        remedy = None
        if all(flag.name in _COPY_FLAGS for flag in node.flags):
            exact = sure and firm
            remedy = safe(edit, changes=("copy:form",)) if exact else unsafe(edit)
        yield self.at(
            node.keyword_span, "nothing here needs `ADD`", likely=not (sure and firm)
        ).fix(f"use `{copy}`", remedy)
