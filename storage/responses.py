"""Responses: begun, answered, submitted. Every answer is an event; the rows beside are derived.

`act` is the one way to change a response: it loads what is stored, lets a function of the domain
decide on it, and writes what was decided, in one transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    and_,
    bindparam,
    exists,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.surveys.form import Form
from domain.surveys.interview import Given, Interview, Position, Visit
from storage import answer_files, invitations, models, quotas
from storage.answer_files import AnswerFile
from storage.answers import write_events, write_rows
from storage.counting import recount
from storage.database import (
    Database,
    reads,
    reads_briefly,
    reads_directly,
    writes,
    writes_briefly,
)
from storage.direct import Direct, Prepared
from storage.live import Borrowed, Kept, Mark, Stored
from storage.upsert import insert, upsert

T = TypeVar("T")
Place = Row[str, int, int, int | None]  # screen, step, seen, update: of a cursor


@dataclass(frozen=True, slots=True)
class Response:
    """A response without its answers.

    `organisation_id` is None where a person answers alone, `person_id` where it was imported.
    """

    id: int
    survey_id: int
    version_id: int
    organisation_id: int | None
    person_id: int | None
    state: str
    receipt: str | None
    started_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    form_state: str
    closes_at: datetime | None

    def accepts(self, now: datetime) -> bool:
        """Whether answers can still be given and changed."""
        return self.form_state == "open" and (self.closes_at is None or now < self.closes_at)

    @property
    def submitted(self) -> bool:
        return self.state == "submitted"


class NotYoursError(LookupError):
    """There is no such response, or the person does not act for whom it belongs to."""


class MovedError(LookupError):
    """The response was moved to another version of its form since it was looked at."""


class RepeatedError(Exception):
    """What this update asks for was done already: Telegram, or a crash, brought it again."""


class NotInvitedError(PermissionError):
    """The survey is for invited organisations, and this is none of them."""


HEADER = (
    models.Response.id,
    models.Response.form_id,
    models.Response.version_id,
    models.Response.organisation_id,
    models.Response.person_id,
    models.Response.state,
    models.Response.receipt,
    models.Response.started_at,
    models.Response.changed_at,
    models.Response.submitted_at,
    models.Form.state.label("form_state"),
    models.Form.closes_at,
)


def _theirs(*which: ColumnElement[bool]) -> CompoundSelect[*tuple[Any, ...]]:
    """Two queries, each with the unique index of its scope; joined by OR they would use none."""
    contact = select(models.Contact.organisation_id).where(
        models.Contact.person_id == bindparam("person"), models.Contact.state == "active"
    )
    responses = select(*HEADER).join(models.Form, models.Form.id == models.Response.form_id)
    # As words, not as parameters: see `inbox`, whose index is partial like these two.
    scope = models.Response.scope
    alone = and_(
        scope == literal_column("'person'"), models.Response.person_id == bindparam("person")
    )
    together = and_(
        scope == literal_column("'organisation'"), models.Response.organisation_id.in_(contact)
    )
    return union_all(responses.where(alone, *which), responses.where(together, *which))


# Composed once: that takes ten times as long as the execution.
_ONE_OF_THEIRS = Prepared(lambda _: _theirs(models.Response.id == bindparam("response")))
_ALL_OF_THEIRS = _theirs()


@reads_directly
async def get(connection: Direct, response_id: int, person_id: int) -> Response:
    """The response, if the person may answer it: NotYoursError otherwise."""
    values = {"person": person_id, "response": response_id}
    row = await connection.one(_ONE_OF_THEIRS, values)
    if row is None:
        raise NotYoursError(response_id)
    return Response(*row)


@reads
async def of_person(connection: AsyncConnection, person_id: int) -> list[Response]:
    """What a person may answer, alone or for their organisations, the latest changed first."""
    rows = (await connection.execute(_ALL_OF_THEIRS, {"person": person_id})).all()
    newest = sorted(rows, key=lambda row: (row.changed_at, row.id), reverse=True)
    return [Response(*row) for row in newest]


@writes
async def begin(
    tx: AsyncConnection,
    survey_id: int,
    version_id: int,
    scope: str,
    person_id: int,
    organisation_id: int | None,
    now: datetime,
) -> int:
    """The id of the organisation's (or person's) response to a form, begun now if there is none.

    Two who begin at once get the same one. Raises NotInvitedError.
    """
    if not await invitations.may_answer(tx, survey_id, organisation_id):
        raise NotInvitedError(survey_id)
    owner = (
        models.Response.organisation_id == organisation_id
        if scope == "organisation"
        else models.Response.person_id == person_id
    )
    await tx.execute(
        insert(tx, models.Response)
        .values(
            form_id=survey_id,
            version_id=version_id,
            scope=scope,
            organisation_id=organisation_id,
            person_id=person_id,
            state="draft",
            revision=0,
            started_at=now,
            changed_at=now,
        )
        .on_conflict_do_nothing()
    )
    found = await tx.execute(
        select(models.Response.id).where(
            models.Response.form_id == survey_id, models.Response.scope == scope, owner
        )
    )
    return found.scalar_one()


async def act(
    db: Database,
    form: Form,
    response_id: int,
    visit: Visit,
    decide: Callable[[Interview], T],
    version: int | None = None,
    sent: AnswerFile | None = None,
    update_id: int | None = None,
    *,
    first: bool = False,
    live: Borrowed | None = None,
) -> tuple[Interview, T]:
    """Let `decide` act on the interview and keep what it did.

    `form` is the compiled form of the response's own version; whether the person may answer is
    the caller's to check (`get`). `decide` must be pure: it may run again if the transaction does.
    With `version`, the id of the form's version, a response that was moved to another meanwhile
    raises MovedError and stays as it is. `sent` is the file that it may answer with; it is kept if
    an answer names it then. `update_id` is Telegram's number of what is acted on: where the person
    was moved by it before, its `first` act raises RepeatedError instead. With `live` the response
    goes on from the last act, where nothing else was written meanwhile, and is kept for the next.
    """
    kept = live.take(response_id) if live else None
    interview, decided, keep = await _act(
        db, form, response_id, visit, decide, version, sent, update_id, first, kept
    )
    if live and keep is not None:
        live.keep(response_id, keep)
    return interview, decided


_ITS = models.Response
_TOUCHED = (
    update(_ITS)
    .where(_ITS.id == bindparam("response"))
    .values(revision=_ITS.revision + 1)
    .returning(
        *(_ITS.version_id, _ITS.revision, _ITS.started_at),
        *(_ITS.form_id, _ITS.full_at, _ITS.state),
        exists().where(models.FormQuota.form_id == _ITS.form_id).correlate(_ITS).label("limited"),
    )
)


@writes_briefly
async def _act(
    tx: AsyncConnection,
    form: Form,
    response_id: int,
    visit: Visit,
    decide: Callable[[Interview], T],
    version: int | None,
    sent: AnswerFile | None,
    update_id: int | None,
    first: bool,
    kept: Kept | None,
) -> tuple[Interview, T, Kept | None]:
    response = (await tx.execute(_TOUCHED, {"response": response_id})).one()
    version_id, revision, started_at = response[:3]
    if version not in (None, version_id):
        raise MovedError(response_id)
    place = await _place(tx, response_id, visit)
    if first and update_id is not None and place and place.update_id == update_id:
        raise RepeatedError(update_id)
    if (
        kept
        and kept.interview.form is form
        and kept.mark == Mark(version_id, revision - 1, started_at)
    ):
        stored, before = kept.stored, kept.interview
        interview = Interview(form, before.given, _position(place), visit, before)
    else:
        interview, stored = await _from(tx, form, response_id, visit, place)
    decided = decide(interview)
    now = visit.now
    interview.full = await quotas.meets_full(
        *(tx, response.form_id, response_id, interview),
        was_full=response.full_at is not None,
        limited=response.limited,
    )
    if interview.full:
        interview.receipt = None
    await write_events(tx, interview, response_id, version_id)
    rewritten = await write_rows(tx, response_id, stored, interview)
    if interview.events and form.takes_files:
        await answer_files.settle(tx, response_id, sent, now)
    await _write_position(tx, interview, response_id, update_id)
    changed: dict[str, Any] = {}
    if interview.full != (response.full_at is not None):
        changed["full_at"] = now if interview.full else None
    if interview.events:
        changed["changed_at"] = now
    if interview.receipt is not None:
        changed |= {"state": "submitted", "receipt": interview.receipt, "submitted_at": now}
    if changed:
        await tx.execute(
            update(models.Response).where(models.Response.id == response_id).values(**changed)
        )
    if "state" in changed or (response.state == "submitted" and rewritten):
        await recount(tx, form, version_id, response_id)
    # a question that was cleared shows its calculation: read anew, it is another
    as_read = all(stored[path][0] == given.value for path, given in interview.given.items())
    if not (as_read and interview.goes_on):
        return interview, decided, None
    return interview, decided, Kept(Mark(version_id, revision, started_at), interview, stored)


@reads_briefly
async def interview(
    connection: AsyncConnection, form: Form, response_id: int, visit: Visit
) -> Interview:
    """The response as it stands, where the person stands in it."""
    loaded, _ = await load(connection, form, response_id, visit)
    return loaded


async def load(
    connection: AsyncConnection, form: Form, response_id: int, visit: Visit
) -> tuple[Interview, dict[str, Stored]]:
    """The interview as it stands, and the rows of `answers` that it was made from, by path."""
    place = await _place(connection, response_id, visit)
    return await _from(connection, form, response_id, visit, place)


_PLACE = select(
    models.Cursor.screen, models.Cursor.step, models.Cursor.seen, models.Cursor.update_id
).where(
    models.Cursor.response_id == bindparam("response"),
    models.Cursor.person_id == bindparam("person"),
)


async def _place(connection: AsyncConnection, response_id: int, visit: Visit) -> Place | None:
    """Where the person stands, and what moved them there."""
    values = {"response": response_id, "person": visit.person_id}
    return (await connection.execute(_PLACE, values)).one_or_none()


_ANSWERS = select(
    models.Answer.path,
    models.Answer.value,
    models.Answer.number,
    models.Answer.relevant,
    models.Answer.event_id,
    models.Answer.person_id,
    models.Answer.at,
).where(models.Answer.response_id == bindparam("response"))


async def _from(
    connection: AsyncConnection,
    form: Form,
    response_id: int,
    visit: Visit,
    place: Place | None,
) -> tuple[Interview, dict[str, Stored]]:
    rows = (await connection.execute(_ANSWERS, {"response": response_id})).all()
    given = {
        row.path: Given(row.value, row.event_id, row.person_id, row.at)
        for row in rows
        if row.event_id is not None
    }
    stored: dict[str, Stored] = {row[0]: row[1:5] for row in rows}
    return Interview(form, given, _position(place), visit), stored


def _position(place: Place | None) -> Position | None:
    return Position(place.screen, place.step, place.seen) if place else None


async def _write_position(
    tx: AsyncConnection, interview: Interview, response_id: int, update_id: int | None
) -> None:
    """Keep where the person stands; they have seen every event up to now."""
    seen = max((given.event for given in interview.given.values()), default=0)
    await tx.execute(
        upsert(tx, models.Cursor, ["screen", "step", "seen", "update_id", "at"]),
        [
            {
                "response_id": response_id,
                "person_id": interview.visit.person_id,
                "screen": interview.position.screen,
                "step": interview.position.step,
                "seen": seen,
                "update_id": update_id,
                "at": interview.visit.now,
            }
        ],
    )
