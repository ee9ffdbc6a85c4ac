"""One person answering one response: where they stand, what they did, what follows.

An interview is made from what is stored and acted on once. It leaves behind the events to store
and the position that the person has now; the next one is made from what was stored, or goes on
from this one. It knows nothing of buttons; it knows that a press was made on a certain screen at a
certain step, and counts for that alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from domain.surveys.form import Form, Question, Repeat
from domain.surveys.message import Message
from domain.surveys.response import TOO_MANY_INSTANCES, Response
from domain.surveys.rows import Rows
from domain.surveys.screens import Screen, ScreenKind, Screens
from domain.surveys.tree import plain_path

PROFILE = "profile"  # the screen that confirms what the profile filled in
REVIEW = "review"  # the screens before submitting: all sections, or `review-N`, one of them
_INSTANCE = re.compile(r"\[\d+\]")
CONSENT = "consent"  # the tie of a form's own consent question
AGREED = "yes"  # and the code that agrees


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it is stored. A question that was skipped has one without a value."""

    value: str | None
    event: int
    person: int | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a person stands. `step` grows with every move; `seen` is the newest event they saw."""

    screen: str
    step: int
    seen: int


@dataclass(frozen=True, slots=True)
class Event:
    """An answer given (or taken back: None) just now. `source` is chat, profile or form."""

    path: str
    value: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Who answers, in which language (a code such as 'uk'), and when (aware).

    `metadata` is what a form may ask for about who answers (`preloads.metadata_of`).
    """

    person_id: int
    language: str
    now: datetime
    metadata: Mapping[str, str] = field(default_factory=dict)


class Outcome(StrEnum):
    """What became of an action."""

    DONE = "done"
    REFUSED = "refused"
    CONFLICT = "conflict"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome: why (`refusal`), of which question, and a colleague's answer in its way."""

    outcome: Outcome
    refusal: Message | None = None
    path: str = ""
    theirs: Given | None = None


DONE = Result(Outcome.DONE)
STALE = Result(Outcome.STALE)


