"""Which calculations have the last word again over what a person answered instead."""

from collections.abc import Iterable

from domain.surveys.instance import Node
from domain.surveys.order import Order
from domain.surveys.tree import Tree, plain_path

#: a node at a plain path that changed, or an instance of the repeat there that came or went (True)
Change = tuple[str, Node, bool]


def follows(calculated: str, changes: Iterable[Change], tree: Tree, order: Order) -> bool:
    """Whether JavaRosa calculates the question at a positioned path anew after some changes.

    After an instance came or went that is also what looks at the number or the places of them, in
    every instance.
    """
    plain = plain_path(calculated)
    return any(
        (instance and plain in order.recalculated(path))
        or (
            plain in order.recalculated(path, children=instance)
            and any(one.path() == calculated for one in tree.around(plain, node))
        )
        for path, node, instance in changes
    )
