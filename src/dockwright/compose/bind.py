"""
The normal form: each value in the type that Compose keeps it in.

What `docker compose config --format json` prints, but with the places of everything. The table
follows the types of compose-go (`types/types.go`): what is empty is left out where Go leaves it out
("omitempty"), durations and sizes are written as Go writes them.
"""

from dockwright.compose.kinds import (
    amount,
    any_text,
    command,
    count,
    decimal,
    each,
    entries,
    env_files,
    flag,
    hosts,
    mode,
    multi_options,
    natural,
    nested,
    numbers,
    options,
    pairs,
    probe,
    span,
    ssh,
    struct,
    text,
    texts,
    ulimits,
    uncast,
    whole,
)  # fmt: skip
from dockwright.compose.values import Map, Problem, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.compose.kinds import Fields, Kind


def bind(model: Map) -> tuple[Map, list[Problem]]:
    """The normal form of a normalised model, and what cannot be brought into it."""
    made = Map(model.at)
    problems: list[Problem] = []
    if "name" in model:
        made.take(model, "name")
    for section, fields in _SECTIONS.items():
        entries = model.get(section)
        if entries is None and section != "services":
            continue
        out = Map(model.place(section))
        made.put(section, out, model.places.get(section))
        if not isinstance(entries, Map):
            continue
        for name, entry in entries.items():
            place = entries.place(name)
            try:
                bound = struct(fields)(
                    entry if entry is not None else Map(), (section, name), place
                )
            except Refused as refused:
                problems.append(
                    Problem(
                        refused.message, refused.place or place, refused.path or (section, name)
                    )
                )
                continue
            out.put(name, bound, entries.places.get(name))
    for key in model:
        if key.startswith("x-"):
            made.take(model, key)
    return made, problems


def _fields(text: str, make: "Kind", keep: str = "") -> "Fields":
    return dict.fromkeys(text.split(), (make, keep))


