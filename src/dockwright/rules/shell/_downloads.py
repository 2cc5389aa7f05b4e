"""What the rules on `curl` share: whether a call keeps what it fetches, and an option more."""

from dockwright.rules.api import Command, Remedy, RunStep, lazy, unsafe

# Options that ask about the answer, or send something: no plain download.
OTHER = ("-I", "--head", "-w", "--write-out", "-V", "--version", "-T", "--upload-file", "-K")
OTHER_LONG = ("--config", "--help", "--data", "--form", "--request")
CLUSTER = lazy(r"-[a-zA-Z#]{2,}")


def downloads(one: Command) -> bool:
    """Whether the body of the answer goes into a file or a program."""
    for word in one.args:
        shape = word.shape
        if shape.startswith("file:") or shape.startswith(OTHER_LONG) or shape in ("-d", "-F", "-X"):
            return False
        if shape.startswith("-X") or (
            word.variables and shape.startswith("${}") and not word.quoted
        ):
            return False
    if one.has(*OTHER):
        return False
    target = _target(one)
    if target is not None:
        return not target.startswith("/dev/")
    if one.has("-O", "--remote-name", "--remote-name-all", "-J", "--remote-header-name"):
        return True
    for redirect in one.redirects:
        if redirect.operator in (">", ">>", ">|") and redirect.descriptor in ("", "1"):
            return redirect.target is None or not redirect.target.shape.startswith("/dev/")
    return bool(one.within) and one.within[-1] == "pipe"


def _target(one: Command) -> str | None:
    """The file `-o` names, "" when it is not literal."""
    for index, word in enumerate(one.args):
        shape = word.shape
        if shape.startswith("--output="):
            return shape[9:]
        if shape in ("-o", "--output") or (CLUSTER.fullmatch(shape) and shape.endswith("o")):
            return one.args[index + 1].shape if index + 1 < len(one.args) else ""
        if shape.startswith("-o") and len(shape) > 2:
            return shape[2:]
    return None


def insert(run: RunStep, one: Command, option: str) -> Remedy | None:
    """Put `option` behind the name of the program."""
    if run.node.is_json or not one.words[0].text.endswith("curl"):
        return None
    return unsafe(run.insert_after(one.words[0], f" {option}"))
