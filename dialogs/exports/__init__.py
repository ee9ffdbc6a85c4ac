"""Files of a survey's responses, in the formats that people use."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

from dialogs.exports import files
from dialogs.exports.graph import partnerships, write_graph_csv, write_graphml
from dialogs.exports.labels import Labels
from dialogs.exports.submissions import write_submissions
from dialogs.exports.tables import Choices, tables
from domain.surveys.results.chain import chain
from storage.database import Database
from storage.records import Record, records
from storage.results import Study

TABULAR = {
    "xlsx": files.write_xlsx,
    "csv": files.write_csv,
    "sav": files.write_sav,
    "jsonl": files.write_jsonl,
}
GRAPHS = {"graphml": write_graphml, "edges": write_graph_csv}
FORMATS = (*TABULAR, *GRAPHS, "xml")
#: the format that a file's name says; a zip holds CSV unless another format is asked for
SUFFIXES = {
    ".xlsx": "xlsx",
    ".csv": "csv",
    ".zip": "csv",
    ".sav": "sav",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".graphml": "graphml",
    ".xml": "xml",
}

Guard = Callable[[AsyncIterator[Record]], AsyncIterator[Record]]


async def export(
    db: Database, study: Study, file: Path, kind: str, choices: Choices, guard: Guard | None = None
) -> int:
    """Write the responses that count to a file; how many there are.

    `kind` is one of `FORMATS`. `guard` may change what leaves: a shared file blurs what would
    single out a small group. The file is written beside its place first, so that nobody finds
    half of one.
    """
    part = file.with_name(f".{file.name}.part")
    stream = records(db, study.population)
    if guard is not None:
        stream = guard(stream)
    if kind in TABULAR:
        labels = Labels(study.codebook, choices.language)
        target = part.with_suffix(".sav") if kind == "sav" else part
        made = tables(study.codebook, labels.title)
        count = await TABULAR[kind](target, study.codebook, made, stream, labels, choices)
        if kind == "sav":
            for table in made[1:]:
                beside = target.with_suffix(f".{table.name}.sav")
                beside.replace(file.with_suffix(f".{table.name}.sav"))
        target.replace(file)
        return count
    if kind in GRAPHS:
        graph = await partnerships(stream, chain(study.codebook), personal=choices.personal)
        GRAPHS[kind](part, graph)
        count = sum(node["kind"] == "respondent" for node in graph.nodes.values())
    else:
        withheld = frozenset[str]() if choices.personal else study.codebook.telling
        count = await write_submissions(part, study.form, stream, withheld)
    part.replace(file)
    return count
