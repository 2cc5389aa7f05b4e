"""Which folders the user of a service may enter."""

from dockwright.rules.api import Known, Service, allowed, servicestate, user_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockwright.rules.api import Knowledge


def enterable(service: Service, path: "Knowledge | None") -> "Knowledge | None":
    """A PATH without the folders that the service's user certainly may not enter."""
    user = servicestate.effective_user(service)
    if not isinstance(path, Known) or not isinstance(user, Known) or service.state is None:
        return path
    uid, gid, _ = user_of(user, service.state.files)
    if not user.value or uid == 0:
        return path
    groups = frozenset((gid,)) if gid and not service.get("group_add") else None
    folders = str(path.value).split(":")
    kept = [one for one in folders if not _closed(service, one, uid, groups)]
    return path if len(kept) == len(folders) else Known(":".join(kept), path.reason)


def _closed(
    service: Service, folder: str, uid: int | None, groups: "frozenset[int] | None"
) -> bool:
    state = service.state
    here = ""
    for part in folder.strip("/").split("/") if state is not None else ():
        here = f"{here}/{part}"
        assert state is not None
        found = state.files.stat(here)
        if not isinstance(found, Known) or found.value is None:
            return False
        entry = found.value
        if allowed(entry, uid, groups, 1) is False:
            return True
        # Somebody else than root, whose number is not known.
        roots = uid is None and entry.uid == 0 and entry.gid == 0
        if roots and entry.mode is not None and not entry.mode & 0o011:
            return True
    return False
