"""The place in a file that a class of differences is asked about."""

from collections.abc import Callable

from dockwright.model.stages import Build, Stage
from dockwright.model.steps import Step
from dockwright.rules.packages._managers import Call, calls
from dockwright.syntax.dockerfile.nodes import Instruction

Test = Callable[["Site"], bool]


class Site:
    """The instruction that hadolint names: its step and its stage, if it has them."""

    def __init__(self, build: Build, line: int) -> None:
        self.build = build
        self.step_: Step | None = None
        self.stage_: Stage | None = None
        self.node: Instruction | None = None
        for node in build.tree.instructions:
            if node.first_line <= line <= node.last_line:
                self.node = node
        for stage in build.stages:
            for step in (stage.from_step, *stage.steps):
                if step.outer is self.node:
                    self.step_, self.stage_ = step, stage

    @property
    def step(self) -> Step:
        assert self.step_ is not None
        return self.step_

    @property
    def stage(self) -> Stage:
        assert self.stage_ is not None
        return self.stage_

    @property
    def text(self) -> str:
        """The instruction as the file has it, without ONBUILD."""
        return self.step.node.joined.text

    def calls(self, manager: object) -> list[Call]:
        return list(calls(self.step, manager))  # type: ignore[arg-type]

    def installs(self, manager: object) -> list[Call]:
        return [call for call in self.calls(manager) if call.installs]
