"""
Programs that fetch files: curl, wget, git, Subversion, Mercurial.

Sources: the manual pages of curl, GNU Wget, BusyBox `networking/wget.c` (an existing file is an
error) and `git-clone` ("humanish" names of directories).
"""

from dockwright.facts.contents import Entry, parent
from dockwright.facts.effects import Tree, UnknownFiles
from dockwright.facts.knowledge import Known
from dockwright.model.effects import works_here
from dockwright.model.effects.installing import (
    FAILS,
    Words,
    absent,
    adds,
    at_home,
    folder_of,
    folders,
    place,
    present,
    stands,
    upwards,
)
from dockwright.syntax.shell.nodes import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.model.world import Arg, Call

_CURL_SHORT = "AbcCdDeEFHKmoPQrtTuUwxXyYz"
_CURL_LONG = frozenset((
    "--abstract-unix-socket", "--alt-svc", "--aws-sigv4", "--cacert", "--capath", "--cert",
    "--cert-type", "--ciphers", "--config", "--connect-timeout", "--connect-to",
    "--continue-at", "--cookie", "--cookie-jar", "--create-file-mode", "--crlfile", "--curves",
    "--data", "--data-ascii", "--data-binary", "--data-raw", "--data-urlencode", "--delegation",
    "--dns-interface", "--dns-ipv4-addr", "--dns-ipv6-addr", "--dns-servers", "--doh-url",
    "--dump-header", "--ech", "--egd-file", "--engine", "--etag-compare", "--etag-save",
    "--expect100-timeout", "--form", "--form-string", "--ftp-account",
    "--ftp-alternative-to-user", "--ftp-method", "--ftp-port", "--happy-eyeballs-timeout-ms",
    "--haproxy-clientip", "--header", "--hostpubmd5", "--hostpubsha256", "--hsts",
    "--interface", "--ipfs-gateway", "--json", "--keepalive-time", "--key", "--key-type",
    "--krb", "--libcurl", "--limit-rate", "--local-port", "--login-options", "--mail-auth",
    "--mail-from", "--mail-rcpt", "--max-filesize", "--max-redirs", "--max-time", "--netrc-file",
    "--noproxy", "--oauth2-bearer", "--output", "--output-dir", "--parallel-max", "--pass",
    "--pinnedpubkey", "--preproxy", "--proto", "--proto-default", "--proto-redir", "--proxy",
    "--proxy-cacert", "--proxy-capath", "--proxy-cert", "--proxy-ciphers", "--proxy-header",
    "--proxy-key", "--proxy-user", "--proxy1.0", "--pubkey", "--quote", "--random-file",
    "--range", "--rate", "--referer", "--request", "--request-target", "--resolve", "--retry",
    "--retry-delay", "--retry-max-time", "--sasl-authzid", "--service-name", "--socks4",
    "--socks4a", "--socks5", "--socks5-hostname", "--speed-limit", "--speed-time", "--stderr",
    "--telnet-option", "--tftp-blksize", "--time-cond", "--tls-max", "--tls13-ciphers",
    "--tlspassword", "--tlsuser", "--trace", "--trace-ascii", "--trace-config",
    "--unix-socket", "--upload-file", "--url", "--url-query", "--user", "--user-agent",
    "--variable", "--write-out",
))  # fmt: skip
_CURL_WRITES = ("-D", "--dump-header", "-c", "--cookie-jar", "--stderr", "--trace",
                "--trace-ascii", "--etag-save", "--libcurl", "--hsts", "--alt-svc")  # fmt: skip
_WGET_SHORT = "aABDeGiIlloOPQRtTUwX"
_WGET_LONG = frozenset((
    "--accept", "--append-output", "--base", "--bind-address", "--body-data", "--body-file",
    "--ca-certificate", "--ca-directory", "--certificate", "--certificate-type", "--ciphers",
    "--compression", "--config", "--connect-timeout", "--crl-file", "--cut-dirs",
    "--default-page", "--directory-prefix", "--dns-timeout", "--domains", "--exclude-directories",
    "--exclude-domains", "--execute", "--follow-tags", "--ftp-password", "--ftp-user", "--header",
    "--hsts-file", "--http-passwd", "--http-password", "--http-user", "--ignore-tags",
    "--include-directories", "--input-file", "--level", "--limit-rate", "--load-cookies",
    "--local-encoding", "--max-redirect", "--method", "--output-document", "--output-file",
    "--password", "--pinnedpubkey", "--post-data", "--post-file", "--prefer-family",
    "--preferred-location", "--private-key", "--private-key-type", "--progress",
    "--proxy-password", "--proxy-user", "--quota", "--read-timeout", "--referer", "--reject",
    "--remote-encoding", "--report-speed", "--restrict-file-names", "--retry-on-http-error",
    "--save-cookies", "--secure-protocol", "--start-pos", "--timeout", "--tries", "--use-askpass",
    "--user", "--user-agent", "--wait", "--waitretry",
))  # fmt: skip


