"""The form that expressions are tried on: form.xml, which JavaRosa reads as it stands."""

from pathlib import Path
from xml.etree import ElementTree as ET

from domain.surveys.instance import Node

FORM = Path(__file__).with_name("form.xml")
_XFORMS = "{http://www.w3.org/2002/xforms}"
_REPEATS = ("/data/link", "/data/link/contact")


def load() -> tuple[Node, dict[str, Node]]:
    """The primary instance and the secondary ones; relevance is set as the binds say."""
    model = ET.parse(FORM).getroot().find(f".//{_XFORMS}model")  # noqa: S314 - our own file
    assert model is not None
    types = {
        bind.get("nodeset", ""): bind.get("type", "string")
        for bind in model.iter(f"{_XFORMS}bind")
    }
    primary, *secondary = model.findall(f"{_XFORMS}instance")
    root = _node(primary[0], "", types)
    ghost = root.find("ghost")
    assert ghost is not None
    ghost.set_relevant(False)
    for link in root.by_name["link"]:
        name, note = link.child("name"), link.child("note")
        assert name is not None
        assert note is not None
        note.relevant = name.text != "Lviv"
    return root, {instance.get("id", ""): _node(instance[0], "", {}) for instance in secondary}


def _node(element: ET.Element, above: str, types: dict[str, str]) -> Node:
    name = element.tag.removeprefix(_XFORMS)
    path = f"{above}/{name}"
    node = Node(name, datatype=types.get(path, "string"), repeat=path in _REPEATS)
    for child in element:
        node.append(_node(child, path, types))
    if not node.children:
        node.text = (element.text or "").strip()
    return node


def locate(root: Node, path: str) -> Node:
    """The node at a path such as /data/link[2]/name."""
    node = root
    for step in path.split("/")[2:]:
        name, _, index = step.rstrip("]").partition("[")
        node = node.by_name[name][int(index or 1) - 1]
    return node
