"""Variables of a whole document filled in, and texts turned into the types Compose wants there."""

from dockwright.compose.gotext import integer, real, truth
from dockwright.compose.patterns import ITEM, here, step, trie, under
from dockwright.compose.template import Filler
from dockwright.compose.values import Filled, Map, Refused, Seq, dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.compose.patterns import States
    from dockwright.compose.values import Data, Path, Place

# `loader/interpolate.go` of compose-go: where a text is cast. Ports' targets are only cast in the
# long form: in the short form the item itself is a text.
_INTEGERS = under(
    "services.*",
    "cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares oom_score_adj"
    " pids_limit scale deploy.replicas deploy.update_config.parallelism"
    " deploy.rollback_config.parallelism deploy.restart_policy.max_attempts"
    " deploy.placement.max_replicas_per_node healthcheck.retries"
    " ports.[].target ulimits.* ulimits.*.hard ulimits.*.soft",
)
_REALS = under(
    "services.*",
    "cpu_percent cpus deploy.update_config.max_failure_ratio"
    " deploy.rollback_config.max_failure_ratio",
)
_TRUTHS = under(
    "services.*",
    "init healthcheck.disable oom_kill_disable privileged read_only stdin_open tty"
    " volumes.[].read_only volumes.[].volume.nocopy",
)
_CASTS: "dict[str, Callable[[str], Data]]" = {
    **dict.fromkeys(_INTEGERS, integer),
    **dict.fromkeys(_REALS, real),
    **dict.fromkeys(_TRUTHS, truth),
    **dict.fromkeys(
        under("networks.*", "external internal attachable enable_ipv4 enable_ipv6"), truth
    ),
    **{f"{section}.*.external": truth for section in ("volumes", "secrets", "configs")},
}
_TRIE = trie(_CASTS)


def interpolate(value: "Data", filler: Filler) -> "Data":
    """A copy of `value` with its variables filled in. Raises `Refused` with path and place."""
    return _fill(value, filler, (_TRIE,), (), None)


def _fill(
    value: "Data", filler: Filler, states: "States", path: "Path", place: "Place | None"
) -> "Data":
    if isinstance(value, str):
        if "$" not in value and not states:
            return value
        try:
            made = filler.fill(value)
            cast = here(states) if states else None
            if cast is None or (filler.lenient and isinstance(made, Filled) and made.open):
                return made
            cast_value: Data = cast(made)
        except Refused as refused:
            raise Refused(f"{dotted(path)}: {refused.message}", place, path) from None
        return cast_value
    if isinstance(value, Map):
        mapping = Map(value.at)
        mapping.places = value.places
        for key, item in value.items():
            below = step(states, key) if states else states
            mapping[key] = _fill(item, filler, below, (*path, key), value.places.get(key))
        return mapping
    if isinstance(value, Seq):
        sequence = Seq(value.at)
        sequence.places = value.places
        below = step(states, ITEM) if states else states
        for index, item in enumerate(value):
            sequence.append(_fill(item, filler, below, (*path, f"[{index}]"), value.places[index]))
        return sequence
    return value
