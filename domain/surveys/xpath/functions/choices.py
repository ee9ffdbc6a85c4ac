"""Answers to select questions, which are codes joined by spaces, and their labels."""

import re

from domain.surveys.instance import Node
from domain.surveys.message import N_
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.errors import XPathTypeError
from domain.surveys.xpath.functions.registry import function
from domain.surveys.xpath.numbers import java_int
from domain.surveys.xpath.paths import ancestry
from domain.surveys.xpath.values import JAVA_SPACE, Scalar, to_number, to_string

_NOT_IN_NAMES = re.compile(r"[^\w.\-]")


def _selection(name: str, environment: Environment, value: Scalar) -> str:
    if not isinstance(value, str):
        raise XPathTypeError(
            N_("%(name)s() takes the answer to a select question, not a number"), name=name
        )
    environment.spend_text(len(value))
    return value


def _selected(name: str, environment: Environment, value: Scalar, choice: Scalar) -> bool:
    """JavaRosa looks for the code with a space on each side, so that '' is selected in ''."""
    if not isinstance(choice, str):
        raise XPathTypeError(N_("the second argument of %(name)s() must be in quotes"), name=name)
    return f" {choice.strip(JAVA_SPACE)} " in f" {_selection(name, environment, value)} "


@function("selected", 2)
def selected(environment: Environment, value: Scalar, choice: Scalar) -> bool:
    return _selected("selected", environment, value, choice)


@function("is-selected", 2)
def is_selected(environment: Environment, value: Scalar, choice: Scalar) -> bool:
    return _selected("is-selected", environment, value, choice)


@function("count-selected", 1)
def count_selected(environment: Environment, value: Scalar) -> float:
    return float(len(_codes(_selection("count-selected", environment, value))))


@function("selected-at", 2)
def selected_at(environment: Environment, value: Scalar, place: Scalar) -> str:
    """The code at a place, the first at 0; blank where there is none."""
    codes = _codes(_selection("selected-at", environment, value))
    number = java_int(to_number(place))
    return codes[number] if 0 <= number < len(codes) else ""


def _codes(value: str) -> list[str]:
    return [code for code in value.split(" ") if code]


@function("jr:choice-name", 2)
def choice_name(environment: Environment, value: Scalar, path: Scalar) -> str:
    """The label of a choice; pyxform puts spaces around the quoted path."""
    if environment.choice_label is None:
        raise XPathTypeError(N_("labels are not known here"))
    label = environment.choice_label(_plain(to_string(path), environment), to_string(value))
    return "" if label is None else label


def _plain(path: str, environment: Environment) -> str:
    """The absolute path of names that a quoted path means, in a repeat a relative one."""
    steps = path.strip().split("/")
    if steps[0] == "":
        return path.strip()
    names = [node.name for node in reversed(ancestry(environment.current))]
    for step in steps:
        if step == "..":
            del names[-1:]
        elif step not in ("", ".", "current()"):
            names.append(step)
    return "/" + "/".join(names)


@function("jr:itext", 1)
def itext(environment: Environment, identifier: Scalar) -> str:
    if environment.itext is None:
        raise XPathTypeError(N_("labels are not known here"))
    return environment.itext(to_string(identifier))


@function("pulldata", 4)
def pulldata(
    environment: Environment, instance: Scalar, column: Scalar, key: Scalar, sought: Scalar
) -> str:
    """A cell of a CSV file: from the first row whose `key` column is what is sought.

    As in Collect the file may be named with its ending, and columns in any case.
    """
    name = to_string(instance).removesuffix(".csv")
    root = environment.instances.get(name)
    if root is None:
        raise XPathTypeError(N_("there is no file %(name)s"), name=name)
    rows, text = root.by_name.get("item", []), to_string(sought)
    if text == "" or not rows:
        return ""
    wanted, key_name = (_column(rows[0], to_string(header)) for header in (column, key))
    environment.spend_rows(len(rows))
    for row in rows:
        if _cell(row, key_name) == text:
            return _cell(row, wanted)
    return ""


def _column(row: Node, header: str) -> str:
    """The name of a column as a row has it."""
    name = _NOT_IN_NAMES.sub("_", header.strip())
    if name in row.by_name:
        return name
    return next((known for known in row.by_name if known.lower() == name.lower()), name)


def _cell(row: Node, column: str) -> str:
    cell = row.child(column)
    return "" if cell is None else cell.text
