"""Responses from elsewhere, written as if they had been answered here: events, rows, codes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.edrpou import EdrpouError, parse_edrpou
from domain.surveys.form import Form
from domain.surveys.imports import Played, Submission
from domain.surveys.interview import Given, Interview, Visit
from domain.surveys.message import N_, Message
from domain.surveys.results.population import refuses
from storage import models
from storage.answers import write_rows
from storage.counting import recount
from storage.database import reads, writes
from storage.profiles import FIELDS, ORGANISATION
from storage.receipts import new_receipt
from storage.upsert import insert

NO_ORGANISATION = N_(
    "The survey takes one response of each organisation, and this row names none: neither a valid "
    "ЄДРПОУ code nor a name."
)


@dataclass(frozen=True, slots=True)
class Target:
    """The survey that responses go to: its row id, its scope, and the version they are given."""

    survey_id: int
    version_id: int
    scope: str


@dataclass(slots=True)
class Known:
    """What stands there already: keys of imported responses, organisations by their code."""

    keys: set[str]
    organisations: dict[str, int]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A submission that the form takes, with what it says."""

    submission: Submission
    played: Played

    @property
    def edrpou(self) -> str | None:
        """The organisation's code, where a valid one is given."""
        try:
            return parse_edrpou(self.played.ties.get(f"{ORGANISATION}edrpou", ""))
        except EdrpouError:
            return None

    @property
    def profile(self) -> dict[str, str]:
        """The organisation's profile by column."""
        ties = self.played.ties
        return {
            name: ties[f"{ORGANISATION}{name}"]
            for name in FIELDS
            if f"{ORGANISATION}{name}" in ties
        }

    @property
    def names_organisation(self) -> bool:
        return self.edrpou is not None or "name" in self.profile


@reads
async def known(connection: AsyncConnection, target: Target) -> Known:
    """What importing to a survey has to know."""
    keys = await connection.scalars(
        select(models.Response.import_key).where(
            models.Response.form_id == target.survey_id, models.Response.import_key.is_not(None)
        )
    )
    organisations = await connection.execute(
        select(models.Organisation.edrpou, models.Organisation.id).where(
            models.Organisation.edrpou.is_not(None)
        )
    )
    return Known(
        {key for key in keys if key is not None},
        {row.edrpou: row.id for row in organisations},
    )


def objection(form: Form, arrival: Arrival, target: Target) -> Message | None:
    """Why a submission that the form takes cannot be stored.

    Who refused consent is asked for no organisation, and is kept as a refusal that never counts.
    """
    if target.scope != "organisation" or arrival.names_organisation:
        return None
    return None if refuses(form, arrival.played.answers) else Message(NO_ORGANISATION)


@writes
async def store(
    tx: AsyncConnection, form: Form, target: Target, arrivals: Sequence[Arrival], now: datetime
) -> Collection[str]:
    """Store submissions as submitted responses; the keys of those that were not there already.

    `form` is compiled from the target's version. A batch is one transaction: keep it at a few
    dozen, others wait.
    """
    stored: set[str] = set()
    for arrival in arrivals:
        if await _store(tx, form, target, arrival, now):
            stored.add(arrival.submission.key)
    return stored


async def _store(
    tx: AsyncConnection, form: Form, target: Target, arrival: Arrival, now: datetime
) -> bool:
    submission = arrival.submission
    there = select(models.Response.id).where(
        models.Response.form_id == target.survey_id,
        models.Response.import_key == submission.key,
    )
    if await tx.scalar(there) is not None:
        return False
    submitted = submission.submitted_at or now
    started = min(submission.started_at or submitted, submitted)
    organisation_id = await _organisation(tx, arrival, now)
    scope = await _scope(tx, target, organisation_id, submitted)
    response_id = await tx.scalar(
        insert(tx, models.Response)
        .values(
            form_id=target.survey_id,
            version_id=target.version_id,
            scope=scope,
            organisation_id=organisation_id,
            person_id=None,
            state="submitted",
            receipt=new_receipt(),
            revision=1,
            started_at=started,
            changed_at=max(started, min(submission.ended_at or submitted, submitted)),
            submitted_at=submitted,
            import_key=submission.key,
        )
        .on_conflict_do_nothing()
        .returning(models.Response.id)
    )
    if response_id is None:
        return False
    given = await _events(tx, target, arrival.played, response_id, submitted)
    visit = Visit(0, "uk", submitted)
    await write_rows(tx, response_id, {}, Interview(form, given, None, visit))
    await recount(tx, form, target.version_id, response_id)
    return True


async def _scope(
    tx: AsyncConnection, target: Target, organisation_id: int | None, submitted: datetime
) -> str:
    """Whether this is the response that the organisation's contacts share, or one beside it.

    There is one shared response: the latest of those that came in files, or the one that was
    begun here. Others stand beside it as a person's; results count the latest of all.
    """
    if target.scope != "organisation" or organisation_id is None:
        return "person"
    its = models.Response
    shared = (
        await tx.execute(
            select(its.id, its.submitted_at, its.import_key, its.revision).where(
                its.form_id == target.survey_id,
                its.organisation_id == organisation_id,
                its.scope == "organisation",
            )
        )
    ).one_or_none()
    if shared is None:
        return "organisation"
    untouched = shared.import_key is not None and shared.revision == 1
    if not untouched or shared.submitted_at is None or shared.submitted_at > submitted:
        return "person"
    await tx.execute(update(its).where(its.id == shared.id).values(scope="person"))
    return "organisation"


async def _organisation(tx: AsyncConnection, arrival: Arrival, now: datetime) -> int | None:
    """The organisation by its code, made and marked as imported where nobody has it."""
    if not arrival.names_organisation:
        return None
    edrpou = arrival.edrpou
    found: Select[Any] = select(models.Organisation.id).where(models.Organisation.edrpou == edrpou)
    if edrpou is None:  # without a code it is another row's organisation only if that is this row
        found = (
            select(models.Response.organisation_id)
            .where(models.Response.import_key == arrival.submission.key)
            .limit(1)
        )
    known_id = await tx.scalar(found)
    if known_id is not None:
        return int(known_id)
    profile = {"name": edrpou or "", **arrival.profile}
    made = await tx.scalar(
        insert(tx, models.Organisation)
        .values(
            edrpou=edrpou,
            **profile,
            time_zone="Europe/Kyiv",
            created_at=now,
            updated_at=now,
            imported_at=now,
        )
        .on_conflict_do_nothing(index_elements=[models.Organisation.edrpou])
        .returning(models.Organisation.id)
    )
    if made is None:  # PostgreSQL: somebody made it meanwhile
        made = await tx.scalar(found)
    return None if made is None else int(made)


async def _events(
    tx: AsyncConnection, target: Target, played: Played, response_id: int, at: datetime
) -> dict[str, Given]:
    values = {path: text or None for path, text in played.answers.items()}
    values |= {path: str(count) for path, count in played.repeats.items()}
    if not values:
        return {}
    events: list[dict[str, Any]] = [
        {
            "response_id": response_id,
            "version_id": target.version_id,
            "path": path,
            "value": value,
            "source": "import",
            "person_id": None,
            "at": at,
        }
        for path, value in values.items()
    ]
    statement = plain_insert(models.AnswerEvent).returning(
        models.AnswerEvent.id, sort_by_parameter_order=True
    )
    ids = (await tx.execute(statement, events)).scalars()
    return {
        event["path"]: Given(event["value"], event_id, None, at)
        for event, event_id in zip(events, ids, strict=True)
    }
