"""Both sides of a chat in the tests: the bot over HTTP, the person by what the page shows."""

from typing import Any

import aiohttp
from playwright.async_api import Locator, Page, expect

TOKEN = "4200:browser-tests-only"
OLENA = 1001
SOFIA = 1003

Json = dict[str, Any]


class PlayedBot:
    """A bot whose every step is written in the test."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._offset = 0

    async def call(self, method: str, **params: Any) -> Any:
        """A Bot API call that must succeed; its result."""
        async with self._http.post(f"/bot{TOKEN}/{method}", json=params) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def say(self, text: str, person: int = OLENA, **params: Any) -> int:
        """Send HTML text; the message's id."""
        sent = await self.call(
            "sendMessage", chat_id=person, text=text, parse_mode="HTML", **params
        )
        return int(sent["message_id"])

    async def send_file(self, method: str, field: str, name: str, data: bytes) -> int:
        """sendPhoto, sendDocument…; the message's id."""
        form = aiohttp.FormData({"chat_id": str(OLENA)}, quote_fields=False)
        form.add_field(field, data, filename=name)
        async with self._http.post(f"/bot{TOKEN}/{method}", data=form) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return int(answer["result"]["message_id"])

    async def hear(self, kind: str) -> Json:
        """Wait for the next update of a kind; older ones of other kinds are passed over."""
        while True:
            updates = await self.call("getUpdates", offset=self._offset, limit=1, timeout=10)
            assert updates, f"no {kind} came"
            self._offset = updates[0]["update_id"] + 1
            if kind in updates[0]:
                heard: Json = updates[0][kind]
                return heard

    async def hear_text(self) -> str:
        message = await self.hear("message")
        return str(message["text"])


class ChatPage:
    """The page by its roles and names, in Ukrainian unless a name is given."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.history = page.get_by_role("log")
        self.field = page.locator("#composer textarea")
        self.toast = page.locator("#toasts")
        self.status = page.locator("#status")

    async def open(self, person: int = OLENA, **parts: str) -> None:
        """The chat at its own address, with the simulator's answer on the screen."""
        query = "".join(f"&{name}={value}" for name, value in parts.items())
        await self.page.goto(f"/?person={person}{query}")
        await expect(self.page.locator("#composer")).to_have_attribute(
            "data-mode", "write" if "start" in parts else "start"
        )

    async def begin(self, bot: PlayedBot, person: int = OLENA) -> None:
        """Open the chat and press Start."""
        await self.open(person)
        await self.page.locator(".big").click()
        assert await bot.hear_text() == "/start"
        await expect(self.field).to_be_visible()

    def message(self, number: int) -> Locator:
        return self.page.locator(f"article[data-id='{number}']")

    @property
    def last(self) -> Locator:
        return self.page.locator("article").last

    def button(self, name: str) -> Locator:
        """A button in the chat: under a message, of the bot's keyboard, or the page's own."""
        return self.page.get_by_role("main").get_by_role("button", name=name)

    async def write(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def attach(self, item: str) -> None:
        """Open the attach menu and choose from it."""
        await self.button("Додати").click()
        await self.page.get_by_role("menuitem", name=item).click()


def keyboard(*rows: list[Json]) -> Json:
    return {"inline_keyboard": list(rows)}


def callback(text: str, data: str) -> Json:
    return {"text": text, "callback_data": data}
