"""Points on the earth: `distance`, `area`, `geofence`, on JavaRosa's sphere."""

import math
from itertools import pairwise
from typing import NamedTuple

from domain.surveys.message import N_
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.errors import XPathTypeError
from domain.surveys.xpath.functions.logic import values_of
from domain.surveys.xpath.functions.registry import function
from domain.surveys.xpath.values import Scalar, Value, to_number, to_string, unpack

_RADIUS = 6_378_100.0
_CIRCUMFERENCE = 2 * _RADIUS * math.pi


class Point(NamedTuple):
    """Degrees."""

    latitude: float
    longitude: float


@function("distance", 1, nodes=True)
def distance(environment: Environment, points: Value) -> float:
    """The length in metres of a line: a geotrace, a geoshape, or the points of a repeat."""
    line = _points("distance", environment, points)
    return sum((_between(a, b) for a, b in pairwise(line)), 0.0)


@function("area", 1, nodes=True)
def area(environment: Environment, points: Value) -> float:
    """The square metres inside a line."""
    return _area(_points("area", environment, points))


@function("enclosed-area", 1, nodes=True)
def enclosed_area(environment: Environment, points: Value) -> float:
    return _area(_points("enclosed-area", environment, points))


@function("geofence", 2, nodes=True)
def geofence(environment: Environment, point: Value, shape: Value) -> bool:
    """Whether a point lies inside a shape."""
    inside = _parse("geofence", environment, unpack(point, environment))
    fence = _parse("geofence", environment, unpack(shape, environment))
    if not inside:
        return False
    latitude, longitude = inside[0]
    within = False
    for a, b in pairwise(fence):
        if (b.latitude > latitude) != (a.latitude > latitude) and longitude < (
            a.longitude - b.longitude
        ) * (latitude - b.latitude) / (a.latitude - b.latitude) + b.longitude:
            within = not within
    return within


def _points(name: str, environment: Environment, value: Value) -> list[Point]:
    points: list[Point] = []
    if isinstance(value, list):
        for shown in values_of(environment, value):
            points.extend(_parse(name, environment, shown) or [Point(0.0, 0.0)])  # as in JavaRosa
    else:
        points = _parse(name, environment, value)
    return points


def _parse(name: str, environment: Environment, value: Scalar) -> list[Point]:
    """'latitude longitude …' joined by ';'; all blank is no point. Raises XPathTypeError.

    As in JavaRosa a blank before or between points is the one where the degrees are 0.
    """
    points: list[Point] = []
    text = to_string(value)
    if not text:
        return points
    environment.spend(2 * text.count(";") + 2)
    environment.spend_text(len(text))
    for point in text.rstrip().rstrip(";").split(";"):
        parts = [to_number(part) for part in point.split()] or [0.0, 0.0]
        if not 2 <= len(parts) <= 4 or any(part != part for part in parts):
            raise XPathTypeError(
                N_("%(text)s is not a point for %(name)s()"), text=text, name=name
            )
        points.append(Point(parts[0], parts[1]))
    return points


def _between(a: Point, b: Point) -> float:
    """Metres between two points by the spherical law of cosines."""
    along = math.radians(a.longitude - b.longitude)
    first, second = math.radians(a.latitude), math.radians(b.latitude)
    cosine = math.sin(first) * math.sin(second) + math.cos(first) * math.cos(second) * math.cos(
        along
    )
    # rounding may take the cosine of a point with itself past 1, which Java answers with NaN
    return math.acos(cosine) * _RADIUS if abs(cosine) <= 1 else math.nan


def _area(points: list[Point]) -> float:
    if len(points) < 3:
        return 0.0
    reference = points[0]
    xs = []
    ys = []
    for point in points[1:]:
        ys.append((point.latitude - reference.latitude) * _CIRCUMFERENCE / 360.0)
        shrink = math.cos(math.radians(point.latitude))
        xs.append((point.longitude - reference.longitude) * _CIRCUMFERENCE * shrink / 360.0)
    total = sum(
        (ys[place - 1] * xs[place] - xs[place - 1] * ys[place]) / 2 for place in range(1, len(xs))
    )
    return abs(total)
