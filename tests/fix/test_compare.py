"""What an edit changes: pairs of Dockerfiles and the names of their differences."""

import pytest

from dockwright.model.compare import NAMES, compare
from tests.support.models import build_of

F = "FROM debian:12\n"
TWO = "FROM debian:12 AS a\nRUN make\nFROM scratch\n"


def differences(before: str, after: str) -> set[str]:
    return set(compare(build_of(before), build_of(after)))


SAME = [
    ("", ""),
    (F + "RUN a b\n", F + "# why\nRUN a b\n"),
    (F + "RUN a b\n", F + "\n\nRUN   a   b   \n"),
    (F + "RUN a b\n", F + "RUN a \\\n    b\n"),
    (F + "RUN a b && c\n", F + "RUN a \\\n# why\n\n    b && \\\n  c\n"),
    (F + "RUN a b\n", "from debian:12\nrun a b\n"),
    (F + "RUN a 'b c'\n", F + 'RUN a "b c"\n'),
    (F + "RUN a\nRUN b\n", F.replace("\n", "\r\n") + "RUN a\r\nRUN b\r\n"),
    (F + "RUN a; b\n", F + "RUN <<EOF\na\nb\nEOF\n"),
    (F + "ENV a=b\n", F + 'ENV a="b"\n'),
    (F + "ENV a b c\n", F + 'ENV a="b c"\n'),
    (F + "LABEL a b\n", F + "LABEL a=b\n"),
    (F + "WORKDIR /a\nWORKDIR b\n", F + "WORKDIR /a\nWORKDIR /a/b\n"),
    (F + "CMD a\n", F + "cmd   a\n"),
    (F + "CMD a\nEXPOSE 80\n", F + "EXPOSE 80\nCMD a\n"),
    (F + "EXPOSE 80 443\n", F + "EXPOSE 443/tcp 80\n"),
    ("FROM debian:12 as a\n", "FROM debian:12 AS a\n"),
]

