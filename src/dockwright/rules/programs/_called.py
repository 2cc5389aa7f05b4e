"""
Programs that a command calls, besides its own: git for a repository, a compiler for a source.

Sources: pip's documentation ("VCS Support": pip calls the program of the version control system);
npm's (`npm install`, "<git remote url>": cloned with git); `go help vcs` and Go's release notes
(before 1.13 there was no module proxy: `go get` calls git). The packages of `_SOURCES` publish no
wheel for Linux, as asked of PyPI for Python 3.8 and 3.12 on 2026-11-24 (psycopg2 did up to 2.7),
and what their `setup.py` looks for is in their documentation ("Build prerequisites", "Installing").
The gems of `_GEMS` have a C extension (`ext/**/extconf.rb` in their repositories), or need one that
has (jekyll and thin: eventmachine; puma and rails: nio4r), and no compiled gem for Linux.
`pecl install` runs phpize, which ends with `Cannot find autoconf` without it (php-src
`scripts/phpize.in`).
"""

from dockwright.rules.api import Command, ShellWord, Step, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

CALLERS = frozenset(("pip", "pip2", "pip3", "pipx", "npm", "go", "gem", "pecl", "phpize"))
_PIP_VCS = lazy(r"(?:[\w.-]+(?:\[[\w,.-]*\])?\s*@\s*)?(git|hg|svn|bzr)\+\w+://")
_NPM_VCS = lazy(r"(?:@?[\w./-]+@)?(?:git\+(?:https?|ssh|file)|git|ssh)://|git@[\w.-]+:")
_GO_VCS = lazy(r"(?:github\.com|golang\.org/x|gopkg\.in|google\.golang\.org|k8s\.io)/")
_OLD_GO = lazy(r"1\.(?:[0-9]|1[0-2])(?:[.-]|$)")
_NAME = lazy(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?:\[[\w,.-]*\])?(?:==([\d.]+))?")
_PIP = lazy(r"pip[23]?")
# A compiler is called by the name that Python and Ruby were built with (sysconfig, RbConfig): `gcc`
# in the official images, and elsewhere one of these.
_COMPILERS = ("gcc", "cc", "clang", "x86_64-linux-gnu-gcc", "aarch64-linux-gnu-gcc", "c99")
# What is compiled, from which version on, and what is looked for: one of each group.
_SOURCES: "dict[str, tuple[tuple[int, ...], tuple[tuple[str, ...], ...]]]" = {
    "mysqlclient": ((), (("pkg-config", "mysql_config", "mariadb_config"), _COMPILERS)),
    "psycopg2": ((2, 8), (("pg_config",), _COMPILERS)),
    "pyaudio": ((), (_COMPILERS,)),
    "pycrypto": ((), (_COMPILERS,)),
    "python-ldap": ((), (_COMPILERS,)),
    "uwsgi": ((), (_COMPILERS,)),
}
_GEMS = frozenset((
    "bcrypt", "eventmachine", "jekyll", "msgpack", "nio4r", "puma", "rails", "redcarpet", "thin",
    "unf_ext",
))  # fmt: skip
# Options and settings that say where packages come from, or in which form.
_ELSEWHERE = (
    "-f", "--find-links", "--no-index", "-i", "--index-url", "--extra-index-url", "--only-binary",
    "--prefer-binary",
)  # fmt: skip
_PIP_TAKES = ("-r", "--requirement", "-c", "--constraint", "-t", "--target", "--prefix", "--root")
_TOOLS = frozenset(("pip", "setuptools", "wheel", "bundler", "--upgrade", "-U", "virtualenv"))


class Called:
    """`names`, of which `command` needs one because of `word`."""

    __slots__ = ("names", "what", "word")

    def __init__(self, names: "tuple[str, ...]", word: ShellWord, what: str) -> None:
        self.names = names
        self.word = word
        self.what = what


def called(step: Step, command: Command) -> "Iterator[Called]":
    """What `command` certainly calls."""
    name = command.name
    if _PIP.fullmatch(name) or name == "pipx":
        yield from _pip(step, command)
    elif name == "npm":
        if command.runs("install") or command.runs("i"):
            for word in command.operands("--prefix", "-C", "--registry")[1:]:
                if word.value and _NPM_VCS.match(word.value):
                    yield Called(("git",), word, "npm clones it")
    elif name == "go":
        yield from _go(step, command)
    elif name in ("pecl", "phpize"):
        yield from _phpize(step, command)
    elif name == "gem" and command.runs("install"):
        yield from _gem(step, command)


