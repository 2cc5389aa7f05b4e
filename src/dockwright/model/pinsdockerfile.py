"""
The images that a Dockerfile names: FROM, `COPY --from`, `RUN --mount=…,from=`.

Stages, `scratch` and named build contexts are none. Source of the rules for what expands where:
moby/buildkit `frontend/dockerfile/dockerfile2llb/convert.go` (`COPY --from` and `from=` take no
variables) and docs/reference.md, "FROM" and "Understand how ARG and FROM interact".
"""

from dockwright.facts.knowledge import Known
from dockwright.model.pins import Left, Use, found, identity
from dockwright.model.reference import parse
from dockwright.syntax.dockerfile.expand import references
from dockwright.text.lazy import lazy
from dockwright.text.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockwright.model.reference import Reference
    from dockwright.model.stages import Build, Stage
    from dockwright.model.steps import Step
    from dockwright.syntax.dockerfile.nodes import Instruction, Pair, Word

_WHOLE = lazy(r"""(["']?)\$(?:(\w+)|\{(\w+)\})\1\Z""")


def images(
    build: "Build",
    *,
    given: "Mapping[str, str] | None" = None,
    built: "Iterable[Reference]" = (),
) -> "list[Use | Left]":
    """
    The images of a Dockerfile, in its order, each place once.

    `given` says who else gives a build argument a value ("service web"); `built` are images that
    builds of this project make, which no registry has.
    """
    finder = _Finder(build, given or {}, {identity(one) for one in built})
    unique = {(one.source, one.span.start, one.span.end): one for one in finder.all()}
    return sorted(unique.values(), key=lambda one: one.span.start)


class _Finder:
    __slots__ = ("build", "built", "defaults", "given", "known", "taken")

    def __init__(
        self, build: "Build", given: "Mapping[str, str]", built: "set[tuple[str, str, str]]"
    ) -> None:
        self.build = build
        self.given = given
        self.built = built
        self.known: dict[str, Use | str] = {}
        self.taken: dict[str, int] | None = None
        self.defaults: dict[str, list[tuple[Instruction, Pair]]] = {}
        for node in build.globals:
            for pair in node.pairs:
                if pair.value is not None:
                    self.defaults.setdefault(pair.key, []).append((node, pair))

    def all(self) -> "Iterator[Use | Left]":
        for stage in self.build.stages:
            if stage.base.kind == "image" and stage.from_step.words:
                one = self.base(stage, stage.from_step.words[0])
                if one is not None:
                    yield self.without_built(one)
            for step in stage.steps:
                for one in self.sources(step):
                    yield self.without_built(one)

    def without_built(self, one: Use | Left) -> Use | Left:
        reference = parse(one.text) if isinstance(one, Use) else None
        if reference is None or identity(reference) not in self.built:
            return one
        return Left(
            one.kind, one.source, one.span, one.text, "a Compose service here builds it", quiet=True
        )

    # FROM

    def base(self, stage: "Stage", word: "Word") -> "Use | Left | None":
        source = self.build.tree.source
        if "$" in word.value:
            return self.variable(word)
        name = stage.base.name
        if not isinstance(name, Known) or not name.value:
            return None
        return found("FROM", source, word.span, name.value, stage.from_step.node.comments)

    def variable(self, word: "Word") -> Use | Left:
        match = _WHOLE.match(word.value)
        if match is None:
            return self.left(
                word, "a variable is a part of it: put the whole reference into one ARG"
            )
        name = match[2] or match[3]
        if name not in self.known:
            self.known[name] = self.argument(name)
        answer = self.known[name]
        return self.left(word, answer) if isinstance(answer, str) else answer

    def argument(self, name: str) -> Use | str:
        """The default of an ARG that a FROM takes as a whole, or why it cannot be pinned."""
        if name in self.given:
            return f"{self.given[name]} gives {name}"
        if name in self.build.args:
            return f"the configuration gives {name}"
        defaults = self.defaults.get(name, ())
        if len(defaults) > 1:
            return f"{name} has {len(defaults)} defaults"
        for node, pair in defaults:
            written = pair.value or ""
            if "$" in written:
                return f"the default of {name} is put together from variables"
            value = self.build.expand_global(written, pair.word.span)
            if not isinstance(value, Known) or not value.value:
                break
            if self.taken is None:
                self.taken = self.elsewhere()
            if name in self.taken:
                return f"line {self.taken[name]} takes {name} for something else"
            area = Span(pair.key_span.end, pair.word.end)
            comments = node.comments if len(node.pairs) == 1 else ()
            use = found("ARG", self.build.tree.source, area, value.value, comments)
            return use if isinstance(use, Use) else f"the default of {name}: {use.reason}"
        return f"{name} has no default: the build gives it"

    def elsewhere(self) -> dict[str, int]:
        """The first line that takes an argument as something else than a whole base, by name."""
        outside = {id(node) for node in self.build.globals}
        lines: dict[str, int] = {}
        for node in self.build.tree.instructions:
            names: list[str] = []
            if node.name == "FROM":
                names += self.mentioned([flag.text for flag in node.flags])
                names += self.mentioned(w.value for w in node.args if not _WHOLE.match(w.value))
            for pair in node.pairs if node.name == "ARG" else ():
                if id(node) in outside:
                    names += self.mentioned([pair.value or ""])
                elif pair.value is None:
                    names.append(pair.key)
            for name in names:
                lines.setdefault(name, node.first_line)
        return lines

    def mentioned(self, texts: "Iterable[str]") -> list[str]:
        escape = self.build.tree.escape
        return [one.name for text in texts for one in references(text, escape)]

    # COPY and RUN

    def sources(self, step: "Step") -> "Iterator[Use | Left]":
        build = self.build
        words = step.sources if step.name in ("COPY", "RUN") else ()
        for word in words:
            value = word.value
            if value in build.contexts or build.stage_named(value) is not None or value.isdigit():
                continue
            image = bool(set(value) & set("/:@"))
            if step.onbuild:
                if image:
                    reason = "ONBUILD runs in a later build, which may have a stage of that name"
                    yield self.left(word, reason, step.name)
            elif "$" in value:
                yield self.left(word, "a variable is a part of it", step.name)
            elif not image:
                reason = "it may be a named build context; with a tag it is an image"
                yield self.left(word, reason, step.name)
            else:
                comments = step.node.comments if len(words) == 1 else ()
                yield found(step.name, build.tree.source, word.span, value, comments)

    def left(self, word: "Word", reason: str, kind: str = "FROM") -> Left:
        return Left(kind, self.build.source, word.span, word.value, reason)
