"""What is looked up when an update arrives: who it is of, and where they stand. One statement."""

from sqlalchemy import and_, bindparam
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.person import Person
from storage import models
from storage.database import reads_briefly
from storage.fsm import STATES, Entry
from storage.people import PERSON, person_of

STATE = models.DialogState
_KNOWN = (
    PERSON.add_columns(STATE.key, STATE.state, STATE.data)
    .select_from(models.Person)
    .outerjoin(STATE, and_(STATE.bot_id == bindparam("bot"), STATE.chat_id == bindparam("chat")))
    .where(models.Person.telegram_id == bindparam("chat"))
)


@reads_briefly
async def look_up(
    connection: AsyncConnection, bot_id: int, chat_id: int
) -> tuple[Person | None, dict[str, Entry]]:
    """The person of a private chat, whose number is theirs, and the chat's dialog states by name.

    None for somebody whom nobody has met.
    """
    values = {"bot": bot_id, "chat": chat_id}
    rows = (await connection.execute(_KNOWN, values)).all()
    person = person_of(rows[0]) if rows else None
    if not rows:  # a chat without a person is rare: somebody was erased meanwhile
        rows = (await connection.execute(STATES, values)).all()
    return person, {row.key: Entry(row.state, row.data) for row in rows if row.key is not None}
