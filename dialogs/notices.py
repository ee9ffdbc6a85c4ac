"""Everything that Lanka says without being asked: the one list of templates.

| kind | when | to whom |
| --- | --- | --- |
| join_request | somebody names the code of an organisation | its contacts, else the organisers |
| join_accepted, join_declined | the first of them decides | the one who asked |

None of these can be muted: somebody waits for each of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogs.i18n import Translator
from dialogs.notice_buttons import JoinDecision, OpenMenu
from domain.people.membership import Notice as Kind


@dataclass(frozen=True, slots=True)
class Notice:
    """A message in its reader's language: HTML, and rows of (label, callback data)."""

    text: str
    buttons: Sequence[Sequence[tuple[str, str]]] = ()


Params = Mapping[str, Any]


def render(kind: str, params: Params, tr: Translator) -> Notice:
    """The message of a kind; KeyError for a kind that is not in the list."""
    return NOTICES[kind](params, tr)


def _join_request(params: Params, tr: Translator) -> Notice:
    username = params["username"]
    name = f"{params['name']} (@{username})" if username else params["name"]
    return Notice(
        "\n\n".join(
            [
                tr.html("<b>Somebody asks to act for: %(name)s</b>", name=params["organisation"]),
                tr.html("Who: %(name)s", name=name),
                tr("Whoever acts for an organisation sees its profile and answers its surveys."),
                tr("<b>Do you know this person?</b>"),
            ]
        ),
        [
            [(tr("✅ Yes, let in"), JoinDecision(contact=params["contact"], accept=True).pack())],
            [(tr("✖️ No, decline"), JoinDecision(contact=params["contact"], accept=False).pack())],
        ],
    )


def _join_accepted(params: Params, tr: Translator) -> Notice:
    return Notice(
        tr.html("✅ You now act for <b>%(name)s</b>.", name=params["organisation"]),
        [[(tr("Open the menu"), OpenMenu().pack())]],
    )


def _join_declined(params: Params, tr: Translator) -> Notice:
    return Notice(
        tr.html(
            "Your request to act for the organisation with the code %(code)s was declined. If this"
            " is a mistake, talk to a colleague who acts for it; you can ask again in a day.",
            code=params["organisation"],
        )
    )


NOTICES: Mapping[str, Callable[[Params, Translator], Notice]] = {
    Kind.JOIN_REQUEST: _join_request,
    Kind.JOIN_ACCEPTED: _join_accepted,
    Kind.JOIN_DECLINED: _join_declined,
}
