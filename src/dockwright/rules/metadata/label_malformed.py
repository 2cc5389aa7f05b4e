"""DW4212 label-malformed."""

from dockwright.rules.api import Bad, Findings, Good, Known, Rule, Stage, known
from dockwright.rules.metadata._values import KINDS


class LabelMalformed(Rule):
    """
    Give each label a value of the kind the configuration asks for.

    `label-schema` says of each label whether it is a text, a URL, a time (RFC 3339), a licence
    (SPDX expression), a Git hash, a semantic version or an e-mail address. Tools that read labels
    cannot use what has another form, nor an empty value.

    Silent without `label-schema`, when only the build knows the value, for a build argument that is
    empty unless the build gives it, and in stages whose labels never reach the final image.
    """

    code = "DW4212"
    name = "label-malformed"
    severity = "warning"
    tier = "optional"
    tags = ("label", "policy")
    also = (
        "hadolint:DL3051",
        "hadolint:DL3052",
        "hadolint:DL3053",
        "hadolint:DL3054",
        "hadolint:DL3055",
        "hadolint:DL3056",
        "hadolint:DL3058",
    )

    examples = (
        Bad(
            'FROM debian:12\nLABEL version=v1.2 vendor=""\n',
            at=("version=v1.2", 'vendor=""'),
            config={"label-schema": {"version": "semver", "vendor": "text"}},
        ),
        Bad(
            "FROM debian:12\nLABEL a=example.org b=2024-02-30T00:00:00Z c='MIT OR Foo'\n",
            at=("a=example.org", "b=2024-02-30T00:00:00Z", "c='MIT OR Foo'"),
            config={"label-schema": {"a": "url", "b": "rfc3339", "c": "spdx"}},
        ),
        Bad(
            "FROM debian:12\nLABEL d=abc e='Ada <ada@example.org>'\n",
            at=("d=abc", "e='Ada <ada@example.org>'"),
            config={"label-schema": {"d": "hash", "e": "email"}},
        ),
        Good(
            "FROM debian:12\nLABEL a=https://example.org b=2024-02-29T12:00:00+01:00"
            " c='Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)'"
            " d=0123abc e=a@b.example\n",
            config={
                "label-schema": {"a": "url", "b": "rfc3339", "c": "spdx", "d": "hash", "e": "email"}
            },
        ),
        Good(
            "FROM debian:12\nARG VERSION\nARG HASH=\nLABEL version=$VERSION revision=$HASH\n",
            config={"label-schema": {"version": "semver", "revision": "hash"}},
        ),
        Good("FROM debian:12\nLABEL version=latest\n"),
    )

    def check(self, stage: Stage) -> Findings:
        schema = self.options.get("label-schema")
        if not schema or not stage.shipped:
            return
        for step in stage.steps:
            if step.name != "LABEL" or step.onbuild:
                continue
            for pair in step.node.pairs:
                key = known(step.expand(pair.key))
                check = KINDS.get(schema.get(key, "")) if key is not None else None
                value = step.expand(pair.value or "") if check is not None else None
                if check is None or not isinstance(value, Known):
                    continue
                because = () if value.firm else (value.reason,)
                if value.value:
                    wrong = check(value.value).removesuffix(f": {value.value}")
                    if wrong:
                        yield self.at(pair.word, f"`{value.value}` {wrong}", because)
                elif value.firm:
                    yield self.at(pair.word, f"the label `{key}` is empty")
