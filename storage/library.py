"""The articles as everybody gets them now, indexed: made again when somebody changes one."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from domain.funding.assistant import Assistant, Entry
from domain.funding.search.thesaurus import read_thesaurus
from storage.database import Database, open_database

CONTENT = Path(__file__).resolve().parent.parent / "content" / "funding"


async def open_assistant(database_url: str) -> Assistant:
    """The assistant for a program that asks and ends; no database is made for it."""
    if not await asyncio.to_thread(_is_there, database_url):
        return await asyncio.to_thread(build, ())
    async with open_database(database_url) as db:
        return await Funding(db).assistant()


def _is_there(database_url: str) -> bool:
    target = make_url(database_url)
    return target.get_backend_name() != "sqlite" or Path(target.database or "").is_file()


class Funding:
    """Holds the assistant of the articles as they are."""

    def __init__(
        self,
        db: Database,
        folder: Path = CONTENT,
        load: Callable[[], Sequence[Entry]] = tuple,
    ) -> None:
        self._db = db
        self._folder = folder
        self._load = load
        self._assistant: Assistant | None = None
        self._building = asyncio.Lock()

    async def assistant(self) -> Assistant:
        """The assistant that knows every article as it stands now."""
        async with self._building:
            if self._assistant is None:
                self._assistant = await asyncio.to_thread(build, self._load(), self._folder)
            return self._assistant

    def use(self, assistant: Assistant) -> None:
        """Answer from these articles from now on."""
        self._assistant = assistant

    async def keep_reply(
        self, article: str, lang: str, question: str, answer: str, organiser_id: int, now: datetime
    ) -> None:
        """Keep a question and its answer with an article: the assistant knows it at once."""
        raise NotImplementedError


def build(entries: Sequence[Entry], folder: Path = CONTENT) -> Assistant:
    """Index the articles."""
    return Assistant.of(entries, read_thesaurus(folder / "search.yaml"))
