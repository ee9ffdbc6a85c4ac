"""A plain path is one token; that changes nothing of what is read."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.surveys.xpath import XPathError, lexer
from domain.surveys.xpath.parser import parse
from domain.surveys.xpath.syntax import Syntax
from tests.domain.surveys.xpath import oracle

SOURCES = [vector.expression for vector in oracle.read_vectors()]
PIECES = (
    *("/data", "/data/a", "/data/a-b", "/x.y", "/", "//", " ", "data", "a", "..", ".", "*", "and"),
    *("/and/or", "=", "-", "1", "'t'", "(", ")", "[", "]", "::", ":", "@", "|", ",", "position()"),
    *("child", "text()", "/text", "instance('x')", "current()", "div", "/п", "!="),
)


def read(source: str, *, plain: bool) -> Syntax | int | None:
    """The tree with all its positions, or where it cannot be read."""
    with pytest.MonkeyPatch.context() as patch:
        if not plain:
            patch.setattr(lexer, "_PLAIN_PATH", re.compile(r"(?!)"))
        try:
            return parse(source)
        except XPathError as error:
            return error.position


def test_all_vectors_are_read_the_same() -> None:
    differing = [s for s in SOURCES if read(s, plain=True) != read(s, plain=False)]
    assert differing == []


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("/data/a /b")
@example("/data/a\n::b")
@example("/data/text()")
@example("/data/a[/data/b]/c")
@example("/data/a- 1 - /data/b")
@example("count(/data/a)div 2")
def test_anything_is_read_the_same(source: str) -> None:
    assert read(source, plain=True) == read(source, plain=False)
