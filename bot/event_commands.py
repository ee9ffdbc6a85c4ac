"""`lanka event …`: events on the command line, with the same rules as in the chat."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.clock import utc_now
from bot.form_commands import with_database
from bot.publishing import prepare
from bot.survey_commands import AsJson, Beside, print_json
from dialogs.events.attendee_file import write_attendees
from dialogs.events.papers import door_list as typeset_door_list
from dialogs.i18n import Translator
from domain.events.definition import Definition, DefinitionError, parse
from domain.events.event import Event, State
from domain.surveys.message import N_, Message
from storage import attendees, events, forms
from storage.attendees import Attendee
from storage.database import Database
from storage.events import Counts

app = typer.Typer(help="Events: registration, lists, the door.", no_args_is_help=True)

NO_QUESTIONS = N_("“questions” names the file %(file)s, which is not there.")
BAD_QUESTIONS = N_("“questions” names %(file)s, which is no form: %(why)s")

Slug = Annotated[str, typer.Argument(metavar="EVENT", help="The event's id, as in its file.")]
Description = Annotated[
    Path, typer.Argument(help="A YAML file that describes an event.", exists=True, dir_okay=False)
]


@app.command("import")
def import_event(file: Description, as_json: AsJson = False) -> None:
    """Make the event that a file describes, or change it; all or nothing."""
    try:
        wanted = parse(file.read_bytes())
        event = with_database(lambda db: _save(db, wanted, file))
    except DefinitionError as error:
        _refuse([str(problem) for problem in error.problems], as_json)
    if as_json:
        print_json(event_json(event, None))
    else:
        typer.echo(f"{event.slug}: {event.state.value}")


async def _save(db: Database, wanted: Definition, file: Path) -> Event:
    if wanted.questions is None:
        return await events.save(db, wanted, utc_now())
    path = file.parent / Path(wanted.questions).name
    content = await asyncio.to_thread(_read, path)
    report, workbook = await prepare(content, path.name, Beside(path))
    if report.form is None or workbook is None:
        why = "; ".join(str(problem.message) for problem in report.errors)
        raise DefinitionError([Message(BAD_QUESTIONS, {"file": path.name, "why": why})])
    # The event first: where it cannot be, its questions would be left behind as a survey.
    await events.save(db, wanted, utc_now())
    await forms.publish(db, report.form, workbook, utc_now())
    survey = await forms.by_form_id(db, report.form.form_id)
    assert survey is not None  # noqa: S101 - published two lines above
    return await events.save(db, wanted, utc_now(), form_id=survey.id)


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise DefinitionError([Message(NO_QUESTIONS, {"file": path.name})])
    return path.read_bytes()


@app.command("list")
def list_events(as_json: AsJson = False) -> None:
    """List all events: drafts, published ones, cancelled ones."""

    async def work(db: Database) -> list[tuple[Event, Counts]]:
        found = await events.everything(db)
        return [(event, await events.counts(db, event.id, utc_now())) for event in found]

    found = with_database(work)
    if as_json:
        print_json([event_json(event, counts) for event, counts in found])
        return
    table = Table("event", "state", "start", "zone", "confirmed", "offered", "waiting", "pending")
    for event, counts in found:
        states = (State.CONFIRMED, State.OFFERED, State.WAITING, State.PENDING)
        figures = [str(counts.by_state.get(state, 0)) for state in states]
        start = event_json(event, None)["start"] or "–"
        table.add_row(escape(event.slug), event.state.value, start, event.zone, *figures)
    Console().print(table)


@app.command()
def registrations(event: Slug, as_json: AsJson = False) -> None:
    """List the registrations of an event, in the order in which they were made."""
    _, found = with_database(lambda db: _attendees(db, event))
    if as_json:
        print_json([attendee_json(one) for one in found])
        return
    table = Table("code", "attendee", "organisation", "mode", "state", "attended")
    for one in found:
        r = one.registration
        came = "yes" if r.attended else ""
        names = (escape(r.attendee), escape(one.organisation))
        table.add_row(r.code, *names, r.mode.value, r.state.value, came)
    Console().print(table)


Output = Annotated[Path, typer.Option("-o", "--output", help="The file to write.")]


@app.command()
def export(event: Slug, output: Output) -> None:
    """Write the attendees as XLSX: one row for each, the event's questions as columns."""
    found, people = with_database(lambda db: _attendees(db, event))
    _writable(output)
    write_attendees(output, found, people)
    typer.echo(f"{output}: {len(people)} registrations")


Lang = Annotated[str, typer.Option("--lang", help="uk or en.")]


@app.command("door-list")
def door_list(event: Slug, output: Output, lang: Lang = "uk") -> None:
    """Write a list to print for the door, as PDF: everybody who has a seat, by name."""
    if lang not in ("uk", "en"):
        raise typer.BadParameter(f"--lang takes uk or en, not {lang}")
    found, people = with_database(lambda db: _attendees(db, event))
    seated = [one for one in people if one.registration.state is State.CONFIRMED]
    _writable(output)
    output.write_bytes(typeset_door_list(found, seated, Translator(lang, found.zone)))
    typer.echo(f"{output}: {len(seated)} attendees")


async def _attendees(db: Database, slug: str) -> tuple[Event, list[Attendee]]:
    event = await events.by_slug(db, slug)
    if event is None:
        known = ", ".join(one.slug for one in await events.everything(db)) or "none"
        raise typer.BadParameter(f"there is no event {slug} (known: {known})")
    return event, await attendees.of_event(db, event)


def _writable(file: Path) -> None:
    if not file.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {file.parent}")


def _refuse(problems: list[str], as_json: bool) -> NoReturn:
    if as_json:
        typer.echo(json.dumps({"errors": problems}, ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            typer.echo(problem, err=True)
    raise typer.Exit(1)


def event_json(event: Event, counts: Counts | None) -> dict[str, Any]:
    """An event for scripts; moments in UTC with their offset. docs/events.md gives the shape."""
    shape: dict[str, Any] = {
        "id": event.slug,
        "token": event.token,
        "state": event.state.value,
        "title": dict(event.title),
        "start": event.starts_at.isoformat() if event.starts_at else None,
        "end": event.ends_at.isoformat() if event.ends_at else None,
        "zone": event.zone,
        "place": dict(event.place),
        "languages": list(event.languages),
        "organiser": event.organiser,
        "capacity": {mode.value: seats for mode, seats in event.capacity.items()},
        "organisation_limit": event.organisation_limit,
        "approval": event.approval,
        "registration_open": event.registration_open,
    }
    if counts is not None:
        shape["counts"] = {state.value: counts.by_state.get(state, 0) for state in State}
        shape["attended"] = counts.attended
        shape["taken"] = {mode.value: counts.taken.by_mode.get(mode, 0) for mode in event.modes}
    return shape


def attendee_json(one: Attendee) -> dict[str, Any]:
    """A registration for scripts."""
    r = one.registration
    moments = {
        "registered_at": r.created_at,
        "offer_expires_at": r.offer_expires_at,
        "checked_in_at": r.checked_in_at,
        "joined_at": r.joined_at,
    }
    return {
        "id": r.id,
        "code": r.code,
        "attendee": r.attendee,
        "organisation": one.organisation,
        "edrpou": one.edrpou,
        "mode": r.mode.value,
        "state": r.state.value,
        "attended": r.attended,
        **{name: at.isoformat() if at else None for name, at in moments.items()},
        "checked_in_by": one.checked_in_by,
        "rating": r.rating,
        "source": r.source,
        "answers": dict(one.answers),
    }
