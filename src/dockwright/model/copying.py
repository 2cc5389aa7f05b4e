"""
What COPY, ADD and WORKDIR do to the file system.

Source of the rules: moby/buildkit `frontend/dockerfile/dockerfile2llb/convert_copy.go`,
`solver/llbsolver/file/backend.go`, `solver/llbsolver/ops/user_linux.go`, tonistiigi/fsutil
`copy/copy.go`, and builds with Docker 28.5.
"""

from dockwright.facts.contents import Contents, Entry, clean
from dockwright.facts.effects import ACCOUNTS, Murky, Put, Tree, UnknownFiles
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.people import Written, parse
from dockwright.model import permissions
from dockwright.model.files import ContentsFiles, ContextFiles, Excluding, followed, matching
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.facts.contents import Effect
    from dockwright.facts.effects import Files
    from dockwright.model.steps import Step
    from dockwright.syntax.ignore.matcher import Matcher

    Owner = tuple[int | None, int | None]
    Change = Callable[[Entry], int | None]

_ARCHIVE = lazy(r"\.(?:tar|tgz|tbz2?|txz|tzst|tar\.\w+)$")
_EXTENSION = lazy(r"[^/.][^/]*\.\w{1,8}$")
_GLOB = lazy(r"[*?\[]")
_OCTAL = lazy(r"[0-7]{1,4}$")
_REMOTE = lazy(r"(?:https?|git|ssh)://|git@")


