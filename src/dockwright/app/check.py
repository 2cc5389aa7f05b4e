"""Checking files: what `dockwright check` does, without a word printed."""

import os

from dockwright.app import context, discover
from dockwright.check import cache
from dockwright.config.load import Configs
from dockwright.text.source import Source, decode
from dockwright.text.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from dockwright.app.listing import DiskListing
    from dockwright.app.markdown import Fence
    from dockwright.app.projects import Projects
    from dockwright.check.registry import Entry
    from dockwright.check.run import Plan, RuleCrash
    from dockwright.config.schema import Config
    from dockwright.facts.port import FactSource
    from dockwright.findings.finding import Finding
    from dockwright.model.composition import Composition
    from dockwright.model.files import Listing
    from dockwright.model.stages import Build


class Options(Value):
    """
    What the command line says about a check.

    `config` is a configuration file that replaces the search for one; `overrides` are settings
    that replace those of the configuration; `context` is the build context's folder; `shellcheck`
    is "auto", "on" or "off"; `engine` asks a local container engine what is in base images;
    `markdown` also looks into the code fences of Markdown files; `jobs`
    is the number of processes, 0 for one per processor; `given` is said of Compose projects.
    """

    __slots__ = (
        "cache",
        "config",
        "context",
        "engine",
        "given",
        "jobs",
        "markdown",
        "overrides",
        "shellcheck",
    )

    def __init__(
        self,
        *,
        config: str | None = None,
        overrides: "dict[str, Any] | None" = None,
        context: str | None = None,
        engine: bool = False,
        cache: bool = True,
        shellcheck: str = "auto",
        markdown: bool = False,
        jobs: int = 0,
        given: "Projects | None" = None,
    ) -> None:
        self.config = config
        self.overrides = overrides or {}
        self.context = context
        self.engine = engine
        self.cache = cache
        self.shellcheck = shellcheck
        self.markdown = markdown
        self.jobs = jobs
        self.given = given


class Checked(Value):
    """
    What checking one file gave.

    `text` is the file's text, None when it could not be read; `error` says why, or which of our
    rules failed. `suppressed` counts the findings that comments silenced. `others` are the texts of
    the other files that findings stand in, by name.
    """

    __slots__ = ("error", "findings", "name", "others", "suppressed", "text")

    def __init__(
        self,
        name: str,
        text: str | None,
        findings: "Sequence[Finding]",
        suppressed: int = 0,
        error: str | None = None,
        others: "dict[str, str] | None" = None,
    ) -> None:
        self.name = name
        self.text = text
        self.others = others or {}
        self.findings = tuple(findings)
        self.suppressed = suppressed
        self.error = error

    @property
    def source(self) -> Source:
        """The file as a source."""
        return Source(self.name, self.text or "")


class _Read:
    """A file with its surroundings: the ignore file, and the folder that is the context."""

    __slots__ = ("_listing", "folder", "ignore", "source")

    def __init__(self, source: Source, ignore: bytes | None, folder: str | None) -> None:
        self.source = source
        self.ignore = ignore
        self.folder = folder
        self._listing: DiskListing | None = None

    @property
    def listing(self) -> "DiskListing | None":
        """The build context, None when it is not known which folder that is."""
        if self._listing is None and self.folder is not None:
            from dockwright.app.listing import DiskListing

            self._listing = DiskListing(self.folder)
        return self._listing

    @property
    def asked(self) -> "list[list[Any]]":
        """What was asked of the build context, with the answers."""
        asked = self._listing.asked if self._listing is not None else {}
        return [[what, path, answer] for (what, path), answer in asked.items()]

    def same(self, asked: "list[Any]") -> bool:
        """Whether the build context still gives these answers."""
        listing = self.listing
        return listing is not None and listing.same([tuple(one) for one in asked])


