"""DW2209 redirect-not-followed."""

from dockwright.rules.api import (
    Bad,
    Command,
    Findings,
    Good,
    Reason,
    Rule,
    RunStep,
    command,
    lazy,
    re,
)
from dockwright.rules.shell._downloads import downloads, insert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_FOLLOW = ("-L", "--location", "--location-trusted")
# Who always answers with a redirect, and how that is known.
_REDIRECTS: "tuple[tuple[Callable[[str], re.Match[str] | None], str, str], ...]" = (
    (
        lazy(
            r"https?://github\.com/[^/]+/[^/]+/"
            r"(?:releases/download|releases/latest/download|archive|raw|zipball|tarball)/"
        ).match,
        "GitHub",
        (
            "files of releases, archives and raw files are on other hosts "
            "(docs.github.com, Linking to releases, Downloading source code archives)"
        ),
    ),
    (
        lazy(r"https?://repo\.continuum\.io/").match,
        "repo.continuum.io",
        (
            "it moved to repo.anaconda.com in April 2020 "
            "(github.com/MolSSI/cookiecutter-cms/issues/103)"
        ),
    ),
    (
        lazy(
            r"https?://(?:downloads?\.sourceforge\.net/|"
            r"(?:www\.)?sourceforge\.net/projects/[^?#]+/download(?:[?#]|$))"
        ).match,
        "SourceForge",
        "it sends each download to a mirror (sourceforge.net, Downloading files)",
    ),
    (
        lazy(r"https?://(?:bit\.ly|git\.io|goo\.gl|tinyurl\.com|aka\.ms)/").match,
        "a shortener of addresses",
        "redirects are all that it has",
    ),
)


class RedirectNotFollowed(Rule):
    """
    Give `curl` the option `-L` where the server answers with a redirect.

    Without it `curl` ends well with the redirect's own text, often none at all: the archive cannot
    be unpacked, the installer does nothing, and a program that it should have brought is `not
    found` later. GitHub, SourceForge and the shorteners of addresses always redirect.

    Silent when nothing is kept of the answer, and when a `.curlrc` or other options may say it.
    """

    code = "DW2209"
    name = "redirect-not-followed"
    severity = "error"
    tier = "preview"
    tags = ("download", "errors")
    also = ("parfum:curlUseFlagL", "tally:curl-should-follow-redirects")
    on = command("curl")

    examples = (
        Bad(
            "FROM debian:12\nRUN curl -fO https://github.com/a/b/releases/download/v1/b.tgz\n",
            at="curl",
            fixed="FROM debian:12\n"
            "RUN curl -L -fO https://github.com/a/b/releases/download/v1/b.tgz\n",
        ),
        Bad(
            "FROM debian:12\n"
            "RUN curl -o conda.sh https://repo.continuum.io/miniconda/Miniconda3-latest.sh"
            " && sh conda.sh -b\n",
            at="curl",
            fixed="FROM debian:12\n"
            "RUN curl -L -o conda.sh https://repo.continuum.io/miniconda/Miniconda3-latest.sh"
            " && sh conda.sh -b\n",
        ),
        Bad(
            "FROM debian:12\nRUN curl -fsS https://bit.ly/x | sh\n",
            at="curl",
            fixed="FROM debian:12\nRUN curl -L -fsS https://bit.ly/x | sh\n",
        ),
        Bad(
            "FROM debian:12\n"
            "RUN curl -fo x.zip https://sourceforge.net/projects/x/files/x.zip/download\n",
            at="curl",
            fixed="FROM debian:12\n"
            "RUN curl -L -fo x.zip https://sourceforge.net/projects/x/files/x.zip/download\n",
        ),
        Good("FROM debian:12\nRUN curl -fLO https://github.com/a/b/archive/v1.tar.gz\n"),
        Good("FROM debian:12\nRUN curl -fsSL https://bit.ly/x | sh\n"),
        Good("FROM debian:12\nRUN curl -fO https://repo.anaconda.com/miniconda/x.sh\n"),
        Good(
            "FROM debian:12\nRUN curl -s https://github.com/a/b/releases/latest | cut -d'\"' -f2\n"
        ),
        Good(
            "FROM debian:12\nRUN curl -sI https://github.com/a/b/archive/v1.tar.gz | grep -i loc\n"
        ),
        Good(
            "FROM debian:12\nRUN echo -L > ~/.curlrc"
            " && curl -fO https://github.com/a/b/archive/v1.tgz\n"
        ),
        Good("FROM debian:12\nRUN curl $OPTIONS -O https://github.com/a/b/archive/v1.tgz\n"),
        Good("FROM debian:12\nRUN curl -fO https://github.com/a/b\n"),
    )

    def check(self, run: RunStep) -> Findings:
        script = run.script
        if (
            script is None
            or script.damaged is not None
            or "curlrc" in run.stage.build.tree.source.text
        ):
            return
        for one in run.command("curl"):
            if "condition" in one.within or one.has(*_FOLLOW) or not downloads(one):
                continue
            found = _redirected(one)
            if found is None:
                continue
            who, why = found
            yield self.at(
                one.name_span,
                f"{who} answers with a redirect, and `curl` without `-L` does not follow it",
                (Reason(why),),
            ).fix("follow redirects", insert(run, one, "-L"))


def _redirected(one: Command) -> tuple[str, str] | None:
    """Who answers one of the addresses with a redirect, and how that is known."""
    for word in one.args:
        for match, who, why in _REDIRECTS:
            if match(word.shape):
                return who, why
    return None
