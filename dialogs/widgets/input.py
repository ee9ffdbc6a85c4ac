"""Messages that a window did not ask for still get a word."""

from aiogram.types import Message
from aiogram_dialog import DialogManager, ShowMode
from aiogram_dialog.api.internal import TextWidget
from aiogram_dialog.widgets.input import MessageInput

from dialogs.widgets.text import ECHO


def explain(text: TextWidget) -> MessageInput:
    """Answer any message with `text` above the window, which moves below the message."""

    async def answer(_: Message, __: MessageInput, manager: DialogManager) -> None:
        manager.dialog_data[ECHO] = await text.render_text({}, manager)
        manager.show_mode = ShowMode.DELETE_AND_SEND

    return MessageInput(answer)
