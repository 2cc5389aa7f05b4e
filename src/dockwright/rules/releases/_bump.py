"""The nearest release that still gets updates, as the base of the same image."""

from dockwright.rules.api import Edit, Known, Reason, Stage, unsafe
from dockwright.rules.releases._calls import APK, APT, calls
from dockwright.rules.releases._calls import wanted as wanted_by
from dockwright.rules.releases._origin import Origin, image_of, title

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.rules.api import Draft, Remedy
    from dockwright.rules.releases._origin import Image

# A release to move to has updates for so many years yet.
_YEARS = 1
# Tags of these are releases of the distribution itself.
_DISTRIBUTIONS = frozenset(("alpine", "debian", "ubuntu"))


class Living:
    """The release `cycle` of a product that gets updates until `until`."""

    __slots__ = ("codename", "cycle", "until")

    def __init__(self, cycle: str, codename: str, until: str) -> None:
        self.cycle = cycle
        self.codename = codename
        self.until = until


def living(product: str, cycle: str) -> Living | None:
    """The first release after `cycle` that gets updates for a year or more; None: not known."""
    from dockwright.rules.api import releases

    year, _, rest = releases.DAY.partition("-")
    limit = f"{int(year) + _YEARS}-{rest}"
    for found in releases.after(product, cycle):
        if product == "ubuntu" and not found.extended:
            continue
        until = found.free_until
        if found.released and found.released <= releases.DAY and (until == "no" or until > limit):
            if until in ("", "yes"):
                continue
            return Living(found.cycle, found.codename.partition(" ")[0], until)
    return None


def bumped(image: "Image", found: Origin) -> tuple[str, Living] | None:
    """The tag of the same image on the next living release, when there is one."""
    from dockwright.rules.api import tags

    next_ = living(found.distribution, found.cycle)
    if next_ is None:
        return None
    head, hyphen, rest = image.tag.partition("-")
    candidates = []
    if image.repository in _DISTRIBUTIONS:
        if image.repository != found.distribution:
            return None
        number = head[:1].isdigit()
        candidates.append((next_.cycle if number else next_.codename) + hyphen + rest)
    elif found.codename and found.codename in image.tag:
        candidates.append(image.tag.replace(found.codename, next_.codename))
    elif found.distribution == "alpine" and f"alpine{found.cycle}" in image.tag:
        candidates.append(image.tag.replace(f"alpine{found.cycle}", f"alpine{next_.cycle}"))
    for tag in candidates:
        facts = tags.tag(image.repository, tag)
        if facts is not None and facts.state == "current":
            return tag, next_
    return None


def wanted(stage: Stage) -> "Iterator[str]":
    """The packages that `stage`, and all stages on the same base, install by name."""
    root = stage.lineage()[-1]
    for one in stage.build.stages:
        if one.lineage()[-1] is not root:
            continue
        for step in one.steps:
            if step.name != "RUN" or step.onbuild:
                continue
            for programs, action in ((APT, "install"), (APK, "add")):
                for call in calls(step, programs):
                    if call.action == action:
                        for want in wanted_by(step, call):
                            yield want.name


def lacking(stage: Stage, distribution: str, next_: Living) -> tuple[list[str], bool]:
    """
    The packages the stage installs that the next release does not have.

    And whether there are others it may not have: names that come from elsewhere, it seems.
    """
    from dockwright.rules.api import packages, vanished

    index = packages.index(distribution, next_.codename)
    found: dict[str, None] = {}
    doubt = False
    for name in wanted(stage):
        if index is None:
            if vanished.vanished(distribution, next_.cycle, name) is not None:
                found[name] = None
        elif not index.exists(name) and not ("." in name and index.matches(name)):
            if index.elsewhere(name) or vanished.replacement("debian", name):
                found[name] = None
            else:
                doubt = True
    return list(found), doubt


def offer(draft: "Draft", stage: Stage, found: Origin) -> "Draft":
    """
    Offer the next living release as a fix, where the packages of the stage exist in it.

    Where they do not, the finding says which.
    """
    image = image_of(stage)
    target = bumped(image, found) if image is not None else None
    next_ = target[1] if target is not None else living(found.distribution, found.cycle)
    if next_ is None:
        return draft
    missing, doubt = lacking(stage, found.distribution, next_)
    text = f"{title(found.distribution, next_.cycle, next_.codename)} has updates until"
    text += f" {next_.until}"
    if missing:
        names = ", ".join(missing[:6]) + (", …" if len(missing) > 6 else "")
        text += f", but no package {names}"
    elif not doubt and found.distribution == "debian":
        text += " and all packages named here"
    draft.because = (*draft.because, Reason(text))
    if target is not None and image is not None and not missing and not doubt:
        draft.fix(f"build on {image.repository}:{target[0]}", _edit(stage, image, target[0]))
    return draft


def _edit(stage: Stage, image: "Image", tag: str) -> "Remedy | None":
    root = stage.lineage()[-1]
    step = root.from_step
    word = step.words[0]
    written = word.value
    if "$" in written or "@" in written or not isinstance(root.base.name, Known):
        return None
    text = step.stage.build.tree.source.slice(word.span)
    at = text.rfind(f":{image.tag}")
    if text != written or not written.endswith(f":{image.tag}"):
        return None
    start = word.span.start + at + 1
    edit: Edit = step.replace(type(word.span)(start, word.span.end), tag)
    return unsafe(edit)
