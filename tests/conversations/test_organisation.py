"""Naming, describing, sharing and leaving an organisation, as its people meet it."""

import aiohttp
import pytest

from bot.compose import Program
from bot.notifier import Notifier
from storage import contacts, forms, joining, organisations, people
from storage.organisations import Organisation
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import Chat, Clock, calls

CODE = "32855961"
NAME = "КНП «Лікарня № 5» <Рівне> & Co"
SHOWN = "КНП «Лікарня № 5» <Рівне> & Co"


async def active(bot: Program, person: int) -> Organisation | None:
    """The organisation that a person acts for, as the database has it."""
    found = await people.find(bot.app.db, person)
    assert found is not None
    if found.organisation_id is None:
        return None
    return await organisations.get(bot.app.db, found.organisation_id)


async def name_hospital(chat: Chat) -> None:
    """From the menu to an organisation that has a code, a name and a type."""
    await chat.press("My organisation")
    await chat.write(CODE)
    await chat.write(NAME)
    await chat.press("Hospital / clinic")
    await chat.press("That is all for now")


async def test_the_whole_profile_by_buttons_and_by_typing(welcome: Welcome, bot: Program) -> None:
    chat = await welcome(language="en", kind=None)
    await chat.press("My organisation")
    assert "Which organisation do you act for?" in chat.text
    await chat.write(f"ЄДРПОУ: {CODE[:4]} {CODE[4:]}")
    assert CODE in chat.text
    await chat.write(NAME)
    assert SHOWN in chat.text
    assert "What kind of organisation" in chat.text
    await chat.write("clinic")
    assert "Who owns it?" in chat.text
    await chat.press("State or municipal")
    await chat.write("Рівненська")
    assert "How many people" in chat.text
    await chat.write("120")
    await chat.write("office@likarnia5.org.ua")
    assert "time zone" in chat.text
    assert "✓ Kyiv" in chat.card.buttons
    await chat.write("Варшава")
    organisation = await active(bot, OLENA)
    assert organisation is not None
    assert (organisation.edrpou, organisation.name) == (CODE, NAME)
    assert (organisation.type, organisation.ownership) == ("hospital", "public")
    assert (organisation.oblast, organisation.size) == ("rivne", "50_249")
    assert organisation.email == "office@likarnia5.org.ua"
    assert organisation.time_zone == "Europe/Warsaw"
    for shown in (SHOWN, CODE, "Hospital / clinic", "Rivne", "50–249", "Warsaw"):
        assert shown in chat.text


async def test_everything_but_name_and_type_can_be_skipped(welcome: Welcome, bot: Program) -> None:
    chat = await welcome(language="en", kind=None)
    await chat.press("My organisation")
    await chat.press("There is no code")
    assert "Skip ›" not in chat.card.buttons
    await chat.write(NAME)
    assert "Skip ›" not in chat.card.buttons
    await chat.press("Hospital / clinic")
    for _ in ("ownership", "oblast", "size", "e-mail"):
        await chat.press("Skip ›")
    await chat.press("Next ›")  # the time zone is Kyiv's unless it is changed
    assert "🏥 " + SHOWN in chat.text
    organisation = await active(bot, OLENA)
    assert organisation is not None
    assert organisation.edrpou is None
    assert organisation.oblast is None
    assert organisation.time_zone == "Europe/Kyiv"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Лікарня № 5", "has eight digits"),
        ("3285596", "exactly eight digits"),
        ("32855960", "last digit does not fit"),
        ("1234567890", "own tax number"),
    ],
)
async def test_a_code_that_is_none_is_explained(
    welcome: Welcome, bot: Program, text: str, why: str
) -> None:
    chat = await welcome(language="en", kind=None)
    await chat.press("My organisation")
    await chat.write(text)
    assert why in chat.text
    assert "Which organisation do you act for?" in chat.text
    assert await active(bot, OLENA) is None


async def test_what_cannot_be_taken_gets_a_word_and_the_question_again(
    welcome: Welcome, bot: Program
) -> None:
    chat = await welcome(language="en", kind=None)
    await chat.press("My organisation")
    await chat.say("sticker")
    assert "takes a text or a button" in chat.text
    await chat.write(CODE)
    await chat.write("Я")
    assert "at least two characters" in chat.text
    await chat.write("н" * 201)
    assert "201 characters, 200 at most" in chat.text
    await chat.say("voice")
    assert "What is the organisation called?" in chat.text
    await chat.write(NAME)
    await chat.write("завод ракет")
    assert "not one of the options" in chat.text
    await chat.press("Other")
    await chat.write("Профспілка медиків")
    assert "Who owns it?" in chat.text
    organisation = await active(bot, OLENA)
    assert organisation is not None
    assert organisation.type_other == "Профспілка медиків"


async def test_words_that_fit_several_options_leave_those(welcome: Welcome) -> None:
    chat = await welcome(language="en", kind=None)
    await name_hospital(chat)
    await chat.press("Change the profile")
    await chat.press("Oblast")
    assert "1 of 4" in chat.card.buttons
    await chat.write("kyiv")
    assert "Several fit" in chat.text
    assert chat.card.buttons[:2] == ["Kyiv oblast", "City of Kyiv"]
    await chat.press("City of Kyiv")
    assert "Oblast: City of Kyiv" in chat.card.buttons