class Interview:
    """What is stored of a response, and what a person does with it."""

    def __init__(
        self,
        form: Form,
        given: Mapping[str, Given],
        position: Position | None,
        visit: Visit,
        before: "Interview | None" = None,
    ) -> None:
        """`before` is one that is over, of the same response to the same form, with `given` as it
        left them: its response goes on, which is the same but faster."""
        self.form = form
        self.given = dict(given)
        self.visit = visit
        self.events: list[Event] = []
        self.receipt: str | None = None
        self.full = False  # whether an answer met a full quota; storage says so
        self.position = position or Position("", 0, 0)
        self.fresh = before is None  # made from what is stored, not from an earlier one
        self.response: Response = self._made_anew() if before is None else before.response
        self.rows: Rows = Rows(self.response) if before is None else before.rows
        self.made: tuple[tuple[int, int], list[str], Screens] | None = None
        if before is not None:
            language = form.language(visit.language)
            self.response.revisit(now=visit.now, language=language, metadata=visit.metadata)
            self.made = before.made if form.fixed_screens else None

    def _made_anew(self) -> Response:
        """A response from what was given."""
        given = self.given.items()
        return Response(
            self.form,
            {path: one.value or "" for path, one in given if not self._is_count(path)},
            {path: int(one.value or 0) for path, one in given if self._is_count(path)},
            now=self.visit.now,
            language=self.form.language(self.visit.language),
            metadata=self.visit.metadata,
        )

    @property
    def goes_on(self) -> bool:
        """Whether another interview may go on from this one once it is stored.

        Not where the response knows more, or less, than one would that is made from `given`.
        """
        response, given = self.response, self.given
        return (
            not response.written
            and not response.lingers
            and len(given) == len(response.answers) + len(response.repeats)
            and all(
                path in given and (given[path].value or "") == text
                for path, text in response.answers.items()
            )
            and all(
                path in given and int(given[path].value or 0) == count
                for path, count in response.repeats.items()
            )
        )

    # -- where one stands

    @property
    def screens(self) -> Screens:
        """What can be shown now, in order.

        A form's own consent question is not among them once its answer is yes: consent was given
        to Lanka and is taken back there, not in the middle of a form.
        """
        agreed = [
            path
            for question, path in self.tied()
            if question.profile == CONSENT and self.response.value(path) == AGREED
        ]
        shape, known = self.response.shape, self.made
        if known is None or known[:2] != (shape, agreed):
            known = self.made = (shape, agreed, Screens(self.response, agreed))
        return known[2]

    @property
    def screen(self) -> Screen | None:
        """The screen one stands on, if it is one of the form's and (still) there."""
        key = self.position.screen
        return self.screens.find(key) if key[:1].isdigit() else None

    def is_current(self, screen: str, step: int) -> bool:
        """Whether a press that was shown with `screen` and `step` counts."""
        return (self.position.screen, self.position.step) == (screen, step)

    def move(self, screen: str) -> None:
        """Stand on another screen; what was shown before no longer counts."""
        self.position = replace(self.position, screen=screen, step=self.position.step + 1)

    def is_open(self, screen: Screen) -> bool:
        """Whether a screen has something that was neither answered nor skipped."""
        if screen.kind is ScreenKind.REPEAT:
            count = self.given.get(_count_path(screen))
            return count is None or count.value is None
        return any(
            not self.response.kept(placed.path)
            and (placed.path not in self.given or self.response.required(placed.path))
            for placed in screen.questions
        )

    def resume(self) -> None:
        """Stand where one stopped: the same screen, else the first that is open, else review."""
        if self.screen is None and not self.position.screen.startswith((REVIEW, PROFILE)):
            self.forward()
        else:
            self.move(self.position.screen)

    def forward(self) -> None:
        """Go to the next screen with something to answer; after the last one, to the review.

        Behind an instance of a repeat comes the prompt for another one, also if it was seen.
        """
        here = self.screen
        around = [heading.element for heading in here.headings] if here else []
        open_ahead = (s for s in self._ahead() if self.is_open(s) or s.repeat in around)
        target = next(open_ahead, None) or next(filter(self.is_open, self.screens), None)
        self.move(target.key if target else REVIEW)

    def next(self) -> None:
        """Go one screen on, answered or not; after the last one, to the review."""
        ahead = self._ahead()
        self.move(ahead[0].key if ahead else REVIEW)

    def back(self) -> None:
        """Go one screen back; from the first one nowhere, from the review to the last one."""
        here = self.position.screen
        if here.startswith(f"{REVIEW}-"):
            self.move(REVIEW)
        elif here in (REVIEW, PROFILE):
            self.move(self.screens[-1].key if self.screens else REVIEW)
        else:
            before = self.screens.preceding(here)
            self.move(before.key if before else here)

    def _ahead(self) -> list[Screen]:
        """The screens after the one that one stands on; all, where one stands nowhere."""
        if not self.position.screen[:1].isdigit():
            return self.screens[:]
        after = self.screens.following(self.position.screen)
        return self.screens[self.screens.index(after) :] if after else []

    # -- what one does

    def answer(self, path: str, value: str, *, insist: bool = False) -> Result:
        """Give an answer (canonical text; blank takes it back).

        Stale where a colleague moved the instances of a repeat around it.

        A colleague's answer that came after this screen was shown is not overwritten silently:
        the result is a conflict, unless the value is the same or one insists. The button that was
        pressed no longer counts then, or its second tap would overwrite what the first did not.
        """
        if self._reshaped(path):
            return self._outdated()
        theirs = self.given.get(path)
        if (
            theirs is not None
            and not insist
            and self._is_unseen(theirs)
            and (theirs.value or "") != value
        ):
            self.move(self.position.screen)
            return Result(Outcome.CONFLICT, path=path, theirs=theirs)
        refusal = self.response.accept(path, value)
        if refusal is not None:
            return Result(Outcome.REFUSED, refusal, path)
        self._record(path, self.response.kept(path) or None, "chat")
        return DONE

    def take_back(self, path: str) -> Result:
        """Remove an answer, required or not. Stale over what a colleague changed unseen."""
        theirs = self.given.get(path)
        if self._reshaped(path) or (theirs is not None and self._is_unseen(theirs)):
            return self._outdated()
        self.response.clear(path)
        self._record(path, None, "chat")
        if self.screen is not None:
            self.move(self.position.screen)
        return DONE

    def skip(self) -> Result:
        """Leave what is not answered on this screen, if none of it is required."""
        screen = self.screen
        if screen is None:
            return STALE
        for placed in screen.questions:
            path = placed.path
            if not self.response.kept(path):
                if self.response.required(path):
                    return Result(Outcome.REFUSED, self.response.accept(path, ""), path)
                self._record(path, None, "chat")
        self.forward()
        return DONE

    def add_instance(self, screen: Screen) -> Result:
        """One more instance of a repeat without a count, unless it has too many; go into it."""
        if screen.repeat is None:
            return STALE
        before = self._texts()
        added = self.response.add_instance(screen.repeat, screen.parent)
        if added is None:
            limit = self.response.instances(screen.repeat, screen.parent)
            return Result(Outcome.REFUSED, Message(TOO_MANY_INSTANCES, {"limit": limit}))
        self._record_all(before, "form")
        inside = [s for s in self.screens if any(h.path == added for h in s.headings)]
        self.move(inside[0].key if inside else self.position.screen)
        return DONE

    def remove_instance(self, path: str) -> Result:
        """Take an instance of a repeat away; the answers of later ones move up.

        Stale where a colleague changed anything in the repeat since: it may be another instance
        that stands there, or hold an answer that would be lost unseen.
        """
        inside = path.rpartition("[")[0] + "["
        if self._reshaped(path) or any(
            other.startswith(inside) and self._is_unseen(given)
            for other, given in self.given.items()
        ):
            return self._outdated()
        before = self._texts()
        self.response.remove_instance(path)
        self._record_all(before, "chat")
        self.forward()
        return DONE

    def _texts(self) -> dict[str, str]:
        """All answers, and the numbers of instances."""
        counts = {path: str(count) for path, count in self.response.repeats.items()}
        return {**self.response.answers, **counts}

    def _record_all(self, before: Mapping[str, str], source: str) -> None:
        """Record what adding or removing an instance changed, the answers with `source`.

        A repeat inside that came to be empty has a count of None: nobody has settled it.
        """
        after = self._texts()
        self.response.written.clear()
        for path in {**before, **after}:
            if before.get(path) != after.get(path):
                value = after.get(path) or None
                if not self._is_count(path):
                    self._record(path, value, source)
                else:
                    self._record(path, None if "]" in path and value == "0" else value, "chat")

    def settle(self, screen: Screen) -> None:
        """Say that a repeat has all its instances, and go on."""
        if screen.repeat is None:
            return
        count = self.response.instances(screen.repeat, screen.parent)
        self._record(_count_path(screen), str(count), "chat")
        self.forward()

    def begin(self, profile: Mapping[str, str]) -> None:
        """Fill in what the form and the profile know; stand where there is something to do.

        A colleague who joins a response that was begun finds it as it is.
        """
        if self.given:
            self.forward()
            return
        self.response.first_load()
        self._take_written()
        filled = False
        for question, path in self.tied():
            value = profile.get(question.profile or "", "")
            if value and path not in self.given and self.response.accept(path, value) is None:
                self._record(path, self.response.kept(path), "profile")
                filled = filled or question.profile != CONSENT
        if filled:
            self.move(PROFILE)
        else:
            self.forward()

    def submit(self, receipt: str) -> Result:
        """Finish, if nothing is missing and every answer still holds; else stand where not."""
        asked = {one.path: screen.key for screen in self.screens for one in screen.questions}
        found = self.response.first_refused(asked)
        if found is not None:
            path, refusal = found
            self.move(asked[path])
            return Result(Outcome.REFUSED, refusal, path)
        self.response.finish()
        self._take_written()
        self.receipt = receipt
        return DONE

    # -- the profile

    def tied(self) -> Iterator[tuple[Question, str]]:
        """The questions tied to a profile that count now, with their paths, in order."""
        for question in self.form.tied:
            if self.response.relevant(question.path):
                yield question, question.path

    def told(self) -> dict[str, str]:
        """What the answers say about the profile, by field."""
        return {
            question.profile or "": self.response.value(path)
            for question, path in self.tied()
            if self.response.value(path) and question.profile != CONSENT
        }

    # -- inside

    def _record(self, path: str, value: str | None, source: str) -> None:
        self.events.append(Event(path, value, source))
        person = None if source == "form" else self.visit.person_id
        self.given[path] = Given(value, self.position.seen, person, self.visit.now)
        self._take_written(path)

    def _take_written(self, besides: str = "") -> None:
        """Keep what the form itself wrote meanwhile."""
        written = dict(self.response.written)
        self.response.written.clear()
        for path, value in written.items():
            if path != besides:
                self.events.append(Event(path, value or None, "form"))
                self.given[path] = Given(value or None, self.position.seen, None, self.visit.now)
        if not self.form.fixed_screens:
            self.made = None

    def _reshaped(self, path: str) -> bool:
        """Whether a colleague added or removed an instance around `path` that one has not seen."""
        counts = (self.given.get(path[: found.start()]) for found in _INSTANCE.finditer(path))
        return any(count is not None and self._is_unseen(count) for count in counts)

    def _outdated(self) -> Result:
        """Refuse a button older than what a colleague did: its second tap would undo that."""
        self.move(self.position.screen)
        return STALE

    def _is_unseen(self, given: Given) -> bool:
        """Whether somebody else gave it after this person's screen was shown."""
        return given.person != self.visit.person_id and given.event > self.position.seen

    def _is_count(self, path: str) -> bool:
        return not path.endswith("]") and isinstance(
            self.form.by_path.get(plain_path(path)), Repeat
        )


def _count_path(screen: Screen) -> str:
    """Where the number of a repeat's instances is kept: its path without a position of its own."""
    assert screen.repeat is not None  # noqa: S101 - for the type checker
    return f"{screen.parent}/{screen.repeat.path.rpartition('/')[2]}"
