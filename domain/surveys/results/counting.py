"""How the answers of a version of a form are counted: which nodes hold values that are counted."""

from dataclasses import dataclass

from domain.surveys.form import Form
from domain.surveys.results.chain import chain
from domain.surveys.results.codebook import Variable, codebook


@dataclass(frozen=True, slots=True)
class Counting:
    """`spread` are the plain paths whose single values are counted one by one, `several` those
    whose answers hold several codes, `kind` is that of the kind of organisation, `place` that of
    the oblast, '' for none. Of all others is counted whether they have an answer."""

    spread: frozenset[str]
    several: frozenset[str]
    kind: str
    place: str


def counting(form: Form) -> Counting:
    """How a version's answers are counted."""
    book = codebook([form])
    spread = {
        node
        for one in book.variables
        if not one.several and (one.countable or one.numeric)
        for node in one.nodes
    }
    several = {node for one in book.variables if one.several for node in one.nodes}
    parts = chain(book)
    return Counting(
        frozenset(spread), frozenset(several), _single(parts.org_type), _single(parts.oblast)
    )


def _single(variable: Variable | None) -> str:
    """The path of a question that has one answer in a response."""
    if variable is None or variable.several or variable.repeats or not variable.countable:
        return ""
    return variable.nodes[0]
