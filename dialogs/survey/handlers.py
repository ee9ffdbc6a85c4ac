"""What presses and messages do in a survey."""

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, ShowMode, StartMode
from aiogram_dialog.widgets.input import MessageInput

from dialogs.context import actor_of
from dialogs.funding.asking import is_surely_a_question
from dialogs.i18n import Html, Translator, escape
from dialogs.messages import toast
from dialogs.results.respondent import after_submitting
from dialogs.states import Home, Language, Survey
from dialogs.survey.actions import Action, Do
from dialogs.survey.desk import LOOK, act, desk_of, response_of
from dialogs.survey.markup import plain
from dialogs.survey.opening import update_profile
from dialogs.survey.perform import Pressed, chosen, perform
from dialogs.survey.press import Press
from dialogs.survey.questions import answered_instead, ask_which
from dialogs.survey.typed import Typed, take
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
    if action.do in LEAVING:
        await LEAVING[action.do](manager)
    elif action.do in LOOKING:
        await look(manager, pressed)
    elif action.do is Do.SUBMIT:
        await submit(manager, pressed)
    elif action.do in (Do.KEEP, Do.REPLACE):
        await decide_conflict(manager, insist=action.do is Do.REPLACE)
    else:
        result = await act(manager, lambda interview: perform(interview, pressed))
        await report(manager, result, pressed)


async def report(manager: DialogManager, result: Result, pressed: Pressed | None = None) -> None:
    """Say what became of an action, where the card alone does not."""
    tr = actor_of(manager).tr
    if result.outcome is Outcome.STALE:
        await stale(manager)
    elif result.outcome is Outcome.REFUSED and result.refusal is not None:
        toast(tr.message(result.refusal), alert=True)
    elif result.outcome is Outcome.CONFLICT:
        desk = await desk_of(manager)
        mine = _value_of(desk.interview, result.path, pressed) if pressed else ""
        await ask_conflict(manager, result.path, mine)
    elif pressed and pressed.action.do in (Do.CHOOSE, Do.DAY):
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


async def later(manager: DialogManager) -> None:
    """Stop for now. Everything is stored already."""
    toast(actor_of(manager).tr("Saved. Continue whenever you like, from the menu."))
    await manager.start(Home.menu, None, StartMode.RESET_STACK)


async def language(manager: DialogManager) -> None:
    """Another language; the survey waits underneath."""
    await manager.start(Language.choose)


async def hand_over(manager: DialogManager) -> None:
    """Show the link that brings a colleague to the section that is open."""
    await manager.switch_to(Survey.handover)


LEAVING = {Do.LATER: later, Do.LANGUAGE: language, Do.HAND_OVER: hand_over}
LOOKING = frozenset({Do.PAGE, Do.FOCUS, Do.ALL, Do.MONTH, Do.NOTHING})


async def submit(manager: DialogManager, pressed: Pressed) -> None:
    """Finish the response, once: a second tap finds the receipt of the first."""
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
    await manager.switch_to(Survey.receipt)


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


async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """A message while a card is open: an answer, a search, or something to explain."""
    tr = actor_of(manager).tr
    manager.show_mode = ShowMode.DELETE_AND_SEND
    kept = manager.dialog_data.get(LOOK, {})
    focus = kept.get("focus")
    unclear = await is_surely_a_question(manager, message.text or "")
    taken = await act(
        manager,
        lambda interview: take(interview, message.text, focus, may_be_question=unclear),
    )
    if taken.undecided:
        await ask_which(manager, message.text or "")
        return
    if taken.unread and await answered_instead(message, manager):
        return
    manager.dialog_data[ECHO] = await _echo(manager, tr, taken)
    if taken.found is not None:
        manager.dialog_data[LOOK] = {**kept, "found": list(taken.found), "page": 0}
    if taken.result.outcome is Outcome.CONFLICT:
        await ask_conflict(manager, taken.result.path, taken.value)
    elif taken.result == DONE and taken.path:
        manager.dialog_data.get(LOOK, {}).pop("focus", None)
        await update_profile(manager)


async def _echo(manager: DialogManager, tr: Translator, taken: Typed) -> Html:
    """What was understood, or why it was not taken."""
    if taken.result.refusal is not None:
        return tr.html("⚠️ %(why)s", why=shorten(tr.message(taken.result.refusal), 400))
    if taken.result == STALE:
        return tr.html("⚠️ A colleague changed this list meanwhile. Please look and answer again.")
    if taken.placed is None or taken.result != DONE:
        return Html("")
    desk = await desk_of(manager)
    label = shorten(plain(desk.interview.response.label(taken.placed.path)), 80).rstrip("?:. ")
    answer = show(desk.interview.response, taken.placed, tr)
    return Html(f"✅ {escape(label)}: <b>{escape(answer)}</b>")


async def other_content(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """A sticker, a voice message, a photo: not an answer to anything that is asked here."""
    tr = actor_of(manager).tr
    manager.show_mode = ShowMode.DELETE_AND_SEND
    manager.dialog_data[ECHO] = tr.html(
        "⚠️ This question takes a text or a button, not a file, voice message or sticker."
    )
