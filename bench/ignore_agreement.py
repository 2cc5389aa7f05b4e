"""
Does our `.dockerignore` matcher agree with Docker?

    python bench/ignore_agreement.py [--cases 10000] [--seed N] [--engine] [--lists 600]

Makes random ignore files and random trees, and compares our answers with

* the real Go code: a small program, written to a temporary directory and built there, calls
  moby/patternmatcher (reading, checking, MatchesOrParentMatches) and tonistiigi/fsutil (the walk
  and the opening of files, as the client does them). Skipped if there is no `go`.
* with `--engine`, real builds: each ignore file with its tree is a context of a
  `docker buildx build`, and the files in the result, with their sizes, are compared.

Exit code 1 on any difference. All that it makes is removed: temporary directories, and in the
builder the cache records of its own contexts (they carry a name of this run).
"""

from __future__ import annotations

import argparse
import base64
import concurrent.futures
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

sys.path.insert(0, os.path.join(os.path.dirname(__file__), os.pardir, "src"))

from dockwright.syntax.ignore.matcher import ABSENT, HOLLOW, SENT, Matcher
from dockwright.syntax.ignore.parser import TOO_LONG, UNSENDABLE, parse

GO_MAIN = r"""
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"
	"github.com/tonistiigi/fsutil/types"
)

type question struct {
	Text  []byte
	Paths [][]byte // depth first; a directory ends in "/"
}

type answer struct {
	ReadError bool
	ListError bool
	WalkError bool
	Cleaned   [][]byte
	Negated   []bool
	Verdicts  string // one letter a path: y(es, excluded) n(o) e(rror)
	Fates     string // one letter a path: s(ent) h(ollow) a(bsent)
}

type node struct{ stat *types.Stat }

func (n node) Name() string               { return path.Base(n.stat.Path) }
func (n node) IsDir() bool                { return n.Mode().IsDir() }
func (n node) Type() fs.FileMode          { return n.Mode().Type() }
func (n node) Info() (fs.FileInfo, error) { return n, nil }
func (n node) Size() int64                { return 1 }
func (n node) Mode() fs.FileMode          { return fs.FileMode(n.stat.Mode) }
func (n node) ModTime() time.Time         { return time.Time{} }
func (n node) Sys() any                   { return n.stat }

type tree []node

func (t tree) Open(string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader("x")), nil
}

func (t tree) Walk(_ context.Context, _ string, visit fs.WalkDirFunc) error {
	skipping := ""
	for _, n := range t {
		if skipping != "" && strings.HasPrefix(n.stat.Path, skipping) {
			continue
		}
		skipping = ""
		err := visit(n.stat.Path, n, nil)
		if errors.Is(err, fs.SkipDir) && n.IsDir() {
			skipping = n.stat.Path + "/"
		} else if err != nil {
			return err
		}
	}
	return nil
}

func reply(q question) (a answer) {
	raw, err := ignorefile.ReadAll(bytes.NewReader(q.Text))
	if err != nil {
		a.ReadError = true
		return
	}
	// The builder checks the patterns, too, before they reach the client as JSON.
	if _, err := patternmatcher.New(raw); err != nil {
		a.ListError = true
		return
	}
	wire, _ := json.Marshal(raw)
	var patterns []string
	if err := json.Unmarshal(wire, &patterns); err != nil {
		panic(err)
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		a.ListError = true
		return
	}
	for _, p := range matcher.Patterns() {
		a.Cleaned = append(a.Cleaned, []byte(p.String()))
		a.Negated = append(a.Negated, p.Exclusion())
	}
	var t tree
	for _, p := range q.Paths {
		name, isDir := strings.CutSuffix(string(p), "/")
		mode := fs.FileMode(0o644)
		if isDir {
			mode = fs.ModeDir | 0o755
		}
		t = append(t, node{&types.Stat{Path: name, Mode: uint32(mode)}})
		out, err := matcher.MatchesOrParentMatches(name)
		switch {
		case err != nil:
			a.Verdicts += "e"
		case out:
			a.Verdicts += "y"
		default:
			a.Verdicts += "n"
		}
	}
	client, err := fsutil.NewFilterFS(t, &fsutil.FilterOpt{ExcludePatterns: patterns})
	if err != nil {
		panic(err)
	}
	listed := map[string]bool{}
	err = client.Walk(context.Background(), "/", func(p string, _ fs.DirEntry, err error) error {
		listed[p] = true
		return err
	})
	if err != nil {
		a.WalkError = true
		return
	}
	for _, n := range t {
		letter := "s"
		if !listed[n.stat.Path] {
			letter = "a"
		} else if !n.IsDir() {
			if _, err := client.Open(n.stat.Path); err != nil {
				letter = "h"
			}
		}
		a.Fates += letter
	}
	return
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	decoder, encoder := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var q question
		if err := decoder.Decode(&q); err != nil {
			return
		}
		if err := encoder.Encode(reply(q)); err != nil {
			panic(err)
		}
	}
}
"""


