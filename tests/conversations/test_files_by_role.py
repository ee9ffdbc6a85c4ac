"""Each file that an organiser can take, by each role: who gets it, and what stands in it.

The screen is opened as an owner, and pressed after the role has changed: what an old or a forged
button does is what counts, not what is shown.
"""

import io
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import pytest
from sqlalchemy import delete

from bot.compose import Program
from domain.events.event import Mode
from domain.people.permissions import MAY, Permission
from domain.people.person import Role
from storage import inviting, models, people, registrations
from storage.inviting import Invited, Target
from storage.upsert import insert
from tests.conversations.conftest import OLENA, Welcome
from tests.conversations.harness import Chat, Clock
from tests.conversations.test_events import publish
from tests.conversations.test_results import fill, press_and_wait

SECRET = "Таємниця"  # what free texts of the made-up responses say
ATTENDEE, EMAIL = "Ганна Секретна", "office@hospital5.ua"
HOME = ("🗂 Organisers’ home",)
FILES = (*HOME, "📊 Results", "Health value chain", "⬇️ Files")


@dataclass(frozen=True, slots=True)
class File:
    """How to get to a file, who may, and what stands in it (`has`) or must not (`lacks`)."""

    way: tuple[str, ...]
    needs: Permission
    has: str = ""
    lacks: tuple[str, ...] = (SECRET, ATTENDEE, EMAIL)


THINGS = {
    "results": File((*FILES, "Excel, codes"), Permission.SEE_RESULTS),
    "lines": File((*FILES, "JSON lines"), Permission.SEE_RESULTS),
    "personal": File(
        (*FILES, "🔒 Excel with personal data"),
        Permission.PERSONAL_DATA,
        SECRET,
        (ATTENDEE, EMAIL),
    ),
    "attendees": File(
        (*HOME, "· Session", "⬇️ XLSX"), Permission.EVENTS, ATTENDEE, (SECRET, EMAIL)
    ),
    "invitations": File(
        (*HOME, "✉️ Invitations", "Session", "⬇️ Links"),
        Permission.INVITE,
        EMAIL,
        (SECRET, ATTENDEE),
    ),
    "log": File((*HOME, "🧾 Log", "⬇️ CSV"), Permission.AUDIT, "results.file"),
}


def readable(content: bytes) -> str:
    """All texts of a file, also of one that is an archive."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return " ".join(
            archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
        )


SetRole = Callable[[Role | None], Awaitable[None]]


@pytest.fixture
async def organiser(bot: Program, welcome: Welcome, clock: Clock) -> tuple[Chat, SetRole]:
    """Olena, whose role a test changes, where there is something to take in every file."""
    await fill(bot, 8)
    chat = await welcome(OLENA, "en")
    db, known = bot.app.db, await people.find(bot.app.db, OLENA)
    assert known is not None
    assert known.organisation_id is not None
    event = await publish(bot, clock)
    await registrations.register(
        db, event.id, known.id, known.organisation_id, Mode.ONSITE, ATTENDEE, clock()
    )
    rows = [Invited(2, "КНП", "32855961", "hospital", None, EMAIL)]
    await inviting.invite(db, Target(event_id=event.id), rows, None, clock())

    async def set_role(role: Role | None) -> None:
        mine = models.Role.person_id == known.id
        await db.write(lambda tx: tx.execute(delete(models.Role).where(mine)))
        if role is not None:
            values = {"person_id": known.id, "role": role, "granted_at": clock()}
            await db.write(lambda tx: tx.execute(insert(tx, models.Role).values(**values)))

    return chat, set_role


@pytest.mark.parametrize("role", [None, *Role])
async def test_a_file_goes_to_who_may_have_it_and_holds_no_more(
    organiser: tuple[Chat, SetRole], http: aiohttp.ClientSession, role: Role | None
) -> None:
    chat, set_role = organiser
    may = MAY[role] if role else frozenset()
    for name, one in THINGS.items():
        await set_role(Role.OWNER)
        await chat.start()
        for label in one.way[:-1]:
            await chat.press(label)
        await set_role(role)
        before = sum("document" in message for message in chat.messages)
        if one.needs not in may:
            await chat.press(one.way[-1])
            await chat.start()
            taken = sum("document" in message for message in chat.messages) - before
            assert taken == 0, f"{name}: not for {role}"
            continue
        await press_and_wait(chat, one.way[-1])
        content = readable(await _file(http, chat, before))
        assert one.has in content, name
        assert [word for word in one.lacks if word in content] == [], name


async def _file(http: aiohttp.ClientSession, chat: Chat, before: int) -> bytes:
    """The first file since."""
    message = [one for one in chat.messages if "document" in one][before]
    async with http.get(f"/sim/files/{message['document']['file_id']}") as answer:
        return await answer.read()
