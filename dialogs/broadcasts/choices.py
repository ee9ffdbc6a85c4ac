"""The conditions of a segment in words, with what can be chosen for each."""

from dataclasses import replace
from typing import Any

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, app_of
from dialogs.events.getters import label
from dialogs.i18n import LANGUAGES
from dialogs.results.reader import Reader
from dialogs.survey.titles import titles_of
from domain.people.segment import EVENT_STATUSES, SURVEY_STATUSES, Segment
from domain.people.vocabulary import OBLASTS, ORGANISATION_TYPES
from domain.surveys.message import N_
from domain.surveys.results.chain import chain
from domain.surveys.results.codebook import Variable
from storage import events, forms, results

DIMENSIONS = {
    "types": N_("🏥 Type of organisation"),
    "oblasts": N_("📍 Oblast"),
    "languages": N_("🌐 Language"),
    "survey": N_("📋 Which survey"),
    "survey_statuses": N_("📋 How far with the survey"),
    "event": N_("📅 Which event"),
    "event_statuses": N_("📅 How with the event"),
    "links": N_("🔗 Link of the chain"),
}
STATUSES = {
    "not_started": N_("not started"),
    "unfinished": N_("unfinished"),
    "finished": N_("finished"),
    "registered": N_("registered"),
    "waiting": N_("waiting"),
    "attended": N_("attended"),
    "no_show": N_("did not come"),
}
ONE = ("survey", "event")  # of which there is one

Option = tuple[str, str, bool]  # code, label, whether it is chosen


async def options(manager: DialogManager, name: str, segment: Segment) -> list[Option]:
    """What can be chosen for a condition."""
    tr, app = actor_of(manager).tr, app_of(manager)
    chosen = getattr(segment, name)
    match name:
        case "types":
            found = [(code, tr(words)) for code, words in ORGANISATION_TYPES.items()]
        case "oblasts":
            found = [(code, tr(words)) for code, words in OBLASTS.items()]
        case "languages":
            found = list(LANGUAGES.items())
        case "survey":
            surveys = await forms.surveys(app.db)
            titles = await titles_of(app.forms, surveys, tr.language)
            found = [(str(one.id), name) for one, name in zip(surveys, titles, strict=True)]
        case "event":
            every = await events.everything(app.db)
            found = [(str(one.id), label(one, tr)) for one in every if one.state != "draft"][-20:]
        case "links":
            variable, reader = await _stages(manager)
            found = (
                [(code, reader.labels.code(variable, code)) for code in variable.codes]
                if variable and reader
                else []
            )
        case _:
            statuses = SURVEY_STATUSES if name == "survey_statuses" else EVENT_STATUSES
            found = [(code, tr(STATUSES[code])) for code in statuses]
    if name in ONE:
        return [(code, words, code == str(chosen)) for code, words in found]
    return [(code, words, code in chosen) for code, words in found]


async def _stages(manager: DialogManager) -> tuple[Variable | None, Reader | None]:
    """The question about links of the chain, of the newest survey that asks it."""
    app, tr = app_of(manager), actor_of(manager).tr
    for survey in await forms.surveys(app.db):
        study = await results.study(app.db, app.forms, survey)
        stages = chain(study.codebook).stages
        if stages is not None:
            return stages, Reader.of(study.codebook, tr, app.now())
    return None, None


async def toggled(manager: DialogManager, name: str, press: str, segment: Segment) -> Segment:
    """The segment with a value switched on ("+code") or off ("-code"): a double tap is one."""
    code, on = press[1:], press[:1] == "+"
    if code not in {one for one, *_ in await options(manager, name, segment)}:
        return segment
    if name in ONE:
        return _with(segment, name, int(code) if on else None)
    rest = tuple(one for one in getattr(segment, name) if one != code)
    changed = _with(segment, name, (*rest, code) if on else rest)
    if name == "links":
        variable, _reader = await _stages(manager)
        changed = replace(changed, nodes=variable.nodes if variable else ())
    return changed


def _with(segment: Segment, name: str, value: Any) -> Segment:
    changes: dict[str, Any] = {name: value}
    return replace(segment, **changes)


async def chosen_words(manager: DialogManager, segment: Segment) -> str:
    """To whom, in one line."""
    tr = actor_of(manager).tr
    parts = []
    for name in DIMENSIONS:
        if not getattr(segment, name):
            continue
        words = [said for _, said, on in await options(manager, name, segment) if on]
        if words:
            parts.append(" / ".join(words))
    return "; ".join(parts) or tr("everybody who agreed and did not mute news")
