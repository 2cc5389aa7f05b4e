"""
The images that are known without looking: official ones and distroless.

Data: `bundled/images.bin`, made by `tools/refresh_facts/images.py`; format: `imagebook`. An image's
file system is that of its base with what its own layers did on top.
"""

from dockwright.facts import imagebook
from dockwright.facts.contents import Contents, Ground, UnknownGround
from dockwright.facts.image import ImageFacts, empty
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.replay import replay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.facts.imagebook import Block, Record
    from dockwright.facts.knowledge import Knowledge

# Registries that serve the official images, and what stands before the name of a repository.
_LIBRARIES = (
    "docker.io/library/",
    "index.docker.io/library/",
    "registry-1.docker.io/library/",
    "registry.hub.docker.com/library/",
    "public.ecr.aws/docker/library/",
    "mirror.gcr.io/library/",
)
_DISTROLESS = "gcr.io/distroless/"

_answers: "dict[str, ImageFacts | None]" = {}


def image(reference: str) -> ImageFacts | None:
    """The facts about an image, by the reference as a Dockerfile writes it; None when not known."""
    if reference not in _answers:
        _answers[reference] = _image(reference)
    return _answers[reference]


def _image(reference: str) -> ImageFacts | None:
    named, at, _ = reference.partition("@")
    place = locate(named, pinned=bool(at))
    if place is None:
        return None
    repository, tag = place
    if repository == "scratch":
        return empty("scratch", Reason("scratch is empty"))
    block = imagebook.block(repository)
    if block is None or "onbuild" in tag.split("-"):
        # What triggers of an image do in the next build is not in the data.
        return None
    return look_up(block, repository, tag, reference, image, ", by its tag" if at else "")


def locate(named: str, *, pinned: bool = False) -> tuple[str, str] | None:
    """
    (repository, tag) of a reference without a digest, None when it is not in a known registry.

    Of distroless images the name belongs to the tag: ("distroless", "static-debian12:nonroot").
    With `pinned` there is a digest, and a missing tag is not `latest`.
    """
    for library in _LIBRARIES:
        if named.startswith(library):
            named = named[len(library) :]
            break
    else:
        if named.startswith(_DISTROLESS):
            name, colon, tag = named[len(_DISTROLESS) :].partition(":")
            return None if pinned and not colon else ("distroless", f"{name}:{tag or 'latest'}")
        named = named.removeprefix("docker.io/").removeprefix("library/")
        if "/" in named:
            return None
    name, colon, tag = named.partition(":")
    if pinned and not colon:
        return None
    return name, tag or "latest"


def look_up(
    block: "Block",
    repository: str,
    tag: str,
    reference: str,
    base: "Callable[[str], ImageFacts | None]",
    how: str = "",
) -> ImageFacts | None:
    """The facts a block has about a tag; `base` gives those of the images it builds on."""
    number = block.find(tag)
    exact = number is not None
    if number is None:
        for one in _near(repository, tag, block.level):
            number = block.find(one)
            if number is not None:
                how += f", as {repository}:{one}"
                break
        else:
            return None
    record = block.record(number)
    commit = f"@{record.commit}" if record.commit else ""
    text = (
        f"{reference} is built so ({record.confidence}{how}; {block.source}{commit}, {block.day})"
    )
    reason = Reason(text, firm=record.confidence != "assumed")
    return _facts(block, record, reference, reason, base, exact=exact)


def _near(repository: str, tag: str, level: int) -> list[str]:
    """Tags of releases that differ in nothing we say: 3.12-slim-bookworm for 3.12.1-slim."""
    if ":" in tag:
        return []
    from dockwright.facts.tags import tag as known_tag

    known = known_tag(repository, tag)
    if known is None or not known.canonical or known.os == "windows":
        return []
    # Only the most specific tag says on which release of a distribution the image is built.
    parts = known.canonical.split("-")
    undated = "-".join(one for one in parts if not (len(one) >= 8 and one[:8].isdigit()))
    head, hyphen, rest = known.canonical.partition("-")
    found = [undated]
    numbers = head.split(".")
    if all(one.isdigit() for one in numbers) and level < len(numbers):
        kept = ".".join(numbers[:level])
        found.append(kept + hyphen + rest if level else rest or "latest")
    return [one for one in found if one and one != tag]


def _facts(
    block: "Block",
    record: "Record",
    name: str,
    reason: Reason,
    base: "Callable[[str], ImageFacts | None]",
    *,
    exact: bool,
) -> ImageFacts | None:
    contents = _contents(block, record.base, reason, base)
    if contents is None:
        return None
    if record.notes:
        contents = replay(contents, [block.notes[one] for one in record.notes], reason)
    config = block.config(record.config)
    moving = Unknown(Reason(f"the value changes with each release of {name.partition(':')[0]}"))

    below = Unknown(Reason(f"{name} has it from its base image, of which nothing is known"))

    def known(value: object) -> "Knowledge":
        return below if value in ("?", ("?",)) else Known(value, reason)

    env = dict(config.env)
    complete = env.pop("?", "") is not None and exact

    return ImageFacts(
        name,
        user=known(config.user),
        workdir=known(config.workdir),
        shell=known(config.shell),
        entrypoint=known(config.entrypoint),
        cmd=known(config.cmd),
        healthcheck=known(config.healthcheck),
        stopsignal=known(config.stopsignal),
        env={one: moving if value is None else known(value) for one, value in env.items()},
        env_complete=complete,
        ports=config.ports,
        volumes=config.volumes,
        contents=contents,
    )


def _contents(
    block: "Block",
    below: str,
    reason: Reason,
    base: "Callable[[str], ImageFacts | None]",
) -> Contents | None:
    if below == "scratch":
        return Contents(Ground(reason))
    kind, _, name = below.partition(" ")
    if kind == "unknown":
        return Contents(UnknownGround(Reason(f"nothing is known of what is in {name}")))
    if kind == "ground":
        return block.ground(name, reason)
    found = base(below)
    return found.contents if found is not None else None
