"""The tree of a response: one node for each question, group and instance of a repeat.

It is the XForms instance without XML. Secondary instances (choices, CSV files) are trees of the
same nodes. Expressions look children up by name all the time, so every node keeps its children by
name beside their document order, and each child knows its place among its namesakes.
"""

from collections.abc import Iterator


class Node:
    """One element of an instance.

    `text` is the serialised value, '' where blank. `relevant` is *effective* relevance: whoever
    makes a group irrelevant makes its descendants so too (`set_relevant`). `datatype` is the type
    of its value: that of its bind, or of a calculated result (`xpath.stored`). `repeat` says that
    the node is one instance of a repeat; it is fixed at birth, because all below remember it.
    """

    __slots__ = (
        "by_name",
        "children",
        "datatype",
        "index",
        "name",
        "parent",
        "relevant",
        "repeat",
        "scope",
        "text",
    )

    def __init__(
        self,
        name: str,
        parent: "Node | None" = None,
        text: str = "",
        *,
        datatype: str = "string",
        repeat: bool = False,
    ) -> None:
        self.name = name
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.text = text
        self.relevant = True
        self.datatype = datatype
        self.repeat = repeat
        #: position among the siblings of the same name, from 1
        self.index = 1
        #: the innermost repeat instance that this node is or lies in
        self.scope: Node | None = self if repeat else None
        #: the children by name, each list in document order; only `append` and `remove` change it
        self.by_name: dict[str, list[Node]] = {}
        if parent is not None:
            parent.append(self)

    def __repr__(self) -> str:
        return f"<Node {self.path()} {self.text!r}>"

    def append(self, child: "Node") -> None:
        """Add a childless or just built node: after its namesakes, or where they were, or last."""
        namesakes = self.by_name.get(child.name)
        if namesakes is None:  # nearly always: the first of its name
            self.by_name[child.name] = [child]
            self.children.append(child)
            child.parent = self
            if self.scope is not None and not child.repeat:
                child.enter(self.scope)
            return
        if namesakes and self.children[-1] is not namesakes[-1]:
            self.children.insert(self._place_of(namesakes[-1]) + 1, child)
        elif not namesakes:
            self.children.insert(self._reserved_place(child.name), child)
        else:
            self.children.append(child)
        namesakes.append(child)
        child.index = len(namesakes)
        child.parent = self
        if self.scope is not None and not child.repeat:
            child.enter(self.scope)

    def enter(self, scope: "Node") -> None:
        """Lie in a repeat instance, with all below that lies in none yet."""
        if not self.children:
            self.scope = self.scope or scope
            return
        for node in self.walk():
            if node.scope is None:
                node.scope = scope

    def remove(self, child: "Node") -> None:
        """Take a child out; its later namesakes move up by one."""
        namesakes = self.by_name[child.name]
        del namesakes[child.index - 1]
        for later in namesakes[child.index - 1 :]:
            later.index -= 1
        del self.children[self._place_of(child)]
        child.parent = None

    def reserve(self, name: str) -> None:
        """Keep this place for a repeat that has no instance yet: after all children so far."""
        self.by_name.setdefault(name, [])

    def _reserved_place(self, name: str) -> int:
        """Where the first instance of a name belongs: names keep the order that they came in."""
        names = iter(self.by_name)
        for earlier in names:
            if earlier == name:
                break
        for later in names:
            if self.by_name[later]:
                return self._place_of(self.by_name[later][0])
        return len(self.children)

    def _place_of(self, child: "Node") -> int:
        """Where a child stands, looked for from the end: instances are added there."""
        for place in range(len(self.children) - 1, -1, -1):
            if self.children[place] is child:
                return place
        raise ValueError(f"{child.name} is not a child of {self.name}")

    def add_instance(self, template: "Node") -> "Node":
        """Add one more instance of a repeat under this node, made from its template."""
        instance = template.clone(repeat=True)
        self.append(instance)
        return instance

    def clone(self, *, repeat: bool | None = None) -> "Node":
        """A parentless copy of the node and all below it, with the texts that it has now."""
        copy = Node(
            self.name,
            text=self.text,
            datatype=self.datatype,
            repeat=self.repeat if repeat is None else repeat,
        )
        copy.relevant = self.relevant
        for name in self.by_name:
            copy.reserve(name)
        for child in self.children:
            copy.append(child.clone())
        return copy

    def child(self, name: str) -> "Node | None":
        """The first child of that name."""
        namesakes = self.by_name.get(name)
        return namesakes[0] if namesakes else None

    def find(self, path: str) -> "Node | None":
        """The first node at a relative path of names such as 'org/org_type'."""
        node: Node | None = self
        for name in path.split("/"):
            if node is None:
                return None
            node = node.child(name)
        return node

    def value(self) -> str:
        """The text that logic sees: blank while the node is not relevant."""
        return self.text if self.relevant else ""

    def set_relevant(self, relevant: bool) -> None:
        """Make this node and everything below it relevant or not."""
        if not self.children:  # most nodes, and no generator for them
            self.relevant = relevant
            return
        for node in self.walk():
            node.relevant = relevant

    def walk(self) -> "Iterator[Node]":
        """This node and all below it in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def root(self) -> "Node":
        """The topmost ancestor."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node

    def path(self) -> str:
        """Where the node stands: '/data/links/link[2]/p_name', with indexes of repeats alone."""
        steps: list[str] = []
        node: Node | None = self
        while node is not None:
            steps.append(f"{node.name}[{node.index}]" if node.repeat else node.name)
            node = node.parent
        return "/" + "/".join(reversed(steps))
