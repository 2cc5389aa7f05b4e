"""
The errors dockwright raises on purpose.

    DockwrightError
    ├── ConfigError     a configuration file is wrong
    ├── UsageError      the command line asks for something that does not exist
    ├── InputError      a file to check cannot be read
    ├── EngineError     a container engine is missing or failed
    └── RegistryError   a registry of images cannot be reached, or does not have what was asked

What a *Dockerfile* does wrong is never an exception: it is a finding.
"""


class DockwrightError(Exception):
    """
    Something the person at the keyboard can mend.

    `message` says what is wrong, `hint` what to do about it ("" when there is nothing to add).
    `file` and `line` say where; they are "" and 0 when unknown.
    """

    def __init__(self, message: str, *, hint: str = "", file: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.file = file
        self.line = line

    @property
    def where(self) -> str:
        """`file:line`, `file`, or ""."""
        return f"{self.file}:{self.line}" if self.file and self.line else self.file

    def __str__(self) -> str:
        parts = (self.where, self.message)
        text = ": ".join(part for part in parts if part)
        return f"{text}; {self.hint}" if self.hint else text


class ConfigError(DockwrightError):
    """A configuration file is wrong."""


class UsageError(DockwrightError):
    """The command line asks for something that does not exist or does not go together."""


class InputError(DockwrightError):
    """A file to check cannot be read."""


class EngineError(DockwrightError):
    """A container engine is missing, too old, or failed."""


class RegistryError(DockwrightError):
    """
    A registry of images cannot be reached, or does not have what was asked.

    `grave` when the registry would say the same of every other image.
    """

    grave = False
