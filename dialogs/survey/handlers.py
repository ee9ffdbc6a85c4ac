"""What presses and messages do in a survey."""

from typing import Any

from aiogram import Bot
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, ShowMode, StartMode
from aiogram_dialog.widgets.input import MessageInput

from dialogs.context import actor_of
from dialogs.events import registering
from dialogs.funding.asking import answered_instead, is_surely_a_question
from dialogs.i18n import Html, Translator, escape
from dialogs.messages import toast
from dialogs.results.respondent import after_submitting
from dialogs.states import Home, Language, Survey
from dialogs.survey.actions import Action, Do
from dialogs.survey.desk import LOOK, PREVIEW, act, desk_of, first_shown, response_of
from dialogs.survey.keyboard import offer_location, put_away
from dialogs.survey.markup import plain
from dialogs.survey.media import show_media
from dialogs.survey.opening import update_profile
from dialogs.survey.perform import Pressed, Ranked, chosen, perform, rank
from dialogs.survey.press import Press
from dialogs.survey.questions import ask_which
from dialogs.survey.showing import send_again, send_whole
from dialogs.survey.typed import Typed, take, waiting_for
from dialogs.survey.uploads import fetch, give_file, give_place, sent_file, suits
from dialogs.survey.values import shorten, show
from dialogs.widgets.text import ECHO
from domain.surveys.interview import DONE, STALE, Interview, Outcome, Result
from storage.receipts import new_receipt

CONFLICT = "conflict"  # path and value of an answer that waits for a decision


async def press(callback: CallbackQuery, manager: DialogManager, data: str) -> None:
    """A button of a card. It counts only where and when it was shown."""
    found = Press.parse(data)
    action = Action.parse(found.action) if found else None
    if found is None or action is None or found.response != manager.dialog_data.get("response"):
        await stale(manager)
        return
    pressed = Pressed(found.screen, found.step, action)
    if action.do is not Do.LOCATION:
        await put_away(manager)
    if action.do in LEAVING:
        await LEAVING[action.do](manager)
    elif action.do in LOOKING:
        await look(manager, pressed)
    elif action.do is Do.LOCATION:
        await offer_location(manager)
    elif action.do is Do.SHOW:
        await show_sent(manager, pressed)
    elif action.do in (Do.MEDIA, Do.WHOLE):
        whole = action.do is Do.WHOLE
        if not await (send_whole(manager) if whole else show_media(manager, action.number())):
            await stale(manager)
    elif action.do in (Do.RANK, Do.UNRANK):
        await put_in_order(manager, pressed)
    elif action.do is Do.SUBMIT:
        await submit(manager, pressed)
    elif action.do in (Do.KEEP, Do.REPLACE):
        await decide_conflict(manager, insist=action.do is Do.REPLACE)
    else:
        result = await act(manager, lambda interview: perform(interview, pressed))
        await report(manager, result, pressed)


def keep_in_sight(manager: DialogManager, action: Action) -> None:
    """Which question of a list is open after a tap: of several choices the same, for the next tap;
    else the one that is next, at the beginning of its own choices."""
    if action.do in (Do.TOGGLE_ON, Do.TOGGLE_OFF):
        manager.dialog_data.setdefault(LOOK, {})["focus"] = action.number()
    elif action.do in (Do.CHOOSE, Do.DAY, Do.CLOCK):
        manager.dialog_data.pop(LOOK, None)


async def report(manager: DialogManager, result: Result, pressed: Pressed | None = None) -> None:
    """Say what became of an action, where the card alone does not."""
    tr = actor_of(manager).tr
    if pressed and result == DONE:
        keep_in_sight(manager, pressed.action)
    if result.outcome is Outcome.STALE:
        await stale(manager)
    elif result.outcome is Outcome.REFUSED and result.refusal is not None:
        toast(tr.message(result.refusal), alert=True)
    elif result.outcome is Outcome.CONFLICT:
        desk = await desk_of(manager)
        mine = _value_of(desk.interview, result.path, pressed) if pressed else ""
        await ask_conflict(manager, result.path, mine)
    elif pressed and pressed.action.do in (Do.CHOOSE, Do.DAY, Do.CLOCK):
        await update_profile(manager)


def _value_of(interview: Interview, path: str, pressed: Pressed) -> str:
    placed = next(
        (p for screen in interview.screens for p in screen.questions if p.path == path), None
    )
    return (placed and chosen(interview, placed, pressed.action)) or ""


async def stale(manager: DialogManager) -> None:
    """A press that does not count: say so; the card that is rendered now is the right one."""
    toast(actor_of(manager).tr("That button was old. Here is where you are."))
    await act(manager, lambda _: None)
    if CONFLICT in manager.dialog_data:  # a second tap must not answer what the first one asked
        await manager.switch_to(Survey.conflict)


