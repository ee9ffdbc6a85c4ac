"""A form as long-winded as forms get, in both languages, and answers as long as they may be.

All its words in Ukrainian are in Cyrillic letters and all in English in Latin ones, so that a
word in the wrong language shows. There is Markdown, and there is what HTML would trip over.
"""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from domain.surveys.answers import MAX_TEXT
from domain.surveys.form import Form, Kind
from domain.surveys.interview import Given, Interview, Position, Visit
from domain.surveys.response import Response
from domain.surveys.xlsform import check_workbook

LANGUAGES = {"uk": "Ukrainian (uk)", "en": "English (en)"}
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Europe/Kyiv"))
PHRASE = {
    "uk": "Чи має Ваш заклад **власне** обладнання для реабілітації < 5 років & фахівців? ",
    "en": "Does your institution have **its own** rehabilitation equipment < 5 years & staff? ",
}
NAME, LABEL, HINT, CHOICE, GROUP, NOTE = 200, 400, 600, 250, 150, 1500  # letters
CHOICES, PLACES, FIELDS, ROUNDS, SECTIONS = 12, 150, 45, 60, 20
COLLEAGUE = 2


def phrase(language: str, number: object, length: int) -> str:
    """Exactly `length` letters that begin with a number, so that no two are the same."""
    return f"{number} {PHRASE[language] * 60}"[: length - 1].rstrip(" *<&") + "?"


def _table(sheet: str, header: str, rows: list[str]) -> list[str]:
    return [f"| {sheet} |", *(f"| | {row} |" for row in [header, *rows])]


def _both(number: object, length: int) -> str:
    return f"{phrase('uk', number, length)} | {phrase('en', number, length)}"


def _question(kind: str, name: str, *, hint: int = HINT, more: str = "| |") -> str:
    return f"{kind} | {name} | {_both(name[1:], LABEL)} | {_both(name[1:], hint)} {more}"


def _group(kind: str, name: str, *rows: str, more: str = "|") -> list[str]:
    begin = f"begin_{kind} | {name} | {_both(name[1:], GROUP)} | | | {more}"
    return [begin, *rows, f"end_{kind} | | | | | | |"]


def _rows() -> list[str]:
    rating = "| | start=1 end=5 step=1"
    notes = [f"note | n{n} | {_both(n, NOTE)} | | | |" for n in (1, 2)]
    singles = [
        "select_one long",
        "select_multiple long",
        "select_one place",
        "select_multiple place",
        "rank long",
        "text",
        "integer",
        "decimal",
        "date",
        "time",
        "datetime",
        "acknowledge",
        "geopoint",
        "image",
        "audio",
        "video",
        "file",
    ]
    questions = [_question(kind, f"q{n}") for n, kind in enumerate(singles, 1)]
    questions.append(_question("range", "q90", more="| | start=0 end=10 step=1"))
    questions.append(_question("range", "q91", more="| | start=0 end=100000 step=1"))
    grid = [_question("range", f"r{n}", more=rating) for n in range(1, 11)]
    kinds = ["text", "integer", "select_one long", "select_multiple place", "date", "text"]
    fields = [_question(kinds[n % len(kinds)], f"f{n}") for n in range(1, FIELDS + 1)]
    inner = [_question("text", "p1"), _question("select_one long", "p2")]
    follow = f"note | p3 | {' | '.join(f'{phrase(x, 3, 90)} ${{p1}}' for x in LANGUAGES)} | | | |"
    piped = (
        f"integer | q99 | {' | '.join(f'{phrase(x, 99, 90)} ${{q6}}' for x in LANGUAGES)} | | | |"
    )
    sections = [
        row
        for n in range(1, SECTIONS + 1)
        for row in _group("group", f"s{n}", _question("text", f"t{n}"))
    ]
    return [
        *_group("group", "g1", *notes, *questions, piped),
        *_group("group", "g2", *grid, more="field-list |"),
        *_group("group", "g3", *fields, more="field-list |"),
        *_group("group", "g4", *_group("repeat", "l5", *inner, follow, _question("text", "p4"))),
        *sections,
        f"note | n9 | {_both(9, NOTE)} | | | |",
    ]


@cache
def form() -> Form:
    """The form, compiled."""
    names = " | ".join(f"label::{name}" for name in LANGUAGES.values())
    hints = " | ".join(f"hint::{name}" for name in LANGUAGES.values())
    long = [f"long | c{n} | {_both(n, CHOICE)}" for n in range(1, CHOICES + 1)]
    places = [f"place | place_{n} | {_both(n, CHOICE)}" for n in range(1, PLACES + 1)]
    tables = [
        *_table("survey", f"type | name | {names} | {hints} | appearance | parameters", _rows()),
        *_table("choices", f"list_name | name | {names}", long + places),
        *_table(
            "settings", "form_id | form_title | default_language", ["longest | 1 | English (en)"]
        ),
    ]
    report = check_workbook("\n".join(tables).encode(), "longest.md")
    assert report.form is not None, report.errors
    return report.form


def typed(language: str, path: str) -> str:
    """The longest text that may be answered, with characters outside of Unicode's first plane."""
    return (f"{path.rpartition('/')[2][1:]} " + f"<b>{PHRASE[language]}</b>🏥\n" * 60)[:MAX_TEXT]


def interview(language: str, *, answered: bool) -> Interview:
    """Somebody who has 60 instances of the repeat before them, and answered all or nothing.

    What is answered was answered by a colleague.
    """
    count = {"/data/g4/l5": Given(str(ROUNDS), 1, COLLEAGUE, NOW)}
    visit = Visit(1, language, NOW)
    made = Interview(form(), count, Position("", 5000, 10**7), visit)
    if not answered:
        return made
    given = {
        placed.path: Given(
            _answer(language, made.response, placed.path, placed.question.kind), 1, COLLEAGUE, NOW
        )
        for screen in made.screens
        for placed in screen.questions
    }
    return Interview(form(), count | given, made.position, visit)


def _answer(language: str, response: Response, path: str, kind: Kind) -> str:
    match kind:
        case Kind.CHOICE:
            return response.choices(path)[-1].code
        case Kind.CHOICES | Kind.RANK:
            return " ".join(option.code for option in response.choices(path))
        case Kind.INTEGER | Kind.DECIMAL:
            return "-999999999999999"
        case Kind.RANGE:
            return "5"
        case Kind.DATE:
            return "2026-09-30"
        case Kind.TIME:
            return "23:59"
        case Kind.DATETIME:
            return "2026-09-30T23:59"
        case Kind.ACKNOWLEDGE:
            return "OK"
        case Kind.GEOPOINT:
            return "50.619900 26.251600 0 0"
        case _:
            return typed(language, path)
