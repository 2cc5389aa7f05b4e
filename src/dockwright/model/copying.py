"""
What COPY, ADD and WORKDIR do to the file system.

Source of the rules: moby/buildkit `frontend/dockerfile/dockerfile2llb/convert_copy.go`, seen in
builds with Docker 28.5 (owner 0:0 whatever USER says; an unknown name in `--chown` means 0).
"""

from fnmatch import fnmatchcase

from dockwright.facts.contents import Contents, Entry, clean
from dockwright.facts.effects import Murky, Put, Tree, UnknownFiles
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.model import permissions
from dockwright.model.files import ContentsFiles, ContextFiles
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.facts.contents import Effect
    from dockwright.model.steps import Step

    Owner = tuple[int | None, int | None]
    Change = Callable[[Entry], int | None]

_ARCHIVE = lazy(r"\.(?:tar|tgz|tbz2?|txz|tzst|tar\.\w+)$")
_EXTENSION = lazy(r"[^/.][^/]*\.\w{1,8}$")
_GLOB = lazy(r"[*?\[]")
_REMOTE = lazy(r"(?:https?|git|ssh)://|git@")


class Copying:
    """One COPY or ADD: what it takes, where to, as whose."""

    __slots__ = ("change", "contents", "dest", "into", "owner", "reason", "step")

    def __init__(self, step: "Step", contents: Contents) -> None:
        self.step = step
        self.contents = contents
        self.reason = Reason(f"this {step.name} puts it there", step.source, step.line_span)
        self.owner = _owner(step, contents)
        self.change = _change(step)
        self.dest, self.into = self._destination()

    def _destination(self) -> tuple[str | None, bool]:
        words = self.step.words
        found = self.step.expand(words[-1].value) if words else None
        if not isinstance(found, Known):
            return None, False
        path = found.value
        into = path.endswith(("/", "/.")) or path in (".", "") or len(words) > 2
        if not path.startswith("/"):
            workdir = self.step.before.workdir
            if not isinstance(workdir, Known):
                return None, into
            path = f"{workdir.value or '/'}/{path}"
        resolved = self.contents.resolve(clean(path))
        return (resolved if isinstance(resolved, str) else None), into

    def effects(self) -> "list[Effect]":
        """What it does, in order."""
        if self.dest is None:
            return [Murky(("/",), self.reason, adds=True)]
        found: list[Effect] = []
        for word in self.step.words[:-1]:
            found += self._source(word.value)
        return found

    def _source(self, written: str) -> "list[Effect]":
        step, dest = self.step, self.dest
        assert dest is not None
        if written.startswith("<<"):
            return self._heredoc(written)
        expanded = step.expand(written)
        source = expanded.value if isinstance(expanded, Known) else None
        if source is None or step.node.flag("exclude") or step.node.flag("parents"):
            return [Tree(dest, UnknownFiles(self.reason), self.reason)]
        if step.name == "ADD":
            special = self._added(source)
            if special is not None:
                return special
        if step.node.flag("from") is not None:
            return self._from_stage(source)
        return self._from_context(source)

    def _heredoc(self, written: str) -> "list[Effect]":
        from dockwright.syntax.dockerfile.heredoc import opening

        begin = opening(written)
        name = begin.name if begin is not None else None
        entry = Entry("file", 0o644, *self.owner)
        if self.change is not None:
            entry = entry.having(mode=self.change(entry))
        return self._file(name, entry) if name else self._unsure()

    def _added(self, source: str) -> "list[Effect] | None":
        dest = self.dest
        assert dest is not None
        if _REMOTE.match(source):
            name = source.rpartition("/")[2].partition("?")[0]
            if source.endswith(".git") or ".git#" in source or source.startswith("git"):
                return [Tree(dest, UnknownFiles(self.reason), self.reason)]
            if not name:
                return self._unsure()
            entry = Entry("file", 0o600, *self.owner)
            if self.change is not None:
                entry = entry.having(mode=self.change(entry))
            return self._file(name, entry)
        if _ARCHIVE.search(source) or _GLOB.search(source):
            return [Tree(dest, UnknownFiles(self.reason), self.reason)]
        return None

    # Out of the context

    def _from_context(self, source: str) -> "list[Effect]":
        build = self.step.stage.build
        dest = self.dest
        assert dest is not None
        listing = build.listing
        path = clean(source)[1:]
        if listing is None:
            if _EXTENSION.search(path) and not _GLOB.search(path):
                entry = Entry("file", None, *self.owner)
                if self.change is not None:
                    entry = entry.having(mode=self.change(entry))
                return self._file(path.rpartition("/")[2], entry)
            return self._unsure()
        if _GLOB.search(path):
            names = self._matching(path)
            if names is None:
                return self._unsure()
            return [effect for name in names for effect in self._listed(name)]
        return self._listed(path)

    def _matching(self, pattern: str) -> "list[str] | None":
        listing = self.step.stage.build.listing
        folder, _, last = pattern.rpartition("/")
        if listing is None or _GLOB.search(folder):
            return None
        names = listing.names(folder)
        if names is None:
            return []
        return [f"{folder}/{name}" if folder else name for name in names if fnmatchcase(name, last)]

    def _listed(self, path: str) -> "list[Effect]":
        build = self.step.stage.build
        assert build.listing is not None
        assert self.dest is not None
        files = ContextFiles(
            build.listing,
            build.ignore,
            path,
            self.reason,
            owner=self.owner,
            mode=self.change,
        )
        kind = build.listing.kind(path)
        if kind == "dir":
            return [Tree(self.dest, files, self.reason)]
        found = files.find("")
        if kind is None or not isinstance(found, Known) or found.value is None:
            return []
        return self._file(path.rpartition("/")[2], found.value)

    # Out of a stage or an image

    def _from_stage(self, source: str) -> "list[Effect]":
        dest = self.dest
        assert dest is not None
        other = self._other()
        path = clean(source)
        if other is None:
            return self._unsure(name=path.rpartition("/")[2])
        if _GLOB.search(path):
            return [Tree(dest, UnknownFiles(self.reason), self.reason)]
        files = ContentsFiles(other, path, owner=self.owner, mode=self.change)
        found = files.find("")
        if not isinstance(found, Known):
            name = path.rpartition("/")[2]
            return self._unsure(name=name) if self.into else [Tree(dest, files, self.reason)]
        entry = found.value
        if entry is None:
            return []
        if entry.kind == "dir":
            return [Tree(dest, files, self.reason)]
        return self._file(path.rpartition("/")[2], entry)

    def _other(self) -> Contents | None:
        """The file system that `--from` names, None when nothing is known of it."""
        flag = self.step.node.flag("from")
        return other_contents(self.step, flag.value or "") if flag is not None else None

    # Where to

    def _file(self, name: str, entry: Entry) -> "list[Effect]":
        """A file: into a directory, or as the destination itself."""
        dest = self.dest
        assert dest is not None
        there = self.contents.stat(dest)
        is_dir = self.into or (
            isinstance(there, Known) and there.value is not None and there.value.kind == "dir"
        )
        if is_dir:
            path = f"{dest.rstrip('/')}/{name}"
        elif isinstance(there, Known) and (there.value is None or there.value.kind == "file"):
            path = dest
        else:
            return [Tree(dest, UnknownFiles(self.reason), self.reason)]
        fresh = self.contents.exists(path) is False
        return [Put(path, entry, self.reason, fresh=fresh)]

    def _unsure(self, name: str = "") -> "list[Effect]":
        """A file or the files of a directory, nobody knows which."""
        dest = self.dest
        assert dest is not None
        if not name or not self.into:
            return [Tree(dest, UnknownFiles(self.reason), self.reason)]
        from dockwright.model.effects import not_a_system_tool

        def brings(one: str) -> bool:
            return one == name or not_a_system_tool(one)

        return [Murky((dest,), self.reason, adds=True, brings=brings, doubt=True)]


