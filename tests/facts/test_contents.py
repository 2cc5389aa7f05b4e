"""What a file system remembers of its effects, and when it forgets."""

from dockwright.check.run import Plan
from dockwright.check.select import choose
from dockwright.config.schema import Config
from dockwright.facts.contents import Contents, Effect, Entry, Ground
from dockwright.facts.effects import Gone, Joined, Murky, Packages, Put
from dockwright.facts.knowledge import Known, Reason, Unknown
from dockwright.facts.port import Bundled
from tests.support.models import build_of

WHY = Reason("a test")
FILE = Entry("file", 0o644, 0, 0)


def put(path: str) -> Put:
    return Put(path, FILE, WHY)


def there(contents: Contents, path: str) -> object:
    found = contents.find(path)
    return found.value is not None if isinstance(found, Known) else None


def test_views_of_different_lengths_do_not_mix() -> None:
    """An answer holds for the number of effects it was given for."""
    effects: list[Effect] = [put("/a"), Gone("/a", WHY), put("/b"), put("/a"), put("/c")]
    contents = Contents(Ground(WHY), effects)
    wanted = [False, True, False, False, True, True]
    for order in (range(6), reversed(range(6)), (3, 5, 0, 4, 1, 2)):
        fresh = Contents(Ground(WHY), effects)
        for count in order:
            assert there(fresh.at(count), "/a") is wanted[count], count
    assert there(contents, "/b") is True


def test_effects_that_come_later_are_seen() -> None:
    effects: list[Effect] = [put("/a")]
    contents = Contents(Ground(WHY), effects)
    assert there(contents, "/b") is False
    effects.append(put("/b"))
    assert there(contents, "/b") is False, "this view ends before it"
    assert there(contents.at(2), "/b") is True
    assert there(contents.at(1), "/b") is False


def test_doubt_drops_what_was_answered_since() -> None:
    effects: list[Effect] = [put("/a"), put("/b")]
    contents = Contents(Ground(WHY), effects)
    assert there(contents, "/a") is True
    assert there(contents, "/b") is True
    effects[1].maybe = True
    contents.forget(1)
    assert there(contents, "/a") is True
    assert there(contents, "/b") is None
    assert there(contents.at(1), "/b") is False


def test_only_those_with_a_say_are_asked() -> None:
    quiet = Murky(("/x",), WHY)
    loud = Murky(("/x",), WHY, accounts=True, packages=True)
    assert (quiet.speaks("find"), quiet.speaks("account"), quiet.speaks("package")) == (
        True, False, False,
    )  # fmt: skip
    assert loud.speaks("account")
    assert loud.speaks("package")
    assert Packages("apt", ("curl",), WHY).speaks("package")
    assert not put("/etc/hosts").speaks("account")
    assert put("/etc/passwd").speaks("account")
    effects: list[Effect] = [Packages("apk", ("curl",), WHY), quiet, Joined("user", "u", None, WHY)]
    contents = Contents(Ground(WHY), effects)
    assert contents.package("apk", "curl") == Known(True, WHY)
    assert contents.source("package") is contents
    assert isinstance(Contents(Ground(WHY), [quiet]).source("package"), Ground)
    effects.append(loud)
    assert isinstance(contents.at(4).package("apk", "wget"), Unknown)


def test_each_effect_is_tested_once_for_a_question() -> None:
    effects: list[Effect] = [put("/a"), put("/b"), put("/c")]
    below = Contents(Ground(WHY), effects)
    tested: list[Effect] = []

    def test(effect: Effect) -> bool:
        tested.append(effect)
        return effect is not effects[1]

    top: list[Effect] = [put("/d")]
    contents = Contents(below, top)
    assert list(contents.passing("t", test)) == [top[0], effects[2], effects[0]]
    assert list(contents.passing("t", test)) == [top[0], effects[2], effects[0]]
    assert list(below.at(1).passing("t", test)) == [effects[0]]
    assert len(tested) == 4


def test_lacks_says_what_program_says() -> None:
    """For every name and PATH: certainly no program, by the quick way and by the long one."""
    effects: list[Effect] = [
        put("/usr/bin/plain"),
        Put("/usr/bin/tool", Entry("file", 0o755, 0, 0), WHY),
        Put("/opt/bin/late", Entry("any"), WHY),
        Murky(("/srv",), WHY),
    ]
    contents = Contents(Ground(WHY), effects)
    names = ("plain", "tool", "late", "none", "/usr/bin/plain", "/opt/none", "/srv/some")
    for path in ("/usr/bin", "/opt/bin:/usr/bin", "/srv:/usr/bin", "relative", ""):
        for name in names:
            found = contents.program(name, Known(path, WHY))
            surely = isinstance(found, Known) and found.value is None and found.firm
            assert contents.lacks(name, Known(path, WHY)) is surely, (path, name)


def test_thousands_of_installations() -> None:
    """Neither too deep for Python's stack nor quadratic."""
    names = ("curl", "git", "make", "wget", "python3", "nginx")
    lines = "".join(f"apt-get install -y {names[n % len(names)]}\n" for n in range(2000))
    text = f"FROM debian:12\nRUN apt-get update\nRUN <<EOF\n{lines}EOF\nRUN frobnicate\n"
    found = Plan(choose(Config())).run(build_of(text, facts=Bundled()))
    assert [one.message for one in found if one.code == "DW5001"] == [
        "frobnicate is not in the image: this RUN fails"
    ]
