"""Node-sets: counting, adding up, shuffling."""

import math
import random

from domain.surveys.instance import Node
from domain.surveys.message import N_
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.errors import XPathTypeError
from domain.surveys.xpath.functions.logic import spread, values_of
from domain.surveys.xpath.functions.registry import function
from domain.surveys.xpath.shuffle import ParkMiller, seed_number, shuffled
from domain.surveys.xpath.values import Value, to_number, unpack

# JavaRosa starts from Java's smallest positive double, so no maximum is negative
_JAVA_MIN_VALUE = 5e-324


def _nodes(name: str, value: Value) -> list[Node]:
    if not isinstance(value, list):
        raise XPathTypeError(N_("%(name)s() takes a path"), name=name)
    return value


@function("count", 1, nodes=True)
def count(_: Environment, nodes: Value) -> float:
    return float(len(_nodes("count", nodes)))


@function("count-non-empty", 1, nodes=True)
def count_non_empty(environment: Environment, nodes: Value) -> float:
    """How many hold a text or other nodes."""
    found = _nodes("count-non-empty", nodes)
    environment.spend(len(found))
    return float(sum(1 for node in found if node.text or node.children))


@function("sum", 1, nodes=True)
def total(environment: Environment, nodes: Value) -> float:
    """The sum of those that are numbers."""
    numbers = [to_number(value) for value in values_of(environment, _nodes("sum", nodes))]
    return sum((number for number in numbers if number == number), 0.0)


@function("min", 0, None, nodes=True)
def minimum(environment: Environment, *values: Value) -> float:
    return min(_numbers(environment, values), default=math.nan)


@function("max", 0, None, nodes=True)
def maximum(environment: Environment, *values: Value) -> float:
    numbers = _numbers(environment, values)
    return max(_JAVA_MIN_VALUE, *numbers) if numbers else math.nan


def _numbers(environment: Environment, values: tuple[Value, ...]) -> list[float]:
    numbers = [to_number(value) for value in spread(environment, values)]
    return [number for number in numbers if number == number]


@function("name", 0, 1, nodes=True, collect=None)
def name(environment: Environment, nodes: Value | None = None) -> str:
    """The name of the first node."""
    if nodes is None:
        return "" if environment.current is None else environment.current.name
    found = _nodes("name", nodes)
    return found[0].name if found else ""


@function("randomize", 1, 2, nodes=True, gives_nodes=True)
def randomize(environment: Environment, nodes: Value, seed: Value | None = None) -> list[Node]:
    """The nodes in another order; with a seed the order that Collect shows, too."""
    found = _nodes("randomize", nodes)
    environment.spend(len(found))
    source: random.Random | ParkMiller = environment.rng
    if seed is not None:
        source = ParkMiller(seed_number(unpack(seed, environment)))
    return shuffled(found, source)
