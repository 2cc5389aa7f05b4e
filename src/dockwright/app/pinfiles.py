"""The files that `dockwright pin` looks at, and the images they name."""

import os

from dockwright.app import discover
from dockwright.app.check import Checker
from dockwright.app.compose import too_large
from dockwright.compose.filenames import is_compose
from dockwright.model import pinscompose, pinsdockerfile
from dockwright.model.pins import Left, Use
from dockwright.text.source import Source, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.model.composition import Composition, Service
    from dockwright.model.reference import Reference


class Recipe:
    """A Dockerfile: its path, and what the services that build it give it."""

    __slots__ = ("contexts", "given", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.contexts: dict[str, None] = {}
        self.given: dict[str, str] = {}


class Files:
    """
    The files below some paths.

    `found` are their uses by file, `sources` their texts, `data` their bytes, all by the names that
    messages use; `errors` the files that cannot be read. `texts` replaces files, by name.
    """

    __slots__ = (
        "_folders", "_index", "_real", "_recipes", "checker", "data", "errors", "found", "sources",
        "texts",
    )  # fmt: skip

    def __init__(self, checker: Checker, texts: "Mapping[str, str] | None" = None) -> None:
        self.checker = checker
        self.texts = dict(texts or {})
        self.found: dict[str, list[Use | Left]] = {}
        self.sources: dict[str, Source] = {}
        self.data: dict[str, bytes] = {}
        self.errors: list[tuple[str, str]] = []
        self._folders: dict[str, tuple[set[str], list[Reference]]] = {}
        self._index: dict[tuple[str, int], int] = {}
        self._real: set[str] = set()
        self._recipes: dict[str, Recipe] = {}

    def read(self, paths: "Sequence[str]") -> None:
        """Look at the files below `paths`, at the Compose projects there and what they build."""
        checker = self.checker
        projects: list[Composition] = []
        for target in discover.find(paths, self.errors):
            if checker.excluded(target):
                continue
            name = os.path.basename(target.path)
            if is_compose(name) or name.lower().endswith((".yml", ".yaml")):
                project = self._project(target.path)
                if project is not None:
                    projects.append(project)
            elif discover.is_markdown(name):
                self.errors.append((target.path, "Dockerfiles in Markdown are not pinned"))
            else:
                self._recipe(target.path)
        roots = [os.path.abspath(path) for path in (".", *paths)]
        for project in projects:
            for service in project.every:
                self._builds(project, service, roots)
        for project in projects:
            self._compose(project, roots)
        built = [one for _, made in self._folders.values() for one in made]
        for recipe in self._recipes.values():
            self._dockerfile(recipe, built)

    # Compose

    def _project(self, path: str) -> "Composition | None":
        path = os.path.normpath(path)
        try:
            reason = too_large(path)
        except OSError as error:
            reason = error.strerror or "cannot be read"
        if reason:
            self.errors.append((path, reason))
            return None
        texts = {os.path.abspath(name): text for name, text in self.texts.items()}
        return self.checker.project(path, texts)

    def _compose(self, project: "Composition", roots: "Sequence[str]") -> None:
        shown = project.around.shown
        for path, file in project.loaded.files.items():
            name = shown(path)
            if not _below(path, roots) or not self._take(name):
                continue
            if name not in self.texts and decode(self.data[name]) != file.text:
                self.errors.append((name, "changed meanwhile: run it again"))
                continue
            self.sources[name] = project.source(path)
            problem = file.stream.problem
            if problem is not None:
                line = self.sources[name].line_of(problem.at)
                self.errors.append((f"{name}:{line}", f"not YAML: {problem.message}"))
        builders, made = self._beside(project)
        for one in pinscompose.images(project, builders=builders, made=made):
            if one.source in self.sources:
                self._add(one)

    def _add(self, one: Use | Left) -> None:
        """Take down a name; of a file that several projects read, the careful answer counts."""
        key = one.source, one.span.start
        index = self._index.get(key)
        uses = self.found.setdefault(one.source, [])
        if index is None:
            self._index[key] = len(uses)
            uses.append(one)
        elif isinstance(one, Left):
            uses[index] = one

    def _beside(self, project: "Composition") -> "tuple[set[str], list[Reference]]":
        """
        The services that the Compose files in a project's folder build, and their images.

        One file may name an image that another one, laid over it, builds: `compose.dev.yaml`.
        """
        folder = os.path.dirname(project.main)
        known = self._folders.get(folder)
        if known is None:
            others = []
            for name in sorted(os.listdir(folder)):
                path = os.path.join(folder, name)
                if is_compose(name) and os.path.isfile(path) and not too_large(path):
                    others.append(project if path == project.main else self.checker.project(path))
            builders = {name for other in others for name in pinscompose.building(other)}
            made = [one for other in others for one in pinscompose.built(other, builders)]
            known = self._folders[folder] = (builders, made)
        return known

    def _builds(self, project: "Composition", service: "Service", roots: "Sequence[str]") -> None:
        """Take down what a service gives the Dockerfile it builds."""
        from dockwright.compose.locate import is_remote

        folder = service.text("build", "context")
        if not folder or is_remote(folder) or service.text("build", "dockerfile_inline"):
            return
        name = service.text("build", "dockerfile") or "Dockerfile"
        path = os.path.normpath(os.path.join(folder, name))
        if not os.path.isfile(path) or not _below(path, roots):
            return
        shown = project.around.shown(path)
        if self.checker.excluded(discover.Target(shown, explicit=False)):
            return
        recipe = self._recipe(shown)
        recipe.contexts.update(dict.fromkeys(service.mapping("build", "additional_contexts")))
        for key in service.mapping("build", "args"):
            recipe.given.setdefault(key, f"service {service.name}")

    # Dockerfiles

    def _recipe(self, path: str) -> Recipe:
        path = os.path.normpath(path)
        return self._recipes.setdefault(os.path.realpath(path), Recipe(path))

    def _dockerfile(self, recipe: Recipe, built: "list[Reference]") -> None:
        from dockwright.model.stages import Build
        from dockwright.syntax.dockerfile.parser import parse

        name = recipe.path
        if not self._take(name):
            return
        text = self.texts.get(name)
        source = Source(name, decode(self.data[name]) if text is None else text)
        self.sources[name] = source
        config = self.checker.config(name)
        build = Build(
            parse(source),
            args=config.build_args,
            contexts=(*config.named_contexts, *recipe.contexts),
        )
        self.found[name] = pinsdockerfile.images(build, given=recipe.given, built=built)

    def _take(self, name: str) -> bool:
        """Read a file for the first time; False when it was read, or cannot be."""
        real = os.path.realpath(name)
        if real in self._real:
            return False
        self._real.add(real)
        try:
            self.data[name] = discover.read_bytes(name)
        except OSError as error:
            self.errors.append((name, error.strerror or "cannot be read"))
            return False
        return True


def _below(path: str, roots: "Sequence[str]") -> bool:
    """Whether a file is one of `roots` or below one of them."""
    return any(path == root or path.startswith(root.rstrip(os.sep) + os.sep) for root in roots)
