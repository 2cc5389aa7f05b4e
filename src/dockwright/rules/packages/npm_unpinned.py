"""DW2153 npm-unpinned."""

from dockwright.rules.api import HOLE, Bad, Findings, Good, Rule, RunStep, command, lazy
from dockwright.rules.packages._managers import NPM, WRAPPERS, calls
from dockwright.rules.packages._rpm import some

_INSTALL = frozenset(("install", "i", "in", "add"))
_MOVING = frozenset(("latest", "next", "*", "canary", "beta", "x"))
_REPOSITORY = lazy(r"(git\+\w+|git|github|gitlab|bitbucket|gist|ssh):|[\w.-]+/[\w.-]+(#|$)")


class NpmUnpinned(Rule):
    """
    Say which version of a package to install: `npm install -g pnpm@9.12.0`.

    Without a version two builds of one Dockerfile may differ. `npm ci` installs what the project's
    lock file says and needs no versions.

    Silent for `name@version`, local folders and archives, URLs of archives, and for a repository
    with a revision (`owner/name#v1`).
    """

    code = "DW2153"
    name = "npm-unpinned"
    severity = "info"
    tier = "optional"
    tags = ("npm", "pin")
    also = ("hadolint:DL3016", "kics:e36d8880")
    on = command(*NPM.programs, *WRAPPERS)

    examples = (
        Bad("FROM node:22\nRUN npm install -g pnpm@9.12.0 serve\n", at="serve"),
        Bad("FROM node:22\nRUN npm i -g @angular/cli\n", at="@angular/cli"),
        Bad("FROM node:22\nRUN npm install -g npm@latest\n", at="npm@latest"),
        Bad("FROM node:22\nRUN npm install owner/name\n", at="owner/name"),
        Good("FROM node:22\nRUN npm install && npm ci\n"),
        Good("FROM node:22\nRUN npm install -g @angular/cli@18 pnpm@$PNPM_VERSION\n"),
        Good("FROM node:22\nRUN npm install . ./lib ../a /src tool.tgz https://a.example/x.tgz\n"),
        Good("FROM node:22\nRUN npm install owner/name#v1 git+https://a.example/b.git#4f2\n"),
        Good("FROM node:22\nRUN npm install --prefix /srv --registry https://r.example a@1\n"),
    )

    def check(self, run: RunStep) -> Findings:
        for call in calls(run, NPM):
            if call.sub not in _INSTALL or call.has("--dry-run"):
                continue
            loose = [
                (word, text)
                for word, text in zip(call.operands, call.texts, strict=True)
                if any(_unpinned(one) for one in text.split())
            ]
            if loose:
                names = " ".join(text for _, text in loose).replace(HOLE, "…").split()
                hidden = any(HOLE in text for _, text in loose)
                yield self.at(loose[0][0], f"no version for {some(names)}", likely=hidden)


def _unpinned(text: str) -> bool:
    if text.startswith((".", "/", "~", "-", "file:", "http:", "https:")):
        return False
    if text.endswith((".tgz", ".tar.gz", ".tar")):
        return False
    if _REPOSITORY.match(text) and not text.startswith("@"):
        return "#" not in text
    _, at, version = text[1:].rpartition("@")
    return not at or version in _MOVING
