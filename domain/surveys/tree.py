"""The nodes of one response, found by path.

Two kinds of paths: *positioned* ones name one node (`/data/links/link[2]/p_name`, a position for
each repeat instance and for nothing else), *plain* ones all nodes of a bind
(`/data/links/link/p_name`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.surveys.form import Blueprint, Form, Question
from domain.surveys.instance import Node

#: instances that one repeat may have under one parent: more is a mistake or an attack
MAX_INSTANCES = 1_000
#: nodes that a response may have in all, against repeats in repeats
MAX_NODES = 50_000
_POSITION = re.compile(r"\[\d+\]")


def plain_path(path: str) -> str:
    """A positioned path without its positions."""
    return _POSITION.sub("", path) if "[" in path else path


def placed(root: Node) -> Iterator[tuple[Node, str, str]]:
    """A node and all below it in document order, with their positioned and their plain paths."""
    waiting = [(root, "", "")]
    while waiting:
        node, path, plain = waiting.pop()
        plain = f"{plain}/{node.name}"
        path = f"{path}/{node.name}[{node.index}]" if node.repeat else f"{path}/{node.name}"
        yield node, path, plain
        waiting.extend((child, path, plain) for child in reversed(node.children))


@dataclass(frozen=True, slots=True)
class Entry:
    """A node of the response: its positioned and its plain path, and what stands there.

    `value` is blank while the node is not relevant; `kept` is the text that stands there either
    way. `question` is None for groups, calculations and metadata.
    """

    path: str
    plain: str
    relevant: bool
    value: str
    kept: str
    question: Question | None


class Tree:
    """The instance of a response.

    It has the texts given for positioned paths, and of repeats without a count as many instances
    as `counts` says, by the path of the repeat without its own position.
    """

    def __init__(self, form: Form, texts: Mapping[str, str], counts: Mapping[str, int]) -> None:
        self._template = form.template
        self._repeats = form.repeats
        self._texts = texts
        self._counts = counts
        #: grows whenever a node comes or goes
        self.changes = 0
        self.replant()

    def replant(self) -> None:
        """Begin anew, with the texts and the counts as they are now."""
        self._at: dict[str, list[Node]] = {}
        self._begun: dict[tuple[Node, str], int] = {}
        self._size = 0
        #: whether an instance that the form begins with went and came again: those that begin in
        #: it are not the same
        self.regrown = False
        self.root = self._grow(self._template, None)
        for path, text in self._texts.items():
            node = self.find(path)
            if node is not None:
                node.text = text
        for key in sorted(self._counts, key=lambda path: path.count("/")):
            parent = self.find(key.rpartition("/")[0])
            if parent is not None and plain_path(key) in self._repeats:
                self.resize(plain_path(key), parent, self._counts[key])

    def _grow(self, plan: Blueprint, parent: Node | None) -> Node:
        node = Node(plan.name, parent, plan.text, datatype=plan.datatype, repeat=plan.repeat)
        self._at.setdefault(plan.path, []).append(node)
        self._size += 1
        self.changes += 1
        for child in plan.children:
            if child.place:
                node.reserve(child.name)
                continue
            if child.repeat:
                key = (node, child.name)
                self._begun[key] = self._begun.get(key, 0) + 1
            self._grow(child, node)
        return node

    def at(self, path: str) -> list[Node]:
        """All nodes at a plain path, not to be changed."""
        return self._at.get(path, [])

    def below(self, node: Node, path: str) -> list[Node]:
        """The nodes at a relative path of names such as 'org/beds', '' for the node itself."""
        found = [node]
        for name in path.split("/") if path else ():
            found = [child for parent in found for child in parent.by_name.get(name, ())]
        return found

    def find(self, path: str) -> Node | None:
        """The node at a positioned path."""
        if "[" not in path:
            nodes = self._at.get(path, [])
            return nodes[0] if nodes and nodes[0].scope is None else None
        node: Node | None = None
        for step in path[1:].split("/"):
            name, _, position = step.partition("[")
            if node is None:
                node = self.root if name == self.root.name else None
            else:
                namesakes = node.by_name.get(name, [])
                place = int(position[:-1]) if position else 1
                node = namesakes[place - 1] if 0 < place <= len(namesakes) else None
            if node is None:
                return None
        return node

    def around(self, path: str, node: Node) -> list[Node]:
        """The nodes at a plain path, bound to a node as XPath binds an absolute path."""
        names = path[1:].split("/")
        start, agreed = self.root, 1
        for place, ancestor in enumerate(reversed(list(_line(node)))):
            if place == len(names) or ancestor.name != names[place]:
                break
            start, agreed = ancestor, place + 1
        found = [start]
        for name in names[agreed:]:
            found = [child for parent in found for child in parent.by_name.get(name, ())]
        return found

    def initial(self, repeat: str, parent: Node) -> int:
        """How many instances of a repeat the form itself begins with under a parent."""
        return self._begun.get((parent, repeat.rpartition("/")[2]), 0)

    def resize(self, repeat: str, parent: Node, count: int) -> list[Node]:
        """Give the repeat at a plain path `count` instances under a parent; those that are new.

        Instances come and go at the end. A new one has the texts that are known for its paths.
        """
        name = repeat.rpartition("/")[2]
        instances = parent.by_name.get(name, [])
        count = min(count, MAX_INSTANCES)
        while len(instances) > count:
            last = instances[-1]
            parent.remove(last)
            self._forget(last, repeat)
        before = len(instances)
        added: list[Node] = []
        while before + len(added) < count and self._size < MAX_NODES:
            added.append(self._add(repeat, parent))
        self.regrown = self.regrown or (bool(added) and before < self.initial(repeat, parent))
        return added

    def _add(self, repeat: str, parent: Node) -> Node:
        instance = self._grow(self._repeats[repeat], parent)
        self._recall(instance, instance.path(), repeat)
        return instance

    def _recall(self, node: Node, path: str, plain: str) -> None:
        """Give a new node, and all below it, the texts and counts that are known for them."""
        text = self._texts.get(path)
        if text is not None:
            node.text = text
        for name in list(node.by_name):
            key, below = f"{path}/{name}", f"{plain}/{name}"
            begun = node.by_name[name][:]
            count = self._counts.get(key)
            if count is not None and below in self._repeats:
                self.resize(below, node, count)
                begun = begun[:count]
            for child in begun:
                self._recall(child, f"{key}[{child.index}]" if child.repeat else key, below)

    def _forget(self, node: Node, path: str) -> None:
        nodes = self._at[path]
        if nodes[-1] is node:
            nodes.pop()
        else:
            nodes.remove(node)
        self._size -= 1
        self.changes += 1
        for name, children in node.by_name.items():
            self._begun.pop((node, name), None)
            for child in children:
                self._forget(child, f"{path}/{name}")


def _line(node: Node | None) -> Iterator[Node]:
    """The node and all that it lies in, from the inside out."""
    while node is not None:
        yield node
        node = node.parent
