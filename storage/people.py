"""People: meeting them, their language, their consent, their roles."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.person import CONSENT_VERSION, Person, Role
from storage import models
from storage.database import Database, reads, reads_directly, writes, writes_once
from storage.direct import Direct, Prepared
from storage.upsert import insert

DATA_PROCESSING = "data"


async def meet(
    db: Database, telegram_id: int, language: str, owners: Collection[int], now: datetime
) -> Person:
    """The person with this Telegram id, made with `language` if nobody has it yet."""
    person = await find(db, telegram_id)
    if person is None:
        await add(db, telegram_id, language, telegram_id in owners, now)
        person = await find(db, telegram_id)
    if person is None:
        raise LookupError("a person vanished while being met")
    return person


@reads_directly
async def find(connection: Direct, telegram_id: int) -> Person | None:
    """The person with this Telegram id."""
    row = await connection.one(_BY_TELEGRAM_ID, {"number": telegram_id})
    return None if row is None else person_of(row)


@reads_directly
async def get(connection: Direct, person_id: int) -> Person:
    """The person with this id; LookupError where there is none."""
    row = await connection.one(_BY_ID, {"number": person_id})
    if row is None:
        raise LookupError(f"no person {person_id}")
    return person_of(row)


_COMMA: Any = literal_column("','")  # a parameter it may not be, where statements are prepared
PERSON = select(
    models.Person.id,
    models.Person.telegram_id,
    models.Person.language,
    models.Person.time_zone,
    models.Person.name,
    models.Person.organisation_id,
    select(models.Consent.id)
    .where(
        models.Consent.person_id == models.Person.id,
        models.Consent.purpose == DATA_PROCESSING,
        models.Consent.version == CONSENT_VERSION,
        models.Consent.withdrawn_at.is_(None),
    )
    .exists()
    .label("consented"),
    select(func.aggregate_strings(models.Role.role, _COMMA))
    .where(models.Role.person_id == models.Person.id)
    .scalar_subquery()
    .label("roles"),
)
_BY_TELEGRAM_ID = Prepared(
    lambda _: PERSON.where(models.Person.telegram_id == bindparam("number"))
)
_BY_ID = Prepared(lambda _: PERSON.where(models.Person.id == bindparam("number")))


def person_of(row: Any) -> Person:
    """The person in a row of PERSON."""
    return Person(
        id=row.id,
        telegram_id=row.telegram_id,
        language=row.language,
        time_zone=row.time_zone,
        name=row.name,
        consented=bool(row.consented),
        organisation_id=row.organisation_id,
        roles=frozenset(Role(role) for role in (row.roles or "").split(",") if role),
    )


@writes
async def add(
    tx: AsyncConnection, telegram_id: int, language: str, owner: bool, now: datetime
) -> None:
    """Make a person known by id and language alone, unless they are known already."""
    await tx.execute(
        insert(tx, models.Person)
        .values(
            telegram_id=telegram_id, language=language, time_zone="Europe/Kyiv", created_at=now
        )
        .on_conflict_do_nothing()
    )
    if owner:
        await _grant_owners(tx, [telegram_id], now)


@writes
async def set_owners(tx: AsyncConnection, owners: Collection[int], now: datetime) -> None:
    """Make exactly these Telegram ids the owners of the settings, besides those whom owners made.

    Who has not met the bot becomes one when they do.
    """
    others = select(models.Person.id).where(models.Person.telegram_id.not_in(owners))
    await tx.execute(
        delete(models.Role).where(
            models.Role.role == Role.OWNER,
            models.Role.granted_by.is_(None),
            models.Role.person_id.in_(others),
        )
    )
    await _grant_owners(tx, owners, now)


async def _grant_owners(tx: AsyncConnection, owners: Collection[int], now: datetime) -> None:
    known = await tx.execute(select(models.Person.id).where(models.Person.telegram_id.in_(owners)))
    for (person_id,) in known.all():
        await tx.execute(
            insert(tx, models.Role)
            .values(person_id=person_id, role=Role.OWNER, granted_at=now)
            .on_conflict_do_nothing()
        )


_SPEAK = Prepared(
    lambda _: (
        update(models.Person)
        .where(models.Person.id == bindparam("person"))
        .values(language=bindparam("spoken"))
    )
)


@writes_once
async def set_language(tx: Direct, person_id: int, language: str) -> None:
    """Speak to the person in `language` from now on."""
    await tx.run(_SPEAK, [{"person": person_id, "spoken": language}])


@writes
async def give_consent(
    tx: AsyncConnection,
    person_id: int,
    language: str,
    name: str,
    username: str | None,
    now: datetime,
) -> None:
    """Keep that the person agreed to the words of `CONSENT_VERSION`, and only now their name."""
    given = await tx.scalar(
        select(models.Consent.id).where(
            models.Consent.person_id == person_id,
            models.Consent.purpose == DATA_PROCESSING,
            models.Consent.version == CONSENT_VERSION,
            models.Consent.withdrawn_at.is_(None),
        )
    )
    if given is None:
        await tx.execute(
            insert(tx, models.Consent).values(
                person_id=person_id,
                purpose=DATA_PROCESSING,
                version=CONSENT_VERSION,
                language=language,
                given_at=now,
            )
        )
    await tx.execute(
        update(models.Person)
        .where(models.Person.id == person_id)
        .values(name=name, username=username)
    )


@writes
async def set_blocked(tx: AsyncConnection, telegram_id: int, since: datetime | None) -> None:
    """Remember that the person blocked the bot, or (None) that they are back."""
    await tx.execute(
        update(models.Person)
        .where(models.Person.telegram_id == telegram_id)
        .values(blocked_at=since)
    )


@reads
async def names(connection: AsyncConnection, person_ids: Collection[int | None]) -> dict[int, str]:
    """The names of people who agreed that they are kept."""
    rows = await connection.execute(
        select(models.Person.id, models.Person.name).where(
            models.Person.id.in_(person_ids), models.Person.name.is_not(None)
        )
    )
    return {row.id: row.name for row in rows}
