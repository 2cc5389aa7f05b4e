"""Properties of an instruction and of its stage, for the classes of `explained.hadolint`."""

import re

from bench.explained.labels import SCHEMA
from bench.explained.site import Site, Test
from dockwright.facts.knowledge import Known
from dockwright.model.secrecy import verdict
from dockwright.rules.metadata._values import KINDS
from dockwright.rules.secrets.secret_in_arg_or_env import value_of
from dockwright.rules.shell.pipe_without_pipefail import _asked, _harmless
from dockwright.rules.users._final import drops_privileges, is_root
from dockwright.syntax.shell.nodes import HOLE, Command

MOVES = ("cd", "pushd", "popd")


def unshipped(site: Site) -> bool:
    return not site.stage.shipped


def not_final(site: Site) -> bool:
    return not site.stage.final


def nobodys_user(site: Site) -> bool:
    """The final stage does not build on this one."""
    final = site.build.final
    return final is not None and site.stage not in final.lineage()


def windows(site: Site) -> bool:
    return site.stage.os == "windows"


def foreign(site: Site) -> bool:
    """The shell is PowerShell or cmd, or another interpreter runs the script."""
    return site.step.language not in ("sh", "exec")


def continues_directory(site: Site) -> bool:
    """An earlier WORKDIR of the stage, or one of a stage it builds on."""
    own = [one for one in site.stage.steps[: site.step.index] if one.name == "WORKDIR"]
    above = [s for up in site.stage.lineage()[1:] for s in up.steps if s.name == "WORKDIR"]
    return any(not one.onbuild for one in own + above)


def not_the_last_user(site: Site) -> bool:
    behind = site.stage.steps[site.step.index + 1 :]
    return any(one.name == "USER" and not one.onbuild for one in behind)


def user_is_root(site: Site) -> bool:
    user = site.step.after.user
    return isinstance(user, Known) and is_root(str(user.value))


def user_unknown(site: Site) -> bool:
    return not isinstance(site.step.after.user, Known)


def user_number(site: Site) -> bool:
    user = site.step.after.user
    return isinstance(user, Known) and str(user.value).partition(":")[0].strip("\"'").isdigit()


def drops(site: Site) -> bool:
    return site.build.final is not None and drops_privileges(site.build.final)


def directories(site: Site) -> list[Command]:
    """The changes of directory; none when the last command is one, which has no effect."""
    commands = site.step.commands
    if commands and commands[-1].name == "cd" and not commands[-1].within:
        return []
    return [one for one in commands if one.name in MOVES]


def several_moves(site: Site) -> bool:
    return len(directories(site)) > 1


def move_undone(site: Site) -> bool:
    moves = directories(site)
    return bool(moves) and all(one.within or one.operator == "||" for one in moves)


def move_later(site: Site) -> bool:
    """Something other than `set` and `mkdir` runs before the only cd."""
    moves = directories(site)
    before = [one for one in site.step.commands if moves and one.start < moves[0].start]
    return any(one.name not in ("set", "mkdir") for one in before)


def move_own_directory(site: Site) -> bool:
    """The directory is a value of the script, a mount of it, or removed by it."""
    moves = directories(site)
    if not moves or len(moves[0].args) != 1:
        return bool(moves)
    word = moves[0].args[0]
    if word.substitutes or word.shape.startswith(("-", "~")):
        return True
    if word.variables and not isinstance(site.step.expand(word.text), Known):
        return True
    own = {name for one in site.step.commands for name, _ in one.assignments}
    if own.intersection(word.variables):
        return True
    value = site.step.expand(word.text)
    full = (str(value.value) if isinstance(value, Known) else word.shape).rstrip("/")
    for mount in site.step.mounts:
        target = mount.target.rstrip("/")
        if target and (full == target or full.startswith(target + "/")):
            return True
    for one in site.step.commands:
        if one.name in ("rm", "rmdir", "mv"):
            base = full.rpartition("/")[2]
            for arg in one.args:
                gone = arg.shape.rstrip("/*")
                if arg.shape.endswith("/*") and full.startswith(gone + "/"):
                    return True
                if arg.shape.endswith("*") or not gone or gone.startswith("-"):
                    continue
                if full.startswith(gone) or gone.rpartition("/")[2] == base:
                    return True
    return False


def mkdir_other(site: Site) -> bool:
    moves = directories(site)
    if not moves or not moves[0].args:
        return False
    made = [c for c in site.step.commands if c.name == "mkdir" and c.start < moves[0].start]
    there = [word.shape for one in made for word in one.operands("-m")]
    return bool(there) and moves[0].args[0].shape not in there


