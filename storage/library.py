"""The articles as everybody gets them now, indexed: files, and what organisers correct over them.

`Funding` looks at each question whether anything was corrected since it built its index, so that
a correction counts at once, in every process on the same database.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import make_url

from domain.funding.article import Article
from domain.funding.assistant import Assistant, Entry, entry_of
from domain.funding.corrections import Correction, corrected
from domain.funding.library import load, load_thesaurus
from domain.funding.search import dictionary
from domain.funding.survey import Mapped, read_survey
from storage import corrections
from storage.database import Database, open_database

CONTENT = Path(__file__).resolve().parent.parent / "content" / "funding"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Shelf:
    """All articles as they stand: with corrections, and as the assistant knows them."""

    articles: Mapping[str, Article]
    corrections: Sequence[Correction]
    assistant: Assistant


async def open_shelf(database_url: str, folder: Path = CONTENT) -> Shelf:
    """The articles for a program that asks and ends; no database is made for it."""
    if not await asyncio.to_thread(_is_there, database_url):
        return await asyncio.to_thread(lambda: _shelf(read_articles(folder), (), folder))
    async with open_database(database_url) as db:
        if not await corrections.are_kept(db):
            return await asyncio.to_thread(lambda: _shelf(read_articles(folder), (), folder))
        return await Funding(db, folder).shelf()


def _is_there(database_url: str) -> bool:
    target = make_url(database_url)
    return target.get_backend_name() != "sqlite" or Path(target.database or "").is_file()


class Funding:
    """Holds the articles as they are."""

    def __init__(self, db: Database, folder: Path = CONTENT) -> None:
        self._db = db
        self._folder = folder
        self._files: Sequence[Article] | None = None
        self._made: Shelf | None = None
        self._revision = 0
        self._building = asyncio.Lock()
        self._survey: Mapped | None = None

    def use(self, articles: Sequence[Article]) -> None:
        """Take these articles in place of the files'."""
        self._files, self._made = articles, None

    def survey(self) -> Mapped:
        """Which answers to surveys fill in “Am I eligible?”; read once."""
        if self._survey is None:
            self._survey, faults = read_survey(self._folder)
            for fault in faults:
                log.error("survey answers left out", field=fault.field, problem=fault.message)
        return self._survey

    async def assistant(self) -> Assistant:
        """The assistant that knows every article as it stands now."""
        return (await self.shelf()).assistant

    async def shelf(self) -> Shelf:
        """Every article as it stands now."""
        revision = await corrections.revision(self._db)
        made = self._made
        if made is not None and revision == self._revision:
            return made
        async with self._building:
            if self._made is None or revision > self._revision:
                # What is read after the number is as new as the number, or newer.
                found = await corrections.in_force(self._db)
                if self._files is None:
                    self._files = await asyncio.to_thread(read_articles, self._folder)
                self._made = await asyncio.to_thread(_shelf, self._files, found, self._folder)
                self._revision = revision
            return self._made


def _shelf(files: Sequence[Article], found: Sequence[Correction], folder: Path) -> Shelf:
    of: dict[str, list[Correction]] = {}
    for one in found:
        of.setdefault(one.article, []).append(one)
    articles = {article.id: corrected(article, of.get(article.id, ())) for article in files}
    entries = [entry_of(one, of.get(one.id, ())) for one in articles.values()]
    return Shelf(articles, found, build(entries, folder))


def read_articles(folder: Path = CONTENT) -> list[Article]:
    """The articles of the files; a broken file is logged and left out."""
    library = load(folder)
    for fault in library.faults:
        log.error("article left out", file=fault.file, field=fault.field, problem=fault.message)
    return list(library.articles.values())


def build(entries: Sequence[Entry], folder: Path = CONTENT) -> Assistant:
    """Index the articles; what is broken in the list of synonyms is logged and left out."""
    thesaurus, faults = load_thesaurus(folder)
    for fault in faults:
        log.error("synonyms left out", field=fault.field, problem=fault.message)
    made = Assistant.of(entries, thesaurus)
    if problem := dictionary.problem():
        log.warning("dictionaries are not kept, each start takes longer", problem=problem)
    return made
