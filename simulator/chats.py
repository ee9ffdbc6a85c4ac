"""A private chat of a person with a bot, and what its page is told about it.

Every change goes through a method here that does four things together: the state, the store,
an event for the page, and (where Telegram would) an update for the bot.
"""

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

from simulator.clock import Clock, Pulse
from simulator.errors import Json
from simulator.people import Bot, Person
from simulator.store import Store

REMEMBERED_EVENTS = 1000
CHAT_ACTION_SECONDS = 5.0


@dataclass(slots=True)
class Message:
    """A message. `body` is never changed in place, so an update can hold it as it was.

    `out`: the person sent it. `fixed`: it came with a reply keyboard, and Telegram lets
    nobody edit such a message.
    """

    body: Json
    out: bool = False
    fixed: bool = False

    @property
    def id(self) -> int:
        return int(self.body["message_id"])

    def for_page(self) -> Json:
        return {**self.body, "out": True} if self.out else self.body


@dataclass(slots=True)
class ChatState:
    """What is kept of a chat besides its messages."""

    bot_id: int
    person_id: int
    seq: int = 0
    started: bool = False
    blocked: bool = False
    reply_keyboard: Json | None = None
    pinned: list[int] = field(default_factory=list)


class Chat:
    """See the module; made by `World.chat` alone."""

    def __init__(
        self, bot: Bot, person: Person, state: ChatState, store: Store, clock: Clock
    ) -> None:
        self.bot = bot
        self.person = person
        self.state = state
        self.messages: dict[int, Message] = {}
        self.events: deque[Json] = deque(maxlen=REMEMBERED_EVENTS)
        self.happened = Pulse()
        self._store = store
        self._clock = clock
        self._action = ("", 0.0)

    @property
    def key(self) -> str:
        return f"{self.bot.id}/{self.person.id}"

    def save(self) -> None:
        self._store.put("chat", self.key, asdict(self.state))

    def emit(self, kind: str, **fields: Any) -> None:
        """Tell the page."""
        self.state.seq += 1
        self.events.append({"seq": self.state.seq, "type": kind, **fields})
        self.save()
        self.happened.fire()

    def since(self, seq: int) -> list[Json] | None:
        """Events after `seq`; None if they are no longer known and all must be read again."""
        if seq == self.state.seq:
            return []
        if seq > self.state.seq or not self.events or seq < self.events[0]["seq"] - 1:
            return None
        return [event for event in self.events if event["seq"] > seq]

    def keep(self, message: Message) -> None:
        self.messages[message.id] = message
        owner = {"bot_id": self.bot.id, "person_id": self.person.id}
        self._store.put("message", f"{self.key}/{message.id}", owner | asdict(message))

    def add(self, message: Message) -> None:
        self.keep(message)
        if not message.out:
            self._action = ("", 0.0)
        self.emit("message", message=message.for_page())

    def replace(self, message: Message, body: Json) -> None:
        """An edit: the new body in the old one's place."""
        message.body = body
        self.keep(message)
        self.emit("edited", message=message.for_page())

    def delete(self, ids: list[int]) -> None:
        for message_id in ids:
            del self.messages[message_id]
            self._store.drop("message", f"{self.key}/{message_id}")
        if set(ids) & set(self.state.pinned):
            self.pin([i for i in self.state.pinned if i not in ids])
        self.emit("deleted", message_ids=ids)

    def pin(self, ids: list[int]) -> None:
        """What is pinned from now on, the last one on top."""
        self.state.pinned = ids
        self.emit("pinned", pinned=self.pinned)

    @property
    def pinned(self) -> int | None:
        return self.state.pinned[-1] if self.state.pinned else None

    def set_blocked(self, blocked: bool) -> None:
        self.state.blocked = blocked
        self.emit("blocked", blocked=blocked)

    def show_keyboard(self, markup: Json | None) -> None:
        self.state.reply_keyboard = markup
        self.emit("reply_keyboard", reply_keyboard=markup)

    def act(self, action: str) -> None:
        """ "typing" and the like, shown for five seconds or until a message comes."""
        self._action = (action, self._clock.now() + CHAT_ACTION_SECONDS)
        self.emit("chat_action", action=action)

    @property
    def action(self) -> str | None:
        action, until = self._action
        return action if self._clock.now() < until else None
