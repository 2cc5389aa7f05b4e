"""DW6111 host-device."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, lazy
from dockwright.rules.hardening._written import doubt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Names of devices: Documentation/admin-guide/devices.txt of Linux.
_DISK = lazy(
    r"/dev/(?:sd[a-z]|hd[a-z]\d*$|vd[a-z]|xvd[a-z]|nvme\d|mmcblk\d|md\d|md/|dm-\d|mapper/|disk/"
    r"|loop|nbd\d|rbd\d|zd\d|zvol/|zfs$|mtdblock|block/|sr\d|bcache\d)"
)
_MEMORY = ("/dev/mem", "/dev/kmem", "/dev/port", "/dev/kcore")


class HostDevice(Rule):
    """
    Give a container no disk, memory or log of the host as a device.

    Who reads a disk past its file system reads every file, and who writes it writes every file;
    `/dev/mem` and `/dev/kmsg` are the kernel's own.

    Silent about devices that are made to be used by programs: graphics, sound, serial lines, USB.
    """

    code = "DW6111"
    name = "host-device"
    tags = ("compose", "security", "privileges")
    also = ("compose-lint:CL-0016",)
    mentions = ("/dev",)

    examples = (
        Bad(
            "services:\n  a:\n    image: a:1\n    devices:\n      - /dev/sda:/dev/sda\n",
            at="/dev/sda:/dev/sda",
        ),
        Bad("services:\n  a:\n    image: a:1\n    devices: [/dev/kmsg]\n", at="/dev/kmsg"),
        Good("services:\n  a:\n    image: a:1\n    devices: [/dev/ttyUSB0, /dev/dri, /dev/snd]\n"),
    )

    def check(self, service: Service) -> Findings:
        devices: Any = service.items("devices")
        for index, one in enumerate(devices):
            source = str(one.get("source") if isinstance(one, dict) else one).rstrip("/")
            likely = doubt(service, "devices", index)
            if likely is None:
                continue
            if _DISK.match(source):
                what = f"`{source}` is a disk of the host: every file on it can be read and written"
            elif source in _MEMORY:
                what = f"`{source}` is the host's memory"
            elif source == "/dev/kmsg":
                what = "`/dev/kmsg` is the log of the host's kernel"
            elif source == "/dev":
                what = "`/dev` is every device of the host, its disks included"
            else:
                continue
            yield self.at(service.value("devices", index), what, likely=likely)
