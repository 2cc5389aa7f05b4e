"""DW2154 gem-unpinned."""

from dockwright.rules.api import HOLE, Bad, Findings, Good, Rule, RunStep, command
from dockwright.rules.packages._managers import GEM, WRAPPERS, calls
from dockwright.rules.packages._rpm import some


class GemUnpinned(Rule):
    """
    Say which version of a gem to install: `gem install bundler:2.5.22`.

    Without a version two builds of one Dockerfile may differ. A Gemfile.lock pins what the gems
    depend on as well.

    Silent for `name:version`, `-v` and `--version`, gem files, and `gem install -g`.
    """

    code = "DW2154"
    name = "gem-unpinned"
    severity = "info"
    tier = "optional"
    tags = ("gem", "pin")
    also = ("hadolint:DL3028", "kics:22cd11f7")
    on = command(*GEM.programs, *WRAPPERS)

    examples = (
        Bad("FROM ruby:3.3\nRUN gem install bundler:2.5.22 rake\n", at="rake"),
        Bad("FROM ruby:3.3\nRUN gem i rake -- --with-opt\n", at="rake"),
        Good("FROM ruby:3.3\nRUN gem install bundler -v 2.5.22 && gem install rake -v=13\n"),
        Good("FROM ruby:3.3\nRUN gem install rake --version '~> 13'\n"),
        Good("FROM ruby:3.3\nRUN gem install bundler:$BUNDLER_VERSION ./tool.gem\n"),
        Good("FROM ruby:3.3\nRUN gem install rake:13 -- --with-opt\n"),
        Good("FROM ruby:3.3\nRUN gem install -g && gem update --system\n"),
    )

    def check(self, run: RunStep) -> Findings:
        for call in calls(run, GEM):
            if not call.installs or call.has("-g", "--file", "--explain", "-h", "--help"):
                continue
            if any(flag.startswith(("-v", "--version")) for flag in call.flags):
                continue
            ends = [word.start for word in call.command.args if word.shape == "--"]
            end = ends[0] if ends else call.command.end
            loose = [
                (word, text)
                for word, text in zip(call.operands, call.texts, strict=True)
                if word.start < end and any(_unpinned(one) for one in text.split())
            ]
            if loose:
                names = " ".join(text for _, text in loose).replace(HOLE, "…").split()
                hidden = any(HOLE in text for _, text in loose)
                yield self.at(loose[0][0], f"no version for {some(names)}", likely=hidden)


def _unpinned(text: str) -> bool:
    return ":" not in text and not text.endswith(".gem") and not text.startswith("-")
