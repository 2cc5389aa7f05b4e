"""What BuildKit refuses beyond the grammar: message and place, and what it takes."""

import pytest

from dockwright.syntax.dockerfile import validate, values
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source


def found(text):
    """(level, message, text under the span) of each problem."""
    source = Source("Dockerfile", text)
    return [(p.level, p.message, source.slice(p.span)) for p in validate.problems(parse(source))]


HEAD = "FROM scratch AS s\n"
ZEROS = "0" * 64

# Below a FROM: (instruction, phrase of the message, text under the span), level "instruction".
INSTRUCTIONS = [
    ("NOPE a", "unknown instruction: NOPE", "NOPE"),
    ("RUNN a", "unknown instruction: RUNN (did you mean RUN?)", "RUNN"),
    ("copyy a b", "(did you mean copy?)", "copyy"),
    ("FROM a b", "FROM requires either one or three arguments", "FROM a b"),
    ("FROM", "FROM requires either one or three arguments", "FROM"),
    ("FROM a AS 1", 'invalid name for build stage: "1"', "1"),
    ("FROM a AS b/c", "name can't start with a number or contain symbols", "b/c"),
    ("FROM --platfrom=linux a", "unknown flag: --platfrom (did you mean platform?)", "--platfrom"),
    ("FROM --platform a", "missing a value on flag: --platform", "--platform"),
    ("COPY a", "COPY requires at least two arguments", "COPY a"),
    ("ADD", "ADD requires at least two arguments", "ADD"),
    ("COPY --from=s --from=s a b", "duplicate flag specified: --from", "--from=s"),
    ("COPY --link=yes a b", "expecting boolean value for flag --link, not: yes", "yes"),
    ("COPY --link= a b", "missing a value on flag: --link", "--link="),
    ("COPY --chown a b", "missing a value on flag: --chown", "--chown"),
    ("COPY --checksum=x a b", "unknown flag: --checksum", "--checksum"),
    ("ADD --from=s a b", "unknown flag: --from", "--from"),
    ("COPY a <<EOF\nEOF", "COPY cannot accept a heredoc as a destination", "<<EOF"),
    ("RUN --mont=type=cache,target=/x a", "unknown flag: --mont (did you mean mount?)", "--mont"),
    ("RUN --network=bridge a", 'invalid network mode "bridge"', "bridge"),
    ("RUN --network=$NET a", 'invalid network mode "$NET"', "$NET"),
    ("RUN --security=off a", 'security "off" is not valid', "off"),
    ("RUN --mount=from=$x,target=/y a", "'from' doesn't support variable expansion", "from=$x"),
    ('RUN --mount=a\\"b a', 'failed to parse csv mounts: bare "', '--mount=a\\"b'),
    ("CMD --x a", "unknown flag: --x", "--x"),
    ("ENV", "ENV requires at least one argument", "ENV"),
    ("ENV =b", "ENV names can not be blank", "=b"),
    ("LABEL a=b =c", "LABEL names can not be blank", "=c"),
    ("ARG", "ARG requires at least one argument", "ARG"),
    ("ARG =b", "ARG names can not be blank", "=b"),
    ("WORKDIR", "WORKDIR requires exactly one argument", "WORKDIR"),
    ("USER", "USER requires exactly one argument", "USER"),
    ("STOPSIGNAL", "STOPSIGNAL requires exactly one argument", "STOPSIGNAL"),
    ("MAINTAINER", "MAINTAINER requires exactly one argument", "MAINTAINER"),
    ("EXPOSE", "EXPOSE requires at least one argument", "EXPOSE"),
    ("VOLUME", "VOLUME requires at least one argument", "VOLUME"),
    ('VOLUME ["a", " "]', "VOLUME specified can not be an empty string", '" "'),
    ("SHELL", "SHELL requires at least one argument", "SHELL"),
    ("SHELL []", "SHELL requires at least one argument", "SHELL []"),
    ("SHELL /bin/sh -c", "SHELL requires the arguments to be in JSON form", "SHELL /bin/sh -c"),
    ("ONBUILD", "ONBUILD requires at least one argument", "ONBUILD"),
    ("ONBUILD ONBUILD RUN a", "Chaining ONBUILD via `ONBUILD ONBUILD`", "ONBUILD"),
    ("ONBUILD FROM a", "FROM isn't allowed as an ONBUILD trigger", "FROM"),
    ("onbuild maintainer a", "MAINTAINER isn't allowed as an ONBUILD trigger", "maintainer"),
    ("HEALTHCHECK", "HEALTHCHECK requires at least one argument", "HEALTHCHECK"),
    ("HEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD", "HEALTHCHECK CMD"),
    ("HEALTHCHECK curl x", 'Unknown type "CURL" in HEALTHCHECK (try CMD)', "curl"),
    ("HEALTHCHECK NONE x", "HEALTHCHECK NONE takes no arguments", "x"),
    ("HEALTHCHECK --interval=5 CMD a", "time: missing unit in duration", "5"),
    ("HEALTHCHECK --timeout=5x CMD a", "time: unknown unit", "5x"),
    ("HEALTHCHECK --timeout=1us CMD a", 'Interval "timeout" cannot be less than 1ms', "1us"),
    ("HEALTHCHECK --start-period=-1s CMD a", "cannot be less than 1ms", "-1s"),
    ("HEALTHCHECK --retries=x CMD a", "invalid syntax", "x"),
    ("HEALTHCHECK --retries=-1 CMD a", "--retries cannot be negative (-1)", "-1"),
]