def no_script(site: Site) -> bool:
    script = site.step.script
    return script is None or script.damaged is not None


def variable_source(site: Site) -> bool:
    """A source whose kind a variable decides."""
    return any(word.value.lstrip('"').startswith("$") for word in site.step.words[:-1])


def from_image(site: Site) -> bool:
    return any(re.search(r"[/:@]", word.value) for word in site.step.sources)


def docker_hub(site: Site) -> bool:
    parsed = site.stage.base.parsed if site.step.name == "FROM" else None
    return parsed is not None and parsed.registry in ("docker.io", "hub.docker.com")


def onto_scratch(site: Site) -> bool:
    return site.stage.base.kind == "scratch"


def from_no_stage(site: Site) -> bool:
    return all(site.build.stage_named(word.value) is None for word in site.step.sources)


def from_untouched(site: Site) -> bool:
    found = [site.build.stage_named(word.value) for word in site.step.sources]
    return all(
        stage is not None
        and not any(s.name in ("RUN", "COPY", "ADD") for up in stage.lineage() for s in up.steps)
        for stage in found
    )


def probe_with_shell(site: Site) -> bool:
    """A HEALTHCHECK that is more than one plain command."""
    script = site.step.script
    return site.step.name == "HEALTHCHECK" and script is not None and not plain(site)


def plain(site: Site) -> bool:
    """One command of literal words."""
    commands = site.step.commands
    if len(commands) != 1 or commands[0].within or commands[0].redirects:
        return False
    one = commands[0]
    return not one.assignments and all(word.value is not None for word in one.words)


def shell_set(site: Site) -> bool:
    return site.step.before.shell_set


def gives_way(site: Site) -> bool:
    top = [one for one in site.step.commands if not one.within]
    return bool(top) and top[-1].name == "exec" and not plain(site)


def half_list(site: Site) -> bool:
    return site.step.node.rest.text.startswith("[")


def label(kind: str, *, legacy: bool) -> Test:
    """
    The values of `kind` are good or unknown once variables are put in and quotes are gone; with
    `legacy`, one of them is quoted in the form without `=`, else one has a variable.
    """

    def test(site: Site) -> bool:
        marked = False
        for pair in site.step.node.pairs:
            if SCHEMA.get(pair.key) != kind:
                continue
            written = pair.value or ""
            value = site.step.expand(written)
            text = str(value.value) if isinstance(value, Known) else ""
            empty = isinstance(value, Known) and value.firm and not text
            if empty or (text and KINDS[kind](text)):
                return False
            marked = marked or (pair.legacy and written[:1] in "'\"" if legacy else "$" in written)
        return marked

    return test


def secret_class(reason: str) -> Test:
    """All of the names that hadolint's list has in them are of the class `reason`."""

    def test(site: Site) -> bool:
        assert site.node is not None
        found = []
        for pair in site.node.pairs:
            if re.search(
                r"secret|token|password|passwd|credential|api_?key|apikey|access_?key|private|auth"
                r"|username|_key|_pwd",
                pair.key,
                re.IGNORECASE,
            ):
                if site.step_ is None or site.step_.name == "FROM":
                    given, value = pair.value is not None, pair.value
                else:
                    given, value = value_of(site.step, pair.value)
                found.append(verdict(pair.key, value) if given else ("", "no value"))
        return not any(sure for sure, _ in found) and any(one == reason for _, one in found)

    return test


def piped(site: Site) -> list[Command]:
    return [one for one in site.step.commands if "pipe" in one.within and one.words]


def pipe_prints(site: Site) -> bool:
    return bool(piped(site)) and all(_harmless(one) for one in piped(site))


def pipe_asked(site: Site) -> bool:
    script = site.step.script
    return script is not None and all(_asked(script, one) for one in piped(site))


def pipe_mixed(site: Site) -> bool:
    script = site.step.script
    return script is not None and all(_harmless(one) or _asked(script, one) for one in piped(site))


def exec_form(site: Site) -> bool:
    before = site.stage.steps[site.step.index - 1] if site.step.index else site.step
    return site.step.node.is_json or before.node.is_json


def both_before(site: Site) -> bool:
    """Both tools were called before, in this stage or one it builds on."""
    chain = [step for up in site.stage.lineage()[1:] for step in up.steps]
    chain += site.stage.steps[: site.step.index]
    seen = {one.name for step in chain if step.name == "RUN" for one in step.commands}
    return {"wget", "curl"} <= seen


def uid_variable(site: Site) -> bool:
    return any(HOLE in word.shape for one in site.step.command("useradd") for word in one.args)
