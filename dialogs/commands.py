"""Commands work everywhere, and always mean the same."""

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import BotCommand, Message
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import Actor
from dialogs.i18n import Translator
from dialogs.links import follow
from dialogs.privacy.dialogs import send_data
from dialogs.states import Home, Language, Privacy, Start


def commands(tr: Translator) -> list[BotCommand]:
    """What Telegram shows in the menu of commands, in one language."""
    return [
        BotCommand(command="start", description=tr("Menu")),
        BotCommand(command="language", description=tr("Ukrainian or English")),
        BotCommand(command="cancel", description=tr("Leave what is open; nothing is lost")),
        BotCommand(command="privacy", description=tr("What is kept about you")),
        BotCommand(command="help", description=tr("What Lanka does")),
    ]


async def start(
    _: Message, command: CommandObject, actor: Actor, dialog_manager: DialogManager
) -> None:
    """Begin, or go where a deep link leads; the link is remembered through the first minute."""
    payload = command.args or ""
    if actor.person.consented:
        await follow(payload, dialog_manager, StartMode.RESET_STACK, ShowMode.DELETE_AND_SEND)
    else:
        await welcome(dialog_manager, payload)


async def welcome(manager: DialogManager, payload: str = "") -> None:
    """The first screen, for somebody who has not agreed yet."""
    await manager.start(
        Start.language, {"payload": payload}, StartMode.RESET_STACK, ShowMode.DELETE_AND_SEND
    )


async def show_help(_: Message, actor: Actor, dialog_manager: DialogManager) -> None:
    """Tell what Lanka does."""
    if not actor.person.consented:
        await welcome(dialog_manager)
        return
    await dialog_manager.start(Home.help, None, StartMode.RESET_STACK, ShowMode.DELETE_AND_SEND)


async def cancel(_: Message, actor: Actor, dialog_manager: DialogManager) -> None:
    """Leave what is open. Answers are in the database already."""
    if not actor.person.consented:
        await welcome(dialog_manager)
        return
    await dialog_manager.start(Home.menu, None, StartMode.RESET_STACK, ShowMode.DELETE_AND_SEND)


async def change_language(_: Message, actor: Actor, dialog_manager: DialogManager) -> None:
    """Choose a language; what is open stays open underneath."""
    if not actor.person.consented:
        await welcome(dialog_manager)
        return
    await dialog_manager.start(Language.choose, None, StartMode.NORMAL, ShowMode.DELETE_AND_SEND)


async def show_privacy(_: Message, dialog_manager: DialogManager) -> None:
    """What is kept about the person; also for who agreed to nothing, or no longer does."""
    await dialog_manager.start(Privacy.view, None, StartMode.RESET_STACK, ShowMode.DELETE_AND_SEND)


async def my_data(_: Message, dialog_manager: DialogManager) -> None:
    """Everything about the person as files, then the page that belongs to it."""
    await send_data(dialog_manager)
    await show_privacy(_, dialog_manager)


async def forget(_: Message, dialog_manager: DialogManager) -> None:
    """Ask whether, and what, is to be erased."""
    await dialog_manager.start(
        Privacy.forget, None, StartMode.RESET_STACK, ShowMode.DELETE_AND_SEND
    )


def router() -> Router:
    """The commands' handlers, for one dispatcher."""
    made = Router(name="commands")
    made.message.register(start, CommandStart())
    made.message.register(show_help, Command("help"))
    made.message.register(cancel, Command("cancel"))
    made.message.register(show_privacy, Command("privacy"))
    made.message.register(my_data, Command("mydata"))
    made.message.register(forget, Command("forget"))
    made.message.register(change_language, Command("language"))
    return made
