"""
Why a finding of hadolint is none of ours: classes, each a property of the file that code can see.

A class never asks whether we report something. It looks at the instruction that hadolint names and
what surrounds it, and its sentence says why the alarm is none, or who is told instead.
"""

import re
from collections.abc import Callable

from dockwright.facts.knowledge import Known
from dockwright.model.stages import Build, Stage
from dockwright.model.steps import Step
from dockwright.rules.metadata._values import KINDS
from dockwright.rules.packages import _cache
from dockwright.rules.packages._managers import APK, APT, GEM, GO, PIP, Call, calls
from dockwright.rules.secrets._credentials import verdict
from dockwright.rules.secrets.secret_in_arg_or_env import value_of
from dockwright.rules.shell.pipe_without_pipefail import _asked, _harmless
from dockwright.rules.users._final import drops_privileges, is_root
from dockwright.syntax.dockerfile.nodes import Instruction
from dockwright.syntax.shell.nodes import HOLE, Command

Test = Callable[["Site"], bool]
# The labels that hadolint's configuration asks for, and the rule that checks each kind.
SCHEMA = {
    "maintainer": "email",
    "version": "semver",
    "org.opencontainers.image.source": "url",
    "org.opencontainers.image.url": "url",
    "org.opencontainers.image.created": "rfc3339",
    "org.opencontainers.image.licenses": "spdx",
    "org.opencontainers.image.revision": "hash",
    "org.opencontainers.image.version": "semver",
    "description": "text",
    "vendor": "text",
}
LABELS = {
    "DL3051": "text",
    "DL3052": "url",
    "DL3053": "rfc3339",
    "DL3054": "spdx",
    "DL3055": "hash",
    "DL3056": "semver",
    "DL3058": "email",
}
MOVES = ("cd", "pushd", "popd")
ARCHIVE = re.compile(r"\.(tar(\.(gz|bz2|xz|zst|lzma))?|tgz|tbz2?|txz|tzst)$", re.IGNORECASE)


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


# DL3000 … : paths, users


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


# DL3003


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


# Package managers


def pinned_by_variable(site: Site) -> bool:
    """With the variables of the file put in, each operand has a version."""
    found = site.installs(APT)
    return bool(found) and all(
        "=" in one or one.endswith((".deb", "-")) or "/" in one
        for call in found
        for text in call.texts
        for one in text.split()
    )


def lists_cleaned(site: Site) -> bool:
    """After the last update, `dist-clean`, `find`, or a script that is called clean-up."""
    updates = [call.command.start for call in site.calls(APT) if call.updates]
    tail = site.step.script.text[updates[-1] :] if updates and site.step.script else ""
    return bool(re.search(r"dist-?clean|\bfind\b[^&;]*(/var/lib|apt)", tail))


def lists_elsewhere(site: Site) -> bool:
    return _cache.kept_out(site.step, "/var/lib/apt/lists")


def not_unpacked(site: Site) -> bool:
    words = site.step.words[:-1]
    return not any(ARCHIVE.search(word.value) for word in words)


def simulated(site: Site) -> bool:
    dry = ("-s", "--simulate", "--just-print", "--dry-run", "--recon", "--no-act", "--print-uris")
    return any(call.has(*dry) for call in site.installs(APT))


def nothing_named(site: Site) -> bool:
    option = "--no-install-recommends"
    return all(call.has(option) or not call.operands for call in site.installs(APT))


def recommends_off(site: Site) -> bool:
    """apt's configuration says no before, in this RUN or earlier."""
    chain = [step for up in site.stage.lineage()[1:] for step in up.steps]
    chain += site.stage.steps[: site.step.index + 1]
    return any("Install-Recommends" in step.outer.joined.text for step in chain)


def apk_deleted(site: Site) -> bool:
    found = site.calls(APK)
    if not found or site.step.script is None:
        return False
    tail = site.step.script.text[found[-1].command.start :]
    return bool(re.search(r"\brm\b[^&;]*/var/cache|apk\s+cache\s+clean|cache clean", tail))


def apk_option_in_variable(site: Site) -> bool:
    return any(call.has("--no-cache") for call in site.installs(APK)) and any(
        HOLE in word.shape for call in site.calls(APK) for word in call.options
    )


def apk_mounted(site: Site) -> bool:
    return _cache.kept_out(site.step, "/var/cache/apk", "/etc/apk/cache")