# The same with level "build".
BUILDS = [
    ("COPY --from=$x a b", "variable expansion is not supported for --from", "$x"),
    ("COPY --from=1 a b", "invalid stage index 1", "1"),
    ("COPY --from=-1 a b", "invalid stage index -1", "-1"),
    ("COPY --from=0 a b", "circular dependency detected on stage: s", "0"),
    ("COPY --from=S a b", "circular dependency detected on stage: s", "S"),
    ("RUN --mount=from=s,target=/x a", "circular dependency detected on stage: s", "from=s"),
    ("COPY --chmod=999 a b", "invalid chmod parameter: '999'", "999"),
    ("COPY --chmod=10000 a b", "between 0 and 07777", "10000"),
    ("COPY --chmod=u+z a b", "invalid syntax", "u+z"),
    ("COPY https://x.y/z /b", "source can't be a URL for COPY", "https://x.y/z"),
    ("COPY https://x.y/z.git /b", "source can't be a git ref for COPY", "https://x.y/z.git"),
    (f"ADD --checksum=sha256:{ZEROS} a b /c", "checksum can't be specified for multiple", None),
    (f"ADD --checksum=sha256:{ZEROS} a /c", "checksum requires HTTP(S) or Git sources", None),
    ("ADD --checksum=sha256:0 https://x.y/z /c", "invalid checksum digest", "sha256:0"),
    ("RUN --mount=type=bnd,target=/x a", "(did you mean bind?)", "type=bnd"),
    ("RUN --mount=type=cache a,targt=/x", None, None),
    ("RUN --mount=type=cache,targt=/x a", "unexpected key 'targt' in 'targt=/x'", "targt=/x"),
    ("RUN --mount=type=cache,/x a", "must be a key=value pair", "/x"),
    ("RUN --mount=type=cache,target=/ a", 'invalid mount target "/"', "type=cache,target=/"),
    ("RUN --mount=type=cache,target=/x,sharing=own a", "unsupported sharing value", "sharing=own"),
    ("RUN --mount=target=/x,size=1g a", "unexpected key 'size' for mount type 'bind'", "size=1g"),
    ("RUN --mount=type=tmpfs,target=/x,size=big a", "invalid value for size: big", "size=big"),
    ("RUN --mount=type=secret a", "one of source, target required", "type=secret"),
    ("RUN --mount=type=secret,id=a,from=b a", "secret mount should not have a from", None),
    ("RUN --mount=type=secret,id=a,mode=9 a", "invalid value 9 for mode", "mode=9"),
    ("RUN --mount=target=/x,uid=1 a", 'uid not allowed for "bind" type mounts', None),
    ("RUN --mount=type=ssh,source=a a", "ssh does not support source", "type=ssh,source=a"),
    ("RUN --mount=target=/x,ro=maybe a", "invalid value for ro: maybe", "ro=maybe"),
    ("EXPOSE a", "invalid containerPort: a", "a"),
    ("EXPOSE 80/foo", "invalid proto: foo", "80/foo"),
    ("EXPOSE 70000", "invalid containerPort: 70000", "70000"),
    ("EXPOSE 90-80", "invalid containerPort: 90-80", "90-80"),
    ("EXPOSE a:80", "invalid hostPort: a", "a:80"),
    ("EXPOSE 1.2.3:80:80", "invalid IP address: 1.2.3", "1.2.3:80:80"),
    ("STOPSIGNAL SIGFOO", "invalid signal: SIGFOO", "SIGFOO"),
    ("STOPSIGNAL 0", "invalid signal: 0", "0"),
    ("ENV a=${b", "unsupported modifier", "a=${b"),
    ("ENV a=${b:-c", "missing '}'", "a=${b:-c"),
    ("ENV a=${b:/c}", "unsupported modifier (:/)", "a=${b:/c}"),
    ("ENV a=${}", "bad substitution", "a=${}"),
    ('ENV a="b', "looking for matching double-quote", 'a="b'),
    ("LABEL a='b", "looking for matching single-quote", "a='b"),
    ("WORKDIR ${a", "unsupported modifier", "${a"),
    ("COPY a ${b", "unsupported modifier", "${b"),
    ("ENV a=${b#\\c}", "invalid pattern", None),
    ('VOLUME ""', "VOLUME specified can not be an empty string", '""'),
    ("FROM ''", "base name ('') should not be blank", "''"),
    ("FROM Debian:12", "repository name (library/Debian) must be lowercase", "Debian:12"),
    ("FROM a:b:c", "invalid reference format", "a:b:c"),
    ("FROM S", "must be lowercase", "S"),
    ("COPY --from=a/B x y", "failed to parse stage name", "a/B"),
    ("FROM $nothing", "base name ($nothing) should not be blank", "$nothing"),
    ("FROM --platform=linux/a/b/c x", "failed to parse platform", "linux/a/b/c"),
    ("FROM --platform=linx x", "unknown operating system or architecture", "linx"),
    ("COPY <<EOF /x\n${a\nEOF", "unsupported modifier", "${a\n"),
]

