"""Files that a form refers to: CSV, XML and GeoJSON lists become secondary instances."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element as Xml
from xml.etree.ElementTree import ParseError, TreeBuilder, XMLParser

from domain.surveys.instance import Node
from domain.surveys.xform.instance import secondary_instance
from domain.surveys.xform.reader import XF

_NOT_IN_NAMES = re.compile(r"[^\w.\-]")
#: the response that a person sent before: nothing here, as on a device that has sent none
_LAST_SAVED = "jr://instance/last-saved"
#: rows of a list; a list of all settlements of Ukraine has some 30,000
MAX_ROWS = 100_000


def attachments(model: Xml) -> tuple[str, ...]:
    """The names of the files that the form refers to."""
    sources = (instance.get("src") for instance in model.findall(f"{XF}instance"))
    return tuple(
        dict.fromkeys(
            source.rpartition("/")[2]
            for source in sources
            if source is not None and source != _LAST_SAVED
        )
    )


def secondary_instances(model: Xml, files: Mapping[str, bytes]) -> dict[str, Node]:
    """All secondary instances by id, those of missing files empty."""
    found: dict[str, Node] = {}
    for instance in model.findall(f"{XF}instance"):
        key, source = instance.get("id"), instance.get("src")
        if key is None:
            continue
        if source is not None:
            name = source.rpartition("/")[2]
            found[key] = _read(name, files.get(name, b""))
        elif len(instance):
            found[key] = secondary_instance(instance[0])
    return found


def _read(name: str, data: bytes) -> Node:
    ending = name.rpartition(".")[2].lower()
    if ending == "xml":
        return _xml(data)
    return _geojson(data) if ending == "geojson" else _csv(data)


def _csv(data: bytes) -> Node:
    """The tree of a CSV list, `root/item/COLUMN`, as ODK Collect reads it.

    Semicolons separate where the first line has one; a list that is no UTF-8 is taken for the
    Windows-1251 of a Ukrainian Excel.
    """
    root = Node("root")
    text = _decoded(data)
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [_NOT_IN_NAMES.sub("_", column.strip()) for column in next(rows, [])]
    for cells in rows:
        if not cells:
            continue
        item = Node("item", root)
        for place, column in enumerate(columns):
            if column:
                Node(column, item, cells[place] if place < len(cells) else "")
        if len(root.children) == MAX_ROWS:
            break
    return root


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", errors="replace")


class _NoEntities(TreeBuilder):
    """Refuses a document type: entities can grow without end, and no list needs them."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise ParseError("a list has no document type")


def _xml(data: bytes) -> Node:
    """An XML list as it stands; empty where it is none."""
    parser = XMLParser(target=_NoEntities())  # noqa: S314 - see _NoEntities
    try:
        parser.feed(data)
        root: Xml = parser.close()
    except ParseError:
        return Node("root")
    return secondary_instance(root)


def _geojson(data: bytes) -> Node:
    """The features of a GeoJSON list, `root/item`: `geometry`, the properties, and `id`."""
    root = Node("root")
    try:
        features = json.loads(data).get("features", [])
        for feature in features[:MAX_ROWS]:
            item = Node("item", root)
            cells = {"geometry": _shape(feature["geometry"]), **(feature.get("properties") or {})}
            if "id" in feature:
                cells.setdefault("id", feature["id"])
            for column, value in cells.items():
                Node(_NOT_IN_NAMES.sub("_", column), item, "" if value is None else str(value))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Node("root")
    return root


def _shape(geometry: Mapping[str, object]) -> str:
    """A geometry as an answer has it: 'latitude longitude 0 0', several joined by ';'."""
    return "; ".join(_points(geometry["coordinates"]))


def _points(coordinates: object) -> Iterator[str]:
    if not isinstance(coordinates, list):
        raise ValueError("no coordinates")
    if coordinates and not isinstance(coordinates[0], list):
        longitude, latitude = coordinates[:2]
        yield f"{latitude} {longitude} 0 0"
    else:
        for part in coordinates:
            yield from _points(part)
