"""What npm installs for a package.json of the build context."""

import pytest

from dockwright.model.files import Listing
from tests.model.test_filesystem import files_of
from tests.support.models import ABSENT, UNKNOWN, told

BASE = (
    "FROM scratch\nCOPY bin/sh bin/npm bin/node bin/sed bin/rm /bin/\nWORKDIR /app\n"
    "COPY package.json ./\n"
)
MANIFEST = """{"dependencies": {"left": "^1.0.0", "@scope/right": "latest", "near": "file:./near"},
 "devDependencies": {"tool": "1"}, "optionalDependencies": {"perhaps": "1"}}"""
CASES = [
    ("RUN npm install\n", "node_modules", "dir 755 0:0"),
    ("RUN npm install\n", "node_modules/left", "dir 755 0:0"),
    ("RUN npm install --omit=dev\n", "node_modules/@scope/right/package.json", "file * 0:0"),
    ("RUN npm install\n", "node_modules/near", UNKNOWN),
    ("RUN npm install\n", "node_modules/tool", UNKNOWN),
    ("RUN npm install\n", "node_modules/perhaps", UNKNOWN),
    ("RUN npm install\n", "node_modules/left/index.js", UNKNOWN),
    ("RUN npm install --dry-run\n", "node_modules/left", UNKNOWN),
    ("RUN npm install --only=dev\n", "node_modules/left", UNKNOWN),
    ("RUN npm pkg delete dependencies.left && npm install\n", "node_modules/left", UNKNOWN),
    ("RUN sed -i /left/d package.json && npm install\n", "node_modules/left", UNKNOWN),
    ("RUN npm install && rm -rf node_modules\n", "node_modules/left", ABSENT),
]


@pytest.mark.parametrize(("text", "path", "wanted"), CASES)
def test_dependencies(text: str, path: str, wanted: str) -> None:
    names = ("bin/sh", "bin/npm", "bin/node", "bin/sed", "bin/rm", "package.json")
    listing = Listing(dict.fromkeys(names, 0o755), texts={"package.json": MANIFEST})
    found = files_of(BASE + text, listing).find(f"/app/{path}")
    assert told(found) == wanted


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"dependencies": []}', '{"dependencies": {"a": 1}}']
)
def test_odd_manifests(text: str) -> None:
    names = ("bin/sh", "bin/npm", "bin/node", "bin/sed", "bin/rm", "package.json")
    listing = Listing(dict.fromkeys(names, 0o755), texts={"package.json": text})
    assert told(files_of(BASE + "RUN npm ci || npm install\n", listing).find("/app/x")) == UNKNOWN
