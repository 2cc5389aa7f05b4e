"""Reports as text: one module per format, each with `render(report, options) -> str`."""

from dockwright.errors import UsageError
from dockwright.render.report import Options, Report

# Format: the module that renders it, imported when it is asked for.
FORMATS = {
    "text": "text",
    "json": "json",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "checkstyle": "checkstyle",
    "junit": "junit",
    "markdown": "markdown",
}


def render(name: str, report: "Report", options: "Options | None" = None) -> str:
    """`report` in the format `name`: "" or lines that end with a newline."""
    if name not in FORMATS:
        message = f"{name!r} is no output format"
        raise UsageError(message, hint=f"there are {', '.join(FORMATS)}")
    options = options or Options()
    if name == "text":  # spares the hot path the import machinery
        from dockwright.render import text

        return text.render(report, options)
    from importlib import import_module

    module = import_module(f"dockwright.render.{FORMATS[name]}")
    result: str = module.render(report, options)
    return result


__all__ = ["FORMATS", "Options", "Report", "render"]
