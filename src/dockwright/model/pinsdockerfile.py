"""
The images that a Dockerfile names: FROM, `COPY --from`, `RUN --mount=…,from=`.

Stages, `scratch` and named build contexts are none. Source of the rules for what expands where:
moby/buildkit `frontend/dockerfile/dockerfile2llb/convert.go` (`COPY --from` and `from=` take no
variables) and docs/reference.md, "FROM" and "Understand how ARG and FROM interact".
"""

from dockwright.facts.knowledge import Known
from dockwright.model.pins import Left, Use, found, same
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
    finder = _Finder(build, given or {}, tuple(built))
    unique = {(one.source, one.span.start, one.span.end): one for one in finder.all()}
    return sorted(unique.values(), key=lambda one: one.span.start)


class _Finder:
    __slots__ = ("build", "built", "given")

    def __init__(
        self, build: "Build", given: "Mapping[str, str]", built: "tuple[Reference, ...]"
    ) -> None:
        self.build = build
        self.given = given
        self.built = built

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
        if reference is None or not any(same(reference, other) for other in self.built):
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
        if name in self.given:
            return self.left(word, f"{self.given[name]} gives {name}")
        if name in self.build.args:
            return self.left(word, f"the configuration gives {name}")
        values = [
            (node, pair)
            for node in self.build.globals
            for pair in node.pairs
            if pair.key == name and pair.value is not None
        ]
        if not values:
            return self.left(word, f"{name} has no default: the build gives it")
        if len(values) > 1:
            return self.left(word, f"{name} has {len(values)} defaults")
        return self.default(word, *values[0])

    def default(self, word: "Word", node: "Instruction", pair: "Pair") -> Use | Left:
        """The default of an ARG that a FROM takes as a whole."""
        name, written = pair.key, pair.value or ""
        if "$" in written:
            return self.left(word, f"the default of {name} is put together from variables")
        value = self.build.expand_global(written, pair.word.span)
        if not isinstance(value, Known) or not value.value:
            return self.left(word, f"{name} has no default: the build gives it")
        other = self.other_use(name)
        if other:
            return self.left(word, f"line {other} takes {name} for something else")
        area = Span(pair.key_span.end, pair.word.end)
        comments = node.comments if len(node.pairs) == 1 else ()
        return found("ARG", self.build.tree.source, area, value.value, comments)

    def other_use(self, name: str) -> int:
        """The line that takes the argument as something else than a whole base, 0 for none."""
        for node in self.build.tree.instructions:
            if node.name == "FROM":
                texts = [flag.text for flag in node.flags]
                texts += [word.value for word in node.args if not _WHOLE.match(word.value)]
                if self.mentions(texts, name):
                    return node.first_line
            elif node.name == "ARG":
                in_stage = node not in self.build.globals
                for pair in node.pairs:
                    imported = in_stage and pair.key == name and pair.value is None
                    if imported or (not in_stage and self.mentions([pair.value or ""], name)):
                        return node.first_line
        return 0

    def mentions(self, texts: "Iterable[str]", name: str) -> bool:
        escape = self.build.tree.escape
        return any(one.name == name for text in texts for one in references(text, escape))

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
