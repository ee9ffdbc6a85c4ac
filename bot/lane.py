"""Which chat an update belongs to, and so whose order it keeps."""

from typing import Any

LARGEST = 2**63 - 1  # number of a chat or an update that can be stored


def lane_of(update: dict[str, Any]) -> int | None:
    """The private chat that an update, as Telegram sent it, is of.

    None for what is no conversation of ours and needs not be stored: groups, channels, messages
    sent by way of a bot.
    """
    if query := update.get("inline_query"):
        return _id(_part(query, "from"))
    if press := update.get("callback_query"):
        chat = _part(_part(press, "message"), "chat")
    else:
        kinds = ("message", "edited_message", "my_chat_member")
        chat = _part(next((update[kind] for kind in kinds if update.get(kind)), None), "chat")
    return _id(chat) if _part(chat, "type") == "private" else None


def _part(holder: Any, name: str) -> Any:
    """A part of an update that may be anything: None where it has none."""
    return holder.get(name) if isinstance(holder, dict) else None


def _id(holder: Any) -> int | None:
    """Who or which chat it is; None where that is no number that Telegram gives."""
    found = _part(holder, "id")
    return found if type(found) is int and abs(found) <= LARGEST else None
