"""DW6410 stop-grace-short."""

from dockwright.rules.api import Bad, Findings, Good, Known, Rule, Service, lazy, safe, servicestate
from dockwright.rules.joins._ready import broken

# How each server is told how long it may finish what it has begun: seconds, from its own reference.
_OPTIONS = {
    "gunicorn": ("--graceful-timeout",),
    "uvicorn": ("--timeout-graceful-shutdown",),
    "hypercorn": ("--graceful-timeout",),
    "daphne": ("--application-close-timeout",),
    "waitress-serve": ("--channel-timeout",),
}
_DURATION = lazy(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)(?:\.\d+)?s)?")
_RUN = "services:\n  web:\n    image: python:3.12\n    command: gunicorn app:app "


class StopGraceShort(Rule):
    """
    Give a service as long to stop as its program says it needs.

    The engine kills the container `stop_grace_period` after the stop signal, 10 seconds when
    nothing is said. A server that is told to let requests finish for longer never gets there: they
    are cut off at every deployment.

    Silent when the command does not name a time, and when a variable has a say in it.
    """

    code = "DW6410"
    name = "stop-grace-short"
    severity = "warning"
    tags = ("compose", "signals")
    mentions = ("graceful", "-timeout")

    examples = (
        Bad(
            _RUN + "--graceful-timeout 30\n",
            at="gunicorn app:app --graceful-timeout 30",
            fixed=_RUN + "--graceful-timeout 30\n    stop_grace_period: 35s\n",
        ),
        Bad(
            _RUN + "--graceful-timeout=60\n    stop_grace_period: 30s\n",
            at="30s",
            fixed=_RUN + "--graceful-timeout=60\n    stop_grace_period: 65s\n",
        ),
        Good(_RUN + "--graceful-timeout 30\n    stop_grace_period: 1m\n"),
        Good(_RUN + "--graceful-timeout 5\n"),
        Good(_RUN + "--graceful-timeout ${T:-30}\n"),
        Good(_RUN + "--timeout 30\n"),
    )

    def check(self, service: Service) -> Findings:
        line = servicestate.effective_command(service)
        if not isinstance(line, Known) or not line.firm or line.value is None:
            return
        argv = line.value.argv or ()
        found = _told(argv)
        if found is None or broken(service.project, service.name):
            return
        program, wanted = found
        given = service.text("stop_grace_period")
        seconds = _seconds(given) if given else 10
        if (
            seconds is None
            or seconds >= wanted
            or (not given and "stop_grace_period" in service.config)
        ):
            return
        key = "stop_grace_period" if given else ""
        spot = service.value("stop_grace_period") if key else service.key()
        if not key and service.items("command"):
            spot = service.value("command")
        edit = (
            service.replace(f"{wanted + 5}s", key)
            if key
            else service.add("stop_grace_period", f"{wanted + 5}s")
        )
        yield self.at(
            spot,
            f"{program} may take {wanted} seconds to stop, and is killed after {seconds}",
            (line.reason,),
        ).fix("wait as long", safe(edit, changes=("compose:stop_grace_period",)))


def _told(argv: "tuple[str, ...]") -> "tuple[str, int] | None":
    """The program and the seconds it is told, None when it is told none."""
    words: list[str] = []
    for word in argv:
        # The script of a shell is one word.
        words += word.split() if " " in word else [word]
    program = next(
        (one.rpartition("/")[2] for one in words if one.rpartition("/")[2] in _OPTIONS), ""
    )
    for index, word in enumerate(words):
        option, equals, value = word.partition("=")
        if option in _OPTIONS.get(program, ()):
            value = value if equals else "".join(words[index + 1 : index + 2])
            return (program, int(value)) if value.isdigit() and len(value) < 6 else None
    return None


def _seconds(text: str) -> int | None:
    match = _DURATION.fullmatch(text)
    if match is None or not text:
        return None
    hours, minutes, seconds = (int(one or 0) for one in match.groups())
    return hours * 3600 + minutes * 60 + seconds
