"""Its containers start: plainly, with nothing but what a hardened service has, and not as root."""

from typing import TYPE_CHECKING

from dockwright.verify.claim import Claim, Outcome, holds, unknown, violated

if TYPE_CHECKING:
    from dockwright.verify.trial import Started, Trial


def _log(started: "Started") -> tuple[str, ...]:
    return tuple(line for line in started.log.splitlines()[-5:] if line.strip())


class Starts(Claim):
    """A container starts and gets ready."""

    name = "starts"
    title = "starts"

    def observe(self, trial: "Trial") -> Outcome:
        started = trial.hardened if trial.hardened.ready else trial.plain
        if started.ready:
            if not started.seen.running:
                return holds("it did its work and ended with 0")
            return holds(f"it was ready after {started.seconds:.1f} s")
        return violated(f"it does not start: {started.why}", *_log(started))


class Hardened(Claim):
    """It starts read-only, without capabilities, without new privileges."""

    name = "hardened"
    title = "starts read-only, without capabilities, without new privileges"

    def observe(self, trial: "Trial") -> Outcome:
        if trial.hardened.ready:
            paths = ", ".join(trial.hardened.request.tmpfs)
            return holds(f"ready after {trial.hardened.seconds:.1f} s with a tmpfs at {paths}")
        if not trial.plain.ready:
            return unknown("it does not start at all")
        return violated(f"hardened it does not start: {trial.hardened.why}", *_log(trial.hardened))


class NonRoot(Claim):
    """Its first process does not run as root."""

    name = "non-root"
    title = "does not run as root"

    def observe(self, trial: "Trial") -> Outcome:
        started = trial.running
        user = str(trial.config.get("User") or "")
        if not started.processes:
            return unknown("it ended before its processes could be seen", f"USER is {user!r}")
        first = started.processes[0]
        if first.user in ("0", "root"):
            return violated("its first process runs as root", first.command, hint="set USER")
        return holds(f"its first process runs as user {first.user}", first.command)