def words(text: str) -> list[str]:
    """Words with blanks between them."""
    return text.split()


NAMES = words(
    "a b c ab abc a.b A _ x.log y.log z.txt README.md Dockerfile .dockerignore .git .env src lib "
    "node_modules dist keep a1 b2 d0 é ñandú 日本 !x #y [a] a] a\\b a^b ^a $ a$ (a) a+b {a} a|b "
    "a-b -- ~ * ** ? a* Q E"
)
NAMES += ["a b", " a", "a ", "\ufeffa", "a\u00a0", "\x1ca", "ÿ", "a\tb"]
"""Names of files and directories; each is possible on Linux."""

SEGMENTS = words(
    "* * * ** ** ** ? a* *b *.log *.md a? ?? [ab] [^a] [a-c]* [a-c]b *[0-9] a\\b \\* \\a \\d \\w* "
    "[[:alpha:]] [\\d] [^/]b [a-] [-a] []a] [^]a] [*] [?] [.] [**] *a*b*c*d* **b a** *** "
    "\\x61 \\141 \\pL \\PL \\bab \\Qa* \\z ^a a^b $ a$ a\\ *\\ *x\\ [ [a [] [z-a] *[ *[z-a] \\q* "
    "a{2}* a|b* *|a {0}* ^{2}b* a{1001}* a{2,1}* a{,2}* a{1,}?* [ab]{2} *{2} [*{2} \\x{61}* "
    "\\p{Lu}* \\PL{3} \\Qb\\E{2}* a{2}\\Q\\E{3}* \\p{^L}* ?| |? **/{2} a{01}* {a,b} *.{md,log}"
)
"""Parts of patterns, the odd and the malformed included."""

ODD = "aabb//**??[[]]^^--\\\\!!..  #{}()|$+,:12dwsQExpLzABn01é日\ufeff\u00a0\u2003\x1c\t\r\x85~&"


class Case(NamedTuple):
    """An ignore file and a tree: relative paths depth first, a directory with a final "/"."""

    text: str
    paths: list[str]


def random_tree(rng: random.Random, size: int) -> list[str]:
    """About `size` paths."""
    directories: set[str] = set()
    files: set[str] = set()
    while len(directories) + len(files) < size:
        parts = [rng.choice(NAMES) for _ in range(rng.choice((1, 1, 2, 2, 3, 3, 4)))]
        if any("/".join(parts[:at]) in files for at in range(1, len(parts))):
            continue
        path = "/".join(parts)
        if path not in directories:
            files.add(path)
            directories.update("/".join(parts[:at]) for at in range(1, len(parts)))
    paths = [*files, *(f"{d}/" for d in directories)]
    return sorted(paths, key=lambda p: (p.rstrip("/") if p.endswith("/") else p).split("/"))


def random_pattern(rng: random.Random, paths: list[str]) -> str:
    """One line for an ignore file."""
    kind = rng.random()
    if kind < 0.12:
        body = "".join(rng.choice(ODD) for _ in range(rng.randint(1, 10)))
    elif kind < 0.45:
        parts = rng.choice(paths).rstrip("/").split("/")
        parts = parts[: rng.randint(1, len(parts))]
        for at in range(len(parts)):
            if rng.random() < 0.35:
                parts[at] = rng.choice(SEGMENTS[: rng.choice((8, 20, len(SEGMENTS)))])
        body = "/".join(parts)
    else:
        pool = (*SEGMENTS[: rng.choice((8, 16, 24, len(SEGMENTS)))], *NAMES[:12])
        body = "/".join(rng.choice(pool) for _ in range(rng.choice((1, 1, 2, 2, 3))))
    if rng.random() < 0.08:
        body = rng.choice(("/", "./", "../", "//", "a/../", "/ ", "!/", ". ")) + body
    if rng.random() < 0.08:
        body += rng.choice(("/", "/.", "/..", "//", " ", "\t", "/**", "/*", "\r"))
    if rng.random() < 0.38:
        body = rng.choice(("!", "!", "!", "! ", "!!", "!/", "!./", "!../")) + body
    if rng.random() < 0.03:
        body = rng.choice((" ", "\t", "\u00a0", "#", " #", "\ufeff", "\x1f")) + body
    return body.replace("\n", "")


