"""
No text breaks the front end: tokens tile every file, and nothing raises.

    python -m bench.tiling CORPUS [--mutants 100000] [--seed 1] [--jobs 2]

Parses each Dockerfile of a folder (or of a list with one path in each line) and that many damaged
copies: byte flips, deletions, insertions of special characters, line shuffles, truncations,
concatenations, and files of random instructions. Each goes through parse(), validate.problems() and
Build() with every state and shell script asked for. Ends with 1 at the first text that breaks
something; the text is written to a file.
"""

import argparse
import multiprocessing
import os
import random
import re
import tempfile
import time
import traceback
from pathlib import Path

from bench.hits import dockerfiles
from dockwright.model.stages import Build
from dockwright.model.state import MAPS, SETTINGS
from dockwright.model.steps import Step
from dockwright.syntax.dockerfile import validate
from dockwright.syntax.dockerfile.nodes import KEYWORDS
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source, decode, encode

BATCH = 500
SLOW = 5.0
_LIST = re.compile(r"\S+")


SPECIAL = (
    *"\\`\"'$<>{}[]#=,:-@ \t\r\n\0\v\f",
    "\r\n",
    "\\\n",
    "`\n",
    "<<EOF",
    "<<-EOF",
    "<<'E O F'",
    '3<<"X"',
    "\nEOF\n",
    "\ufeff",
    "\xa0",
    "\u2028",
    "\x85",
    "é",
    "--from=0 ",
    "--mount=type=cache,target=/x ",
    "\n# comment\n",
    "\n#\n",
    "# escape=`\n",
    "ONBUILD ",
    "HEALTHCHECK ",
    "RUN ",
    "COPY ",
    "ENV ",
    "SHELL ",
    "EXPOSE ",
    "STOPSIGNAL ",
    "VOLUME ",
    '["a", "b"]',
    "[1]",
    "${x:-",
    "${x#",
    "}",
    "a=b ",
    "\udcff",
)


NAMES = (
    *sorted(KEYWORDS),
    "RUN",
    "COPY",
    "ADD",
    "HEALTHCHECK",
    "run",
    "Runn",
    "FRM",
    "ONBUILD RUN",
    "ONBUILD COPY",
)
_FLAGS = """
    chown chmod from link exclude parents keep-git-dir checksum unpack platform interval timeout
    start-period start-interval retries mount device network security form moun x
"""
FLAGS = _LIST.findall(_FLAGS)
VALUES = [
    *_LIST.findall(
        """
        true false TRUE yes 0 1 -1 +5 007 a b s0 s1 s2 s9 stage-0 scratch context $A ${A ${A:-0} '
        0755 8888 77777 u+x u=rw,go-w u+q a=X, +755 1000:1000 1s 0s 1.5h 1h2m .5s 1 1us -1s 1x s
        9999999h 99999999999 none host default bridge sandbox insecure linux/amd64 linux amd64
        windows/x/y/z l* type=cache,target=/x type=cache,target=/ type=bind,from=s0,target=/y
        type=bnd type=secret type=secret,id=a type=secret,id=a,source=b type=ssh type=ssh,source=a
        type=secret,target=/a,env=X,required type=tmpfs,target=/t,size=1g type=tmpfs,size=x
        type=cache,sharing=lock type=cache,mode=0755,uid=1,gid=z type=bind,uid=0 from=$A from=a$
        from=s1,target=/q size=1 type=cache,"target=/a,b" type="cache" ro=1 required x,y
        target=/a,readonly,rw=maybe name=x,required=2 vendor.com/a=b,name=c sha256:abc md5:abc /x
        "" target=$A type=$A,uid=1 type=cache,target=../.. type=cache,\\"target=/a,b\\"
        """
    ),
    "",
    '"a b"',
    "sha256:" + "0" * 64,
]
WORDS = [
    *_LIST.findall(
        """
        a b . / /x s0 s1 https://x.y/z https://x.y/z.git git@h:a/b git://h/x <<EOF <<'EOF' 3<<-E
        80 80/tcp 80/foo 8000-8010 90-80 1.2.3.4:80:80 [::1]:80:80 a:80 80:a 99999 :80 80:80/udp
        1-2:1-3 NONE CMD cmd none SIGTERM KILL RTMIN+3 SIGRTMAX-14 RTMIN+16 9 0 -1 SIGFOO a=b =b a=
        a="b ${x AS as s3 S_4 5s $A ${A} ${A:-80} ${A:+} ${A?no} ${A/b/c} ${A:/} ${A:%x} ${} '' ""
        \\ echo $ EOF
        """
    ),
    '["a"]',
    "[]",
    '[""]',
    '["/bin/sh", "-c"]',
]


def synthetic(pick: random.Random) -> str:
    """A file of random instructions made of plausible and implausible parts."""
    lines = ["ARG A\nFROM scratch AS s0\n"] if pick.random() < 0.8 else []
    for _ in range(pick.randrange(1, 5)):
        line = pick.choice(NAMES)
        for _ in range(pick.choice((0, 0, 1, 1, 2))):
            line += f" --{pick.choice(FLAGS)}"
            if pick.random() < 0.9:
                line += f"={pick.choice(VALUES)}"
        for _ in range(pick.choice((0, 1, 1, 2, 2, 3))):
            line += " " + pick.choice(WORDS)
        lines.append(line + "\n")
        if pick.random() < 0.2:
            lines.append(
                f"FROM {pick.choice(('scratch', 's0', 'busybox'))} AS s{pick.randrange(1, 4)}\n"
            )
    return "".join(lines) + pick.choice(("", "", "EOF\n", "E\n"))


