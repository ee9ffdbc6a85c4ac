"""The body of an XForm: controls, groups and repeats in the order in which they are put."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element as Xml

from domain.surveys.form import (
    Bind,
    Choice,
    Element,
    Group,
    Itemset,
    Kind,
    Question,
    Range,
    Repeat,
)
from domain.surveys.xform.expressions import Compiler
from domain.surveys.xform.reader import JR, XF, Document, local_name
from domain.surveys.xform.texts import Texts

_CONTROLS = frozenset(
    {"input", "select", "select1", "rank", "range", "trigger", "upload", "secret"}
)
_BY_CONTROL = {
    "select": Kind.CHOICES,
    "select1": Kind.CHOICE,
    "rank": Kind.RANK,
    "range": Kind.RANGE,
    "trigger": Kind.ACKNOWLEDGE,
}
_BY_DATATYPE = {
    "int": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "dateTime": Kind.DATETIME,
    "geopoint": Kind.GEOPOINT,
    "geotrace": Kind.UNSUPPORTED,
    "geoshape": Kind.UNSUPPORTED,
    "barcode": Kind.UNSUPPORTED,
}
_UPLOADS = {
    "image": Kind.IMAGE,
    "audio": Kind.AUDIO,
    "video": Kind.VIDEO,
    "application": Kind.FILE,
    "text": Kind.FILE,
    "*": Kind.FILE,
}
_INSTANCE = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")
_ITEXT_CHILD = re.compile(r"\s*jr:itext\(\s*([\w.\-]+)\s*\)\s*")


class Body:
    """Reads the body once; `elements` then holds every element by its index."""

    def __init__(
        self, document: Document, texts: Texts, compiler: Compiler, binds: Mapping[str, Bind]
    ) -> None:
        self._document = document
        self._texts = texts
        self._compiler = compiler
        self._binds = binds
        self._elements: dict[int, Element] = {}
        self._next = 0
        self._repeats: tuple[int, ...] = ()

    @property
    def elements(self) -> tuple[Element, ...]:
        """All elements by index."""
        return tuple(self._elements[index] for index in range(self._next))

    def read(self) -> tuple[Element, ...]:
        """The elements at the top of the body."""
        return self._children(self._document.body)

    def _children(self, xml: Xml) -> tuple[Element, ...]:
        found: list[Element] = []
        for child in xml:
            tag = local_name(child)
            if tag == "group":
                found.extend(self._group(child))
            elif tag in _CONTROLS:
                found.append(self._question(child, tag))
            elif tag == "repeat":
                found.append(self._repeat(child, xml))
        return tuple(found)

    def _group(self, xml: Xml) -> tuple[Element, ...]:
        """A group; one that only wraps its repeat is that repeat, one without a node is open."""
        path = (xml.get("ref") or "").strip()
        repeat = xml.find(f"{XF}repeat")
        if repeat is not None and path in ("", (repeat.get("nodeset") or "").strip()):
            return (self._repeat(repeat, xml),)
        if not path:
            return self._children(xml)
        index = self._take()
        group = Group(
            index=index,
            path=path,
            repeats=self._repeats,
            bind=self._bind(path),
            label=self._texts.of(xml.find(f"{XF}label")),
            appearance=_appearance(xml),
            children=self._children(xml),
        )
        self._elements[index] = group
        return (group,)

    def _repeat(self, xml: Xml, wrapper: Xml) -> Repeat:
        path = (xml.get("nodeset") or "").strip()
        index = self._take()
        self._repeats += (index,)
        repeat = Repeat(
            index=index,
            path=path,
            repeats=self._repeats,
            bind=self._bind(path),
            label=self._texts.of(wrapper.find(f"{XF}label")),
            appearance=_appearance(xml) | _appearance(wrapper),
            children=self._children(xml),
            count=self._compiler.compile(xml.get(f"{JR}count"), path, "repeat_count"),
        )
        self._repeats = self._repeats[:-1]
        self._elements[index] = repeat
        return repeat

    def _question(self, xml: Xml, control: str) -> Question:
        path = (xml.get("ref") or "").strip()
        index = self._take()
        bind = self._bind(path)
        hint = xml.find(f"{XF}hint")
        bounds = _range(xml) if control == "range" else None
        itemset = self._itemset(xml, path)
        question = Question(
            index=index,
            path=path,
            repeats=self._repeats,
            kind=_kind(xml, control, bind, bounds),
            control=control,
            bind=bind,
            label=self._texts.of(xml.find(f"{XF}label")),
            hint=self._texts.of(hint),
            guidance=self._texts.of(hint, "guidance"),
            appearance=_appearance(xml),
            choices=self._choices(xml),
            itemset=itemset,
            range=bounds,
            mediatype=xml.get("mediatype") or "",
        )
        self._elements[index] = question
        return question

    def _choices(self, xml: Xml) -> tuple[Choice, ...]:
        return tuple(
            Choice(item.findtext(f"{XF}value") or "", label)
            for item in xml.findall(f"{XF}item")
            if (label := self._texts.of(item.find(f"{XF}label"))) is not None
        )

    def _itemset(self, xml: Xml, path: str) -> Itemset | None:
        found = xml.find(f"{XF}itemset")
        if found is None:
            return None
        source = found.get("nodeset") or ""
        nodeset = self._compiler.compile(source, path, "choice_filter")
        value, label = found.find(f"{XF}value"), found.find(f"{XF}label")
        if nodeset is None or value is None or label is None:
            return None
        instance = _INSTANCE.search(source)
        label_ref = label.get("ref") or ""
        itext = _ITEXT_CHILD.fullmatch(label_ref)
        return Itemset(
            nodeset=nodeset,
            instance="" if instance is None else instance[1],
            value=(value.get("ref") or "").strip(),
            label=label_ref.strip() if itext is None else itext[1],
            itext=itext is not None,
        )

    def _bind(self, path: str) -> Bind:
        return self._binds.get(path) or Bind(path)

    def _take(self) -> int:
        self._next += 1
        return self._next - 1


def _kind(xml: Xml, control: str, bind: Bind, bounds: Range | None) -> Kind:
    readonly = bind.readonly is not None and bind.readonly.source.strip() == "true()"
    if control == "trigger":
        return Kind.ACKNOWLEDGE if bind.datatype == "string" else Kind.UNSUPPORTED
    if readonly:
        return Kind.NOTE
    if control == "range" and bounds is None:
        return _BY_DATATYPE.get(bind.datatype, Kind.DECIMAL)
    if control == "upload":
        return _UPLOADS.get((xml.get("mediatype") or "").partition("/")[0], Kind.UNSUPPORTED)
    if control == "input" and xml.get("query"):
        return Kind.UNSUPPORTED
    return _BY_CONTROL.get(control) or _BY_DATATYPE.get(bind.datatype, Kind.TEXT)


def _appearance(xml: Xml) -> frozenset[str]:
    return frozenset((xml.get("appearance") or "").split())


def _range(xml: Xml) -> Range | None:
    """The bounds; None where they are no numbers that can be walked from start to end."""
    try:
        start, end = float(xml.get("start") or ""), float(xml.get("end") or "")
        step = abs(float(xml.get("step") or "1"))
    except ValueError:
        return None
    return Range(start, end, step) if step else None
