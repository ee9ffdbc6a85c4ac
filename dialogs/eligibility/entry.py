"""From an answer or an article to “Am I eligible?”."""

from aiogram import Router
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, ShowMode

from dialogs.eligibility.dialogs import start_eligibility
from dialogs.funding.buttons import Eligible


async def open_eligibility(
    _: CallbackQuery, callback_data: Eligible, dialog_manager: DialogManager
) -> None:
    """Ask below the article, which stays as it is."""
    await start_eligibility(dialog_manager, callback_data.article, ShowMode.SEND)


def router() -> Router:
    """Comes before the dialogs, for one dispatcher."""
    made = Router(name="eligibility")
    made.callback_query.register(open_eligibility, Eligible.filter())
    return made
