"""DW2111 apk-cache."""

from dockwright.rules.api import (
    Bad,
    Edit,
    Findings,
    Good,
    Rule,
    RunStep,
    Span,
    command,
    lazy,
    re,
    safe,
)
from dockwright.rules.packages._managers import APK, WRAPPERS, Call, calls, cleans, literal

_NAMES = lazy("apk|cache|clean", re.IGNORECASE)
# What reads the stored index.
_READING = ("search", "policy", "list", "fetch", "query")
_DRY = ("-s", "--simulate", "-h", "--help", "--no-network")


class ApkCache(Rule):
    """
    Install Alpine packages with `apk add --no-cache`.

    Without it apk stores the package index it downloads below /var/cache/apk, some megabytes that
    ship with the image. With it apk reads a fresh index and keeps nothing, so that `apk update`
    and `--update` are not needed either.

    Silent with `--no-network`, when the same `RUN` deletes the cache afterwards, when a cache or
    tmpfs mount keeps it out of the layer, and in a stage whose file system never reaches the final
    image.
    """

    code = "DW2111"
    name = "apk-cache"
    severity = "info"
    tags = ("apk", "size")
    also = (
        "hadolint:DL3019",
        "trivy:DS-0025",
        "kics:ae9c56a6",
        "semgrep:missing-apk-no-cache",
        "dockle:DKL-DI-0004",
        "parfum:apkAddUseNoCache",
    )
    on = command(*APK.programs, *WRAPPERS)

    examples = (
        Bad(
            "FROM alpine:3.20\nRUN apk add curl\n",
            at="apk add",
            fixed="FROM alpine:3.20\nRUN apk add --no-cache curl\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN apk update && apk add curl && apk add -q git\n",
            at="apk add",
            fixed="FROM alpine:3.20\nRUN apk add --no-cache curl && apk add --no-cache -q git\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN apk update && apk add --no-cache curl\n",
            at="apk update",
            fixed="FROM alpine:3.20\nRUN apk add --no-cache curl\n",
        ),
        Bad(
            "FROM alpine:3.20\nRUN apk --update --no-progress add curl\n",
            at="apk --update --no-progress add",
            fixed="FROM alpine:3.20\nRUN apk --no-cache --no-progress add curl\n",
        ),
        Bad(
            'FROM alpine:3.20\nRUN ["apk", "add", "curl"]\n',
            at='apk", "add',
            fixed='FROM alpine:3.20\nRUN ["apk", "add", "--no-cache", "curl"]\n',
        ),
        Good("FROM alpine:3.20\nRUN apk --no-cache add curl\n"),
        Good("FROM alpine:3.20\nRUN apk update && apk add curl && rm -rf /var/cache/apk/*\n"),
        Good("FROM alpine:3.20\nRUN apk add --no-network --virtual .run-deps so:libc.musl\n"),
        Good("FROM alpine:3.20\nENV OPTS=--no-cache\nRUN apk add $OPTS curl\n"),
        Good("FROM alpine:3.20\nRUN --mount=type=cache,target=/var/cache/apk apk add curl\n"),
        Good(
            "FROM alpine:3.20\nRUN --mount=type=cache,target=/etc/apk/cache apk add curl\n",
        ),
        Good(
            "FROM alpine:3.20 AS build\nRUN apk add gcc\n"
            "FROM alpine:3.20\nCOPY --from=build /app /app\n"
        ),
    )

    def check(self, run: RunStep) -> Findings:
        if not run.stage.shipped or run.kept_out("/var/cache/apk", "/etc/apk/cache"):
            return
        found = [call for call in calls(run, APK) if call.sub in ("add", "update", "upgrade")]
        if all(call.sub == "update" for call in found):
            # Alone it is the subject of index-update-alone: later steps may need the index.
            return
        keeping = [
            call for call in found if not call.has("--no-cache", *_DRY) and not call.hides_options
        ]
        if not keeping or _deleted(run, keeping[-1]):
            return
        damaged = run.script is None or run.script.damaged is not None
        installs = [call for call in keeping if call.sub != "update"]
        updates = [call for call in keeping if call.sub == "update"]
        finding = self.at(
            _head((installs or updates)[0]), "the package index stays in this layer", likely=damaged
        )
        if not damaged:
            changes = ["run:options"]
            edits = [_no_cache(run, call) for call in installs]
            needed = any(one.sub in _READING for one in calls(run, APK))
            for call in updates:
                gone = run.delete_command(call.command) if len(updates) == 1 else None
                if gone is not None:
                    changes.append("run:command-removed")
                edits.append(None if needed else gone or _no_cache(run, call))
            title = "add `--no-cache`" if installs or len(changes) == 1 else "delete it"
            finding.fix(f"{title}: `apk` then reads a fresh index", safe(*edits, changes=changes))
        yield finding


def _head(call: Call) -> Span:
    end = call.action if call.action is not None else call.program
    return Span(call.program.span.start, end.span.end)


def _no_cache(run: RunStep, call: Call) -> Edit | None:
    for word in call.options:
        if word.value in ("--update", "--update-cache", "-U") and word.text == word.value:
            return run.replace(word.span, "--no-cache")
    if call.action is None:
        return None
    return run.insert_after(call.action, '", "--no-cache' if literal(run, call) else " --no-cache")


def _deleted(run: RunStep, last: Call) -> bool:
    """Whether a command after `last` deletes the index, or may do so."""
    inside = False
    for one in run.commands:
        if one.start <= last.command.start:
            continue
        words = [word.shape for word in one.words]
        if one.name == "cd":
            inside = any("/cache" in word or "/apk" in word for word in words)
        elif "rm" in words or "find" in words:
            if inside or any(_covers(word) for word in words):
                return True
            if any(_NAMES.search(name) for word in one.args for name in word.variables):
                return True
        elif one.name == "apk" and "cache" in words:
            return "clean" in words or "purge" in words
        elif cleans(one):
            return True
    return False


def _covers(word: str) -> bool:
    plain = word.rstrip("/*")
    return (
        plain.endswith(("/var/cache", "/var"))
        or "cache/apk" in word
        or ("/var/cache" in word and "{" in word)
        or word.startswith("/var/cache/*")
    )
