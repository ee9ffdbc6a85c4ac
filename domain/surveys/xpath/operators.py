"""Closures for operators; the common shapes of two operands have their own."""

from collections.abc import Callable

from domain.surveys.instance import Node
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.numbers import divide, remainder
from domain.surveys.xpath.paths import ScalarEvaluator
from domain.surveys.xpath.values import Scalar, equal, to_boolean, to_number

_APPLY: dict[str, Callable[[Scalar, Scalar], Scalar]] = {
    "=": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": lambda left, right: to_number(left) < to_number(right),
    "<=": lambda left, right: to_number(left) <= to_number(right),
    ">": lambda left, right: to_number(left) > to_number(right),
    ">=": lambda left, right: to_number(left) >= to_number(right),
    "+": lambda left, right: to_number(left) + to_number(right),
    "-": lambda left, right: to_number(left) - to_number(right),
    "*": lambda left, right: to_number(left) * to_number(right),
    "div": lambda left, right: divide(to_number(left), to_number(right)),
    "mod": lambda left, right: remainder(to_number(left), to_number(right)),
}


def chain(
    operands: list[ScalarEvaluator],
    operators: list[str],
    literals: list[str | float | None],
) -> ScalarEvaluator:
    """The closure for operands joined by operators of one precedence.

    `literals` holds the values of those operands that are literals.
    """
    if operators[0] in ("and", "or"):
        return _logical(operands, stop_at=operators[0] == "or")
    if len(operands) > 2:
        return _fold(operands, operators)
    left, right = operands
    literal = literals[1]
    if isinstance(literal, str) and operators[0] in ("=", "!="):
        return _equals_text(left, literal, expected=operators[0] == "=")
    apply = _APPLY[operators[0]]
    return lambda node, position, size, environment: apply(
        left(node, position, size, environment), right(node, position, size, environment)
    )


def _logical(operands: list[ScalarEvaluator], *, stop_at: bool) -> ScalarEvaluator:
    """`and` and `or`: what follows a decision is not evaluated."""

    def logical(node: Node, position: int, size: int, environment: Environment) -> Scalar:
        for operand in operands:
            if to_boolean(operand(node, position, size, environment)) is stop_at:
                return stop_at
        return not stop_at

    return logical


def _fold(operands: list[ScalarEvaluator], operators: list[str]) -> ScalarEvaluator:
    first = operands[0]
    rest = [
        (_APPLY[operator], operand)
        for operator, operand in zip(operators, operands[1:], strict=True)
    ]

    def fold(node: Node, position: int, size: int, environment: Environment) -> Scalar:
        value = first(node, position, size, environment)
        for apply, operand in rest:
            value = apply(value, operand(node, position, size, environment))
        return value

    return fold


def _equals_text(left: ScalarEvaluator, text: str, *, expected: bool) -> ScalarEvaluator:
    """`${question} = 'code'`, the most frequent condition."""

    def equals(node: Node, position: int, size: int, environment: Environment) -> Scalar:
        value = left(node, position, size, environment)
        same = value == text if isinstance(value, str) else equal(value, text)
        return same is expected

    return equals
