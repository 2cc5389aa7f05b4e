"""DW2157 npm-cache."""

from dockwright.rules.api import Bad, Findings, Good, Remedy, Rule, RunStep, command, safe
from dockwright.rules.packages._cache import clean, deleted, kept_out, place, value_of
from dockwright.rules.packages._managers import NPM, WRAPPERS, Call, calls


class NpmCache(Rule):
    """
    Run `npm cache clean --force` in the `RUN` that uses `npm install`.

    npm keeps what it downloads in ~/.npm. Nothing reads that cache in the image, and a later `RUN`
    cannot remove it from the layer. Since version 5 npm cleans it only with `--force`.

    Silent when the same `RUN` cleans or deletes the cache afterwards, when a cache or tmpfs mount
    keeps it out of the layer, inside `ONBUILD`, and in a stage whose file system never reaches the
    final image.
    """

    code = "DW2157"
    name = "npm-cache"
    severity = "info"
    tier = "preview"
    tags = ("npm", "size")
    also = ("parfum:npmCacheCleanAfterInstall",)
    on = command(*NPM.programs, *WRAPPERS)

    examples = (
        Bad(
            "FROM node:22\nRUN npm ci --omit=dev\n",
            at="npm ci",
            fixed="FROM node:22\nRUN npm ci --omit=dev && npm cache clean --force\n",
        ),
        Bad("FROM alpine:3.20\nRUN npm install -g serve && apk del npm\n", at="npm install"),
        Good("FROM node:22\nRUN npm ci && npm run build && npm cache clean --force\n"),
        Good("FROM node:22\nRUN npm ci && rm -rf /root/.npm /tmp/*\n"),
        Good("FROM node:22\nRUN npm ci && rm -rf ~/.npm\n"),
        Good("FROM node:6\nRUN npm install && npm cache clean\n"),
        Good("FROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci\n"),
        Good("FROM node:22\nRUN --mount=type=cache,target=/c npm ci --cache /c\n"),
        Good("FROM node:22\nRUN npm run build && npm --version\n"),
        Good("FROM node:22 AS b\nRUN npm ci\nFROM nginx:1.27\nCOPY --from=b /a /a\n"),
    )

    def check(self, run: RunStep) -> Findings:
        if not run.stage.shipped or run.onbuild:
            return
        found = list(calls(run, NPM))
        filling = [
            call
            for call in found
            if (call.installs or call.upgrades) and not call.has("--dry-run", "--offline", "-h")
        ]
        if not filling:
            return
        last = filling[-1]
        folder = (last.given("--cache") or [""])[0]
        for name in ("npm_config_cache", "NPM_CONFIG_CACHE"):
            folder = folder or value_of(run, last.command, name) or ""
        folders = (folder.rstrip("/"),) if folder else ("~/.npm",)
        if kept_out(run, *folders) or deleted(run, last.command, *folders):
            return
        damaged = run.script is None or run.script.damaged is not None
        for call in found:
            if call.command.start > last.command.start and call.sub == "cache":
                return
        message = "the packages that `npm` has downloaded stay in its cache in this layer"
        yield self.at(place(last), message, likely=damaged).fix(
            "clean the cache in the same `RUN`", _mended(run, last)
        )


def _mended(run: RunStep, call: Call) -> Remedy | None:
    script = run.script
    # npm may be gone at the end of the script.
    for one in script.commands if script is not None else ():
        words = [word.value for word in one.words]
        if one.start > call.command.start and any(
            word in ("del", "purge", "remove", "uninstall", "autoremove") for word in words[:3]
        ):
            return None
    return safe(clean(run, call, "npm cache clean --force"), changes=("run:command-added",))
