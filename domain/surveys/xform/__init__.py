"""XForm XML, as pyxform writes it, compiled to the form model.

    form = compile_form(xform, files={"fruits.csv": data})

Compiling takes milliseconds and a `Form` never changes: compile once per published version and
share it. The XForm is the contract, not pyxform's own objects, which "may change without notice".
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.surveys.form import Form, Repeat
from domain.surveys.xform.attachments import attachments, secondary_instances
from domain.surveys.xform.body import Body
from domain.surveys.xform.collector import paused_collector
from domain.surveys.xform.expressions import Compiler, Fault, FormError
from domain.surveys.xform.instance import Blueprints, primary_instance
from domain.surveys.xform.logic import read_binds, read_setvalues
from domain.surveys.xform.order import recompute_order
from domain.surveys.xform.reader import custom_attributes, read_xml
from domain.surveys.xform.texts import Texts

__all__ = ["Fault", "FormError", "compile_form"]


def compile_form(xform: str, files: Mapping[str, bytes] | None = None) -> Form:
    """Compile an XForm.

    `files` are the attachments by name (CSV lists for `select_one_from_file` and `pulldata`); a
    list whose file is missing is empty. Raises FormError with every expression that cannot be
    read, or with one fault where the XML is no XForm.
    """
    with paused_collector:
        return _compile(xform, files or {})


def _compile(xform: str, files: Mapping[str, bytes]) -> Form:
    document = read_xml(xform)
    compiler = Compiler()
    texts = Texts(document.model, compiler)
    root = primary_instance(document.model)
    binds = read_binds(document, texts, compiler)
    setvalues = read_setvalues(document, compiler)
    body = Body(document, texts, compiler, binds)
    children = body.read()
    elements = tuple(body.elements)
    repeats = {element.path for element in elements if isinstance(element, Repeat)}
    compiler.check()
    blueprints = Blueprints(root, repeats, binds)
    order, cycles = recompute_order(binds, elements)
    return Form(
        form_id=root.get("id") or "",
        title=document.title,
        version=root.get("version") or "",
        languages=texts.languages,
        default_language=texts.default,
        children=children,
        elements=elements,
        by_path=MappingProxyType({element.path: element for element in elements}),
        template=blueprints.template,
        repeats=MappingProxyType(blueprints.repeats),
        binds=MappingProxyType(binds),
        setvalues=setvalues,
        instances=MappingProxyType(secondary_instances(document.model, files)),
        itext=MappingProxyType(texts.labels()),
        files=attachments(document.model),
        media=texts.media(),
        custom=MappingProxyType(custom_attributes(root, document.prefixes)),
        order=order,
        cycles=cycles,
    )
