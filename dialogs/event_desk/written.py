"""What is written or sent on a field's screen."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiogram.types import Message
from aiogram_dialog import DialogManager

from dialogs.authoring.report import LISTED
from dialogs.context import actor_of, app_of
from dialogs.event_desk.desk import (
    allowed,
    ask_first,
    below,
    change,
    event_of,
    field_of,
    go_on,
    gone,
    say,
)
from dialogs.event_desk.fields import TEXTS, Field
from dialogs.event_desk.moments import read
from dialogs.event_desk.presses import take_zone
from dialogs.event_desk.screens import language_of, mode_of
from dialogs.i18n import LANGUAGES
from dialogs.organisation.zones import find_zone, like
from dialogs.states import EventDesk
from domain.events.definition import MOST, TEXT_LIMIT, TITLE_LIMIT, Definition
from domain.events.editing import with_seats, with_text
from domain.events.event import Event, EventState
from domain.events.materials import MOST as MOST_MATERIALS
from domain.surveys.xlsform.workbook import MAX_BYTES
from domain.surveys.xlsform.worker import check_apart
from storage import events, forms

LINK = re.compile(r"https://[^\s/]+\.\S+")
BOUNDS = {Field.LIMIT: MOST, Field.CLAIM: 24 * 14, Field.SEATS: MOST}


async def written(message: Message, _: Any, manager: DialogManager) -> None:
    """A text: what it means depends on the field."""
    below(manager)
    if not await allowed(manager, pressed=False):
        return
    tr, event, field = actor_of(manager).tr, await event_of(manager), field_of(manager)
    text = (message.text or "").strip()
    if event is None:
        await gone(manager)
    elif field in TEXTS:
        await _text(manager, field, text)
    elif field in (Field.START, Field.END, Field.CLOSES):
        await read(manager, field, text)
    elif field is Field.ZONE:
        await _zone(manager, event, text)
    elif field in BOUNDS:
        await _number(manager, event, field, text)
    elif field is Field.LINK or field is Field.MATERIALS:
        if not LINK.fullmatch(text):
            say(manager, tr("⚠️ A link begins with https://"))
        elif field is Field.LINK:
            await _set(manager, join_url=text)
        else:
            await _attach(manager, {"url": text})
    elif field is Field.ORGANISER and 0 < len(text) <= TITLE_LIMIT:
        await _set(manager, organiser=" ".join(text.split()))
    else:
        say(manager, tr("Please use the buttons here; /cancel leads to the menu."))


async def sent(message: Message, _: Any, manager: DialogManager) -> None:
    """A file: a form with the event's own questions, or an attachment."""
    below(manager)
    if not await allowed(manager, pressed=False):
        return
    tr, event, field = actor_of(manager).tr, await event_of(manager), field_of(manager)
    file = message.document or message.video
    photo = message.photo[-1] if message.photo else None  # the largest size stands last
    if event is None:
        await gone(manager)
    elif file is not None and field is Field.MATERIALS:
        kind = "document" if message.document else "video"
        name = file.file_name or kind
        await _attach(manager, {"file": file.file_id, "name": name, "as": kind})
    elif photo is not None and field is Field.MATERIALS:
        await _attach(manager, {"file": photo.file_id, "name": tr("Photo"), "as": "photo"})
    elif message.document is not None and field is Field.QUESTIONS:
        await _questions(message, manager, event)
    else:
        say(manager, tr("⚠️ No file is asked for here."))


async def _set(manager: DialogManager, **values: Any) -> None:
    if await change(manager, lambda wanted: replace(wanted, **values)) is not None:
        await go_on(manager)


