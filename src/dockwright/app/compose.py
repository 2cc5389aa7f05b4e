"""Compose projects on disk: which files belong together, and what lies around them."""

import os

from dockwright.app import context, discover
from dockwright.model.composition import Composition, Surroundings
from dockwright.text.source import Source, decode, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dockwright.app.projects import Projects
    from dockwright.config.schema import Config
    from dockwright.facts.port import FactSource
    from dockwright.model.composition import Service
    from dockwright.model.stages import Build, Stage

# `cli/options.go` of compose-go: the names that Compose looks for, in its order.
MAIN_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDE_NAMES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
#: Larger files are refused: nobody writes them, and their model would take gigabytes.
LARGEST = 4_000_000


class Disk(Surroundings):
    """
    The folder of a project.

    `texts` replaces the content of files by their absolute paths, for the fix engine.
    """

    __slots__ = ("_builds", "_facts", "_images", "_shown", "config", "folder", "texts", "too_large")

    def __init__(
        self,
        path: str,
        config: "Config",
        facts: "Callable[[], FactSource]",
        texts: "Mapping[str, str] | None" = None,
    ) -> None:
        self.folder = os.path.dirname(os.path.abspath(path))
        self._shown = os.path.dirname(path)
        self.config = config
        self.texts = dict(texts or {})
        self.too_large: list[str] = []
        self._facts = facts
        self._builds: dict[tuple[object, ...], Build | None] = {}
        self._images: dict[str, Stage | None] = {}

    def shown(self, path: str) -> str:
        """The path as the user named the project's folder."""
        relative = os.path.relpath(path, self.folder)
        return os.path.normpath(os.path.join(self._shown, relative))

    def read(self, path: str) -> str | None:
        """The text of a file, None when there is none that can be read."""
        known = self.texts.get(path)
        if known is not None:
            return known
        try:
            if os.stat(path).st_size > LARGEST:
                self.too_large.append(path)
                return None
            return decode(discover.read_bytes(path))
        except (OSError, ValueError):
            return None

    def exists(self, path: str) -> bool | None:
        """Whether there is such a file or folder."""
        try:
            return path in self.texts or os.path.lexists(path)
        except ValueError:
            return False

    def names(self, path: str) -> list[str] | None:
        """The names in a folder, None when there is none."""
        try:
            return sorted(os.listdir(path))
        except (OSError, ValueError):
            return None

    def build(self, service: "Service") -> "Build | None":
        """The model of the Dockerfile that a service builds."""
        from dockwright.compose.locate import is_remote
        from dockwright.model.composition import known

        folder = service.text("build", "context")
        if not folder or is_remote(folder):
            return None
        inline = service.text("build", "dockerfile_inline")
        args = {
            name: str(value)
            for name, value in service.mapping("build", "args").items()
            if value is not None and known(value)
        }
        contexts = tuple(service.mapping("build", "additional_contexts"))
        name = service.text("build", "dockerfile") or "Dockerfile"
        path = os.path.normpath(os.path.join(folder, name))
        key = (folder, path, inline, tuple(sorted(args.items())), contexts)
        if key not in self._builds:
            self._builds[key] = self._build(folder, path, inline, args, contexts)
        return self._builds[key]

    def _build(
        self, folder: str, path: str, inline: str, args: dict[str, str], contexts: tuple[str, ...]
    ) -> "Build | None":
        from dockwright.app.listing import DiskListing
        from dockwright.model.stages import Build
        from dockwright.syntax.dockerfile.parser import parse

        text = inline or self.read(path)
        if text is None:
            return None
        return Build(
            parse(Source(self.shown(path), text)),
            args={**self.config.build_args, **args},
            contexts=(*self.config.named_contexts, *contexts),
            facts=self._facts(),
            ignore=context.matcher(self._ignore(path, folder), known=True),
            listing=DiskListing(folder) if os.path.isdir(folder) else None,
        )

    def _ignore(self, dockerfile: str, folder: str) -> bytes | None:
        """The ignore file that holds for a build, as it will be."""
        for path in (dockerfile + ".dockerignore", os.path.join(folder, ".dockerignore")):
            text = self.read(path)
            if text is not None:
                return encode(text)
        return None

    def image(self, reference: str) -> "Stage | None":
        """A stage that is nothing but the image."""
        if reference not in self._images:
            from dockwright.model.stages import Build
            from dockwright.syntax.dockerfile.parser import parse

            plain = reference.isprintable() and " " not in reference and "$" not in reference
            build = (
                Build(parse(Source(reference, f"FROM {reference}\n")), facts=self._facts())
                if plain
                else None
            )
            self._images[reference] = build.final if build is not None else None
        return self._images[reference]


def too_large(path: str, data: bytes | None = None) -> str:
    """Why a file, or `data` in its place, is not read, "" when it is; raises OSError."""
    if (os.stat(path).st_size if data is None else len(data)) <= LARGEST:
        return ""
    return f"larger than {LARGEST // 10**6} MB: no Compose file is"


def files_of(path: str, texts: "Iterable[str]" = ()) -> tuple[list[str], bool]:
    """
    The files of the project whose main file is `path`, absolute, in the order they are merged.

    `texts` are files that are taken to be there.

    Also whether the file stands alone: one with a name of its own is usually laid over another, in
    a command that nobody sees here.
    """
    main = os.path.abspath(path)
    folder, name = os.path.split(main)
    if name not in MAIN_NAMES:
        return [main], False
    mains = [os.path.join(folder, one) for one in MAIN_NAMES]
    first = next((one for one in mains if one in texts or os.path.isfile(one)), None)
    if main != first:
        return [main], True
    overrides = [os.path.join(folder, one) for one in OVERRIDE_NAMES]
    return [main, *[one for one in overrides if os.path.isfile(one)][:1]], True


def composition(
    path: str,
    config: "Config",
    facts: "Callable[[], FactSource]",
    texts: "Mapping[str, str] | None" = None,
    given: "Projects | None" = None,
) -> Composition:
    """
    The project whose main file is `path`; `texts` replaces files, by absolute path, and `given` is
    what the command line says.
    """
    from dockwright.compose.load import load

    around = Disk(path, config, facts, texts)
    files, standalone = files_of(path, around.texts)
    if given is not None and given.leads(path):
        files, standalone = given.paths(), True
    env_files = [os.path.abspath(one) for one in given.env_files] if given is not None else []
    loaded = load(
        files,
        folder=around.folder,
        read=around.read,
        lenient=True,
        is_folder=os.path.isdir,
        env_files=env_files or None,
        profiles=given.profiles if given is not None else (),
    )
    for one in around.too_large:
        for problem in loaded.errors:
            if problem.message.endswith(one):
                problem.message = f"{around.shown(one)} is {too_large(one)}"
    return Composition(loaded, around, main=files[0], standalone=standalone)