async def test_the_options_are_paged(welcome: Welcome) -> None:
    chat = await welcome(language="en", kind=None)
    await name_hospital(chat)
    await chat.press("Change the profile")
    await chat.press("Oblast")
    await chat.press("▶")
    await chat.press("▶")
    await chat.press("Kharkiv")
    await chat.press("Oblast")
    await chat.press("🗑 Delete")
    assert "Oblast: –" in chat.card.buttons


async def test_a_changed_type_asks_what_hangs_on_it(welcome: Welcome, bot: Program) -> None:
    chat = await welcome(language="en", kind=None)
    await name_hospital(chat)
    await chat.press("Change the profile")
    await chat.press("Type")
    await chat.press("Public authority")
    assert "What would you like to change?" in chat.text
    organisation = await active(bot, OLENA)
    assert organisation is not None
    assert organisation.ownership == "public"
    await chat.press("Type")
    await chat.press("Other")
    assert "in your own words" in chat.text
    await chat.write("Фонд <b>розвитку</b>")
    await chat.press("Private")
    organisation = await active(bot, OLENA)
    assert organisation is not None
    assert (organisation.type_other, organisation.ownership) == ("Фонд <b>розвитку</b>", "private")


async def test_back_leads_to_the_question_before(welcome: Welcome) -> None:
    chat = await welcome(language="en", kind=None)
    await chat.press("My organisation")
    await chat.press("There is no code")
    await chat.press("‹ Back")
    assert "Which organisation" in chat.text
    await chat.press("There is no code")
    await chat.write(NAME)
    await chat.press("Manufacturer / SME")
    await chat.press("‹ Back")
    assert "✓ Manufacturer / SME" in chat.card.buttons
    await chat.press("‹ Back")
    assert f"Now: {SHOWN}" in chat.text


async def test_a_press_counts_only_for_the_question_it_was_shown_with(
    welcome: Welcome, bot: Program
) -> None:
    chat = await welcome(language="en", kind=None)
    await chat.press("My organisation")
    await chat.press("There is no code")
    await chat.write(NAME)
    row, col = chat.card.find("Manufacturer / SME")
    old = chat.card.rows[row][col]["callback_data"]
    card = chat.card.message_id
    await chat.press("Hospital / clinic")
    await chat.press_old(card, old)
    assert chat.toast == "That button was old."
    await chat.press_old(card, old.rpartition(":")[0] + ":nonsense")
    assert "Who owns it?" in chat.text
    organisation = await active(bot, OLENA)
    assert organisation is not None
    assert organisation.type == "hospital"


async def test_two_calls_answer_a_press(welcome: Welcome, http: aiohttp.ClientSession) -> None:
    chat = await welcome(language="en", kind=None)
    await chat.press("My organisation")
    before = len(await calls(http))
    await chat.press("There is no code")
    made = (await calls(http))[before:]
    assert [call["method"] for call in made] == ["editMessageText", "answerCallbackQuery"]


async def test_a_newcomer_sees_nothing_until_a_contact_says_yes(
    welcome: Welcome, bot: Program, notifier: Notifier
) -> None:
    olena = await welcome(OLENA, "en", None)
    await name_hospital(olena)
    andrii = await welcome(ANDRII, "en", None)
    await andrii.press("My organisation")
    await andrii.write(CODE)
    assert "There is an organisation with the code 32855961" in andrii.text
    assert all("Лікарня" not in card.text for card in andrii.cards)
    await notifier.tick()
    await olena.look()
    assert f"asks to act for: {SHOWN}" in olena.text
    assert "Андрій Бондар (@andrii_bondar)" in olena.text
    asked = olena.card.message_id
    await olena.press("✅ Yes, let in")
    assert olena.card.message_id == asked
    assert f"✅ Андрій Бондар now acts for {SHOWN}." in olena.text
    assert "Decided by: Олена Коваль" in olena.text
    assert olena.card.buttons == []
    await notifier.tick()
    await andrii.look()
    assert f"You now act for {SHOWN}" in andrii.text
    await andrii.press("Open the menu")
    assert f"You act for: {SHOWN}" in andrii.text
    await andrii.press("My organisation")
    await andrii.press("Colleagues")
    assert "Олена Коваль (@olena_koval)" in andrii.text


async def test_the_second_decision_sees_the_first(
    welcome: Welcome, bot: Program, notifier: Notifier, clock: Clock
) -> None:
    olena = await welcome(OLENA, "en", None)
    await name_hospital(olena)
    andrii = await welcome(ANDRII, "en", None)
    await andrii.press("My organisation")
    await andrii.write(CODE)
    await notifier.tick()
    await olena.look()
    row, col = olena.card.find("No, decline")
    no = olena.card.rows[row][col]["callback_data"]
    asked = olena.card.message_id
    await olena.press("✅ Yes, let in")
    decided = olena.text
    clock.advance(hours=5)
    await olena.press_old(asked, no)
    assert olena.text == decided
    sofia = await welcome(SOFIA, "en", None)
    await sofia.press_old(sofia.card.message_id, no)
    assert decided.splitlines()[0] in sofia.text
    assert "Decided by: Олена Коваль" in sofia.text


