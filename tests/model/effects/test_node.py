"""npm, Yarn, pnpm, Corepack, Bun: what is where afterwards."""

import pytest

from dockwright.facts import scripts
from tests.model.effects.toolbases import ask, fails

GLOBAL = "FROM node\nRUN npm install -g "
APP = "FROM node\nWORKDIR /app\nCOPY package.json package-lock.json index.js ./\n"
ANY = "any * *:*"

CASES = [
    # For all users: where node is.
    (GLOBAL + "typescript", "/usr/local/bin/tsc", ANY),
    (GLOBAL + "typescript@4", "/usr/local/bin/tsc", ANY),
    (GLOBAL + "typescript@^5.4.0", "program tsc", "/usr/local/bin/tsc"),
    (GLOBAL + "typescript@3.9.0", "/usr/local/bin/tsc", "?"),
    (GLOBAL + "typescript@next", "/usr/local/bin/tsc", "?"),
    (GLOBAL + "@angular/cli@17", "/usr/local/bin/ng", ANY),
    (GLOBAL + "pm2 serve", "/usr/local/bin/pm2-runtime", ANY),
    (GLOBAL + "typescript", "/usr/local/lib/node_modules/typescript", "dir 755 0:0"),
    (GLOBAL + "something", "/usr/local/bin/something", "?"),
    (GLOBAL + "something", "/usr/local/lib/node_modules/something", "dir 755 0:0"),
    (GLOBAL + "something", "/usr/local/bin/curl", "-"),
    (GLOBAL + "something", "program git", "/usr/bin/git"),
    (GLOBAL + "something", "/usr/local/bin/node", "file 755 0:0"),
    (GLOBAL + "something", "/opt/x", "-"),
    (GLOBAL + "something", "/root/.npm/x", "?"),
    (GLOBAL + "something", "/root/x", "-"),
    (GLOBAL + "git+https://example.com/serve.git", "/usr/local/bin/serve", "?"),
    ("FROM node\nRUN npm i --location=global serve", "/usr/local/bin/serve", ANY),
    ("FROM node\nARG V=14\nRUN npm i -g serve@$V", "/usr/local/bin/serve", ANY),
    ("FROM node\nARG V\nRUN npm i -g serve@$V", "/usr/local/bin/serve", "?"),
    # Another prefix.
    ("FROM node\nENV NPM_CONFIG_PREFIX=/n\nRUN npm i -g serve", "/n/bin/serve", ANY),
    ("FROM node\nENV NPM_CONFIG_PREFIX=/n\nRUN npm i -g serve", "/usr/local/bin/serve", "-"),
    ("FROM node\nRUN npm i -g --prefix /n serve", "/n/bin/serve", ANY),
    ("FROM node\nRUN npm config set prefix /n && npm i -g serve", "/n/bin/serve", ANY),
    ("FROM node\nRUN npm config set prefix=/n && npm i -g serve", "/usr/local/bin/serve", "-"),
    ("FROM node\nRUN npm config set fund false && npm i -g serve", "/usr/local/bin/serve", ANY),
    ("FROM node\nCOPY .npmrc /root/\nRUN npm i -g serve", "/usr/local/bin/serve", "?"),
    (
        "FROM node\nUSER ada\nRUN npm config set prefix ~/.npm && npm i -g serve",
        "/home/ada/.npm/bin/serve",
        ANY,
    ),
    # Debian's npm installs to /usr/local, NodeSource's beside node.
    ("FROM npm-debian\nRUN npm i -g serve", "/usr/local/bin/serve", ANY),
    ("FROM npm-debian\nRUN npm i -g serve", "/usr/bin/serve", "-"),
    ("FROM nodesource\nRUN npm i -g serve", "/usr/bin/serve", ANY),
    ("FROM nodesource\nRUN npm i -g serve", "/usr/local/bin/serve", "-"),
    # Removed again.
    (GLOBAL + "serve pm2\nRUN npm uninstall -g serve", "/usr/local/bin/serve", "-"),
    (GLOBAL + "serve pm2\nRUN npm uninstall -g serve", "/usr/local/bin/pm2", ANY),
    (GLOBAL + "serve pm2\nRUN npm uninstall -g serve", "/usr/local/bin/node", "file 755 0:0"),
    # For the project.
    (APP + "RUN npm ci", "/app/node_modules", "?"),
    (APP + "RUN npm ci", "/app/node_modules/.bin/next", "?"),
    (APP + "RUN npm ci", "/app/index.js", "file * 0:0"),
    (APP + "RUN npm ci", "/app/dist", "?"),
    (APP + "RUN npm ci", "/usr/local/bin/next", "-"),
    (APP + "RUN npm ci", "/opt/x", "-"),
    (APP + "RUN npm install express", "/app/node_modules/express", "dir * *:*"),
    (APP + "RUN npm install typescript", "/app/node_modules/.bin/tsc", ANY),
    (APP + "RUN npm install --prefix /other", "/other/node_modules", "?"),
    ("FROM node\nWORKDIR /app\nRUN npm init -y && npm install express", "/node_modules", "-"),
    # Without a package.json of its own the directory above is the project.
    (
        "FROM node\nWORKDIR /app/web\nCOPY package.json /app/\nRUN npm install express",
        "/app/node_modules/express",
        "dir * *:*",
    ),
    # Scripts and programs of packages work where they are.
    (APP + "RUN npm run build", "/app/dist", "?"),
    (APP + "RUN npm run build", "/usr/local/bin/x", "-"),
    (APP + "RUN npx tsc", "/usr/bin/x", "-"),
    (APP + "RUN npx --yes playwright install --with-deps", "/usr/bin/x", "?"),
    (GLOBAL + "yarn\nRUN yarn playwright install --with-deps", "/usr/bin/x", "?"),
    (APP + "RUN node index.js", "/app/out", "?"),
    (APP + "RUN node index.js", "/opt/out", "-"),
    (APP + "RUN node --version && npm --version", "/app/out", "-"),
    # The other package managers.
    (GLOBAL + "yarn && yarn global add serve", "/usr/local/bin/serve", ANY),
    (GLOBAL + "yarn && yarn global add serve", "/usr/local/bin/curl", "-"),
    (GLOBAL + "yarn\nUSER ada\nRUN yarn global add serve", "/usr/local/bin/serve", "?"),
    (GLOBAL + "yarn\nWORKDIR /app\nRUN yarn", "/app/node_modules", "?"),
    (GLOBAL + "yarn\nWORKDIR /app\nRUN yarn", "/srv/x", "-"),
    (GLOBAL + "pnpm\nWORKDIR /app\nRUN pnpm install", "/app/node_modules/x", "?"),
    (GLOBAL + "pnpm\nENV PNPM_HOME=/pnpm\nRUN pnpm add -g serve", "/pnpm/serve", "?"),
    (GLOBAL + "pnpm\nENV PNPM_HOME=/pnpm\nRUN pnpm add -g serve", "/opt/serve", "-"),
    (GLOBAL + "bun\nWORKDIR /app\nRUN bun install", "/app/node_modules/x", "?"),
    (GLOBAL + "bun\nWORKDIR /app\nRUN bun install", "/srv/x", "-"),
    ("FROM node\nRUN corepack enable", "/usr/local/bin/yarn", ANY),
    ("FROM node\nRUN corepack enable", "program pnpm", "/usr/local/bin/pnpm"),
    ("FROM node\nRUN corepack enable", "/usr/local/bin/pnpx", ANY),
    ("FROM node\nRUN corepack enable pnpm", "/usr/local/bin/yarn", "-"),
    ("FROM node\nRUN corepack enable && corepack disable", "/usr/local/bin/yarn", "-"),
    ("FROM node\nRUN corepack enable --install-directory /b", "/b/yarn", ANY),
    ("FROM node\nRUN corepack prepare pnpm@9 --activate", "/usr/local/bin/pnpm", "-"),
]


