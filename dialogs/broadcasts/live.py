"""The live card of a broadcast: how far it is, with Pause and Stop; at the end the report.

It is a message of its own, edited while letters leave. Its buttons carry the broadcast's id, so
they work after a restart, on any organiser's phone, and check the role again.
"""

from datetime import datetime

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from dialogs.context import Actor, App
from dialogs.i18n import Html, Translator
from dialogs.messages import toast
from domain.messages import end_of_quiet
from domain.people.permissions import Permission, may
from domain.surveys.message import N_
from storage import broadcasts, groups
from storage.audit import Deed
from storage.broadcasts import Broadcast, State
from storage.groups import GroupState, Progress


class Press(CallbackData, prefix="bc"):
    """A button of the live card."""

    broadcast: int
    action: str


STATES = {
    GroupState.RUNNING: N_("🟢 being sent"),
    GroupState.PAUSED: N_("⏸ paused"),
    GroupState.HALTED: N_("⛔ halted: five errors alike in a row"),
    GroupState.STOPPED: N_("⏹ stopped"),
}
OUTCOMES = {
    "sent": N_("✅ Arrived: %(n)s"),
    "blocked": N_("🚫 Blocked the bot: %(n)s"),
    "failed": N_("⚠️ Refused by Telegram: %(n)s"),
    "unknown": N_("❓ Unknown whether it arrived: %(n)s"),
    "cancelled": N_("✖️ Not sent (stopped, or muted): %(n)s"),
    "expired": N_("⌛ Too late: %(n)s"),
}


def card(
    one: Broadcast, progress: Progress, recalled: Progress | None, tr: Translator, now: datetime
) -> tuple[Html, InlineKeyboardMarkup]:
    """What the card says now, and its buttons."""
    over = one.state is State.WRITTEN and progress.left == 0
    lines = [
        tr.html("<b>📣 Report of the broadcast No. %(n)s</b>", n=one.id)
        if over
        else tr.html("<b>📣 Broadcast No. %(n)s</b>", n=one.id)
    ]
    if over and progress.state is GroupState.RUNNING:
        lines.append(tr.html("Finished."))
    elif one.state is State.CANARY and progress.left == 0:
        lines.append(
            tr.html(
                "The first %(n)s have it. Look at it once more, then continue.",
                n=tr.number(progress.total),
            )
        )
    else:
        lines.append(tr.html("%(state)s", state=tr(STATES[progress.state])))
        if progress.state is GroupState.RUNNING and end_of_quiet(now, str(tr.zone)) is not None:
            lines.append(tr.html("🌙 It is night: it leaves at 8:00 where each reader is."))
    counts = [
        tr(words, n=tr.number(progress.counts[state]))
        for state, words in OUTCOMES.items()
        if progress.counts.get(state)
    ]
    if progress.left:
        counts.append(tr("⏳ To be sent: %(n)s", n=tr.number(progress.left)))
    lines.append(Html("\n".join(counts)))
    if progress.error and progress.counts.get("failed"):
        lines.append(tr.html("Telegram said: %(error)s", error=progress.error[:200]))
    if progress.first_at and progress.last_at:
        seconds = (progress.last_at - progress.first_at).total_seconds()
        lines.append(tr.html("Sending took %(n)s s.", n=tr.number(round(seconds))))
    if recalled is not None:
        lines.append(
            tr.html(
                "↩️ Taken back: %(done)s of %(all)s",
                done=tr.number(recalled.counts.get("sent", 0)),
                all=tr.number(recalled.total),
            )
        )
    return Html("\n\n".join(line for line in lines if line)), _buttons(one, progress, over, tr)


