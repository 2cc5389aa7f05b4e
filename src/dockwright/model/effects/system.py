"""
Tools of the system and builds: alternatives, certificates, services, PHP's extensions, `make`.

`update-alternatives` was tried with dpkg 1.22: it ends with 2 when the path does not exist or the
folder of the link does not, and leaves a file alone that stands where the link should.
"""

from dockwright.facts.contents import Entry, parent
from dockwright.facts.knowledge import Known
from dockwright.model.effects import not_a_system_tool, works_here
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.model.world import Arg, Call, World

_FAILS = "fails"
_BINS = ("/usr/bin", "/usr/sbin", "/bin", "/sbin")
_PREFIX = lazy(r"(?:prefix|PREFIX|DESTDIR)[=\s]+[\"']?([^\s\"';&|)]+)")
_INSTALLS = lazy(r"install")
# Targets that a project uses for "get me all I need", which may run a package manager.
_PREPARES = lazy(
    r"(?:.*[-_])?(?:setup|bootstrap|provision|requirements|tools?|prereq\w*|deps|dependencies"
    r"|init|env|venv|system|everything|world)(?:[-_].*)?"
)
_VALUES = "CfIjloWS"


def _alternatives(call: "Call") -> str | None:
    world = call.world
    args = list(call.args)
    call.world.murky(("/var/lib/dpkg/alternatives", "/var/log"), call.reason, adds=True)
    names = [arg.shape for arg in args]
    if "--install" in names:
        return _alternative(call, args[names.index("--install") + 1 :])
    if "--slave" in names or "--altdir" in names:
        world.anything(call.reason)
        return None
    for option in ("--set", "--remove", "--remove-all", "--auto", "--config"):
        if option not in names:
            continue
        rest = args[names.index(option) + 1 :]
        name = rest[0].value if rest else None
        place = f"/etc/alternatives/{name}" if name else "/etc/alternatives"
        if option == "--set":
            if len(rest) > 1 and rest[1].value and name:
                world.put(place, _link(rest[1].value), call.reason)
                world.murky(("/etc/alternatives",), call.reason, adds=True)
            else:
                world.murky((place,), call.reason, adds=True)
        elif option in ("--remove", "--remove-all"):
            world.murky(("/etc/alternatives",), call.reason)
            folders = (*_BINS, "/usr/local/bin", "/usr/local/sbin", "/usr/lib", "/usr/share")
            world.murky(folders, call.reason, brings=None if name is None else name.__eq__)
        else:
            world.murky(("/etc/alternatives",), call.reason)
    if "--all" in names or "--set-selections" in names:
        world.murky(("/etc/alternatives",), call.reason)
    return None


def _link(target: str) -> Entry:
    return Entry("link", 0o777, 0, 0, target)


def _alternative(call: "Call", rest: "Sequence[Arg]") -> str | None:
    world = call.world
    if len(rest) < 4:
        return None
    target = world.place(rest[2])
    if target is not None:
        found = world.stat(target)
        if isinstance(found, Known) and found.value is None and found.firm:
            return _FAILS
    link = world.place(rest[0])
    if link is not None and world.is_dir(parent(link)) is False:
        return _FAILS
    _placed(call, rest[0], rest[1].value, rest[2].value)
    words = [arg.shape for arg in rest]
    for index, word in enumerate(words):
        if word == "--slave" and index + 3 < len(words):
            _placed(call, rest[index + 1], rest[index + 2].value, rest[index + 3].value)
    return None


def _placed(call: "Call", link: "Arg", name: str | None, target: str | None) -> None:
    world = call.world
    path = world.place(link)
    if path is None or name is None:
        world.murky((world.around(link), "/etc/alternatives"), call.reason, adds=True)
        return
    chosen = f"/etc/alternatives/{name}"
    first = world.exists(chosen) is False
    before = world.contents.find(path)
    if isinstance(before, Known) and before.value is not None and before.value.kind != "link":
        if before.value.kind != "any":
            return
        world.murky((path,), call.reason)
    elif isinstance(before, Known):
        world.put(path, _link(chosen), call.reason)
    else:
        world.put(path, Entry("any"), call.reason)
    # The one with the highest priority is taken, unless somebody chose.
    world.put(chosen, _link(target if first and target else ""), call.reason)


