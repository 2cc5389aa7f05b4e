"""DW6511 mount-source-missing."""

from posixpath import basename, dirname

from dockwright.rules.api import Bad, Composition, Draft, Files, Findings, Good, Rule, Spot, near

_HEAD = "services:\n  web:\n    image: nginx:1.27\n    volumes:\n"


class MountSourceMissing(Rule):
    """
    Mount files that are there.

    For a bind mount in the short form the engine makes a folder where the file is missing, and the
    program finds a folder in the place of its settings. Secrets and configs stop with an error.

    Silent when no file of nearly that name lies beside it: files with secrets and settings are
    often kept out of a repository, or made before the start.
    """

    code = "DW6511"
    name = "mount-source-missing"
    severity = "warning"
    tags = ("compose", "volume", "secrets")
    mentions = ("volumes", "secrets", "configs")

    examples = (
        Bad(
            Files(
                {
                    "compose.yaml": _HEAD + "      - ./ngnix.conf:/etc/nginx/nginx.conf:ro\n",
                    "nginx.conf": "",
                }
            ),
            at="./ngnix.conf:/etc/nginx/nginx.conf:ro",
        ),
        Bad(
            Files(
                {
                    "compose.yaml": "services:\n  web:\n    image: a:1\n    secrets: [token]\n"
                    "secrets:\n  token:\n    file: ./secrets/tokens.txt\n",
                    "secrets/token.txt": "",
                }
            ),
            at="./secrets/tokens.txt",
        ),
        Good(
            Files(
                {
                    "compose.yaml": _HEAD + "      - ./nginx.conf:/etc/nginx/nginx.conf:ro\n"
                    "      - ./data:/data\n      - ./site.conf:/etc/nginx/conf.d/site.conf\n",
                    "nginx.conf": "",
                }
            )
        ),
        Good(
            Files(
                {
                    "compose.yaml": _HEAD + "      - ./cert.pem:/cert.pem\n      - ./key2.pem:/k\n",
                    "cert.pem": "",
                    "key1.pem": "",
                    "key3.pem": "",
                }
            )
        ),
    )

    def check(self, project: Composition) -> Findings:
        for service in project.every:
            for index, entry in enumerate(service.items("volumes")):
                if isinstance(entry, dict) and entry.get("type") == "bind":
                    source = service.text("volumes", index, "source")
                    target = str(entry.get("target") or "")
                    last = basename(target)
                    if "." in basename(source).strip(".") and "." in last.strip("."):
                        yield from self._missing(project, source, service.value("volumes", index))
        for section in ("secrets", "configs"):
            entries = project.section(section)
            for name, entry in entries.items():
                path = entry.get("file") if isinstance(entry, dict) else None
                place = getattr(entry, "places", {}).get("file") or entries.places.get(name)
                if isinstance(path, str) and not getattr(path, "open", False):
                    yield from self._missing(project, path, project.spot(place))

    def _missing(self, project: Composition, path: str, spot: Spot) -> "Findings":
        found: list[Draft] = []
        inside = path.startswith(project.loaded.folder.rstrip("/") + "/")
        if inside and project.around.exists(path) is False:
            beside = project.around.names(dirname(path)) or ()
            guess = near(basename(path), beside)
            # Two certificates of a row are different files.
            digits = [c for c in basename(path) if c.isdigit()]
            if guess is not None and digits == [c for c in guess if c.isdigit()]:
                shown = project.around.shown(path)
                found.append(
                    self.at(spot, f"there is no {shown}: did you mean `{guess}`?", likely=True)
                )
        yield from found
