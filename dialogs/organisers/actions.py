"""The log's actions in words, and the log as a file."""

import csv
import io
from collections.abc import Sequence

from dialogs.exports.files import defused
from dialogs.i18n import Translator
from domain.surveys.message import N_
from storage.audit import Entry

ACTIONS = {
    "role.invite": N_("made a link that gives a role"),
    "role.accept": N_("got a role by a link"),
    "role.revoke": N_("took back a link"),
    "role.take": N_("took a role away"),
    "survey.publish": N_("published a survey"),
    "survey.open": N_("opened a survey"),
    "survey.close": N_("closed a survey"),
    "survey.deadline": N_("set a deadline"),
    "survey.audience": N_("changed who may answer"),
    "survey.scope": N_("changed whom a survey asks"),
    "survey.invite": N_("invited organisations"),
    "survey.quota": N_("set a quota"),
    "response.move": N_("moved a response to a new version"),
    "results.file": N_("took a file of results"),
    "results.personal": N_("took a file with personal data"),
    "event.save": N_("made or changed an event"),
    "event.cancel": N_("called an event off"),
    "event.open": N_("opened registration"),
    "event.close": N_("closed registration"),
    "event.remove": N_("removed a draft of an event"),
    "event.checkin": N_("admitted an attendee"),
    "event.checkin_undone": N_("took back a check-in"),
    "event.questions": N_("changed the questions of an event"),
    "event.list": N_("took a list of attendees"),
    "registration.approve": N_("approved a registration"),
    "registration.decline": N_("declined a registration"),
    "registration.cancel": N_("cancelled a registration"),
    "registration.first": N_("put somebody first on a waiting list"),
    "registration.ticket": N_("sent somebody their ticket again"),
    "registration.switch": N_("moved somebody between onsite and online"),
    "enquiry.take": N_("took a question"),
    "enquiry.answer": N_("answered a question"),
    "article.correct": N_("corrected an article"),
    "article.undo": N_("undid a correction"),
    "contact.accept": N_("let somebody into an organisation"),
    "contact.decline": N_("did not let somebody into an organisation"),
    "organisation.merge": N_("merged two organisations"),
    "organisation.unmerge": N_("made one organisation two again"),
    "contact.end": N_("noted that a contact has left"),
    "invite.list": N_("invited organisations from a list"),
    "invite.file": N_("took invitation links"),
    "broadcast.draft": N_("began to write a broadcast"),
    "broadcast.edit": N_("changed a broadcast"),
    "broadcast.test": N_("tested a broadcast"),
    "broadcast.send": N_("sent a broadcast, or asked to confirm it"),
    "broadcast.continue": N_("continued a broadcast to all"),
    "broadcast.pause": N_("paused a broadcast"),
    "broadcast.resume": N_("resumed a broadcast"),
    "broadcast.stop": N_("stopped a broadcast"),
    "broadcast.recall_delete": N_("deleted the messages of a broadcast"),
    "broadcast.recall_edit": N_("replaced the messages of a broadcast"),
    "broadcast.remove": N_("discarded a draft of a broadcast"),
    "log.file": N_("took a file of this log"),
}


def action_words(action: str, tr: Translator) -> str:
    """An action in the reader's language; its code where a newer version wrote it."""
    return tr(ACTIONS[action]) if action in ACTIONS else action


COLUMNS = ("at", "person", "action", "what", "subject")


def write_log(entries: Sequence[Entry], kind: str, tr: Translator) -> bytes:
    """The log as `xlsx` or `csv`: moments in UTC, people by their number alone."""
    rows = [
        (
            one.at.isoformat(timespec="seconds"),
            str(one.person_id),
            one.action,
            action_words(one.action, tr),
            one.subject,
        )
        for one in entries
    ]
    if kind == "csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows([COLUMNS, *([defused(cell) for cell in row] for row in rows)])
        return text.getvalue().encode("utf-8-sig")
    import xlsxwriter  # type: ignore[import-untyped]

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("log")
        for number, row in enumerate([COLUMNS, *rows]):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
        sheet.set_column(0, len(COLUMNS) - 1, 28)
    return content.getvalue()
