"""Instances: the skeleton of a response, the templates of its repeats, the choice lists."""

from collections.abc import Iterator, Mapping, Set
from xml.etree.ElementTree import Element as Xml

from domain.surveys.defaults import ANY_TIME, CLOCKS, default_text
from domain.surveys.form import Bind, Blueprint
from domain.surveys.instance import Node
from domain.surveys.message import N_, Message
from domain.surveys.xform.expressions import Fault, FormError
from domain.surveys.xform.reader import JR, XF, local_name

_TEMPLATE = f"{JR}template"


def primary_instance(model: Xml) -> Xml:
    """The root element of the primary instance (pyxform calls it 'data')."""
    for instance in model.findall(f"{XF}instance"):
        if len(instance):
            return instance[0]
    raise FormError((Fault("", "", Message(N_("The form has no instance."))),))


class Blueprints:
    """Reads the primary instance: `template` of a response, `repeats` of one instance each.

    What instances of other repeats one begins with stands in the form: pyxform gives the first
    instance those of all repeats inside it, but a template only those inside a group.
    """

    def __init__(self, root: Xml, repeats: Set[str], binds: Mapping[str, Bind]) -> None:
        self._paths = repeats
        self._binds = binds
        self.repeats: dict[str, Blueprint] = {}
        self.template = self._read(root, "", nested=True)
        self._find_repeats(root, "")

    def _find_repeats(self, xml: Xml, parent: str) -> None:
        path = f"{parent}/{local_name(xml)}"
        is_template = xml.get(_TEMPLATE) is not None
        if path in self._paths and (path not in self.repeats or is_template):
            # a first instance that serves for want of a template gives none of its own
            self.repeats[path] = self._read(xml, parent, nested=is_template)
        for child in xml:
            self._find_repeats(child, path)

    def _read(self, xml: Xml, parent: str, *, nested: bool) -> Blueprint:
        path = f"{parent}/{local_name(xml)}"
        bind = self._binds.get(path)
        datatype = "string" if bind is None else bind.datatype
        return Blueprint(
            path=path,
            name=local_name(xml),
            text="" if len(xml) else _default((xml.text or "").strip(), datatype),
            datatype=datatype,
            repeat=path in self._paths,
            children=tuple(self._children(xml, path, nested=nested)),
        )

    def _children(self, xml: Xml, path: str, *, nested: bool) -> Iterator[Blueprint]:
        placed: set[str] = set()
        for child in xml:
            name = local_name(child)
            below = f"{path}/{name}"
            if below in self._paths and name not in placed:
                placed.add(name)
                yield Blueprint(below, name, "", "string", repeat=True, place=True)
            if child.get(_TEMPLATE) is None and (nested or below not in self._paths):
                yield self._read(child, path, nested=nested)


def _default(text: str, datatype: str) -> str:
    """A literal default, '' where its type has no such value; clocks wait for their zone."""
    known = default_text(text, datatype, ANY_TIME)
    return text if known and datatype in CLOCKS else known or ""


def secondary_instance(xml: Xml) -> Node:
    """A tree of a choice list as it stands in the form."""
    node = Node(local_name(xml), text="" if len(xml) else (xml.text or "").strip())
    for child in xml:
        node.append(secondary_instance(child))
    return node
