"""DW4011 stop-signal."""

from dockwright.rules.api import (
    Bad,
    Findings,
    Good,
    Known,
    Rule,
    StopsignalStep,
    lazy,
    near,
    unsafe,
)

_NAMES = (
    "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT RTMAX RTMIN"
    " SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ"
)
NAMES = frozenset(_NAMES.split())
DEAF = frozenset(("KILL", "STOP", "9", "19"))
_REALTIME = lazy(r"RTMIN\+(?:[1-9]|1[0-5])\Z|RTMAX-(?:[1-9]|1[0-4])\Z")
_NUMBER = lazy(r"[+-]?[0-9]+\Z")


class StopSignal(Rule):
    """
    Choose a stop signal that the program can act on.

    No program can catch SIGKILL or SIGSTOP: with the first it never gets to close files and
    connections, with the second it freezes until the engine kills it. A name that no signal has
    stops the build.

    Silent for every other signal by name or number, with or without `SIG`, and when only the build
    knows the value of a variable.
    """

    code = "DW4011"
    name = "stop-signal"
    severity = "warning"
    tags = ("signals",)
    mentions = ("stopsignal",)
    also = ("tally:no-ungraceful-stopsignal",)

    examples = (
        Bad(
            "FROM debian:12\nSTOPSIGNAL SIGKILL\n",
            at="SIGKILL",
            fixed="FROM debian:12\nSTOPSIGNAL SIGTERM\n",
        ),
        Bad(
            "FROM debian:12\nSTOPSIGNAL 19\n", at="19", fixed="FROM debian:12\nSTOPSIGNAL SIGTERM\n"
        ),
        Bad(
            "FROM debian:12\nSTOPSIGNAL SIGTREM\n",
            at="SIGTREM",
            fixed="FROM debian:12\nSTOPSIGNAL SIGTERM\n",
        ),
        Bad("FROM debian:12\nSTOPSIGNAL GRACEFUL\n", at="GRACEFUL"),
        Good("FROM debian:12\nSTOPSIGNAL SIGRTMIN+3\n"),
        Good("FROM debian:12\nSTOPSIGNAL quit\n"),
        Good("FROM debian:12\nARG SIGNAL\nSTOPSIGNAL $SIGNAL\n"),
    )

    def check(self, step: StopsignalStep) -> Findings:
        if not step.words or step.stage.os == "windows":
            return
        word = step.words[0]
        value = step.expand(word.value)
        if not isinstance(value, Known) or not value.value:
            return
        name = value.value.upper().removeprefix("SIG")
        plain = "$" not in word.value
        because = () if plain else (value.reason,)
        if name in DEAF:
            draft = self.at(word, f"no program can catch signal `{value.value}`", because)
            if plain:
                draft.fix("stop with SIGTERM", unsafe(step.replace(word.span, "SIGTERM")))
            yield draft
        elif name not in NAMES and not _NUMBER.match(name) and not _REALTIME.match(name):
            message = f"there is no signal `{value.value}`: the build stops here"
            draft = self.at(word, message, because)
            meant = near("SIG" + name, [f"SIG{known}" for known in sorted(NAMES - DEAF)])
            if plain and meant is not None:
                draft.fix(f"write {meant}", unsafe(step.replace(word.span, meant)))
            yield draft
