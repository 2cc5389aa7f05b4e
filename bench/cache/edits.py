"""What can be done to a copy of a fixture between two builds."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

Edit = Callable[[Path], None]


class Case(NamedTuple):
    """
    A fixture, what is done to it, and how it is built.

    `edits` are made between the two builds, `first` before both. `old` and `new` are the build
    arguments of the two builds; `said` whether the prediction is told the new values, or only that
    they are others. `secrets` are the values of the secret `token` in the two builds. `base` gives
    the content of the base image in the two builds, `relabel` another label in the second.
    """

    fixture: str
    name: str
    edits: tuple[Edit, ...] = ()
    first: tuple[Edit, ...] = ()
    old: dict[str, str] | None = None
    new: dict[str, str] | None = None
    said: bool = False
    target: str = ""
    secrets: tuple[str, str] = ("one", "one")
    base: tuple[str, str] = ("one", "one")
    relabel: bool = False

    @property
    def title(self) -> str:
        return f"{self.fixture}: {self.name}"


def write(path: str, text: str = "changed\n") -> Edit:
    def edit(folder: Path) -> None:
        file = folder / "context" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    return edit


def append(path: str, text: str = "changed\n") -> Edit:
    def edit(folder: Path) -> None:
        with (folder / "context" / path).open("a") as file:
            file.write(text)

    return edit


def touch(path: str) -> Edit:
    def edit(folder: Path) -> None:
        os.utime(folder / "context" / path, (1_700_000_000, 1_700_000_000))

    return edit


def chmod(path: str, mode: int) -> Edit:
    def edit(folder: Path) -> None:
        (folder / "context" / path).chmod(mode)

    return edit


def delete(path: str) -> Edit:
    def edit(folder: Path) -> None:
        target = folder / "context" / path
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        else:
            target.unlink()

    return edit


def move(path: str, to: str) -> Edit:
    def edit(folder: Path) -> None:
        target = folder / "context" / to
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / "context" / path).rename(target)

    return edit


def mkdir(path: str) -> Edit:
    def edit(folder: Path) -> None:
        (folder / "context" / path).mkdir()

    return edit


def link(path: str, to: str) -> Edit:
    def edit(folder: Path) -> None:
        target = folder / "context" / path
        if target.is_symlink():
            target.unlink()
        target.symlink_to(to)

    return edit


def dockerfile(folder: Path) -> Path:
    """The Dockerfile of a fixture: beside the context, or in it."""
    beside = folder / "Dockerfile"
    return beside if beside.exists() else folder / "context" / "Dockerfile"


def sub(old: str, new: str) -> Edit:
    """Replace `old`, which stands there just once, in the Dockerfile."""

    def edit(folder: Path) -> None:
        file = dockerfile(folder)
        text = file.read_text()
        if text.count(old) != 1:
            raise ValueError(f"{old!r} stands {text.count(old)} times in {file}")
        file.write_text(text.replace(old, new))

    return edit
