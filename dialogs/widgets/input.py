"""Messages that a window did not ask for still get a word."""

from aiogram.types import Message
from aiogram_dialog import DialogManager, ShowMode
from aiogram_dialog.api.internal import TextWidget
from aiogram_dialog.widgets.input import MessageInput

from dialogs.context import actor_of
from dialogs.funding.asking import answer_message, answered_newcomer
from dialogs.widgets.text import ECHO


def explain(text: TextWidget) -> MessageInput:
    """Where nothing is asked, what is typed is a question about funding; the rest gets `text`.

    The answer is a message of its own, and the window stays where it is. `text` stands above the
    window, which moves below the message. Of who has not agreed yet nothing is kept.
    """

    async def answer(message: Message, _: MessageInput, manager: DialogManager) -> None:
        asked = message.text and not message.text.startswith("/")
        if asked and actor_of(manager).person.consented:
            await answer_message(message, manager)
            manager.show_mode = ShowMode.NO_UPDATE
            return
        if not await answered_newcomer(message, manager):
            manager.dialog_data[ECHO] = await text.render_text({}, manager)
        manager.show_mode = ShowMode.DELETE_AND_SEND

    return MessageInput(answer)
