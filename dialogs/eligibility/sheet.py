"""The result in words: the three groups, one verdict with its reasons, a text and a page."""

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from dialogs.eligibility.questions import LABELS, STEPS, country_name, shown
from dialogs.funding.cards import month_of
from dialogs.i18n import Html, Translator, escape
from dialogs.pictures.fonts import fonts
from dialogs.typesetting import typeset
from domain.funding.article import Article
from domain.funding.assistant import is_old
from domain.funding.eligibility import Judgement, Several, Verdict
from domain.funding.rules import Reason, Words
from domain.surveys.message import N_, Message

PAGE = Path(__file__).with_name("page.typ")
GROUPS: Mapping[Verdict, str] = {
    "eligible": N_("✅ Eligible"),
    "conditional": N_("🟡 Eligible if"),
    "not_eligible": N_("⛔ Not eligible"),
}
HEADINGS: Mapping[Verdict, str] = {
    "eligible": N_("Eligible"),
    "conditional": N_("Eligible if"),
    "not_eligible": N_("Not eligible"),
}
MEANS = N_("“Eligible” means that the rules for applicants are met, not that a call is open.")
BUTTON = 34  # letters on a button as wide as a phone, beside a number
LONGEST = 3800  # characters of a message; Telegram takes 4,096


@dataclass(frozen=True, slots=True)
class Line:
    """One verdict, ready to be read."""

    id: str
    verdict: Verdict
    name: str
    reasons: Sequence[str]
    source: str
    as_of: str
    old: bool


def label(name: str) -> str:
    """An article's name as a button of a phone holds it: without brackets or what follows a colon
    or dash, where it is too long, then cut between words. The text above has the whole name.
    """
    for end in (r" \([^()]*\)$", r"(?:: | – ).*"):
        if len(name) > BUTTON:
            name = re.sub(end, "", name)
    return textwrap.shorten(name, BUTTON, placeholder="…", break_on_hyphens=False)


def lines(
    found: Sequence[Judgement], known: Mapping[str, Article], tr: Translator, today: date
) -> list[Line]:
    """The verdicts on `known` articles in the reader's language, eligible first."""
    order = list(GROUPS)
    made = [
        Line(
            one.id,
            one.verdict,
            known[one.id].head.names.text(tr.language),
            [said(reason, tr) for reason in one.reasons],
            one.source,
            known[one.id].head.as_of,
            is_old(known[one.id].head.as_of, today),
        )
        for one in found
    ]
    return sorted(made, key=lambda line: order.index(line.verdict))


def said(reason: Message | Reason, tr: Translator) -> str:
    """A reason in the reader's language."""
    if isinstance(reason, Reason):
        return reason.uk if tr.language == "uk" else reason.en
    return tr.message(
        replace(reason, params={name: _in(value, tr) for name, value in reason.params.items()})
    )


def _in(value: object, tr: Translator) -> object:
    """A value of a reason in the reader's language: areas by their names, countries by theirs."""
    match value:
        case Several(names):
            return ", ".join(str(_in(name, tr)) for name in names)
        case Words():
            return value.uk if tr.language == "uk" else value.en
        case str() if len(value) == 2 and value.isupper():
            return country_name(value, tr)
    return value


def told(values: Mapping[str, Any], tr: Translator) -> str:
    """What the verdict rests on, in one line a field."""
    return "\n".join(
        f"{tr(LABELS[step])}: {shown(step, values[step], tr)}"
        for step in STEPS
        if values.get(step) is not None
    )


def one(line: Line, tr: Translator) -> Html:
    """A verdict with its reasons, where they come from, and how old that is."""
    reasons = "\n".join(f"• {escape(reason)}" for reason in line.reasons)
    parts = [
        f"<b>{escape(line.name)}</b>",
        f"{escape(tr(GROUPS[line.verdict]))}\n{reasons}",
        escape(tr("Rules: %(url)s", url=line.source)),
        escape(_as_of(line, tr)),
    ]
    return Html("\n\n".join(parts))


def _as_of(line: Line, tr: Translator) -> str:
    text = tr("As of: %(date)s", date=dated(line.as_of, tr))
    check = tr("Check before you apply.")
    return f"{text}\n{check}" if line.old else text


def dated(as_of: str, tr: Translator) -> str:
    """The date of information, as exact as it is known."""
    return month_of(as_of) if as_of != "unknown" else tr("not known")


def texts(found: Sequence[Line], values: Mapping[str, Any], tr: Translator) -> list[str]:
    """The result as messages to forward: plain, each ending with a whole verdict."""
    head = (tr("Eligibility"), told(values, tr), tr(MEANS))
    made = ["\n\n".join(part for part in head if part)]
    for verdict, heading in GROUPS.items():
        before = f"\n\n{tr(heading)}"
        for line in found:
            if line.verdict != verdict:
                continue
            reasons = "; ".join(line.reasons)
            entry = before + (f"\n• {line.name}: {reasons}" if reasons else f"\n• {line.name}")
            if len(made[-1]) + len(entry) > LONGEST:
                made.append("")
                entry = f"{tr(heading)}\n{entry.strip().removeprefix(tr(heading)).strip()}"
            made[-1] += entry
            before = ""
    return made


def page(
    found: Sequence[Line], values: Mapping[str, Any], tr: Translator, today: date, who: str
) -> bytes:
    """The result on one page, as PDF."""
    groups = [
        {
            "heading": tr(HEADINGS[verdict]),
            "key": verdict,
            "items": [
                {
                    "name": line.name,
                    "reasons": "; ".join(line.reasons),
                    "as_of": dated(line.as_of, tr),
                }
                for line in found
                if line.verdict == verdict
            ],
        }
        for verdict in GROUPS
    ]
    data = {
        "language": tr.language,
        "title": tr("Eligibility for EU funding and support"),
        "subtitle": " · ".join(part for part in (who, tr.date(today)) if part),
        "told": told(values, tr).split("\n"),
        "means": tr(MEANS),
        "groups": [group for group in groups if group["items"]],
        "footer": tr("Lanka · rules and sources are in each programme’s article"),
    }
    return typeset(PAGE, json.dumps(data, ensure_ascii=False), fonts=[fonts()])
