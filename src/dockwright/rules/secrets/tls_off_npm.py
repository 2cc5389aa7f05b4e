"""DW3206 tls-off-npm."""

from dockwright.rules.api import AnyStep, Bad, Command, Findings, Good, Rule, ShellWord, unsafe
from dockwright.rules.secrets._calls import calls, off, settings, text

_VARIABLES = ("NPM_CONFIG_STRICT_SSL", "npm_config_strict_ssl", "YARN_ENABLE_STRICT_SSL")
_KEYS = ("strict-ssl", "enableStrictSsl")
_PROGRAMS = ("npm", "yarn", "pnpm", "npx", "yarnpkg")


class TlsOffNpm(Rule):
    """
    Let npm, yarn and pnpm check the certificate of the registry.

    With `strict-ssl` off anybody on the way can answer with packages of his own, whose scripts run
    in the build. For an authority of your own set `cafile` or `NODE_EXTRA_CA_CERTS`.

    Silent about other values and when the value is a variable that nobody can evaluate.
    """

    code = "DW3206"
    name = "tls-off-npm"
    severity = "warning"
    tags = ("security", "tls", "npm")
    mentions = ("strict-ssl", "strict_ssl", "strictssl")
    also = ("checkov:CKV2_DOCKER_12", "checkov:CKV2_DOCKER_13")

    examples = (
        Bad(
            "FROM node:22\nRUN npm config set strict-ssl false && npm ci\n",
            at="npm config set strict-ssl false",
            fixed="FROM node:22\nRUN npm ci\n",
        ),
        Bad(
            "FROM node:22\nRUN a && yarn config set strict-ssl=false -g\n",
            at="yarn config set strict-ssl=false -g",
            fixed="FROM node:22\nRUN a\n",
        ),
        Bad("FROM node:22\nRUN npm set strict-ssl false\n", at="npm set strict-ssl false"),
        Bad(
            "FROM node:22\nRUN npm ci --strict-ssl=false\n",
            at="--strict-ssl=false",
            fixed="FROM node:22\nRUN npm ci\n",
        ),
        Bad(
            "FROM node:22\nRUN npm --no-strict-ssl ci\n",
            at="--no-strict-ssl",
            fixed="FROM node:22\nRUN npm ci\n",
        ),
        Bad(
            "FROM node:22\nENV NPM_CONFIG_STRICT_SSL=false\nRUN npm ci\n",
            at="NPM_CONFIG_STRICT_SSL=false",
            fixed="FROM node:22\nRUN npm ci\n",
        ),
        Good("FROM node:22\nRUN npm config set strict-ssl true\n"),
        Good("FROM node:22\nRUN npm config set fund false\n"),
        Good("FROM node:22\nENV NPM_CONFIG_STRICT_SSL=true\n"),
    )

    def check(self, step: AnyStep) -> Findings:
        if step.name not in ("RUN", "ENV", "ARG"):
            return
        written = text(step)
        lowered = written.lower()
        if not ("strict" in lowered and "ssl" in lowered):
            return
        for setting in settings(step, *_VARIABLES):
            if off(setting.value):
                yield self.at(
                    setting.span, f"`{setting.name}` switches the certificate check off"
                ).fix("check certificates", unsafe(setting.edit))
        if step.name != "RUN":
            return
        for one in calls(step, *_PROGRAMS):
            found = _switch(one)
            if found:
                yield self.at(
                    found[0], f"`{found[0].shape}` switches the certificate check of {one.name} off"
                ).fix("check certificates", unsafe(step.delete_words(*found)))
            elif _configured(one):
                yield self.at(one, f"this switches the certificate check of {one.name} off").fix(
                    "leave the check on", unsafe(step.delete_command(one))
                )


def _switch(one: Command) -> list[ShellWord]:
    """The words of an option that switches the check off."""
    for at, word in enumerate(one.args):
        name, equals, value = word.shape.partition("=")
        if word.shape == "--no-strict-ssl":
            return [word]
        if name == "--strict-ssl":
            following = one.args[at + 1 : at + 2]
            if equals and off(value):
                return [word]
            if not equals and following and off(following[0].value):
                return [word, *following]
    return []


def _configured(one: Command) -> bool:
    words = [word.shape for word in one.operands()]
    if words[:2] not in (["config", "set"], ["c", "set"]) and words[:1] != ["set"]:
        return False
    rest = words[1:] if words[0] == "set" else words[2:]
    for at, word in enumerate(rest):
        key, equals, value = word.partition("=")
        if key in _KEYS:
            return off(value if equals else (rest[at + 1] if at + 1 < len(rest) else None))
    return False
