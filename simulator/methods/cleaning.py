"""Deleting and pinning."""

from simulator.chats import Message
from simulator.errors import bad_request
from simulator.methods.call import Call

DELETABLE_SECONDS = 48 * 3600
MAX_DELETED_AT_ONCE = 100


def delete_message(call: Call) -> bool:
    chat = call.known_chat()
    message = call.message(chat, "delete")
    if not _deletable(call, message):
        raise bad_request("message can't be deleted for everyone")
    chat.delete([message.id])
    return True


def delete_messages(call: Call) -> bool:
    """Those that cannot be found or deleted are skipped, as on the real server."""
    chat = call.known_chat()
    given = call.params.array("message_ids", "message identifiers")
    if not given:
        raise bad_request("message identifiers are not specified")
    if len(given) > MAX_DELETED_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    wanted = {int(str(number)) for number in given if str(number).isdecimal()}
    found = [message for message in chat.messages.values() if message.id in wanted]
    ids = [message.id for message in found if _deletable(call, message)]
    if ids:
        chat.delete(ids)
    return True


def _deletable(call: Call, message: Message) -> bool:
    return call.world.clock.now() - int(message.body["date"]) < DELETABLE_SECONDS


def pin_chat_message(call: Call) -> bool:
    chat = call.writable_chat()
    message = call.message(chat, "pin")
    chat.pin([*(i for i in chat.state.pinned if i != message.id), message.id])
    return True


def unpin_chat_message(call: Call) -> bool:
    chat = call.writable_chat()
    number = call.params.integer("message_id") or chat.pinned
    if number not in chat.state.pinned:
        raise bad_request("message to unpin not found")
    chat.pin([i for i in chat.state.pinned if i != number])
    return True


def unpin_all_chat_messages(call: Call) -> bool:
    call.writable_chat().pin([])
    return True
