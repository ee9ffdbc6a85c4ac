"""Everything that Lanka says without being asked: the one list of templates.

| kind | when | to whom |
| --- | --- | --- |
| join_request | somebody names the code of an organisation | its contacts, else the organisers |
| join_accepted, join_declined | the first of them decides | the one who asked |
| event_offer, event_offer_expired | a seat is free, or was not taken in time | who waits |
| event_request | somebody registers where the organiser approves | the organisers |
| event_approved, event_declined | the first of them decides | who registered |
| event_moved, event_cancelled | time or place changes; it is called off | all registered |
| event_handed_over | a colleague gives a seat | who has it now |
| enquiry_opened | somebody wants a person's answer | the organisers |
| enquiry_taken, enquiry_answered | an organiser takes it, answers it | the one who asked |

None of these can be muted: somebody waits for each of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogs.events.notices import words as event_words
from dialogs.funding.buttons import OpenEnquiry
from dialogs.i18n import Translator, escape
from dialogs.notice_buttons import JoinDecision, OpenMenu
from domain.events.event import Notice as EventKind
from domain.funding.enquiries import Notice as Enquiry
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


def _enquiry_opened(params: Params, tr: Translator) -> Notice:
    who = ", ".join(part for part in (params["asker"], params["organisation"]) if part)
    return Notice(
        "\n\n".join(
            [
                tr.html("<b>📨 A question for a person</b>"),
                f"<blockquote>{escape(params['text'][:2500])}</blockquote>",
                *([tr.html("From: %(who)s", who=who)] if who else []),
            ]
        ),
        [[(tr("Open the question"), OpenEnquiry(enquiry=params["enquiry"]).pack())]],
    )


def _enquiry_taken(params: Params, tr: Translator) -> Notice:
    return Notice(
        tr.html(
            "👤 %(name)s is working on your question: “%(text)s”. The answer comes here.",
            name=params["by"] or tr("An organiser"),
            text=_short(params["text"]),
        )
    )


def _enquiry_answered(params: Params, tr: Translator) -> Notice:
    return Notice(
        "\n\n".join(
            [
                tr.html("<b>✅ An answer to your question</b>"),
                f"<blockquote>{escape(_short(params['text']))}</blockquote>",
                escape(params["answer"]),
                f"<i>{escape(params['by'] or tr('An organiser'))}</i>",
            ]
        ),
        [[(tr("Open the menu"), OpenMenu().pack())]],
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 300 else f"{text[:299]}…"


def _event(kind: EventKind) -> Callable[[Params, Translator], Notice]:
    return lambda params, tr: Notice(*event_words(kind, params, tr))


NOTICES: Mapping[str, Callable[[Params, Translator], Notice]] = {
    Kind.JOIN_REQUEST: _join_request,
    Kind.JOIN_ACCEPTED: _join_accepted,
    Kind.JOIN_DECLINED: _join_declined,
    Enquiry.ENQUIRY_OPENED: _enquiry_opened,
    Enquiry.ENQUIRY_TAKEN: _enquiry_taken,
    Enquiry.ENQUIRY_ANSWERED: _enquiry_answered,
    **{kind: _event(kind) for kind in EventKind},
}