class Wanted:
    """One address to fetch, and the file it goes to: `output` None for the address's own name."""

    __slots__ = ("arg", "output")

    def __init__(self, arg: "Arg", output: "Arg | None") -> None:
        self.arg = arg
        self.output = output


def _written(call: "Call", arg: "Arg", folder: str | None = None) -> str | None:
    """A file that a download writes under a name that is given; "fails" without its directory."""
    world = call.world
    if arg.value is None:
        world.blur(arg, call.reason, adds=True)
        return None
    if arg.value in ("-", ""):
        return None
    text = arg.value
    if folder is not None and not text.startswith("/"):
        text = f"{folder}/{text}"
    path = place(world, text)
    if path is None:
        world.blur(arg, call.reason, adds=True)
        return None
    if path.startswith("/dev/"):
        return None
    if absent(world, parent(path)):
        return FAILS
    world.file(path, call.reason)
    return None


def _ending(call: "Call", folder: str | None, name: str) -> None:
    """A file comes to `folder` whose name is known from the last unknown part on."""
    world = call.world
    tail = name.rpartition(HOLE)[2]
    base = folder if folder is not None else world.cwd
    if base is None:
        world.murky(("/",), call.reason, adds=True, brings=lambda one: one.endswith(tail))
        return
    world.murky((base,), call.reason, adds=True, brings=lambda one: one.endswith(tail))


# curl


def _curl(call: "Call") -> str | None:
    words = Words(call.args, _CURL_SHORT, _CURL_LONG)
    world = call.world
    status = None
    for arg in words.values(*_CURL_WRITES):
        status = _written(call, arg) or status
    if words.has("-K", "--config", "--next", "-:"):
        adds(world, [world.cwd or "/"], call.reason)
    value = words.last("--output-dir")
    folder = folder_of(world, value) if value is not None else None
    if value is not None and folder is None:
        adds(world, [world.around(value)], call.reason)
        return None
    if words.has("--create-dirs"):
        for arg in words.values("-o", "--output"):
            path = place(world, _below(folder, arg.value)) if arg.value is not None else None
            if path is None:
                adds(world, [world.around(arg)], call.reason)
            else:
                folders(call, parent(path))
        if folder is not None:
            folders(call, folder)
    for one in _pairs(words):
        status = _fetched(call, words, one, folder) or status
    return status


def _below(folder: str | None, text: str) -> str:
    return f"{folder}/{text}" if folder is not None and not text.startswith("/") else text


def _pairs(words: Words) -> "list[Wanted]":
    """Each address with the output that belongs to it: the first with the first, and so on."""
    urls = [*words.values("--url"), *words.operands]
    outputs: list[Arg | None] = []
    for name, value in words.options:
        if name in ("-o", "--output"):
            outputs.append(value)
        elif name in ("-O", "--remote-name"):
            outputs.append(None)
    every = words.has("--remote-name-all")
    found = []
    for index, url in enumerate(urls):
        if index < len(outputs):
            found.append(Wanted(url, outputs[index]))
        elif every:
            found.append(Wanted(url, None))
    return found


def _fetched(call: "Call", words: Words, one: Wanted, folder: str | None) -> str | None:
    world = call.world
    if one.output is not None:
        text = one.output.shape
        if "#" in text or any(char in one.arg.shape.replace(HOLE, "") for char in "{["):
            adds(world, [folder or world.around(one.output)], call.reason)
            return None
        return _written(call, one.output, folder)
    pattern = any(char in one.arg.shape.replace(HOLE, "") for char in "{[")
    if pattern or words.has("-J", "--remote-header-name"):
        adds(world, [folder or world.cwd or "/"], call.reason)
        return None
    path, query, _ = one.arg.shape.partition("#")[0].partition("?")
    if query:
        # Older versions take what is behind the last slash of all, newer ones that of the path.
        adds(world, [folder or world.cwd or "/"], call.reason)
        return None
    name = path.rpartition("/")[2]
    if HOLE in name or not name or "/" not in path.partition("://")[2]:
        _ending(call, folder, name)
        return None
    from dockwright.model.world import Arg

    return _written(call, Arg(name, name), folder)


