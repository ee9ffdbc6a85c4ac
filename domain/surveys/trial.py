"""A form tried out: what ODK Collect would stop at as soon as it opens it.

JavaRosa writes the dynamic defaults, then evaluates relevance, required, read-only and
calculations of all nodes once, also where nothing is relevant. An expression that fails then (a
date made of a word, a list that is not there) makes a form that nobody can open; constraints,
choice filters and labels are evaluated later.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.surveys.defaults import POINTS, require_text
from domain.surveys.form import Bind, Form
from domain.surveys.instance import Node
from domain.surveys.message import N_, Message
from domain.surveys.tree import Tree, plain_path
from domain.surveys.xpath import (
    Environment,
    EvaluationLimit,
    Expression,
    XPathError,
    XPathTypeError,
    stored,
)

GROUP_VALUE = N_("a group has no value")


@dataclass(frozen=True, slots=True)
class Failure:
    """An expression that fails at once: of which plain path, in which column, and why."""

    path: str
    column: str
    source: str
    reason: Message


def failures(
    form: Form, tree: Tree, environment: Environment, misgiven: Mapping[str, XPathError]
) -> Iterator[Failure]:
    """All that fails in a response that was just begun; `misgiven` are its defaults that did."""
    given = {(one.path, one.first_load): one.value for one in form.setvalues}
    for path, error in misgiven.items():
        plain = plain_path(path)
        column = "default" if (plain, True) in given else "calculation"
        value = given.get((plain, column == "default"))
        if value is not None and not isinstance(error, EvaluationLimit):
            yield Failure(plain, column, value.source, error.message)
    for bind in form.binds.values():
        for column, expression in _expressions(bind):
            for node in tree.at(bind.path):
                reason = _reason(expression, node, bind, column, environment)
                if reason is not None:
                    yield Failure(bind.path, column, expression.source, reason)
                    break


def _expressions(bind: Bind) -> Iterator[tuple[str, Expression]]:
    for column, expression in (
        ("relevant", bind.relevant),
        ("required", bind.required),
        ("read_only", bind.readonly),
        ("calculation", bind.calculate),
    ):
        if expression is not None:
            yield column, expression


def _reason(
    expression: Expression, node: Node, bind: Bind, column: str, environment: Environment
) -> Message | None:
    try:
        value = expression.scalar(node, environment)
        if column == "calculation":
            text, _ = stored(value, bind.datatype, environment.zone)
            if node.children and text:
                raise XPathTypeError(GROUP_VALUE)
            if bind.datatype in POINTS:
                require_text(text, bind.datatype, environment.now)
    except EvaluationLimit:
        return None  # a limit of ours
    except XPathError as error:
        return error.message
    return None
