"""Somebody who answers a survey by what the cards say, as a person would."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dialogs.survey.markup import plain
from domain.surveys.form import Form, Question
from domain.surveys.response import Response
from tests.conversations.harness import Card, Chat

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DONE = {"uk": "✅ Готово", "en": "✅ Done"}
SKIP = {"uk": "Пропустити ›", "en": "Skip ›"}
SUBMIT = {"uk": "📨 Надіслати", "en": "📨 Submit"}


@dataclass
class Respondent:
    """Answers by question name: a code, codes in a list, or a text to type; None to skip.

    A question inside a repeat takes its answers one after the other from a tuple.
    """

    chat: Chat
    form: Form
    language: str
    plan: Mapping[str, str | list[str] | tuple[str, ...] | None]
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        language = self.form.language(self.language)
        self._response = Response(self.form, now=NOW, language=language)
        self._labels = {
            plain(self._label(question)): question
            for question in self.form.questions
            if question.asked
        }
        self._open = {  # their labels show a value
            question.name
            for question in self._labels.values()
            if question.label and len(question.label.parts(language)) > 1
        }
        self._told: dict[str, int] = {}

    def _label(self, question: Question) -> str:
        """The label's words before the first value that it shows."""
        parts = question.label.parts(self._response.language) if question.label else ()
        return "".join(part if isinstance(part, str) else "" for part in parts[:1])

    def questions(self, card: Card) -> list[Question]:
        """The questions of the form whose label the card shows in its text or on its buttons."""
        shown = " ".join([card.text, *card.buttons])
        found = [label for label in self._labels if label and " ".join(label.split()) in shown]
        return [self._labels[label] for label in sorted(found, key=len, reverse=True)]

    async def answer_all(self, until: str | None = None) -> None:
        """Answer card after card until the review (or the question called `until`) is reached."""
        for _ in range(200):
            if any(SUBMIT[self.language] == text for text in self.chat.card.buttons):
                return
            question = self._question()
            if question.name == until:
                return
            await self.answer(question)
        raise AssertionError("the survey does not end")

    def _question(self) -> Question:
        ratings = [q for q in self.questions(self.chat.card) if q.name.startswith("bn_")]
        lines = [line for line in self.chat.text.splitlines() if line[:1] not in "✅⚠"]
        for line in lines:
            stripped = line.replace("(необов’язково)", "").replace("(optional)", "").strip()
            for label, question in self._labels.items():
                if stripped == label or (question.name in self._open and label in stripped):
                    return question
        if ratings:
            return ratings[0]
        raise AssertionError(f"no question of the form on this card:\n{self.chat.text}")

    async def answer(self, question: Question) -> None:
        """Give the planned answer to the question that the card shows."""
        if question.name.startswith("bn_") and question.name != "bn_text":
            await self._rate()
            return
        self.asked.append(question.name)
        planned = self.plan.get(question.name)
        if isinstance(planned, tuple):
            assert self._told.get(question.name, 0) < len(planned), self.chat.text
            planned = planned[self._told.setdefault(question.name, 0)]
            self._told[question.name] += 1
        if planned is None:
            await self.chat.press(SKIP[self.language])
        elif isinstance(planned, list):
            for code in planned:
                await self._choose(question, code)
            await self.chat.press(DONE[self.language])
        elif question.itemset is not None:
            await self._choose(question, planned)
        elif question.range is not None:
            await self.chat.press(planned)
        else:
            await self.chat.write(planned)

    async def _choose(self, question: Question, code: str) -> None:
        """Press the option with that code, turning pages until it is there."""
        options = self._all_options(question)
        place, label = next(
            (number, label) for number, (found, label) in enumerate(options, 1) if found == code
        )
        for _ in range(10):
            wanted = {str(place), label}
            for text in self.chat.card.buttons:
                if text.removeprefix("☐ ").removeprefix("☑ ").removeprefix("● ") in wanted:
                    await self.chat.press(text)
                    return
            await self.chat.press("▶")
        raise AssertionError(f"{code} is not offered: {self.chat.card.buttons}")

    def _all_options(self, question: Question) -> list[tuple[str, str]]:
        assert question.itemset is not None
        items = self.form.instances[question.itemset.instance]
        found = []
        for item in items.walk():
            value = item.child(question.itemset.value)
            if value is not None and value.text:
                text = item.child(question.itemset.label)
                label = self.form.itext[text.text] if text and question.itemset.itext else None
                parts = label.parts(self._response.language) if label else ()
                found.append((value.text, plain("".join(str(part) for part in parts))))
        return found

    async def _rate(self) -> None:
        names = [q.name for q in self.questions(self.chat.card) if q.range is not None]
        rows = self.chat.card.rows
        for number, row in enumerate(rows):
            if [button["text"].removeprefix("● ") for button in row] == list("12345"):
                await self.chat.press_at(self.chat.card.message_id, number, 2)
        self.asked += names
        await self.chat.press(DONE[self.language])