def mutant(pick: random.Random, texts: list[str]) -> str:
    """A damaged copy of one of `texts`: a few edits of any kind."""
    if pick.random() < 0.4:
        return synthetic(pick)
    text = pick.choice(texts)[:6000]
    for _ in range(pick.choice((1, 1, 1, 2, 3, 5))):
        kind = pick.randrange(8)
        at = pick.randrange(len(text) + 1)
        if kind <= 2:
            text = text[:at] + pick.choice(SPECIAL) + text[at:]
        elif kind == 3:
            text = text[:at] + text[at + pick.choice((1, 1, 2, 10)) :]
        elif kind == 4 and text:
            at = min(at, len(text) - 1)
            text = text[:at] + chr(ord(text[at]) ^ (1 << pick.randrange(7))) + text[at + 1 :]
        elif kind == 5:
            lines = text.splitlines(keepends=True)
            pick.shuffle(lines)
            text = "".join(lines)
        elif kind == 6:
            text = text[:at]
        else:
            text = text[:at] + pick.choice(texts)[:2000]
    return decode(encode(valid(text)))


def valid(text: str) -> str:
    """`text` as `decode` could have made it: any surrogate that no byte gives becomes U+FFFD."""
    return "".join(
        "\ufffd" if "\ud800" <= char < "\udc80" or "\udcff" < char <= "\udfff" else char
        for char in text
    )


def check(text: str) -> tuple[int, int, int]:
    """Instructions, problems and shell commands of `text`; raises when something is wrong."""
    source = Source("mutant", text)
    tree = parse(source)
    if "".join(text[token.start : token.end] for token in tree.tokens) != text:
        raise AssertionError("the tokens are not the text")
    problems = [*tree.problems, *validate.problems(tree)]
    for problem in problems:
        if not 0 <= problem.span.start <= problem.span.end <= len(text):
            raise AssertionError(f"{problem!r} lies outside the text")
    for node in tree.instructions:
        words, flags = node.args, node.flags
        for span in [node.span, *(one.span for one in words), *(one.span for one in flags)]:
            if not 0 <= span.start <= span.end <= len(text):
                raise AssertionError(f"a part of {node!r} lies outside the text")
    build = Build(tree)
    commands = 0
    for stage in build.stages:
        for step in stage.steps:
            commands += look(step)
        for kind in MAPS:
            stage.state.entries(kind)
    return len(tree.instructions), len(problems), commands


def look(step: Step) -> int:
    """Ask a step all it can be asked."""
    state = step.after
    for setting in SETTINGS:
        state.setting(setting)
    _ = state.shell, step.language, step.mounts, step.line_span
    script = step.script
    if script is None:
        return 0
    size = len(step.stage.build.tree.source.text)
    for command in script.commands:
        for word in (*command.words, *(word for _, word in command.assignments)):
            if not 0 <= word.span.start <= word.span.end <= size:
                raise AssertionError(f"{word!r} lies outside the text")
    return len(script.commands)


_texts: list[str] = []


def start(corpus: str) -> None:
    _texts.extend(decode(Path(path).read_bytes()) for path in dockerfiles(corpus))


def batch(job: tuple[int, int, int]) -> tuple[int, int, int, float, str]:
    """Check `count` mutants: totals, the slowest one's seconds, and what broke."""
    seed, number, count = job
    pick = random.Random(f"{seed}/{number}")
    totals = [0, 0, 0]
    slowest = 0.0
    for _ in range(count):
        text = mutant(pick, _texts)
        failed, seconds, found = attempt(text)
        if failed:
            return totals[0], totals[1], totals[2], seconds, failed
        slowest = max(slowest, seconds)
        totals = [a + b for a, b in zip(totals, found, strict=True)]
    return totals[0], totals[1], totals[2], slowest, ""


def attempt(text: str) -> tuple[str, float, tuple[int, int, int]]:
    begun = time.perf_counter()
    found = (0, 0, 0)
    failed = ""
    try:
        found = check(text)
    except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
        failed = traceback.format_exc()
    seconds = time.perf_counter() - begun
    if not failed and seconds > SLOW:
        failed = f"took {seconds:.1f} s"
    if failed:
        with tempfile.NamedTemporaryFile(prefix="dockwright-", delete=False) as file:
            file.write(encode(text))
        failed += f"\nthe text is in {file.name}"
    return failed, seconds, found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--mutants", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    begun = time.perf_counter()
    start(options.corpus)
    bad = 0
    totals = [0, 0, 0]
    for text in _texts:
        failed, _, found = attempt(text)
        totals = [a + b for a, b in zip(totals, found, strict=True)]
        if failed:
            bad += 1
            print(failed)
    report("files", len(_texts), totals, time.perf_counter() - begun)
    begun = time.perf_counter()
    jobs = [
        (options.seed, number, min(BATCH, options.mutants - number * BATCH))
        for number in range((options.mutants + BATCH - 1) // BATCH)
    ]
    totals = [0, 0, 0]
    slowest = 0.0
    with multiprocessing.Pool(options.jobs, start, (options.corpus,)) as pool:
        for one, two, three, seconds, failed in pool.imap_unordered(batch, jobs):
            totals = [a + b for a, b in zip(totals, (one, two, three), strict=True)]
            slowest = max(slowest, seconds)
            if failed:
                bad += 1
                print(failed)
    report("mutants", options.mutants, totals, time.perf_counter() - begun)
    print(f"slowest {slowest * 1000:.0f} ms; {bad} broke something")
    return 1 if bad else 0


def report(what: str, count: int, totals: list[int], seconds: float) -> None:
    instructions, problems, commands = totals
    print(
        f"{count:7} {what}: {instructions} instructions, {problems} problems,"
        f" {commands} shell commands, {seconds:.1f} s"
    )


if __name__ == "__main__":
    raise SystemExit(main())
