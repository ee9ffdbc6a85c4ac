"""The parts of an XForm document, with the names of its namespaces."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element as Xml
from xml.etree.ElementTree import ParseError, TreeBuilder, XMLParser

from domain.surveys.message import N_, Message
from domain.surveys.xform.expressions import Fault, FormError

XF = "{http://www.w3.org/2002/xforms}"
XHTML = "{http://www.w3.org/1999/xhtml}"
JR = "{http://openrosa.org/javarosa}"
ODK = "{http://www.opendatakit.org/xforms}"
#: the prefix that our own attributes have, whatever namespace the workbook's settings bind to it
OURS = "lanka"


@dataclass(frozen=True, slots=True)
class Document:
    """An XForm: its title, `<model>`, `<h:body>` and the namespaces by prefix."""

    title: str
    model: Xml
    body: Xml
    prefixes: Mapping[str, str]


class _Builder(TreeBuilder):
    """Builds the tree and keeps the namespaces by prefix, which the tree forgets."""

    def __init__(self) -> None:
        super().__init__()
        self.prefixes: dict[str, str] = {}

    def start_ns(self, prefix: str, uri: str) -> None:
        self.prefixes[prefix] = uri


def read_xml(xform: str) -> Document:
    """Read the XML; raises FormError where it is no XForm.

    The document was written by pyxform, which escapes every cell and writes no DTD, so the
    standard library's parser meets nothing hostile.
    """
    builder = _Builder()
    parser = XMLParser(target=builder)  # noqa: S314
    try:
        parser.feed(xform)
        root: Xml = parser.close()
    except ParseError as error:
        raise _no_xform() from error
    model, body = root.find(f"{XHTML}head/{XF}model"), root.find(f"{XHTML}body")
    if model is None or body is None:
        raise _no_xform()
    title = root.findtext(f"{XHTML}head/{XHTML}title") or ""
    return Document(title, model, body, builder.prefixes)


def custom_attributes(element: Xml, prefixes: Mapping[str, str]) -> dict[str, str]:
    """The `lanka:` attributes of an element by local name."""
    namespace = prefixes.get(OURS)
    start = f"{{{namespace}}}"
    return {
        name[len(start) :]: value
        for name, value in element.attrib.items()
        if namespace is not None and name.startswith(start)
    }


def local_name(element: Xml) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2]


def _no_xform() -> FormError:
    return FormError((Fault("", "", Message(N_("This is not an XForm."))),))
