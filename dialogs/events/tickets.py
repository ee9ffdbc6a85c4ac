"""The ticket as a message: a picture for the door's camera, and what is said below it."""

import io

import segno

from dialogs.events.entries import LINK, call_link
from dialogs.i18n import Html, Translator
from domain.events.event import Event, Mode, Registration
from domain.events.tickets import CHECK_IN, ticket

TICKET = "c"  # + a signed ticket: a deep link for the door


def qr_picture(text: str) -> bytes:
    """A QR code as PNG, white around it, readable by any camera."""
    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="png", scale=8, border=4, light="white")
    return picture.getvalue()


def ticket_message(
    event: Event, registration: Registration, bot: str, secret: bytes, tr: Translator
) -> tuple[bytes, Html]:
    """Picture and caption for who has a seat; `bot` is a username."""
    picture = qr_picture(LINK % (bot, TICKET + ticket(secret, CHECK_IN, event, registration)))
    caption = tr.html(
        "🎟 <b>%(title)s</b>\n%(name)s\nCode: <code>%(code)s</code>",
        title=event.name(tr.language),
        name=registration.attendee,
        code=registration.code,
    )
    says = tr.html("Show this at the door.")
    if registration.mode is Mode.ONLINE:
        says = tr.html(
            "▶️ From 30 minutes before the start this link opens the call, for you alone: %(link)s",
            link=call_link(secret, event, registration, bot),
        )
    return picture, Html(f"{caption}\n\n{says}")
