"""What is said where logic of a form was left out: it takes too much computing, or it fails."""

from collections.abc import Iterable

import structlog

from dialogs.i18n import Html, escape
from dialogs.survey.card import Desk, paragraphs
from domain.surveys.tree import plain_path

NAMED = 3  # places that are named
log = structlog.get_logger()


def left_out(desk: Desk) -> Html:
    """What the reader of a card is told of it, blank where nothing was left out.

    Who answers can do nothing about it but go on and say so; who walks a preview is told where.
    """
    tr, response = desk.tr, desk.interview.response
    overspent = response.overspent
    if not desk.preview:
        if not overspent:
            return Html("")
        return escape(
            tr(
                "⚠️ This survey asks for more computing than one answer may take, so some"
                " questions or sums may be missing here. Your answers are kept: go on, and tell"
                " whoever sent you the survey."
            )
        )
    failing = response.problems.keys() - set(overspent)
    return paragraphs(
        tr.html(
            "⚠️ Left out here, because it takes too much computing: %(places)s. Make the"
            " expression simpler or the repeat smaller, or people will miss this, too.",
            places=_places(overspent),
        )
        if overspent
        else "",
        tr.html(
            "⚠️ Fails here, where ODK Collect would stop with an error: %(places)s.",
            places=_places(failing),
        )
        if failing
        else "",
    )


def note_left_out(desk: Desk) -> None:
    """A line in the log for whoever runs the bot: which form, and where. Nobody's answers."""
    overspent = desk.interview.response.overspent
    if overspent:
        log.warning(
            "logic left out",
            form_id=desk.interview.form.form_id,
            response=desk.response_id,
            preview=desk.preview,
            places=len(overspent),
            such_as=_places(overspent),
        )


def _places(keys: Iterable[tuple[str, str]]) -> str:
    """Names and columns as in the form, each once however many instances there are."""
    found = sorted({f"{plain_path(path).rpartition('/')[2]} ({what})" for path, what in keys})
    more = len(found) - NAMED
    return ", ".join(found[:NAMED]) + (f" + {more}" if more > 0 else "")
