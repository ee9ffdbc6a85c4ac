"""Surveys that are published, and responses that somebody began."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from domain.people.person import Person
from domain.surveys.form import Form
from domain.surveys.interview import Interview, Visit
from domain.surveys.xform import compile_form
from domain.surveys.xlsform import read_workbook
from storage import forms, responses
from storage.database import Database
from storage.forms import Workbook
from tests.domain.surveys.forms import workbook
from tests.storage.folk import NOW

T = TypeVar("T")


def workbook_of(rows: str, choices: str = "", settings: str = "") -> tuple[Form, Workbook]:
    """A workbook of two Markdown tables (and its settings), compiled and as it is kept."""
    content = workbook(rows, choices) + settings.encode()
    xform = read_workbook(content, "small.md").xform
    digest = hashlib.sha256(content).hexdigest()
    return compile_form(xform), Workbook("small.md", content, xform, digest)


@dataclass(frozen=True, slots=True)
class Begun:
    """A response, and the form in whose version it was begun."""

    db: Database
    id: int
    form: Form

    async def act(self, person: Person, decide: Callable[[Interview], T]) -> tuple[Interview, T]:
        """Let a person do something."""
        return await responses.act(
            self.db, self.form, self.id, Visit(person.id, "en", NOW), decide
        )

    async def interview(self, person: Person) -> Interview:
        """The response as a person finds it."""
        visit = Visit(person.id, "en", NOW)
        return await responses.interview(self.db, self.form, self.id, visit)


async def begin(
    db: Database,
    person: Person,
    organisation_id: int,
    rows: str,
    choices: str = "",
    settings: str = "",
) -> Begun:
    """Publish a form, and begin an organisation's response to it."""
    form, book = workbook_of(rows, choices, settings)
    await forms.publish(db, form, book, NOW)
    [survey] = await forms.surveys(db)
    response_id = await responses.begin(
        db, survey.id, survey.version_id, "organisation", person.id, organisation_id, NOW
    )
    return Begun(db, response_id, await forms.Forms(db).get(survey.version_id))
