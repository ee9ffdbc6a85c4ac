"""ODK XForms XPath: compiles expressions to closures and decides as JavaRosa does.

It needs nothing but `domain.surveys.instance`. `docs/xpath.md` lists every function and each
difference from JavaRosa (ODK Collect, KoboCollect) and from ODK Web Forms.

    expression = compile_expression("selected(/data/stages, 'rnd')")
    environment = Environment(root, {"stage": stages}, now=datetime.now(ZoneInfo("Europe/Kyiv")))
    expression.boolean(node, environment)
"""

from domain.surveys.xpath.answers import stored
from domain.surveys.xpath.environment import DEFAULT_BUDGET, Environment, Proposal
from domain.surveys.xpath.errors import EvaluationLimit, XPathError, XPathTypeError
from domain.surveys.xpath.expression import Expression, compile_expression
from domain.surveys.xpath.values import Scalar, Value, to_boolean, to_number, to_string

__all__ = [
    "DEFAULT_BUDGET",
    "Environment",
    "EvaluationLimit",
    "Expression",
    "Proposal",
    "Scalar",
    "Value",
    "XPathError",
    "XPathTypeError",
    "compile_expression",
    "stored",
    "to_boolean",
    "to_number",
    "to_string",
]
