"""Numbers: conversion, rounding and Java's `Math`."""

import math
from collections.abc import Callable
from datetime import date

from domain.surveys.xpath.dates import local_epoch_fraction
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.functions.registry import function
from domain.surveys.xpath.numbers import java_int, power, round_half_up, truncate
from domain.surveys.xpath.values import Scalar, Value, to_number, unpack


@function("number", 0, 1, of_context=True, collect=(1, 1))
def number(_: Environment, value: Scalar) -> float:
    return to_number(value)


@function("int", 1)
def integer(_: Environment, value: Scalar) -> float:
    return truncate(to_number(value))


@function("round", 1, 2)
def rounded(_: Environment, value: Scalar, decimals: Scalar = 0.0) -> float:
    return round_half_up(to_number(value), java_int(to_number(decimals)))


@function("floor", 1, collect=None)
def floor(_: Environment, value: Scalar) -> float:
    number = to_number(value)
    return float(math.floor(number)) if math.isfinite(number) else number


@function("ceiling", 1, collect=None)
def ceiling(_: Environment, value: Scalar) -> float:
    number = to_number(value)
    return float(math.ceil(number)) if math.isfinite(number) else number


@function("pi", 0)
def pi(_: Environment) -> float:
    return math.pi


def _double(environment: Environment, value: Value) -> float:
    """A number for `Math`: parts of a day count here, unless the date is a question's."""
    if isinstance(value, date):
        return local_epoch_fraction(value, environment.zone)
    return to_number(unpack(value, environment))


@function("pow", 2, nodes=True)
def pow_(environment: Environment, base: Value, exponent: Value) -> float:
    return power(_double(environment, base), _double(environment, exponent))


@function("atan2", 2, nodes=True)
def atan2(environment: Environment, y: Value, x: Value) -> float:
    return math.atan2(_double(environment, y), _double(environment, x))


def _exp(number: float) -> float:
    return power(math.e, number) if number > 709 else math.exp(number)


def _log(logarithm: Callable[[float], float]) -> Callable[[float], float]:
    def log(number: float) -> float:
        return -math.inf if number == 0 else logarithm(number)

    return log


_OF_ONE_NUMBER: dict[str, Callable[[float], float]] = {
    "abs": abs,
    "acos": math.acos,
    "asin": math.asin,
    "atan": math.atan,
    "cos": math.cos,
    "exp": _exp,
    "exp10": lambda number: power(10.0, number),
    "log": _log(math.log),
    "log10": _log(math.log10),
    "sin": math.sin,
    "sqrt": math.sqrt,
    "tan": math.tan,
}


def _register(name: str, compute: Callable[[float], float]) -> None:
    @function(name, 1, nodes=True)
    def apply(environment: Environment, value: Value) -> float:
        number = _double(environment, value)
        try:
            return compute(number)
        except ValueError:
            # outside of the function's domain: NaN in Java
            return math.nan


for _name, _compute in _OF_ONE_NUMBER.items():
    _register(_name, _compute)
