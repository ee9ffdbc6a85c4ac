"""One call of a bot: its parameters, and the ways to act that several methods share."""

from dataclasses import dataclass

from simulator.chats import Chat, Message
from simulator.errors import Json, bad_request, forbidden
from simulator.formatting import Formatted
from simulator.keyboards import reply_markup
from simulator.params import Params
from simulator.people import Bot
from simulator.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """What a method is given."""

    world: World
    bot: Bot
    params: Params

    def known_chat(self, field: str = "chat_id") -> Chat:
        """The private chat that a parameter names; 400 where there is none."""
        given = self.params.text(field).strip()
        if not given:
            raise bad_request(f"{field} is empty")
        person = self.world.people.get(int(given)) if given.lstrip("-").isdecimal() else None
        if person is None:
            raise bad_request("chat not found")
        return self.world.chat(self.bot, person)

    def writable_chat(self) -> Chat:
        """The chat that `chat_id` names, if the bot may write there; 403 otherwise."""
        chat = self.known_chat()
        if chat.state.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.state.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def message(self, chat: Chat, purpose: str) -> Message:
        """The message that `message_id` names; `purpose` completes the refusal's words."""
        if self.params.text("inline_message_id"):
            raise bad_request("MESSAGE_ID_INVALID")
        number = self.params.integer("message_id")
        if number <= 0:
            raise bad_request("message identifier is not specified")
        message = chat.messages.get(number)
        if message is None:
            raise bad_request(f"message to {purpose} not found")
        return message

    def fields(self, formatted: Formatted, name: str) -> Json:
        """Text or caption with its entities as fields of a message; nothing if empty."""
        if not formatted.text:
            return {}
        entities = [entity for e in formatted.entities if (entity := self._known(e))]
        key = "entities" if name == "text" else "caption_entities"
        return {name: formatted.text} | ({key: entities} if entities else {})

    def _known(self, entity: Json) -> Json | None:
        """A mention of a person whom the bot cannot know is no mention."""
        if entity["type"] != "text_mention":
            return entity
        person = self.world.people.get(entity["user"]["id"])
        return {**entity, "user": person.user()} if person else None

    def send(self, chat: Chat, *contents: Json, markup: Json | None = None) -> list[Json]:
        """New messages of the bot, one for each content, as the Bot API shows them."""
        common = self._reply_to(chat)
        if self.params.flag("protect_content"):
            common["has_protected_content"] = True
        inline = markup is not None and "inline_keyboard" in markup
        if inline and markup and markup["inline_keyboard"]:
            common["reply_markup"] = markup
        sent = []
        for content in contents:
            body = self.world.compose(chat, self.bot.user(), content | common)
            chat.add(Message(body, fixed=markup is not None and not inline))
            sent.append(body)
        if markup is not None and "keyboard" in markup:
            chat.show_keyboard(markup)
        elif markup is not None and "remove_keyboard" in markup:
            chat.show_keyboard(None)
        return sent

    def send_one(self, content: Json) -> Json:
        """The common end of send methods: `chat_id` and `reply_markup` are read here."""
        markup = reply_markup(self.params.text("reply_markup"))
        return self.send(self.writable_chat(), content, markup=markup)[0]

    def _reply_to(self, chat: Chat) -> Json:
        given = self.params.object("reply_parameters") or {
            "message_id": self.params.integer("reply_to_message_id"),
            "allow_sending_without_reply": self.params.flag("allow_sending_without_reply"),
        }
        number = str(given.get("message_id") or "")
        if not number or number == "0":
            return {}
        replied = chat.messages.get(int(number)) if number.isdecimal() else None
        if replied is None:
            if given.get("allow_sending_without_reply"):
                return {}
            raise bad_request("message to be replied not found")
        body = {key: replied.body[key] for key in replied.body if key != "reply_to_message"}
        return {"reply_to_message": body}
