"""DW1009 from-arg-default-invalid."""

from dockwright.rules.api import PLATFORM_ARGS, Bad, Build, Findings, Good, Rule

# Any platform does: no value of these makes a name valid or invalid.
_PLATFORM = {
    "PLATFORM": "linux/amd64",
    "OS": "linux",
    "ARCH": "amd64",
}


class FromArgDefaultInvalid(Rule):
    """
    Give the arguments in `FROM` defaults that make a valid image name.

    Whoever builds the file without `--build-arg` gets the defaults, and an empty or invalid name
    stops the build with a message about the name, not about the argument.

    Silent when the name is valid with the defaults alone, and when `FROM` itself is malformed.
    """

    code = "DW1009"
    name = "from-arg-default-invalid"
    tags = ("variables", "base-image")
    also = ("buildkit:InvalidDefaultArgInFrom",)

    examples = (
        Bad("ARG BASE\nFROM $BASE\n", at="$BASE"),
        Bad("ARG TAG\nFROM debian:${TAG}\n", at="debian:${TAG}"),
        Bad(
            "ARG TAG=\nFROM debian:${TAG}\n",
            at="debian:${TAG}",
            config={"build-args": {"TAG": "1"}},
        ),
        Bad("ARG BASE='De bian'\nFROM $BASE\n", at="$BASE"),
        Bad("FROM debian:12 AS Build\nFROM Build\n", at="Build"),
        Good("ARG TAG=12\nARG BASE=debian:$TAG\nFROM $BASE\n"),
        Good("ARG TAG\nFROM debian:${TAG:-12}\nFROM debian$TAG:12\n"),
        Good("FROM tool-$TARGETARCH:1\n"),
        Good("FROM debian: 12\n"),
    )

    def check(self, build: Build) -> Findings:
        if not build.stages:
            return
        step = build.stages[0].from_step
        values = dict.fromkeys(PLATFORM_ARGS, "")
        for side in ("BUILD", "TARGET"):
            for part, value in _PLATFORM.items():
                values[side + part] = value
        values["TARGETSTAGE"] = build.stages[-1].name or "default"
        for node in build.globals:
            for pair in node.pairs:
                if pair.value is not None:
                    default = step.evaluate(pair.value, values.get).value
                    if default is None:
                        return
                    values[pair.key] = default
        for stage in build.stages:
            words = stage.from_step.words
            if len(words) not in (1, 3):
                return
            name = step.evaluate(words[0].value, values.get).value
            if name is None:
                return
            if step.image(name) is None:
                if "$" in words[0].value:
                    what = f"is `{name}`" if name else "is empty"
                    message = f"with the defaults alone the image name {what}, which is not valid"
                else:
                    message = f"`{name}` is no valid image name"
                yield self.at(words[0], message)