async def test_a_strangers_decision_does_not_count(
    welcome: Welcome, bot: Program, notifier: Notifier
) -> None:
    olena = await welcome(OLENA, "en", None)
    await name_hospital(olena)
    andrii = await welcome(ANDRII, "en", None)
    await andrii.press("My organisation")
    await andrii.write(CODE)
    await notifier.tick()
    await olena.look()
    row, col = olena.card.find("Yes, let in")
    yes = olena.card.rows[row][col]["callback_data"]
    await andrii.press_old(andrii.card.message_id, yes)
    assert "Only those who act for the organisation" in (andrii.toast or "")
    assert await active(bot, ANDRII) is None


async def test_a_no_tells_no_more_than_the_code(
    welcome: Welcome, bot: Program, notifier: Notifier
) -> None:
    olena = await welcome(OLENA, "en", None)
    await name_hospital(olena)
    andrii = await welcome(ANDRII, "en", None)
    await andrii.press("My organisation")
    await andrii.write(CODE)
    await notifier.tick()
    await olena.look()
    await olena.press("No, decline")
    await notifier.tick()
    await andrii.look()
    assert "the code 32855961 was declined" in andrii.text
    assert all("Лікарня" not in card.text for card in andrii.cards)
    await andrii.press_at(andrii.cards[-2].message_id, 0, 0)
    await andrii.write(CODE)
    assert "declined less than a day ago" in andrii.text


async def test_switching_and_leaving(welcome: Welcome, bot: Program) -> None:
    chat = await welcome(language="en", kind=None)
    await name_hospital(chat)
    await chat.press("Another organisation")
    await chat.press("Name an organisation")
    await chat.press("There is no code")
    await chat.write("ГО «Допомога»")
    await chat.press("NGO / charity")
    await chat.press("That is all for now")
    await chat.press("Another organisation")
    assert "✓ ГО «Допомога»" in chat.card.buttons
    await chat.press("Лікарня")
    assert SHOWN in chat.text
    await chat.press("Colleagues")
    await chat.press("Leave the organisation")
    assert "Nobody else acts for it" in chat.text
    await chat.press("🚪 Yes, leave")
    assert "ГО «Допомога»" in chat.text
    await chat.press("Colleagues")
    await chat.press("Leave the organisation")
    await chat.press("🚪 Yes, leave")
    assert "You do not act for any organisation now." in chat.text
    person = await people.find(bot.app.db, OLENA)
    assert person is not None
    assert await contacts.of_person(bot.app.db, person.id) == []
    await chat.press("‹ Menu")
    await chat.press("My organisation")
    assert "Which organisation do you act for?" in chat.text


async def test_whoever_came_for_a_survey_gets_there(welcome: Welcome, bot: Program) -> None:
    chat = await welcome(language="en", kind=None)
    [survey] = await forms.surveys(bot.app.db)
    await chat.start(f"s{survey.token}")
    await chat.press("▶ Start")
    assert "Which organisation do you act for?" in chat.text
    await chat.write(CODE)
    await chat.write(NAME)
    await chat.press("Hospital / clinic")
    await chat.press("That is all for now")
    # Start was pressed already: the survey begins, with what the profile knows to be confirmed.
    assert "Already known from your profile" in chat.text
    assert "▶ Start" not in chat.card.buttons
    assert "✅ All correct, go on" in chat.card.buttons


async def test_whoever_blocks_the_bot_and_comes_back_is_written_to_again(
    welcome: Welcome, bot: Program, notifier: Notifier
) -> None:
    olena = await welcome(OLENA, "en", None)
    await name_hospital(olena)
    await olena.post("block")
    andrii = await welcome(ANDRII, "en", None)
    await andrii.press("My organisation")
    await andrii.write(CODE)
    assert "nobody can confirm your request" in andrii.text
    await olena.post("unblock")
    await olena.start()
    await andrii.press("Another code")
    await andrii.write(CODE)
    assert "were asked already" in andrii.text
    await notifier.tick()
    await olena.look()
    assert "asks to act for" in olena.text


async def test_a_long_list_of_colleagues_is_cut(welcome: Welcome, bot: Program) -> None:
    chat = await welcome(language="en", kind=None)
    await name_hospital(chat)
    for number in range(30):
        person = await people.meet(bot.app.db, 5000 + number, "uk", (), bot.app.now())
        await people.give_consent(
            bot.app.db, person.id, "uk", "Ім’я " * 25, "u" * 32, bot.app.now()
        )
        await joining.claim(bot.app.db, person.id, CODE, bot.app.now())
        found = await people.find(bot.app.db, OLENA)
        assert found is not None
        await joining.decide(bot.app.db, number + 2, found.id, True, bot.app.now())
    await chat.press("Colleagues")
    assert "Олена Коваль" in chat.text
    assert "and 16 more" in chat.text
