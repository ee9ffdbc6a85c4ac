"""The syntax tree of an expression: what the parser builds, the compiler and the lint read.

Positions count characters of the source from 0.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Literal:
    """A quoted string or a number."""

    value: str | float
    position: int


@dataclass(slots=True)
class Call:
    """A function call; the name keeps its prefix ('jr:choice-name')."""

    name: str
    arguments: "list[Syntax]"
    position: int


@dataclass(slots=True)
class Negation:
    """Unary minus."""

    operand: "Syntax"
    position: int


@dataclass(slots=True)
class Operation:
    """Operands joined by operators of one precedence, read from the left.

    A chain is one object, however long: `a or b or c …` must not nest, or a long expression would
    exhaust the stack where a deep one is refused.
    """

    operands: "list[Syntax]"
    operators: list[str]
    position: int


@dataclass(slots=True)
class Step:
    """One step of a path. `test` is a name, '*' or 'node()'."""

    axis: str
    test: str
    predicates: "list[Syntax]"
    position: int


@dataclass(slots=True)
class Path:
    """A location path: from the root, from `origin` (a call or a filter), or from the context."""

    absolute: bool
    origin: "Syntax | None"
    steps: list[Step]
    position: int


@dataclass(slots=True)
class Filter:
    """A primary expression with predicates: `instance('x')[1]`, `(a | b)[…]`."""

    operand: "Syntax"
    predicates: "list[Syntax]"
    position: int


Syntax = Literal | Call | Negation | Operation | Path | Filter


def simple_names(path: Path) -> tuple[int, tuple[str, ...]] | None:
    """Levels up and names down of a path without predicates; None for any other.

    A path from `current()` counts as simple, one from another call does not.
    """
    if path.origin is not None and not is_current_call(path.origin):
        return None
    levels = 0
    names: list[str] = []
    for step in path.steps:
        if step.predicates:
            return None
        if step.axis == "child" and not step.test.endswith(("*", ")")):
            names.append(step.test)
        elif step.axis == "parent" and step.test == "node()" and not path.absolute:
            levels += 1
        elif step.axis != "self" or step.test != "node()":
            return None
    return None if path.absolute and not names else (levels, tuple(names))


def is_current_call(tree: Syntax) -> bool:
    """Whether a path that begins so begins with `current()`."""
    return isinstance(tree, Call) and tree.name == "current"


def is_instance_call(tree: Syntax) -> bool:
    """Whether a path that begins so leads into a secondary instance."""
    return isinstance(tree, Call) and tree.name == "instance"


def lookup_sides(predicate: Syntax) -> tuple[Syntax, Syntax] | None:
    """The column and the key of `[column = key]`; None for any other predicate.

    The column is a relative path, the key a literal or a path that is not relative.
    """
    if not isinstance(predicate, Operation) or predicate.operators != ["="]:
        return None
    left, right = predicate.operands
    for column, key in ((left, right), (right, left)):
        if isinstance(column, Path) and not column.absolute and column.origin is None:
            fixed = isinstance(key, Path) and (key.absolute or key.origin is not None)
            return (column, key) if fixed or isinstance(key, Literal) else None
    return None


def work(tree: Syntax) -> int:
    """How many operators and calls a tree has; predicates inside are paid for by themselves."""
    if isinstance(tree, Operation):
        return len(tree.operators) + sum(map(work, tree.operands))
    if isinstance(tree, Negation):
        return 1 + work(tree.operand)
    if isinstance(tree, Call):
        return 1 + sum(map(work, tree.arguments))
    if isinstance(tree, Filter):
        return work(tree.operand)
    return work(tree.origin) if isinstance(tree, Path) and tree.origin is not None else 0
