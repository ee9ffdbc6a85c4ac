"""Binds and set-values: the logic of the nodes."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element as Xml

from domain.surveys.form import Bind, SetValue
from domain.surveys.xform.expressions import Compiler
from domain.surveys.xform.reader import JR, XF, Document, custom_attributes
from domain.surveys.xform.texts import Texts
from domain.surveys.xpath import Expression


def read_binds(document: Document, texts: Texts, compiler: Compiler) -> dict[str, Bind]:
    """The binds by path; two for one path are read as one."""
    merged: dict[str, dict[str, str]] = {}
    custom: dict[str, dict[str, str]] = {}
    for xml in document.model.findall(f"{XF}bind"):
        path = (xml.get("nodeset") or "").strip()
        merged.setdefault(path, {}).update(xml.attrib)
        custom.setdefault(path, {}).update(custom_attributes(xml, document.prefixes))
    return {
        path: _bind(path, attributes, custom[path], texts, compiler)
        for path, attributes in merged.items()
    }


def _bind(
    path: str,
    attributes: Mapping[str, str],
    custom: dict[str, str],
    texts: Texts,
    compiler: Compiler,
) -> Bind:
    def expression(name: str, column: str) -> Expression | None:
        return compiler.compile(attributes.get(name), path, column)

    preload = attributes.get(f"{JR}preload")
    return Bind(
        path=path,
        datatype=attributes.get("type", "string").removeprefix("xsd:"),
        relevant=expression("relevant", "relevant"),
        constraint=expression("constraint", "constraint"),
        required=expression("required", "required"),
        readonly=expression("readonly", "read_only"),
        calculate=expression("calculate", "calculation"),
        constraint_message=texts.of_attribute(attributes.get(f"{JR}constraintMsg")),
        required_message=texts.of_attribute(attributes.get(f"{JR}requiredMsg")),
        preload=(preload, attributes.get(f"{JR}preloadParams", "")) if preload else None,
        custom=custom or None,
    )


def read_setvalues(document: Document, compiler: Compiler) -> tuple[SetValue, ...]:
    """All `<setvalue>` actions, of the model and of the controls.

    In a repeat pyxform writes one for the first load (of the first instance) and one for each new
    instance.
    """
    found = [_setvalue(xml, "", compiler) for xml in document.model.findall(f"{XF}setvalue")]
    if next(document.body.iter(f"{XF}setvalue"), None) is None:
        return tuple(found)  # nearly always; looking into every control takes its time
    for control in document.body.iter():
        around = (control.get("ref") or control.get("nodeset") or "").strip()
        found.extend(_setvalue(xml, around, compiler) for xml in control.findall(f"{XF}setvalue"))
    return tuple(found)


def _setvalue(xml: Xml, around: str, compiler: Compiler) -> SetValue:
    path = (xml.get("ref") or "").strip()
    source = xml.get("value") or (xml.text or "")
    events = (xml.get("event") or "").split()
    triggered = "xforms-value-changed" in events
    return SetValue(
        path=path,
        value=compiler.compile(source, path, "calculation" if triggered else "default"),
        trigger=around if triggered else "",
        first_load="odk-instance-first-load" in events,
        new_repeat=around if "odk-new-repeat" in events else "",
    )