class Copying:
    """
    One COPY or ADD: what it takes, where to, as whose.

    `failure` is why it certainly fails, None when it does not; `sure` says that it certainly
    succeeds. Both are told by `effects`.
    """

    __slots__ = (
        "above",
        "change",
        "contents",
        "dest",
        "failure",
        "into",
        "made_by",
        "owner",
        "reason",
        "soft",
        "step",
        "sure",
    )

    def __init__(self, step: "Step", contents: Contents) -> None:
        self.step = step
        self.contents = contents
        self.reason = Reason(f"this {step.name} puts it there", step.source, step.line_span)
        chown = step.node.flag("chown")
        # Without --chown a file of the context becomes root's, one of a stage stays whose it is.
        self.owner: Owner | None = (0, 0) if step.node.flag("from") is None else None
        if chown is not None and chown.value:
            value = step.expand(chown.value)
            self.owner = (
                owner_of(value.value, contents) if isinstance(value, Known) else (None, None)
            )
        self.made_by: Owner = self.owner if self.owner is not None else (0, 0)
        self.change, self.above = _change(step)
        self.failure: Reason | None = None
        self.sure = True
        self.soft = False
        self.dest, self.into = self._destination()
        if chown is not None and not (chown.value or "").replace(":", "").isdigit():
            # Some engines look for the names in files that must be there.
            self.sure = all(contents.exists(path) is True for path in ACCOUNTS.values())

    def _destination(self) -> tuple[str | None, bool]:
        words = self.step.words
        found = self.step.expand(words[-1].value) if words else None
        if not isinstance(found, Known):
            return None, False
        self.soft = not found.firm
        path = found.value
        # Several sources do not make it a directory: without a slash the last file wins.
        into = path.endswith(("/", "/.")) or path in (".", "")
        if not path.startswith("/"):
            workdir = self.step.before.workdir
            if not isinstance(workdir, Known):
                return None, into
            path = f"{workdir.value or '/'}/{path}"
        resolved = self.contents.resolve(clean(path))
        if self.step.node.flag("link") is not None and resolved != clean(path):
            return None, into  # a layer of its own knows nothing of links in the others
        return (resolved if isinstance(resolved, str) else None), into

    def effects(self) -> "list[Effect]":
        """What it does, in order."""
        if self.dest is None:
            self.sure = False
            return [Murky(("/",), self.reason, adds=True)]
        found: list[Effect] = []
        for word in self.step.words[:-1]:
            found += self._source(word.value)
        if self.soft:
            # Another build argument may be given than the default.
            self.failure, self.sure = None, False
        return found

    def _source(self, written: str) -> "list[Effect]":
        step = self.step
        if written.startswith("<<"):
            return self._heredoc(written)
        expanded = step.expand(written)
        source = expanded.value if isinstance(expanded, Known) else None
        if isinstance(expanded, Known) and not expanded.firm:
            self.soft = True
        if source is None or step.node.flag("parents"):
            return self._anything()
        if step.name == "ADD" and _REMOTE.match(source):
            return self._remote(source)
        if step.node.flag("from") is not None:
            return self._from_stage(source)
        return self._from_context(source)

    def _heredoc(self, written: str) -> "list[Effect]":
        from dockwright.syntax.dockerfile.heredoc import opening

        begin = opening(written)
        name = begin.name if begin is not None else ""
        entry = self._entry(Entry("file", 0o644, 0, 0))
        found = self._file(name, entry) if name else self._unsure()
        last = found[-1] if found else None
        for heredoc in self.step.node.heredocs:
            for kind, path in ACCOUNTS.items():
                if isinstance(last, Put) and last.path == path and heredoc.name == name:
                    values = parse(kind, heredoc.content) if "$" not in heredoc.content else None
                    if values is not None and not heredoc.chomp:
                        found.append(Written(kind, values, self.reason))
        return found

    def _remote(self, source: str) -> "list[Effect]":
        self.sure = False
        name = source.rpartition("/")[2].partition("?")[0]
        if source.endswith(".git") or ".git#" in source or source.startswith("git"):
            return self._anything()
        if not name:
            return self._unsure()
        return self._file(name, self._entry(Entry("file", 0o600, 0, 0)))

    def _entry(self, entry: Entry) -> Entry:
        """A file of the context as the image has it."""
        entry = entry.having(uid=self.made_by[0], gid=self.made_by[1])
        return entry if self.change is None else entry.having(mode=self.change(entry))

    # Out of the context

    def _from_context(self, source: str) -> "list[Effect]":
        build = self.step.stage.build
        listing = build.listing
        path = clean(source)[1:]
        if listing is None:
            self.sure = False
            if self.step.name == "ADD" and _ARCHIVE.search(path):
                return self._anything()
            if _EXTENSION.search(path) and not _GLOB.search(path):
                entry = self._entry(Entry("file", None, 0, 0))
                return self._file(path.rpartition("/")[2], entry)
            return self._unsure()
        if _GLOB.search(path):
            names = matching(listing, path)
            if names is None:
                self.sure = False
                return self._unsure()
            return [effect for name in names for effect in self._listed(name, matched=True)]
        return self._listed(path)

    def _listed(self, path: str, *, matched: bool = False) -> "list[Effect]":
        """The file or directory at `path` of the context; `matched` when a pattern found it."""
        build = self.step.stage.build
        assert build.listing is not None
        real = followed(build.listing, path)
        kind = build.listing.kind(real) if real is not None else None
        if real is None:
            self.sure = False
            return self._anything()
        files = ContextFiles(
            build.listing, build.ignore, real, self.reason, owner=self.made_by, mode=self.change
        )
        found = files.find("")
        gone = kind is None or (isinstance(found, Known) and found.value is None)
        if gone and matched:
            return []
        if gone or not isinstance(found, Known):
            return self._left_out(path, certain=gone or not _exceptions(self.step))
        if self.step.name == "ADD" and kind == "file" and _ARCHIVE.search(path):
            self.sure = False
            return self._unpacked(real) or self._anything()
        if kind == "dir":
            return self._tree(files)
        return self._file(path.rpartition("/")[2], found.value)

    def _unpacked(self, path: str) -> "list[Effect]":
        """What ADD makes of an archive of the context; nothing when that is not known."""
        from dockwright.model.unpacking import Unpacking, read

        build = self.step.stage.build
        flags = [self.step.node.flag(name) for name in ("exclude", "unpack", "chmod")]
        assert build.listing is not None
        archive = read(build.listing.members(path))
        if archive is None or self.dest is None or any(flag is not None for flag in flags):
            return []
        chown = self.step.node.flag("chown") is not None
        entries = {}
        for name, member in archive.members.items():
            owner = self.owner if chown else member.owner
            if owner is None or member.mode is None:
                return []  # only tar says whose its files are
            entries[name] = member.entry(member.mode, owner)
        made_by = (None, None) if chown else (0, 0)
        return [Unpacking(self.dest, entries, self.reason, owner=made_by)]

    def _left_out(self, path: str, *, certain: bool) -> "list[Effect]":
        self.sure = False
        if certain and self.failure is None:
            text = f"{path} is not in the build context"
            self.failure = Reason(text, self.step.source, self.step.line_span)
        if self.step.name == "ADD" and _ARCHIVE.search(path):
            return self._anything()
        return self._unsure(name=path.rpartition("/")[2])

    # Out of a stage or an image

    def _from_stage(self, source: str) -> "list[Effect]":
        other = self._other()
        path = clean(source)
        name = unsure = path.rpartition("/")[2]
        if source.endswith("/") or (self.dest == "/" and "." not in name):
            # A directory, most likely a root file system: its files have other names.
            unsure = ""
        if other is None:
            self.sure = False
            return self._unsure(name=unsure)
        if _GLOB.search(path):
            self.sure = False
            return self._anything()
        files = ContentsFiles(other, path, owner=self.owner, mode=self.change)
        found = files.find("")
        if not isinstance(found, Known):
            self.sure = False
            if self.into:
                return self._unsure(name=unsure)
            return [self._laid(files, merges=False)]
        entry = found.value
        if entry is None:
            self.sure = False
            if found.firm and self.failure is None:
                flag = self.step.node.flag("from")
                text = f"{path} is not in {flag.value if flag is not None else 'the stage'}"
                self.failure = Reason(text, self.step.source, self.step.line_span)
            return self._unsure(name=unsure)
        if entry.kind == "dir":
            return self._tree(files)
        if entry.kind == "any":
            self.sure = False
            return self._unsure(name=unsure)
        resolved = other.resolve(path)
        return self._file(name, entry, (other, resolved if isinstance(resolved, str) else ""))

    def _other(self) -> Contents | None:
        """The file system that `--from` names, None when nothing is known of it."""
        flag = self.step.node.flag("from")
        return other_contents(self.step, flag.value or "") if flag is not None else None

    # Where to

    def _laid(self, files: "Files", *, merges: bool) -> Tree:
        assert self.dest is not None
        flags = [flag.value for flag in self.step.node.flags if flag.name == "exclude"]
        if flags:
            self.sure = False
            patterns = [value or "*" for value in flags]
            files = Excluding(files, patterns, self.reason, _matcher(files, patterns))
        return Tree(
            self.dest, files, self.reason, owner=self.made_by, above=self.above, merges=merges
        )

    def _tree(self, files: "Files") -> "list[Effect]":
        """The contents of a directory; the directory itself is not copied."""
        there = self.contents.stat(self.dest or "/")
        if not isinstance(there, Known) or (there.value and there.value.kind != "dir"):
            self.sure = False
        return [self._laid(files, merges=True)]

    def _anything(self) -> "list[Effect]":
        """Files nobody can list."""
        self.sure = False
        return [self._laid(UnknownFiles(self.reason), merges=self.into)]

    def _file(
        self, name: str, entry: Entry, origin: "tuple[Contents, str] | None" = None
    ) -> "list[Effect]":
        """A file: into a directory, or as the destination itself."""
        dest = self.dest
        assert dest is not None
        there = self.contents.stat(dest)
        entry_there = there.value if isinstance(there, Known) and there.firm else None
        if self.into and entry_there is not None and entry_there.kind == "file":
            text = f"{dest} is a file, not a directory"
            self.failure = Reason(text, self.step.source, self.step.line_span)
        is_dir = self.into or (
            isinstance(there, Known) and there.value is not None and there.value.kind == "dir"
        )
        if is_dir:
            path = f"{dest.rstrip('/')}/{name}"
        elif isinstance(there, Known) and (there.value is None or there.value.kind == "file"):
            path = dest
        else:
            return self._anything()
        exists = self.contents.exists(path)
        # What stands there already may be a link, or a directory that no file can replace.
        self.sure = self.sure and exists is False
        same = origin[0] if origin is not None and origin[1] == path else None
        return [
            Put(
                path,
                entry,
                self.reason,
                fresh=exists is False,
                owner=self.made_by,
                above=self.above,
                origin=same,
            )
        ]

    def _unsure(self, name: str = "") -> "list[Effect]":
        """A file or the files of a directory, nobody knows which."""
        self.sure = False
        dest = self.dest
        assert dest is not None
        if not name or not self.into:
            return self._anything()
        from dockwright.model.effects import not_a_system_tool

        def brings(one: str) -> bool:
            return one == name or not_a_system_tool(one)

        return [Murky((dest,), self.reason, adds=True, brings=brings, doubt=True)]


