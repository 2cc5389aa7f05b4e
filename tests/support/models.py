"""Models of Dockerfiles, base images of our own, and answers of the model as one line."""

from collections.abc import Mapping

from dockwright.facts.contents import Contents, Entry
from dockwright.facts.image import DEFAULT_PATH, ImageFacts, empty
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.port import FactSource
from dockwright.model.files import Listing
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.syntax.ignore.matcher import Matcher
from dockwright.syntax.ignore.parser import parse as parse_ignore
from dockwright.text.source import Source

UNKNOWN = "?"
ABSENT = "-"


def build_of(
    text: str,
    listing: Listing | None = None,
    ignore: str = "",
    *,
    name: str = "Dockerfile",
    facts: FactSource | None = None,
    args: Mapping[str, str] | None = None,
) -> Build:
    """The model of a Dockerfile; `ignore` is the .dockerignore of the context in `listing`."""
    return Build(
        parse(Source(name, text)),
        args=args,
        facts=facts,
        listing=listing,
        ignore=Matcher(parse_ignore(ignore).patterns) if listing is not None else None,
    )


def told(found: object) -> str:
    """`kind mode uid:gid` and a link's target, with `*` for what is not known."""
    if not isinstance(found, Known):
        assert isinstance(found, Unknown)
        assert found.reason.text
        return UNKNOWN
    if found.value is None:
        return ABSENT
    entry: Entry = found.value
    mode = "*" if entry.mode is None else f"{entry.mode:o}"
    owner = ":".join("*" if one is None else str(one) for one in (entry.uid, entry.gid))
    return f"{entry.kind} {mode} {owner}" + (f" -> {entry.target}" if entry.target else "")


def image_of(
    name: str, contents: Contents, path: str = DEFAULT_PATH, env: Mapping[str, str] | None = None
) -> ImageFacts:
    """A base image with that file system, that PATH and these variables, and nothing else set."""
    plain = empty(name, Reason("a base image of the tests"))
    reason = Reason("the image's environment")
    variables = {"PATH": path, **(env or {})}
    return ImageFacts(
        name,
        user=plain.user,
        workdir=plain.workdir,
        shell=plain.shell,
        entrypoint=plain.entrypoint,
        cmd=plain.cmd,
        healthcheck=plain.healthcheck,
        stopsignal=plain.stopsignal,
        env={key: Known(value, reason) for key, value in variables.items()},
        env_complete=True,
        contents=contents,
    )