def _ldconfig(call: "Call") -> str | None:
    world = call.world
    world.murky(("/etc/ld.so.cache", "/var/cache/ldconfig"), call.reason, adds=True)
    folders = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt")
    world.murky(folders, call.reason, adds=True, brings=_library)
    return None


def _library(name: str) -> bool:
    return ".so" in name


def _nothing(call: "Call") -> str | None:
    return None


def _adds(*folders: str) -> "Callable[[Call], str | None]":
    """The function of a program that only adds files, and only below `folders`."""

    def function(call: "Call") -> str | None:
        call.world.murky(folders, call.reason, adds=True)
        return None

    return function


def _changes(*folders: str) -> "Callable[[Call], str | None]":
    """The function of a program that adds and removes files below `folders`."""

    def function(call: "Call") -> str | None:
        call.world.murky(folders, call.reason)
        return None

    return function


def _certificates(call: "Call") -> str | None:
    world = call.world
    world.murky(("/etc/ssl", "/etc/ca-certificates", "/etc/default"), call.reason, adds=True)
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    if world.exists(bundle) is None:
        # BusyBox' system may have another one; on Debian and Alpine this is where it goes.
        debian = world.contents.distribution in ("debian", "ubuntu", "alpine")
        if debian:
            world.put(bundle, Entry("any", None, 0, 0, "", "text"), call.reason)
    return None


# Builds


def _make(call: "Call") -> str | None:
    options, operands = call.options(
        _VALUES, ("--directory", "--file", "--makefile", "--include-dir")
    )
    targets = [arg.shape for arg in operands if "=" not in arg.shape]
    given = {
        name: value
        for arg in operands
        for name, equals, value in (arg.shape.partition("="),)
        if equals
    }
    named = options.get("-C", options.get("--directory"))
    folder = call.world.absolute(named) if named else None
    found = call.world.contents.resolve(folder) if folder is not None else None
    if "-C" in options or "--directory" in options:
        if not isinstance(found, str):
            call.world.anything(call.reason)
            return None
        if call.world.absent(found):
            return "fails"
    return _built(call, targets, given, found if isinstance(found, str) else None)


def _built(
    call: "Call", targets: "Sequence[str]", given: "dict[str, str]", folder: str | None = None
) -> str | None:
    if any("$" in one for one in targets):
        call.world.anything(call.reason)
        return None
    installs = [one for one in targets if _INSTALLS.search(one)]
    if any(_PREPARES.fullmatch(one) for one in targets if one not in installs):
        call.world.anything(call.reason)
        return None
    works_here(call, folder)
    if installs:
        _installed(call, given)
    return None


def _installed(call: "Call", given: "dict[str, str]") -> None:
    """`make install`: files where a project puts them, /usr/local when nothing else is said."""
    world = call.world
    root = given.get("DESTDIR")
    if root is None:
        found = world.variable("DESTDIR")
        value = call.env.get("DESTDIR", found.value if isinstance(found, Known) else None)
        root = value or ""
    where = world.absolute(root) if root else None
    if where is not None and where != "/" and "$" not in root:
        world.murky((where,), call.reason, adds=True)
        return
    folders = ["/usr/local", "/opt", "/etc", "/var", "/usr/share", "/usr/lib", "/usr/include"]
    folders += _prefixes(world, given)
    world.murky(folders, call.reason, but=("/etc/apt", "/var/lib/apt"), adds=True)
    world.murky((*_BINS, "/lib"), call.reason, adds=True, brings=not_a_system_tool, doubt=True)


