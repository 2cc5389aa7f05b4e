"""Reports as text: one module per format, each with `render(report, options) -> str`."""

from dockwright.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.render.report import Options, Report

# Format: the module that renders it, imported when it is asked for.
FORMATS = {
    "text": "text",
    "json": "json",
    "sarif": "sarif",
    "github": "github",
}


def render(name: str, report: "Report", options: "Options | None" = None) -> str:
    """`report` in the format `name`; it ends with a newline, or is "" when there is no word to say."""
    if name not in FORMATS:
        message = f"{name!r} is no output format"
        raise UsageError(message, hint=f"there are {', '.join(FORMATS)}")
    if options is None:
        from dockwright.render.report import Options

        options = Options()
    if name == "text":  # spares the hot path the import machinery
        from dockwright.render import text

        return text.render(report, options)
    from importlib import import_module

    module = import_module(f"dockwright.render.{FORMATS[name]}")
    result: str = module.render(report, options)
    return result
