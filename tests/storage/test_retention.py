"""What has been kept long enough goes, kind by kind; what is younger, or waits, stays."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from domain.people.retention import DAYS, Kind, read_days
from storage import asking, consents, enquiries, models, people, registrations, retention
from storage.database import Database
from storage.forms import Forms
from storage.outbox import enqueue
from tests.storage.audience import START, crowd, publish
from tests.storage.folk import NOW, meet
from tests.storage.remains import SAYING, TELEGRAM, marks_in, scene

NONE = dict.fromkeys(Kind, 0)


def after(kind: Kind, *, start: datetime = NOW) -> datetime:
    """A second after the time of a kind is over."""
    return start + timedelta(days=DAYS[kind], seconds=1)


async def apply(db: Database, kind: Kind, now: datetime) -> int:
    """Let go of one kind alone; a second time there is nothing left."""
    days = {**NONE, kind: DAYS[kind]}
    before = await retention.due(db, days, now)
    gone = await retention.apply(db, Forms(db), days, now)
    assert gone == before
    assert await retention.apply(db, Forms(db), days, now) == NONE
    return gone[kind]


async def count(db: Database, model: type[models.Base]) -> int:
    found = await db.read(lambda c: c.scalar(select(func.count()).select_from(model)))
    return found or 0


async def test_who_never_agreed_goes(db: Database) -> None:
    await people.meet(db, 5, "uk", (), NOW)
    await people.meet(db, 6, "uk", (6,), NOW)  # an owner, by the settings
    await meet(db, 7, "Олена")
    assert await apply(db, Kind.NEWCOMERS, NOW + timedelta(days=29)) == 0
    assert await apply(db, Kind.NEWCOMERS, after(Kind.NEWCOMERS)) == 1
    assert await people.find(db, 5) is None
    assert await people.find(db, 6) is not None
    assert await people.find(db, 7) is not None


async def test_who_took_their_consent_back_is_forgotten(db: Database) -> None:
    made = await scene(db)
    await consents.withdraw(db, made.olena.id, NOW)
    await consents.withdraw(db, made.colleague.id, NOW)
    await people.give_consent(db, made.colleague.id, "uk", "Андрій", None, NOW)
    assert await apply(db, Kind.WITHDRAWN, after(Kind.WITHDRAWN)) == 1
    assert await marks_in(db) == {}
    assert (await people.get(db, made.colleague.id)).consented


async def test_questions_go_but_not_while_somebody_waits(db: Database) -> None:
    asker, organiser = await meet(db, 1, "Олена"), await meet(db, 2, "Марія", (2,))
    numbers = [
        await asking.keep(db, asker.id, None, "uk", text, "unanswered", [], NOW)
        for text in ("сама?", "чекає?", "з відповіддю?")
    ]
    open_ = await enquiries.open_enquiry(db, numbers[1], asker.id, NOW)
    done = await enquiries.open_enquiry(db, numbers[2], asker.id, NOW)
    assert open_ is not None
    assert done is not None
    await enquiries.claim(db, done.id, organiser.id, NOW)
    await enquiries.answer(db, done.id, organiser.id, "Так.", NOW)
    await enquiries.keep(db, done.id, organiser.id, "een", NOW)
    assert await apply(db, Kind.QUESTIONS, after(Kind.QUESTIONS)) == 2
    assert [one.text for one in await enquiries.waiting(db, 9)] == ["чекає?"]
    assert await count(db, models.FundingQuestion) == 1
    assert await count(db, models.FundingCorrection) == 1  # the organiser's answer stays


async def test_the_words_of_messages_go_and_their_keys_stay(db: Database) -> None:
    person = await meet(db, 1, "Олена")
    for key, state in (("a", "sent"), ("b", "pending")):
        await db.write(
            lambda tx, key=key: enqueue(tx, "broadcast", person.id, {"text": SAYING}, key, NOW)  # type: ignore[misc]
        )
        await db.write(
            lambda tx, key=key, state=state: tx.execute(  # type: ignore[misc]
                update(models.Outbox).where(models.Outbox.dedup_key == key).values(state=state)
            )
        )
    assert await apply(db, Kind.MESSAGES, after(Kind.MESSAGES)) == 1
    assert await marks_in(db, SAYING) == {("outbox", "params"): ['{"text": "моя таємниця-7431"}']}
    assert await count(db, models.Outbox) == 2


async def test_where_somebody_stands_and_drafts_go(db: Database) -> None:
    made = await scene(db)
    await db.write(
        lambda tx: tx.execute(update(models.Response).values(state="draft", receipt=None))
    )
    assert await apply(db, Kind.DIALOGS, after(Kind.DIALOGS)) == 1
    assert await count(db, models.DialogState) == 0
    assert await apply(db, Kind.DRAFTS, after(Kind.DRAFTS)) == 1
    for model in (models.Response, models.Answer, models.AnswerEvent, models.AnswerFile):
        assert await count(db, model) == 0
    assert (await people.get(db, made.olena.id)).telegram_id == TELEGRAM


async def test_attendees_are_not_named_years_later(db: Database) -> None:
    event = await publish(db)
    [who] = await crowd(db, 1)
    await registrations.register(db, event.id, *who, next(iter(event.capacity)), "Олена", NOW)
    end = START + timedelta(hours=6)
    assert await apply(db, Kind.ATTENDEES, end + timedelta(days=1094)) == 0
    assert await apply(db, Kind.ATTENDEES, after(Kind.ATTENDEES, start=end)) == 1
    assert await marks_in(db, "Олена") == {}
    assert await count(db, models.Registration) == 1


async def test_zero_keeps_for_ever(db: Database) -> None:
    await scene(db)
    before = await marks_in(db)
    far = NOW + timedelta(days=100_000)
    assert await retention.due(db, NONE, far) == NONE
    assert await retention.apply(db, Forms(db), NONE, far) == NONE
    left = {place for place, _ in before.items() if place[0] != "inbox"}
    assert left <= (await marks_in(db)).keys()


def test_days_are_read_from_the_setting() -> None:
    assert read_days("") == DAYS
    assert read_days("questions=7, drafts=0 messages=1") == {
        **DAYS,
        Kind.QUESTIONS: 7,
        Kind.DRAFTS: 0,
        Kind.MESSAGES: 1,
    }


@pytest.mark.parametrize("text", ["question=7", "questions", "questions=-1", "questions=1e9"])
def test_a_wrong_setting_says_what_it_expects(text: str) -> None:
    with pytest.raises(ValueError, match="question"):
        read_days(text)
