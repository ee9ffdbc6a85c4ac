"""Forgetting a person: what is theirs goes, what their organisation said stays without them.

The row of the person stays, empty, so that records keep pointing somewhere: who checked in whom,
who published what, that somebody agreed and took it back. It says nothing of anybody.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, cast, delete, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events.event import LIVE
from domain.people.membership import Standing
from domain.surveys.personal import named, with_derived
from storage import models, registrations
from storage.contacts import Membership
from storage.database import Database, reads, writes
from storage.forms import Forms
from storage.joining import leave_in
from storage.unsigning import GONE, Subject, delete_responses, take_out, touched
from storage.upsert import insert

MENTION = 3  # letters from which a name can be told from other words


@reads
async def alone_in(connection: AsyncConnection, person_id: int) -> list[Membership]:
    """The organisations for which nobody but this person acts."""
    return await _alone_in(connection, person_id)


async def _alone_in(connection: AsyncConnection, person_id: int) -> list[Membership]:
    mine, others = models.Contact, models.Contact.__table__.alias()
    colleague = (
        select(others.c.id)
        .where(
            others.c.organisation_id == mine.organisation_id,
            others.c.person_id != person_id,
            others.c.state == Standing.ACTIVE,
        )
        .exists()
    )
    rows = await connection.execute(
        select(models.Organisation.id, models.Organisation.name)
        .join(mine, mine.organisation_id == models.Organisation.id)
        .where(mine.person_id == person_id, mine.state == Standing.ACTIVE, ~colleague)
        .order_by(models.Organisation.name)
    )
    return [Membership(*row) for row in rows]


async def forget(
    db: Database,
    forms: Forms,
    person_id: int,
    now: datetime,
    *,
    organisations: Collection[int] = (),
) -> bool:
    """Erase a person, in one transaction; False where they are gone already.

    With them go the `organisations` in which they are alone: profile, answers and all. Of other
    organisations the submitted answers stay.
    """
    versions = await _versions(db, person_id)
    names = {}
    for version in versions:
        form = await forms.get(version)
        names[version] = frozenset(with_derived(form, named(form)))
    return await _forget(db, person_id, names, frozenset(organisations), now)


@reads
async def _versions(connection: AsyncConnection, person_id: int) -> list[int]:
    rows = await connection.scalars(
        select(models.Response.version_id).where(touched(person_id)).distinct()
    )
    return list(rows)


@writes
async def _forget(
    tx: AsyncConnection,
    person_id: int,
    named: Mapping[int, frozenset[str]],
    with_organisations: frozenset[int],
    now: datetime,
) -> bool:
    subject = await _subject(tx, person_id)
    if subject is None:
        return False
    alone = {one.organisation_id for one in await _alone_in(tx, person_id)}
    await _seats(tx, subject, now)
    await take_out(tx, subject, named, alone)
    await _questions(tx, subject, now)
    await _messages(tx, subject)
    for organisation_id in sorted(alone & with_organisations):
        await _organisation(tx, organisation_id)
    for organisation_id in alone - with_organisations:  # nobody is left whom it would reach
        await tx.execute(
            update(models.Organisation)
            .where(models.Organisation.id == organisation_id)
            .values(email=None)
        )
    await _person(tx, subject, now)
    return True


async def _subject(tx: AsyncConnection, person_id: int) -> Subject | None:
    """The write is the lock: a second tap finds the person gone."""
    row = (
        await tx.execute(
            update(models.Person)
            .where(models.Person.id == person_id, models.Person.erased_at.is_(None))
            .values(language=models.Person.language)
            .returning(models.Person.telegram_id, models.Person.name, models.Person.username)
        )
    ).one_or_none()
    if row is None:
        return None
    attendees = await tx.scalars(
        select(models.Registration.attendee).where(
            models.Registration.person_id == person_id,
            models.Registration.attendee_key == f"p{person_id}",
        )
    )
    words = {str(row.telegram_id), row.name, row.username, *attendees}
    return Subject(
        person_id,
        row.telegram_id,
        frozenset(word for word in words if word and len(word) >= MENTION),
    )


async def _seats(tx: AsyncConnection, subject: Subject, now: datetime) -> None:
    """Give the seats back, so that they find their next owner, and name nobody any more."""
    its = models.Registration
    theirs = select(models.Contact.organisation_id).where(
        models.Contact.person_id == subject.person_id
    )
    named = and_(its.attendee.in_(subject.words), its.organisation_id.in_(theirs))
    rows = await tx.execute(
        select(
            its.id, its.event_id, its.state, its.person_id, its.organisation_id, its.attendee_key
        )
        .where(or_(its.person_id == subject.person_id, named))
        .order_by(its.event_id)
    )
    found = [row for row in rows.all() if not await _handed_on(tx, subject, row)]
    for row in found:
        if row.state in LIVE and row.person_id == subject.person_id:
            await registrations.cancel_in(tx, row.id, subject.person_id, now, erasing=True)
    await unname(tx, [row.id for row in found])
    logs = await tx.execute(
        select(models.EventLog.id, models.EventLog.details).where(
            models.EventLog.registration_id.in_([row.id for row in found])
        )
    )
    for log_id, details in logs.all():
        cleaned = subject.scrub(details)
        if cleaned != details:
            await tx.execute(
                update(models.EventLog).where(models.EventLog.id == log_id).values(details=cleaned)
            )


async def unname(tx: AsyncConnection, registration_ids: Collection[int]) -> None:
    """Take name, ticket and rating out of registrations; how many came still counts."""
    its = models.Registration
    gone = literal("gone:") + cast(its.id, String)
    await tx.execute(
        update(its)
        .where(its.id.in_(registration_ids))
        .values(
            attendee=GONE,
            attendee_key=gone,
            code=gone,
            source=None,
            rating=None,
            certificate=None,
        )
    )


async def _handed_on(tx: AsyncConnection, subject: Subject, row: Any) -> bool:
    """A colleague whom the person registered by name stays registered, with another colleague."""
    own = f"p{subject.person_id}"
    if row.person_id != subject.person_id or row.attendee_key == own:
        return False
    heir = await tx.scalar(
        select(models.Contact.person_id)
        .where(
            models.Contact.organisation_id == row.organisation_id,
            models.Contact.person_id != subject.person_id,
            models.Contact.state == Standing.ACTIVE,
        )
        .order_by(models.Contact.id)
        .limit(1)
    )
    if heir is None:
        return False
    await tx.execute(
        update(models.Registration).where(models.Registration.id == row.id).values(person_id=heir)
    )
    return True


async def _questions(tx: AsyncConnection, subject: Subject, now: datetime) -> None:
    """Delete what the person asked, with its answers, also where it was kept with an article."""
    asked = select(models.FundingQuestion.id).where(
        models.FundingQuestion.person_id == subject.person_id
    )
    enquiries = (
        await tx.scalars(select(models.Enquiry.id).where(models.Enquiry.question_id.in_(asked)))
    ).all()
    its = models.FundingCorrection
    kept = await tx.execute(
        update(its)
        .where(its.enquiry_id.in_(enquiries))
        .values(question="", value="", enquiry_id=None)
        .returning(its.id, its.article_id, its.field, its.language)
    )
    for row in kept.all():  # an undo tells every process that the words are gone
        await tx.execute(
            insert(tx, its)
            .values(
                article_id=row.article_id,
                field=row.field,
                language=row.language,
                question="",
                value="",
                undoes=row.id,
                made_by=None,
                made_at=now,
            )
            .on_conflict_do_nothing(index_elements=[its.undoes])
        )
    for enquiry_id in enquiries:
        await _drop_letters(tx, f"enquiry:{enquiry_id}:")
    await tx.execute(delete(models.Enquiry).where(models.Enquiry.id.in_(enquiries)))
    await tx.execute(
        delete(models.FundingQuestion).where(models.FundingQuestion.person_id == subject.person_id)
    )


async def _drop_letters(tx: AsyncConnection, key: str) -> None:
    await tx.execute(
        delete(models.Outbox).where(models.Outbox.dedup_key.startswith(key, autoescape=True))
    )


async def _messages(tx: AsyncConnection, subject: Subject) -> None:
    """Delete what was or is to be sent to the person, and their name in what goes to others."""
    its = models.Outbox
    await tx.execute(delete(its).where(its.person_id == subject.person_id))
    requests = await tx.scalars(
        select(models.Contact.id).where(models.Contact.person_id == subject.person_id)
    )
    for contact_id in requests.all():
        await _drop_letters(tx, f"join:{contact_id}:")
    last = 0
    while rows := (
        await tx.execute(
            select(its.id, its.params).where(its.id > last).order_by(its.id).limit(1000)
        )
    ).all():
        last = rows[-1].id
        for row in rows:
            params = subject.scrub(row.params)
            if params != row.params:
                await tx.execute(update(its).where(its.id == row.id).values(params=params))
    await tx.execute(
        delete(models.DialogState).where(models.DialogState.chat_id == subject.telegram_id)
    )
    await tx.execute(
        update(models.Broadcast)
        .where(models.Broadcast.card_chat == subject.telegram_id)
        .values(card_chat=None, card_message=None)
    )
    await tx.execute(
        update(models.InboxUpdate)
        .where(models.InboxUpdate.lane == subject.telegram_id, models.InboxUpdate.state == "dead")
        .values(lane=None, payload=None, error=None, state="done")
    )


async def _organisation(tx: AsyncConnection, organisation_id: int) -> None:
    """Erase an organisation: its answers and profile. Its row stays, empty, as a person's does."""
    ids = await tx.scalars(
        select(models.Response.id).where(models.Response.organisation_id == organisation_id)
    )
    await delete_responses(tx, ids.all())
    merges = models.OrganisationMerge
    await tx.execute(
        delete(merges).where(
            (merges.kept_id == organisation_id) | (merges.gone_id == organisation_id)
        )
    )
    for model in (models.FormInvitation, models.Invitation, models.Contact):
        await tx.execute(delete(model).where(model.organisation_id == organisation_id))
    await tx.execute(
        update(models.Person)
        .where(models.Person.organisation_id == organisation_id)
        .values(organisation_id=None)
    )
    blank: Iterable[str] = (
        "edrpou", "type", "type_other", "ownership", "oblast", "size", "email",
    )  # fmt: skip
    await tx.execute(
        update(models.Organisation)
        .where(models.Organisation.id == organisation_id)
        .values({"name": GONE, **dict.fromkeys(blank)})
    )


async def _person(tx: AsyncConnection, subject: Subject, now: datetime) -> None:
    person_id = subject.person_id
    active = await tx.scalars(
        select(models.Contact.organisation_id).where(
            models.Contact.person_id == person_id, models.Contact.state == Standing.ACTIVE
        )
    )
    for organisation_id in active.all():  # who waits for a yes is put to somebody else
        await leave_in(tx, person_id, organisation_id, now)
    for model in (models.Contact, models.Role, models.Mute, models.EligibilityAnswers):
        await tx.execute(delete(model).where(model.person_id == person_id))
    await tx.execute(
        update(models.Consent)
        .where(models.Consent.person_id == person_id, models.Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    await tx.execute(
        update(models.Person)
        .where(models.Person.id == person_id)
        .values(
            telegram_id=-person_id,  # no private chat has such a number
            language="uk",
            name=None,
            username=None,
            time_zone="Europe/Kyiv",
            organisation_id=None,
            blocked_at=None,
            erased_at=now,
        )
    )
