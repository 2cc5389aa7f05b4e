"""DW6110 security-profile-off."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, unsafe
from dockwright.rules.hardening._written import doubt

_OFF = {
    "seccomp:unconfined": "without seccomp the container may make every system call",
    "apparmor:unconfined": "without AppArmor the container may write where the profile forbids it",
    "label:disable": "without SELinux labels the container reaches files of the host and of others",
    "systempaths:unconfined": "the paths of the kernel that Docker hides can be written",
}


class SecurityProfileOff(Rule):
    """
    Keep the profiles that Docker puts around a container, or give it one of its own.

    The seccomp profile forbids some fifty system calls that programs hardly use and attacks do;
    AppArmor and SELinux keep a container from files of the host. A program that needs one call
    more gets a profile with that call.

    Silent about profiles of one's own (`seccomp:profile.json`).
    """

    code = "DW6110"
    name = "security-profile-off"
    tags = ("compose", "security", "privileges")
    also = (
        "compose-lint:CL-0009",
        "kics:404fde2c",
        "semgrep:seccomp-confinement-disabled",
        "semgrep:selinux-separation-disabled",
    )
    mentions = ("security_opt",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    security_opt:\n      - seccomp:unconfined\n"
            "      - no-new-privileges:true\n",
            at="seccomp:unconfined",
            fixed="services:\n  a:\n    image: a:1\n    security_opt:\n"
            "      - no-new-privileges:true\n",
        ),
        Bad(
            "services:\n  a:\n    image: a:1\n    security_opt: [label=disable]\n",
            at="label=disable",
            fixed="services:\n  a:\n    image: a:1\n",
        ),
        Good("services:\n  a:\n    image: a:1\n    security_opt: ['seccomp:./profile.json']\n"),
        Good("services:\n  a:\n    image: a:1\n    security_opt: ['no-new-privileges:true']\n"),
    )

    def check(self, service: Service) -> Findings:
        options = service.items("security_opt")
        for index, one in enumerate(options):
            text = str(one).strip().replace("=", ":", 1).lower()
            likely = doubt(service, "security_opt", index)
            if text in _OFF and likely is not None:
                keys = ("security_opt", index) if len(options) > 1 else ("security_opt",)
                spot = service.value("security_opt", index)
                yield self.at(spot, _OFF[text], likely=likely).fix(
                    "delete it", unsafe(service.delete(*keys))
                )