def pip_deleted(site: Site) -> bool:
    found = site.installs(PIP)
    return bool(found) and _cache.deleted(site.step, found[-1].command, "~/.cache/pip")


def pip_mounted(site: Site) -> bool:
    return _cache.kept_out(site.step, "~/.cache/pip")


def pip_abbreviated(site: Site) -> bool:
    return all(any(one.startswith("--no-ca") for one in c.flags) for c in site.installs(PIP))


def pip_variable(site: Site) -> bool:
    value = site.step.before.variable("PIP_NO_CACHE_DIR")
    return isinstance(value, Known) and bool(value.value)


def pipx(site: Site) -> bool:
    return any(one.name == "pipx" for one in site.step.commands) and not site.installs(PIP)


def pip_file(site: Site) -> bool:
    found = [text for call in site.installs(PIP) for text in call.texts]
    loose = [one for one in found if "==" not in one]
    return bool(loose) and all(o.startswith((".", "/")) or o.endswith(".whl") for o in loose)


def gem_file(site: Site) -> bool:
    return any(text.endswith(".gem") for call in site.installs(GEM) for text in call.texts)


def go_paths(site: Site) -> list[str]:
    return [text for call in site.calls(GO) for text in call.texts]


def go_project(site: Site) -> bool:
    """A go.mod, or the whole context, was copied before, and nothing asks for what is newest."""
    if any(call.has("-u") for call in site.calls(GO)):
        return False
    for step in site.stage.steps[: site.step.index]:
        if step.name in ("COPY", "ADD"):
            for word in step.words[:-1]:
                name = word.value.rstrip("/").rpartition("/")[2]
                if name in ("", ".") or "go." in name or "*" in name or "." not in name:
                    return True
    return False


def go_local(site: Site) -> bool:
    found = go_paths(site)
    return bool(found) and all("." not in one.partition("/")[0].strip(".") for one in found)


def variable_source(site: Site) -> bool:
    """A source whose kind a variable decides."""
    return any(word.value.lstrip('"').startswith("$") for word in site.step.words[:-1])


# Stages


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


# CMD, HEALTHCHECK


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


# Labels


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
            known = isinstance(value, Known) and (bool(value.value) or value.firm)
            if known and (not value.value or KINDS[kind](str(value.value))):
                return False
            marked = marked or (pair.legacy and written[:1] in "'\"" if legacy else "$" in written)
        return marked

    return test


# Credentials


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


# Pipes


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


# Layers, downloaders


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


SHIPS = "the stage's file system is not part of the image: what it leaves costs nothing"
FINAL = "only the final stage's configuration is the image's: this stage never runs"
FOREIGN = "PowerShell, cmd or another interpreter runs the script, not a POSIX shell"

