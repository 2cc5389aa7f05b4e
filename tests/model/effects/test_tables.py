"""Each program that a module knows is sent to it."""

from importlib import import_module

import pytest

from dockwright.model.effects import nodetools, wrappers
from dockwright.model.effects.tables import BUILTINS, MODULES, SPECIALS


@pytest.mark.parametrize("module", MODULES)
def test_programs_of_a_module(module: str) -> None:
    known = set(import_module(f"dockwright.model.effects.{module}").PROGRAMS)
    if "*" in known:
        # Others go to a second module of the family, or are told apart by their names.
        known |= set(nodetools.PROGRAMS) if module == "node" else set(MODULES[module])
    assert known - {"*"} == set(MODULES[module])


def test_no_program_is_sent_to_two() -> None:
    names = [name for names in MODULES.values() for name in names]
    assert len(names) == len(set(names))


def test_what_the_interpreter_handles() -> None:
    assert set(wrappers.PROGRAMS) == SPECIALS
    assert {"cd", "exit", "set"} <= SPECIALS & BUILTINS
