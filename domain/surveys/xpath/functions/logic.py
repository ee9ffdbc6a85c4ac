"""Truth: `true`, `not`, `boolean`, checklists."""

from domain.surveys.instance import Node
from domain.surveys.message import N_
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.errors import XPathTypeError
from domain.surveys.xpath.functions.registry import function
from domain.surveys.xpath.numbers import java_int
from domain.surveys.xpath.values import (
    Scalar,
    Value,
    node_value,
    to_boolean,
    to_number,
    to_string,
    unpack,
)


@function("true", 0)
def true(_: Environment) -> bool:
    return True


@function("false", 0)
def false(_: Environment) -> bool:
    return False


@function("not", 1)
def negated(_: Environment, value: Scalar) -> bool:
    return not to_boolean(value)


@function("boolean", 1)
def boolean(_: Environment, value: Scalar) -> bool:
    return to_boolean(value)


@function("boolean-from-string", 1)
def boolean_from_string(_: Environment, value: Scalar) -> bool:
    text = to_string(value)
    return text == "1" or text.lower() == "true"


@function("checklist", 2, None, nodes=True)
def checklist(environment: Environment, least: Value, most: Value, *factors: Value) -> bool:
    """Whether the number of true factors lies between two limits; -1 is no limit."""
    low = java_int(to_number(unpack(least, environment)))
    high = java_int(to_number(unpack(most, environment)))
    values = spread(environment, factors)
    count = sum(to_boolean(value) for value in values)
    return (low < 0 or count >= low) and (high < 0 or count <= high)


@function("weighted-checklist", 2, None, nodes=True)
def weighted_checklist(environment: Environment, least: Value, most: Value, *pairs: Value) -> bool:
    """Whether the weights of the true factors add up to something between two limits."""
    if len(pairs) % 2:
        raise XPathTypeError(N_("weighted-checklist() takes factors and weights in pairs"))
    low = to_number(unpack(least, environment))
    high = to_number(unpack(most, environment))
    if len(pairs) == 2 and isinstance(pairs[0], list) and isinstance(pairs[1], list):
        flags, weights = spread(environment, pairs[:1]), spread(environment, pairs[1:])
        if len(flags) != len(weights):
            raise XPathTypeError(N_("weighted-checklist() takes factors and weights in pairs"))
    else:
        flags = [unpack(value, environment) for value in pairs[::2]]
        weights = [unpack(value, environment) for value in pairs[1::2]]
    total = sum(
        to_number(weight) for flag, weight in zip(flags, weights, strict=True) if to_boolean(flag)
    )
    return low <= total <= high


def spread(environment: Environment, arguments: tuple[Value, ...]) -> list[Scalar]:
    """The values of variable arguments: a node-set that stands alone gives all of its nodes."""
    if len(arguments) == 1 and isinstance(arguments[0], list):
        return values_of(environment, arguments[0])
    return [unpack(argument, environment) for argument in arguments]


def values_of(environment: Environment, nodes: list[Node]) -> list[Scalar]:
    """The values of all nodes of a node-set."""
    environment.spend(len(nodes))
    return [node_value(node, environment) for node in nodes]
