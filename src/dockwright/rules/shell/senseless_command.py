"""DW2203 senseless-command."""

from dockwright.rules.api import Bad, Findings, Good, Rule, RunStep, command, unwrapped

WHY = {
    "free": "shows the memory of the build host",
    "kill": "ends a process, and a build step keeps none running",
    "mount": "needs rights a build does not have, and is gone after the step",
    "ps": "shows the processes of this step only",
    "service": "starts a service that ends with this step",
    "shutdown": "has no machine to shut down",
    "ssh": "opens a connection that others cannot repeat",
    "top": "is interactive",
    "vim": "is interactive",
}


class SenselessCommand(Rule):
    """
    Leave commands out of a `RUN` that make no sense in a build.

    Only the file system outlives a `RUN`: no process, no mount and no session does, and nobody
    sits at a terminal. A service has to be started by `CMD` or `ENTRYPOINT`.

    Silent for `kill` of a process that the same script started, for `mount` with
    `--security=insecure`, and for `ssh` with an ssh mount.
    """

    code = "DW2203"
    name = "senseless-command"
    severity = "info"
    tier = "optional"
    tags = ("shell",)
    also = ("hadolint:DL3001", "kics:9b6b0f38", "semgrep:nonsensical-command", "slim:20022")
    on = command(*WHY, "sudo")

    examples = (
        Bad("FROM debian:12\nRUN service mysql start && sleep 10\n", at="service"),
        Bad("FROM debian:12\nRUN free -m && ps aux\n", at=("free", "ps")),
        Bad("FROM debian:12\nRUN sudo service mysql start && sleep 10\n", at="service"),
        Good("FROM debian:12\nRUN ln -s /bin/true /usr/local/bin/mount\n"),
        Good("FROM debian:12\nRUN apt-get install -y vim\n"),
        Good("FROM debian:12\nRUN mysqld & sleep 5; kill $!\n"),
        Good("FROM debian:12\nRUN --mount=type=ssh ssh git@git.example true\n"),
        Good("FROM debian:12\nRUN --security=insecure mount -t proc proc /mnt\n"),
    )

    def check(self, run: RunStep) -> Findings:
        script = run.script
        if script is None:
            return
        flags = run.node.flags
        insecure = any(flag.name == "security" and flag.value == "insecure" for flag in flags)
        agent = any(mount.kind == "ssh" for mount in run.mounts)
        started = any("background" in one.within for one in script.commands)
        for one in map(unwrapped, run.commands):
            if one.name not in WHY:
                continue
            if one.name == "kill" and started:
                continue
            if (one.name == "mount" and insecure) or (one.name == "ssh" and agent):
                continue
            yield self.at(one.name_span, f"`{one.name}` {WHY[one.name]}")
