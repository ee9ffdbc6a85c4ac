"""What the windows about organisations show."""

from typing import Any

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, app_of
from dialogs.i18n import Html, Translator, escape
from dialogs.organisation.fields import LABELS, QUESTIONS, options_of, show, values_of
from dialogs.organisation.work import Work, act, work_of
from dialogs.survey.options import Offer, buttons, legend
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell
from domain.people.membership import Claim
from domain.people.profile import CHOICES, NEEDED, Field, is_asked
from domain.people.vocabulary import CONTACT_ROLES
from domain.surveys.message import N_
from storage import contacts, organisations
from storage.contacts import Colleague
from storage.organisations import Organisation

LABEL = 40  # letters on a button as wide as the phone
PEOPLE = 15  # lines of a list; more of the longest names would not fit a message

ANSWERS = {
    Claim.ASKED: N_(
        "There is an organisation with the code %(code)s. Its contacts were asked whether you may"
        " act for it; you will get a message here as soon as one of them answers."
    ),
    Claim.WAITING: N_(
        "There is an organisation with the code %(code)s. Its contacts were asked already; you"
        " will get a message here as soon as one of them answers."
    ),
    Claim.NOBODY: N_(
        "There is an organisation with the code %(code)s, but nobody can confirm your request at"
        " the moment. It is kept: name the code again in a few days, or write to the organisers."
    ),
    Claim.DECLINED: N_(
        "Your request for the code %(code)s was declined less than a day ago. If this is a"
        " mistake, talk to a colleague who acts for the organisation; you can ask again tomorrow."
    ),
    Claim.TOO_MANY: N_("You have asked for many organisations today. Please go on tomorrow."),
}


async def active(manager: DialogManager) -> Organisation | None:
    """The organisation that the person acts for now."""
    organisation_id = actor_of(manager).person.organisation_id
    if organisation_id is None:
        return None
    return await organisations.get(app_of(manager).db, organisation_id)


async def code(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """Whether there is an organisation to go back to."""
    return {"known": actor_of(dialog_manager).person.organisation_id is not None}


async def asked(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What became of a code that somebody else has named before."""
    work, tr = work_of(dialog_manager), actor_of(dialog_manager).tr
    answer = ANSWERS[Claim(work.claim or Claim.WAITING)]
    return {"answer": Html(tr.html(answer, code=work.code or ""))}


async def view(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The profile of the active organisation."""
    tr = actor_of(dialog_manager).tr
    organisation = await active(dialog_manager)
    if organisation is None:
        return {"known": False}
    values = values_of(organisation)
    lines = [
        f"{escape(tr(LABELS[field]))}: {escape(show(field, values[field], tr) or '–')}"
        for field in Field
        if field is not Field.NAME and is_asked(values, field)
    ]
    if organisation.edrpou:
        lines.insert(0, tr.html("EDRPOU: %(code)s", code=organisation.edrpou))
    return {"known": True, "name": organisation.name, "lines": Html("\n".join(lines))}


async def field(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The question that stands, with its options."""
    work, tr = work_of(dialog_manager), actor_of(dialog_manager).tr
    current = work.current
    organisation = await work.organisation(app_of(dialog_manager).db)
    values = values_of(organisation) if organisation else work.draft
    options = options_of(current, tr)
    offer = Offer(options, {values.get(current) or ""}, work.page, work.found_in(options))
    rows = buttons(
        offer,
        tr,
        lambda place: act(current, "c", options[place].code),
        lambda page: act(current, "p", page),
    )
    stands = values.get(current) if current not in CHOICES else None
    now = tr.html("Now: <b>%(value)s</b>", value=show(current, stands, tr)) if stands else ""
    text = "\n\n".join(filter(None, [tr(QUESTIONS[current]), now, legend(offer)]))
    return {"text": Html(text), "rows": [*rows, *_moves(work, tr, has=bool(values.get(current)))]}


def _moves(work: Work, tr: Translator, *, has: bool) -> list[list[Cell]]:
    current = work.current
    row = [Cell(tr("‹ Back"), act(current, "b"))]
    if work.setup and (has or current not in NEEDED):
        row.append(Cell(tr("Next ›") if has else tr("Skip ›"), act(current, "s")))
    rows = [row]
    if work.setup and work.organisation_id is not None:
        rows.append([Cell(tr("That is all for now"), act(current, "f"))])
    if not work.setup and has and current not in NEEDED and current is not Field.TIME_ZONE:
        rows.insert(0, [Cell(tr("🗑 Delete"), act(current, "d"))])
    return rows


async def edit(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """A button for each field, with what stands in it."""
    tr = actor_of(dialog_manager).tr
    organisation = await active(dialog_manager)
    if organisation is None:
        return {"rows": []}
    values = values_of(organisation)
    rows = []
    for current in Field:
        if is_asked(values, current):
            value = show(current, values[current], tr)
            rows.append([Cell(shorten(f"{tr(LABELS[current])}: {value or '–'}", LABEL), current)])
    return {"rows": rows}


async def people(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """Who acts for the active organisation."""
    tr = actor_of(dialog_manager).tr
    organisation = await active(dialog_manager)
    if organisation is None:
        return {"name": "–", "people": "", "code": ""}
    colleagues = await contacts.of_organisation(app_of(dialog_manager).db, organisation.id)
    lines = [_line(colleague, tr) for colleague in colleagues[:PEOPLE]]
    if (more := len(colleagues) - PEOPLE) > 0:
        lines.append(tr.plural("and %(n)s more", "and %(n)s more", more))
    return {
        "name": organisation.name,
        "people": Html("\n".join(lines)),
        "code": organisation.edrpou or "",
    }


def _line(colleague: Colleague, tr: Translator) -> str:
    """A person as a line: name, how to write to them, what they do."""
    known = [f"@{colleague.username}"] if colleague.username else []
    if role := CONTACT_ROLES.get(colleague.role or ""):
        known.append(tr(role))
    line = colleague.name or "–"
    return escape(f"• {line} ({', '.join(known)})" if known else f"• {line}")


async def switch(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The organisations that the person acts for, the active one marked."""
    person = actor_of(dialog_manager).person
    mine = await contacts.of_person(app_of(dialog_manager).db, person.id)
    rows = []
    for one in mine:
        mark = "✓ " if one.organisation_id == person.organisation_id else ""
        rows.append([Cell(f"{mark}{shorten(one.name, LABEL)}", str(one.organisation_id))])
    return {"rows": rows}


async def leave(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What leaving means, for the organisation that it was asked about."""
    db, work = app_of(dialog_manager).db, work_of(dialog_manager)
    organisation = await work.organisation(db)
    if organisation is None:
        return {"name": "–", "last": False}
    colleagues = await contacts.of_organisation(db, organisation.id)
    return {"name": organisation.name, "last": len(colleagues) == 1}
