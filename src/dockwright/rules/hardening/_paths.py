"""
Paths of a host, and what a container can do with them.

Only what lies in the path itself counts: `/etc/pihole` is the folder of one program, and nothing
of the host's own reads it.
"""

from dockwright.rules.api import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.rules.hardening._mounts import Bind

# Whoever writes here runs code as root on the host: with everything below.
_ROOT_BELOW = (
    "/root/.ssh",
    "/boot",
    "/proc",
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/lib/modules",
    "/usr/lib/modules",
    "/var/lib/docker",
    "/var/lib/containerd",
    "/var/spool/cron",
)
_ROOT_EXACT = ("/root", "/etc", "/usr", "/lib", "/lib64", "/usr/lib", "/var/lib", "/var", "/")
# Of /etc, the parts that are read as root or say who is who.
_ETC = lazy(
    r"/etc/(?:cron[^/]*|sudoers(?:\.d)?|passwd|shadow|gshadow|group|ssh|systemd|pam\.d|profile(?:\.d)?"
    r"|ld\.so\.[^/]*|init\.d|rc[^/]*|udev|security|docker|environment|bash[^/]*|crontab|apt|modprobe\.d"
    r"|NetworkManager)(?:/|$)"
)
# What is to be read there is a secret, or tells about everybody.
_SECRET = lazy(
    r"/etc/(?:shadow|gshadow|sudoers(?:\.d)?|ssh|ssl/private)(?:/|$)"
    r"|(?:/root|/home/[^/]+|~)(?:/\.(?:ssh|aws|docker|kube|gnupg|azure|netrc|npmrc)(?:/.*)?)?$"
    r"|/(?:etc|boot|home|dev|dev/shm|var/lib)$|/(?:proc|sys)(?:/|$)|/var/lib/(?:docker|containerd)(?:/|$)"
    r"|/(?:var/)?run/(?:dbus|libvirt|udev|user|systemd|utmp|lock|log)(?:/|$)"
)
_HARMLESS = ("/etc/localtime", "/etc/timezone", "/dev/null", "/dev/zero", "/dev/urandom")


def taken_over(bind: "Bind") -> bool:
    """Whether writing there is enough to become root on the host."""
    if bind.read_only or bind.source in ("/", "/var"):
        return False
    if bind.source in _ROOT_EXACT or bind.under(*_ROOT_BELOW):
        return True
    return _ETC.match(bind.source) is not None


def exposed(bind: "Bind") -> bool:
    """Whether reading there tells secrets, or what goes on on the host."""
    return bind.source not in _HARMLESS and _SECRET.match(bind.source) is not None
