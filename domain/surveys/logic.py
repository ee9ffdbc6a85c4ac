"""The recompute of a response: relevance, calculations, counts of repeats, in dependency order."""

from collections.abc import Callable, Iterable, Mapping

from domain.surveys.form import Form, Question
from domain.surveys.instance import Node
from domain.surveys.order import Computed, Step
from domain.surveys.tree import MAX_INSTANCES, Tree
from domain.surveys.xpath import Environment, Expression, XPathError, stored

#: functions that give something else each time, unless their source of chance is set before
_CHANCE = frozenset({"random", "uuid", "randomize"})
# looked up for every step: members of an enum are found slowly
_RELEVANT, _CALCULATE, _COUNT = Computed.RELEVANT, Computed.CALCULATE, Computed.COUNT
_SELECTS = frozenset({"select", "select1", "rank"})


class Logic:
    """Evaluates the expressions of a form for the nodes of one response.

    - `once`: values of calculations with `once()`, by positioned path: they must outlive the
      response, because they would come out otherwise next time. Whoever keeps them clears it.
    - `overridden`: results of calculations whose question a person has answered differently, by
      positioned path; as in Collect the answer stands until the result changes.
    - `begin` is told of the instances that a count makes, with the plain path of their repeat,
      before anything in them is evaluated.
    - `problems`: expressions that failed, by plain path and what they decide, with the reason.
    """

    def __init__(
        self,
        form: Form,
        tree: Tree,
        environment: Environment,
        answers: Mapping[str, str],
        seed: str,
    ) -> None:
        self._form = form
        self._tree = tree
        self._environment = environment
        self._answers = answers
        self._seed = seed
        self.once: dict[str, str] = {}
        self.overridden: dict[str, str] = {}
        self.problems: dict[tuple[str, str], str] = {}
        self.begin: Callable[[str, list[Node]], None] | None = None

    def run(self, changed: str | None = None) -> None:
        """Evaluate everything once, each expression after those that it looks at.

        With `changed`, the plain path of the only value that changed since the last run, no more
        is evaluated than follows from it; the outcome is the same.
        """
        order = self._form.order
        if changed is None or self.problems:
            self.problems.clear()
            self.overridden.clear()
            steps = order.steps
        else:
            steps = order.after(changed)
        self._take(steps)

    def begin_with(self, changed: str) -> None:
        """What follows at once from a first value at a plain path; the rest is not evaluated.

        No count makes instances yet.
        """
        self._take(step for step in self._form.order.after(changed) if step.computed is not _COUNT)

    def forget(self) -> None:
        """Begin anew, as if nothing had been evaluated."""
        self.once.clear()
        self.overridden.clear()
        self.problems.clear()

    def _take(self, steps: Iterable[Step]) -> None:
        for step in steps:
            if step.computed is _RELEVANT:
                self._relevance(step)
            elif step.computed is _CALCULATE:
                self._calculation(step)
            else:
                self._count(step)

    def boolean(self, expression: Expression, node: Node, decides: str, *, failed: bool) -> bool:
        """A verdict about a node; `failed` where the expression cannot be evaluated."""
        try:
            return expression.boolean(node, self._environment)
        except XPathError as error:
            self._note(node, decides, error)
            return failed

    def calculated(self, expression: Expression, node: Node, datatype: str) -> tuple[str, str]:
        """The text of a value and the type that the node has with it; blank where it failed."""
        if not _CHANCE.isdisjoint(expression.functions):
            self._environment.rng.seed(f"{self._seed}:{node.path()}")
        try:
            value = expression.scalar(node, self._environment)
        except XPathError as error:
            self._note(node, "calculation", error)
            return "", datatype
        return stored(value, datatype, self._environment.zone)

    def string(self, expression: Expression, node: Node) -> str:
        """What an output shows; blank where it failed."""
        try:
            return expression.string(node, self._environment)
        except XPathError as error:
            self._note(node, "label", error)
            return ""

    def nodes(self, expression: Expression, node: Node) -> list[Node]:
        """The items of an itemset; none where it failed. Shuffled ones stay in their order."""
        if not _CHANCE.isdisjoint(expression.functions):
            self._environment.rng.seed(f"{self._seed}:{node.path()}")
        try:
            return expression.nodes(node, self._environment)
        except XPathError as error:
            self._note(node, "choice_filter", error)
            return []

    def _relevance(self, step: Step) -> None:
        decide = step.expression.boolean
        for node in self._tree.at(step.path):
            if node.parent is not None and not node.parent.relevant:
                continue
            try:
                relevant = decide(node, self._environment)
            except XPathError as error:
                self._note(node, "relevant", error)
                relevant = True
            if relevant is not node.relevant:
                node.set_relevant(relevant)

    def _calculation(self, step: Step) -> None:
        bind = self._form.binds[step.path]
        element = self._form.by_path.get(step.path)
        answerable = isinstance(element, Question) and element.asked
        selects = isinstance(element, Question) and element.control in _SELECTS
        keeps = "once" in step.expression.functions
        for node in self._tree.at(step.path):
            if not node.relevant:
                if not answerable and not keeps:
                    node.text = ""  # what it was before tells nobody anything
                continue
            text, datatype = self.calculated(step.expression, node, bind.datatype)
            if selects:
                text = " ".join(text.split())  # JavaRosa takes the codes apart
            if answerable and self._answers.get(path := node.path()):
                self.overridden[path] = text
                continue
            if answerable:
                self.overridden.pop(path, None)
            node.text, node.datatype = text, datatype
            if keeps and text:
                self.once[node.path()] = text

    def _count(self, step: Step) -> None:
        """JavaRosa takes a count as a whole number, and leaves what is there for a blank."""
        for parent in self._tree.at(step.path.rpartition("/")[0]):
            if not parent.relevant:
                continue
            probe = next_instance(step.path, parent)
            try:
                count = step.expression.number(probe, self._environment)
            except XPathError as error:
                self._note(probe, "repeat_count", error)
                continue
            if count != count:
                count = self._tree.initial(step.path, parent)
            added = self._tree.resize(step.path, parent, int(max(0, min(count, MAX_INSTANCES))))
            if added and self.begin is not None:
                self.begin(step.path, added)

    def _note(self, node: Node, decides: str, error: XPathError) -> None:
        self.problems[node.path(), decides] = str(error)


def next_instance(repeat: str, parent: Node) -> Node:
    """A node where the next instance of a repeat would stand, for expressions about it alone."""
    node = Node(repeat.rpartition("/")[2], repeat=True)
    node.parent = parent
    node.index = len(parent.by_name.get(node.name, ())) + 1
    return node