CHANGED = [
    # stages and bases
    (F, F + "FROM scratch\n", {"stages"}),
    (TWO + "COPY --from=a /x /x\n",
     TWO.replace(" a", " b") + "COPY --from=b /x /x\n", {"stage-name"}),
    (TWO + "COPY --from=a /x /x\n", TWO + "COPY --from=0 /x /x\n", {"stage-name"}),
    (TWO + "COPY --from=a /x /x\n", TWO + "COPY --from=b /x /x\n", {"copy"}),
    ("FROM debian:12 AS a\nFROM a\n", "FROM debian:12 AS b\nFROM b\n", {"stage-name"}),
    (F, "FROM debian:13\n", {"base"}),
    (F, "FROM --platform=linux/arm64 debian:12\n", {"platform"}),
    ("ARG V=1\n" + F, "ARG V=2\n" + F, {"global-arg"}),
    (F, "ARG V=2\n" + F, {"global-arg"}),
    # RUN
    (F + "RUN a && b\n", F + "RUN a ; b\n", {"run:operator"}),
    (F + "RUN a && b\n", F + "RUN a || b\n", {"run:operator"}),
    (F + "RUN a && b\n", F + "RUN a | b\n", {"run:operator"}),
    (F + "RUN a && b\n", F + "RUN a & b\n", {"run:operator"}),
    (F + "RUN a && b\n", F + "RUN (a) && b\n", {"run:operator"}),
    (F + "RUN a\nb\n", F + "RUN a\n", {"run"}),
    (F + "RUN <<E\na\nb\nE\n", F + "RUN <<E\na && b\nE\n", {"run:operator"}),
    (F + "RUN a -x b\n", F + "RUN a b\n", {"run:options"}),
    (F + "RUN a b\n", F + "RUN a -f b\n", {"run:options"}),
    (F + "RUN a b\n", F + "RUN a c\n", {"run:operands"}),
    (F + "RUN a $b\n", F + "RUN a $c\n", {"run:operands"}),
    (F + "RUN a b\n", F + "RUN c b\n", {"run:program"}),
    (F + "RUN sudo a b\n", F + "RUN a b\n", {"run:program"}),
    (F + "RUN a b\n", F + "RUN c d\n", {"run:program", "run:operands"}),
    (F + "RUN a && b\n", F + "RUN a && b && c\n", {"run:command-added"}),
    (F + "RUN a && b\n", F + "RUN c && a && b\n", {"run:command-added"}),
    (F + "RUN a || b\n", F + "RUN a || b && c\n", {"run:command-added"}),
    (F + "RUN a && b\n", F + "RUN b\n", {"run:command-removed"}),
    (F + "RUN a && b && c\n", F + "RUN a && c\n", {"run:command-removed"}),
    (F + "RUN a || b\n", F + "RUN b\n", {"run:command-removed", "run:operator"}),
    (F + "RUN a && b && c\n", F + "RUN a ; c\n", {"run:command-removed", "run:operator"}),
    (F + "RUN a && b x\n", F + "RUN b -f x\n", {"run:command-removed", "run:options"}),
    (F + "RUN a && b x\n", F + "RUN b y && c && d\n", {"run"}),
    (F + "RUN a > b\n", F + "RUN a > c\n", {"run"}),
    (F + "RUN a\n", F + "RUN x=1 a\n", {"run"}),
    (F + "RUN a '\n", F + "RUN b '\n", {"run"}),
    (F + "RUN a && ( \n", F + "RUN a && ( b\n", {"run"}),
    (F + "RUN a\nRUN b\n", F + "RUN a && b\n", {"run:layout"}),
    (F + "RUN a && b\n", F + "RUN a\nRUN b\n", {"run:layout"}),
    (F + "RUN a\nRUN b && c\nRUN d\n", F + "RUN a && b && c && d\n", {"run:layout"}),
    (F + "RUN a\nRUN b\n", F + "RUN a ; b\n", {"run:layout", "run:operator"}),
    (F + "RUN a\nRUN b && c\n", F + "RUN a && b ; c\n", {"run:layout", "run:operator"}),
    (F + "RUN a ; b\n", F + "RUN a\nRUN b\n", {"run:layout", "run:operator"}),
    (F + "RUN a\n", F + "RUN --mount=type=cache,target=/c a\n", {"mount"}),
    (F + "RUN a\n", F + "RUN --network=none a\n", {"mount"}),
    (F + "RUN a\nRUN b\n", F + "RUN a\n", {"run"}),
    (F + "RUN a\n", F + "RUN a\nRUN b\n", {"run", "instruction-added"}),
    (F + "RUN a\nRUN b\n", F + "RUN b\nRUN a\n", {"run", "instruction-added"}),
    # files
    (F + "COPY a /b\n", F + "COPY a /c\n", {"copy"}),
    (F + "COPY a /b\n", F + "COPY --chown=1 a /b\n", {"copy"}),
    (F + "COPY a /b\n", F + "COPY a c /b\n", {"copy"}),
    (F + "COPY <<E /b\nx\nE\n", F + "COPY <<E /b\ny\nE\n", {"copy"}),
    (F + "ADD a /b\n", F + "COPY a /b\n", {"copy:form"}),
    (F + "COPY a b /c\n", F + "COPY a b /c/\n", {"copy:form"}),
    (F + "COPY a b '/c'\n", F + "COPY a b '/c/'\n", {"copy:form"}),
    ("FROM scratch\nCOPY a b\n", "FROM scratch\nCOPY a /b\n", {"copy:form"}),
    (F + "COPY a b\n", F + "COPY a /b\n", {"copy"}),
    # configuration
    (F + "ENV a=b\n", F + "ENV a=c\n", {"env"}),
    (F + "ENV a=b\n", F, {"env"}),
    (F + "ARG a=b\n", F + "ARG a=c\n", {"arg"}),
    (F + "RUN a\n", F + "ARG b\nRUN a\n", {"instruction-added"}),
    (F + "USER a\n", F + "USER b\n", {"user"}),
    (F + "RUN a\n", F + "USER b\nRUN a\n", {"user", "instruction-added"}),
    (F + "WORKDIR /a\n", F + "WORKDIR /b\n", {"workdir"}),
    (F + 'SHELL ["/bin/sh", "-c"]\n', F + 'SHELL ["/bin/bash", "-c"]\n', {"shell"}),
    (F + "VOLUME /a\n", F + "VOLUME /b\n", {"volume"}),
    (F + "ONBUILD RUN a\n", F + "RUN a\n", {"onbuild"}),
    (F + "CMD a\n", F + "CMD b\n", {"cmd"}),
    (F + 'CMD ["a"]\n', F + 'CMD ["b"]\n', {"cmd"}),
    (F + "CMD a b\n", F + 'CMD ["a", "b"]\n', {"cmd:form"}),
    (F + "CMD exec a b\n", F + 'CMD ["a", "b"]\n', {"cmd:form"}),
    (F + "CMD a b && c\n", F + 'CMD ["a", "b"]\n', {"cmd"}),
    (F + "CMD a\n", F, {"cmd", "dead-instruction"}),
    (F + "CMD a\nCMD b\n", F + "CMD b\n", {"dead-instruction"}),
    (F + "ENTRYPOINT a\n", F + "ENTRYPOINT b\n", {"entrypoint"}),
    (F + "ENTRYPOINT a b\n", F + 'ENTRYPOINT ["a", "b"]\n', {"entrypoint:form"}),
    (F + "HEALTHCHECK CMD a\n", F + "HEALTHCHECK CMD b\n", {"healthcheck"}),
    (F + "HEALTHCHECK CMD a\n", F + "HEALTHCHECK --interval=3s CMD a\n", {"healthcheck"}),
    (F + "HEALTHCHECK CMD a b\n", F + 'HEALTHCHECK CMD ["a", "b"]\n', {"healthcheck:form"}),
    (F + "STOPSIGNAL 9\n", F + "STOPSIGNAL 15\n", {"stopsignal"}),
    (F + "LABEL a=b\n", F + "LABEL a=c\n", {"label"}),
    (F + "MAINTAINER a\n", F + "MAINTAINER b\n", {"label"}),
    (F + "EXPOSE 80\n", F + "EXPOSE 81\n", {"expose"}),
    (F + "EXPOSE 80\n", F + "EXPOSE 80/udp\n", {"expose"}),
    # another order that makes the same image, and one that may not
    (
        F + "COPY . /app\nRUN apt-get install -y a\n",
        F + "RUN apt-get install -y a\nCOPY . /app\n",
        {"order"},
    ),
    (
        F + "COPY . /etc\nRUN apt-get install -y a\n",
        F + "RUN apt-get install -y a\nCOPY . /etc\n",
        {"instruction-added", "run"},
    ),
    # what nobody knows
    (F + "LABEL a=$b\n", F + "LABEL a=$c\n", {"label"}),
    (F + "EXPOSE $b\n", F + "EXPOSE $c\n", {"expose"}),
    (F + "STOPSIGNAL $b\n", F + "STOPSIGNAL $c\n", {"stopsignal"}),
    ("ARG B\nFROM $B\nCMD a\n", "ARG B\nFROM $B\nCMD b\n", {"cmd"}),
    ("FROM a AS windows\nSHELL $x\nCMD a\n", "FROM a AS windows\nSHELL $x\nCMD b\n", {"cmd"}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), SAME)
