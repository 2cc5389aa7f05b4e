"""
Our Dockerfile parser against BuildKit's own, on a folder of Dockerfiles.

    python -m bench.parser_agreement CORPUS [--go] [--mutants 0] [--seed 1] [--show 5]

Compares with PyPI `dockerfile` (the grammar of BuildKit 0.12.5): instruction names, sub-commands,
flags, arguments, JSON forms, heredocs, lines, and what is refused. With `--go` a small Go program
is built around BuildKit's packages of two releases, the one in Docker 28.5 and a current one, and
comments, warnings, escape tokens, instruction-level and build-level refusals are compared as well.
`--mutants` compares that many damaged copies of corpus files too. CORPUS is a folder, or a file
with one path in each line. Ends with 1 when there is a difference that no class explains.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from bench.hits import dockerfiles
from dockwright.syntax.dockerfile import validate
from dockwright.syntax.dockerfile.expand import SPACE
from dockwright.syntax.dockerfile.nodes import KEYWORDS, Dockerfile, Instruction
from dockwright.syntax.dockerfile.parser import parse
from dockwright.text.source import Source, decode, encode

# Docker 28.5.2 has the first one in its vendor.mod.
RELEASES = ("v0.25.2", "v0.34.2")

GO = r"""
// What BuildKit makes of Dockerfiles and of words, as one JSON value in each line.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
)

// Every byte becomes the character with that number, so that no byte is lost in JSON.
func raw(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		out.WriteRune(rune(text[i]))
	}
	return out.String()
}

func raws(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = raw(text)
	}
	return out
}

func cooked(text string) string {
	out := make([]byte, 0, len(text))
	for _, char := range text {
		out = append(out, byte(char))
	}
	return string(out)
}

type heredoc struct {
	Name, Content string
	Fd            uint
	Expand, Chomp bool
}

type node struct {
	Cmd, Sub, Original, Error       string
	Flags, SubFlags, Args, Comments []string
	Json                            bool
	First, Last                     int
	Heredocs                        []heredoc
}

type file struct {
	Escape, Error, StagesError, BuildError string
	BuildLine, Warnings                    int
	Nodes                                  []node
}

func arguments(n *parser.Node) []string {
	out := []string{}
	for n = n.Next; n != nil; n = n.Next {
		out = append(out, raw(n.Value))
	}
	return out
}

type images struct{}

func (images) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	return ref, "", []byte(`{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"]},"rootfs":{"type":"layers","diff_ids":["sha256:0000000000000000000000000000000000000000000000000000000000000000"]}}`), nil
}

func read(data []byte, build bool) (out file) {
	result, err := parser.Parse(bytes.NewReader(data))
	if err != nil {
		out.Error = raw(err.Error())
		return out
	}
	out.Escape = string(result.EscapeToken)
	out.Warnings = len(result.Warnings)
	for _, child := range result.AST.Children {
		found := node{
			Cmd: raw(child.Value), Original: raw(child.Original), Flags: raws(child.Flags),
			Json: child.Attributes["json"], Comments: raws(child.PrevComment),
			First: child.StartLine, Last: child.EndLine,
		}
		inner := child
		if child.Next != nil && len(child.Next.Children) > 0 {
			inner = child.Next.Children[0]
			found.Sub = raw(inner.Value)
			found.SubFlags = raws(inner.Flags)
			found.Json = inner.Attributes["json"]
		}
		found.Args = arguments(inner)
		for _, h := range child.Heredocs {
			found.Heredocs = append(found.Heredocs, heredoc{raw(h.Name), raw(h.Content), h.FileDescriptor, h.Expand, h.Chomp})
		}
		out.Nodes = append(out.Nodes, found)
	}
	// ParseInstruction may sort arguments in place, so this comes second.
	for i, child := range result.AST.Children {
		if _, err := instructions.ParseInstruction(child); err != nil {
			out.Nodes[i].Error = raw(err.Error())
		}
	}
	if _, _, err := instructions.Parse(result.AST, nil); err != nil {
		out.StagesError = raw(err.Error())
		return out
	}
	if build {
		platform := platforms.MustParse("linux/amd64")
		capabilities := pb.Caps.CapSet(pb.Caps.All())
		_, err := dockerfile2llb.Dockerfile2Outline(context.Background(), data, dockerfile2llb.ConvertOpt{
			MetaResolver: images{}, TargetPlatform: &platform, AllStages: true, LLBCaps: &capabilities,
		})
		if err != nil {
			out.BuildError = raw(err.Error())
			var located *parser.LocationError
			if errors.As(err, &located) && len(located.Locations) > 0 && len(located.Locations[0]) > 0 {
				out.BuildLine = located.Locations[0][0].Start.Line
			}
		}
	}
	return out
}

