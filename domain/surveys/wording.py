"""What a response shows in a language: labels with their outputs, choices with their labels."""

from dataclasses import dataclass

from domain.surveys.form import Form, Itemset, Question, Text
from domain.surveys.instance import Node
from domain.surveys.logic import Logic
from domain.surveys.tree import Tree


@dataclass(frozen=True, slots=True)
class Option:
    """A choice that is offered now, with its label as Markdown; its code where it has no words.

    `text` is the label in all languages of the form, None where it has none.
    """

    code: str
    label: str
    text: Text | None = None


class Wording:
    """The words of one response. `language` may change at any time."""

    def __init__(self, form: Form, logic: Logic, tree: Tree, language: str) -> None:
        self._form = form
        self._logic = logic
        self._tree = tree
        self.language = language

    def render(self, text: Text, node: Node) -> str:
        """A text in the language, else in the form's default language, else in any."""
        return "".join(
            part if isinstance(part, str) else self._logic.string(part.expression, node)
            for part in text.parts(self.language, self._form.default_language)
        )

    def options(self, question: Question, node: Node) -> list[Option]:
        """The choices that the filter lets through, in the form's order."""
        itemset = question.itemset
        if itemset is None:
            return [
                Option(item.value, self.render(item.label, node) or item.value, item.label)
                for item in question.choices
            ]
        return [
            Option(
                _child(item, itemset.value),
                self._item_label(itemset, item, node) or _child(item, itemset.value),
                self._form.itext.get(_child(item, itemset.label)) if itemset.itext else None,
            )
            for item in self._logic.nodes(itemset.nodeset, node)
        ]

    def codes(self, question: Question, node: Node) -> list[str]:
        """The codes of `options`, without the cost of their labels."""
        itemset = question.itemset
        if itemset is None:
            return [item.value for item in question.choices]
        items = self._logic.nodes(itemset.nodeset, node)
        return [_child(item, itemset.value) for item in items]

    def _item_label(self, itemset: Itemset, item: Node, node: Node) -> str:
        label = _child(item, itemset.label)
        if not itemset.itext:
            return label or _child(item, itemset.value)
        text = self._form.itext.get(label)
        return _child(item, itemset.value) if text is None else self.render(text, node)

    def choice_label(self, path: str, code: str) -> str | None:
        """What `jr:choice-name()` shows for a code of the question at a plain path."""
        question = self._form.by_path.get(path)
        if not isinstance(question, Question):
            return None
        itemset = question.itemset
        if itemset is None:
            for choice in question.choices:
                if choice.value == code:
                    return self.render(choice.label, self._tree.root)
            return None
        if itemset.instance:
            instance = self._form.instances.get(itemset.instance)
            items = [] if instance is None else instance.children
        else:
            node = self._tree.root.find("/".join(path.split("/")[2:]))
            items = [] if node is None else self._logic.nodes(itemset.nodeset, node)
        self._logic.look_through(len(items))
        for item in items:
            if _child(item, itemset.value) == code:
                return self._item_label(itemset, item, self._tree.root)
        return None

    def itext(self, key: str) -> str:
        """What `jr:itext()` shows for a key; for an unknown one what JavaRosa shows."""
        text = self._form.itext.get(key)
        return f"[itext:{key}]" if text is None else self.render(text, self._tree.root)


def _child(item: Node, name: str) -> str:
    child = item.child(name)
    return "" if child is None else child.text
