"""Imports responses into a published form: reads, plays, stores in batches, reports."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.surveys.form import Form
from domain.surveys.imports import Refused, Submission, play
from domain.surveys.imports.submissions import read_export
from storage import imports
from storage.database import Database
from storage.imports import Arrival, Target

BATCH = 25  # submissions in one transaction: about 0.1 s
#: where the dates of a form are unless a submission says otherwise
ZONE = ZoneInfo("Europe/Kyiv")


@dataclass(slots=True)
class Outcome:
    """What came of an import. `refused` rows were left out, `notes` were not an obstacle."""

    form_id: str
    dry_run: bool
    rows: int = 0
    imported: int = 0
    already: int = 0
    organisations_made: int = 0
    refused: list[tuple[Submission, Refused]] = field(default_factory=list)
    notes: list[tuple[Submission, Refused]] = field(default_factory=list)
    unknown: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def refused_rows(self) -> int:
        """How many rows were left out."""
        return len({submission.row for submission, _ in self.refused})

    def as_json(self) -> dict[str, object]:
        """The shape of `lanka survey import-responses --json`."""
        return {
            "form_id": self.form_id,
            "dry_run": self.dry_run,
            "rows": self.rows,
            "imported": self.imported,
            "already": self.already,
            "organisations_made": self.organisations_made,
            "refused": [_line(submission, one) for submission, one in self.refused],
            "notes": [_line(submission, one) for submission, one in self.notes],
            "unknown_columns": {name: list(found) for name, found in self.unknown.items()},
        }


def _line(submission: Submission, one: Refused) -> dict[str, object]:
    return {
        "row": submission.row,
        "key": submission.key,
        "path": one.path,
        "value": one.value,
        "message": str(one.message),
    }


async def import_responses(
    db: Database,
    form: Form,
    target: Target,
    data: bytes,
    name: str,
    now: datetime,
    *,
    dry_run: bool,
    progress: Callable[[int, int], None],
) -> Outcome:
    """Import an export of KoboToolbox or ODK Central; raises ExportError for any other file.

    `form` is compiled from the target's version. With `dry_run` nothing is written. `progress` is
    told how many of how many rows are done.
    """
    export = await asyncio.to_thread(read_export, data, name, form)
    known = await imports.known(db, target)
    outcome = Outcome(form.form_id, dry_run, len(export.submissions), unknown=dict(export.unknown))
    for begin in range(0, len(export.submissions), BATCH):
        batch = export.submissions[begin : begin + BATCH]
        arrivals = await asyncio.to_thread(_judge, form, target, batch, known, outcome, now)
        if arrivals and not dry_run:
            stored = await imports.store(db, form, target, arrivals, now)
            lost = len(arrivals) - len(stored)  # somebody imported them meanwhile
            outcome.imported -= lost
            outcome.already += lost
        progress(begin + len(batch), len(export.submissions))
    return outcome


def _judge(
    form: Form,
    target: Target,
    batch: tuple[Submission, ...],
    known: imports.Known,
    outcome: Outcome,
    now: datetime,
) -> list[Arrival]:
    """The submissions that can be stored; `known` and `outcome` are brought up to date."""
    arrivals = []
    for submission in batch:
        if submission.key in known.keys:
            outcome.already += 1
            continue
        arrival = Arrival(submission, play(form, submission, now.astimezone(ZONE)))
        refused = list(arrival.played.refused)
        objection = imports.objection(form, arrival, target)
        if objection is not None and not refused:
            refused.append(Refused("", arrival.edrpou or "", objection))
        outcome.refused += [(submission, one) for one in refused]
        if refused:
            continue
        outcome.notes += [(submission, one) for one in arrival.played.notes]
        outcome.imported += 1
        known.keys.add(submission.key)
        if arrival.names_organisation:
            _remember(arrival, known, outcome)
        arrivals.append(arrival)
    return arrivals


def _remember(arrival: Arrival, known: imports.Known, outcome: Outcome) -> None:
    """The organisation will be there; one to be made gets a number < 0."""
    organisation = known.organisations.get(arrival.edrpou or "")
    if organisation is None:
        outcome.organisations_made += 1
        organisation = -outcome.organisations_made
        if arrival.edrpou is not None:
            known.organisations[arrival.edrpou] = organisation