# wget


def _wget(call: "Call") -> str | None:
    words = Words(call.args, _WGET_SHORT, _WGET_LONG)
    world = call.world
    if words.has("--spider", "--version", "--help", "-V"):
        return None
    adds(world, at_home(call, ".wget-hsts"), call.reason)
    status = None
    for arg in words.values("-o", "--output-file", "-a", "--append-output", "--save-cookies"):
        status = _written(call, arg) or status
    output = words.last("-O", "--output-document")
    if output is not None:
        return _written(call, output) or status
    where = words.last("-P", "--directory-prefix")
    folder = folder_of(world, where) if where is not None else world.cwd
    if folder is None:
        adds(world, [world.around(where) if where is not None else "/"], call.reason)
        return status
    if where is not None:
        folders(call, folder)
    free = (
        "-r", "--recursive", "-m", "--mirror", "-p", "--page-requisites", "-x", "-i", "-e", "-E",
        "--force-directories", "--content-disposition", "--trust-server-names", "-np",
        "--input-file", "--execute", "--adjust-extension",
    )  # fmt: skip
    if words.has(*free):
        adds(world, [folder], call.reason)
        return status
    again = words.has("-c", "--continue", "-N", "--timestamping", "-nc", "--no-clobber")
    for arg in words.operands:
        path = arg.shape.partition("#")[0]
        path = path.partition("://")[2] or path
        name = path.partition("/")[2].rpartition("/")[2]
        if not name:
            name = "index.html"
        if HOLE in name or HOLE in path.partition("/")[0] or "?" in name:
            adds(world, [folder], call.reason)
            continue
        target = f"{folder.rstrip('/')}/{name}"
        if absent(world, target) or again:
            world.file(target, call.reason)
        else:
            # A file that is there already gets a number behind its name.
            world.murky((folder,), call.reason, adds=True, brings=_numbered(name))
    return status


def _numbered(name: str) -> "Callable[[str], bool]":
    return lambda one: one.startswith(name)


# Repositories


def _clone(call: "Call", words: Words, cwd: str | None) -> None:
    world = call.world
    url, *rest = words.operands[1:]
    if rest:
        written = rest[0].value
        path = place(world, _below(cwd, written)) if written is not None else None
        if path is None:
            adds(world, [world.around(rest[0])], call.reason)
            return
    else:
        name = _humanish(url.shape)
        if words.has("--bare", "--mirror"):
            name += ".git"
        if HOLE in name or not name or cwd is None:
            adds(world, [cwd or "/"], call.reason)
            return
        path = place(world, f"{cwd}/{name}")
        if path is None:
            adds(world, [cwd], call.reason)
            return
    apart = words.last("--separate-git-dir")
    if apart is not None:
        adds(world, [folder_of(world, apart) or "/"], call.reason)
    fetched(call, path)
    if not words.has("--bare", "--mirror") and apart is None:
        entry = Entry("dir", 0o777 & ~world.umask, world.uid, world.gid)
        stands(world, f"{path}/.git", entry, call.reason)


def fetched(call: "Call", path: str) -> None:
    """A directory is filled with files that nobody has listed."""
    world = call.world
    folders(call, path)
    before = world.stat(path)
    owner = (world.uid, world.gid)
    world.emit(Tree(path, UnknownFiles(call.reason), call.reason, owner=owner))
    if isinstance(before, Known) and before.value is not None:
        stands(world, path, before.value, call.reason)


def _humanish(url: str) -> str:
    """The directory that `git clone` makes: the last part of the address without `.git`."""
    name = url.rstrip("/").removesuffix("/.git").rstrip("/")
    name = name.rpartition("/")[2].rpartition(":")[2]
    return name.removesuffix(".git").removesuffix(".bundle")


_GIT_ASKS = frozenset((
    "log", "status", "describe", "rev-parse", "diff", "show", "ls-remote", "ls-files", "version",
    "--version", "branch", "tag", "remote", "cat-file", "blame", "grep", "shortlog", "help",
    "rev-list", "archive", "check-ignore", "verify-commit", "verify-tag", "fetch", "gc", "add",
    "commit", "symbolic-ref", "name-rev", "for-each-ref", "var", "credential",
))  # fmt: skip


