"""Which responses count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.surveys.form import Form, Kind, Question
from domain.surveys.interview import AGREED, CONSENT
from domain.surveys.results.codebook import Variable, choices_of
from domain.surveys.results.counting import counting

#: codes that agree, where a list for consent does not use the usual one
AGREEING = (AGREED, "y", "1", "true", "ok", "OK", "agree", "agreed", "accept", "accepted", "так")


@dataclass(frozen=True, slots=True)
class Population:
    """The responses to a form that figures are about. This is the rule; SQL only spells it.

    A response counts when

    - it is submitted (drafts are counted apart, as unfinished), and met no full quota;
    - nothing in it refuses or leaves open a consent that its version asks for: `consent` holds
      the codes that agree by the path of each such question;
    - with `one_per_organisation` (the form asks one response of an organisation): no other of the
      organisation's responses was submitted later. A response without an organisation counts by
      itself.

    `form` is the row id of the form; `kinds` is the path of the question after the kind of
    organisation where all versions have it in the same place, empty where they do not; `places`
    that of the one after the oblast.
    """

    form: int
    one_per_organisation: bool
    consent: Mapping[str, tuple[str, ...]]
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def beside(self, by: Variable) -> bool:
        """Whether what was said to `by` is kept beside every answer: most results are wanted by
        the kind of organisation and by the oblast."""
        return by.nodes in (self.kinds, self.places)


def population(form: int, scope: str, versions: Sequence[Form]) -> Population:
    """The population of a form from its row id, its scope and all its versions."""
    consent: dict[str, tuple[str, ...]] = {}
    for version in versions:
        for question in version.questions:
            if is_consent(question):
                known = consent.get(question.path, ())
                consent[question.path] = tuple(
                    dict.fromkeys([*known, *agreeing(version, question)])
                )
    how = [counting(version) for version in versions]
    return Population(
        form,
        scope == "organisation",
        consent,
        _same({one.kind for one in how}),
        _same({one.place for one in how}),
    )


def _same(paths: set[str]) -> tuple[str, ...]:
    return tuple(paths) if len(paths) == 1 and paths != {""} else ()


def is_consent(question: Question) -> bool:
    """Whether a question asks to agree: it is tied to consent, or has that name and a choice."""
    named = question.name == CONSENT and question.kind in (Kind.CHOICE, Kind.ACKNOWLEDGE)
    return question.profile == CONSENT or named


def agreeing(form: Form, question: Question) -> tuple[str, ...]:
    """The codes of a consent question that agree; the first of a list that uses none we know."""
    if question.kind is Kind.ACKNOWLEDGE:
        return ("OK",)
    codes = tuple(code for code, _ in choices_of(form, question))
    return tuple(code for code in codes if code.lower() in AGREEING) or codes[:1]


def refuses(form: Form, answers: Mapping[str, str]) -> bool:
    """Whether answers (by path) refuse or leave open a consent that the form asks for."""
    asked = [one for one in form.questions if is_consent(one)]
    return any(answers.get(one.path) not in agreeing(form, one) for one in asked)