@pytest.mark.parametrize(("dockerfile", "path", "expected"), CASES)
def test_paths(dockerfile: str, path: str, expected: str) -> None:
    assert ask(dockerfile, path) == expected


@pytest.mark.parametrize(
    ("dockerfile", "command", "files", "expected"),
    [
        ("FROM node\nWORKDIR /app\nCOPY package.json .", "npm ci", None, True),
        ("FROM node\nWORKDIR /app\nCOPY package*.json ./", "npm ci", None, None),
        ("FROM node\nWORKDIR /app\nCOPY . .", "npm ci", None, None),
        (
            "FROM node\nWORKDIR /app\nCOPY . .",
            "npm ci",
            {"package.json": 0o644, "index.js": 0o644},
            True,
        ),
        (
            "FROM node\nWORKDIR /app\nCOPY . .",
            "npm ci --omit=dev",
            {"package.json": 0o644, "package-lock.json": 0o644},
            None,
        ),
        (
            "FROM node\nWORKDIR /app\nCOPY . .",
            "npm ci",
            {"package.json": 0o644, "npm-shrinkwrap.json": 0o644},
            None,
        ),
        (
            "FROM node\nCOPY package.json package-lock.json /app/\nWORKDIR /app/web",
            "npm ci",
            None,
            None,
        ),
        ("FROM node\nWORKDIR /app\nCOPY package.json .", "npm install", None, None),
        ("FROM node\nWORKDIR /app", "node server.js", None, True),
        ("FROM node\nWORKDIR /app\nCOPY server.js .", "node server.js", None, None),
        ("FROM node\nWORKDIR /app", "node -e 1", None, None),
    ],
)
def test_failures(
    dockerfile: str, command: str, files: dict[str, int | None] | None, expected: bool | None
) -> None:
    assert fails(dockerfile, command, files) is expected


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("serve", "", ["serve"]),
        ("serve", "11", ["serve"]),
        ("serve", "10.9", None),
        ("pnpm", "", ["pnpm", "pnpx"]),
        ("no-such-package", "", None),
    ],
)
def test_table(name: str, version: str, expected: list[str] | None) -> None:
    assert scripts.npm(name, version) == expected
