"""ODK submission XML: each response as ODK Collect would have sent it."""

import xml.etree.ElementTree as ET
import zipfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from dialogs.exports.tables import instance_id
from domain.surveys.form import Blueprint, Form
from storage.records import Record

OPENROSA = "http://openrosa.org/xforms"


async def write_submissions(
    file: Path, form: Form, records: AsyncIterator[Record], withheld: frozenset[str]
) -> int:
    """A zip with `<instanceID>/submission.xml` for each response, as ODK Briefcase keeps them.

    `withheld` are the plain paths whose values are left out.
    """
    count = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        async for record in records:
            count += 1
            uid = instance_id(record)
            root = _element(form, form.template, record, (), withheld)
            root.set("id", form.form_id)
            root.set("version", record.version)
            meta = root.find("meta")
            if meta is None:
                meta = ET.SubElement(root, "meta")
            identity = meta.find("instanceID")
            if identity is None:
                identity = ET.SubElement(meta, "instanceID")
            identity.text = f"uuid:{uid}"
            ET.indent(root)
            xml = ET.tostring(root, encoding="unicode")
            archive.writestr(f"{uid}/submission.xml", f"<?xml version='1.0'?>\n{xml}\n")
    return count


def _element(
    form: Form,
    blueprint: Blueprint,
    record: Record,
    positions: tuple[int, ...],
    withheld: frozenset[str],
) -> ET.Element:
    element = ET.Element(blueprint.name)
    values = _values(form, blueprint.path, record, positions)
    if blueprint.path not in withheld and blueprint.path in values:
        element.text = values[blueprint.path]
    done: set[str] = set()
    for child in blueprint.children:
        if child.path in form.repeats:
            if child.path in done:
                continue
            done.add(child.path)
            for instance in record.instances(child.path):
                if instance.positions[:-1] == positions:
                    inner = form.repeats[child.path]
                    element.append(_element(form, inner, record, instance.positions, withheld))
        else:
            element.append(_element(form, child, record, positions, withheld))
    return element


def _values(
    form: Form, path: str, record: Record, positions: tuple[int, ...]
) -> Mapping[str, str]:
    if not positions:
        return record.values
    around = max((one for one in form.repeats if f"{path}/".startswith(f"{one}/")), key=len)
    instance = record.repeats.get(around, {}).get(positions)
    return {} if instance is None else instance.values
