"""The chat page in a real headless browser, against a real simulator and a bot that we play."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from simulator.server import Simulator
from tests.browser.player import ChatPage, PlayedBot

ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
DESKTOP = {"width": 1280, "height": 860}

expect.set_options(timeout=10_000)


def chromium() -> str | None:
    """The browser on this machine: $CHROMIUM, or where Debian and Ubuntu put it."""
    wanted = os.environ.get("CHROMIUM")
    return next((place for place in (wanted, *PLACES) if place and Path(place).exists()), None)


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Leave out this whole folder, in one line, where there is no browser."""
    if chromium() is None:
        pytest.skip(f"no chromium ($CHROMIUM, {', '.join(PLACES)}): {module_path.parent} left out")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def simulator(tmp_path: Path) -> AsyncIterator[Simulator]:
    async with Simulator(tmp_path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def bot(simulator: Simulator) -> AsyncIterator[PlayedBot]:
    """A bot that has called in, so that chats with it can be opened."""
    async with aiohttp.ClientSession(simulator.url) as http:
        played = PlayedBot(http)
        await played.call("getMe")
        yield played


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, simulator: Simulator) -> AsyncIterator[Page]:
    """A tab of a Ukrainian browser in Kyiv; the test fails if its scripts do."""
    context = await browser.new_context(
        base_url=simulator.url,
        viewport={"width": DESKTOP["width"], "height": DESKTOP["height"]},
        locale="uk-UA",
        timezone_id="Europe/Kyiv",
        color_scheme="light",
        permissions=["clipboard-read", "clipboard-write"],
    )
    troubles: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            troubles.append(message.text)

    opened = await context.new_page()
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", heard)
    yield opened
    await context.close()
    assert troubles == []


@pytest.fixture
def chat(page: Page) -> ChatPage:
    """The page, by what a person finds on it."""
    return ChatPage(page)
