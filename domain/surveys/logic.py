"""The recompute of a response: relevance, calculations, counts of repeats, in dependency order."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from domain.surveys.defaults import require_text
from domain.surveys.form import Form, Question
from domain.surveys.instance import Node
from domain.surveys.message import N_
from domain.surveys.order import Bound, Computed, Step
from domain.surveys.tree import MAX_INSTANCES, Tree
from domain.surveys.xpath import (
    Environment,
    EvaluationLimit,
    Expression,
    Scalar,
    XPathError,
    stored,
)

CROWDED = N_("more than %(most)s instances")

#: functions that give something else each time, unless their source of chance is set before
_CHANCE = frozenset({"random", "uuid", "randomize"})
# looked up for every step: members of an enum are found slowly
_RELEVANT, _CALCULATE, _COUNT = Computed.RELEVANT, Computed.CALCULATE, Computed.COUNT
#: what is evaluated in a recompute, by the names of its problems
_STEPS_OF = {_RELEVANT: "relevant", _CALCULATE: "calculation", _COUNT: "repeat_count"}
_STEPS = frozenset(_STEPS_OF.values())
_SELECTS = frozenset({"select", "select1", "rank"})


class Logic:
    """Evaluates the expressions of a form for the nodes of one response.

    - `once`: values of calculations with `once()`, by positioned path: they must outlive the
      response, because they would come out otherwise next time. Whoever keeps them clears it.
    - `overridden`: results of calculations whose question a person has answered differently, by
      positioned path; as in Collect the answer stands until the result changes.
    - `begin` is told of the instances that a count makes, with the plain path of their repeat,
      before anything in them is evaluated.
    - `crowded`: the paths of repeats that would have more instances than there may be.
    - `problems`: expressions that failed, by path and what they decide, with the reason;
      `limits` are those of them (and perhaps some before) whose budget was spent.
    - `grown`: the instances that counts made, with the plain paths of their repeats; whoever looks
      at them clears it.
    - `misgiven`: dynamic defaults and triggers that could not be written, by positioned path.
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
        self.limits: set[tuple[str, str]] = set()
        self.crowded: set[str] = set()
        self.misgiven: dict[str, XPathError] = {}
        self.grown: list[tuple[str, Node]] = []
        #: grows whenever a node becomes relevant, or ceases to be
        self.flips = 0
        self.begin: Callable[[str, list[Node]], None] | None = None

    def run(self, *, counts: bool = True) -> None:
        """Evaluate everything once, each expression after those that it looks at.

        Without counts no instances are made.
        """
        self.problems.clear()
        self.limits.clear()
        self.crowded.clear()
        self.overridden.clear()
        for step in self._form.order.steps:
            if not counts and step.computed is _COUNT:
                continue
            self._take(step, self._tree.at(_place(step)))

    def run_after(self, path: str, node: Node | None) -> None:
        """Evaluate what follows from the value of a node at a plain path, the only new one.

        The outcome is that of `run`. Without a node all of the nodes at the path are new.
        """
        self._forget_asked()
        self._take_all(self._form.order.after(path), path, node)

    def run_after_new(self, repeat: str, instance: Node) -> None:
        """Evaluate what follows from a new last instance of the repeat at a plain path."""
        self._forget_asked()
        self._take_all(self._form.order.after_new(repeat), repeat, instance)

    def begin_with(self, path: str, nodes: Sequence[Node]) -> None:
        """What follows at once from first values of nodes at a plain path, and no more.

        No count makes instances yet.
        """
        instances = [self._instances(path, node) for node in nodes]
        for step, repeat in self._form.order.after(path):
            if step.computed is _COUNT:
                continue
            place = _place(step)
            around = {found[repeat]: None for found in instances if repeat in found}
            if not around:
                self._take(step, self._tree.at(place))
            for instance in around:
                self._take(step, self._tree.below(instance, place[len(repeat) + 1 :]))

    def forget(self) -> None:
        """Begin anew, as if nothing had been evaluated."""
        self.once.clear()
        self.overridden.clear()
        self.problems.clear()
        self.limits.clear()
        self.crowded.clear()
        self.misgiven.clear()

    def settle(self) -> None:
        """Keep no more than `run` would find out: before what comes next begins on its own."""
        self._forget_asked()
        for path in list(self.overridden):
            node = self._tree.find(path)
            if node is None or not node.relevant:
                del self.overridden[path]

    def lingers(self) -> bool:
        """Whether there are instances that `run` would not make: of counts without relevance."""
        return any(
            not parent.relevant
            and len(parent.by_name.get(step.path.rpartition("/")[2], ()))
            != self._tree.initial(step.path, parent)
            for step in self._form.order.counts
            for parent in self._tree.at(_place(step))
        )

    def _forget_asked(self) -> None:
        """Forget the problems of what is evaluated when it is asked for."""
        if self.problems:
            kept = {key: why for key, why in self.problems.items() if key[1] in _STEPS}
            self.problems.clear()
            self.problems.update(kept)

    def _take_all(self, steps: Iterable[Bound], path: str, node: Node | None) -> None:
        instances = {} if node is None else self._instances(path, node)
        for step, repeat in steps:
            instance = instances.get(repeat)
            place = _place(step)
            if instance is None:
                self._take(step, self._tree.at(place))
            else:
                self._take(step, self._tree.below(instance, place[len(repeat) + 1 :]))

    def _instances(self, path: str, node: Node) -> dict[str, Node]:
        """The repeat instances that a node is or lies in, by the plain path of the repeat."""
        found: dict[str, Node] = {}
        scope = node.scope
        for repeat in self._form.order.around(path):
            if scope is None or scope.parent is None:
                break
            found[repeat] = scope
            scope = scope.parent.scope
        return found

    def _take(self, step: Step, nodes: list[Node]) -> None:
        if self.problems and step.computed is not _COUNT:
            for node in nodes:
                self.problems.pop((node.path(), _STEPS_OF[step.computed]), None)
        if step.computed is _RELEVANT:
            self._relevance(step, nodes)
        elif step.computed is _CALCULATE:
            self._calculation(step, nodes)
        else:
            self._count(step, nodes)

    def boolean(self, expression: Expression, node: Node, decides: str, *, failed: bool) -> bool:
        """A verdict about a node; `failed` where the expression cannot be evaluated."""
        try:
            return expression.boolean(node, self._environment)
        except XPathError as error:
            self._note(node.path(), decides, error)
            return failed

    def calculated(self, expression: Expression, node: Node, datatype: str) -> tuple[str, str]:
        """The text of a value and the type that the node has with it; blank where it failed."""
        try:
            value = self._scalar(expression, node)
        except XPathError as error:
            self._note(node.path(), "calculation", error)
            return "", datatype
        return stored(value, datatype, self._environment.zone)

    def given(self, expression: Expression, node: Node, datatype: str) -> str:
        """The text that a default or a trigger writes; blank where the type has no such."""
        try:
            value = self._scalar(expression, node)
            text, _ = stored(value, datatype, self._environment.zone)
            return require_text(text, datatype, self._environment.now)
        except XPathError as error:
            self.misgiven[node.path()] = error
            return ""

    def _scalar(self, expression: Expression, node: Node) -> Scalar:
        if not _CHANCE.isdisjoint(expression.functions):
            self._environment.rng.seed(f"{self._seed}:{node.path()}")
        return expression.scalar(node, self._environment)

    def string(self, expression: Expression, node: Node) -> str:
        """What an output shows; blank where it failed."""
        try:
            return expression.string(node, self._environment)
        except XPathError as error:
            self._note(node.path(), "label", error)
            return ""

    def nodes(self, expression: Expression, node: Node) -> list[Node]:
        """The items of an itemset; none where it failed. Shuffled ones stay in their order."""
        if not _CHANCE.isdisjoint(expression.functions):
            self._environment.rng.seed(f"{self._seed}:{node.path()}")
        try:
            return expression.nodes(node, self._environment)
        except XPathError as error:
            self._note(node.path(), "choice_filter", error)
            return []

    def look_through(self, rows: int) -> None:
        """Pay for rows that an expression has looked through. Raises EvaluationLimit."""
        self._environment.spend_rows(rows)

    def _relevance(self, step: Step, nodes: list[Node]) -> None:
        decide = step.expression.boolean
        for node in nodes:
            if node.parent is not None and not node.parent.relevant:
                continue
            try:
                relevant = decide(node, self._environment)
            except XPathError as error:
                self._note(node.path(), "relevant", error)
                relevant = True
            if relevant is not node.relevant:
                node.set_relevant(relevant)
                self.flips += 1

    def _calculation(self, step: Step, nodes: list[Node]) -> None:
        bind = self._form.binds[step.path]
        element = self._form.by_path.get(step.path)
        answerable = isinstance(element, Question) and element.asked
        selects = isinstance(element, Question) and element.control in _SELECTS
        keeps = "once" in step.expression.functions
        for node in nodes:
            if not node.relevant:
                if not keeps and not (answerable and self._answers.get(node.path())):
                    node.text = ""  # what it was before tells nobody anything
                node.datatype = bind.datatype
                continue
            text, datatype = self.calculated(step.expression, node, bind.datatype)
            if selects:
                text = " ".join(text.split())  # JavaRosa takes the codes apart
            if answerable and self._answers.get(path := node.path()):
                self.overridden[path] = text
                node.datatype = bind.datatype
                continue
            if answerable:
                self.overridden.pop(path, None)
            node.text, node.datatype = text, datatype
            if keeps and text:
                self.once[node.path()] = text

    def _count(self, step: Step, parents: list[Node]) -> None:
        """JavaRosa takes a count as a whole number, and leaves what is there for a blank."""
        for parent in parents:
            if not parent.relevant:
                continue
            probe = next_instance(step.path, parent)
            repeat = f"{parent.path()}/{probe.name}"
            self.problems.pop((repeat, "repeat_count"), None)
            self.crowded.discard(repeat)
            try:
                count = step.expression.number(probe, self._environment)
            except XPathError as error:
                self._note(repeat, "repeat_count", error)
                continue
            if count != count:
                count = self._tree.initial(step.path, parent)
            wanted = int(max(0, min(count, MAX_INSTANCES + 1)))
            if self.problems and wanted < probe.index - 1:
                self._forget_beyond(repeat, wanted)
            added = self._tree.resize(step.path, parent, wanted)
            if len(parent.by_name.get(probe.name, ())) < wanted:
                self.crowded.add(repeat)
                self._note(repeat, "repeat_count", EvaluationLimit(CROWDED, most=MAX_INSTANCES))
            self.grown.extend((step.path, instance) for instance in added)
            if added and self.begin is not None:
                self.begin(step.path, added)

    def _forget_beyond(self, repeat: str, wanted: int) -> None:
        """Forget the problems of instances that are about to go."""
        start = len(repeat) + 1
        for key in list(self.problems):
            if key[0].startswith(f"{repeat}["):
                position = int(key[0][start : key[0].index("]", start)])
                if position > wanted:
                    del self.problems[key]

    def _note(self, path: str, decides: str, error: XPathError) -> None:
        self.problems[path, decides] = str(error)
        if isinstance(error, EvaluationLimit):
            self.limits.add((path, decides))
        else:
            self.limits.discard((path, decides))


def _place(step: Step) -> str:
    """The plain path of the nodes that a step is evaluated for."""
    return step.path.rpartition("/")[0] if step.computed is _COUNT else step.path


def next_instance(repeat: str, parent: Node) -> Node:
    """A node where the next instance of a repeat would stand, for expressions about it alone."""
    node = Node(repeat.rpartition("/")[2], repeat=True)
    node.parent = parent
    node.index = len(parent.by_name.get(node.name, ())) + 1
    return node
