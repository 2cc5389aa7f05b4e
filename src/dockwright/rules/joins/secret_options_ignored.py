"""DW6510 secret-options-ignored."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, safe

_HEAD = (
    "services:\n  web:\n    image: a:1\n    secrets:\n"
    "      - source: token\n        target: token\n"
)
_FILE = "secrets:\n  token:\n    file: ./token.txt\n"


class SecretOptionsIgnored(Rule):
    """
    Set owner and mode of a secret's or config's file on the file itself.

    Compose mounts what comes from a `file` as it lies on the host and ignores `uid`, `gid` and
    `mode`. A service that counts on `mode: 0400` gets whatever the host has, and one that runs as
    another user cannot read it.

    Silent about secrets out of the environment and configs with `content`, for which the options
    hold, and about external ones.
    """

    code = "DW6510"
    name = "secret-options-ignored"
    severity = "warning"
    tags = ("compose", "secrets")
    mentions = ("mode", "uid", "gid")

    examples = (
        Bad(
            _HEAD + "        mode: 0400\n" + _FILE,
            at="mode",
            fixed=_HEAD + _FILE,
        ),
        Bad(
            "services:\n  web:\n    image: a:1\n    configs:\n      - source: c\n"
            '        uid: "1000"\n        gid: "1000"\nconfigs:\n  c:\n    file: ./c.conf\n',
            at="uid",
            fixed="services:\n  web:\n    image: a:1\n    configs:\n      - source: c\n"
            "configs:\n  c:\n    file: ./c.conf\n",
        ),
        Good(_HEAD + "        mode: 0400\nsecrets:\n  token:\n    environment: TOKEN\n"),
        Good(_HEAD + _FILE),
    )

    def check(self, service: Service) -> Findings:
        for section in ("secrets", "configs"):
            for index, entry in enumerate(service.items(section)):
                if not isinstance(entry, dict):
                    continue
                name = str(entry.get("source") or "")
                source = service.project.section(section).get(name)
                if not isinstance(source, dict) or not source.get("file"):
                    continue
                given = [key for key in ("uid", "gid", "mode") if key in entry]
                if not given:
                    continue
                shown = " and ".join(f"`{key}`" for key in given)
                verb = "is" if len(given) == 1 else "are"
                yield self.at(
                    service.key(section, index, given[0]),
                    f"{shown} {verb} ignored for `{name}`, which comes from a file",
                ).fix(
                    "delete what is ignored",
                    safe(
                        *(service.delete(section, index, key) for key in given),
                        changes=(f"compose:{section}",),
                    ),
                )
