"""More lines for the .dockerignore of a build."""

from posixpath import join

from dockwright.rules.api import Edit, Service, Span


def ignored(service: Service, paths: "list[str]") -> Edit | None:
    """The paths as the last lines of the .dockerignore that holds for a service's build."""
    around = service.project.around
    folder = service.text("build", "context")
    dockerfile = service.text("build", "dockerfile") or "Dockerfile"
    own = join(folder, dockerfile) + ".dockerignore"
    file = own if around.exists(own) else join(folder, ".dockerignore")
    if any(mark in path for path in paths for mark in "*?[\\! \n"):
        return None
    return appended(service, file, paths)


def appended(service: Service, file: str, lines: "list[str]") -> Edit:
    """Lines at the end of a file, which need not be there."""
    around = service.project.around
    text = around.read(file) or ""
    end = "\r\n" if "\r\n" in text else "\n"
    lead = end if text and not text.endswith("\n") else ""
    added = lead + "".join(line + end for line in lines)
    return Edit(around.shown(file), Span(len(text), len(text)), added)
