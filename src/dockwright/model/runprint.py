"""What a RUN reads and writes, for `model/dependence.py`."""

from dockwright.facts.knowledge import Known
from dockwright.model.dependence import ALL, FOREIGN, NAMES, Footprint, real
from dockwright.model.region import EVERYWHERE, Region, absolute
from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.model.installs import Install
    from dockwright.model.steps import Step
    from dockwright.syntax.shell.nodes import Command

_ASSIGNED = lazy(
    r"(?:^|[\s;&|(])(?:export\s+|local\s+|readonly\s+)?(\w+)="
    r"|\bread\s+(?:-\w+\s+)*(\w+)|\bfor\s+(\w+)\s+in\b"
)
_LITERAL = lazy(r"(?:^|[:;,=\s\"'])(/[^:;,$\s\"']+)")
# Variables that say where programs find more of themselves.
_POINTING = lazy(
    r"PATH|LD_LIBRARY_PATH|LD_PRELOAD|PYTHON\w*|PIP_\w+|VIRTUAL_ENV|NODE_PATH|NODE_OPTIONS|PERL5LIB"
    r"|RUBYLIB|GEM_\w+|BUNDLE_\w+|GOPATH|GOBIN|GOROOT|GOCACHE|GOMODCACHE|CARGO_\w+|RUSTUP_\w+"
    r"|(?i:npm_config_\w+)|COMPOSER_\w+|BASH_ENV|ENV|HOME|TMPDIR|XDG_\w+|APT_CONFIG|CURL_HOME"
    r"|WGETRC|GNUPGHOME|UV_\w+|POETRY_\w+|PNPM_\w+|YARN_\w+"
)
_RUNS_PROJECT_CODE = frozenset(("npm", "yarn", "pnpm", "bun", "composer", "maven", "mix"))


def installs(step: "Step") -> "list[tuple[Command, Install]]":
    """The commands of a RUN that install a project's dependencies."""
    from dockwright.model.installs import PROGRAMS, install
    from dockwright.model.touching import Seen, Touched

    script = step.script
    names = {one.name for one in step.commands}
    if script is None or names.isdisjoint((*PROGRAMS, "sudo", "env", "exec", "time")):
        return []
    home = _home(step)
    cwds = _folders_of(step, step.commands)
    own = _own(script.text)
    found = []
    for command in step.commands:
        seen = Seen(step, command, cwds[command.start], home, Touched(), own, ())
        installed = install(seen)
        if installed is not None:
            found.append((command, installed))
    return found


def _own(text: str) -> frozenset[str]:
    """The variables that a script sets."""
    return frozenset(one for several in _ASSIGNED.findall(text) for one in several if one)


def fill(step: "Step", commands: "Sequence[Command]", found: Footprint) -> None:
    """Add what `commands` of a RUN read and write to `found`."""
    from dockwright.model.installs import install
    from dockwright.model.touching import Seen, Touched, touch

    found.runs = True
    found.uses.add(("user",))
    if not step.node.is_json:
        found.uses.add(("shell",))
    script = step.script
    if script is None or script.damaged or step.stage.os != "linux":
        _anything(found, "its script is not understood")
        return
    text = script.text
    found.uses.update(("env", one) for one in NAMES.findall(text))
    own = _own(text)
    out = Touched()
    pointing, where = _pointed(step)
    out.reads += pointing
    home = _home(step)
    cwds = _folders_of(step, commands)
    for command in commands:
        seen = Seen(step, command, cwds[command.start], home, out, own, where)
        installed = install(seen)
        if installed is not None:
            found.installs.append(installed)
            out.here = True
            from dockwright.model.touchers import language

            language(seen)
            if installed.manager in _RUNS_PROJECT_CODE and "--ignore-scripts" not in seen.args:
                found.variables = ALL
            for redirect in command.redirects:
                if redirect.target is not None:
                    out.writes.append(seen.region(seen.text(redirect.target)))
        else:
            touch(seen)
        if out.unknown:
            _anything(found, out.unknown)
            return
    for mount in step.mounts:
        target = absolute(mount.target, None) if mount.target else None
        if mount.kind not in ("secret", "ssh"):
            out.both(Region(target) if target is not None and "$" not in target else EVERYWHERE)
    if out.here:
        found.uses.add(("workdir",))
    if out.foreign:
        found.variables = max(found.variables, FOREIGN)
    found.reads += [_resolved(one, step) for one in dict.fromkeys(out.reads)]
    found.writes += [_resolved(one, step) for one in dict.fromkeys(out.writes)]


def _resolved(region: Region, step: "Step") -> Region:
    if region.left:
        return region
    path = real(step, region.root)
    return Region(path, region.why) if path is not None else EVERYWHERE


def _anything(found: Footprint, why: str) -> None:
    found.unknown = why
    found.variables = ALL
    found.reads = [EVERYWHERE]
    found.writes = [EVERYWHERE]
    found.uses.update((("workdir",), ("user",), ("shell",)))


def _home(step: "Step") -> str | None:
    user = step.before.user
    if isinstance(user, Known) and user.value.partition(":")[0] in ("", "root", "0"):
        return "/root"
    from dockwright.model.filesystem import identity

    return identity(step, step.before.files)[2]


def _folders_of(step: "Step", commands: "Sequence[Command]") -> "dict[int, str | None]":
    """The working directory of each command, by where it starts."""
    workdir = step.before.workdir
    here = (workdir.value or "/") if isinstance(workdir, Known) else None
    moves = [one for one in step.commands if one.name in ("cd", "pushd", "popd")]
    if not moves:
        return {one.start: here for one in commands}
    found: dict[int, str | None] = {}
    if all(not one.within and one.operator != "||" for one in moves):
        for one in step.commands:
            found[one.start] = here
            if one.name == "cd" and len(one.args) == 1:
                where = one.args[0].value
                here = absolute(where, here) if where and not where.startswith(("-", "~")) else None
            elif one in moves:
                here = None
        return found
    lost = any(kind in one.within for one in moves for kind in ("loop", "function", "branch"))
    lost = lost or any(one.operator == "||" for one in moves)
    points = step.points
    for one in commands:
        point = points.get(one.start)
        found[one.start] = point.cwd if point is not None and not lost else None
    return found


def _pointed(step: "Step") -> "tuple[list[Region], list[Region]]":
    """
    The folders that variables send programs to: what every program may read there, and where the
    packages of languages may go (an environment on the PATH).
    """
    reads: list[Region] = []
    venvs: list[Region] = []
    state = step.before
    for name in state.names("build_env"):
        if not _POINTING.fullmatch(name):
            continue
        value = state.variable(name)
        text = value.value if isinstance(value, Known) else _written(step, name)
        for path in _LITERAL.findall(str(text)):
            region = Region(absolute(path, None) or "/", f"the variable {name}")
            reads.append(region)
            if name == "PATH" and region.root.endswith("/bin"):
                region = Region(region.root[:-4] or "/", "an environment on the PATH")
            venvs.append(region)
    usual = ("/usr", "/bin", "/sbin", "/usr/local")
    return (
        [one for one in reads if not one.root.startswith(usual)],
        [one for one in venvs if one.root not in usual and not one.root.startswith("/usr/")],
    )


def _written(step: "Step", name: str) -> str:
    """What the ENV and ARG of the file say of a variable, as far as they say it."""
    found = []
    for stage in step.stage.lineage():
        for other in stage.steps:
            if other.name in ("ENV", "ARG") and not other.onbuild:
                found += [pair.value or "" for pair in other.node.pairs if pair.key == name]
    return ":".join(found)


__all__ = ["fill", "installs"]
