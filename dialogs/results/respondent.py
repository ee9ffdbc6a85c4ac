"""What a respondent gets back: their peers, the links they could fill or find, what comes next."""

from collections.abc import Mapping
from typing import Any

import structlog
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from dialogs.context import actor_of, app_of
from dialogs.i18n import Html, Translator, escape
from dialogs.messages import toast
from dialogs.results import maps
from dialogs.results.directory import open_directory
from dialogs.results.reader import Reader
from dialogs.results.sending import send_picture
from dialogs.survey.desk import desk_of, response_of
from domain.surveys.interview import Interview
from domain.surveys.results.chain import chain
from domain.surveys.results.codebook import Codebook, Variable
from domain.surveys.results.disclosure import is_small
from storage import forms, results
from storage.results import Study

LISTED = 3

log = structlog.get_logger()


async def _study(manager: DialogManager) -> Study:
    app = app_of(manager)
    response = await response_of(manager)
    survey = await forms.by_id(app.db, response.survey_id)
    return await results.study(app.db, app.forms, survey)


def answers_of(interview: Interview, codebook: Codebook) -> dict[str, str]:
    """What a response says, by question name; repeats are left out."""
    found = {}
    for one in codebook.variables:
        for node in one.nodes:
            value = "" if one.repeats else interview.response.value(node)
            if value:
                found[one.name] = value
    return found


async def send_peers(manager: DialogManager) -> bool:
    """The picture of one's bottlenecks beside the peers'; False where there are no peers yet."""
    app, tr = app_of(manager), actor_of(manager).tr
    study = await _study(manager)
    interview = (await desk_of(manager)).interview
    reader = Reader.of(study.codebook, tr, app.now())
    own = answers_of(interview, study.codebook)
    picture = await maps.peers(app.db, study, own, reader)
    if picture is None or all(pair.peers is None for pair in picture.pairs):
        return False
    await send_picture(manager, picture)
    return True


async def after_submitting(manager: DialogManager) -> None:
    """The picture right after submitting. A receipt never waits for it in vain."""
    try:
        await send_peers(manager)
    except Exception:  # the response is submitted whatever becomes of its picture
        log.exception("no picture after submitting", response=manager.dialog_data.get("response"))


async def peers_again(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """The picture once more, from the receipt."""
    if not await send_peers(manager):
        tr = actor_of(manager).tr
        toast(tr("Your peers appear here once five of them have answered."), alert=True)


async def browse(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """The organisations that agreed to be shown in this survey."""
    response = await response_of(manager)
    survey = await forms.by_id(app_of(manager).db, response.survey_id)
    await open_directory(manager, survey.form_id)


async def links(manager: DialogManager, interview: Interview) -> Html:
    """Links of the chain that one could fill for others, and where to find one's own."""
    app, tr = app_of(manager), actor_of(manager).tr
    study = await _study(manager)
    parts = chain(study.codebook)
    if parts.stages is None or parts.missing_stages is None:
        return Html("")
    own = answers_of(interview, study.codebook)
    found = await results.figures(app.db, study.population, [parts.stages, parts.missing_stages])
    if is_small(found.responses):
        return Html("")
    offered = found.questions[parts.stages.name].counts
    asked = found.questions[parts.missing_stages.name].counts
    reader = Reader.of(study.codebook, tr, app.now())
    work, need = own.get(parts.stages.name, ""), own.get(parts.missing_stages.name, "")
    return Html(
        "\n".join(
            [
                *_lines(work, _without(asked, need), parts.stages, reader, tr, fill=True),
                *_lines(
                    need, _without(offered, work), parts.missing_stages, reader, tr, fill=False
                ),
            ]
        )
    )


def _without(counts: Mapping[str, int], own: str) -> dict[str, int]:
    """What others said: one's own response is among those that count."""
    return {code: n - (code in own.split()) for code, n in counts.items()}


def _lines(
    codes: str,
    counts: Mapping[str, int],
    variable: Variable,
    reader: Reader,
    tr: Translator,
    *,
    fill: bool,
) -> list[str]:
    wanted = sorted(codes.split(), key=lambda code: -counts.get(code, 0))
    lines: list[str] = []
    for code in [code for code in wanted if counts.get(code)][:LISTED]:
        n, name = counts[code], reader.labels.code(variable, code)
        words = (
            tr.plural(
                "🔗 You could fill: %(name)s – %(n)s organisation lacks it",
                "🔗 You could fill: %(name)s – %(n)s organisations lack it",
                n,
                name=name,
            )
            if fill
            else tr.plural(
                "🔎 You could find: %(name)s – %(n)s organisation works in it",
                "🔎 You could find: %(name)s – %(n)s organisations work in it",
                n,
                name=name,
            )
        )
        lines.append(escape(words))
    return lines
