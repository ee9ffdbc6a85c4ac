"""A response as rows that SQL can count without knowing XPath."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.surveys.form import SEVERAL, Form, Question
from domain.surveys.instance import Node
from domain.surveys.response import Response
from domain.surveys.tree import placed

NUMERIC = frozenset({"int", "decimal"})


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at a path.

    `value` is the kept text, None where there is none. `number` is set for numeric questions and
    for calculations that came to a number. `codes` are the chosen ones of a relevant
    select-multiple, None for everything else.
    """

    path: str
    node: str
    value: str | None
    number: float | None
    relevant: bool
    codes: tuple[str, ...] | None


def rows(response: Response) -> Iterator[Row]:
    """A row for each question that is asked and for each value that stands somewhere.

    Groups, notes and blank values that nobody is asked for have none.
    """
    form = response.form
    for node, path, plain in placed(response.root):
        row = _row(form, node, path, plain)
        if row is not None:
            yield row


class Rows:
    """The rows of a response that goes on: what changed since the last look, and what it is now.

    Most answers change a few nodes of hundreds; to look at all of them takes longer than the rest.
    """

    def __init__(self, response: Response) -> None:
        self._response = response
        self._changes = -1
        self._nodes: list[Node] = []
        self._paths: list[tuple[str, str]] = []
        self._texts: list[str] = []
        self._relevant: list[bool] = []
        self._places: dict[str, int] = {}

    def changed(self) -> list[str]:
        """The paths where another row may stand, or none any more, than at the last look.

        At the first look those of all nodes.
        """
        changes, _ = self._response.shape
        if self._changes != changes:
            before = [path for path, _ in self._paths]
            there = list(placed(self._response.root))
            self._nodes = [node for node, _, _ in there]
            self._paths = [(path, plain) for _, path, plain in there]
            self._places = {path: place for place, (path, _) in enumerate(self._paths)}
            self._texts = [node.text for node in self._nodes]
            self._relevant = [node.relevant for node in self._nodes]
            self._changes = changes
            return list(dict.fromkeys([*before, *self._places]))
        texts, relevant = self._texts, self._relevant
        found = [
            place
            for place, node in enumerate(self._nodes)
            if node.text != texts[place] or node.relevant is not relevant[place]
        ]
        for place in found:
            texts[place], relevant[place] = self._nodes[place].text, self._nodes[place].relevant
        return [self._paths[place][0] for place in found]

    def at(self, path: str) -> Row | None:
        """The row at a positioned path of a node that was there at the last look."""
        place = self._places.get(path)
        if place is None:
            return None
        return _row(self._response.form, self._nodes[place], *self._paths[place])


def _row(form: Form, node: Node, path: str, plain: str) -> Row | None:
    element = form.by_path.get(plain)
    question = element if isinstance(element, Question) else None
    if not node.text and not (question is not None and question.asked and node.relevant):
        return None
    codes = None
    if question is not None and question.kind in SEVERAL:
        codes = tuple(dict.fromkeys(node.value().split()))
    bind = form.binds.get(plain)
    numeric = bind is not None and (bind.datatype in NUMERIC or bind.calculate is not None)
    return Row(
        path=path,
        node=plain,
        value=node.text or None,
        number=_number(node.text) if numeric else None,
        relevant=node.relevant,
        codes=codes,
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