CLASSES: dict[str, tuple[tuple[str, Test], ...]] = {
    "DL3000": (
        (
            "it continues a directory that the file itself sets: where it leads is seen",
            continues_directory,
        ),
    ),
    "DL3002": (
        (
            "the stage's user is nobody's at run time: the final stage does not build on it",
            nobodys_user,
        ),
        (
            "the image brings gosu, su-exec, s6 or the like: its entrypoint has to begin as root",
            drops,
        ),
    ),
    "DL3003": (
        (FOREIGN, foreign),
        ("the script is not understood in full", no_script),
        ("the script works in several directories: one WORKDIR cannot say that", several_moves),
        (
            "the cd is in a subshell, branch, loop or substitution, or behind ||: it is left again",
            move_undone,
        ),
        ("other commands come before the cd, such as those that make the directory", move_later),
        ("another directory is made before, from the working directory of the script", mkdir_other),
        (
            "the directory is the script's own: a value it computes, a mount, or removed by it",
            move_own_directory,
        ),
    ),
    "DL3008": (
        ("with the variables of the file put in, each package has a version", pinned_by_variable),
    ),
    "DL3009": (
        (SHIPS, unshipped),
        ("a cache or tmpfs mount keeps the lists out of the layer", lists_elsewhere),
        ("the same RUN deletes the lists with dist-clean or find", lists_cleaned),
    ),
    "DL3010": ((SHIPS, unshipped), ("ADD does not unpack files of this kind", not_unpacked)),
    "DL3013": (
        ("pipx installs it, not pip", pipx),
        ("what is installed is a file or folder, not a name", pip_file),
    ),
    "DL3014": (("the call only simulates, and asks nothing", simulated),),
    "DL3015": (
        ("apt's own configuration switches recommended packages off", recommends_off),
        ("no package is named, so none is recommended (apt-get -f install)", nothing_named),
    ),
    "DL3019": (
        (SHIPS, unshipped),
        ("a cache mount keeps it out of the layer", apk_mounted),
        ("the same RUN deletes /var/cache/apk: nothing is left", apk_deleted),
        ("--no-cache stands in a variable of the file", apk_option_in_variable),
    ),
    "DL3020": (
        (
            "the source is a variable; it may be an address, which COPY cannot fetch",
            variable_source,
        ),
    ),
    "DL3022": (("it names an image, which is a legal source, also without a tag", from_image),),
    "DL3025": (
        ("on Windows there is neither /bin/sh nor a POSIX signal", windows),
        (
            "the text begins with [: it is a broken list, which json-form-malformed reports",
            half_list,
        ),
        ("SHELL was chosen on purpose (the engine is silent, too)", shell_set),
        ("a probe that uses shell syntax needs the shell, and gets no signals", probe_with_shell),
        ("the shell gives way with exec, and the command needs it", gives_way),
    ),
    "DL3026": (("index.docker.io is another name of docker.io, which is trusted", docker_hub),),
    "DL3028": (("a gem file has its version in it", gem_file),),
    "DL3042": (
        (SHIPS, unshipped),
        ("a cache or tmpfs mount keeps it out of the layer", pip_mounted),
        ("--no-cache is short for --no-cache-dir", pip_abbreviated),
        ("PIP_NO_CACHE_DIR is set: pip takes any value for yes", pip_variable),
        ("the same RUN deletes the cache", pip_deleted),
    ),
    "DL3045": (("hadolint does not know that this Windows image starts in C:\\", windows),),
    "DL3046": (
        ("the uid is a variable: hadolint counts the characters of its name", uid_variable),
    ),
    "DL3049": (("labels of a stage that is not the final one reach no image", not_final),),
    "DL3050": (("labels of a stage that does not ship reach no image", unshipped),),
    "DL3057": ((FINAL, not_final),),
    "DL3059": (
        ("the stage does not ship: separate layers mean a better cache there", unshipped),
        (FOREIGN, foreign),
        ("joining an exec form would put a shell in", exec_form),
    ),
    "DL3062": (
        (FOREIGN, foreign),
        ("a go.mod was copied before, and pins it", go_project),
        ("the paths are of the project or the standard library, which have no version", go_local),
    ),
    "DL3064": (
        (
            "a user name is no credential, nor are words that only contain a listed one",
            secret_class("the name is no credential"),
        ),
        *(
            (reason, secret_class(reason))
            for reason in (
                "the value is empty",
                "the value is a placeholder",
                "the value is a switch",
                "the value is a path or an address",
                "the name is of something about a credential",
                "the value is the fingerprint of a public key",
            )
        ),
        (
            "the file gives no value: the variable is neither declared nor set",
            secret_class("no value"),
        ),
    ),
    "DL3066": (
        ("another USER follows in the stage, and that one counts", not_the_last_user),
        (FINAL, not_final),
        ("Windows has names only", windows),
        (
            "it is root: user-root-explicit's concern, and a number would not change it",
            user_is_root,
        ),
        ("the user is a variable that nobody can evaluate", user_unknown),
        ("the variable's value is a number", user_number),
    ),
    "DL3067": (
        ("the target is scratch: this is how a stage is flattened to one layer", onto_scratch),
        ("the source is an image and no stage: it may be made to be copied whole", from_no_stage),
        (
            "the source stage adds nothing to its image, which may be made to be copied whole",
            from_untouched,
        ),
    ),
    "DL4001": (
        (SHIPS, unshipped),
        ("both tools are in use before: one finding in a stage says so", both_before),
    ),
    "DL4006": (
        (FOREIGN, foreign),
        (
            "the left sides only print (echo, printf, yes): they cannot fail in a way that matters",
            pipe_prints,
        ),
        (
            "the pipe's status is asked for or thrown away: a condition, grep -q, || true",
            pipe_asked,
        ),
        ("each left side only prints, or the pipe's status is asked for", pipe_mixed),
    ),
}
for _code, _kind in LABELS.items():
    CLASSES[_code] = (
        ("labels of a stage that does not ship reach no image", unshipped),
        (
            "in the legacy form, hadolint takes the quotes for a part of the value",
            label(_kind, legacy=True),
        ),
        (
            "the value has a variable in it: hadolint judges the characters of its name",
            label(_kind, legacy=False),
        ),
    )


