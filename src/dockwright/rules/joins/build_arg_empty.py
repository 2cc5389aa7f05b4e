"""DW6313 build-arg-empty."""

from dockwright.rules.api import (
    PLATFORM_ARGS,
    PROXY_ARGS,
    Bad,
    Files,
    Findings,
    Good,
    Rule,
    Service,
    Stage,
    Step,
    lazy,
)
from dockwright.rules.joins._names import written

_COMPOSE = "services:\n  web:\n    build:\n      context: .\n"
_USE = lazy(r"\$(?:\{(\w+)\}|(\w+))")
# What makes a word a version, a path or an address: with a part of it empty it is another one.
_GLUED = lazy(r"(?:https?://|==|@|/|-v?|:)\Z")


class BuildArgEmpty(Rule):
    """
    Give a build the arguments that its addresses and versions are made of.

    An `ARG` without a default is empty when Compose does not give it: `pip install app==$VERSION`
    and a download from `…/v$VERSION/tool.tar.gz` then ask for something that is not there, or for
    another thing than was meant.

    Silent when the argument has a default or a name in `args` without a value, in conditions, when
    the same `RUN` looks at it (`${X:-…}`, `test -n "$X"`), and when the variable is the whole word.
    """

    code = "DW6313"
    name = "build-arg-empty"
    severity = "warning"
    tier = "preview"
    tags = ("compose", "build", "variables")
    mentions = ("build",)

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": _COMPOSE,
                    "Dockerfile": "FROM python:3.12-slim\nARG VERSION\n"
                    "RUN pip install tool==$VERSION\n",
                }
            ),
            at="build",
        ),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE + "      args: [VERSION]\n",
                    "Dockerfile": "FROM python:3.12-slim\nARG VERSION\n"
                    "RUN pip install tool==$VERSION\n",
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": _COMPOSE,
                    "Dockerfile": "FROM python:3.12-slim\nARG VERSION=1\nARG EXTRA\nARG MODE\n"
                    "RUN pip install tool==$VERSION $EXTRA\n"
                    'RUN if [ -n "$MODE" ]; then make mode-$MODE; fi\n',
                }
            )
        ),
    )

    def check(self, service: Service) -> Findings:
        stage = service.stage if "build" in service.config else None
        if stage is None or not service.project.standalone:
            return
        given = written(service, "build", "args")
        if given is None:
            return
        told: set[str] = set()
        for one in stage.lineage():
            for step in one.steps:
                if step.name != "RUN" or step.onbuild or "$" not in step.node.joined.text:
                    continue
                for name, word in _glued(step):
                    if name in told or name in given or name in PLATFORM_ARGS | PROXY_ARGS:
                        continue
                    if _empty(one, step, name):
                        told.add(name)
                        yield self.at(
                            service.key("build"),
                            f"the build is not given `{name}`, which `{word}` needs",
                            likely=True,
                        )


def _glued(step: Step) -> "list[tuple[str, str]]":
    """The variables that stand in the middle of a word of the RUN, with the word."""
    script = step.script
    if script is None or script.damaged:
        return []
    found: list[tuple[str, str]] = []
    for command in script.commands:
        if command.within or command.name in ("echo", "printf", "test", "[", "export"):
            continue
        for word in command.words[1:]:
            if "'" in word.text or word.text.startswith("="):
                continue
            found += [
                (match[1] or match[2], word.text)
                for match in _USE.finditer(word.text)
                if _GLUED.search(word.text[: match.start()])
            ]
    return found


def _empty(stage: Stage, step: Step, name: str) -> bool:
    """Whether the name is an ARG of this stage without a value, at this point."""
    if stage.build.args.get(name) is not None or stage.build.global_args.get(name) is not None:
        return False
    text = step.node.joined.text
    # A script that looks whether it is set, or sets it, knows what it does.
    if f"{name}=" in text or f"{{{name}:" in text or '-n "$' in text or '-z "$' in text:
        return False
    pairs = [
        pair
        for other in stage.steps[: step.index]
        if other.name in ("ARG", "ENV")
        for pair in other.node.pairs
        if pair.key == name
    ]
    base = stage.lineage()[-1].base.facts
    return bool(pairs) and all(pair.value is None for pair in pairs) and name not in base.env