def random_case(rng: random.Random, size: int) -> Case:
    """A tree and an ignore file whose patterns often have to do with it."""
    paths = random_tree(rng, size)
    lines = [random_pattern(rng, paths) for _ in range(rng.choice((1, 2, 2, 3, 3, 4, 5, 6, 8)))]
    if rng.random() < 0.2:
        lines.insert(0, rng.choice(("*", "**", "**/*", "*/*")))
    if rng.random() < 0.3:
        lines.append(rng.choice(lines).removeprefix("!"))
    newline = rng.choice(("\n", "\n", "\n", "\r\n"))
    text = newline.join(lines) + rng.choice(("", newline))
    return Case(rng.choice(("", "", "", "", "\ufeff")) + text, paths)


def special_cases() -> Iterator[Case]:
    """Cases that chance does not find."""
    tree = ["a", "b/", "b/" + "x" * 9, "d/", "d/c", "d/e", "foo/", "foo/x/", "foo/x/y", "x"]
    for text in (
        "d/c\n!d\n",
        "*\n!d/c\nd\n",
        "*\n!foo/*/**\n",
        "*\n!foo/*/**\n![x]\n",
        "*\n!foo/**\n",
        "*\n!../../x\n",
        "/!d\n*",
        "!\n",
        "!/\n",
        "/ /\n!/ /\n",
        "/ /\na",
        "",
        "\ufeff",
        "\ufeff\ufeffa\n\ufeff*\n\ufeff**/a\n",
        "a" * 65535 + "\nd",
        "a" * 65536 + "\nd",
        "a" * 65535,
        "a" * 65535 + "\r\nd",
        "é" * 32767 + "\nd",
        "é" * 32768 + "\nd",
        "\ufeff" + "a" * 65533 + "\nd",
        "caf\udce9\n*\udce9*\n[\udce9]\n",
        "*a*a*a*a*a*a*a*b\n",
        "**/**/**/**/**/y\n",
    ):
        yield Case(text, tree)
    yield Case("*\udce9\n", ["caf\udce9", "café", "\udce9x"])
    yield Case("*[^a]\n!caf\udce9", ["caf\udce9", "café", "\udce9x"])
    yield Case("\ufeff**/foo\n", ["foo", "ÿ**/", "ÿ**/foo", "\ufefffoo"])


class Ours(NamedTuple):
    """Our answers about a case, in the shape of the Go program's."""

    ReadError: bool
    ListError: bool
    WalkError: bool
    Cleaned: list[str]
    Negated: list[bool]
    Verdicts: str
    Fates: str


def ours(case: Case) -> Ours:
    """What dockwright says."""
    file = parse(case.text)
    if any(error.message == TOO_LONG for error in file.errors):
        return Ours(True, False, False, [], [], "", "")
    matcher = Matcher(file.patterns)
    if matcher.rejected:
        return Ours(False, True, False, [], [], "", "")
    cleaned = [p.cleaned for p in matcher.patterns]
    negated = [p.negated for p in matcher.patterns]
    verdicts = ""
    fates = []
    failed = False
    for at, path in enumerate(case.paths):
        name = path.removesuffix("/")
        decision = matcher.decision(name)
        if decision.excluded is not matcher.excludes(name):
            raise AssertionError(case)
        verdicts += "e" if decision.error else "ny"[decision.excluded]
        failed = failed or matcher.visit(name).error is not None
        fate = matcher.fate(name)
        fates.append("s" if path.endswith("/") and fate != ABSENT else fate[0])
        if fate != ABSENT:
            for above, other in enumerate(case.paths[:at]):
                if other.endswith("/") and path.startswith(other):
                    fates[above] = "s"
    return Ours(False, False, failed, cleaned, negated, verdicts, "" if failed else "".join(fates))


def encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def ask_go(program: str, cases: list[Case]) -> Iterator[dict[str, Any]]:
    """The Go program's answer to each case."""
    lines = (
        json.dumps(
            {
                "Text": base64.b64encode(encode(case.text)).decode(),
                "Paths": [base64.b64encode(encode(p)).decode() for p in case.paths],
            }
        )
        for case in cases
    )
    done = subprocess.run(
        [program],
        input="\n".join(lines).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        answer["Cleaned"] = [
            base64.b64decode(p).decode("utf-8", "surrogateescape") for p in answer["Cleaned"] or ()
        ]
        answer["Negated"] = answer["Negated"] or []
        yield answer


def build_go(directory: str) -> tuple[str, str]:
    """Build the Go program in `directory`; its path, and the module versions it uses."""
    with open(os.path.join(directory, "main.go"), "w", encoding="utf-8") as file:
        file.write(GO_MAIN)
    environment = {**os.environ, "GOFLAGS": "-mod=mod"}

    def go(*arguments: str) -> str:
        done = subprocess.run(
            ["go", *arguments],
            cwd=directory,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    modules = ("github.com/moby/patternmatcher", "github.com/tonistiigi/fsutil")
    go("mod", "init", "agreement")
    go("get", *(f"{module}@latest" for module in modules))
    go("build", "-o", "agreement", ".")
    versions = go("list", "-m", *modules).strip().replace("\n", ", ")
    return os.path.join(directory, "agreement"), f"{versions}, {go('version').split()[2]}"


class Tally:
    """What was compared, and what differed."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        self.cases = self.decisions = self.refused = self.hollow = self.absent = 0
        self.differences: list[str] = []
        self.seconds = 0.0

    def row(self) -> str:
        return (
            f"{self.reference:<14}{self.cases:>8}{self.refused:>9}{self.decisions:>11}"
            f"{self.absent:>9}{self.hollow:>8}{len(self.differences):>13}{self.seconds:>9.1f}"
        )


HEADER = (
    f"{'reference':<14}{'cases':>8}{'refused':>9}{'decisions':>11}"
    f"{'absent':>9}{'hollow':>8}{'differences':>13}{'seconds':>9}"
)


def compare_go(cases: list[Case]) -> Tally:
    """Every case against the Go code: errors, cleaned patterns, verdicts, fates."""
    tally = Tally("Go library")
    started = time.monotonic()
    directory = tempfile.mkdtemp(prefix="dockwright-ignore-")
    try:
        program, versions = build_go(directory)
        print(f"Go: {versions}")
        for case, theirs in zip(cases, ask_go(program, cases), strict=True):
            mine = ours(case)
            tally.cases += 1
            tally.refused += mine.ReadError or mine.ListError or mine.WalkError
            tally.decisions += len(mine.Verdicts) + len(mine.Fates)
            tally.absent += mine.Fates.count("a")
            tally.hollow += mine.Fates.count("h")
            for field, value in mine._asdict().items():
                if theirs[field] != value:
                    tally.differences.append(
                        f"{field}: ours {value!r}, Go {theirs[field]!r}\n"
                        f"    file {case.text!r}\n    paths {case.paths!r}"
                    )
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    tally.seconds = time.monotonic() - started
    return tally


CONTENT = "content\n"

REFUSALS = (b"pattern", b"token too long")
"""What the messages of BuildKit say when it refuses an ignore file."""


def lay_out(directory: str, case: Case) -> None:
    """Make the tree of `case`, with its ignore file, in an empty directory."""
    for path in case.paths:
        full = encode(os.path.join(directory, path))
        if path.endswith("/"):
            os.mkdir(full)
        else:
            with open(full, "w", encoding="utf-8") as file:
                file.write(CONTENT)
    with open(os.path.join(directory, ".dockerignore"), "wb") as raw:
        raw.write(encode(case.text))


def build(directory: str, names: list[str], contexts: dict[str, str]) -> dict[str, int] | None:
    """
    Build an image that is one directory for each named context.

    The paths in it with their sizes (directories: -1), or None if the build failed.
    """
    dockerfile = "FROM scratch\n" + "".join(f"COPY --from={n} . /{n}/\n" for n in names)
    command = ["docker", "buildx", "build", "--quiet", "--file", "-"]
    command += ["--output", "type=tar,dest=-"]
    for name in names:
        command += ["--build-context", f"{name}={contexts[name]}"]
    for _ in range(3):
        done = subprocess.run(
            [*command, os.path.join(directory, "empty")],
            input=dockerfile.encode(),
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            break
        if any(words in done.stderr for words in REFUSALS):
            return None
        # A refusal sometimes only shows as "context canceled", and an engine may be busy: again.
        time.sleep(1)
    else:
        if b"context canceled" in done.stderr:
            return None
        raise RuntimeError(done.stderr.decode(errors="replace"))
    with tarfile.open(
        fileobj=io.BytesIO(done.stdout), encoding="utf-8", errors="surrogateescape"
    ) as tar:
        return {m.name.strip("/"): -1 if m.isdir() else m.size for m in tar}


def compare_engine(cases: list[Case], batch: int) -> Tally:
    """Every case against real builds; `batch` cases to a build where we expect no error."""
    tally = Tally("real builds")
    started = time.monotonic()
    run = f"dwignore{os.getpid()}x{int(time.time())}"
    directory = tempfile.mkdtemp(prefix="dockwright-ignore-")
    expected: dict[str, Ours] = {}
    by_name: dict[str, Case] = {}
    contexts: dict[str, str] = {}
    os.mkdir(os.path.join(directory, "empty"))
    for number, case in enumerate(cases):
        name = f"{run}x{number}"
        contexts[name] = os.path.join(directory, name)
        os.mkdir(contexts[name])
        lay_out(contexts[name], case)
        by_name[name] = case
        expected[name] = ours(case)

    good = [name for name in by_name if not is_refused(by_name[name], expected[name])]
    groups = [good[at : at + batch] for at in range(0, len(good), batch)]
    groups += [[name] for name in by_name if name not in good]
    try:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = pool.map(lambda group: build(directory, group, contexts), groups)
            for group, result in zip(groups, results, strict=True):
                if result is None and len(group) > 1:
                    # Some file of the group was refused against our word; ask one by one.
                    for name in group:
                        single = build(directory, [name], contexts)
                        check_build(tally, name, by_name[name], expected[name], single)
                else:
                    for name in group:
                        check_build(tally, name, by_name[name], expected[name], result)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        subprocess.run(
            ["docker", "buildx", "prune", "--force", "--filter", f"description~={run}"],
            stdout=subprocess.DEVNULL,
            check=False,
        )
    tally.seconds = time.monotonic() - started
    return tally


def is_refused(case: Case, mine: Ours) -> bool:
    """Whether we say that a build with this ignore file fails."""
    if mine.ReadError or mine.ListError or mine.WalkError:
        return True
    return any(error.message == UNSENDABLE for error in parse(case.text).errors)


def check_build(
    tally: Tally, name: str, case: Case, mine: Ours, result: dict[str, int] | None
) -> None:
    """Compare one context of a build with our answers about it."""
    tally.cases += 1
    refused = is_refused(case, mine)
    tally.refused += refused
    if refused or result is None:
        if refused is not (result is None):
            ending = "fails" if result is None else "succeeds"
            tally.differences.append(f"the build {ending}\n    file {case.text!r}")
        return
    for path, letter in zip(case.paths, mine.Fates, strict=True):
        size = result.get(f"{name}/{path.removesuffix('/')}")
        real = ABSENT if size is None else HOLLOW if size == 0 else SENT
        tally.decisions += 1
        tally.absent += real == ABSENT
        tally.hollow += real == HOLLOW
        if real[0] != letter:
            tally.differences.append(
                f"{path!r}: ours {letter}, build {real}\n    file {case.text!r}"
            )


def usable_in_a_build(case: Case) -> bool:
    """
    Leave out a tree that has its own `.dockerignore`, and what is not UTF-8.

    A name that is not UTF-8 fails every build; a pattern that is not is checked by the builder for
    the main context only, and these are named ones.
    """
    everything = case.text + "".join(case.paths)
    valid = not any("\ud800" <= c <= "\udfff" for c in everything)
    return valid and not any(p.startswith(".dockerignore") for p in case.paths)


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare our .dockerignore matcher with Docker.")
    parser.add_argument("--cases", type=int, default=10_000, help="cases for the Go library")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", action="store_true", help="compare with real builds, too")
    parser.add_argument("--lists", type=int, default=600, help="ignore files for real builds")
    parser.add_argument("--batch", type=int, default=20, help="contexts in one build")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    tallies = []
    if shutil.which("go"):
        cases = [*special_cases()]
        while len(cases) < options.cases:
            cases.append(random_case(rng, rng.randint(8, 30)))
        tallies.append(compare_go(cases))
    else:
        print("no `go`: the Go library is left out")
    if options.engine:
        cases = [case for case in special_cases() if usable_in_a_build(case)]
        while len(cases) < options.lists:
            case = random_case(rng, 40)
            if usable_in_a_build(case):
                cases.append(case)
        tallies.append(compare_engine(cases, options.batch))
    print(HEADER)
    for tally in tallies:
        print(tally.row())
    for tally in tallies:
        for difference in tally.differences[:5]:
            print(f"\n{tally.reference}: {difference}")
    return 1 if not tallies or any(tally.differences for tally in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
