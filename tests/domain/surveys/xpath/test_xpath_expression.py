"""An expression tells what it looks at, and where it is wrong."""

import pytest

from domain.surveys.xpath import Expression, XPathError, XPathTypeError, compile_expression
from tests.domain.surveys.xpath.evaluation import environment
from tests.domain.surveys.xpath.form import locate


@pytest.mark.parametrize(
    ("source", "absolute", "relative"),
    [
        ("/data/a = 'x'", {"/data/a"}, set()),
        (" /data/org/type  != ''", {"/data/org/type"}, set()),
        ("../a + ../b", set(), {"../a", "../b"}),
        (". > 5", set(), {"."}),
        ("position(..)", set(), {".."}),
        ("current()/../a", set(), {"../a"}),
        ("current()/.", set(), {"."}),
        ("../../link/name", set(), {"../../link/name"}),
        ("/data/link[name = 'x']/role", {"/data/link/name", "/data/link/role"}, set()),
        ("/data/link[../a = /data/b]/c", {"/data/a", "/data/b", "/data/link/c"}, set()),
        ("../link[name = current()/../a]/c", set(), {"../link/name", "../a", "../link/c"}),
        ("instance('s')/root/item[name = /data/a]/label", {"/data/a"}, set()),
        ("instance('s')/root/item[name = current()/../a]", set(), {"../a"}),
        ("count(/data/group/*)", {"/data/group/*"}, set()),
        ("count(//link)", {"//"}, set()),
        ("sum(/data/a//b)", {"/data/a//"}, set()),
        ("/data/a/../b", {"/data/a/b"}, set()),
        ("a/../b", set(), {"../a/b"}),
        ("indexed-repeat(/data/r/a, /data/r, ../i)", {"/data/r/a", "/data/r"}, {"../i"}),
        ("if(/data/a, /data/b, -/data/c)", {"/data/a", "/data/b", "/data/c"}, set()),
        ("'/data/a'", set(), set()),
    ],
)
def test_references(source: str, absolute: set[str], relative: set[str]) -> None:
    expression = compile_expression(source)
    assert set(expression.references) == absolute
    assert set(expression.relative_references) == relative


def test_functions_and_instances() -> None:
    expression = compile_expression("if(selected(current()/a, 'x'), instance('s')/root/item, 1)")
    assert expression.functions == {"if", "selected", "current", "instance"}
    assert expression.instances == {"s"}


def test_compiled_once() -> None:
    assert compile_expression("1 + 1") is compile_expression("1 + 1")


@pytest.mark.parametrize(
    ("source", "position", "words"),
    [
        ("1 +", 3, "ends too early"),
        ("concat('a', ", 12, "ends too early"),
        ("concat('a' 'b')", 11, "operator is missing"),
        ("'open", 0, "quote is not closed"),
        ("/data/a = 'open", 10, "quote is not closed"),
        ("a ! b", 2, "unexpected character"),
        ("a b", 2, "operator is missing before b"),
        ("(1", 2, "ends too early"),
        ("1)", 1, "unexpected: )"),
        ("nosuch(1)", 0, "no function nosuch()"),
        ("1 + nosuch(1)", 4, "no function nosuch()"),
        ("if(1, 2)", 0, "takes 3 arguments, not 2"),
        ("1 + pow(1)", 4, "takes 2 arguments, not 1"),
        ("up::a", 0, "no axis up"),
        ("instance(/data/a)/root", 9, "name in quotes"),
        ("indexed-repeat(/data/r/a, /data/r[1], 1)", 26, "plain paths"),
        ("", 0, "ends too early"),
        ("   ", 3, "ends too early"),
    ],
)
def test_errors_name_their_place(source: str, position: int, words: str) -> None:
    with pytest.raises(XPathError) as refusal:
        Expression(source)
    assert refusal.value.position == position
    assert words in str(refusal.value)


def test_errors_can_be_translated() -> None:
    with pytest.raises(XPathError) as refusal:
        Expression("nosuch(1)")
    assert refusal.value.message.msgid == "there is no function %(name)s()"
    assert refusal.value.message.params == {"name": "nosuch"}


def test_the_ways_to_ask() -> None:
    place = environment()
    word = locate(place.root, "/data/word")
    links = compile_expression("/data/link")
    assert len(links.nodes(word, place)) == 3
    assert [node.name for node in compile_expression("../age").nodes(word, place)] == ["age"]
    assert compile_expression("/data/age").number(word, place) == 42.0
    assert compile_expression("/data/age").string(word, place) == "42"
    assert compile_expression("/data/age").boolean(word, place) is True
    with pytest.raises(XPathTypeError, match="repeated 3 times"):
        links.scalar(word, place)
    with pytest.raises(XPathTypeError, match="gives no nodes"):
        compile_expression("1").nodes(word, place)
