"""The articles as everybody gets them now, indexed: files, and what organisers kept over them.

`Funding` looks at each question whether anything changed since it built its index, so that a kept
answer counts at once, in every process on the same database.
"""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

import structlog
from sqlalchemy import make_url

from domain.funding.assistant import Assistant, Entry, Reply, entry_of, with_reply
from domain.funding.library import load
from domain.funding.search.thesaurus import Thesaurus, ThesaurusError, read_thesaurus
from storage import enquiries
from storage.database import Database, open_database

CONTENT = Path(__file__).resolve().parent.parent / "content" / "funding"
THESAURUS = "search.yaml"

log = structlog.get_logger()


async def open_assistant(database_url: str) -> Assistant:
    """The assistant for a program that asks and ends; no database is made for it."""
    if not await asyncio.to_thread(_is_there, database_url):
        return await asyncio.to_thread(lambda: build(read_entries()))
    async with open_database(database_url) as db:
        return await Funding(db).assistant()


def _is_there(database_url: str) -> bool:
    target = make_url(database_url)
    return target.get_backend_name() != "sqlite" or Path(target.database or "").is_file()


class Funding:
    """Holds the assistant of the articles as they are."""

    def __init__(self, db: Database, folder: Path = CONTENT) -> None:
        self._db = db
        self._folder = folder
        self._files: Sequence[Entry] | None = None
        self._assistant: Assistant | None = None
        self._revision: object = None
        self._building = asyncio.Lock()

    def use(self, entries: Sequence[Entry]) -> None:
        """Take these articles in place of the files'."""
        self._files, self._assistant = entries, None

    async def assistant(self) -> Assistant:
        """The assistant that knows every article as it stands now."""
        revision = await enquiries.kept_revision(self._db)
        async with self._building:
            if self._assistant is None or revision != self._revision:
                if self._files is None:
                    self._files = await asyncio.to_thread(read_entries, self._folder)
                entries = with_kept(self._files, await enquiries.kept(self._db))
                self._assistant = await asyncio.to_thread(build, entries, self._folder)
                self._revision = revision
            return self._assistant


def read_entries(folder: Path = CONTENT) -> list[Entry]:
    """The articles of the files; a broken file is logged and left out."""
    library = load(folder)
    for fault in library.faults:
        log.error("article left out", file=fault.file, field=fault.field, problem=fault.message)
    return [entry_of(article) for article in library.articles.values()]


def with_kept(entries: Iterable[Entry], kept: Sequence[tuple[str, str, Reply]]) -> list[Entry]:
    """The articles with the questions that organisers answered and kept: (article, language)."""
    by_id = {entry.id: entry for entry in entries}
    for article, lang, reply in kept:
        if article in by_id:
            by_id[article] = with_reply(by_id[article], lang, reply)
    return list(by_id.values())


def build(entries: Sequence[Entry], folder: Path = CONTENT) -> Assistant:
    """Index the articles; without the list of synonyms where that is broken."""
    try:
        thesaurus = read_thesaurus(folder / THESAURUS)
    except (OSError, ThesaurusError) as error:
        log.error("no synonyms", problem=str(error))
        thesaurus = Thesaurus()
    return Assistant.of(entries, thesaurus)
