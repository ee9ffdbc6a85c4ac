"""Takes the pictures of the organiser's guide: `python docs/make_pictures.py`.

It starts the demonstration in a folder of its own, walks through it as the organiser does, in both
languages, and writes small PNG files to `docs/images/guide/`.
"""

import io
import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
from PIL import Image
from playwright.sync_api import Page, sync_playwright

TARGET = Path(__file__).resolve().parent / "images" / "guide"
PORT = 8873
ORGANISER = 1003
CHROMIUM = "/usr/bin/chromium"
#: what the walk presses, by language
WORDS = {
    "uk": {
        "language": "Українська",
        "agree": "Погоджуюся",
        "home": "Кабінет організаторів",
        "roles": "👥 Ролі",
        "give": "Надати роль",
        "helper": "Помічник на вході",
        "back": "‹ Назад",
        "up": "‹ Кабінет",
        "invite": "✉️ Запрошення",
        "survey": "📋",
        "links": "Створити посилання",
        "all": "📣 Розсилки",
        "new": "Нова розсилка",
        "text": "✏️ Українська",
        "words": "Шановні колеги! Опитування триває до п’ятниці.",
        "to": "🎯 Кому",
        "send": "📨 Надіслати …",
        "now": "Надіслати зараз",
        "results": "📊 Результати",
        "log": "🧾 Журнал",
        "draft": "‹ Назад",
    },
    "en": {
        "language": "English",
        "agree": "I agree",
        "home": "Organisers’ home",
        "roles": "👥 Roles",
        "give": "Give a role",
        "helper": "Check-in helper",
        "back": "‹ Back",
        "up": "‹ Organisers",
        "invite": "✉️ Invitations",
        "survey": "📋",
        "links": "Make the links",
        "all": "📣 Broadcasts",
        "new": "New broadcast",
        "text": "✏️ English",
        "words": "Dear colleagues! The survey is open until Friday.",
        "to": "🎯 To whom",
        "send": "📨 Send …",
        "now": "Send now",
        "results": "📊 Results",
        "log": "🧾 Log",
        "draft": "‹ Back",
    },
}
LIST = (
    ("Назва", "ЄДРПОУ", "Тип", "Область", "E-mail"),
    ("КНП «Лікарня № 5»", "32855961", "Лікарня / клініка", "Рівненська", "office@hospital5.ua"),
    ("ТОВ «Протез»", "00032129", "sme", "Lviv", "info@protez.ua"),
    ("ГО «Допомога»", "", "ngo", "", ""),
)


class Walk:
    """An organiser's way through the demonstration, with pictures of some of its screens."""

    def __init__(self, page: Page, language: str) -> None:
        self._page = page
        self._language = language

    def press(self, words: str) -> None:
        """Press the newest button that says so, and wait until the bot has answered."""
        self._page.get_by_role("button", name=words).last.click()
        self._page.wait_for_timeout(1500)

    def write(self, words: str) -> None:
        """Write a message."""
        self._page.locator("textarea").fill(words)
        self._page.locator("textarea").press("Enter")
        self._page.wait_for_timeout(1500)

    def send(self, name: str, content: bytes) -> None:
        """Send a file."""
        mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        self._page.request.post(
            f"http://127.0.0.1:{PORT}/sim/chats/{ORGANISER}/upload",
            multipart={
                "kind": "document",
                "file": {"name": name, "mimeType": mime, "buffer": content},
            },
        )
        self._page.wait_for_timeout(2500)

    def picture(self, name: str) -> None:
        """Keep the screen as it is, in few colours."""
        image = Image.open(io.BytesIO(self._page.screenshot())).convert("RGB")
        small = image.quantize(64, dither=Image.Dither.NONE)
        small.save(TARGET / f"{self._language}-{name}.png", optimize=True)


def take(page: Page, language: str) -> None:
    """The guide's way, from the menu to the log."""
    words, walk = WORDS[language], Walk(page, language)
    page.locator(".big").click()
    page.wait_for_timeout(1500)
    walk.press(words["language"])
    walk.press(words["agree"])
    walk.picture("1-menu")
    walk.press(words["home"])
    walk.picture("2-home")
    walk.press(words["roles"])
    walk.press(words["give"])
    walk.picture("3-roles")
    walk.press(words["helper"])
    walk.picture("4-link")
    walk.press(words["back"])
    walk.press(words["up"])
    walk.press(words["invite"])
    walk.press(words["survey"])
    walk.send("list.xlsx", workbook())
    walk.picture("5-list")
    walk.press(words["links"])
    page.wait_for_timeout(2000)
    walk.picture("6-invited")
    walk.write("/start")
    walk.press(words["home"])
    walk.press(words["all"])
    walk.press(words["new"])
    walk.press(words["text"])
    walk.write(words["words"])
    walk.picture("7-broadcast")
    walk.press(words["to"])
    walk.picture("8-audience")
    walk.press(words["draft"])
    walk.press(words["send"])
    walk.picture("9-confirm")
    walk.press(words["now"])
    page.wait_for_timeout(6000)
    walk.picture("10-report")
    walk.write("/start")
    walk.press(words["home"])
    walk.press(words["log"])
    walk.picture("11-log")


def workbook() -> bytes:
    """The list of organisations that is sent."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - for the type checker: a new book has one
    for row in LIST:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def main() -> None:
    """Take all pictures."""
    TARGET.mkdir(parents=True, exist_ok=True)
    lanka = Path(sys.executable).parent / "lanka"
    for language in WORDS:
        with tempfile.TemporaryDirectory() as data:
            demo = subprocess.Popen(  # noqa: S603 - our own program
                [str(lanka), "demo", "--port", str(PORT), "--data", data]
            )
            try:
                wait_for(f"http://127.0.0.1:{PORT}/")
                skip_to_day()
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(
                        executable_path=CHROMIUM, args=["--no-sandbox"]
                    )
                    page = browser.new_page(viewport={"width": 390, "height": 760})
                    page.goto(f"http://127.0.0.1:{PORT}/?person={ORGANISER}")
                    take(page, language)
                    browser.close()
            finally:
                demo.terminate()
                demo.wait(30)


def skip_to_day() -> None:
    """To the next morning in Kyiv: by night a broadcast waits, and there would be no report."""
    now = datetime.now(ZoneInfo("Europe/Kyiv"))
    morning = now.replace(hour=10, minute=0) + timedelta(days=1)
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/sim/clock",
        json.dumps({"to": morning.timestamp()}).encode(),
        {"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=5)  # noqa: S310 - this machine


def wait_for(url: str) -> None:
    """Until the demonstration answers; a minute at most."""
    for _ in range(120):
        try:
            urllib.request.urlopen(url, timeout=1)  # noqa: S310 - this machine
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise TimeoutError(url)


if __name__ == "__main__":
    main()