def _git(call: "Call") -> str | None:
    words = Words(call.args, "Ccbojum", (
        "--branch", "--depth", "--origin", "--config", "--jobs", "--upload-pack", "--reference",
        "--template", "--filter", "--separate-git-dir", "--shallow-since", "--shallow-exclude",
        "--git-dir", "--work-tree", "--server-option", "--reference-if-able", "--message",
        "--file", "--exec-path", "--namespace", "--output", "--prefix", "--format",
    ))  # fmt: skip
    world = call.world
    command = words.operands[0].value if words.operands else ""
    where = words.last("-C")
    cwd = folder_of(world, where) if where is not None else world.cwd
    if command == "clone" and len(words.operands) > 1:
        _clone(call, words, cwd)
    elif command == "config":
        _git_config(call, words, cwd)
    elif command == "init":
        _git_init(call, words, cwd)
    elif command == "archive" and words.has("-o", "--output"):
        for arg in words.values("-o", "--output"):
            _written(call, arg, cwd)
    elif command in _GIT_ASKS or not words.operands:
        # The files of the repository's own directory change, which its files say nothing of.
        for path in _trees(call, cwd):
            adds(world, [f"{path.rstrip('/')}/.git"], call.reason)
    elif command == "lfs" and len(words.operands) > 1 and words.operands[1].value == "install":
        adds(world, [*at_home(call, ".gitconfig", ".config"), "/etc/gitconfig"], call.reason)
        adds(world, [cwd or "/"], call.reason)
    else:
        for path in _trees(call, cwd):
            world.murky((path,), call.reason)
        for arg in words.values("--work-tree", "--git-dir"):
            world.murky((folder_of(world, arg) or "/",), call.reason)
        adds(world, at_home(call, ".gitconfig", ".config", ".cache"), call.reason)
    return None


def _trees(call: "Call", cwd: str | None) -> list[str]:
    """The directory whose `.git` is the nearest, and those that it may be instead."""
    if cwd is None:
        return ["/"]
    maybe = cwd
    for one in upwards(cwd):
        path = f"{one.rstrip('/')}/.git"
        if present(call.world, path):
            return [one]
        if not absent(call.world, path) and one != "/":
            maybe = one
    return [maybe]


def _git_config(call: "Call", words: Words, cwd: str | None) -> None:
    world = call.world
    if words.has("--system"):
        world.file("/etc/gitconfig", call.reason, content="text")
    elif words.has("--global"):
        for folder in at_home(call, ""):
            world.file(f"{folder}/.gitconfig", call.reason, content="text")
    elif words.has("--file", "-f"):
        for arg in words.values("--file"):
            _written(call, arg)
    else:
        for path in _trees(call, cwd):
            adds(world, [f"{path.rstrip('/')}/.git"], call.reason)


def _git_init(call: "Call", words: Words, cwd: str | None) -> None:
    world = call.world
    arg = words.operands[1] if len(words.operands) > 1 else None
    path = cwd
    if arg is not None:
        path = place(world, _below(cwd, arg.value)) if arg.value is not None else None
    if path is None:
        adds(world, [world.around(arg) if arg is not None else "/"], call.reason)
        return
    folders(call, path)
    adds(world, [path], call.reason)
    if not words.has("--bare"):
        entry = Entry("dir", 0o777 & ~world.umask, world.uid, world.gid)
        stands(world, f"{path.rstrip('/')}/.git", entry, call.reason)


def _checkout(call: "Call") -> str | None:
    """Subversion and Mercurial: `checkout`, `export` and `clone` fill a directory."""
    words = Words(call.args, "rub", (
        "--revision", "--username", "--password", "--depth", "--rev", "--updaterev", "--branch",
        "--config-option", "--config-dir", "--config", "--set-depth",
    ))  # fmt: skip
    world = call.world
    names = [arg.value for arg in words.operands]
    command = names[0] if names else ""
    if command in ("checkout", "co", "export", "clone") and len(names) > 1:
        if len(names) > 2:
            path = folder_of(world, words.operands[-1])
        else:
            name = words.operands[1].shape.rstrip("/").rpartition("/")[2].partition("@")[0]
            path = place(world, name) if name and HOLE not in name else None
        if path is None:
            adds(world, [world.cwd or "/"], call.reason)
        else:
            fetched(call, path)
        adds(world, at_home(call, ".subversion", ".hgrc"), call.reason)
    elif command not in ("info", "log", "ls", "list", "status", "id", "identify", "--version"):
        works_here(call)
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "curl": _curl,
    "git": _git,
    "hg": _checkout,
    "svn": _checkout,
    "wget": _wget,
}
