"""
The configuration an image has after each step.

A stage keeps, for each variable, label and setting, when it was set and to what. A state is a
point on those timelines: making one costs nothing, asking it costs a look-up, and a file of a
hundred thousand instructions stays linear.
"""

from bisect import bisect_left

from dockwright.facts.knowledge import Known, Reason, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.facts.contents import Contents
    from dockwright.facts.knowledge import Knowledge
    from dockwright.model.stages import Stage
    from dockwright.model.steps import Step

DEFAULT_SHELL = ("/bin/sh", "-c")
DEFAULT_WINDOWS_SHELL = ("cmd", "/S", "/C")

# The settings that a step replaces as a whole.
SETTINGS = ("user", "workdir", "shell", "entrypoint", "cmd", "healthcheck", "stopsignal")
# The settings with a name of their own inside.
MAPS = ("build_env", "image_env", "labels", "exposed", "volumes")


class Timeline:
    """The values one thing takes in a stage, by the index of the step that sets them."""

    __slots__ = ("_steps", "_values", "first", "value")

    def __init__(self, step: int, value: "Knowledge") -> None:
        self.first = step
        self.value = value
        # Most things are set once: lists only from the second time on.
        self._steps: list[int] | None = None
        self._values: list[Knowledge] | None = None

    def set(self, step: int, value: "Knowledge") -> None:
        """`step`, which comes after the others, sets the thing to `value`."""
        if self._steps is None or self._values is None:
            self._steps, self._values = [self.first], [self.value]
        self._steps.append(step)
        self._values.append(value)

    @property
    def steps(self) -> "Sequence[int]":
        """The steps that set it, in order."""
        return (self.first,) if self._steps is None else self._steps

    def before(self, step: int) -> "Knowledge | None":
        """What the steps before `step` made of it, None when none of them set it."""
        if self._steps is None or self._values is None:
            return self.value if self.first < step else None
        at = bisect_left(self._steps, step)
        return self._values[at - 1] if at else None


# What a stage that sets nothing has: shared by all such stages.
_NO_SETTINGS: dict[str, Timeline] = {}
_NO_MAPS: dict[str, dict[str, Timeline]] = {kind: {} for kind in MAPS}


class Timelines:
    """All timelines of a stage: `settings[name]` and `maps[kind][name]`."""

    __slots__ = ("maps", "settings")

    def __init__(self) -> None:
        self.settings = _NO_SETTINGS
        self.maps = _NO_MAPS

    def set(self, setting: str, step: int, value: "Knowledge") -> None:
        """Step number `step` sets `setting`."""
        if self.settings is _NO_SETTINGS:
            self.settings = {}
        _extend(self.settings, setting, step, value)

    def put(self, kind: str, name: str, step: int, value: "Knowledge") -> None:
        """Step number `step` sets `name` in the map `kind`."""
        if self.maps is _NO_MAPS:
            self.maps = dict(_NO_MAPS)
        entries = self.maps[kind]
        if entries is _NO_MAPS[kind]:
            entries = self.maps[kind] = {}
        _extend(entries, name, step, value)


def _extend(lines: dict[str, Timeline], name: str, step: int, value: "Knowledge") -> None:
    found = lines.get(name)
    if found is None:
        lines[name] = Timeline(step, value)
    else:
        found.set(step, value)


class CommandLine:
    """
    What CMD, ENTRYPOINT or HEALTHCHECK runs.

    `argv` is the list in the image's configuration, the shell included for a shell form; None when
    it depends on a shell nobody knows. `shell_form` tells which form was written.
    """

    __slots__ = ("argv", "shell_form", "step")

    def __init__(self, argv: tuple[str, ...] | None, shell_form: bool, step: "Step | None") -> None:
        self.argv = argv
        self.shell_form = shell_form
        self.step = step

    def __repr__(self) -> str:
        return f"CommandLine({self.argv!r}, shell_form={self.shell_form})"


