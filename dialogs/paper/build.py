"""What stands on the paper, and the PDF of it."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from dialogs.i18n import Translator
from dialogs.pictures.fonts import fonts
from dialogs.survey.markup import plain
from dialogs.survey.values import show
from dialogs.typesetting import typeset
from domain.surveys.form import UPLOADS, Element, Form, Kind, Output, Question, Repeat, Text
from domain.surveys.interview import Interview

PAGE = Path(__file__).with_name("page.typ")
OPTIONS = 40  # of a longer list only the number of its choices is printed
GAP = "____"  # stands where a label would show an answer

Row = dict[str, Any]


#: signs such as ✅ that no font of the page has, and that would be printed as empty boxes
PICTOGRAMS = re.compile("[\U0001f000-\U0001faff\u231a-\u23ff\u2600-\u27bf\ufe0f\u200d\u20e3]+ ?")


def questions_pdf(form: Form, tr: Translator, now: datetime) -> bytes:
    """All questions of a form with their choices, to be looked through beforehand."""
    rows = list(_questions(form, form.children, form.language(tr.language), tr, 0, [0]))
    return _typeset(_page(form, tr, now, tr("All questions of the survey"), rows))


def answers_pdf(interview: Interview, tr: Translator, now: datetime, receipt: str) -> bytes:
    """What was answered, section by section, as the person who answered may keep it."""
    rows: list[Row] = []
    response, above = interview.response, ""
    number = 0
    for screen in interview.screens:
        names = [
            plain(response.label(heading.path)) + (f" {heading.position}" * bool(heading.position))
            for heading in screen.headings
        ]
        title = " › ".join(filter(str.strip, names))
        for placed in screen.questions:
            if title and title != above:
                rows.append({"kind": "heading", "text": title, "note": "", "depth": 0})
            above, number = title, number + 1
            answer = show(response, placed, tr) or "–"
            if placed.question.kind is Kind.TEXT:
                answer = response.value(placed.path) or "–"
            rows.append(_row(number, plain(response.label(placed.path)), answer=answer))
    subtitle = tr("Receipt No. %(receipt)s", receipt=receipt) if receipt else ""
    return _typeset(_page(interview.form, tr, now, subtitle, rows))


def _page(
    form: Form, tr: Translator, now: datetime, subtitle: str, rows: list[Row]
) -> dict[str, Any]:
    day = tr.date(now.astimezone(tr.zone).date())
    return {
        "title": plain(form.title_in(tr.language)),
        "subtitle": subtitle,
        "footer": f"Lanka · {day}",
        "language": tr.language,
        "rows": rows,
    }


def _row(number: int, text: str, **more: Any) -> Row:
    blank: Row = {
        "kind": "question",
        "note": "",
        "hint": "",
        "depth": 0,
        "answer": None,
        "options": [],
        "several": False,
        "line": False,
    }
    return {**blank, "number": f"{number}.", "text": text, **more}


def _questions(
    form: Form,
    elements: Sequence[Element],
    language: str,
    tr: Translator,
    depth: int,
    count: list[int],
) -> Iterator[Row]:
    for element in elements:
        label = _words(form, element.label, language)
        if not isinstance(element, Question):
            if label:
                note = tr("repeated for each") if isinstance(element, Repeat) else ""
                if element.bind.relevant is not None and not note:
                    note = tr("only if it applies")
                yield {"kind": "heading", "text": label, "note": note, "depth": depth}
            yield from _questions(form, element.children, language, tr, depth + bool(label), count)
        elif element.kind is Kind.NOTE:
            if label:
                yield {"kind": "note", "text": label}
        elif element.asked:
            count[0] += 1
            options = _options(form, element, language)
            notes = [_how(element, options, tr)]
            if element.bind.relevant is not None:
                notes.append(tr("only if it applies"))
            yield _row(
                count[0],
                label or element.name,
                note="; ".join(filter(None, notes)),
                hint=_words(form, element.hint, language),
                depth=min(depth, 3),
                options=options if len(options) <= OPTIONS else [],
                several=element.kind is Kind.CHOICES,
                line=element.kind in (Kind.TEXT, Kind.INTEGER, Kind.DECIMAL),
            )


def _how(question: Question, options: Sequence[str], tr: Translator) -> str:
    """How a question is answered, where its looks do not say it."""
    if len(options) > OPTIONS:
        return tr.plural("%(n)s choice", "%(n)s choices", len(options))
    if question.kind is Kind.RANGE and question.range is not None:
        ends = {"start": f"{question.range.start:g}", "end": f"{question.range.end:g}"}
        return tr("%(start)s to %(end)s", **ends)
    if question.kind in UPLOADS:
        return tr("a file")
    words = {
        Kind.CHOICES: tr("choose all that apply"),
        Kind.RANK: tr("put in order"),
        Kind.INTEGER: tr("a number"),
        Kind.DECIMAL: tr("a number"),
        Kind.DATE: tr("a date"),
        Kind.TIME: tr("a time"),
        Kind.DATETIME: tr("date and time"),
        Kind.GEOPOINT: tr("a location"),
        Kind.ACKNOWLEDGE: tr("to be confirmed"),
    }
    return words.get(question.kind, "")


def _options(form: Form, question: Question, language: str) -> list[str]:
    itemset = question.itemset
    if itemset is None:
        return [_words(form, choice.label, language) for choice in question.choices]
    instance = form.instances.get(itemset.instance)
    found = []
    for item in () if instance is None else instance.children:
        label, value = item.child(itemset.label), item.child(itemset.value)
        text = form.itext.get(label.text) if label is not None and itemset.itext else None
        code = value.text if value is not None else ""
        said = label.text if label is not None and not itemset.itext else code
        found.append(_words(form, text, language) or said or code)
    return found


def _words(form: Form, text: Text | None, language: str) -> str:
    if text is None:
        return ""
    parts = text.parts(language, form.default_language)
    return plain("".join(GAP if isinstance(part, Output) else part for part in parts))


def _typeset(data: dict[str, Any]) -> bytes:
    """The page with its data, as PDF."""
    text = PICTOGRAMS.sub("", json.dumps(data, ensure_ascii=False))
    return typeset(PAGE, text, fonts=[fonts()])
