"""What a bot says of itself: getMe, commands, names, descriptions, the menu button."""

import re

from simulator.errors import Json, bad_request
from simulator.html_mode import utf16_length
from simulator.methods.call import Call
from simulator.people import in_language

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION = 256
MAX_NAME, MAX_DESCRIPTION, MAX_SHORT_DESCRIPTION = 64, 512, 120
SCOPES = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat"}
)
MENU_BUTTONS = frozenset({"default", "commands", "web_app"})


def get_me(call: Call) -> Json:
    return {
        **call.bot.user(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(call: Call) -> bool:
    given = call.params.array("commands", "BotCommand")
    if given is None:
        raise bad_request("commands are not specified")
    if len(given) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[_commands_key(call)] = [_command(command) for command in given]
    _commands_changed(call)
    return True


def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(_commands_key(call), None)
    _commands_changed(call)
    return True


def get_my_commands(call: Call) -> list[Json]:
    return call.bot.commands.get(_commands_key(call), [])


def _commands_changed(call: Call) -> None:
    call.world.save_bot(call.bot)
    for chat in call.world.chats_of(call.bot):
        chat.emit("commands", commands=call.bot.commands_for(chat.person))


def _command(given: object) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(given.get("command", "")).removeprefix("/")
    description = str(given.get("description", "")).strip()
    if not COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= utf16_length(description) <= MAX_COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _commands_key(call: Call) -> str:
    scope = call.params.object("scope") or {"type": "default"}
    kind = str(scope.get("type"))
    if kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if kind == "chat":
        chat_id = str(scope.get("chat_id", ""))
        if not chat_id.isdecimal() or int(chat_id) not in call.world.people:
            raise bad_request("chat not found")
        kind = f"chat/{chat_id}"
    return f"{kind}|{_language(call)}"


def _language(call: Call) -> str:
    language = call.params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language_code specified")
    return language


def set_my_name(call: Call) -> bool:
    return _set_text(call, call.bot.names, "name", MAX_NAME)


def set_my_description(call: Call) -> bool:
    return _set_text(call, call.bot.descriptions, "description", MAX_DESCRIPTION)


def set_my_short_description(call: Call) -> bool:
    texts = call.bot.short_descriptions
    return _set_text(call, texts, "short_description", MAX_SHORT_DESCRIPTION)


def _set_text(call: Call, texts: dict[str, str], field: str, limit: int) -> bool:
    text, language = call.params.text(field), _language(call)
    if utf16_length(text) > limit:
        raise bad_request(f"{field} is too long")
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)
    call.world.save_bot(call.bot)
    return True


def get_my_name(call: Call) -> Json:
    return {"name": in_language(call.bot.names, _language(call)) or call.bot.first_name}


def get_my_description(call: Call) -> Json:
    return {"description": in_language(call.bot.descriptions, _language(call))}


def get_my_short_description(call: Call) -> Json:
    return {"short_description": in_language(call.bot.short_descriptions, _language(call))}


def set_chat_menu_button(call: Call) -> bool:
    button = call.params.object("menu_button") or {"type": "default"}
    if str(button.get("type")) not in MENU_BUTTONS:
        raise bad_request("can't parse menu button: unsupported type specified")
    call.bot.menu_buttons[_menu_key(call)] = button
    call.world.save_bot(call.bot)
    return True


def get_chat_menu_button(call: Call) -> Json:
    buttons = call.bot.menu_buttons
    return buttons.get(_menu_key(call)) or buttons.get("") or {"type": "commands"}


def _menu_key(call: Call) -> str:
    return str(call.known_chat().person.id) if call.params.text("chat_id") else ""


def leave_server(call: Call) -> bool:
    """logOut and close: accepted, without effect; there is no other server to move to."""
    return True
