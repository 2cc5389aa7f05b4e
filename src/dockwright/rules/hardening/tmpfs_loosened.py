"""DW6113 tmpfs-loosened."""

from dockwright.rules.api import Bad, Edit, Findings, Good, Rule, Service, unsafe
from dockwright.rules.hardening._written import text_at

_LOOSE = ("exec", "suid")


class TmpfsLoosened(Rule):
    """
    Leave a tmpfs without programs to run, as Docker mounts it.

    Docker mounts every tmpfs with `noexec`, `nosuid` and `nodev`. An option `exec` or `suid` makes
    the one place that stays writable in a read-only container one to run programs from.

    Silent about options that keep to that, and about entries with variables.
    """

    code = "DW6113"
    name = "tmpfs-loosened"
    severity = "info"
    tags = ("compose", "security", "volumes")
    also = ("compose-lint:CL-0022",)
    mentions = ("tmpfs",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    tmpfs:\n      - /run:exec,size=8m\n",
            at="/run:exec,size=8m",
            fixed="services:\n  a:\n    image: a:1\n    tmpfs:\n      - /run:size=8m\n",
        ),
        Bad(
            "services:\n  a:\n    image: a:1\n    tmpfs: /run:suid\n",
            at="/run:suid",
            fixed="services:\n  a:\n    image: a:1\n    tmpfs: /run\n",
        ),
        Good("services:\n  a:\n    image: a:1\n    tmpfs: ['/run:noexec,size=8m', /tmp]\n"),
    )

    def check(self, service: Service) -> Findings:
        entries = service.items("tmpfs")
        several: list[tuple[object, tuple[str | int, ...]]] = [
            (one, ("tmpfs", index)) for index, one in enumerate(entries)
        ]
        single = service.get("tmpfs")
        for one, keys in several or [(single, ("tmpfs",))]:
            path, _, options = str(one or "").partition(":")
            loose = [option for option in options.split(",") if option in _LOOSE]
            if loose and "$" not in text_at(service, *keys):
                message = f"`{loose[0]}`: Docker mounts a tmpfs without it"
                yield self.at(service.value(*keys), message).fix(
                    "leave it as Docker mounts it",
                    unsafe(_tightened(service, path, options, keys)),
                )


def _tightened(
    service: Service, path: str, options: str, keys: "tuple[str | int, ...]"
) -> Edit | None:
    kept = ",".join(one for one in options.split(",") if one not in _LOOSE)
    return service.replace(f"{path}:{kept}" if kept else path, *keys)
