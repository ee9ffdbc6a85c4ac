"""What a form writes by itself when something happens: ODK's actions (`<setvalue>`) and preloads.

Events are the first load of a response, a new instance of a repeat (also one that a count makes),
and the change of a question that is somebody's trigger.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from domain.surveys.defaults import CLOCKS, default_text
from domain.surveys.form import Form, SetValue
from domain.surveys.instance import Node
from domain.surveys.logic import Logic
from domain.surveys.preloads import moment_text, preloaded
from domain.surveys.tree import Tree

#: triggers that fire one another in a chain: more go round in a circle
MAX_TRIGGERS = 20


class Actions:
    """Writes values into the tree of one response, and lets everything follow from each.

    `answers` are those known so far, `write` keeps a new one by path.
    """

    def __init__(
        self,
        form: Form,
        tree: Tree,
        logic: Logic,
        answers: Mapping[str, str],
        write: Callable[[str, str], None],
    ) -> None:
        self._form = form
        self._tree = tree
        self._logic = logic
        self._answers = answers
        self._write = write

    def follow(self) -> None:
        """Evaluate everything. Instances that a count makes get their defaults."""
        self._logic.begin = self.begin_instances
        self._logic.run()
        self._keep_once()

    def resume(self) -> None:
        """Evaluate everything in a response that was begun before: all its instances are known."""
        self._logic.begin = None
        self._logic.run()
        self._keep_once()

    def new_instance(self, repeat: str, instance: Node) -> None:
        """Let a new last instance of the repeat at a plain path begin, and all follow from it."""
        self.begin_instances(repeat, [instance])
        self._logic.begin = self.begin_instances
        self._logic.run_after_new(repeat, instance)
        self._keep_once()

    def _keep_once(self) -> None:
        for path, text in self._logic.once.items():
            self._write(path, text)
        self._logic.once.clear()  # a person may answer otherwise from now on

    def change(self, node: Node, path: str, text: str, triggers: int = MAX_TRIGGERS) -> None:
        """Write a text at a plain path and fire what it triggers, as many in a chain as given."""
        changed = node.text != text
        self.put(node, text)
        self._logic.begin = self.begin_instances
        self._logic.run_after(path, node)
        self._keep_once()
        if changed and triggers:
            self._trigger(node, path, triggers)

    def _trigger(self, node: Node, path: str, triggers: int) -> None:
        """Fire what the change of a node triggers."""
        for setvalue in self._form.setvalues:
            if setvalue.trigger == path:
                for target in self._tree.around(setvalue.path, node):
                    self._fire(setvalue, target, triggers - 1)

    def first_load(self, now: datetime, metadata: Mapping[str, str]) -> None:
        """Write the first values of a new response, and let everything follow."""
        self.give(now, metadata)
        self.follow()

    def give(self, now: datetime, metadata: Mapping[str, str]) -> None:
        """Write the first values of a new response: metadata, dynamic defaults.

        As in JavaRosa nothing has been evaluated by then: all is relevant, calculations are blank.
        """
        for bind in self._form.binds.values():
            value = preloaded(bind.preload, now, metadata)
            if value:
                for node in self._tree.at(bind.path):
                    self.put(node, value)
            if bind.datatype in CLOCKS:
                self._set_clocks(self._tree.at(bind.path), now)
        for setvalue in self._form.setvalues:
            if setvalue.first_load:
                self._begin(setvalue, list(self._tree.at(setvalue.path)))

    def _set_clocks(self, nodes: Sequence[Node], now: datetime) -> None:
        """Literal defaults such as '10:30' are in the zone of whoever begins the response."""
        for node in nodes:
            text = default_text(node.text, node.datatype, now)
            if text and text != node.text:
                self.put(node, text)

    def begin_instances(self, repeat: str, instances: Sequence[Node]) -> None:
        """Write the dynamic defaults of new instances of the repeat at a plain path.

        They, too, come before anything in the instances is evaluated. What follows is evaluated
        once for all of them, or a thousand would take a million steps.
        """
        for setvalue in self._form.setvalues:
            if setvalue.new_repeat == repeat:
                self._begin(
                    setvalue,
                    [
                        target
                        for instance in instances
                        for target in self._tree.around(setvalue.path, instance)
                        if target.path() not in self._answers
                    ],
                )

    def _begin(self, setvalue: SetValue, targets: Sequence[Node]) -> None:
        """Write a default; only what follows from it is evaluated.

        Where there is a calculation, too, that has the last word.
        """
        calculated = self._form.binds[setvalue.path].calculate is not None
        changed: list[Node] = []
        for target in targets:
            text, before = self._value(setvalue, target), target.text
            if calculated:
                target.text = text
            else:
                self.put(target, text)
            if text != before:
                changed.append(target)
        if changed:
            self._logic.begin_with(setvalue.path, changed)
            for target in changed:
                self._trigger(target, setvalue.path, MAX_TRIGGERS)

    def finish(self, now: datetime) -> None:
        """Write what is written at the end: the time of submission."""
        for bind in self._form.binds.values():
            if bind.preload == ("timestamp", "end"):
                for node in self._tree.at(bind.path):
                    self.put(node, moment_text(now))
        self.follow()

    def put(self, node: Node, text: str) -> None:
        """Write a text; nothing follows yet."""
        node.text = text
        self._write(node.path(), text)

    def _fire(self, setvalue: SetValue, target: Node, triggers: int = MAX_TRIGGERS) -> None:
        self.change(target, setvalue.path, self._value(setvalue, target), triggers)

    def _value(self, setvalue: SetValue, target: Node) -> str:
        if setvalue.value is None:
            return ""
        datatype = self._form.binds[setvalue.path].datatype
        return self._logic.given(setvalue.value, target, datatype)
