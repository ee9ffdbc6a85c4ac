"""Files for others, made in a worker: nothing personal in them, and nobody singled out.

What describes an organisation (the questions tied to its profile) stands only where at least five
responses share it; see `domain.surveys.results.disclosure.blurred`.
"""

import asyncio
import tempfile
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from dialogs.exports import export
from dialogs.exports.tables import Choices
from dialogs.i18n import Translator
from dialogs.results import rounds
from dialogs.results.reader import Reader
from domain.surveys.results.codebook import Codebook, Variable
from domain.surveys.results.disclosure import blurred
from storage import forms, results
from storage.database import open_database
from storage.forms import Forms
from storage.records import Record, records

#: the order in which parts of a description are given up, the last first
TELLING = ("organisation.type", "organisation.size", "organisation.oblast", "contact.role")


def make_file(url: str, form_id: str, kind: str, choices: Choices, *, shared: bool) -> bytes:
    """A file of a survey's responses; a zip where it is several files."""
    return asyncio.run(_make_file(url, form_id, kind, choices, shared))


async def _make_file(url: str, form_id: str, kind: str, choices: Choices, shared: bool) -> bytes:
    async with open_database(url) as db:
        survey = await forms.by_form_id(db, form_id)
        if survey is None:
            raise LookupError(form_id)
        study = await results.study(db, Forms(db), survey)
        guard = None
        if shared:
            describing = describers(study.codebook)
            rows = [
                (record.id, tuple(value_of(one, record) for one in describing))
                async for record in records(db, study.population)
            ]
            kept = dict(zip([n for n, _ in rows], blurred(row for _, row in rows), strict=True))

            async def guard(stream: AsyncIterator[Record]) -> AsyncIterator[Record]:
                async for record in stream:
                    blur(record, describing, kept.get(record.id, ()))
                    yield record

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{form_id}.{'sav' if kind == 'sav' else 'file'}"
            await export(db, study, file, kind, choices, guard)
            made = sorted(Path(folder).iterdir())  # noqa: ASYNC240 - alone in its process
            if len(made) == 1:
                return made[0].read_bytes()
            packed = Path(folder) / "all.zip"
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                for one in made:
                    archive.write(one, one.name)
            return packed.read_bytes()


def make_report(url: str, form_id: str, language: str, zone: str, now: datetime) -> bytes:
    """The report of a survey as PDF, with what changed since the round before it."""
    return asyncio.run(_make_report(url, form_id, language, zone, now))


async def _make_report(url: str, form_id: str, language: str, zone: str, now: datetime) -> bytes:
    from dialogs.report.build import report

    async with open_database(url) as db:
        survey = await forms.by_form_id(db, form_id)
        if survey is None:
            raise LookupError(form_id)
        compiled = Forms(db)
        study = await results.study(db, compiled, survey)
        reader = Reader.of(study.codebook, Translator(language, zone), now)
        return await report(db, study, reader, await rounds.before(db, compiled, study))


def describers(codebook: Codebook) -> list[Variable]:
    """The questions that describe who answered, the most telling part first."""
    tied = [one for one in codebook.variables if one.tie and one.codes and not one.repeats]
    known = [one for one in tied if one.tie in TELLING]
    return sorted(known, key=lambda one: TELLING.index(one.tie or ""))


def value_of(variable: Variable, record: Record) -> str:
    """What a response says to a question, '' for nothing."""
    return next((record.values[node] for node in variable.nodes if node in record.values), "")


def blur(record: Record, describing: list[Variable], kept: tuple[str, ...]) -> None:
    """Take out of a response what would single it out."""
    for one, value in zip(describing, kept, strict=False):
        if not value:
            for node in one.nodes:
                record.values.pop(node, None)