def _matcher(files: "Files", patterns: "list[str]") -> "Matcher | None":
    """What `--exclude` leaves out, None when its patterns may mean something else."""
    whole = isinstance(files, ContextFiles) and not files.path
    if any(one[:1] in ("!", "/", "#", " ", "") or "$" in one or "\\" in one for one in patterns):
        return None
    if not whole and not all(one.startswith("**/") for one in patterns):
        return None
    from dockwright.syntax.ignore.matcher import Matcher
    from dockwright.syntax.ignore.parser import parse as parse_ignore

    matcher = Matcher(parse_ignore("\n".join(patterns)).patterns)
    return None if matcher.rejected else matcher


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


def _exceptions(step: "Step") -> bool:
    """Whether the .dockerignore has patterns that bring something back."""
    ignore = step.stage.build.ignore
    return ignore is not None and any(one.negated for one in ignore.patterns)


def owner_of(text: str, contents: Contents) -> "Owner":
    """
    Whose a file is that COPY makes with `--chown=text`, or a directory that WORKDIR makes.

    A number stands for the group too, a user's name brings its group, a name nobody has means 0;
    a group nobody has changes nothing.
    """
    user, _, group = text.partition(":")
    uid, gid = _account(contents, "user", user)
    if group:
        number, _ = _account(contents, "group", group)
        found = None if group.isdigit() else contents.account("group", group)
        if not (isinstance(found, Known) and found.value is None):
            gid = number
    return uid, gid


def _account(contents: Contents, kind: str, name: str) -> "Owner":
    if name.isascii() and name.isdigit():
        return int(name), int(name)
    if not name:
        return 0, 0
    found = contents.account(kind, name)
    if not isinstance(found, Known):
        return None, None
    if found.value is None:
        return 0, 0
    return found.value.number, found.value.gid


def _change(step: "Step") -> "tuple[Change | None, int | None]":
    """What --chmod makes of a mode, and the mode of the directories that are made on the way."""
    flag = step.node.flag("chmod")
    if flag is None or not flag.value:
        return None, 0o755
    value = step.expand(flag.value)
    if not isinstance(value, Known):
        return (lambda _: None), None
    above = int(value.value, 8) & 0o777 if _OCTAL.match(value.value) else 0o755
    return permissions.change(value.value), above


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
