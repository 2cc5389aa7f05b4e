"""DW5203 interpreter-version-differs."""

from dockwright.rules.api import Bad, Findings, Good, Reason, Rule, Stage
from dockwright.rules.interpreters._helpers import copies, version

_PLACES = ("/usr/local/lib/python", "/site-packages", "/.local", "venv", "/dist-packages")


class InterpreterVersionDiffers(Rule):
    """
    Run Python packages with the version of Python they were installed with.

    Packages stand in a directory named after the version, such as `lib/python3.12`, and compiled
    ones hold its number. Another version does not find or cannot load them: `No module named …`.

    Silent when one of the versions is not known.
    """

    code = "DW5203"
    name = "interpreter-version-differs"
    severity = "error"
    tags = ("python",)
    mentions = ("python",)

    examples = (
        Bad(
            "FROM python:3.12-slim AS build\nRUN python -m venv /venv\n"
            "FROM python:3.13-slim\nCOPY --from=build /venv /venv\n"
            'CMD ["/venv/bin/python"]\n',
            at="/venv",
        ),
        Bad(
            "FROM python:3.12-slim AS build\nRUN pip install flask\n"
            "FROM python:3.13-slim\n"
            "COPY --from=build /usr/local/lib/python3.12/site-packages"
            " /usr/local/lib/python3.12/site-packages\n",
            at="/usr/local/lib/python3.12/site-packages",
        ),
        Good(
            "FROM python:3.12-slim AS build\nRUN python -m venv /venv\n"
            "FROM python:3.12-slim\nCOPY --from=build /venv /venv\n"
        ),
        Good(
            "FROM python:3.12-slim AS build\nRUN make docs\n"
            "FROM python:3.13-slim\nCOPY --from=build /docs /docs\n"
        ),
        Good(
            "FROM python:3.12-slim AS build\nRUN pip wheel -w /wheels flask\n"
            "FROM python:3.13-slim\nCOPY --from=build /wheels /wheels\n"
        ),
    )

    def check(self, stage: Stage) -> Findings:
        if not stage.built or stage.os != "linux":
            return
        here = None
        for step, other, source, _ in copies(stage):
            if not any(place in source for place in _PLACES):
                continue
            here = here or version(stage)
            built = version(other)
            if here is None or built is None or here[0] == built[0]:
                continue
            yield self.at(
                step.words[1],
                f"these packages are for Python {built[0]}, and the image has {here[0]}",
                (
                    Reason(f"{other.title}: {built[1].text}", firm=built[1].firm),
                    Reason(f"{stage.title}: {here[1].text}", firm=here[1].firm),
                ),
            )