class Checker:
    """Checks files under the configuration that holds for each; keeps what several share."""

    __slots__ = ("_configs", "_facts", "_fixed", "_plans", "options", "stdin_name")

    def __init__(self, options: Options, *, stdin_name: str | None = None) -> None:
        self.options = options
        self.stdin_name = stdin_name
        self._configs = Configs()
        self._fixed: Config | None = None
        self._plans: dict[str, tuple[tuple[Entry, ...], Plan]] = {}
        self._facts: dict[str, FactSource] = {}

    def config(self, path: str) -> "Config":
        """The configuration for the file `path`, with the command line's settings on top."""
        if self.options.config is not None:
            if self._fixed is None:
                from dockwright.config.load import read

                self._fixed = self._over(read(self.options.config))
            return self._fixed
        found = (
            self._configs.for_folder(os.getcwd()) if path == "-" else self._configs.for_file(path)
        )
        return self._over(found)

    def _over(self, config: "Config") -> "Config":
        overrides = self.options.overrides
        return config.replace(**overrides) if overrides else config

    def excluded(self, target: discover.Target) -> bool:
        """Whether the configuration leaves out a file that was found in a folder."""
        if target.explicit:
            return False
        config = self.config(target.path)
        if not config.exclude:
            return False
        from dockwright.app.globs import matches

        relative = os.path.relpath(os.path.abspath(target.path), config.root or os.getcwd())
        return any(matches(pattern, relative) for pattern in config.exclude)

    def plan(self, path: str) -> "tuple[Sequence[Entry], Plan]":
        """The rules that hold for `path`, and the plan that runs them."""
        config = self.config(path)
        ignored = self.per_file(config, path)
        name = config.fingerprint() + "\0" + ",".join(ignored)
        known = self._plans.get(name)
        if known is None:
            from dockwright.check.run import Plan
            from dockwright.check.select import choose, severities

            entries = tuple(choose(config, also_ignore=ignored))
            options = {
                "trusted-registries": config.trusted_registries,
                "label-schema": config.label_schema,
                "strict-labels": config.strict_labels,
            }
            plan = Plan(entries, severities=severities(config), options=options)
            known = self._plans[name] = (entries, plan)
        return known

    @staticmethod
    def per_file(config: "Config", path: str) -> "Sequence[str]":
        """The selectors that `per-file-ignores` has for `path`."""
        if not config.per_file_ignores:
            return ()
        from dockwright.app.globs import matches

        relative = os.path.relpath(os.path.abspath(path), config.root or os.getcwd())
        found: list[str] = []
        for pattern, ignored in config.per_file_ignores.items():
            if matches(pattern, relative):
                found.extend(ignored)
        return found

    def build(
        self, path: str, source: Source, ignore: bytes | None, listing: "Listing | None" = None
    ) -> "Build":
        """The model of a Dockerfile; `listing` is what is in its build context, if known."""
        from dockwright.model.stages import Build
        from dockwright.syntax.dockerfile.parser import parse

        config = self.config(path)
        return Build(
            parse(source),
            args=config.build_args,
            contexts=config.named_contexts,
            facts=self.facts(config),
            ignore=context.matcher(ignore, known=self.options.context is not None),
            listing=listing,
        )

    def facts(self, config: "Config") -> "FactSource":
        """Where knowledge of images comes from: the configuration, an engine, what is bundled."""
        key = repr(sorted(config.images.items()))
        known = self._facts.get(key)
        if known is None:
            if not config.images and not self.options.engine:
                from dockwright.facts.port import Bundled

                known = Bundled()
            else:
                from dockwright.facts.layered import Layered

                known = Layered(config.images, self._engine())
            self._facts[key] = known
        return known

    def _engine(self) -> "FactSource | None":
        if not self.options.engine:
            return None
        from dockwright.engines.images import DockerImages

        return DockerImages(os.path.join(cache.folder(), "images"))

    def look(
        self,
        path: str,
        build: "Build",
        shell: "Sequence[Finding]" = (),
        crashes: "list[RuleCrash] | None" = None,
    ) -> "tuple[list[Finding], int, bool]":
        """
        The findings in `build` that no comment silences, how many are silenced, and whether the
        day of the check has a say in it. A rule that fails is added to `crashes`, if given.
        """
        from dockwright.check.suppress import read

        entries, plan = self.plan(path)
        found = plan.run(build, crashes)
        found.extend(shell)
        comments = read(build.tree, entries, config=self.config(path))
        kept = comments.kept(found)
        silenced = len(found) - len(kept)
        kept.extend(comments.leftovers())
        kept.sort(key=lambda finding: (finding.span.start, finding.span.end, finding.code))
        return kept, silenced, comments.dated

    # Files

    def check(self, targets: "Iterable[discover.Target]") -> list[Checked]:
        """Check files one after the other; ShellCheck is asked once for all of them."""
        done: list[Checked] = []
        waiting: list[tuple[int, str, _Read]] = []
        for target in targets:
            if target.serves is not None:
                from dockwright.app import ignoring

                done.append(ignoring.check(self, target))
                continue
            if self.of_compose(target):
                done.append(self.check_project(target.path))
                continue
            result = self._from_cache(target)
            if isinstance(result, Checked):
                done.append(result)
                continue
            name, read = result
            waiting.append((len(done), name, read))
            done.append(Checked(read.source.name, read.source.text, ()))
        if not waiting:
            return done
        # First of all, because it brings what every check needs: see bytecode.py.
        import dockwright.check.run  # noqa: F401

        builds = [self.builds(read) for _, _, read in waiting]
        mute: set[str] = set()
        shell = self._shellcheck([build for several in builds for build, _ in several], mute)
        for (at, name, read), several in zip(waiting, builds, strict=True):
            source, path = read.source, read.source.name
            found: list[Finding] = []
            silenced = 0
            undated = True
            crashes: list[RuleCrash] = []
            for build, fence in several:
                of_shell = shell.get(source.name, ())
                of_shell = of_shell if fence is None else fence.of(of_shell)
                some, silent, dated = self.look(path, build, of_shell, crashes)
                found += some if fence is None else fence.of(some)
                silenced += silent
                undated = undated and not dated
            problems = sorted({str(crash) for crash in crashes})
            if source.name in mute and self.options.shellcheck == "on":
                problems.append("ShellCheck gave no answer for some of its scripts")
            error = "; ".join(problems) or None
            done[at] = Checked(source.name, source.text, found, silenced, error)
            if name and undated and not crashes and source.name not in mute:
                cache.save_checked(name, found, silenced, read.asked)
        return done

    def project(self, path: str, texts: "Mapping[str, str] | None" = None) -> "Composition":
        """The Compose project whose main file is `path`; `texts` replaces files on disk."""
        from dockwright.app.compose import composition

        config = self.config(path)
        return composition(path, config, lambda: self.facts(config), texts, self.options.given)

    def of_compose(self, target: discover.Target) -> bool:
        """Whether a target is a Compose file; standard input by what it is called."""
        if target.path == "-":
            target = discover.Target(self.stdin_name or "-", True)
        given = self.options.given
        return discover.of_compose(target) or (given is not None and given.leads(target.path))

    def included(self, path: str) -> "Iterable[str]":
        """The absolute paths of the files that a Compose file includes, also over others."""
        given = self.options.given
        several = given is not None and given.leads(path)
        try:
            if not several and b"include" not in self.read(path):
                return ()
        except OSError:
            return ()
        return self.project(path).loaded.included

    def look_project(
        self,
        path: str,
        project: "Composition",
        crashes: "list[RuleCrash] | None" = None,
    ) -> "tuple[list[Finding], int]":
        """The findings in a project that no comment silences, and how many are silenced."""
        from dockwright.check.suppress import read

        entries, plan = self.plan(path)
        kept = plan.run_project(project, crashes)
        count = len(kept)
        left: list[Finding] = []
        for tree in project.trees():
            comments = read(tree, entries, config=self.config(path))
            kept = comments.kept(kept)
            left += comments.leftovers()
        silenced = count - len(kept)
        kept += left
        kept.sort(key=lambda one: (one.source, one.span.start, one.span.end, one.code))
        return kept, silenced

    def check_project(self, path: str) -> Checked:
        """Check a Compose project by its main file; "-" is standard input, in its place."""
        crashes: list[RuleCrash] = []
        from dockwright.app.compose import too_large

        stdin = path == "-"
        try:
            data = self.read(path) if stdin else None
            path = self.stdin_name or path if stdin else path
            size = too_large(path, data)
            if size:
                return Checked(path, None, (), error=size)
            text = decode(self.read(path) if data is None else data)
        except OSError as error:
            return Checked(path, None, (), error=error.strerror or "cannot be read")
        project = self.project(path, {os.path.abspath(path): text} if stdin else None)
        found, silenced = self.look_project(path, project, crashes)
        others = {
            source.name: source.text
            for source in map(project.source, project.loaded.files)
            if source.name != os.path.normpath(path)
        }
        wanted = {finding.source for finding in found}
        others = {name: text for name, text in others.items() if name in wanted}
        failed = "; ".join(sorted({str(crash) for crash in crashes})) or None
        return Checked(os.path.normpath(path), text, found, silenced, failed, others)

    def builds(self, read: "_Read") -> "list[tuple[Build, Fence | None]]":
        """The models of a file: of a Markdown file one for each piece in its fences, else one."""
        source, path = read.source, read.source.name
        if not (self.options.markdown and discover.is_markdown(path)):
            return [(self.build(path, source, read.ignore, read.listing), None)]
        from dockwright.app.markdown import fences

        return [
            (self.build(path, Source(source.name, fence.text), None), fence)
            for fence in fences(source.text)
        ]

    @staticmethod
    def read(path: str) -> bytes:
        """The content of a file, of standard input for "-"; raises OSError."""
        if path != "-":
            return discover.read_bytes(path)
        import sys

        return sys.stdin.buffer.read()

    def _from_cache(self, target: discover.Target) -> "Checked | tuple[str, _Read]":
        path = target.path
        try:
            data = self.read(path)
            if path == "-" and self.stdin_name:
                path = self.stdin_name
        except OSError as error:
            return Checked(path, None, (), error=error.strerror or "cannot be read")
        source = Source(path, decode(data))
        ignore_path = context.ignore_file(path, self.options.context)
        ignore = context.read_ignore(ignore_path)
        read = _Read(source, ignore, context.folder(path, self.options.context, ignore_path))
        if not self.options.cache or self.options.engine or not self.config(path).cache:
            return "", read
        from dockwright.check.registry import fingerprint

        name = cache.key(
            path,
            data,
            b"\0" if ignore is None else ignore,
            str(self.options.context),
            self.config(path).fingerprint(),
            ",".join(self.per_file(self.config(path), path)),
            fingerprint(),
            self._shell_version(),
        )
        known = cache.load_checked(name)
        if known is None:
            return name, read
        found, silenced, asked = known
        if asked and not read.same(asked):
            return name, read
        return Checked(path, source.text, found, silenced)

    # ShellCheck

    def _shell_version(self) -> str:
        if self.options.shellcheck == "off":
            return ""
        from dockwright.check import shellcheck

        return shellcheck.identity(required=self.options.shellcheck == "on")

    def _with_ignores(self, path: str) -> "Config":
        """The configuration for `path` with its `per-file-ignores` among what is ignored."""
        config = self.config(path)
        ignored = self.per_file(config, path)
        return config.replace(ignore=(*config.ignore, *ignored)) if ignored else config

    def _shellcheck(
        self, builds: "Sequence[Build]", unanswered: set[str]
    ) -> "dict[str, list[Finding]]":
        if self.options.shellcheck == "off":
            return {}
        from dockwright.check import shellcheck

        if not shellcheck.identity(required=self.options.shellcheck == "on"):
            return {}
        configs = {build.source: self._with_ignores(build.source) for build in builds}
        return shellcheck.findings(
            builds, configs, cached=self.options.cache, unanswered=unanswered
        )