_HOOK: "Fields" = {
    "command": (command, "null"),
    **_fields("user working_dir", text),
    "privileged": (flag, ""),
    "environment": (pairs(null=True), ""),
}
_FILE: "Fields" = {
    **_fields("source target uid gid", text),
    "mode": (mode, "keep"),
}
_DEVICE_REQUEST: "Fields" = {
    "capabilities": (texts, ""),
    "driver": (text, ""),
    "count": (count, ""),
    "device_ids": (texts, ""),
    "options": (pairs(null=False), ""),
}
_RESOURCE: "Fields" = {
    "cpus": (decimal, ""),
    "memory": (amount, ""),
    "pids": (whole, ""),
    "devices": (each(nested(_DEVICE_REQUEST)), ""),
    "generic_resources": (
        each(
            nested(
                {
                    "discrete_resource_spec": (
                        nested({"kind": (text, "always"), "value": (whole, "always")}),
                        "",
                    )
                }
            )
        ),
        "",
    ),
}
_UPDATE: "Fields" = {
    "parallelism": (natural, "keep"),
    **_fields("delay monitor", span),
    **_fields("failure_action order", text),
    "max_failure_ratio": (decimal, ""),
}
_RATE: "Fields" = {"path": (text, "always"), "rate": (amount, "always")}
_BUILD: "Fields" = {
    **_fields("context dockerfile dockerfile_inline isolation network target", text),
    **_fields("provenance sbom", any_text),
    **_fields("entitlements cache_from cache_to tags platforms", texts),
    "args": (pairs(null=True), ""),
    "ssh": (ssh, ""),
    "labels": (pairs(null=False), ""),
    **_fields("no_cache pull privileged", flag),
    "additional_contexts": (pairs(null=False), ""),
    "extra_hosts": (hosts, ""),
    "secrets": (each(nested(_FILE)), ""),
    "shm_size": (amount, ""),
    "ulimits": (ulimits, ""),
}
_DEPLOY: "Fields" = {
    **_fields("mode endpoint_mode", text),
    "replicas": (whole, "keep"),
    "labels": (pairs(null=False), ""),
    **_fields("update_config rollback_config", nested(_UPDATE)),
    "resources": (nested(_fields("limits reservations", nested(_RESOURCE))), "struct"),
    "restart_policy": (
        nested(
            {
                "condition": (text, ""),
                **_fields("delay window", span, "keep"),
                "max_attempts": (natural, "keep"),
            }
        ),
        "",
    ),
    "placement": (
        nested(
            {
                "constraints": (texts, ""),
                "preferences": (each(nested({"spread": (text, "")})), ""),
                "max_replicas_per_node": (natural, ""),
            }
        ),
        "struct",
    ),
}
_SERVICE: "Fields" = {
    **_fields("profiles cap_add cap_drop device_cgroup_rules dns dns_opt dns_search", texts),
    **_fields("external_links group_add links security_opt tmpfs volumes_from label_file", texts),
    "annotations": (pairs(null=False), ""),
    **_fields("attach init", flag, "keep"),
    "build": (nested(_BUILD), ""),
    "develop": (
        nested(
            {
                "watch": (
                    each(
                        nested(
                            {
                                "path": (text, "always"),
                                "action": (text, "always"),
                                "target": (text, ""),
                                "exec": (nested(_HOOK), "struct"),
                                **_fields("include ignore", texts),
                                "initial_sync": (flag, ""),
                            }
                        )
                    ),
                    "",
                )
            }
        ),
        "",
    ),
    "blkio_config": (
        nested(
            {
                "weight": (uncast, ""),
                "weight_device": (
                    each(nested({"path": (text, "always"), "weight": (uncast, "always")})),
                    "",
                ),
                **_fields(
                    "device_read_bps device_read_iops device_write_bps device_write_iops",
                    each(nested(_RATE)),
                ),
            }
        ),
        "",
    ),
    **_fields(
        "cgroup_parent cgroup cpuset container_name domainname hostname image ipc isolation"
        " mac_address network_mode pid platform pull_policy restart runtime stop_signal user"
        " userns_mode uts working_dir log_driver net volume_driver dockerfile",
        text,
    ),
    **_fields("cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares", whole),
    **_fields("oom_score_adj pids_limit", whole),
    **_fields("cpu_percent cpus", decimal),
    **_fields("command entrypoint", command, "null"),
    **_fields("configs secrets", each(nested(_FILE))),
    "credential_spec": (nested(_fields("config file registry", text)), ""),
    "depends_on": (
        entries(
            nested({"condition": (text, ""), "restart": (flag, ""), "required": (flag, "always")})
        ),
        "",
    ),
    "deploy": (nested(_DEPLOY), ""),
    "devices": (each(nested(_fields("source target permissions", text))), ""),
    "provider": (nested({"type": (text, ""), "options": (multi_options, "")}), ""),
    "environment": (pairs(null=True), ""),
    "env_file": (env_files, ""),
    "expose": (numbers, ""),
    "extra_hosts": (hosts, ""),
    "gpus": (each(nested(_DEVICE_REQUEST)), ""),
    "healthcheck": (
        nested(
            {
                "test": (probe, ""),
                **_fields("timeout interval start_period start_interval", span, "keep"),
                "retries": (natural, "keep"),
                "disable": (flag, ""),
            }
        ),
        "",
    ),
    "labels": (pairs(null=False), ""),
    "logging": (nested({"driver": (text, ""), "options": (options, "")}), ""),
    **_fields("mem_limit mem_reservation memswap_limit mem_swappiness shm_size", amount),
    "models": (entries(nested(_fields("endpoint_var model_var", text)), nullable=True), ""),
    "networks": (
        entries(
            nested(
                {
                    **_fields("aliases link_local_ips", texts),
                    "driver_opts": (options, ""),
                    **_fields("gw_priority priority", whole),
                    **_fields("interface_name ipv4_address ipv6_address mac_address", text),
                }
            ),
            nullable=True,
        ),
        "",
    ),
    **_fields("oom_kill_disable privileged read_only stdin_open tty use_api_socket", flag),
    "ports": (
        each(
            nested(
                {
                    **_fields("name mode host_ip protocol app_protocol", text),
                    "target": (whole, ""),
                    "published": (text, ""),
                }
            )
        ),
        "",
    ),
    "scale": (whole, "keep"),
    "stop_grace_period": (span, "keep"),
    **_fields("storage_opt log_opt", options),
    "sysctls": (pairs(null=False), ""),
    "ulimits": (ulimits, ""),
    "volumes": (
        each(
            nested(
                {
                    **_fields("type source target consistency", text),
                    "read_only": (flag, ""),
                    "bind": (
                        nested(
                            {
                                **_fields("selinux propagation recursive", text),
                                "create_host_path": (flag, ""),
                            }
                        ),
                        "",
                    ),
                    "volume": (
                        nested(
                            {
                                "labels": (pairs(null=False), ""),
                                "nocopy": (flag, ""),
                                "subpath": (text, ""),
                            }
                        ),
                        "",
                    ),
                    "tmpfs": (nested({"size": (amount, ""), "mode": (uncast, "")}), ""),
                    "image": (nested({"subpath": (text, "")}), ""),
                }
            )
        ),
        "",
    ),
    **_fields("post_start pre_stop", each(nested(_HOOK))),
}
_RESOURCE_NAMES: "Fields" = {"name": (text, ""), "external": (flag, "")}
_FILE_OBJECT: "Fields" = {
    **_RESOURCE_NAMES,
    **_fields("file environment content driver template_driver", text),
    "labels": (pairs(null=False), ""),
    "driver_opts": (options, ""),
}
_SECTIONS: "dict[str, Fields]" = {
    "services": _SERVICE,
    "networks": {
        **_RESOURCE_NAMES,
        "driver": (text, ""),
        "driver_opts": (options, ""),
        "ipam": (
            nested(
                {
                    "driver": (text, ""),
                    "config": (
                        each(
                            nested(
                                {
                                    **_fields("subnet gateway ip_range", text),
                                    "aux_addresses": (pairs(null=False), ""),
                                }
                            )
                        ),
                        "",
                    ),
                }
            ),
            "struct",
        ),
        **_fields("internal attachable", flag),
        "labels": (pairs(null=False), ""),
        **_fields("enable_ipv4 enable_ipv6", flag, "keep"),
    },
    "volumes": {
        **_RESOURCE_NAMES,
        "driver": (text, ""),
        "driver_opts": (options, ""),
        "labels": (pairs(null=False), ""),
    },
    "secrets": _FILE_OBJECT,
    "configs": _FILE_OBJECT,
    "models": {
        **_fields("name model", text),
        "context_size": (whole, ""),
        "runtime_flags": (texts, ""),
    },
}