def test_no_meaning(before: str, after: str) -> None:
    assert differences(before, after) == set()


@pytest.mark.parametrize(("before", "after", "names"), CHANGED)
def test_changed(before: str, after: str, names: set[str]) -> None:
    assert differences(before, after) == names


def test_every_name_is_given() -> None:
    assert set().union(*(names for _, _, names in CHANGED)) == NAMES


@pytest.mark.parametrize("text", [one for pair in SAME for one in pair])
def test_equal_to_itself(text: str) -> None:
    assert differences(text, text) == set()


def test_long_files_take_linear_time() -> None:
    before = F + "RUN a\n" * 5000
    assert differences(before + "RUN b\n", before + "RUN c\n") == {"run:program"}
    assert differences(before + "RUN b\n", F + "RUN b\nRUN b\n" + "RUN a\n" * 4999) >= {"run"}
    many = "".join(f"RUN a{i}\nRUN b{i}\nUSER c{i}\n" for i in range(1000))
    joined = many.replace("\nRUN b", " && b")
    assert differences(F + many, F + joined) == {"run:layout"}
    assert differences(F + many, F + many.replace("USER c", "USER d")) == {"user"}
    assert differences(F + many, F + many.replace("RUN b77\n", "")) == {"run"}
    assert "user" in differences(F + many, F + joined.replace("c500", "c501"))