def _buttons(
    one: Broadcast, progress: Progress, over: bool, tr: Translator
) -> InlineKeyboardMarkup:
    def button(text: str, action: str) -> list[InlineKeyboardButton]:
        data = Press(broadcast=one.id, action=action).pack()
        return [InlineKeyboardButton(text=text, callback_data=data)]

    rows = []
    if one.state is State.CANARY and progress.left == 0:
        rows.append(button(tr("▶️ Continue to all"), "continue"))
    if not over and progress.state is GroupState.RUNNING and progress.left:
        rows.append(button(tr("⏸ Pause"), "pause"))
    if progress.state in (GroupState.PAUSED, GroupState.HALTED):
        rows.append(button(tr("▶️ Resume"), "resume"))
    if not over and progress.state is not GroupState.STOPPED:
        rows.append(button(tr("⏹ Stop"), "stop"))
    if progress.counts.get("sent"):
        rows.append(button(tr("🗑 Delete what arrived"), "delete"))
        rows.append(button(tr("✏️ Replace by “taken back”"), "edit"))
    rows.append(button(tr("🔄 Refresh"), "show"))
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def press(
    callback: CallbackQuery, callback_data: Press, bot: Bot, app: App, actor: Actor
) -> None:
    """Do what the button says, and show how it stands."""
    tr = actor.tr
    if not may(actor.person.roles, Permission.BROADCAST):
        toast(tr("Your role does not allow this (any more)."), alert=True)
        return
    one = await broadcasts.get(app.db, callback_data.broadcast)
    if one is None:
        toast(tr("This broadcast is not there any more."), alert=True)
        return
    await _act(app, one, callback_data.action, Deed(actor.person.id, app.now()), tr)
    if callback.message is not None:
        where = (callback.message.chat.id, callback.message.message_id)
        await broadcasts.place_card(app.db, one.id, *where)
        await show(bot, app, one.id, tr, where)


async def _act(app: App, one: Broadcast, action: str, deed: Deed, tr: Translator) -> None:
    match action:
        case "continue":
            if not await broadcasts.go_on(app.db, one.id, deed):
                toast(tr("A colleague has continued or stopped it already."))
        case "pause":
            await broadcasts.pause(app.db, one.id, deed)
        case "resume":
            await broadcasts.resume(app.db, one.id, deed)
        case "stop":
            await broadcasts.stop(app.db, one.id, deed)
        case "delete" | "edit":
            done, old = await broadcasts.recall(app.db, one.id, action, deed)
            if old:
                toast(
                    tr(
                        "%(old)s are older than 48 hours: Telegram does not let bots delete them."
                        " Replace them instead. Being deleted: %(done)s.",
                        old=old,
                        done=done,
                    ),
                    alert=True,
                )


async def show(
    bot: Bot, app: App, broadcast_id: int, tr: Translator, where: tuple[int, int]
) -> bool:
    """Bring the card up to date; True where nothing on it will change any more by itself."""
    one = await broadcasts.get(app.db, broadcast_id)
    progress = await groups.progress(app.db, broadcasts.key_of(broadcast_id))
    if one is None or progress is None:
        return True
    recalled = await groups.progress(app.db, f"{one.key}:recall")
    text, markup = card(one, progress, recalled, tr, app.now())
    try:
        await bot.edit_message_text(
            text, chat_id=where[0], message_id=where[1], reply_markup=markup
        )
    except TelegramForbiddenError:
        return True
    except TelegramBadRequest as error:
        if "message is not modified" not in error.message:
            return True  # it was deleted, or is too old: the list sends a new one
    moving = one.state is State.SENDING or progress.left or (recalled and recalled.left)
    return not moving


async def send_card(bot: Bot, app: App, broadcast_id: int, tr: Translator, chat: int) -> None:
    """Put a new live card at the end of a chat; the one before stays as it is."""
    one = await broadcasts.get(app.db, broadcast_id)
    progress = await groups.progress(app.db, broadcasts.key_of(broadcast_id))
    if one is None or progress is None:
        return
    recalled = await groups.progress(app.db, f"{one.key}:recall")
    text, markup = card(one, progress, recalled, tr, app.now())
    message = await bot.send_message(chat, text, reply_markup=markup)
    await broadcasts.place_card(app.db, broadcast_id, chat, message.message_id)


def router() -> Router:
    """Comes before the dialogs, for one dispatcher."""
    made = Router(name="broadcasts")
    made.callback_query.register(press, Press.filter())
    return made