ACCEPTED = [
    "CMD",
    "RUN",
    "ENTRYPOINT []",
    "HEALTHCHECK --nonsense NONE",
    "HEALTHCHECK --interval=1.5h --timeout=0s --start-period=1m30s --retries=3 CMD x",
    "STOPSIGNAL sigrtmin+3",
    "STOPSIGNAL 9",
    "STOPSIGNAL $x",
    "EXPOSE 80 81/UDP 82-84 1.2.3.4:80:80 $x ${x}/tcp [::1]:80:80",
    "COPY --chmod=0755 --chown=1:1 --parents --link --exclude=a --exclude=b a b",
    "COPY --chmod=u=rwX,go=rX a b",
    "COPY --from=nginx a b",
    "COPY --from=nginx:1.27 a b\nCOPY --from=1 a b",
    "ADD --keep-git-dir=true --unpack=false https://x.y/z.git /c",
    f"ADD --checksum=sha256:{ZEROS} https://x.y/z /c",
    "ADD https://x.y/z git@x.y:a/b /c",
    "RUN --mount=type=cache,target=/x,sharing=locked,uid=1,gid=1,mode=0755 --network=none a",
    "RUN --mount=type=secret,id=a,env=A,required --mount=type=ssh a",
    "RUN --mount=type=tmpfs,target=/x,size=1.5GiB --security=insecure a",
    "RUN --mount=type=$t,target=$u,uid=$v a",
    "ENV a=$b c=${d:-e} f='$' g=\"${h%.*}\" i=${j?must be set}",
    "ARG a b=c",
    "ONBUILD COPY a",
    "ONBUILD NOPE",
    'SHELL ["/bin/sh", "-c"]',
    "WORKDIR a b c",
    "FROM --platform=$BUILDPLATFORM x",
    "FROM x AS A.b-c_1",
    "FROM s",
    "FROM scratch",
    "FROM localhost:5000/a/b__c:1@sha256:" + ZEROS,
    "FROM Reg.io/x",
    "COPY <<EOF /x\n'it is\nEOF",
    "COPY <<'EOF' /x\n${a\nEOF",
    "RUN echo ${a",
    'CMD echo "',
]


