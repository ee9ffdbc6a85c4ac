"""What the organiser's windows show. Whoever is no organiser (any more) is shown nothing."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from aiogram import Bot
from aiogram.utils.deep_linking import create_deep_link
from aiogram_dialog import DialogManager

from dialogs.authoring.desk import survey_of
from dialogs.authoring.report import DRAFT, LISTED, problem_html
from dialogs.context import actor_of, app_of
from dialogs.i18n import Html, Translator, escape
from dialogs.links import SURVEY
from dialogs.survey.markup import plain
from dialogs.survey.titles import title_of, titles_of
from dialogs.widgets.cells import Cell
from domain.surveys.interview import Visit
from domain.surveys.message import N_
from domain.surveys.versions import Change, Difference, compare
from storage import forms, invitations, quotas, versions

PAGE = "page"
MOVED = "moved"
NAMED = 6  # files that the card names; the rest is counted
DAY = timedelta(days=1)
SHOWN = 25  # differences that the card lists; the rest is counted

#: what the buttons of a survey depend on
FLAGS = (
    "accepts",
    "shut",
    "behind",
    "deadline",
    "invited",
    "anyone",
    "may_person",
    "may_organisation",
)
CHANGES = {
    Change.ADDED: N_("➕ new"),
    Change.REMOVED: N_("➖ gone"),
    Change.MOVED: N_("↪️ elsewhere"),
    Change.TYPE: N_("🔣 type"),
    Change.CHOICES: N_("☑️ choices"),
    Change.LOGIC: N_("🔀 logic"),
    Change.LABEL: N_("✏️ words"),
}


async def surveys(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """All surveys that were published."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    if not actor.person.organises:
        return {"allowed": False, "rows": []}
    found = await forms.surveys(app.db)
    titles = await titles_of(app.forms, found, actor.tr.language)
    rows = []
    for survey, title in zip(found, titles, strict=True):
        sign = "🟢" if survey.accepts(app.now()) else "🔴"
        rows.append([Cell(f"{sign} {title}", str(survey.id))])
    return {"allowed": True, "rows": rows}