def _pip(step: Step, command: Command) -> "Iterator[Called]":
    if not command.runs("install"):
        return
    for word in command.args:
        match = _PIP_VCS.match(word.value or "")
        if match:
            yield Called((match[1],), word, f"{command.name} clones it")
    text = step.stage.build.tree.source.text
    if command.name == "pipx" or command.has(*_ELSEWHERE, "--dry-run") or _settled(text):
        return
    for word in command.operands(*_PIP_TAKES)[1:]:
        match = _NAME.fullmatch(word.value or "")
        found = _SOURCES.get(match[1].lower().replace("_", "-")) if match else None
        if match is None or found is None:
            continue
        since, groups = found
        if since and match[2] and tuple(map(int, match[2].strip(".").split("."))) < since:
            continue
        if _earlier(step, command, "pip", match[1]):
            return
        for names in groups:
            yield Called(
                _names(step, names), word, f"{match[1]} is compiled here: it has no wheel for Linux"
            )


def _settled(text: str) -> bool:
    """Whether other settings may say how packages are built."""
    return any(one in text for one in ("PIP_", "pip.conf", "CC=", "ENV CC ", "MAKE"))


def _names(step: Step, names: "tuple[str, ...]") -> "tuple[str, ...]":
    parsed = step.stage.lineage()[-1].base.parsed
    official = parsed is not None and parsed.familiar in ("python", "ruby")
    return names[:1] if official and names is _COMPILERS else names


def _go(step: Step, command: Command) -> "Iterator[Called]":
    parsed = step.stage.lineage()[-1].base.parsed
    old = parsed is not None and parsed.familiar == "golang" and _OLD_GO.match(parsed.tag)
    if not old or not command.runs("get"):
        return
    if "GOPROXY" in step.stage.build.tree.source.text:
        return
    for word in command.operands("-ldflags", "-tags")[1:]:
        if word.value and _GO_VCS.match(word.value):
            yield Called(("git",), word, "go get clones it")
            return


def _phpize(step: Step, command: Command) -> "Iterator[Called]":
    if "PHP_AUTOCONF" in step.stage.build.tree.source.text or command.has("-B", "--nobuild"):
        return
    if command.name == "pecl" and (not command.runs("install") or len(command.operands()) < 2):
        return
    if command.has("--clean", "--help", "-h", "--version", "-v", "--pretend", "-D"):
        return
    word = command.words[0] if command.name == "phpize" else command.operands()[1]
    yield Called(("autoconf",), word, f"{command.name} calls it: extensions are compiled here")


def _gem(step: Step, command: Command) -> "Iterator[Called]":
    if _settled(step.stage.build.tree.source.text):
        return
    if command.has("-l", "--local", "-P", "--platform", "-s", "--source", "--clear-sources"):
        return
    for word in command.operands("-v", "--version", "-n", "-i", "--install-dir", "--bindir")[1:]:
        name = (word.value or "").partition(":")[0]
        if name not in _GEMS:
            continue
        if _earlier(step, command, "gem", name):
            return
        for names in (("make",), _COMPILERS):
            yield Called(_names(step, names), word, f"{name} has a part in C that is compiled here")


def _earlier(step: Step, command: Command, kind: str, name: str) -> bool:
    """Whether something before may have installed the package already."""
    text = step.stage.build.tree.source.text.lower()
    if any(f"{prefix}-{name.lower()}" in text for prefix in ("python", "python3", "py3", "ruby")):
        return True
    for stage in step.stage.lineage():
        for one in stage.steps:
            if one is step and stage is step.stage:
                break
            if one.name in ("COPY", "ADD") and any(flag.name == "from" for flag in one.node.flags):
                return True
            if one.name == "RUN" and any(_installs(other, kind) for other in one.commands):
                return True
    before = [one for one in step.commands if one.start < command.start]
    return any(_installs(one, kind) for one in before)


def _installs(command: Command, kind: str) -> bool:
    """Whether it installs more than tools for installing."""
    name = command.name
    if kind == "gem":
        if name in ("bundle", "bundler"):
            return True
        mine = name == "gem"
    else:
        if name in ("pipenv", "poetry", "uv", "conda", "mamba", "easy_install"):
            return True
        mine = _PIP.fullmatch(name) is not None or name.startswith("python")
    if not mine or not any(word.shape == "install" for word in command.args):
        return False
    rest = [word.shape for word in command.args if word.shape not in ("install", "-m", "pip")]
    return any(one.partition("=")[0] not in _TOOLS and not one.startswith("-") for one in rest)
