"""What surveys are called in lists and on cards."""

from collections import Counter
from collections.abc import Sequence

from dialogs.survey.markup import plain
from dialogs.survey.values import shorten
from storage.forms import Forms, Survey

APART = 24  # letters that are kept of a title, and of a form id


async def title_of(compiled: Forms, survey: Survey, language: str) -> str:
    """A survey's title in the reader's language; its form id where it has none."""
    return plain((await compiled.get(survey.version_id)).title_in(language)) or survey.form_id


async def titles_of(compiled: Forms, surveys: Sequence[Survey], language: str) -> list[str]:
    """The surveys' titles in a list; with the form id where they are the same, as of rounds."""
    titles = [await title_of(compiled, one, language) for one in surveys]
    uses = Counter(titles)
    return [
        marked(title, one) if uses[title] > 1 else title
        for title, one in zip(titles, surveys, strict=True)
    ]


def marked(title: str, survey: Survey) -> str:
    """A title with the form id behind it, short enough for a button to show both."""
    return f"{shorten(title, APART)} · {shorten(survey.form_id, APART)}"
