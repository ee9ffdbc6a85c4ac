"""What an evaluation may look at besides the expression: the form's data, a clock, a budget."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from domain.surveys.instance import Node
from domain.surveys.message import N_
from domain.surveys.xpath.errors import EvaluationLimit

DEFAULT_BUDGET = 200_000
#: steps of all evaluations together between two refills: about a second of the processor
POOL = 300_000
MAX_TEXT = 100_000
SPENT = N_("the steps of all expressions together are spent")
_CHARACTERS_A_STEP = 64
_ROWS_A_STEP = 8


class Proposal:
    """An answer that a constraint is asked of, at the node where it would stand.

    As in JavaRosa only the context has it. Inside a predicate that is the node looked at, and the
    question itself has the text there that it has had so far.
    """

    __slots__ = ("_own", "at", "datatype", "text")

    def __init__(self, node: Node, text: str) -> None:
        self.text = text
        self.datatype = node.datatype
        self.at: Node | None = None
        self._own = ("", "")
        self.move(node)

    def move(self, node: Node | None) -> None:
        """Stand at another node, or nowhere."""
        if self.at is not None:
            self.at.text, self.at.datatype = self._own
        self.at = node
        if node is not None:
            self._own = node.text, node.datatype
            node.text, node.datatype = self.text, self.datatype


class Environment:
    """The world of one recompute; made once, used for every expression of it.

    - `root`: the root of the primary instance ('data').
    - `instances`: roots of the secondary instances by id, each the element *around* the items
      ('root'), as in `instance('stage')/root/item`.
    - `now`: an aware datetime whose `tzinfo` is the zone of all dates (a ZoneInfo, so that summer
      time is right); `today()` is its day.
    - `choice_label(path, value)`: what `jr:choice-name()` shows for a value of the question at a
      path without indexes, None where it has no such choice.
    - `itext(id)`: what `jr:itext()` shows.
    - `rng`: for `random()`, `randomize()` without a seed and `uuid()`.
    - `version`: the form's version, for `version()`.
    - `proposal`: while a constraint is evaluated, the answer that it is about.
    - `budget`: steps that one evaluation may take; more raises EvaluationLimit. All evaluations
      together have POOL steps until `refill`.

    It holds the state of the evaluation that is going on, so it belongs to one thread.
    """

    __slots__ = (
        "budget",
        "choice_label",
        "current",
        "granted",
        "instances",
        "itext",
        "now",
        "pool",
        "proposal",
        "rng",
        "root",
        "steps",
        "version",
        "zone",
    )

    def __init__(
        self,
        root: Node,
        instances: Mapping[str, Node] | None = None,
        *,
        now: datetime,
        choice_label: Callable[[str, str], str | None] | None = None,
        itext: Callable[[str], str] | None = None,
        rng: random.Random | None = None,
        version: str = "",
        budget: int = DEFAULT_BUDGET,
    ) -> None:
        if now.tzinfo is None:
            raise ValueError("now must be aware")
        self.root = root
        self.instances: Mapping[str, Node] = {} if instances is None else instances
        self.now = now
        self.zone: tzinfo = now.tzinfo
        self.choice_label = choice_label
        self.itext = itext
        self.rng = random.SystemRandom() if rng is None else rng
        self.version = version
        self.budget = budget
        #: steps left of the evaluation that is going on
        self.steps = budget
        self.granted = budget
        self.pool = POOL
        #: the node that the whole expression is evaluated for: `current()`
        self.current: Node | None = None
        self.proposal: Proposal | None = None

    def refill(self, most: int = POOL) -> None:
        """Begin another piece of work: a whole action of a person, of `most` steps at most."""
        self.pool = min(most, POOL)

    def begin(self, load: int = 0) -> None:
        """Begin an evaluation, with as many steps as it may have, and pay for its length."""
        if self.pool <= 0:
            self.granted = self.steps = 0
            raise EvaluationLimit(SPENT)
        self.granted = self.steps = min(self.budget, self.pool)
        if load:
            self.spend(load)

    def end(self) -> None:
        """End it, and pay for what it took."""
        self.pool -= self.granted - max(self.steps, 0)

    def spend(self, steps: int) -> None:
        """Pay for work that depends on the data. Raises EvaluationLimit past the budget."""
        self.steps -= steps
        if self.steps < 0:
            raise EvaluationLimit(
                N_("the expression needs more than %(most)s steps"), most=self.budget
            )

    def spend_rows(self, count: int) -> None:
        """Pay for rows of a list that are looked through for one text alone."""
        self.spend(1 + count // _ROWS_A_STEP)

    def spend_text(self, length: int) -> None:
        """Pay for a string that is read or built.

        Raises EvaluationLimit past the budget or past MAX_TEXT characters: calculations that each
        join the one before ten times over would fill the memory soon.
        """
        if length > MAX_TEXT:
            raise EvaluationLimit(
                N_("the expression builds a text of more than %(most)s characters"), most=MAX_TEXT
            )
        self.spend(length // _CHARACTERS_A_STEP)
