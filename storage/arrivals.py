"""What is looked up when an update arrives: who it is of, and where they stand. One statement."""

from sqlalchemy import Select, and_, bindparam

from domain.people.person import Person
from storage import models
from storage.database import reads_directly
from storage.direct import Direct, Prepared
from storage.fsm import DATA, STATES, Entry
from storage.people import PERSON, person_of

STATE = models.DialogState


def _known(_: Direct) -> Select[*tuple[object, ...]]:
    theirs = and_(STATE.bot_id == bindparam("bot"), STATE.chat_id == bindparam("chat"))
    return (
        PERSON.add_columns(STATE.key, STATE.state, DATA)
        .select_from(models.Person)
        .outerjoin(STATE, theirs)
        .where(models.Person.telegram_id == bindparam("chat"))
    )


_KNOWN = Prepared(_known)


@reads_directly
async def look_up(
    connection: Direct, bot_id: int, chat_id: int
) -> tuple[Person | None, dict[str, Entry]]:
    """The person of a private chat, whose number is theirs, and the chat's dialog states by name.

    None for somebody whom nobody has met.
    """
    values = {"bot": bot_id, "chat": chat_id}
    rows = await connection.fetch(_KNOWN, values)
    person = person_of(rows[0]) if rows else None
    if not rows:  # a chat without a person is rare: somebody was erased meanwhile
        rows = await connection.fetch(STATES, values)
    return person, {row.key: Entry(row.state, row.data) for row in rows if row.key is not None}
