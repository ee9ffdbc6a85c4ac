"""What Lanka says without being asked: a template for each kind of `domain.messages.RULES`.

A template gets the message's parameters, with the facts that its check found (`storage.checks`),
`now`, `bot` and `secret` (for links), and says it in the reader's language when it is sent.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dialogs.context import App
from dialogs.events.entries import entry_file
from dialogs.events.notices import ENTRY
from dialogs.events.notices import words as event_words
from dialogs.events.reminders import words as reminder_words
from dialogs.events.tickets import ticket_message
from dialogs.funding.buttons import OpenEnquiry, Show, StopWatching
from dialogs.i18n import Translator, escape
from dialogs.notice_buttons import ConfirmBroadcast, JoinDecision, OpenMenu, mute_button
from dialogs.survey import nudges
from dialogs.survey.markup import plain
from domain.events.calendar import FILE
from domain.events.event import Event, Registration, State, in_language
from domain.events.event import Notice as EventKind
from domain.events.reminders import Reminder
from domain.funding.enquiries import Notice as Enquiry
from domain.messages import BROADCAST, RECALL, SECOND, TEST, Topic
from domain.people.membership import Notice as Kind
from domain.surveys.nudges import Nudge
from storage.delivery import Letter


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or a document that goes with a message: Telegram's file id, or its content."""

    kind: Literal["photo", "document"]
    file: str | bytes
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A message in its reader's language: HTML, and rows of (label, callback data or https link).

    With `media` the text is its caption. `edits` and `deletes` name a message of the chat that is
    changed or taken back instead of sending one; `media` of the edited one has to be given then.
    """

    text: str
    buttons: Sequence[Sequence[tuple[str, str]]] = ()
    media: Media | None = None
    edits: int | None = None
    deletes: int | None = None


Params = Mapping[str, Any]


def render(kind: str, params: Params, tr: Translator) -> Notice:
    """The message of a kind; KeyError for a kind that is not in the list."""
    return NOTICES[kind](params, tr)


async def word(app: App, letter: Letter, bot: str) -> Notice:
    """A message that is about to leave, in its reader's language; `bot` is the bot's username.

    Raises LookupError, TypeError or ValueError where its parameters are not those of its kind.
    """
    if letter.problem is not None:
        raise ValueError(letter.problem)
    load = LOADERS.get(letter.kind)
    loaded = await load(app, letter) if load else {}
    params = {
        **letter.params,
        **letter.facts,
        **loaded,
        "now": app.now(),
        "bot": bot,
        "secret": app.secret,
    }
    return render(letter.kind, params, Translator(letter.language, letter.time_zone))


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


def _article_changed(params: Params, tr: Translator) -> Notice:
    name = in_language(params["names"], tr.language)
    return Notice(
        "\n\n".join(
            [
                tr.html("<b>🔔 An article that fits you has changed</b>"),
                escape(name),
                tr.html("You asked to be told. Your verdict may be another one now."),
            ]
        ),
        [
            [(tr("Open the article"), Show(question=0, article=params["article"]).pack())],
            [(tr("🔕 Tell me no more"), StopWatching().pack())],
        ],
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 300 else f"{text[:299]}…"


def _event(kind: EventKind) -> Callable[[Params, Translator], Notice]:
    return lambda params, tr: Notice(*event_words(kind, params, tr))


def _event_entry(kind: EventKind) -> Callable[[Params, Translator], Notice]:
    """With a calendar file, for who has a seat: the new entry, or one that takes it away."""

    def say(params: Params, tr: Translator) -> Notice:
        event: Event = params["event_now"]
        registration: Registration = params["registration_now"]
        text, buttons = event_words(kind, params, tr)
        if registration.state is not State.CONFIRMED or event.starts_at is None:
            return Notice(text, buttons)
        gone = kind is EventKind.CANCELLED
        content = entry_file(
            event, registration, params["bot"], params["secret"], tr, cancelled=gone
        )
        return Notice(f"{text}\n\n{tr(ENTRY[kind])}", buttons, Media("document", content, FILE))

    return say


def _ticket(params: Params, tr: Translator) -> Notice:
    text, buttons = event_words(EventKind.TICKET, params, tr)
    event, registration = params["event_now"], params["registration_now"]
    picture, caption = ticket_message(event, registration, params["bot"], params["secret"], tr)
    return Notice(f"{text}\n\n{caption}", buttons, Media("photo", picture, "ticket.png"))


def _reminder(kind: Reminder) -> Callable[[Params, Translator], Notice]:
    return lambda params, tr: Notice(*reminder_words(kind, params, tr))


def _nudge(params: Params, tr: Translator) -> Notice:
    return Notice(*nudges.words(params, tr))


def _broadcast(params: Params, tr: Translator) -> Notice:
    media = params.get("media")
    return Notice(
        in_language(params["text"], tr.language),
        [[mute_button(Topic.NEWS, "", tr)]],
        Media(**media) if media else None,
    )


def _second(params: Params, tr: Translator) -> Notice:
    said = _short(plain(in_language(params["text"], tr.language)))
    return Notice(
        "\n\n".join(
            [
                tr.html("<b>✋ A broadcast waits for a second organiser</b>"),
                f"<blockquote>{escape(said)}</blockquote>",
                tr.html("Written by: %(name)s", name=params["author"] or "–"),
                tr.plural("To: %(n)s person", "To: %(n)s people", params["people"]),
            ]
        ),
        [[(tr("Look at it and decide"), ConfirmBroadcast(broadcast=params["broadcast"]).pack())]],
    )


def _recall(params: Params, tr: Translator) -> Notice:
    if params["delete"]:
        return Notice("", deletes=params["message"])
    media = params.get("media")
    return Notice(
        tr("<i>The organisers took this message back.</i>"),
        edits=params["message"],
        media=Media(**media) if media else None,
    )


NOTICES: Mapping[str, Callable[[Params, Translator], Notice]] = {
    Kind.JOIN_REQUEST: _join_request,
    Kind.JOIN_ACCEPTED: _join_accepted,
    Kind.JOIN_DECLINED: _join_declined,
    Enquiry.ENQUIRY_OPENED: _enquiry_opened,
    Enquiry.ENQUIRY_TAKEN: _enquiry_taken,
    Enquiry.ENQUIRY_ANSWERED: _enquiry_answered,
    Enquiry.ARTICLE_CHANGED: _article_changed,
    BROADCAST: _broadcast,
    TEST: _broadcast,
    RECALL: _recall,
    SECOND: _second,
    **{kind: _event(kind) for kind in EventKind},
    **{kind: _event_entry(kind) for kind in ENTRY},
    EventKind.TICKET: _ticket,
    **{kind: _reminder(kind) for kind in Reminder},
    **dict.fromkeys(Nudge, _nudge),
}

# What takes longer to find out than a check may, by kind: more parameters for the template.
LOADERS: Mapping[str, Callable[[App, Letter], Awaitable[Params]]] = dict.fromkeys(
    Nudge, nudges.load
)
