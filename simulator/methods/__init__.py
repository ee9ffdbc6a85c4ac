"""The Bot API's methods: a function of a `Call` for each name."""

from collections.abc import Callable

from simulator.methods import cleaning, editing, intake, media, profile, queries, sending
from simulator.methods.call import Call

Method = Callable[[Call], object]
"""Gives the `result`, or an awaitable of it; raises `ApiError`."""

NAMES: dict[str, Method] = {
    "getMe": profile.get_me,
    "logOut": profile.leave_server,
    "close": profile.leave_server,
    "getUpdates": intake.get_updates,
    "setWebhook": intake.set_webhook,
    "deleteWebhook": intake.delete_webhook,
    "getWebhookInfo": intake.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendLocation": sending.send_location,
    "sendVenue": sending.send_venue,
    "sendContact": sending.send_contact,
    "sendChatAction": sending.send_chat_action,
    "copyMessage": sending.copy_message,
    "forwardMessage": sending.forward_message,
    "getChat": sending.get_chat,
    "deleteMessage": cleaning.delete_message,
    "deleteMessages": cleaning.delete_messages,
    "pinChatMessage": cleaning.pin_chat_message,
    "unpinChatMessage": cleaning.unpin_chat_message,
    "unpinAllChatMessages": cleaning.unpin_all_chat_messages,
    "sendPhoto": media.send_photo,
    "sendDocument": media.send_document,
    "sendVideo": media.send_video,
    "sendAudio": media.send_audio,
    "sendVoice": media.send_voice,
    "sendSticker": media.send_sticker,
    "sendMediaGroup": media.send_media_group,
    "getFile": media.get_file,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "editMessageMedia": editing.edit_message_media,
    "answerCallbackQuery": queries.answer_callback_query,
    "answerInlineQuery": queries.answer_inline_query,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyName": profile.set_my_name,
    "getMyName": profile.get_my_name,
    "setMyDescription": profile.set_my_description,
    "getMyDescription": profile.get_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "getMyShortDescription": profile.get_my_short_description,
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
}

METHODS = {name.lower(): (name, method) for name, method in NAMES.items()}
"""By lower-case name, as the real server compares them, with the proper spelling."""
