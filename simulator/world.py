"""Everything that is true in the simulated Telegram: people, bots, chats, queries, files.

The world knows no HTTP. Bots act on it through `simulator.methods`, people through
`simulator.people_api`.
"""

import asyncio
import itertools
import re
import time
from dataclasses import asdict, dataclass, field

from simulator.chats import Chat, ChatState, Message
from simulator.clock import Clock, Pulse
from simulator.errors import NOT_FOUND, UNAUTHORIZED, ApiError, Json
from simulator.files import Files
from simulator.people import Bot, Person, first_people
from simulator.store import Store
from simulator.updates import UpdateQueue

TOKEN = re.compile(r"(\d{1,16}):([^\s/]{3,})")
CALLBACK_SECONDS = 150.0
INLINE_SECONDS = 30.0
FIRST_NEW_PERSON = 2001


@dataclass(slots=True)
class Query:
    """A callback or inline query: answered once, before `expires`."""

    id: str
    chat: Chat
    expires: float
    answer: Json | None = None
    answered: asyncio.Future[Json] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class World:
    """State in memory, every change told to the store at once."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.files = Files(store)
        self.people = {row["id"]: Person(**row) for row in store.load("person")}
        self.bots = {row["id"]: Bot(**row) for row in store.load("bot")}
        self.queues: dict[int, UpdateQueue] = {}
        self.callbacks: dict[str, Query] = {}
        self.inline_queries: dict[str, Query] = {}
        self.webhook_changed = Pulse()
        self.webhook_errors: dict[int, Json] = {}
        self._chats: dict[tuple[int, int], Chat] = {}
        self._query_ids = itertools.count(time.time_ns())  # never one of an earlier run
        self._restore()

    def _restore(self) -> None:
        if not self.people:
            for person in first_people():
                self.save_person(person)
        updates = list(self.store.load("update"))
        for bot in self.bots.values():
            mine = [row for row in updates if row["bot_id"] == bot.id]
            self._open_queue(bot, mine)
        for row in self.store.load("chat"):
            self._open_chat(ChatState(**row))
        for row in updates:
            if press := row["body"].get("callback_query"):
                chat = self._chats[row["bot_id"], press["from"]["id"]]
                self.callbacks[press["id"]] = Query(press["id"], chat, row["expires"])
        for row in self.store.load("message"):
            chat = self._chats[row.pop("bot_id"), row.pop("person_id")]
            message = Message(**row)
            chat.messages[message.id] = message

    def _open_queue(self, bot: Bot, restored: list[Json]) -> None:
        queue = UpdateQueue(bot.id, self.clock, self.store, restored)
        queue.allow(bot.allowed_updates)
        self.queues[bot.id] = queue

    def _open_chat(self, state: ChatState) -> Chat:
        bot, person = self.bots[state.bot_id], self.people[state.person_id]
        chat = Chat(bot, person, state, self.store, self.clock)
        self._chats[bot.id, person.id] = chat
        return chat

    # -- people and bots

    def save_person(self, person: Person) -> None:
        self.people[person.id] = person
        self.store.put("person", str(person.id), asdict(person))

    def new_person(self, first_name: str, last_name: str, username: str, language: str) -> Person:
        number = max([FIRST_NEW_PERSON - 1, *self.people]) + 1
        person = Person(number, first_name, last_name, username, language)
        self.save_person(person)
        return person

    def save_bot(self, bot: Bot) -> None:
        self.bots[bot.id] = bot
        self.store.put("bot", str(bot.id), asdict(bot))

    def bot_of(self, token: str) -> Bot:
        """The bot of a token, registered at its first use; another secret for it is a 401."""
        match = TOKEN.fullmatch(token)
        if match is None:
            raise ApiError(*NOT_FOUND)
        bot_id, secret = int(match.group(1)), match.group(2)
        bot = self.bots.get(bot_id)
        if bot is None:
            number = len(self.bots) + 1
            suffix = "" if number == 1 else str(number)
            name = "Ланка" if number == 1 else f"Ланка {number}"
            bot = Bot(bot_id, secret, f"lanka_demo{suffix}_bot", name)
            self.save_bot(bot)
            self._open_queue(bot, [])
        if bot.secret != secret:
            raise ApiError(*UNAUTHORIZED)
        return bot

    # -- chats

    def chat(self, bot: Bot, person: Person) -> Chat:
        """Their private chat; it exists for the page even before anything was said."""
        chat = self._chats.get((bot.id, person.id))
        return chat or self._open_chat(ChatState(bot.id, person.id))

    def chats_of(self, bot: Bot) -> list[Chat]:
        return [chat for (bot_id, _), chat in self._chats.items() if bot_id == bot.id]

    def compose(self, chat: Chat, sender: Json, content: Json) -> Json:
        """A new message's body: the next number, who, where, when, then its content."""
        chat.bot.last_message_id += 1
        self.save_bot(chat.bot)
        return {
            "message_id": chat.bot.last_message_id,
            "from": sender,
            "chat": chat.person.chat(),
            "date": int(self.clock.now()),
            **content,
        }

    def say(self, chat: Chat, content: Json) -> Message:
        """A person's message: into the chat, and to the bot."""
        message = Message(self.compose(chat, chat.person.user(), content), out=True)
        chat.state.started = True
        chat.add(message)
        self.notify(chat.bot, "message", message.body, f"chat/{chat.person.id}")
        return message

    # -- updates and queries

    def notify(self, bot: Bot, kind: str, payload: Json, lane: str) -> None:
        """Queue an update for the bot, if it wants this kind."""
        bot.last_update_id += 1
        self.save_bot(bot)
        self.queues[bot.id].push(kind, payload, lane, bot.last_update_id)

    def press(self, chat: Chat, message: Message, data: str) -> Query:
        """A person pressed a button with callback data."""
        query = self._query(self.callbacks, chat, CALLBACK_SECONDS)
        payload = {
            "id": query.id,
            "from": chat.person.user(),
            "message": message.body,
            "chat_instance": str(chat.bot.id * 1_000_003 + chat.person.id),
            "data": data,
        }
        self.notify(chat.bot, "callback_query", payload, f"callback/{chat.person.id}")
        return query

    def ask_inline(self, chat: Chat, text: str, offset: str) -> Query:
        """A person typed the bot's name and a query into some chat."""
        query = self._query(self.inline_queries, chat, INLINE_SECONDS)
        payload = {
            "id": query.id,
            "from": chat.person.user(),
            "query": text,
            "offset": offset,
            "chat_type": "sender",
        }
        self.notify(chat.bot, "inline_query", payload, f"inline/{chat.person.id}")
        return query

    def _query(self, queries: dict[str, Query], chat: Chat, seconds: float) -> Query:
        """A new query among `queries`, from which those that expired are cleared."""
        now = self.clock.now()
        for old in [query for query in queries.values() if query.expires <= now]:
            del queries[old.id]
        query = Query(str(next(self._query_ids)), chat, now + seconds)
        queries[query.id] = query
        return query
