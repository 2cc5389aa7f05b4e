"""DW2156 yarn-cache."""

from dockwright.rules.api import Bad, Findings, Good, Remedy, Rule, RunStep, command, safe, unsafe
from dockwright.rules.packages._cache import clean, deleted, kept_out, place, value_of
from dockwright.rules.packages._managers import WRAPPERS, YARN, Call, calls

FOLDERS = ("/usr/local/share/.cache/yarn", "~/.cache/yarn", "~/.yarn", "/usr/local/share/.cache")
_CLASSIC = ("--pure-lockfile", "--production", "--prod", "--non-interactive", "--frozen-lockfile")


class YarnCache(Rule):
    """
    Run `yarn cache clean` in the `RUN` that uses `yarn install`.

    yarn keeps a copy of each package it downloads in a cache of its own. Nothing reads the cache
    in the image, and a later `RUN` cannot remove it from the layer.

    Silent when the same `RUN` cleans or deletes the cache afterwards, when a cache or tmpfs mount
    keeps it out of the layer, inside `ONBUILD`, and in a stage whose file system never reaches the
    final image. The fix is unsafe where the version of yarn is not evident: from version 2 on
    `yarn cache clean` deletes the cache in the project too, which programs may run from.
    """

    code = "DW2156"
    name = "yarn-cache"
    severity = "info"
    tags = ("yarn", "size")
    also = ("hadolint:DL3060", "parfum:yarnCacheCleanAfterInstall")
    on = command(*YARN.programs, *WRAPPERS)

    examples = (
        Bad(
            "FROM node:22\nRUN yarn install --frozen-lockfile\n",
            at="yarn install",
            fixed="FROM node:22\nRUN yarn install --frozen-lockfile && yarn cache clean\n",
        ),
        Bad(
            "FROM node:22\nRUN yarn global add serve\n",
            at="yarn global",
            fixed="FROM node:22\nRUN yarn global add serve && yarn cache clean\n",
        ),
        Bad(
            "FROM node:22\nRUN yarn && yarn build\n",
            at="yarn",
            fixed="FROM node:22\nRUN yarn && yarn build && yarn cache clean\n",
        ),
        Good("FROM node:22\nRUN yarn install && yarn build && yarn cache clean\n"),
        Good("FROM node:22\nRUN yarn install && rm -rf /usr/local/share/.cache\n"),
        Good('FROM node:22\nRUN yarn install && rm -rf "$(yarn cache dir)"\n'),
        Good("FROM node:22\nRUN --mount=type=cache,target=/root/.yarn yarn install\n"),
        Good("FROM node:22\nRUN --mount=type=cache,target=/usr/local/share/.cache yarn install\n"),
        Good("FROM node:22\nRUN --mount=type=cache,target=/c YARN_CACHE_FOLDER=/c yarn install\n"),
        Good("FROM node:22\nRUN yarn build && yarn --version\n"),
        Good("FROM node:22 AS b\nRUN yarn install\nFROM nginx:1.27\nCOPY --from=b /a /a\n"),
    )

    def check(self, run: RunStep) -> Findings:
        if not run.stage.shipped or run.onbuild:
            return
        found = list(calls(run, YARN))
        filling = [call for call in found if _fills(call)]
        if not filling:
            return
        last = filling[-1]
        folder = (last.given("--cache-folder") or [""])[0]
        folder = folder or value_of(run, last.command, "YARN_CACHE_FOLDER") or ""
        folders = (folder.rstrip("/"),) if folder else FOLDERS
        if kept_out(run, *folders) or deleted(run, last.command, *folders):
            return
        for call in found:
            if call.command.start > last.command.start and call.sub == "cache":
                return
        damaged = run.script is None or run.script.damaged is not None
        message = "the packages that `yarn` has downloaded stay in its cache in this layer"
        yield self.at(place(last), message, likely=damaged or call_hides(last)).fix(
            "clean the cache in the same `RUN`", _mended(run, last)
        )


def call_hides(call: Call) -> bool:
    """Whether the action may be something else than it seems."""
    return call.action is None and (call.unsure or call.hides_options)


def _fills(call: Call) -> bool:
    if call.has("--version", "-v", "--help", "-h", "--offline"):
        return False
    if call.sub == "global":
        return bool(call.operands) and call.operands[0].value == "add"
    if call.action is None:
        return not call.operands and not call.hides_options
    return call.sub in ("install", "add")


def _mended(run: RunStep, call: Call) -> Remedy | None:
    script = run.script
    # yarn may be gone at the end of the script.
    for one in script.commands if script is not None else ():
        words = [word.value for word in one.words]
        if one.start > call.command.start and any(
            word in ("del", "purge", "remove", "uninstall", "autoremove") for word in words[:3]
        ):
            return None
    edit = clean(run, call, "yarn cache clean")
    if call.sub == "global" or call.has(*_CLASSIC):
        return safe(edit, changes=("run:command-added",))
    return unsafe(edit)