def _prefixes(world: "World", given: "dict[str, str]") -> list[str]:
    """The folders that this stage names as a prefix, "/usr" for one that is not known."""
    texts = [value for name, value in given.items() if name.lower() == "prefix"]
    source = world.step.stage.build.tree.source.text
    for step in world.step.stage.steps[: world.step.index + 1]:
        if step.name == "RUN":
            texts += _PREFIX.findall(source[step.span.start : step.span.end])
    found = []
    for text in dict.fromkeys(texts):
        plain = text.strip("\"'")
        known = plain.startswith("/") and "$" not in plain and "`" not in plain
        folder = world.absolute(plain) if known else None
        found.append("/usr" if folder in (None, "/") else str(folder))
    # With the prefix /usr programs go to /usr/bin, which /bin may be too.
    return [*found, *_BINS] if "/usr" in found else found


def _cmake(call: "Call") -> str | None:
    words = [arg.shape for arg in call.args]
    if "--install" in words or "-P" in words:
        prefix = words.index("--prefix") + 1 if "--prefix" in words else 0
        works_here(call)
        _installed(call, {"prefix": words[prefix]} if 0 < prefix < len(words) else {})
        return None
    targets = []
    for index, word in enumerate(words[:-1]):
        if word in ("--target", "-t"):
            targets.append(words[index + 1])
    return _built(call, targets, {})


def _ninja(call: "Call") -> str | None:
    _, operands = call.options("Cfjkldtw")
    return _built(call, [arg.shape for arg in operands], {})


# Files that are written where an option says


def _outputs(call: "Call", options: "Sequence[str]") -> bool:
    """Put the files that the options name; whether there was one."""
    world = call.world
    found = False
    for index, arg in enumerate(call.args):
        name, equals, value = arg.shape.partition("=")
        if name not in options:
            continue
        found = True
        following = call.args[index + 1] if index + 1 < len(call.args) else None
        if equals:
            path = world.absolute(value) if "$" not in value else None
            path = None if arg.value is None else path
        else:
            path = world.place(following) if following is not None else None
        if path is None:
            world.murky((world.around(following or arg),), call.reason, adds=True)
        elif not path.startswith("/dev/"):
            # Keys are written with mode 0600, the rest as the umask says.
            entry = Entry("file", None, world.uid, world.gid)
            world.put(path, entry, call.reason, over=False)
    return found


def _openssl(call: "Call") -> str | None:
    named = _outputs(
        call, ("-out", "-keyout", "-CAserial", "-writerand", "-sigfile", "-pubout_file")
    )
    words = [arg.shape for arg in call.args]
    beside = ("-CAcreateserial", "-newkey", "-new", "-x509", "ca", "-newcert")
    if any(one in words for one in beside) or (not named and "-outdir" in words):
        # A key or a serial number goes beside the other files unless somebody says where.
        folders = [call.world.around(arg) for arg in call.args if "/" in arg.shape[1:]]
        if "-keyout" not in words or "-CAcreateserial" in words or "ca" in words:
            folders.append(call.world.cwd or "/")
            call.world.murky(folders, call.reason, adds=True)
    return None


def _ssh_keygen(call: "Call") -> str | None:
    world = call.world
    words = [arg.shape for arg in call.args]
    if "-A" in words:
        world.murky(("/etc/ssh",), call.reason, adds=True)
        return None
    options, _ = call.options("abBCDEFfGIJjKLlMmNnOPQRrSsTtVvWwYyZz")
    if "-f" not in options:
        home = world.home or "/"
        world.murky((f"{home.rstrip('/')}/.ssh",), call.reason, adds=True)
        return None
    name = options["-f"]
    path = world.absolute(name) if name else None
    if path is None:
        world.murky((world.cwd or "/",), call.reason, adds=True)
        return None
    found = world.contents.resolve(path)
    if not isinstance(found, str) or set(options) & {"-R", "-H", "-y", "-l", "-F"}:
        world.murky((path.rpartition("/")[0] or "/",), call.reason, adds=True)
        return None
    world.put(found, Entry("file", 0o600, world.uid, world.gid), call.reason)
    world.put(f"{found}.pub", Entry("file", 0o644, world.uid, world.gid), call.reason)
    return None


