"""DW2009 rm-in-later-layer."""

import posixpath

from dockwright.rules.api import Bad, Command, Findings, Good, Known, Rule, Stage, Step
from dockwright.rules.layers._paths import landing

_MANY = 400


class RmInLaterLayer(Rule):
    """
    Delete a file in the `RUN` that makes it; do not copy what you will delete.

    A layer only adds. What a later `RUN` deletes is hidden, but its bytes stay in the image, and
    whoever has the image can take them out of the layer.

    Silent for files whose origin is not plain to see (a literal `COPY`, a download with a literal
    name), when they are deleted in the same `RUN` or only under a condition, and in a stage that
    does not ship.
    """

    code = "DW2009"
    name = "rm-in-later-layer"
    severity = "info"
    tier = "preview"
    tags = ("size", "layers")
    also = ("slim:20021",)

    examples = (
        Bad(
            "FROM debian:12\nCOPY tool.deb /opt/\nRUN dpkg -i /opt/tool.deb && rm /opt/tool.deb\n",
            at="/opt/tool.deb",
        ),
        Bad(
            "FROM debian:12\nWORKDIR /src\nRUN curl -fsSLo big.tgz https://example.com/big.tgz\n"
            "RUN tar xf big.tgz\nRUN rm -rf big.tgz\n",
            at="big.tgz",
        ),
        Bad(
            "FROM debian:12\nCOPY a.deb b.deb /opt/\nRUN dpkg -i /opt/*.deb\nRUN rm -rf /opt/*\n",
            at="/opt/*",
        ),
        Good(
            "FROM debian:12\n"
            "RUN wget -O /x.tgz https://example.com/x.tgz && tar xf /x.tgz && rm /x.tgz\n"
        ),
        Good('FROM debian:12\nCOPY tool.deb /opt/\nRUN rm /opt/other.deb; rm -rf "$DIR"\n'),
        Good("FROM debian:12\nCOPY tool.deb /opt/\nRUN if [ -e /no ]; then rm /opt/tool.deb; fi\n"),
        Good(
            "FROM debian:12 AS b\nCOPY tool.deb /opt/\nRUN rm /opt/tool.deb\n"
            "FROM scratch\nCOPY --from=b /srv /srv\n"
        ),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.shipped:
            return
        made: dict[str, Step] = {}
        for step in stage.steps:
            if step.onbuild:
                continue
            if step.name in ("COPY", "ADD"):
                if len(made) < _MANY:
                    made.update((path, step) for _, path in landing(step))
                continue
            if step.name != "RUN" or not step.commands:
                continue
            workdir = step.before.workdir
            base: str | None = None
            if isinstance(workdir, Known):
                base = workdir.value or "/"
            fresh: set[str] = set()
            for command in step.commands:
                if command.name == "cd":
                    base = _moved(command, base)
                elif command.name == "rm" and not command.conditional:
                    for word in command.operands():
                        gone = _deleted(word.shape, word.text, base, made)
                        for path in gone:
                            fresh.discard(path)
                        old = [path for path in gone if path not in fresh and path in made]
                        if old:
                            first = made[old[0]]
                            line = stage.build.tree.source.line_of(first.span.start)
                            message = f"the bytes of `{old[0]}` stay in the layer of line {line}"
                            yield self.at(word, message)
                            for path in old:
                                del made[path]
                else:
                    landed = _download(command, base)
                    if landed is not None and not step.kept_out(landed):
                        fresh.add(landed)
            made.update((path, step) for path in fresh)
            if len(made) > _MANY:
                made.clear()


def _moved(command: Command, base: str | None) -> str | None:
    target = command.args[0].value if command.args else None
    if target is None or command.within:
        return None
    if target.startswith("/"):
        return target
    return posixpath.join(base, target) if base is not None else None


def _absolute(path: str, base: str | None) -> str | None:
    if not path.startswith("/"):
        if base is None:
            return None
        path = posixpath.join(base, path)
    return posixpath.normpath(path)


def _deleted(shape: str, text: str, base: str | None, made: "dict[str, Step]") -> list[str]:
    """The paths of `made` that `rm` of this word deletes."""
    if "$" in shape or "{" in shape:
        return []
    every = shape.endswith("/*") and text.endswith("*")
    plain = shape[:-2] if every else shape
    if any(char in plain for char in "*?[") or plain in ("", "/", "."):
        return []
    target = _absolute(plain, base)
    if target is None:
        return []
    found = [path for path in made if path.startswith(target.rstrip("/") + "/")]
    if not every and target in made:
        found.insert(0, target)
    return found


def _download(command: Command, base: str | None) -> str | None:
    """The file that a download makes."""
    if command.conditional or command.name not in ("curl", "wget"):
        return None
    names = ("-o", "--output") if command.name == "curl" else ("-O", "--output-document")
    for index, word in enumerate(command.args):
        shape = word.shape
        value: str | None = None
        if shape in names or (
            shape[:1] == "-" and shape[1:2].isalpha() and shape.endswith(names[0][1])
        ):
            after = command.args[index + 1] if index + 1 < len(command.args) else None
            value = after.value if after is not None else None
        elif shape.startswith(names[1] + "="):
            value = shape.partition("=")[2] if word.value is not None else None
        if value and value != "-" and not value.startswith("/dev/"):
            return _absolute(value, base)
    for redirect in command.redirects:
        target = redirect.target.value if redirect.target is not None else None
        if redirect.operator in (">", ">|") and redirect.descriptor in ("", "1") and target:
            return _absolute(target, base) if not target.startswith("/dev/") else None
    return None
