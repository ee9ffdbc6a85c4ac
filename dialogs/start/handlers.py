"""What the presses of the first minute do."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, StartMode

from dialogs.context import actor_of, app_of
from dialogs.i18n import Translator
from dialogs.links import follow
from dialogs.privacy.words import consent_words
from dialogs.states import Start
from storage import people


async def speak(manager: DialogManager, language: str) -> None:
    """Speak `language` to the person, from this screen on."""
    actor = actor_of(manager)
    await people.set_language(app_of(manager).db, actor.person.id, language)
    actor.tr = Translator(language, actor.person.time_zone)


async def words(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What is to be agreed to."""
    return {"words": consent_words(actor_of(dialog_manager).tr.language)}


async def choose(callback: CallbackQuery, button: Any, manager: DialogManager) -> None:
    """Take the language whose button was pressed."""
    await speak(manager, button.widget_id)
    await manager.switch_to(Start.consent)


async def agree(callback: CallbackQuery, _: Any, manager: DialogManager) -> None:
    """Keep the consent, then go where the person was heading."""
    app, actor = app_of(manager), actor_of(manager)
    user = callback.from_user
    await people.give_consent(
        app.db, actor.person.id, actor.tr.language, user.full_name, user.username, app.now()
    )
    actor.person = await people.get(app.db, actor.person.id)
    payload = manager.start_data["payload"] if isinstance(manager.start_data, dict) else ""
    await follow(payload, manager, StartMode.RESET_STACK)


async def decline(callback: CallbackQuery, _: Any, manager: DialogManager) -> None:
    """Keep nothing."""
    await manager.switch_to(Start.declined)


async def reconsider(callback: CallbackQuery, _: Any, manager: DialogManager) -> None:
    """Show the words again."""
    await manager.switch_to(Start.consent)
