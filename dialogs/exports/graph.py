"""The graph of partnerships: who named whom, for which link of the chain, in what state.

Nodes are the organisations that answered and the partners that they named; a partner with the
name of one that answered is that one. Names stand only where the organisation agreed to be shown
(`publish`), unless personal data was asked for; the others are numbered.
"""

import csv
import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from dialogs.exports.files import defused
from domain.surveys.results.chain import Chain, agrees
from domain.surveys.results.codebook import Variable
from storage.records import Record

NODE = ("id", "label", "kind", "type", "oblast", "stages")
EDGE = ("source", "target", "stage", "state", "country", "type")
GRAPHML = "http://graphml.graphdrawing.org/xmlns"


@dataclass(slots=True)
class Graph:
    """Nodes by id and the edges between them, as rows of `NODE` and `EDGE`."""

    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: list[dict[str, str]] = field(default_factory=list)


async def partnerships(
    records: AsyncIterator[Record], chain: Chain, *, personal: bool = False
) -> Graph:
    """The graph of a survey that asks for partners; without edges where it does not."""
    graph = Graph()
    by_name: dict[str, str] = {}
    named: list[tuple[str, dict[str, str]]] = []
    async for record in records:
        own = f"r{record.id}"
        name = _value(chain.org_name, record.values)
        shown = personal or agrees(chain.publish, _value(chain.publish, record.values))
        graph.nodes[own] = {
            "id": own,
            "label": name if shown and name else own,
            "kind": "respondent",
            "type": _value(chain.org_type, record.values),
            "oblast": _value(chain.oblast, record.values),
            "stages": _value(chain.stages, record.values),
        }
        if name:
            by_name.setdefault(_key(name), own)
        if chain.p_state is not None and chain.has_links:
            instances = record.instances(chain.p_state.repeats[0])
            named.extend((own, instance.values) for instance in instances)
    for own, values in named:
        name = _value(chain.p_name, values)
        target = by_name.get(_key(name)) if name else None
        if target is None:
            target = f"p{len(graph.nodes) + 1}"
            graph.nodes[target] = {
                "id": target,
                "label": name if personal and name else target,
                "kind": "partner",
                "type": _value(chain.p_type, values),
                "oblast": "",
                "stages": _value(chain.p_stage, values),
            }
            if name:
                by_name[_key(name)] = target
        graph.edges.append(
            {
                "source": own,
                "target": target,
                "stage": _value(chain.p_stage, values),
                "state": _value(chain.p_state, values),
                "country": _value(chain.p_country, values),
                "type": _value(chain.p_type, values),
            }
        )
    return graph


def _value(variable: Variable | None, values: dict[str, str]) -> str:
    nodes = variable.nodes if variable else ()
    return next((values[node] for node in nodes if node in values), "")


def _key(name: str) -> str:
    """Two spellings of one name: case, quotes and spaces do not count."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def write_graphml(file: Path, graph: Graph) -> None:
    """GraphML, for Gephi, yEd, igraph and NetworkX."""
    root = ET.Element("graphml", xmlns=GRAPHML)
    for kind, names in (("node", NODE[1:]), ("edge", EDGE[2:])):
        for name in names:
            ET.SubElement(
                root,
                "key",
                {"id": f"{kind}_{name}", "for": kind, "attr.name": name, "attr.type": "string"},
            )
    drawn = ET.SubElement(root, "graph", id="partnerships", edgedefault="directed")
    for node in graph.nodes.values():
        _data(ET.SubElement(drawn, "node", id=node["id"]), "node", NODE[1:], node)
    for number, edge in enumerate(graph.edges, 1):
        ends = {"id": f"e{number}", "source": edge["source"], "target": edge["target"]}
        _data(ET.SubElement(drawn, "edge", ends), "edge", EDGE[2:], edge)
    ET.indent(root)
    ET.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _data(parent: ET.Element, kind: str, names: tuple[str, ...], row: dict[str, str]) -> None:
    for name in names:
        if row[name]:
            ET.SubElement(parent, "data", key=f"{kind}_{name}").text = row[name]


def write_graph_csv(file: Path, graph: Graph) -> None:
    """A zip of `nodes.csv` and `edges.csv`."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, columns, rows in (
            ("nodes.csv", NODE, list(graph.nodes.values())),
            ("edges.csv", EDGE, graph.edges),
        ):
            text = io.StringIO(newline="")
            writer = csv.writer(text)
            writer.writerow(columns)
            writer.writerows([defused(row[column]) for column in columns] for row in rows)
            archive.writestr(name, text.getvalue().encode("utf-8-sig"))
