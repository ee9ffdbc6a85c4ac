"""A submission from elsewhere, answered into our form as a person would answer it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.people.edrpou import EdrpouError, parse_edrpou
from domain.surveys.form import Element, Form, Kind, Question, Repeat
from domain.surveys.imports.submissions import Part, Submission
from domain.surveys.message import N_, Message
from domain.surveys.response import Response
from domain.surveys.tree import plain_path

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
EDRPOU = "organisation.edrpou"

MISSING = N_("An answer is needed here.")
NO_TABLE = N_("The file has no table for this repeat, so its answers are missing.")
NO_ROOM = N_("The form has %(room)s instances here, the file %(rows)s.")
NOT_ASKED = N_("Not asked in view of the other answers; the value is kept, but does not count.")
NOT_TAKEN = N_("Not asked in view of the other answers; left out of the file's instances: %(n)s.")
COMPUTED_OTHERWISE = N_("The file says %(theirs)s, the form computes %(ours)s.")


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that the form refuses, or (in `Played.notes`) one that calls for a look."""

    path: str
    value: str
    message: Message


@dataclass(slots=True)
class Played:
    """What became of a submission: texts by positioned path, and the counts of free repeats.

    With `refused` it is not to be imported. `ties` holds what it says about the organisation, by
    the profile's names.
    """

    answers: dict[str, str]
    repeats: dict[str, int]
    refused: list[Refused] = field(default_factory=list)
    notes: list[Refused] = field(default_factory=list)
    ties: dict[str, str] = field(default_factory=dict)


def play(form: Form, submission: Submission, now: datetime) -> Played:
    """Answer the form with a submission; the form's clock stands where it was submitted.

    `now` (aware) is the clock of one without a time; its zone is the zone of all dates.
    """
    moment = (submission.submitted_at or now).astimezone(now.tzinfo)
    played = _Player(form, submission.part, moment).run()
    instance_id = f"/{form.template.name}/meta/instanceID"
    if instance_id in form.binds and _UUID.fullmatch(submission.key):
        played.answers[instance_id] = f"uuid:{submission.key}"
    return played


class _Player:
    def __init__(self, form: Form, part: Part, now: datetime) -> None:
        self._form = form
        self._part = part
        self._outside = {
            path: text for path, text in part.values.items() if not self._is_question(path)
        }
        own = {path: text for path, text in self._outside.items() if not self._calculates(path)}
        self._response = Response(form, own, now=now)
        self._response.first_load()
        self._done: set[str] = set()
        self._without_table: set[str] = set()
        self._refused: dict[str, Refused] = {}
        self._not_taken: list[Refused] = []
        self._notes: list[Refused] = []
        self._given: dict[str, str] = {}

    def run(self) -> Played:
        root = f"/{self._form.template.name}"
        while True:  # an answer further down may decide what is asked further up
            before = len(self._done)
            self._refused.clear()
            self._not_taken.clear()
            self._given.clear()
            self._fill(self._form.children, root, self._part)
            if len(self._done) == before:
                break
        answers = self._response.answers
        for path, value in self._given.items():
            if path not in self._done and path not in self._refused:
                self._notes.append(Refused(path, value, Message(NOT_ASKED)))
                answers[path] = value
        for path in self._response.missing():
            if any(plain_path(path).startswith(f"{repeat}/") for repeat in self._without_table):
                self._notes.append(Refused(path, "", Message(NO_TABLE)))
            else:
                self._refused.setdefault(path, Refused(path, "", Message(MISSING)))
        self._notes += self._not_taken
        self._compare_calculations()
        answers |= {
            path: text for path, text in self._outside.items() if not self._calculates(path)
        }
        return Played(
            answers,
            dict(self._response.repeats),
            list(self._refused.values()),
            self._notes,
            self._ties(),
        )

    def _is_question(self, path: str) -> bool:
        element = self._form.by_path.get(path)
        return isinstance(element, Question) and element.asked

    def _calculates(self, path: str) -> bool:
        bind = self._form.binds.get(path)
        return bind is not None and bind.calculate is not None

    def _fill(self, elements: Sequence[Element], parent: str, part: Part) -> None:
        for element in elements:
            path = f"{parent}/{element.path.rpartition('/')[2]}"
            if isinstance(element, Question):
                self._answer(element, path, part.values.get(element.path, ""))
            elif isinstance(element, Repeat):
                self._fill_repeat(element, path, parent, part)
            else:
                self._fill(element.children, path, part)

    def _fill_repeat(self, repeat: Repeat, path: str, parent: str, part: Part) -> None:
        rows = part.repeats.get(repeat.path)
        if rows is None:  # KoboToolbox's CSV has no tables of repeats: nothing is known of them
            self._without_table.add(repeat.path)
            rows = []
        if repeat.count is None and self._response.relevant(parent):
            self._resize(repeat, path, parent, len(rows))
        room = self._response.instances(repeat, parent)
        if room < len(rows) and self._is_asked(repeat, parent):
            message = Message(NO_ROOM, {"room": room, "rows": len(rows)})
            self._refused[path] = Refused(path, str(len(rows)), message)
        elif room < len(rows):
            message = Message(NOT_TAKEN, {"n": len(rows) - room})
            self._not_taken.append(Refused(path, str(len(rows)), message))
        for position, row in enumerate(rows[:room], start=1):
            self._fill(repeat.children, f"{path}[{position}]", row)

    def _is_asked(self, repeat: Repeat, parent: str) -> bool:
        """Whether instances would count: what stopped to was often left in the file."""
        if repeat.count is not None:
            return self._response.relevant(parent)
        return self._response.may_add(repeat, parent)

    def _resize(self, repeat: Repeat, path: str, parent: str, wanted: int) -> None:
        while self._response.instances(repeat, parent) < wanted:
            if self._response.add_instance(repeat, parent) is None:
                return
        while (last := self._response.instances(repeat, parent)) > wanted:
            self._response.remove_instance(f"{path}[{last}]")

    def _answer(self, question: Question, path: str, value: str) -> None:
        if not value or not question.asked:
            return
        value = _as_written(question, value)
        self._given[path] = value
        if path in self._done or not self._response.relevant(path):
            return
        refusal = self._response.accept(path, value)
        if refusal is None:
            self._done.add(path)
        else:
            self._refused[path] = Refused(path, value, refusal)

    def _compare_calculations(self) -> None:
        for path, theirs in self._outside.items():
            ours = self._response.value(path)
            if self._calculates(path) and not _same(theirs, ours):
                message = Message(COMPUTED_OTHERWISE, {"theirs": theirs, "ours": ours or "–"})
                self._notes.append(Refused(path, theirs, message))

    def _ties(self) -> dict[str, str]:
        return {
            question.profile: self._response.value(question.path)
            for question in self._form.questions
            if question.profile and self._response.value(question.path)
        }


def _as_written(question: Question, value: str) -> str:
    """A value as the question takes it."""
    if question.kind is Kind.ACKNOWLEDGE:
        return "OK" if value.lower() in ("ok", "yes", "true", "1") else value
    if question.profile == EDRPOU and value.isdecimal() and 5 <= len(value) < 8:
        try:  # a spreadsheet took the code for a number; the check digit proves its zeros
            return parse_edrpou(value.zfill(8))
        except EdrpouError:
            return value
    return value


def _same(theirs: str, ours: str) -> bool:
    if theirs == ours:
        return True
    try:
        return abs(float(theirs) - float(ours)) < 1e-9
    except ValueError:
        return False