def other_contents(step: "Step", written: str) -> Contents | None:
    """The file system of the stage or image that `written` names; None when it is not known."""
    build = step.stage.build
    if written.lower() in build.contexts:
        return None
    expanded = build.expand_global(written, step.span) if "$" in written else None
    name = written if expanded is None else (expanded.value if isinstance(expanded, Known) else "")
    stage = build.stage_named(name)
    if stage is not None:
        if stage.index >= step.stage.index:
            return None
        return stage.files.contents(len(stage.steps))
    facts = build.facts.image(name) if name else None
    return facts.contents if facts is not None else None


def _owner(step: "Step", contents: Contents) -> "Owner":
    flag = step.node.flag("chown")
    if flag is None or not flag.value:
        return 0, 0
    value = step.expand(flag.value)
    if not isinstance(value, Known):
        return None, None
    user, colon, group = value.value.partition(":")
    uid = _number(contents, "user", user)
    if not colon or not group:
        # Without a group a number stands for both; a name brings its own group.
        if user.isdigit():
            return uid, uid
        found = contents.account("user", user)
        if isinstance(found, Known):
            return uid, found.value.gid if found.value is not None else 0
        return uid, None
    return uid, _number(contents, "group", group)


def _number(contents: Contents, kind: str, name: str) -> int | None:
    if name.isascii() and name.isdigit():
        return int(name)
    if not name:
        return 0
    found = contents.account(kind, name)
    if not isinstance(found, Known):
        return None
    if found.value is None:
        return 0
    number: int | None = found.value.number
    return number


def _change(step: "Step") -> "Change | None":
    flag = step.node.flag("chmod")
    if flag is None or not flag.value:
        return None
    value = step.expand(flag.value)
    if not isinstance(value, Known):
        return lambda _: None
    return permissions.change(value.value)


def workdir(step: "Step", contents: Contents, owner: "Owner") -> "list[Effect]":
    """WORKDIR makes the directory, owned by the current user (seen with BuildKit)."""
    found = step.after.workdir
    reason = Reason("this WORKDIR makes it", step.source, step.span)
    if not isinstance(found, Known):
        return [Murky(("/",), reason, adds=True)]
    path = contents.resolve(found.value or "/")
    if isinstance(path, Unknown):
        return [Murky((found.value,), reason, adds=True)]
    fresh = contents.exists(path) is False
    entry = Entry("dir", 0o755, *owner)
    return [Put(path, entry, reason, fresh=fresh, over=False, owner=owner)]
