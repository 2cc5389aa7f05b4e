"""
Why a finding of hadolint is none of ours: classes, each a property of the file that code can see.

A class never asks whether we report something. It looks at the instruction that hadolint names and
what surrounds it, and its sentence says why the alarm is none, or who is told instead.
"""

from bench.explained import packages, properties
from bench.explained.labels import LABELS
from bench.explained.site import Site, Test
from dockwright.model.stages import Build

SHIPS = "the stage's file system is not part of the image: what it leaves costs nothing"
FINAL = "only the final stage's configuration is the image's: this stage never runs"
FOREIGN = "PowerShell, cmd or another interpreter runs the script, not a POSIX shell"
CLASSES: dict[str, tuple[tuple[str, Test], ...]] = {
    "DL3000": (
        (
            "it continues a directory that the file itself sets: where it leads is seen",
            properties.continues_directory,
        ),
    ),
    "DL3002": (
        (
            "the stage's user is nobody's at run time: the final stage does not build on it",
            properties.nobodys_user,
        ),
        (
            "the image brings gosu, su-exec, s6 or the like: its entrypoint has to begin as root",
            properties.drops,
        ),
    ),
    "DL3003": (
        (FOREIGN, properties.foreign),
        ("the script is not understood in full", properties.no_script),
        (
            "the script works in several directories: one WORKDIR cannot say that",
            properties.several_moves,
        ),
        (
            "the cd is in a subshell, branch, loop or substitution, or behind ||: it is left again",
            properties.move_undone,
        ),
        (
            "other commands come before the cd, such as those that make the directory",
            properties.move_later,
        ),
        (
            "another directory is made before, from the working directory of the script",
            properties.mkdir_other,
        ),
        (
            "the directory is the script's own: a value it computes, a mount, or removed by it",
            properties.move_own_directory,
        ),
    ),
    "DL3008": (
        (
            "with the variables of the file put in, each package has a version",
            packages.pinned_by_variable,
        ),
    ),
    "DL3009": (
        (SHIPS, properties.unshipped),
        ("a cache or tmpfs mount keeps the lists out of the layer", packages.lists_elsewhere),
        ("the same RUN deletes the lists with dist-clean or find", packages.lists_cleaned),
    ),
    "DL3010": (
        (SHIPS, properties.unshipped),
        ("ADD does not unpack files of this kind", packages.not_unpacked),
    ),
    "DL3013": (
        ("pipx installs it, not pip", packages.pipx),
        ("what is installed is a file or folder, not a name", packages.pip_file),
    ),
    "DL3014": (("the call only simulates, and asks nothing", packages.simulated),),
    "DL3015": (
        ("apt's own configuration switches recommended packages off", packages.recommends_off),
        (
            "no package is named, so none is recommended (apt-get -f install)",
            packages.nothing_named,
        ),
    ),
    "DL3019": (
        (SHIPS, properties.unshipped),
        ("a cache mount keeps it out of the layer", packages.apk_mounted),
        ("the same RUN deletes /var/cache/apk: nothing is left", packages.apk_deleted),
        ("--no-cache stands in a variable of the file", packages.apk_option_in_variable),
    ),
    "DL3020": (
        (
            "the source is a variable; it may be an address, which COPY cannot fetch",
            properties.variable_source,
        ),
    ),
    "DL3022": (
        ("it names an image, which is a legal source, also without a tag", properties.from_image),
    ),
    "DL3025": (
        ("on Windows there is neither /bin/sh nor a POSIX signal", properties.windows),
        (
            "the text begins with [: it is a broken list, which json-form-malformed reports",
            properties.half_list,
        ),
        ("SHELL was chosen on purpose (the engine is silent, too)", properties.shell_set),
        (
            "a probe that uses shell syntax needs the shell, and gets no signals",
            properties.probe_with_shell,
        ),
        ("the shell gives way with exec, and the command needs it", properties.gives_way),
    ),
    "DL3026": (
        ("index.docker.io is another name of docker.io, which is trusted", properties.docker_hub),
    ),
    "DL3028": (("a gem file has its version in it", packages.gem_file),),
    "DL3042": (
        (SHIPS, properties.unshipped),
        ("a cache or tmpfs mount keeps it out of the layer", packages.pip_mounted),
        ("--no-cache is short for --no-cache-dir", packages.pip_abbreviated),
        ("PIP_NO_CACHE_DIR is set: pip takes any value for yes", packages.pip_variable),
        ("the same RUN deletes the cache", packages.pip_deleted),
    ),
    "DL3045": (
        ("hadolint does not know that this Windows image starts in C:\\", properties.windows),
    ),
    "DL3046": (
        (
            "the uid is a variable: hadolint counts the characters of its name",
            properties.uid_variable,
        ),
    ),
    "DL3049": (
        ("labels of a stage that is not the final one reach no image", properties.not_final),
    ),
    "DL3050": (("labels of a stage that does not ship reach no image", properties.unshipped),),
    "DL3057": ((FINAL, properties.not_final),),
    "DL3059": (
        (
            "the stage does not ship: separate layers mean a better cache there",
            properties.unshipped,
        ),
        (FOREIGN, properties.foreign),
        ("joining an exec form would put a shell in", properties.exec_form),
    ),
    "DL3062": (
        (FOREIGN, properties.foreign),
        ("a go.mod was copied before, and pins it", packages.go_project),
        (
            "the paths are of the project or the standard library, which have no version",
            packages.go_local,
        ),
    ),
    "DL3064": (
        (
            "a user name is no credential, nor are words that only contain a listed one",
            properties.secret_class("the name is no credential"),
        ),
        *(
            (reason, properties.secret_class(reason))
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
            properties.secret_class("no value"),
        ),
    ),
    "DL3066": (
        ("another USER follows in the stage, and that one counts", properties.not_the_last_user),
        (FINAL, properties.not_final),
        ("Windows has names only", properties.windows),
        (
            "it is root: user-root-explicit's concern, and a number would not change it",
            properties.user_is_root,
        ),
        ("the user is a variable that nobody can evaluate", properties.user_unknown),
        ("the variable's value is a number", properties.user_number),
    ),
    "DL3067": (
        (
            "the target is scratch: this is how a stage is flattened to one layer",
            properties.onto_scratch,
        ),
        (
            "the source is an image and no stage: it may be made to be copied whole",
            properties.from_no_stage,
        ),
        (
            "the source stage adds nothing to its image, which may be made to be copied whole",
            properties.from_untouched,
        ),
    ),
    "DL4001": (
        (SHIPS, properties.unshipped),
        ("both tools are in use before: one finding in a stage says so", properties.both_before),
    ),
    "DL4006": (
        (FOREIGN, properties.foreign),
        (
            "the left sides only print (echo, printf, yes): they cannot fail in a way that matters",
            properties.pipe_prints,
        ),
        (
            "the pipe's status is asked for or thrown away: a condition, grep -q, || true",
            properties.pipe_asked,
        ),
        ("each left side only prints, or the pipe's status is asked for", properties.pipe_mixed),
    ),
}
for _code, _kind in LABELS.items():
    CLASSES[_code] = (
        ("labels of a stage that does not ship reach no image", properties.unshipped),
        (
            "in the legacy form, hadolint takes the quotes for a part of the value",
            properties.label(_kind, legacy=True),
        ),
        (
            "the value has a variable in it: hadolint judges the characters of its name",
            properties.label(_kind, legacy=False),
        ),
    )


def why(code: str, line: int, build: Build) -> str | None:
    """Why hadolint's finding `code` at the instruction in `line` is none of ours; None: unknown."""
    site = Site(build, line)
    if site.node is None or (site.step_ is None and code != "DL3064"):
        return None
    return next((text for text, test in CLASSES.get(code, ()) if test(site)), None)
