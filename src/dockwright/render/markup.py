"""XML as text."""

from dockwright.text.source import printable

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


def element(name: str, /, *children: str, **attributes: object) -> str:
    """An element; its children (elements, or escaped text) stand on lines of their own."""
    head = name + "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    if not children:
        return f"<{head}/>"
    inner = "\n".join("  " + line for child in children for line in child.split("\n"))
    return f"<{head}>\n{inner}\n</{name}>"


def document(root: str) -> str:
    """A document with the element `root`."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'


def escape(text: str) -> str:
    """`text` as an attribute's value or as content; what XML cannot hold becomes U+FFFD."""
    return "".join(_ENTITIES.get(char, char) for char in printable(text))
