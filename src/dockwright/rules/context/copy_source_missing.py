"""DW5501 copy-source-missing."""

from dockwright.rules.api import (
    Bad,
    Build,
    Draft,
    Findings,
    Good,
    Known,
    Rule,
    Step,
    Taken,
    clean,
    contents_from,
    followed,
    from_context,
    near,
    unsafe,
)
from dockwright.rules.context._sources import (
    WILDCARD,
    by_hand,
    complete,
    made_elsewhere,
    reachable,
    settled,
)

# Lock files that a project may not have, with the commands that cannot do without.
_LOCKS = {
    "go.sum": (),
    "package-lock.json": ("npm ci", "npm clean-install"),
    "npm-shrinkwrap.json": ("npm ci", "npm clean-install"),
    "yarn.lock": ("--frozen-lockfile", "--immutable"),
    "pnpm-lock.yaml": ("--frozen-lockfile", "pnpm fetch"),
    "bun.lockb": ("--frozen-lockfile",),
    "bun.lock": ("--frozen-lockfile",),
    "poetry.lock": (),
    "uv.lock": ("--frozen", "--locked"),
    "Pipfile.lock": ("pipenv sync", "--deploy"),
    "Gemfile.lock": ("--deployment", "--frozen", "deployment", "frozen"),
    "composer.lock": (),
    "Cargo.lock": ("--locked", "--frozen"),
}
_GO = "FROM golang:1.22\nWORKDIR /app\n"


class CopySourceMissing(Rule):
    """
    Copy only what there is.

    A `COPY` of a literal path that is not in the build context, or not in the stage or image that
    `--from` names, stops the build: `"/go.sum": not found`. A lock file that a project need not
    have can be written as a pattern (`go.sum*`), which copies nothing when there is none.

    Silent when the build context is not known, or may be another folder: when fewer of the sources
    are in it than not, or when one would be there without its first folder. Silent too about names
    that a build before this one makes (`dist/`, `target/*.jar`, a compiled program), about
    what .dockerignore keeps out (copy-of-ignored-file speaks of it), about stages that the build
    does not need, and when the model does not know what is in a stage.
    """

    code = "DW5501"
    name = "copy-source-missing"
    severity = "error"
    tags = ("copy", "context")

    examples = (
        Bad(
            _GO + "COPY go.mod go.sum ./\nRUN go mod download\n",
            at="go.sum",
            fixed=_GO + "COPY go.mod go.sum* ./\nRUN go mod download\n",
            config={"context": {"go.mod": 0o644, "main.go": 0o644}},
        ),
        Bad(
            "FROM node:20-slim\nCOPY package.json package-lock.json ./\nRUN npm ci\n",
            at="package-lock.json",
            config={"context": {"package.json": 0o644}},
        ),
        Bad(
            "FROM python:3.12-slim\nCOPY requirement.txt .\nCOPY main.py .\n",
            at="requirement.txt",
            fixed="FROM python:3.12-slim\nCOPY requirements.txt .\nCOPY main.py .\n",
            config={"context": {"requirements.txt": 0o644, "main.py": 0o644}},
        ),
        Bad(
            "FROM alpine:3.20\nCOPY conf.d/*.conf run.sh /etc/app/\n",
            at="conf.d/*.conf",
            config={"context": {"run.sh": 0o755}},
        ),
        Bad(
            "FROM scratch AS files\nCOPY a.txt /srv/a.txt\n"
            "FROM alpine:3.20\nCOPY --from=files /srv/b.txt /b.txt\n",
            at="/srv/b.txt",
        ),
        Good(
            _GO + "COPY go.mod go.sum* ./\nRUN go mod download\n",
            config={"context": {"go.mod": 0o644}},
        ),
        # The context is another folder.
        Good(
            "FROM python:3.12-slim\nCOPY api/requirements.txt .\nCOPY api/main.py .\n",
            config={"context": {"requirements.txt": 0o644, "main.py": 0o644}},
        ),
        Good(
            "FROM python:3.12-slim\nCOPY setup.cfg setup.py tox.ini ./\n",
            config={"context": {"setup.py": 0o644}},
        ),
        # A build before this one makes it.
        Good(
            "FROM eclipse-temurin:21\nCOPY run.sh .\nCOPY target/app.jar /app.jar\nCOPY server /\n",
            config={"context": {"run.sh": 0o755}},
        ),
        Good(
            "FROM alpine:3.20\nCOPY a.py b.py /\n",
            config={"context": {"a.py": 0o644}, "dockerignore": "b.py\n"},
        ),
        Good("FROM alpine:3.20\nCOPY a.py b.py /\n"),
        Good("FROM example.org/b:1 AS b\nFROM alpine:3.20\nCOPY --from=b /srv/b.txt /b.txt\n"),
        Good(
            "FROM alpine:3.20\nCOPY a.py /\nFROM alpine:3.20\nCOPY b.py c.py /\n"
            "ADD https://example.com/x.py /\n",
            config={"context": {"b.py": 0o644, "c.py": 0o644}},
        ),
    )

    def check(self, build: Build) -> Findings:
        if build.problems:
            return
        sure: bool | None = None if build.listing is not None else False
        whole: bool | None = None
        for stage in build.stages:
            if not stage.built or stage.os != "linux":
                continue
            for step in stage.steps:
                if step.name not in ("COPY", "ADD", "RUN") or step.onbuild:
                    continue
                if step.node.flag("from") is not None and step.name == "COPY":
                    drafts = list(self._from_stage(step))
                    if drafts and whole is None:
                        whole = complete(build)
                    if whole:
                        yield from drafts
                    continue
                if sure is False:
                    continue
                for taken in from_context(step):
                    if not self._missing(build, taken):
                        continue
                    if sure is None:
                        sure = settled(build)
                    other = _meant(build, taken)
                    if sure or other is not None:
                        yield self._context(build, taken, other)

    @staticmethod
    def _missing(build: Build, taken: Taken) -> bool:
        """Whether what is taken is certainly not in the context."""
        path = taken.path
        if taken.glob:
            # BuildKit looks into the folder before the first wildcard, and it must be there.
            head = path[: WILDCARD.search(path).start()]  # type: ignore[union-attr]
            path = head.rpartition("/")[0]
        listing, ignore = build.listing, build.ignore
        if not path or listing is None or ignore is None or "\\" in path:
            return False
        if listing.kind(path) is not None or made_elsewhere(taken.path if taken.glob else path):
            return False
        if ignore.visit(path).excluded or not reachable(build, path):
            return False
        return not by_hand(build, path)

    def _context(self, build: Build, taken: Taken, other: str | None) -> Draft:
        hint = f"; `{other}` is" if other is not None else ""
        what = taken.path
        if taken.glob:
            what = what[: WILDCARD.search(what).start()].rpartition("/")[0]  # type: ignore[union-attr]
        draft = self.at(
            taken.span,
            f"`{what}` is not in the build context: the build stops here{hint}",
            taken.because,
        )
        needs = _LOCKS.get(taken.name)
        plain = taken.literal and not taken.step.node.is_json
        if other is not None and plain and taken.written == taken.path:
            draft.fix(f"copy `{other}`", unsafe(taken.step.replace(taken.span, other)))
        elif needs is not None and plain and not _locked(build, needs):
            draft.fix(
                "copy it only when it is there",
                unsafe(taken.step.insert(taken.span.end, "*")),
            )
        return draft

    def _from_stage(self, step: Step) -> Findings:
        flag = step.node.flag("from")
        if flag is None or not flag.value or step.node.flag("parents") is not None:
            return
        contents = contents_from(step, flag.value)
        if contents is None:
            return
        for word in step.words[:-1]:
            found = step.expand(word.value)
            if not isinstance(found, Known) or not isinstance(found.value, str):
                continue
            path = clean(found.value)
            wild = WILDCARD.search(path)
            if wild is not None:
                path = path[: wild.start()].rpartition("/")[0] or "/"
            there = contents.stat(path)
            if not isinstance(there, Known) or there.value is not None:
                continue
            if _named(step, flag.value, path):
                continue
            because = [there.reason]
            if found.value != word.value:
                because.append(found.reason)
            yield self.at(
                word,
                f"`{path}` is not in {flag.value}: the build stops here",
                because,
            )


