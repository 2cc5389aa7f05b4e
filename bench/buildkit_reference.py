"""
BuildKit's own parser, instructions and words, asked through a small Go program.

The program is built once for each release in the folder for temporary files, with the Go tool chain
and the Go module proxy; the benches `parser_agreement` and `variables` use it.
"""

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dockwright.text.source import decode

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

func (images) ResolveImageConfig(
	_ context.Context, ref string, _ sourceresolver.Opt,
) (string, digest.Digest, []byte, error) {
	return ref, "", []byte(image), nil
}

const image = `{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"]},
"rootfs":{"type":"layers","diff_ids":
["sha256:0000000000000000000000000000000000000000000000000000000000000000"]}}`

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
			found.Heredocs = append(found.Heredocs, heredoc{
				raw(h.Name), raw(h.Content), h.FileDescriptor, h.Expand, h.Chomp,
			})
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
		options := dockerfile2llb.ConvertOpt{
			MetaResolver: images{}, TargetPlatform: &platform, AllStages: true,
			LLBCaps: &capabilities,
		}
		_, err := dockerfile2llb.Dockerfile2Outline(context.Background(), data, options)
		if err != nil {
			out.BuildError = raw(err.Error())
			var located *parser.LocationError
			if errors.As(err, &located) && len(located.Locations) > 0 {
				for _, place := range located.Locations[0] {
					out.BuildLine = place.Start.Line
				}
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


def ask(program: str, mode: str, questions: Iterable[object]) -> Iterator[dict[str, Any]]:
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
