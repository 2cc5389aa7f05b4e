"""DW2152 pip-unpinned."""

from dockwright.rules.api import HOLE, Bad, Findings, Good, Rule, RunStep, command, lazy
from dockwright.rules.packages._managers import PIP, calls, triggers
from dockwright.rules.packages._rpm import some

_VCS = lazy(r"(git|hg|svn|bzr)\+\w+:")
_REVISION = lazy(r"(git|hg|svn|bzr)\+\w+:/*[^/]+/.*@")
_FILES = (".whl", ".tar.gz", ".zip", ".tgz", ".tar.bz2")


class PipUnpinned(Rule):
    """
    Say which version of a Python package to install: `pip install flask==3.0.3`.

    Without a version two builds of one Dockerfile may differ. A requirements file with hashes pins
    what the packages depend on as well, which a version on the command line does not.

    Silent for any version specifier, for `-r` and `-c` files, local folders and archives, URLs,
    `--no-index`, and for a repository with a revision (`git+https://…@v1`).
    """

    code = "DW2152"
    name = "pip-unpinned"
    severity = "info"
    tier = "optional"
    tags = ("pip", "pin")
    also = ("hadolint:DL3013", "kics:02d9c71f", "slim:20018")
    on = command(*triggers(PIP))

    examples = (
        Bad("FROM python:3.12\nRUN pip install flask==3.0.3 gunicorn\n", at="gunicorn"),
        Bad("FROM python:3.12\nRUN pip install -U pip 'uvicorn[standard]'\n", at="pip"),
        Bad(
            "FROM python:3.12\nRUN pip install git+https://a.example/b.git\n",
            at="git+https://a.example/b.git",
        ),
        Good("FROM python:3.12\nRUN pip install flask==3.0.3 'uvicorn[standard]>=0.30'\n"),
        Good("FROM python:3.12\nRUN pip install -r requirements.txt wheel\n"),
        Good("FROM python:3.12\nRUN pip install --constraint=versions.txt flask\n"),
        Good("FROM python:3.12\nRUN pip install . ./lib /src /wheels/*.whl a.tar.gz\n"),
        Good(
            "FROM python:3.12\nRUN pip install git+https://a.example/b@v1 'c @ https://d.example/c.whl'\n"
        ),
        Good("FROM python:3.12\nRUN pip install --no-index --find-links=/wheels flask\n"),
        Good("FROM python:3.12\nRUN pip install flask==$FLASK_VERSION\n"),
    )

    def check(self, run: RunStep) -> Findings:
        for call in calls(run, PIP):
            if call.sub != "install" or call.has(
                "-r", "--requirement", "-c", "--constraint", "--no-index", "--group", "--dry-run"
            ):
                continue
            loose = [
                (word, text)
                for word, text in zip(call.operands, call.texts, strict=True)
                if any(
                    _unpinned(one)
                    for one in ([text] if word.text[:1] in ("'", '"') else text.split())
                )
            ]
            if loose:
                names = " ".join(text for _, text in loose).replace(HOLE, "…").split()
                hidden = any(HOLE in text for _, text in loose)
                yield self.at(loose[0][0], f"no version for {some(names)}", likely=hidden)


def _unpinned(text: str) -> bool:
    if _VCS.match(text):
        return _REVISION.match(text) is None
    if any(mark in text for mark in ("==", ">", "<", "~=", "!=", "/", " @ ")):
        return False
    return not (text.startswith((".", "-")) or text.endswith(_FILES))