async def _text(manager: DialogManager, field: Field, text: str) -> None:
    tr, name = actor_of(manager).tr, TEXTS[field]
    limit = TEXT_LIMIT if field is Field.DESCRIPTION else TITLE_LIMIT
    if len(text) > limit:
        words = tr(
            "⚠️ This has %(length)s characters; %(limit)s are possible.",
            length=tr.number(len(text)),
            limit=tr.number(limit),
        )
        say(manager, words)
        return
    code = language_of(dict(manager.dialog_data), tr)

    event = await event_of(manager)
    if field is Field.PLACE and event is not None and event.state is EventState.PUBLISHED:
        manager.dialog_data["words"] = (code, text)
        await ask_first(manager, event, "place")
        return
    done = await change(manager, lambda wanted: with_text(wanted, name, code, text))
    if done is None:
        return
    missing = [one for one in LANGUAGES if not getattr(done.event, name).get(one)]
    if not missing:
        await go_on(manager)
        return
    manager.dialog_data["lang"] = missing[0]
    say(manager, tr("💾 Kept. You can write it in the other language as well, or go on."))


async def _zone(manager: DialogManager, event: Event, text: str) -> None:
    zone = find_zone(text)
    if zone is not None:
        await take_zone(manager, event, zone)
        return
    found = like(text)
    manager.dialog_data["zones"] = found or None
    tr = actor_of(manager).tr
    if found:
        say(manager, tr("Which of these?"))
    else:
        say(manager, tr("⚠️ There is no time zone “%(zone)s”. Write a large city.", zone=text[:60]))


async def _number(manager: DialogManager, event: Event, field: Field, text: str) -> None:
    tr = actor_of(manager).tr
    digits = re.sub(r"[\s\u00a0]", "", text)
    most, mode = BOUNDS[field], mode_of(event, dict(manager.dialog_data))
    if not re.fullmatch(r"[0-9]{1,6}", digits) or not 1 <= int(digits) <= most:
        say(manager, tr("⚠️ Write a whole number from 1 to %(most)s.", most=tr.number(most)))
    elif field is Field.LIMIT:
        await _set(manager, organisation_limit=int(digits))
    elif field is Field.CLAIM:
        await _set(manager, claim_hours=int(digits))
    elif mode is not None:
        await change(manager, lambda wanted: with_seats(wanted, mode, int(digits)))


async def _attach(manager: DialogManager, what: Mapping[str, str]) -> None:
    tr = actor_of(manager).tr
    kind = str(manager.dialog_data.get("kind") or "agenda")

    def add(wanted: Definition) -> Definition:
        new = {"kind": kind, **what}
        known = [one for one in wanted.materials if {**one, "who": ""} != {**new, "who": ""}]
        return replace(wanted, materials=(*known, new)[:MOST_MATERIALS])

    done = await change(manager, add)
    if done is None:
        return
    if len(done.before.materials) >= MOST_MATERIALS:
        say(manager, tr("⚠️ An event has at most %(n)s materials.", n=MOST_MATERIALS))
    else:
        say(manager, tr("📎 Attached. Choose who sees it with the button 👁."))


async def _questions(message: Message, manager: DialogManager, event: Event) -> None:
    app, actor, document = app_of(manager), actor_of(manager), message.document
    tr = actor.tr
    if document is None or message.bot is None or (document.file_size or 0) > MAX_BYTES:
        say(manager, tr("⚠️ This file is too large for a form."))
        return
    found = await message.bot.download(document)
    content, name = found.read() if found else b"", document.file_name or "form.xlsx"
    report = await check_apart(content, name, {})
    if report.form is None:
        for problem in report.errors[:LISTED]:
            say(manager, "⚠️ " + tr.message(problem.message))
        say(manager, tr("The form was not attached; nothing has changed."))
        return
    digest = forms.digest(content, {})
    workbook = forms.Workbook(name, content, report.xform, digest, {})
    by, now = actor.person.id, app.now()
    version = await forms.keep_draft(app.db, report.form, workbook, now, by)
    published = await forms.publish_draft(app.db, version, now, by)
    if published is None:
        say(manager, tr("This draft is gone: a newer file took its place."))
        return
    await events.set_questions(app.db, event.id, published[0], by, now)
    number = len(list(report.form.questions))
    say(manager, tr.plural("📝 %(n)s question attached.", "📝 %(n)s questions attached.", number))
    await go_on(manager)


async def find(message: Message, _: Any, manager: DialogManager) -> None:
    """Search the people by what was written."""
    below(manager)
    manager.dialog_data["find"] = (message.text or "").strip()[:60]
    manager.dialog_data["page"] = 0
    await manager.switch_to(EventDesk.people)