async def look(manager: DialogManager, pressed: Pressed) -> None:
    """Turn a page, move a focus, change a month: nothing is written, and a double tap is one."""
    kept = manager.dialog_data.setdefault(LOOK, {})
    action = pressed.action
    match action.do:
        case Do.PAGE:
            kept["page"] = action.number() or 0
        case Do.FOCUS:
            kept["focus"] = action.number()
            kept.pop("found", None)
            kept.pop("page", None)
        case Do.ALL:
            kept.pop("found", None)
        case Do.MONTH:
            kept["month"] = action.args[0] if action.args else None
        case Do.ON_DAY:
            kept["day"] = action.args[1] if len(action.args) > 1 else None
        case Do.GUIDANCE:
            kept["guidance"] = action.args == ("1",)


async def later(manager: DialogManager) -> None:
    """Stop for now. Everything is stored already. A preview is left for what was open before."""
    if PREVIEW in manager.dialog_data:
        await manager.done()
        return
    toast(actor_of(manager).tr("Saved. Continue whenever you like, from the menu."))
    await manager.start(Home.menu, None, StartMode.RESET_STACK)


async def language(manager: DialogManager) -> None:
    """Another language; the survey waits underneath."""
    await manager.start(Language.choose)


async def hand_over(manager: DialogManager) -> None:
    """Show the link that brings a colleague to the section that is open."""
    await manager.switch_to(Survey.handover)


LEAVING = {Do.LATER: later, Do.LANGUAGE: language, Do.HAND_OVER: hand_over}
LOOKING = frozenset({Do.PAGE, Do.FOCUS, Do.ALL, Do.MONTH, Do.ON_DAY, Do.GUIDANCE, Do.NOTHING})


async def submit(manager: DialogManager, pressed: Pressed) -> None:
    """Finish the response, once: a second tap finds the receipt of the first."""
    if PREVIEW in manager.dialog_data:
        await end_preview(manager, pressed)
        return
    response = await response_of(manager)
    if not response.submitted:
        receipt = new_receipt()

        def finish(interview: Interview) -> Result:
            if not interview.is_current(pressed.screen, pressed.step):
                return Result(Outcome.STALE)
            return interview.submit(receipt)

        result = await act(manager, finish)
        if result != DONE:
            await report(manager, result)
            return
        await update_profile(manager)
        await after_submitting(manager)
    if not await registering.go_on(manager):
        await manager.switch_to(Survey.receipt)


async def end_preview(manager: DialogManager, pressed: Pressed) -> None:
    """Submit a preview: the form's last checks run, and nothing is kept."""

    def finish(interview: Interview) -> Result:
        if not interview.is_current(pressed.screen, pressed.step):
            return Result(Outcome.STALE)
        return interview.submit("")

    result = await act(manager, finish)
    if result == DONE:
        await manager.switch_to(Survey.previewed)
    else:
        await report(manager, result)


async def ask_conflict(manager: DialogManager, path: str, mine: str) -> None:
    """Put a colleague's answer beside one's own before anything is overwritten."""
    manager.dialog_data[CONFLICT] = {"path": path, "mine": mine}
    await manager.switch_to(Survey.conflict)


async def decide_conflict(manager: DialogManager, *, insist: bool) -> None:
    """Keep the colleague's answer, or give one's own knowing theirs."""
    waiting = manager.dialog_data.pop(CONFLICT, None)
    if waiting is None:
        await stale(manager)
        return

    def settle(interview: Interview) -> Result:
        if insist:
            result = interview.answer(waiting["path"], waiting["mine"], insist=True)
            if result != DONE:
                return result
        interview.forward()
        return DONE

    await report(manager, await act(manager, settle))


async def put_in_order(manager: DialogManager, pressed: Pressed) -> None:
    """A tap on a choice of a rank question. What is not complete yet is kept beside the card."""
    kept = manager.dialog_data.get(LOOK, {})
    order = kept.get("order")
    so_far = Ranked(DONE, kept.get("order_of", ""), None if order is None else tuple(order))
    made = await act(manager, lambda interview: rank(interview, so_far, pressed))
    if made.order is not None:
        look = {**kept, "order": list(made.order), "order_of": made.path, "page": 0, "found": None}
        manager.dialog_data[LOOK] = look
    elif made.result == DONE:
        manager.dialog_data.get(LOOK, {}).pop("order", None)
    await report(manager, made.result, pressed)


