"""Which calculations have the last word again over what a person answered instead."""

from collections.abc import Iterable

from domain.surveys.instance import Node
from domain.surveys.order import Order
from domain.surveys.tree import Tree, plain_path

#: a node at a plain path that changed, or an instance of the repeat there that came or went (True)
Change = tuple[str, Node, bool]


def following(
    calculated: Iterable[str], changes: Iterable[Change], tree: Tree, order: Order
) -> list[str]:
    """Those questions, at positioned paths, that JavaRosa calculates anew after some changes.

    After an instance came or went that is also what looks at the number or the places of them, in
    every instance.
    """
    changes = list(changes)
    return [
        path for path in calculated if any(_reaches(one, path, tree, order) for one in changes)
    ]


def _reaches(change: Change, path: str, tree: Tree, order: Order) -> bool:
    changed, node, instance = change
    plain = plain_path(path)
    if instance and plain in order.recalculated(changed):
        return True
    return plain in order.recalculated(changed, children=instance) and any(
        one.path() == path for one in tree.around(plain, node)
    )
