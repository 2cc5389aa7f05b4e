"""DW5101 user-not-in-image."""

from dockwright.rules.api import (
    AnyStep,
    Bad,
    Findings,
    Good,
    Known,
    Rule,
    unsafe,
)


class UserNotInImage(Rule):
    """
    Create the user that `USER` names, in the same stage.

    A build takes any name. A `RUN` behind it, or the start of the container, then fails with
    `unable to find user: no matching entries in passwd file`. A user made in another stage is not
    in this one.

    Silent about numbers, when the base image is not known, when a step may have added the user,
    about images from `scratch`, and when a step before fails: of these, other rules speak.
    """

    code = "DW5101"
    name = "user-not-in-image"
    severity = "error"
    tags = ("user", "image")
    mentions = ("user",)

    examples = (
        Bad(
            "FROM debian:bookworm-slim\nUSER appuser\n",
            at="appuser",
            fixed="FROM debian:bookworm-slim\n"
            "RUN groupadd --system --gid 10001 appuser"
            " && useradd --system --uid 10001 --gid appuser --no-create-home appuser\n"
            "USER appuser\n",
        ),
        Bad(
            "FROM debian:bookworm-slim AS build\nRUN useradd app\n"
            "FROM debian:bookworm-slim\nUSER app\nRUN id\n",
            at="app",
            fixed="FROM debian:bookworm-slim AS build\nRUN useradd app\n"
            "FROM debian:bookworm-slim\n"
            "RUN groupadd --system --gid 10001 app"
            " && useradd --system --uid 10001 --gid app --no-create-home app\n"
            "USER app\nRUN id\n",
        ),
        Bad(
            "FROM alpine:3.20\nUSER app\n",
            at="app",
            fixed="FROM alpine:3.20\n"
            "RUN addgroup -S -g 10001 app && adduser -S -H -u 10001 -G app app\nUSER app\n",
        ),
        Good("FROM debian:bookworm-slim\nRUN useradd appuser\nUSER appuser\n"),
        Good("FROM debian:trixie-slim\nRUN adduser --system app\nUSER app\n"),
        Good("FROM debian:bookworm-slim\nUSER 10001:10001\n"),
        Good("FROM debian:bookworm-slim\nUSER www-data\n"),
        Good("FROM node:20-slim\nUSER node\n"),
        Good("FROM debian:bookworm-slim\nCOPY passwd /etc/passwd\nUSER app\n"),
        Good("FROM example.org/base:1\nUSER app\n"),
        Good("FROM debian:bookworm-slim\nARG U=app\nCOPY . .\nRUN ./users.sh\nUSER $U\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.name != "USER" or step.onbuild or not step.words or not step.stage.built:
            return
        stage = step.stage
        if stage.os != "linux" or stage.lineage()[-1].base.kind == "scratch":
            return
        user = step.after.user
        if not isinstance(user, Known):
            return
        name = user.value.partition(":")[0]
        if not name or name.isdigit() or name == "root":
            return
        files = step.before.files
        found = files.account("user", name)
        if not isinstance(found, Known) or found.value is not None:
            return
        if not _matters(step) or any(
            stage.files.failure(one) is not None for one in stage.steps[: step.index]
        ):
            return
        # A file put over the accounts is not read here.
        passwd = files.find("/etc/passwd")
        if not isinstance(passwd, Known) or passwd.reason.span is not None:
            return
        draft = self.at(
            step.words[0],
            f"there is no user {name} in the image",
            (found.reason, user.reason),
        )
        before = step.before.user
        root = isinstance(before, Known) and before.value in ("", "0", "root")
        text = _create(step, name) if root and ":" not in user.value else None
        if text is not None:
            draft.fix("create the user", unsafe(step.instruction(step.span.start, "RUN", text)))
        yield draft


def _matters(step: AnyStep) -> bool:
    """Whether a RUN of the stage or the container runs as this user."""
    stage = step.stage
    later = stage.steps[step.index + 1 :]
    for one in later:
        if one.name == "USER":
            return False
        if one.name == "RUN" and not one.onbuild:
            return True
    return stage.final


def _create(step: AnyStep, name: str) -> str | None:
    state = step.before
    for program, text in (
        (
            "useradd",
            (
                f"groupadd --system --gid 10001 {name}"
                f" && useradd --system --uid 10001 --gid {name} --no-create-home {name}\n"
            ),
        ),
        (
            "adduser",
            f"addgroup -S -g 10001 {name} && adduser -S -H -u 10001 -G {name} {name}\n",
        ),
    ):
        found = state.program(program)
        if isinstance(found, Known) and found.value is not None:
            there = state.files.account("group", name)
            taken = state.files.by_number("user", 10001)
            free = isinstance(there, Known) and there.value is None
            return text if free and isinstance(taken, Known) and taken.value is None else None
    return None