@pytest.mark.parametrize(("line", "message", "at"), INSTRUCTIONS, ids=[c[0] for c in INSTRUCTIONS])
def test_instruction(line, message, at):
    ((level, text, under),) = found(f"{HEAD}{line}\n")
    assert level == "instruction"
    assert message in text
    assert under == at


@pytest.mark.parametrize(("line", "message", "at"), BUILDS, ids=[c[0] for c in BUILDS])
def test_build(line, message, at):
    if message is None:
        assert not found(f"{HEAD}{line}\n")
        return
    ((level, text, under),) = found(f"{HEAD}{line}\n")
    assert level == "build"
    assert message in text
    assert at is None or under == at


@pytest.mark.parametrize("line", ACCEPTED)
def test_accepted(line):
    assert found(f"{HEAD}{line}\n") == []


FILES = {
    "no stage": ("ARG a\n", "dockerfile contains no stages to build", "ARG a"),
    "before the first stage": (
        "ARG a\nRUN b\nUSER c\n",
        "no build stage in current context",
        "RUN b",
    ),
    "global default": ("ARG a=${b\nFROM scratch\n", "unsupported modifier", "a=${b"),
    "a later stage": (
        "FROM scratch AS a\nCOPY --from=b x y\nFROM scratch AS b\n",
        'cannot copy from stage "b", it needs to be defined before current stage "a"',
        "b",
    ),
    "a later stage, mounted": (
        "FROM scratch\nRUN --mount=from=b,target=/x y\nFROM scratch AS b\n",
        'cannot mount from stage "b"',
        "from=b",
    ),
    "circle": (
        "FROM scratch AS a\nCOPY --from=b x y\nFROM scratch AS b\nCOPY --from=a x y\n",
        "circular dependency detected on stage: a",
        "b",
    ),
    "same name twice": (
        "FROM scratch AS a\nFROM scratch AS a\nCOPY --from=a x y\n",
        "circular dependency detected on stage: a",
        "a",
    ),
    "trigger that a stage runs": (
        "FROM scratch AS a\nONBUILD NOPE b\nFROM a\n",
        "unknown instruction: NOPE",
        "NOPE",
    ),
}


@pytest.mark.parametrize(("text", "message", "at"), FILES.values(), ids=FILES)
def test_file(text, message, at):
    ((level, told, under),) = found(text)
    assert level == "build"
    assert message in told
    assert under == at


def test_spans_through_continuations():
    ((_, message, under),) = found(
        f"{HEAD}RUN --mount=type=cache,target=/x \\\n  --mnt=a \\\n  b\n"
    )
    assert message.startswith("unknown flag: --mnt")
    assert under == "--mnt"


def test_one_problem_for_each_instruction():
    assert [level for level, _, _ in found("FROM a\nCOPY --x --y=z a b\nNOPE\nEXPOSE q r\n")] == [
        "instruction",
        "instruction",
        "build",
    ]


def test_what_the_grammar_refused_is_not_told_again():
    assert found("FROM a\nENV b\nCMD [1]\n") == []


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("1s", 1_000_000_000),
        ("1.5s", 1_500_000_000),
        ("1h2m3s", 3_723_000_000_000),
        (".5s", 500_000_000),
        ("5.s", 5_000_000_000),
        ("-1ms", -1_000_000),
        ("0", 0),
        ("1\u00b5s", 1_000),
        ("", 'time: invalid duration ""'),
        ("s", 'time: invalid duration "s"'),
        (".s", 'time: invalid duration ".s"'),
        ("1.2.3s", 'time: missing unit in duration "1.2.3s"'),
        ("5", 'time: missing unit in duration "5"'),
        ("5d", 'time: unknown unit "d" in duration "5d"'),
        ("9999999h", 'time: invalid duration "9999999h"'),
    ],
)
def test_duration(text, length):
    assert values.duration(text) == length
