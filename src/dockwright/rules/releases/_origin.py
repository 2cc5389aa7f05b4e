"""What a stage's packages come from: the distribution and release of its base image."""

from dockwright.rules.api import Reason, Stage, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAMES = {"alpine": "Alpine", "centos": "CentOS", "debian": "Debian", "ubuntu": "Ubuntu"}
# Registries that serve the official images, and what stands before the repository's name there.
_HUBS = frozenset(("docker.io", "index.docker.io", "registry-1.docker.io"))
_MIRRORS = {"public.ecr.aws": "docker/library/", "mirror.gcr.io": "library/"}
# Official images that leave no package sources of their own behind.
_PLAIN = frozenset((
    "alpine", "buildpack-deps", "celery", "debian", "django", "docker", "elixir", "erlang", "gcc",
    "golang", "httpd", "iojs", "java", "nginx", "node", "openjdk", "perl", "php", "python", "rails",
    "redis", "ruby", "rust", "ubuntu", "wordpress",
))  # fmt: skip
# Those whose tags without the name of another distribution were always built on Debian's stable
# release of the day, or an older one (github.com/docker-library/official-images).
_ON_DEBIAN = frozenset((
    "celery", "django", "gcc", "golang", "httpd", "iojs", "java", "nginx", "node", "openjdk",
    "perl", "php", "postgres", "python", "rails", "redis", "ruby", "rust", "wordpress",
))  # fmt: skip
_NOT_DEBIAN = lazy(r"alpine|ubuntu|oracle|centos|windows|nanoserver|busybox|sid|experimental")
# Java 9 and later were built on unstable at first.
_JAVA = lazy(r"(?:openjdk-)?[678](?!\d)")


class Image:
    """
    The official image at the bottom of a stage.

    `repository` is its short name ("python"), `tag` its tag, `firm` whether nothing can make it
    another one: no build argument, and no digest that may be an older build of that tag.
    """

    __slots__ = ("firm", "repository", "tag")

    def __init__(self, repository: str, tag: str, *, firm: bool) -> None:
        self.repository = repository
        self.tag = tag
        self.firm = firm

    @property
    def name(self) -> str:
        """The image as people write it."""
        return f"{self.repository}:{self.tag}"


class Origin:
    """
    A release of a distribution.

    `cycle` is its number ("13"; "edge" of Alpine), `codename` its name ("trixie", "" when it has
    none), `plain` whether the base image is an official one that adds no package sources to the
    distribution's own; `image` is its name. With `bound` it is this release or an older one.
    """

    __slots__ = ("bound", "codename", "cycle", "distribution", "image", "plain", "reason")

    def __init__(
        self,
        distribution: str,
        cycle: str,
        image: str,
        reason: Reason,
        *,
        plain: bool,
        bound: bool = False,
    ) -> None:
        self.distribution = distribution
        self.cycle = cycle
        self.codename = _codename(distribution, cycle)
        self.image = image
        self.reason = reason
        self.plain = plain
        self.bound = bound

    @property
    def title(self) -> str:
        """What messages call it: "Debian 13 (trixie)"."""
        named = title(self.distribution, self.cycle, self.codename)
        return f"{named} or older" if self.bound else named


def _codename(distribution: str, cycle: str) -> str:
    from dockwright.rules.api import releases

    found = releases.release(distribution, cycle)
    return found.codename.partition(" ")[0] if found is not None else ""


def title(distribution: str, cycle: str, codename: str) -> str:
    """What messages call a release."""
    name = NAMES.get(distribution, distribution)
    named = distribution == "debian" and codename
    return f"{name} {cycle} ({codename})" if named else f"{name} {cycle}"


def official(reference: "Any", *, firm: bool = True) -> Image | None:
    """The official image that a reference names, None when it is another, or has only a digest."""
    path = reference.path
    registry = reference.registry
    prefix = "library/" if registry in _HUBS else _MIRRORS.get(registry, "\0")
    if not path.startswith(prefix) or (reference.digest and not reference.tag):
        return None
    name = path[len(prefix) :]
    return Image(name, reference.tag or "latest", firm=firm and not reference.digest)


def image_of(stage: Stage) -> Image | None:
    """The official image at the bottom of `stage`, None when it is another or not known."""
    root = stage.lineage()[-1]
    if root.parent is not None or root.candidates or root.os != "linux":
        return None
    parsed = root.base.parsed
    return official(parsed, firm=root.base.firm) if parsed is not None else None


def origin(stage: Stage) -> Origin | None:
    """
    The release that the packages of `stage` come from, None when that is not known.

    For an official image the most specific tag of its last build says it, for others the facts
    about the base image.
    """
    if stage.candidates:
        return None
    image = image_of(stage)
    if image is not None:
        return _by_tag(image) or _by_facts(stage, image)
    return _by_facts(stage, None)


def _by_tag(image: Image) -> Origin | None:
    from dockwright.rules.api import releases, tagbase, tags

    tag = tags.tag(image.repository, image.tag)
    if tag is None:
        return None
    plain = image.repository in _PLAIN
    base = tagbase.base(tag)
    source = f"({tags.source()})"
    if base is not None:
        distribution, cycle = base
        built = "was last built" if tag.until else "is built"
        text = f"{image.name} {built} on {title(distribution, cycle, _codename(*base))}"
        if tag.canonical != image.tag:
            text += f", as {tag.canonical}"
        reason = Reason(f"{text} {source}", firm=image.firm)
        return Origin(distribution, cycle, image.name, reason, plain=plain)
    if not tag.until or image.repository not in _ON_DEBIAN or _NOT_DEBIAN.search(tag.canonical):
        return None
    if image.repository in ("java", "openjdk") and not _JAVA.match(tag.canonical):
        return None
    newest = releases.latest("debian", f"{tag.until}-31")
    if newest is None:
        return None
    text = f"{image.name} was last built in {tag.until}, so on"
    text += f" {title('debian', newest.cycle, _codename('debian', newest.cycle))} or older"
    reason = Reason(f"{text} {source}", firm=image.firm)
    return Origin("debian", newest.cycle, image.name, reason, plain=plain, bound=True)


def _by_facts(stage: Stage, image: Image | None) -> Origin | None:
    from dockwright.rules.api import releases

    contents = stage.files.base
    if not contents.distribution or not contents.suite:
        return None
    facts = stage.base.facts
    where = facts.user.reason
    if ", as " in where.text:
        # It is told by another tag of the image, which may be built on another release.
        return None
    found = releases.release(contents.distribution, contents.suite)
    cycle = found.cycle if found is not None else contents.suite
    firm = stage.base.firm and where.firm and (image is None or image.firm)
    name = image.name if image is not None else facts.name
    text = f"{name} is built on {title(contents.distribution, cycle, contents.suite)}"
    reason = Reason(text + where.text.partition(" is built so")[2], firm=firm)
    plain = image is not None and image.repository in _PLAIN
    return Origin(contents.distribution, cycle, name, reason, plain=plain)
