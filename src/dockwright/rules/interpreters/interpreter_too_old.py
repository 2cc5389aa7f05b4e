"""DW5209 interpreter-too-old."""

from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Known,
    Reason,
    Rule,
    RunStep,
    Stage,
    command,
    unwrapped,
)

# The official images of interpreters, with what their release dates are called.
_IMAGES = {"python": ("python", "Python"), "node": ("nodejs", "Node.js"), "ruby": ("ruby", "Ruby")}
_TOOLS = {
    "pip": "python",
    "pip2": "python",
    "pip3": "python",
    "easy_install": "python",
    "npm": "node",
    "yarn": "node",
    "gem": "ruby",
    "bundle": "ruby",
}
# Debian and Ubuntu packages that bring a `pip` of Python 2.
_PYTHON2 = ("python-pip", "python-setuptools", "python-dev", "python2-dev")


class InterpreterTooOld(Rule):
    """
    Pin the packages of an interpreter that has reached its end, or move to a living one.

    Makers of packages drop versions of Python, Node.js and Ruby that get no updates. Without an
    exact version the newest release is installed, which needs a newer interpreter: `requires
    Python >=3.8`, `SyntaxError`, `requires Ruby version >= 3.2`.

    Silent when the version is not known or still supported, and when each package has an exact
    version.
    """

    code = "DW5209"
    name = "interpreter-too-old"
    severity = "warning"
    tier = "preview"
    tags = ("python", "node", "ruby", "end-of-life")
    on = command("pip", "pip2", "pip3", "easy_install", "npm", "yarn", "gem", "bundle", "sudo")

    examples = (
        Bad("FROM python:2.7-slim\nRUN pip install flask\n", at="pip install flask"),
        Bad("FROM ruby:2.5\nRUN gem install bundler\n", at="gem install bundler"),
        Bad(
            "FROM python:3.5-slim\nRUN sudo pip install flask\n",
            at="pip install flask",
        ),
        Good("FROM python:3.13-slim\nRUN pip install flask\n"),
        Good("FROM python:2.7-slim\nRUN pip install flask==1.1.4\n"),
        Good("FROM example.org/python:2.7\nRUN pip install flask\n"),
    )

    def check(self, step: RunStep) -> Findings:
        if step.onbuild or not step.stage.built or step.stage.os != "linux":
            return
        for found in map(unwrapped, step.commands):
            kind = _TOOLS.get(found.name)
            if kind is None or not _open(found):
                continue
            old = _old(step.stage, kind)
            if old is None:
                continue
            what, reason = old
            yield self.at(
                found,
                f"{found.name} takes the newest releases here, which may need a newer {what}",
                (reason,),
            )
            return


def _open(found: Command) -> bool:
    """Whether it installs something without an exact version."""
    operands = [word.shape for word in found.operands("-r", "-c", "-t", "-v", "--version")]
    if found.name == "easy_install":
        return any("==" not in one for one in operands)
    if found.name == "yarn":
        return not operands or operands[0] in ("install", "add")
    if not operands or operands[0] not in ("install", "i", "ci"):
        return False
    names = operands[1:]
    if found.name.startswith("pip"):
        return found.has("-r", "--requirement", "-U", "--upgrade") or any(
            "==" not in one and not one.startswith((".", "/")) for one in names
        )
    if found.name == "gem":
        return not found.has("-v", "--version") and any(":" not in one for one in names)
    if found.name == "bundle":
        return not names
    return not names or any("@" not in one[1:] for one in names)


def _old(stage: Stage, kind: str) -> tuple[str, Reason] | None:
    from dockwright.rules.api import releases

    base = stage.lineage()[-1].base
    parsed = base.parsed
    if parsed is None:
        return None
    known = _IMAGES.get(parsed.familiar)
    if known is not None:
        product, title = known
        if parsed.familiar != kind:
            return None
        version = parsed.tag.partition("-")[0]
        release = releases.release(product, version) if version else None
        if release is None or not releases.ended(product, version, releases.DAY):
            return None
        text = f"{title} {release.cycle} ended on {release.eol}"
        return title, Reason(text, firm=False)
    if kind != "python":
        return None
    files = stage.state.files
    for name in _PYTHON2:
        there = files.package("apt", name)
        if isinstance(there, Known) and there.value is True:
            return "Python", Reason(f"{name} is of Python 2, which ended on 2020-01-01", firm=False)
    return None