class State:
    """
    The configuration of `stage` before its step number `at`.

    Each answer is `Known`, `OneOf` or `Unknown` with the reason. `user` and `workdir` are str
    ("" when nothing sets them), `shell` a tuple of str, `entrypoint`, `cmd` and `healthcheck` a
    `CommandLine` or None.
    """

    __slots__ = ("at", "stage")

    def __init__(self, stage: "Stage", at: int) -> None:
        self.stage = stage
        self.at = at

    def setting(self, name: str) -> "Knowledge":
        """One of `SETTINGS`."""
        timeline = self.stage.timelines.settings.get(name)
        found = timeline.before(self.at) if timeline is not None else None
        return found if found is not None else self.stage.inherited(name)

    @property
    def user(self) -> "Knowledge":
        """Who runs; "" means root."""
        return self.setting("user")

    @property
    def workdir(self) -> "Knowledge":
        """The working directory, absolute; "" means `/`."""
        return self.setting("workdir")

    @property
    def shell(self) -> "Knowledge":
        """The shell of shell forms."""
        found = self.setting("shell")
        windows = self.stage.os == "windows"
        default = DEFAULT_WINDOWS_SHELL if windows else DEFAULT_SHELL
        if isinstance(found, Known) and found.value is None:
            return Known(default, Reason("no SHELL instruction: the default shell"))
        if isinstance(found, Unknown):
            return Known(
                default,
                Reason("no SHELL instruction, and few base images set one", firm=False),
            )
        return found

    @property
    def shell_set(self) -> bool:
        """Whether a SHELL instruction of the Dockerfile is in force."""
        found = self.setting("shell")
        return isinstance(found, Known) and found.value is not None

    @property
    def entrypoint(self) -> "Knowledge":
        """What the container starts."""
        return self.setting("entrypoint")

    @property
    def cmd(self) -> "Knowledge":
        """The arguments of the entrypoint, or what starts when there is none."""
        return self.setting("cmd")

    @property
    def healthcheck(self) -> "Knowledge":
        """The health check; a `CommandLine` with `argv` ("NONE",) when it is switched off."""
        return self.setting("healthcheck")

    @property
    def stopsignal(self) -> "Knowledge":
        """The stop signal, None for the default."""
        return self.setting("stopsignal")

    @property
    def files(self) -> "Contents":
        """The file system, with its packages and accounts."""
        return self.stage.files.contents(self.at)

    def program(self, name: str) -> "Knowledge":
        """
        The `Program` that `name` starts with the image's PATH, Known(None) when there is none.

        A name with a slash is a path, relative to the working directory.
        """
        if "/" in name and not name.startswith("/"):
            workdir = self.workdir
            if not isinstance(workdir, Known):
                return workdir
            name = f"{workdir.value or '/'}/{name}"
        return self.files.program(name, self.env("PATH"))

    def variable(self, name: str) -> "Knowledge | None":
        """
        What `$name` is in an instruction and in RUN: the later one of ARG and ENV.

        None when it is certainly not set.
        """
        return self.stage.lookup("build_env", name, self.at)

    def env(self, name: str) -> "Knowledge | None":
        """What the image's environment says of `name`; None when it is certainly not set."""
        return self.stage.lookup("image_env", name, self.at)

    def label(self, name: str) -> "Knowledge | None":
        """The label `name`; None when it is certainly not set."""
        return self.stage.lookup("labels", name, self.at)

    def sets(self, kind: str, name: str) -> bool:
        """Whether the file itself sets `name` in the map `kind` before this point."""
        at = self.at
        for stage in self.stage.lineage():
            timeline = stage.timelines.maps[kind].get(name)
            if timeline is not None and (
                stage is not self.stage or timeline.before(at) is not None
            ):
                return True
        return False

    def names(self, kind: str) -> list[str]:
        """The names set so far in the map `kind`, in this stage and the stages it builds on."""
        seen: dict[str, None] = {}
        stage: Stage | None = self.stage
        at = self.at
        while stage is not None:
            for name, timeline in stage.timelines.maps[kind].items():
                if timeline.before(at) is not None:
                    seen[name] = None
            stage = stage.parent
            at = len(stage.steps) if stage is not None else 0
        return list(seen)

    def entries(self, kind: str) -> "dict[str, Knowledge]":
        """The map `kind` as far as it is known."""
        found: dict[str, Knowledge] = {}
        for name in self.names(kind):
            value = self.stage.lookup(kind, name, self.at)
            if value is not None:
                found[name] = value
        return found
