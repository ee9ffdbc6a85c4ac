"""Keeps `locales/` in line with the code: `make messages`.

New texts are added to both catalogues, texts that nobody uses are removed. English is filled in
by itself, since the code is written in it; Ukrainian is written by a person.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from dialogs.i18n import LANGUAGES, LOCALES

ROOMS = ("bot", "dialogs", "domain")
PLURAL = (1, 2)
# Who may be called with a text: the translator in its forms, the text widget, the domain's mark.
KEYWORDS = {
    "T": None,
    "tr": None,
    "html": None,
    "gettext": None,
    "N_": None,
    "plural": PLURAL,
    "Message": None,
}


def extract(root: Path) -> Catalog:
    """All texts of the code that a person can see."""
    template = Catalog(domain="lanka", project="Lanka", charset="utf-8")
    for room in ROOMS:
        for name, line, text, comments, context in extract_from_dir(
            root / room, keywords=KEYWORDS, method_map=[("**.py", "python")]
        ):
            template.add(text, None, [(f"{room}/{name}", line)], (), comments, (), context=context)
    return template


def catalogue_file(language: str) -> Path:
    """The file of a language's catalogue."""
    return LOCALES / language / "LC_MESSAGES" / "lanka.po"


def read(language: str) -> Catalog:
    """A language's catalogue, empty where there is none yet."""
    file = catalogue_file(language)
    if not file.exists():
        return Catalog(locale=language, domain="lanka", charset="utf-8")
    with file.open("rb") as source:
        return read_po(source, locale=language, domain="lanka")


def entries(catalog: Catalog) -> Iterator[Message]:
    """The messages of a catalogue without its header."""
    return (message for message in catalog if message.id)


def is_written(message: Message) -> bool:
    """Whether a message has its translation, in all its plural forms."""
    forms = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(forms)


def update(root: Path) -> list[str]:
    """Write the catalogues anew; returns the Ukrainian texts that are still to be written."""
    template = extract(root)
    missing: list[str] = []
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        for message in entries(catalog):
            message.flags.discard("fuzzy")
            if language == "en":
                message.string = message.id
            elif not is_written(message):
                missing.append(message.id if isinstance(message.id, str) else message.id[0])
        file = catalogue_file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as target:
            write_po(
                target, catalog, width=98, sort_output=True, omit_header=False, no_location=True
            )
    return missing


def main() -> None:
    """Update the catalogues and say what is left to write."""
    for text in update(LOCALES.parent):
        print(f"to be written in Ukrainian: {text}")  # noqa: T201 - a command for developers


if __name__ == "__main__":
    main()
