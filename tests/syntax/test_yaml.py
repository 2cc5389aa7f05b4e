"""YAML nodes, comments and edits: positions, and what an edit leaves alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.syntax.yaml import edits
from dockwright.syntax.yaml.comments import comments
from dockwright.syntax.yaml.nodes import Alias, Mapping, Scalar, Sequence, walk
from dockwright.syntax.yaml.parser import parse

TEXT = """\
# first
a: &x !tag   # on the tag
  b: 1  # one
  c: |
    text # none

# of d
d: *x
e: [1, 'z # none', "q"]
f:
g: &y
- 1
- "# none"
"""


def root(text: str) -> Mapping:
    node = parse(text).roots[0]
    assert isinstance(node, Mapping)
    return node


def under(text: str, node: object) -> str:
    return text[node.start : node.end]  # type: ignore[attr-defined]


def test_nodes_stand_where_they_stand():
    pairs = {key.text: value for key, value in root(TEXT).pairs if isinstance(key, Scalar)}
    assert under(TEXT, pairs["a"]) == "b: 1  # one\n  c: |\n    text # none"
    assert (pairs["a"].anchor, pairs["a"].tag) == ("x", "!tag")
    assert TEXT[pairs["a"].outer :].startswith("&x")
    assert isinstance(pairs["d"], Alias)
    assert pairs["d"].target is pairs["a"]
    assert under(TEXT, pairs["e"]) == "[1, 'z # none', \"q\"]"
    assert under(TEXT, pairs["f"]) == ""
    assert under(TEXT, pairs["g"]) == '- 1\n- "# none"'


def test_comments_are_what_is_no_scalar():
    found = comments(TEXT, parse(TEXT))
    assert [one.text for one in found] == ["first", "on the tag", "one", "of d"]
    assert [one.inside for one in found] == [False, True, True, False]
    assert [one.line for one in found] == [1, 2, 3, 7]
    assert all(TEXT[one.span.start] == "#" for one in found)


def test_what_was_read_before_the_text_breaks_off():
    stream = parse("services:\n  web:\n    image: a\n   broken\n")
    assert stream.problem is not None
    services = root("services:\n  web:\n    image: a\n   broken\n").get("services")
    assert isinstance(services, Mapping)
    assert isinstance(services.get("web"), Mapping)


def test_a_byte_order_mark_counts():
    text = "\ufeffa: b\n"
    assert under(text, root(text).pairs[0][1]) == "b"


def test_windows_lines():
    text = "a: b\r\nc:\r\n  d: e\r\n"
    assert [under(text, node) for node in walk(root(text)) if isinstance(node, Scalar)] == [
        "a", "b", "c", "d", "e",
    ]  # fmt: skip


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12
)


@given(WORDS)
def test_quoted_is_read_as_the_same_text(word: str):
    node = root(f"a: {edits.quoted(word)}\n").pairs[0][1]
    assert isinstance(node, Scalar)
    assert node.text == word


@given(WORDS)
def test_quoted_is_a_text_to_compose(word: str):
    from dockwright.compose.scalars import resolve

    node = root(f"a: {edits.quoted(word)}\n").pairs[0][1]
    assert isinstance(node, Scalar)
    assert resolve(node) == word


KEYS = st.sampled_from(["image", "ports", "build", "user", "x-y", "labels"])
SCALARS = st.sampled_from(
    ["a", "'b c'", '"d"', "7", "", "true", "a # c", "|\n{i}  text\n{i}  more"]
)


@st.composite
def mappings(draw: st.DrawFn, indent: str = "  ", depth: int = 0) -> str:
    lines: list[str] = []
    for key in draw(st.lists(KEYS, min_size=1, max_size=4, unique=True)):
        shape = draw(st.sampled_from(["scalar", "list", "flow", "map"]))
        if shape == "scalar" or depth > 1:
            value = draw(SCALARS).replace("{i}", indent)
            lines.append(f"{indent}{key}: {value}".rstrip(" "))
        elif shape == "list":
            items = draw(st.lists(st.sampled_from(["a", "'b'", "c: d"]), min_size=1, max_size=3))
            lines.append(f"{indent}{key}:")
            lines += [f"{indent}{draw(st.sampled_from(['', '  ']))}- {items[0]}"]
            pad = lines[-1][: lines[-1].index("-")]
            lines += [f"{pad}- {item}" for item in items[1:]]
        elif shape == "flow":
            lines.append(f"{indent}{key}: [a, {{b: c}}, 'd']  # flow")
        else:
            lines.append(f"{indent}{key}:{draw(st.sampled_from(['', '  # below']))}")
            lines.append(draw(mappings(indent + "  ", depth + 1)))
        if draw(st.booleans()):
            lines.append(f"{indent}# a comment")
    return "\n".join(lines)


def plain(node: object) -> object:
    if isinstance(node, Mapping):
        return {plain(key): plain(value) for key, value in node.pairs}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.text if isinstance(node, Scalar) else None


@settings(deadline=None)
@given(mappings(), st.booleans(), st.data())
def test_an_edit_changes_one_thing(body: str, windows: bool, data: st.DataObject):
    text = f"web:\n{body}\n# last\nother: 1\n"
    text = text.replace("\n", "\r\n") if windows else text
    node = root(text).get("web")
    assert isinstance(node, Mapping)
    keys = [key.text for key, _ in node.pairs if isinstance(key, Scalar)]
    kind = data.draw(st.sampled_from(["add", "block", "delete", "replace", "item"]))
    key = data.draw(st.sampled_from(keys))
    value = node.get(key)
    before = plain(node)
    assert isinstance(before, dict)
    expected = dict(before)
    if kind == "add":
        pieces = edits.add_key(text, node, "new", "yes")
        expected["new"] = "yes"
    elif kind == "block":
        pieces = edits.add_key(text, node, "new", "\n  a: b\n  c: d")
        expected["new"] = {"a": "b", "c": "d"}
    elif kind == "delete":
        pieces = edits.delete_key(text, node, key)
        del expected[key]
    elif kind == "replace" and isinstance(value, Scalar):
        pieces = edits.replace(value, "yes")
        expected[key] = "yes"
    elif kind == "item" and isinstance(value, Sequence):
        pieces = edits.add_item(text, value, "yes")
        expected[key] = [*before[key], "yes"]
    else:
        return
    if pieces is None:
        return
    ((start, end, new),) = pieces
    after = text[:start] + new + text[end:]
    stream = parse(after)
    assert stream.problem is None
    top = root(after)
    assert plain(top.get("web")) == expected
    assert plain(top.get("other")) == "1"
    old = [one.text for one in comments(text, parse(text))]
    assert [one.text for one in comments(after, stream)] == old
    assert ("\r\n" in after) == windows
    assert "\n" not in after.replace("\r\n", "") if windows else True


def test_a_comment_before_the_first_entry_stays_out_of_an_edit() -> None:
    text = "web:\n  command:\n    # the first:\n    - a\n  ports:\n    - b\n"
    web = root(text).get("web")
    assert isinstance(web, Mapping)
    command, ports = web.get("command"), web.get("ports")
    assert command is not None
    assert ports is not None
    assert edits.replace_any(text, command, "[c]") is None
    assert edits.replace_any(text, ports, "[c]") == [
        (text.index("ports:") + 6, len(text) - 1, " [c]")
    ]