type question struct {
	Word, Escape                             string
	Env                                      []string
	RawQuotes, RawEscapes, KeepUnset, NoQuotes bool
}

type answer struct {
	Value, Error     string
	Words, Unmatched []string
}

func words(q question) (out answer) {
	env := make([]string, len(q.Env))
	for i, one := range q.Env {
		env[i] = cooked(one)
	}
	lex := shell.NewLex(rune(q.Escape[0]))
	lex.RawQuotes, lex.RawEscapes = q.RawQuotes, q.RawEscapes
	lex.SkipUnsetEnv, lex.SkipProcessQuotes = q.KeepUnset, q.NoQuotes
	result, err := lex.ProcessWordWithMatches(cooked(q.Word), shell.EnvsFromSlice(env))
	if err != nil {
		out.Error = raw(err.Error())
		return out
	}
	out.Value, out.Words = raw(result.Result), raws(result.Words)
	for name := range result.Unmatched {
		out.Unmatched = append(out.Unmatched, raw(name))
	}
	return out
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	to := bufio.NewWriter(os.Stdout)
	defer to.Flush()
	out := json.NewEncoder(to)
	out.SetEscapeHTML(false)
	for {
		line, err := in.ReadString('\n')
		line = strings.TrimSuffix(line, "\n")
		if line != "" {
			switch os.Args[1] {
			case "words":
				var q question
				if err := json.Unmarshal([]byte(line), &q); err != nil {
					panic(err)
				}
				out.Encode(words(q))
			default:
				var text string
				if err := json.Unmarshal([]byte(line), &text); err != nil {
					panic(err)
				}
				out.Encode(read([]byte(cooked(text)), os.Args[1] == "build"))
			}
		}
		if err != nil {
			return
		}
	}
}
"""


def reference(release: str) -> str:
    """The path of the Go program around BuildKit `release`, built at first use."""
    digest = hashlib.sha256((GO + release).encode()).hexdigest()[:12]
    folder = os.path.join(tempfile.gettempdir(), f"dockwright-buildkit-{release}-{digest}")
    program = os.path.join(folder, "reference")
    if not os.path.exists(program):
        os.makedirs(folder, exist_ok=True)
        Path(folder, "main.go").write_text(GO)
        Path(folder, "go.mod").write_text(
            f"module reference\ngo 1.24\nrequire github.com/moby/buildkit {release}\n"
        )
        print(f"building the reference with BuildKit {release} (a minute) ...", flush=True)
        environment = {**os.environ, "GOFLAGS": "-mod=mod"}
        subprocess.run(["go", "build", "-o", program, "."], cwd=folder, env=environment, check=True)
    return program


def narrow(data: bytes) -> str:
    """Bytes as the characters of the same numbers, which is how the Go program speaks."""
    return data.decode("latin-1")


def wide(text: str) -> str:
    return decode(text.encode("latin-1"))


def ask(program: str, mode: str, questions: Iterable[object]) -> Iterator[dict]:
    """The answers of the Go program to `questions`, in order."""
    with tempfile.TemporaryFile("w+") as asked, tempfile.TemporaryFile("w+") as answered:
        for question in questions:
            asked.write(json.dumps(question) + "\n")
        asked.seek(0)
        subprocess.run(
            [program, mode], stdin=asked, stdout=answered, stderr=subprocess.DEVNULL, check=True
        )
        answered.seek(0)
        for line in answered:
            yield json.loads(line)


# What we make of a file


def arguments(node: Instruction, *, separators: bool) -> list[str]:
    inner = node.trigger or node
    if inner.name in ("ENV", "LABEL"):
        found: list[str] = []
        for pair in inner.pairs:
            found += [pair.key, pair.value or ""]
            if separators:
                found.append("" if pair.legacy else "=")
        return found
    if inner.name not in KEYWORDS:
        return [""]
    return [] if inner.name == "ONBUILD" else [word.value for word in inner.args]


def first_problem(tree: Dockerfile) -> str:
    return min(
        ((p.span.start, p.message) for p in tree.problems if p.level == "parse"), default=(0, "")
    )[1]


def essence(message: str) -> str:
    """What of a message of either side is compared: not the hint, not what wraps it."""
    return message.partition(" (did you mean")[0]


class Tally:
    """Differences by class; those without a class are shown and make the bench fail."""

    def __init__(self, show: int) -> None:
        self.show = show
        self.explained: Counter[str] = Counter()
        self.files: dict[str, set[str]] = {}
        self.unexplained = 0
        self.compared: Counter[str] = Counter()

    def differ(self, name: str, field: str, ours: object, theirs: object, reason: str) -> None:
        if reason:
            self.explained[reason] += 1
            self.files.setdefault(reason, set()).add(name)
            return
        self.unexplained += 1
        if self.unexplained <= self.show:
            print(
                f"UNEXPLAINED {field} in {name}\n  ours   {ours!r:.300}\n  theirs {theirs!r:.300}"
            )

    def report(self, title: str) -> None:
        counts = ", ".join(f"{count} {what}" for what, count in self.compared.items())
        print(f"\n{title}: {counts}")
        print(f"  {'unexplained':58} {self.unexplained:7}")
        for reason, count in self.explained.most_common():
            print(f"  {reason:58} {count:7} in {len(self.files[reason])} files")
            for name in sorted(self.files[reason])[:3]:
                print(f"      {name}")


# PyPI dockerfile


def against_package(texts: Iterable[tuple[str, bytes]], tally: Tally) -> None:
    import dockerfile

    for name, data in texts:
        tree = parse(Source(name, decode(data)))
        tally.compared["files"] += 1
        try:
            text = data.decode()
        except UnicodeDecodeError:
            tally.differ(name, "file", "", "", "not UTF-8: the package takes text only")
            continue
        refused = first_problem(tree)
        try:
            theirs = dockerfile.parse_string(text)
        except (dockerfile.GoParseError, ValueError) as error:
            if not refused:
                tally.differ(name, "refused", refused, str(error), "")
            continue
        if refused:
            tally.differ(name, "refused", refused, "", _newer(tree, refused))
            continue
        if len(theirs) != len(tree.instructions):
            tally.differ(name, "instructions", len(tree.instructions), len(theirs), "")
            continue
        for node, other in zip(tree.instructions, theirs, strict=True):
            tally.compared["instructions"] += 1
            inner = node.trigger or node
            pairs = (
                ("name", node.keyword.lower(), other.cmd.lower()),
                (
                    "sub-command",
                    inner.keyword.lower() if node.trigger else "",
                    (other.sub_cmd or "").lower(),
                ),
                ("flags", [flag.text for flag in node.flags], list(other.flags)),
                ("lines", (node.first_line, node.last_line), (other.start_line, other.end_line)),
                ("JSON", inner.is_json, other.json),
                ("arguments", arguments(node, separators=False), list(other.value)),
                ("original", node.joined.text, other.original),
            )
            for field, one, two in pairs:
                if one != two:
                    tally.differ(
                        f"{name}:{node.first_line}",
                        field,
                        one,
                        two,
                        _package_reason(node, field, other),
                    )


def _newer(tree: Dockerfile, refused: str) -> str:
    return ""


def _package_reason(node: Instruction, field: str, other: object) -> str:
    if field == "original" and node.heredocs:
        return "its `original` holds the text of heredocs"
    inner = node.trigger or node
    text = inner.rest.text
    if not inner.is_json and text.startswith("[") and getattr(other, "json", False):
        return "its JSON decoder ignores what follows the array"
    return ""


# BuildKit itself


def against_buildkit(program: str, texts: list[tuple[str, bytes]], tally: Tally) -> None:
    answers = ask(program, "build", (narrow(data) for _, data in texts))
    for (name, data), theirs in zip(texts, answers, strict=True):
        tally.compared["files"] += 1
        compare_file(name, decode(data), theirs, tally)


def compare_file(name: str, text: str, theirs: dict, tally: Tally) -> None:
    tree = parse(Source(name, text))
    refused = first_problem(tree)
    if theirs["Error"] or refused:
        tally.compared["refused by the grammar"] += 1
        if not refused or refused not in wide(theirs["Error"]):
            tally.differ(name, "refused", refused, wide(theirs["Error"]), _byte_reason(text))
        return
    if tree.escape != theirs["Escape"]:
        tally.differ(name, "escape", tree.escape, theirs["Escape"], "")
    warnings = sum(1 for node in tree.instructions if node.blank_lines)
    if warnings != theirs["Warnings"]:
        tally.differ(name, "warnings", warnings, theirs["Warnings"], "")
    nodes = theirs["Nodes"]
    if len(nodes) != len(tree.instructions):
        tally.differ(name, "instructions", len(tree.instructions), len(nodes), "")
        return
    problems = validate.problems(tree)
    for node, other in zip(tree.instructions, nodes, strict=True):
        tally.compared["instructions"] += 1
        compare_node(name, node, other, tally)
    compare_refusals(name, tree, problems, theirs, tally)


def compare_node(name: str, node: Instruction, other: dict, tally: Tally) -> None:
    inner = node.trigger or node
    heredocs = [(h.name, h.descriptor, h.expand, h.chomp, h.content) for h in node.heredocs]
    pairs = (
        ("name", node.keyword, wide(other["Cmd"])),
        ("sub-command", inner.keyword if node.trigger else "", wide(other["Sub"])),
        ("original", node.joined.text, wide(other["Original"]).lstrip(SPACE)),
        ("flags", [flag.text for flag in node.flags], list(map(wide, other["Flags"] or ()))),
        (
            "inner flags",
            [flag.text for flag in inner.flags] if node.trigger else [],
            list(map(wide, other["SubFlags"] or ())),
        ),
        ("arguments", arguments(node, separators=True), list(map(wide, other["Args"] or ()))),
        ("JSON", inner.is_json, other["Json"]),
        ("comments", list(node.comments), list(map(wide, other["Comments"] or ()))),
        ("lines", (node.first_line, node.last_line), (other["First"], other["Last"])),
        (
            "heredocs",
            heredocs,
            [
                (wide(h["Name"]), h["Fd"], h["Expand"], h["Chomp"], wide(h["Content"]))
                for h in other["Heredocs"] or ()
            ],
        ),
    )
    for field, ours, theirs in pairs:
        if ours != theirs:
            where = f"{name}:{node.first_line}"
            tally.differ(where, field, ours, theirs, _node_reason(node))


def _node_reason(node: Instruction) -> str:
    reason = _byte_reason(node.joined.text)
    text = node.joined.text
    if not reason and not text.isascii() and ("--" in text or "HEALTHCHECK" in text.upper()):
        reason = "BuildKit reads flags and HEALTHCHECK byte by byte: not ASCII comes out garbled"
    return reason


def _byte_reason(text: str) -> str:
    if any("\udc80" <= char <= "\udcff" for char in text):
        return "bytes that are not UTF-8: Go puts U+FFFD for them"
    return ""


def compare_refusals(
    name: str, tree: Dockerfile, problems: list, theirs: dict, tally: Tally
) -> None:
    starts = [node.start for node in tree.instructions]
    ours = {}
    for problem in problems:
        if problem.level == "instruction":
            index = max(i for i, start in enumerate(starts) if start <= problem.span.start)
            ours.setdefault(index, problem.message)
    for index, other in enumerate(theirs["Nodes"]):
        mine, error = ours.get(index, ""), wide(other["Error"])
        tally.compared["refused instructions"] += bool(error)
        if essence(mine) != essence(error):
            where = f"{name}:{other['First']}"
            reason = _release_reason(error) or _node_reason(tree.instructions[index])
            tally.differ(where, "instruction", mine, error, reason)
    build = [p for p in problems if p.level == "build"]
    if ours:
        return
    stages, error = wide(theirs["StagesError"]), wide(theirs["BuildError"])
    refused = stages or error
    if refused.startswith("dockerfile parse error"):
        return
    tally.compared["refused builds"] += bool(refused)
    mine = [p.message for p in build]
    if not refused and mine:
        tally.differ(name, "build", mine, refused, "")
    elif refused and not any(_same(message, refused) for message in mine):
        tally.differ(name, "build", mine, refused, _build_reason(refused, bool(mine)))


def _same(ours: str, theirs: str) -> bool:
    return essence(ours) in theirs or essence(theirs) in ours


def _release_reason(error: str) -> str:
    for flag in ("--security", "--parents"):
        if error == f"unknown flag: {flag}":
            return f"{flag} needs a newer frontend or `# syntax=docker/dockerfile:1-labs`"
    return ""


def _build_reason(error: str, known: bool) -> str:
    if "failed to parse stage name" in error or "should not be blank" in error or (
        "failed to parse platform" in error and "$" in error
    ):
        return "a base image name that hangs on build arguments"
    return "another of several problems comes first" if known else ""


# Mutants

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


def mutant(pick: random.Random, texts: list[str]) -> str:
    """A damaged copy of one of `texts`: a few edits of any kind."""
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
    return decode(encode_any(text))


def encode_any(text: str) -> bytes:
    """The bytes of a text that may hold any surrogate."""
    return (
        text.encode("utf-8", "surrogatepass" if "\udc80" not in text else "replace")
        if any("\ud800" <= char < "\udc80" or char > "\udcff" and char <= "\udfff" for char in text)
        else encode(text)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--go", action="store_true")
    parser.add_argument("--mutants", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5)
    options = parser.parse_args()
    texts = [(path, Path(path).read_bytes()) for path in dockerfiles(options.corpus)]
    pick = random.Random(options.seed)
    plain = [decode(data) for _, data in texts]
    damaged = [
        (f"mutant {number}", encode(mutant(pick, plain))) for number in range(options.mutants)
    ]
    tallies: list[Tally] = []
    try:
        tally = Tally(options.show)
        against_package(texts, tally)
        tally.report("PyPI dockerfile (BuildKit 0.12.5)")
        tallies.append(tally)
    except ImportError:
        print("PyPI dockerfile is not installed: skipped")
    for release in RELEASES if options.go else ():
        for title, some in (("corpus", texts), ("mutants", damaged)):
            if some:
                tally = Tally(options.show)
                against_buildkit(reference(release), some, tally)
                tally.report(f"BuildKit {release}, {title}")
                tallies.append(tally)
    return 1 if any(tally.unexplained for tally in tallies) else 0


if __name__ == "__main__":
    raise SystemExit(main())
