"""Commands work everywhere, and always mean the same."""

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import BotCommand, Message
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import Actor
from dialogs.i18n import Translator
from dialogs.links import follow
from dialogs.states import Home, Language, Start


def commands(tr: Translator) -> list[BotCommand]:
    """What Telegram shows in the menu of commands, in one language."""
    return [
        BotCommand(command="start", description=tr("Menu")),
        BotCommand(command="language", description=tr("Ukrainian or English")),
        BotCommand(command="cancel", description=tr("Leave what is open; nothing is lost")),
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


def router() -> Router:
    """The commands' handlers, for one dispatcher."""
    made = Router(name="commands")
    made.message.register(start, CommandStart())
    made.message.register(show_help, Command("help"))
    made.message.register(cancel, Command("cancel"))
    made.message.register(change_language, Command("language"))
    return made