async def file(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What was understood of a file, what is wrong with it, and what publishing it would do."""
    actor = actor_of(dialog_manager)
    packed = dialog_manager.start_data
    if not actor.person.organises or not isinstance(packed, dict) or "problems" not in packed:
        return {"allowed": False, "card": Html(""), "rows": [], "ok": False, "valid": False}
    tr, problems = actor.tr, packed["problems"]
    pages = max(1, -(-len(problems) // LISTED))
    page = min(int(dialog_manager.dialog_data.get(PAGE, 0)), pages - 1)
    shown = problems[page * LISTED : (page + 1) * LISTED]
    texts = [_head(packed, tr)]
    if page == 0:
        texts += [_unsupported(packed, tr), await _effects(dialog_manager, packed)]
    texts += [problem_html(problem, tr) for problem in shown]
    rows = []
    if pages > 1:
        turns = [("◀", page - 1), (f"{page + 1}/{pages}", page), ("▶", page + 1)]
        rows.append([Cell(text, str(to % pages)) for text, to in turns])
    return {
        "allowed": True,
        "valid": packed[DRAFT] is not None,
        "card": Html("\n\n".join(text for text in _within(texts) if text)),
        "rows": rows,
    }


def _within(texts: Sequence[str], room: int = 3_800) -> list[str]:
    """As many of the paragraphs as fit one message."""
    kept: list[str] = []
    for text in texts:
        room -= len(text) + 2
        if room < 0:
            break
        kept.append(text)
    return kept


def _head(packed: dict[str, Any], tr: Translator) -> str:
    title = tr.html("<b>📄 %(title)s</b>", title=plain(packed["title"])[:200])
    if packed["errors"]:
        wrong = tr.plural(
            "%(n)s error has to be mended first.",
            "%(n)s errors have to be mended first.",
            packed["errors"],
        )
        return f"{title}\n{escape(wrong)}"
    if packed[DRAFT] is None:
        return title
    languages = packed["languages"]
    lines = [
        title,
        tr.html(
            "Form id %(id)s, version %(version)s",
            id=packed["form_id"],
            version=packed["form_version"] or "–",
        ),
        escape(tr.plural("%(n)s question", "%(n)s questions", packed["questions"]))
        + ", "
        + escape(tr.plural("%(n)s section", "%(n)s sections", packed["sections"]))
        + ", "
        + escape(tr.plural("about %(n)s minute", "about %(n)s minutes", packed["minutes"])),
    ]
    if len(languages) > 1:
        lines.append(tr.html("Languages: %(languages)s", languages=", ".join(languages)))
    elif languages:
        lines.append(
            tr.html(
                "One language, %(language)s: everybody will read it in that.",
                language=languages[0],
            )
        )
    else:
        lines.append(
            tr.html("The form names no language: everybody will read it as it is written.")
        )
    if packed.get("files"):
        lines.append(tr.html("📎 With files: %(files)s", files=_names(packed["files"])))
    if packed.get("taken"):
        lines.append(
            tr.html("Taken from the published version: %(files)s", files=_names(packed["taken"]))
        )
    return "\n".join(lines)


def _names(files: Sequence[str]) -> str:
    """Files by name; of many the first ones, and how many more there are."""
    more = len(files) - NAMED
    return ", ".join(files[:NAMED]) + (f" + {more}" if more > 0 else "")


def _unsupported(packed: dict[str, Any], tr: Translator) -> str:
    if not packed["unsupported"]:
        return ""
    left_out = ", ".join(
        tr("%(name)s (%(type)s, row %(row)s)", name=name, type=kind, row=row or "–")
        for row, kind, name in packed["unsupported"][:20]
    )
    return tr.html(
        "🚫 A chat cannot put these questions; they are left out: %(names)s", names=left_out
    )


async def _effects(manager: DialogManager, packed: dict[str, Any]) -> str:
    """What publishing would change in the survey that there is, and for its open responses."""
    app, tr = app_of(manager), actor_of(manager).tr
    version = packed[DRAFT]
    source = await forms.source(app.db, version) if version is not None else None
    if source is None:
        return ""
    if source.current is None:
        return tr.html("🆕 A new survey.")
    if source.current == version:
        return tr.html("✅ This is the published version.")
    changes = compare(await app.forms.get(source.current), await app.forms.get(version))
    counts = await forms.response_counts(app.db, source.form_pk)
    lines = [tr.html("<b>🔁 A new version of a published survey</b>"), *listed(changes, tr)]
    if counts["draft"]:
        lines.append(
            escape(
                tr.plural(
                    "%(n)s open response stays in the version it was begun in, until you move it.",
                    "%(n)s open responses stay in the version they were begun in, until you move"
                    " them.",
                    counts["draft"],
                )
            )
        )
    return "\n".join(lines)


def listed(changes: Sequence[Difference], tr: Translator) -> list[str]:
    """Differences line by line; many are counted."""
    lines = []
    for one in changes[:SHOWN]:
        detail = f": {one.detail}" if one.detail else ""
        lines.append(
            f"{escape(tr(CHANGES[one.change]))} "
            f"<code>{escape(one.name)}</code>{escape(detail[:120])}"
        )
    if len(changes) > SHOWN:
        lines.append(
            escape(
                tr.plural(
                    "… and %(n)s more change", "… and %(n)s more changes", len(changes) - SHOWN
                )
            )
        )
    return lines or [tr.html("No question differs.")]


async def survey(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """A survey: whether it takes answers, until when, from whom, and how many it has."""
    app, actor, tr = app_of(dialog_manager), actor_of(dialog_manager), actor_of(dialog_manager).tr
    found = await survey_of(dialog_manager) if actor.person.organises else None
    if found is None:
        return {"allowed": False, "card": Html(""), **dict.fromkeys(FLAGS, False)}
    form = await app.forms.get(found.version_id)
    counts = await forms.response_counts(app.db, found.id)
    behind = await versions.behind(app.db, found.id, found.version_id)
    bot: Bot = dialog_manager.middleware_data["bot"]
    username = (await bot.me()).username or ""
    link = create_deep_link(username, "start", f"{SURVEY}{found.token}")
    accepts = found.accepts(app.now())
    until = ""
    if found.closes_at is not None:
        until = _until(found.closes_at, tr)
    per = (
        tr("One response of each organisation")
        if found.scope == "organisation"
        else tr("One response of each person")
    )
    who = tr("Anyone may answer")
    if found.audience == invitations.INVITED:
        who = tr.plural(
            "%(n)s organisation is invited",
            "%(n)s organisations are invited",
            await invitations.count(app.db, found.id),
        )
    lines = [
        tr.html("<b>%(title)s</b>", title=await title_of(app.forms, found, tr.language)),
        tr.html(
            "Form id %(id)s, version %(version)s", id=found.form_id, version=form.version or "–"
        ),
        escape(tr("🟢 Takes answers") if accepts else tr("🔴 Closed")),
        escape(until),
        escape(f"{who}. {per}."),
        escape(
            tr(
                "Submitted: %(submitted)s, open: %(open)s",
                submitted=counts["submitted"],
                open=counts["draft"],
            )
        ),
        escape(tr("Link: %(link)s", link=link)),
    ]
    if behind:
        lines.append(
            escape(
                tr.plural(
                    "%(n)s open response is in an older version.",
                    "%(n)s open responses are in an older version.",
                    len(behind),
                )
            )
        )
    return {
        "allowed": True,
        "card": Html("\n".join(line for line in lines if line)),
        "accepts": accepts,
        "shut": not accepts,
        "behind": bool(behind),
        "deadline": found.closes_at is not None,
        "invited": found.audience == invitations.INVITED,
        "anyone": found.audience != invitations.INVITED,
        "may_person": found.scope == "organisation" and not any(counts.values()),
        "may_organisation": found.scope == "person" and not any(counts.values()),
    }


def _until(closes_at: datetime, tr: Translator) -> str:
    """A deadline as it was written: of a whole day the last one, not the midnight after."""
    local = closes_at.astimezone(tr.zone)
    if local.time() == time():
        return tr("Deadline: %(day)s, till the end of the day", day=tr.date(local - DAY))
    return tr("Deadline: %(at)s", at=tr.moment(closes_at))


async def move(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What moving the open responses to the current version would do, or has done."""
    app, actor, tr = app_of(dialog_manager), actor_of(dialog_manager), actor_of(dialog_manager).tr
    found = await survey_of(dialog_manager) if actor.person.organises else None
    if found is None:
        return {"allowed": False, "card": Html(""), "left": False}
    done = dialog_manager.dialog_data.get(MOVED)
    if done is not None:
        return {"allowed": True, "card": Html(done), "left": False}
    new = await app.forms.get(found.version_id)
    behind = await versions.behind(app.db, found.id, found.version_id)
    visit = Visit(actor.person.id, tr.language, app.now())
    plans = []
    for one in behind:
        old = await app.forms.get(one.version_id)
        plans.append((one, await versions.plan(app.db, old, new, one.id, visit)))
    return {"allowed": True, "card": moves_html(plans, tr, done=False), "left": bool(behind)}


def moves_html(
    plans: Sequence[tuple[versions.Behind, Any]], tr: Translator, *, done: bool
) -> Html:
    """Each response with what it keeps and loses."""
    if not plans:
        return Html(tr.html("All open responses are in the current version."))
    lines: list[str] = [
        tr.html("<b>Moved to the current version</b>")
        if done
        else tr.html("<b>Move to the current version?</b>")
    ]
    for one, plan in plans:
        name = one.organisation or tr("Response %(id)s", id=one.id)
        kept = tr.plural("%(n)s answer kept", "%(n)s answers kept", plan.kept)
        lines.append(f"• {escape(name)}: {escape(kept)}")
        lines += [
            f"   − <code>{escape(lost.path.rpartition('/')[2])}</code>"
            f" = {escape(lost.value[:60])}: "
            f"{escape(tr.message(lost.reason))}"
            for lost in plan.lost
        ]
    return Html("\n".join(_within(lines, 3_600)))


async def quota(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The quotas of a survey."""
    app, actor, tr = app_of(dialog_manager), actor_of(dialog_manager), actor_of(dialog_manager).tr
    found = await survey_of(dialog_manager) if actor.person.organises else None
    if found is None:
        return {"allowed": False, "card": Html("")}
    lines = [
        tr.html(
            "<code>%(name)s = %(code)s</code>: %(taken)s of %(places)s submitted",
            name=one.node.rpartition("/")[2],
            code=one.code,
            taken=one.taken,
            places=one.places,
        )
        for one in await quotas.of_form(app.db, found.id)
    ]
    return {"allowed": True, "card": Html("\n".join(lines) or tr.html("No quotas yet."))}
