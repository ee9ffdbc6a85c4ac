"""What a form says about one question: whether it must be answered, and with what it can be."""

from domain.surveys.answers import canonical
from domain.surveys.form import SELECTS, Question, Text
from domain.surveys.instance import Node
from domain.surveys.logic import Logic
from domain.surveys.message import N_, Message, verbatim
from domain.surveys.wording import Wording
from domain.surveys.xpath import Environment, Expression, Proposal

REQUIRED = N_("This question needs an answer.")
NOT_ALLOWED = N_("This answer is not allowed here.")


class Verdicts:
    """The verdicts of one response, each about a question and its node; they change nothing."""

    def __init__(self, logic: Logic, wording: Wording, environment: Environment) -> None:
        self._logic = logic
        self._wording = wording
        self._environment = environment

    def required(self, question: Question, node: Node) -> bool:
        """Whether it must be answered now."""
        return node.relevant and self._holds(question.bind.required, node, "required")

    def readonly(self, question: Question, node: Node) -> bool:
        """Whether it can only be read now."""
        return self._holds(question.bind.readonly, node, "readonly")

    def text(self, question: Question, node: Node, value: str) -> str | Message:
        """A value as the text that would be stored, '' for none; or why it cannot be."""
        if not value.strip():
            if self.required(question, node):
                return self._refusal(question.bind.required_message, node, REQUIRED)
            return ""
        codes = self._wording.codes(question, node) if question.kind in SELECTS else ()
        text = canonical(question, value, codes, self._environment.now)
        if isinstance(text, Message) or self._allowed(question, node, text):
            return text
        return self._refusal(question.bind.constraint_message, node, NOT_ALLOWED)

    def _holds(self, expression: Expression | None, node: Node, decides: str) -> bool:
        return expression is not None and self._logic.boolean(
            expression, node, decides, failed=False
        )

    def _allowed(self, question: Question, node: Node, text: str) -> bool:
        """Whether the constraint holds with the answer in its place."""
        if question.bind.constraint is None:
            return True
        proposal = self._environment.proposal = Proposal(node, text)
        try:
            return self._logic.boolean(question.bind.constraint, node, "constraint", failed=True)
        finally:
            self._environment.proposal = None
            proposal.move(None)

    def _refusal(self, text: Text | None, node: Node, otherwise: str) -> Message:
        return Message(otherwise) if text is None else verbatim(self._wording.render(text, node))
