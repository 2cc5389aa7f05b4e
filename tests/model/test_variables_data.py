"""
Every form and scope of Dockerfile variables, as Dockerfiles with what the image holds.

`test_variables.py` compares the model with these values; with an engine, and in
`bench/variables.py --engine`, real builds are compared with both.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from dockwright.facts.knowledge import Known
from dockwright.model.stages import Build
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source

UNSET = "(unset)"


class Case:
    """
    A Dockerfile and what its last stage makes.

    `labels`, `env`: values in the image, None for "not there". `sees`: what `RUN` sees of a
    variable (`UNSET` when it is not set); needs a base with a shell. `unsure` names what the model
    may not know. `args` are build arguments.
    """

    def __init__(
        self, name, text, *, labels=None, env=None, sees=None, args=None, unsure=(), **rest
    ):
        self.name = name
        self.text = text
        self.labels = labels or {}
        self.env = env or {}
        self.sees = sees or {}
        self.args = args or {}
        self.unsure = unsure
        self.settings = rest

    def __repr__(self):
        return self.name


# Expression → value; the variables are those of _SETUP, and there is no `no`.
FORMS = {
    "$set": "value",
    "${set}": "value",
    "$no": "",
    "${no}": "",
    "a${set}b": "avalueb",
    "a$set-b": "avalue-b",
    "$setx": "",
    "${set:-w}": "value",
    "${empty:-w}": "w",
    "${no:-w}": "w",
    "${set-w}": "value",
    "${empty-w}": "",
    "${no-w}": "w",
    "${set:+w}": "w",
    "${empty:+w}": "",
    "${no:+w}": "",
    "${set+w}": "w",
    "${empty+w}": "w",
    "${no+w}": "",
    "${set:?m}": "value",
    "${set?m}": "value",
    "${empty?m}": "",
    "${path#/}": "usr/local/bin",
    "${path#*/}": "usr/local/bin",
    "${path#*/l}": "ocal/bin",
    "${path##*/}": "bin",
    "${path#no}": "/usr/local/bin",
    "${file%.*}": "a.b.c",
    "${file%%.*}": "a",
    "${file%.gz}": "a.b.c",
    "${file%no}": "a.b.c.gz",
    "${file%.?z}": "a.b.c",
    "${file#?.}": "b.c.gz",
    "${file/./-}": "a-b.c.gz",
    "${file//./-}": "a-b-c-gz",
    "${file//./}": "abcgz",
    "${file/no/x}": "a.b.c.gz",
    "${file/b*/x}": "a.x",
    "${path//\\//:}": ":usr:local:bin",
    "${glob#a\\*}": "b?c",
    "${glob%\\?c}": "a*b",
    "${glob/\\*/x}": "axb?c",
    "${no:-${set}}": "value",
    "${no:-${also:-deep}}": "deep",
    "${set:+${no:-x}${set}}": "xvalue",
    "${no:-a b}": "a b",
    "${file%${no:-.gz}}": "a.b.c",
    "${file/${no:-b}/$set}": "a.value.c.gz",
    "\\$set": "$set",
    "\\${set}": "${set}",
    "$$": "",
    "$": "$",
    "a$": "a$",
    "$1x": "x",
    "'$set'": "'value'",
}
_SETUP = "ENV set=value empty= path=/usr/local/bin file=a.b.c.gz glob=a*b?c\n"


def _forms() -> Case:
    lines = "".join(f'LABEL f{n}="{form}"\n' for n, form in enumerate(FORMS))
    labels = {f"f{n}": value for n, value in enumerate(FORMS.values())}
    return Case("every form, in double quotes", f"FROM scratch\n{_SETUP}{lines}", labels=labels)


CASES = [
    _forms(),
    Case(
        "quotes and escapes",
        f"FROM scratch\n{_SETUP}"
        'LABEL a=$set b=\'$set\' c="$set" d=\\$set e=\'\\$set\' f="\\"$set\\"" g=a\\ b h="a\\b"\n'
        "LABEL i='a\"b' j=\"a'b\" k=x'y'\"z\" l=\"\" m='' n=a\\\\b\n",
        labels={
            "a": "value",
            "b": "$set",
            "c": "value",
            "d": "$set",
            "e": "\\$set",
            "f": '"value"',
            "g": "a b",
            "h": "a\\b",
            "i": 'a"b',
            "j": "a'b",
            "k": "xyz",
            "l": "",
            "m": "",
            "n": "a\\b",
        },
    ),
    Case(
        "backtick as escape",
        '# escape=`\nFROM scratch\nENV set=value\nLABEL a=`$set b="`$set" c=C:\\$set d=a` b\n',
        labels={"a": "$set", "b": "$set", "c": "C:\\value", "d": "a b"},
    ),
    Case(
        "legacy form keeps blanks and quotes are taken off",
        f'FROM scratch\n{_SETUP}ENV one two  three $set\nENV two "a b"  c\nLABEL l a $set\n',
        env={"one": "two  three value", "two": "a b  c"},
        labels={"l": "a value"},
    ),
    Case(
        "one value for a whole instruction",
        "FROM scratch\nENV abc=hello\nENV abc=bye def=$abc\nENV ghi=$abc\n",
        env={"abc": "bye", "def": "hello", "ghi": "bye"},
    ),
    Case(
        "a label is no variable",
        "FROM scratch\nLABEL a=1\nLABEL b=$a c=${a:-none}\n",
        labels={"a": "1", "b": "", "c": "none"},
    ),
    Case(
        "keys are expanded too",
        "FROM scratch\nENV k=name\nENV x_$k=1\nLABEL org.$k=2\n",
        env={"x_name": "1"},
        labels={"org.name": "2"},
    ),
    Case(
        "instructions that expand",
        "FROM scratch\nENV d=/srv u=app p=80 s=SIGINT\n"
        "WORKDIR $d/x\nWORKDIR y\nUSER $u:${g:-staff}\nEXPOSE $p ${p}00/udp\nVOLUME $d/v\n"
        "STOPSIGNAL $s\n",
        workdir="/srv/x/y",
        user="app:staff",
        exposed=["80/tcp", "8000/udp"],
        volumes=["/srv/v"],
        stopsignal="SIGINT",
    ),
    Case(
        "EXPOSE splits words as BuildKit does: a modifier drops what stands before it",
        'FROM scratch\nENV P=90\nEXPOSE 80${X:-80} 7${P}1 "1${P}" ${R:-81-83}/udp 1.2.3.4:70:71\n',
        exposed=["190/tcp", "71/tcp", "7901/tcp", "80/tcp", "81/udp", "82/udp", "83/udp"],
    ),
    Case(
        "JSON forms of VOLUME expand as well",
        'FROM scratch\nENV d=/srv\nVOLUME ["$d/a", "/b"]\n',
        volumes=["/srv/a", "/b"],
    ),
    Case(
        "CMD, ENTRYPOINT and HEALTHCHECK do not expand",
        'FROM scratch\nENV x=1\nENTRYPOINT ["a", "$x"]\nCMD ["$x"]\nHEALTHCHECK CMD ["$x"]\n',
        entrypoint=["a", "$x"],
        cmd=["$x"],
        healthcheck=["CMD", "$x"],
    ),
    Case(
        "shell forms do not expand either",
        "FROM scratch\nENV x=1\nCMD echo $x\n",
        cmd=["/bin/sh", "-c", "echo $x"],
    ),
    Case(
        "a global ARG is not seen in a stage",
        "ARG G=global\nFROM scratch\nLABEL a=$G b=${G:-none}\n",
        labels={"a": "", "b": "none"},
    ),
    Case(
        "a bare ARG pulls the global value",
        "ARG G=global\nFROM scratch\nARG G\nLABEL a=$G\n",
        labels={"a": "global"},
        env={"G": None},
    ),
    Case(
        "an own default hides the global value",
        "ARG G=global\nFROM scratch\nARG G=own\nLABEL a=$G\n",
        labels={"a": "own"},
    ),
    Case(
        "global ARGs may use earlier ones",
        "ARG A=1\nARG B=${A}2 C=$B\nARG A=9\nFROM scratch\nARG A\n"
        "ARG B\nARG C\nLABEL a=$A b=$B c=$C\n",
        labels={"a": "9", "b": "12", "c": "12"},
    ),
    Case(
        "FROM uses global ARGs",
        "ARG BASE=scratch\nFROM ${BASE} AS one\nENV x=1\nFROM ${NO:-one}\nLABEL a=$x\n",
        labels={"a": "1"},
        env={"x": "1"},
    ),
    Case(
        "a build argument beats a default",
        "ARG G=a\nFROM scratch\nARG G\nARG S=b\nARG N\nLABEL g=$G s=$S n=$N\n",
        args={"G": "given", "S": "given too", "N": "new", "OTHER": "x"},
        labels={"g": "given", "s": "given too", "n": "new"},
    ),
    Case(
        "an undeclared build argument is not seen",
        "FROM scratch\nLABEL a=${X:-none}\nARG X\nLABEL b=${X:-none}\n",
        args={"X": "given"},
        labels={"a": "none", "b": "given"},
    ),
    Case(
        "ARG holds from its line on",
        "FROM scratch\nLABEL a=$A\nARG A=1\nLABEL b=$A\n",
        labels={"a": "", "b": "1"},
    ),
    Case(
        "several ARGs in one instruction see one another",
        "FROM scratch\nARG A=1 B=$A C=${B}3\nLABEL a=$A b=$B c=$C\n",
        labels={"a": "1", "b": "1", "c": "13"},
    ),
    Case(
        "ARG goes into stages built on this one",
        "FROM scratch AS one\nARG A=1\nFROM one AS two\nLABEL a=$A\nFROM two\nLABEL b=$A\n",
        labels={"a": "1", "b": "1"},
        env={"A": None},
    ),
    Case(
        "other stages share nothing",
        "FROM scratch AS one\nARG A=1\nENV E=2\nFROM scratch\n"
        "LABEL a=$A b=$E\nCOPY --from=one / /x\n",
        labels={"a": "", "b": ""},
        env={"A": None, "E": None},
    ),
    Case(
        "ENV goes into stages built on this one",
        "FROM scratch AS one\nENV E=1\nFROM one\nENV F=${E}2\n",
        env={"E": "1", "F": "12"},
    ),
    Case(
        "ARG after ENV: RUN sees the ARG, the image keeps the ENV",
        "FROM busybox:latest\nENV V=env\nARG V=arg\nLABEL a=$V\n",
        labels={"a": "arg"},
        env={"V": "env"},
        sees={"V": "arg"},
    ),
    Case(
        "ENV after ARG: ENV everywhere",
        "FROM busybox:latest\nARG V=arg\nENV V=env\nLABEL a=$V\n",
        labels={"a": "env"},
        env={"V": "env"},
        sees={"V": "env"},
    ),
    Case(
        "ENV takes its value from an ARG of the same name",
        "FROM busybox:latest\nARG V=arg\nENV V=${V:-x}\n",
        env={"V": "arg"},
        sees={"V": "arg"},
    ),
    Case(
        "a bare ARG after ENV changes nothing",
        "FROM busybox:latest\nENV V=env\nARG V\nLABEL a=$V\n",
        labels={"a": "env"},
        env={"V": "env"},
        sees={"V": "env"},
        unsure=("a", "V"),
    ),
    Case(
        "a bare ARG is not set",
        "FROM busybox:latest\nARG V\nLABEL a=${V-unset} b=${V:-empty}\n",
        labels={"a": "unset", "b": "empty"},
        sees={"V": UNSET},
        unsure=("a", "b", "V"),
    ),
    Case(
        "predefined proxy ARGs reach RUN but no instruction",
        "FROM busybox:latest\nLABEL a=${HTTP_PROXY:-none}\n",
        args={"HTTP_PROXY": "http://p:1"},
        labels={"a": "none"},
        sees={"HTTP_PROXY": "http://p:1", "http_proxy": "http://p:1"},
        unsure=("a", "HTTP_PROXY", "http_proxy"),
    ),
    Case(
        "platform ARGs are global",
        "FROM busybox:latest\nLABEL a=${TARGETARCH:-none}\nARG TARGETARCH\nLABEL b=$TARGETARCH\n",
        labels={"a": "none", "b": "amd64"},
        sees={"TARGETARCH": "amd64"},
        unsure=("a", "b", "TARGETARCH"),
    ),
    Case(
        "PATH of the base is there",
        "FROM busybox:latest\nENV PATH=/opt/bin:$PATH\nLABEL p=$PATH\n",
        labels={"p": "/opt/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        unsure=("p", "PATH"),
    ),
    Case(
        "scratch has a PATH as well",
        "FROM scratch\nLABEL p=$PATH\n",
        labels={"p": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        unsure=("p",),
    ),
    Case(
        "a variable set to nothing is set",
        "FROM busybox:latest\nENV E=\nENV F=\"\" G=''\n"
        "LABEL a=${E-unset} b=${E:-empty} c=${F+set}\n",
        labels={"a": "", "b": "empty", "c": "set"},
        env={"E": "", "F": "", "G": ""},
        sees={"E": "", "F": ""},
    ),
    Case(
        "RUN sees values as they are",
        "FROM busybox:latest\nENV V='$HOME \"q\" \\ *'\n",
        env={"V": '$HOME "q" \\ *'},
        sees={"V": '$HOME "q" \\ *'},
    ),
    Case(
        "continuations and comments inside",
        "FROM scratch\nENV A=1 \\\n# a comment\n\n    B=$A \\\n    C=3\nLABEL b=$B c=$C\n",
        env={"A": "1", "B": "", "C": "3"},
        labels={"b": "", "c": "3"},
    ),
]


def model(case: Case) -> Build:
    return Build(parse(Source("Dockerfile", case.text)), args=case.args)


def knowledge(case: Case) -> list[tuple[str, object, object]]:
    """(what, what the model says, what is expected) for everything the case names."""
    stage = model(case).final
    assert stage is not None
    state = stage.state
    found: list[tuple[str, object, object]] = []
    for name, value in case.labels.items():
        found.append((name, state.label(name), value))
    for name, value in case.env.items():
        found.append((name, state.env(name), value))
    for name, value in case.sees.items():
        found.append((name, state.variable(name), None if value == UNSET else value))
    for name, value in case.settings.items():
        if name in ("exposed", "volumes"):
            found.append((name, Known(sorted(state.entries(name)), None), sorted(value)))  # type: ignore[arg-type]
        else:
            found.append((name, getattr(state, name), value))
    return found


def plain(value: object) -> object:
    """A known value in the form the case has it."""
    argv = getattr(value, "argv", None)
    if argv is not None:
        return list(argv)
    return value


def built(case: Case) -> dict[str, Any]:
    """What the engine makes of the case: its configuration, and what RUN saw under "Sees"."""
    text = case.text
    for name in case.sees:
        text += f'RUN printf "%s" "${{{name}-{UNSET}}}" > /saw.{name}\n'
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "Dockerfile").write_text(text)
        command = ["docker", "build", "--quiet", "--pull=false"]
        for name, value in case.args.items():
            command += ["--build-arg", f"{name}={value}"]
        done = subprocess.run([*command, folder], capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(f"{case.name}: {done.stderr}")
        image = done.stdout.strip()
    shown = subprocess.run(
        ["docker", "image", "inspect", image, "--format", "{{json .Config}}"],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict = json.loads(shown.stdout)
    found["Sees"] = {}
    if case.sees:
        script = "; ".join(f"cat /saw.{name}; printf '\\0'" for name in case.sees)
        ran = subprocess.run(
            ["docker", "run", "--rm", "--network=none", image, "sh", "-c", script],
            capture_output=True,
            text=True,
            check=True,
        )
        found["Sees"] = dict(zip(case.sees, ran.stdout.split("\0"), strict=False))
    subprocess.run(["docker", "image", "rm", image], capture_output=True, check=False)
    return found


_CONFIGURATION = {
    "workdir": "WorkingDir",
    "user": "User",
    "stopsignal": "StopSignal",
    "entrypoint": "Entrypoint",
    "cmd": "Cmd",
}


def truth(case: Case, image: dict) -> list[object]:
    """The engine's values, in the order of `knowledge`."""
    env = dict(one.split("=", 1) for one in image.get("Env") or ())
    labels = image.get("Labels") or {}
    found: list[object] = [labels.get(name) for name in case.labels]
    found += [env.get(name) for name in case.env]
    found += [None if image["Sees"][name] == UNSET else image["Sees"][name] for name in case.sees]
    for name in case.settings:
        if name == "exposed":
            found.append(sorted(image.get("ExposedPorts") or ()))
        elif name == "volumes":
            found.append(sorted(image.get("Volumes") or ()))
        elif name == "healthcheck":
            found.append(image["Healthcheck"]["Test"])
        else:
            found.append(image.get(_CONFIGURATION[name]))
    return found


def mismatches(case: Case, image: dict) -> list[str]:
    """Where the engine contradicts the case or the model; a model that says unknown does not."""
    wrong: list[str] = []
    for (what, ours, expected), actual in zip(knowledge(case), truth(case, image), strict=True):
        if actual != expected:
            wrong.append(f"{what}: the case expects {expected!r}, the engine made {actual!r}")
        if ours is None and actual is not None:
            wrong.append(f"{what}: the model says not set, the engine made {actual!r}")
        if isinstance(ours, Known):
            value = plain(ours.value)
            if what == "healthcheck" and isinstance(value, list):
                value = ["CMD", *value]
            if value != actual:
                wrong.append(f"{what}: the model says {value!r}, the engine made {actual!r}")
    return wrong
