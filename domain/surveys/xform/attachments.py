"""Files that a form refers to: CSV lists become secondary instances."""

import csv
import io
import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element as Xml

from domain.surveys.instance import Node
from domain.surveys.xform.instance import secondary_instance
from domain.surveys.xform.reader import XF

_NOT_IN_NAMES = re.compile(r"[^\w.\-]")


def attachments(model: Xml) -> tuple[str, ...]:
    """The names of the files that the form refers to."""
    sources = (instance.get("src") for instance in model.findall(f"{XF}instance"))
    return tuple(source.rpartition("/")[2] for source in sources if source is not None)


def secondary_instances(model: Xml, files: Mapping[str, bytes]) -> dict[str, Node]:
    """All secondary instances by id, those of missing files empty."""
    found: dict[str, Node] = {}
    for instance in model.findall(f"{XF}instance"):
        key, source = instance.get("id"), instance.get("src")
        if key is None:
            continue
        if source is not None:
            found[key] = _list(files.get(source.rpartition("/")[2], b""))
        elif len(instance):
            found[key] = secondary_instance(instance[0])
    return found


def _list(data: bytes) -> Node:
    """The tree of a CSV list, `root/item/COLUMN`, as ODK Collect reads it."""
    root = Node("root")
    for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig", errors="replace"))):
        item = Node("item", root)
        for column, text in row.items():
            if column and isinstance(text, str):
                Node(_NOT_IN_NAMES.sub("_", column.strip()), item, text.strip())
    return root