async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """A message while a card is open: an answer, a search, or something to explain."""
    kept = manager.dialog_data.get(LOOK, {})
    focus, order, day = kept.get("focus"), tuple(kept.get("order") or ()), kept.get("day")
    manager.show_mode = ShowMode.DELETE_AND_SEND
    if await _came_too_early(message, manager):
        return
    await put_away(manager)
    unclear = await is_surely_a_question(manager, message.text or "")
    taken = await act(
        manager,
        lambda interview: take(
            interview, message.text, focus, order, day, may_be_question=unclear
        ),
    )
    if taken.undecided:
        await ask_which(manager, message.text or "")
        return
    if taken.unread and await answered_instead(message, manager):
        return
    await said(manager, taken, kept)


async def _came_too_early(message: Message, manager: DialogManager) -> bool:
    """Whether a message was written before the question was shown that is open now."""
    if message.message_id > first_shown(manager):
        return False
    manager.show_mode = ShowMode.DELETE_AND_SEND
    manager.dialog_data[ECHO] = actor_of(manager).tr.html(
        "⚠️ Your message “%(text)s” came before this question was shown, so it was not taken as its"
        " answer.",
        text=shorten(message.text or message.caption or "…", 80),
    )
    return True


async def said(manager: DialogManager, taken: Typed, kept: dict[str, Any]) -> None:
    """Show what became of a message; the card moves below it."""
    manager.show_mode = ShowMode.DELETE_AND_SEND
    manager.dialog_data[ECHO] = await _echo(manager, actor_of(manager).tr, taken)
    if taken.found is not None:
        manager.dialog_data[LOOK] = {**kept, "found": list(taken.found), "page": 0}
    if taken.order is not None:
        order = {"order": list(taken.order), "order_of": taken.path, "page": 0}
        manager.dialog_data[LOOK] = {**kept, **order}
    if taken.result.outcome is Outcome.CONFLICT:
        await ask_conflict(manager, taken.result.path, taken.value)
    elif taken.result == DONE and taken.path and taken.order is None:
        for key in ("focus", "day", "order"):
            manager.dialog_data.get(LOOK, {}).pop(key, None)
        await update_profile(manager)


async def _echo(manager: DialogManager, tr: Translator, taken: Typed) -> Html:
    """What was understood, or why it was not taken."""
    if taken.result.refusal is not None:
        return tr.html("⚠️ %(why)s", why=shorten(tr.message(taken.result.refusal), 400))
    if taken.result == STALE:
        return tr.html("⚠️ A colleague changed this list meanwhile. Please look and answer again.")
    if taken.placed is None or taken.result != DONE or taken.order is not None:
        return Html("")
    desk = await desk_of(manager)
    label = shorten(plain(desk.interview.response.label(taken.placed.path)), 80).rstrip("?:. ")
    answer = show(desk.interview.response, taken.placed, tr)
    return Html(f"✅ {escape(label)}: <b>{escape(answer)}</b>")


async def other_content(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """A file or a location: the answer where one is asked for, else something to explain."""
    kept = manager.dialog_data.get(LOOK, {})
    focus = kept.get("focus")
    if await _came_too_early(message, manager):
        return
    await put_away(manager)
    place = message.location
    if place is not None:
        accuracy = place.horizontal_accuracy or 0.0
        taken = await act(
            manager,
            lambda interview: give_place(
                interview, place.latitude, place.longitude, accuracy, focus
            ),
        )
        await said(manager, taken, kept)
        return
    sent = sent_file(message)
    asked = waiting_for((await desk_of(manager)).interview, focus)
    file = None
    fits = sent is not None and asked is not None and suits(asked, sent)
    if sent is not None and fits and PREVIEW not in manager.dialog_data:
        bot: Bot = manager.middleware_data["bot"]
        file = await fetch(bot, sent)  # before the transaction, which waits for nobody
    taken = await act(
        manager, lambda interview: give_file(interview, sent if fits else None, focus), file
    )
    await said(manager, taken, kept)
    if file is not None and file.content is None and taken.result == DONE:
        tr = actor_of(manager).tr
        words = tr.html(
            "The file is larger than Lanka copies (10 MB) or could not be fetched: it stays with"
            " Telegram, and organisers can open it only there."
        )
        manager.dialog_data[ECHO] = Html(f"{manager.dialog_data[ECHO]}\n{words}")


async def show_sent(manager: DialogManager, pressed: Pressed) -> None:
    """Send again what a question was answered with; the card moves below it."""
    desk = await desk_of(manager)
    screen = desk.interview.screen
    index = pressed.action.number()
    placed = next(
        (p for p in (screen.questions if screen else ()) if p.question.index == index), None
    )
    value = desk.interview.response.value(placed.path) if placed else ""
    if placed is None or not value:
        await stale(manager)
    elif await send_again(manager, placed, value):
        manager.show_mode = ShowMode.DELETE_AND_SEND
