"""How the answers of a version of a form are counted: which nodes hold values that are counted."""

from dataclasses import dataclass

from domain.surveys.form import Form
from domain.surveys.results.chain import chain
from domain.surveys.results.codebook import codebook


@dataclass(frozen=True, slots=True)
class Counting:
    """`spread` are the plain paths whose single values are counted one by one, `kind` is that of
    the kind of organisation, '' for none. Of all others is counted whether they have an answer."""

    spread: frozenset[str]
    kind: str


def counting(form: Form) -> Counting:
    """How a version's answers are counted."""
    book = codebook([form])
    spread = {
        node
        for one in book.variables
        if not one.several and (one.countable or one.numeric)
        for node in one.nodes
    }
    kind = chain(book).org_type
    single = kind is not None and not kind.several and not kind.repeats and kind.countable
    return Counting(frozenset(spread), kind.nodes[0] if kind is not None and single else "")