# Why only we report something: what hadolint does not look at.


def behind_wrapper(site: Site) -> bool:
    words = r"\b(sudo|env|xargs|time|nice|eatmydata|command|exec)\b"
    return bool(re.search(words, site.text))


def apt_itself(site: Site) -> bool:
    return any(call.name == "apt" for call in site.calls(APT))


def in_onbuild(site: Site) -> bool:
    return site.step.onbuild


def from_variable(site: Site) -> bool:
    return site.step.name == "FROM" and "$" in site.step.words[0].value


def not_from(site: Site) -> bool:
    return site.step.name in ("COPY", "RUN")


def by_path(site: Site) -> bool:
    return any(one.words and "/" in one.words[0].shape for one in site.step.commands)


def is_add(site: Site) -> bool:
    return site.step.name == "ADD"


def upgrades(site: Site) -> bool:
    return any(
        call.upgrades or call.updates or call.sub in ("autoremove", "purge", "remove")
        for call in calls(site.step)
    )


def tdnf(site: Site) -> bool:
    return any(call.name in ("tdnf", "dnf5") for call in calls(site.step))


def other_form(site: Site) -> bool:
    """`npm i`, `yarn`, `yarn global add`, `yum groupinstall`."""
    return any(
        call.name in ("npm", "yarn", "yum") and call.sub != "install" for call in calls(site.step)
    )


def at_latest(site: Site) -> bool:
    return "@latest" in site.text


def any_rm(site: Site) -> bool:
    """A deletion that does not reach what the rule is about."""
    return bool(re.search(r"\brm\b|\bfind\b|\bclean\b", site.text))


def quoted_base(site: Site) -> bool:
    return site.step.name == "FROM" and site.step.words[0].value[:1] in ("'", '"')


def other_name(site: Site) -> bool:
    return site.step.name in ("ENV", "ARG")


def lone_option(site: Site) -> bool:
    return any("--no-document" in call.flags for call in calls(site.step))


def uses_variable(site: Site) -> bool:
    return "$" in site.text


MORE: tuple[tuple[str, Test, tuple[str, ...]], ...] = (
    ("in an ONBUILD, which hadolint does not look into", in_onbuild, ()),
    ("the name comes from the default of an ARG", from_variable, ("DL3006", "DL3007", "DL3026")),
    ("images of COPY --from and mounts as well", not_from, ("DL3006", "DL3007", "DL3026")),
    ("`apt` as well as `apt-get`", apt_itself, ()),
    ("behind sudo, env or another wrapper", behind_wrapper, ()),
    ("ADD as well as COPY", is_add, ("DL3045",)),
    ("a value that a variable of the file gives", uses_variable, ("DL3002", "DL3066")),
    ("upgrades as well as installs", upgrades, ()),
    ("tdnf and dnf5 as well as dnf", tdnf, ("DL3040", "DL3041")),
    ("the moving tag @latest", at_latest, ("DL3016",)),
    ("other forms of the command: npm i, yarn, yarn global add", other_form, ()),
    ("an option that hadolint takes for one with a value", lone_option, ("DL3028",)),
    ("the name of the image is quoted", quoted_base, ("DL3007",)),
    ("names outside hadolint's list", other_name, ("DL3064",)),
    ("a program called by its path", by_path, ()),
    ("something is deleted, but not this, or before it is there", any_rm, ("DL3009", "DL3019", "DL3032")),
)


def extra(code: str, line: int, build: Build) -> str | None:
    """Why only we report `code` at the instruction in `line`; None when no class fits."""
    site = Site(build, line)
    if site.step_ is None:
        return None
    for text, test, codes in MORE:
        if (not codes or code in codes) and test(site):
            return text
    return None


def why(code: str, line: int, build: Build) -> str | None:
    """Why hadolint's finding `code` at the instruction in `line` is none of ours; None: unknown."""
    site = Site(build, line)
    if site.node is None or (site.step_ is None and code != "DL3064"):
        return None
    return next((text for text, test in CLASSES.get(code, ()) if test(site)), None)