def _named(step: Step, name: str, path: str) -> bool:
    """Whether a RUN of that stage speaks of `path`, or has an unknown program work above it."""
    stage = step.stage.build.stage_named(name)
    folders = []
    whole = path
    while path.count("/") > 1:
        path = path.rpartition("/")[0]
        folders.append(path)
    for one in stage.lineage() if stage is not None else ():
        for run in one.steps:
            for command in run.commands if run.name == "RUN" else ():
                text = " ".join(word.text for word in command.words)
                if whole in text:
                    return True
                if not followed(command.name) and any(folder in text for folder in folders):
                    return True
    return False


def _meant(build: Build, taken: Taken) -> str | None:
    """The path one could have meant: another spelling of the last part."""
    if taken.glob or not taken.path or build.listing is None:
        return None
    folder, _, name = taken.path.rpartition("/")
    names = build.listing.names(folder)
    if names is None or name in _LOCKS or len(name) < 4:
        return None
    found = near(name, names)
    if found is None or found.rpartition(".")[2].lower() != name.rpartition(".")[2].lower():
        return None
    return f"{folder}/{found}" if folder else found


def _locked(build: Build, needs: "tuple[str, ...]") -> bool:
    """Whether a command of the file fails without the lock file."""
    for stage in build.stages:
        for step in stage.steps:
            for command in step.commands if step.name == "RUN" and needs else ():
                text = " ".join(word.shape for word in command.words)
                if any(need in text for need in needs):
                    return True
    return False