def _gpg(call: "Call") -> str | None:
    world = call.world
    home = world.home or "/"
    folders = [f"{home.rstrip('/')}/.gnupg", "/tmp"]
    for name in ("GNUPGHOME",):
        found = world.variable(name)
        value = found.value if isinstance(found, Known) else None
        if found is not None:
            path = world.absolute(value) if isinstance(value, str) else None
            folders.append(path or "/")
    for index, arg in enumerate(call.args):
        option, equals, value = arg.shape.partition("=")
        if option in ("--homedir", "--keyring", "--no-default-keyring-path"):
            text = value if equals else ""
            if not equals and index + 1 < len(call.args):
                text = call.args[index + 1].shape
            path = world.absolute(text) if text and "$" not in text else None
            folders.append((path or "/").rpartition("/")[0] or "/")
    world.murky(folders, call.reason, adds=True)
    named = _outputs(call, ("-o", "--output"))
    words = {arg.shape for arg in call.args}
    files = [arg for arg in call.args if not arg.shape.startswith("-")]
    makes = words & {"--dearmor", "--enarmor", "-c", "-e", "-s", "--encrypt", "--sign"}
    # Without a file it reads standard input and writes standard output.
    if not named and makes and files:
        world.murky((world.cwd or "/",), call.reason, adds=True)
        for arg in files:
            if "/" in arg.shape:
                world.murky((world.around(arg),), call.reason, adds=True)
    return None


_APACHE = _changes("/etc/apache2", "/var/lib/apache2")
_PHP = ("/usr/local/lib/php", "/usr/local/etc/php", "/usr/local/include/php", "/usr/src", "/tmp")


def _pecl(call: "Call") -> str | None:
    _adds(*_PHP, "/usr/lib/php", "/etc/php", "/usr/share", "/usr/local/share", "/var")(call)
    bins = (*_BINS, "/usr/local/bin")
    call.world.murky(bins, call.reason, adds=True, brings=not_a_system_tool, doubt=True)
    return None


def _reconfigure(call: "Call") -> str | None:
    """The maintainer script of an installed package runs again."""
    folders = ("/etc", "/var", "/usr/lib", "/usr/share")
    call.world.murky(folders, call.reason, but=("/etc/apt", "/var/lib/apt"), adds=True)
    return None


def _service(call: "Call") -> str | None:
    """A service that ran for a while: data, sockets, logs; its accounts were there before."""
    folders = ("/var/run", "/var/log", "/var/cache", "/var/spool", "/var/tmp", "/run", "/tmp")
    kept = ("/var/lib/apt", "/var/lib/dpkg")
    call.world.murky((*folders, "/var/lib", "/etc/systemd", "/etc/init.d"), call.reason, but=kept)
    return None


PROGRAMS: "dict[str, Callable[[Call], str | None]]" = {
    "a2dismod": _APACHE,
    "a2dissite": _APACHE,
    "a2enmod": _APACHE,
    "a2ensite": _APACHE,
    "busybox": _nothing,
    "cmake": _cmake,
    "debconf-set-selections": _adds("/var/cache/debconf", "/var/lib"),
    "docker-php-ext-configure": _adds(*_PHP),
    "docker-php-ext-enable": _adds(*_PHP),
    "docker-php-ext-install": _adds(*_PHP),
    "dpkg-reconfigure": _reconfigure,
    "fc-cache": _adds("/var/cache", "/usr/share/fonts", "/usr/local/share/fonts", "/root"),
    "ldconfig": _ldconfig,
    "locale-gen": _adds("/usr/lib/locale", "/var/lib/locales", "/etc/locale.gen", "/etc/default"),
    "make": _make,
    "ninja": _ninja,
    "gpg": _gpg,
    "openssl": _openssl,
    "pecl": _pecl,
    "phpize": works_here,
    "service": _service,
    "setcap": _nothing,
    "ssh-keygen": _ssh_keygen,
    "systemctl": _service,
    "update-alternatives": _alternatives,
    "update-ca-certificates": _certificates,
    "update-rc.d": _changes(
        "/etc/rc0.d",
        "/etc/rc1.d",
        "/etc/rc2.d",
        "/etc/rc3.d",
        "/etc/rc4.d",
        "/etc/rc5.d",
        "/etc/rc6.d",
        "/etc/rcS.d",
        "/etc/init.d",
    ),
}
