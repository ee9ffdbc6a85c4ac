"""The lint names what Collect refuses or decides otherwise, and is silent about the rest."""

import pytest

from domain.surveys.xpath.functions.library import FUNCTIONS
from domain.surveys.xpath.lint import Code, lint


@pytest.mark.parametrize(
    ("source", "code", "position"),
    [
        ("1 + ", Code.SYNTAX, 4),
        ("'a", Code.SYNTAX, 0),
        ("1 + nosuch(2)", Code.UNKNOWN_FUNCTION, 4),
        ("pow(2)", Code.ARGUMENTS, 0),
        ("floor(1.5)", Code.NOT_IN_COLLECT, 0),
        ("1 + ceiling(1.5)", Code.NOT_IN_COLLECT, 4),
        ("substring('a', 1)", Code.NOT_IN_COLLECT, 0),
        ("coalesce('a', 'b', 'c')", Code.ARGUMENTS_IN_COLLECT, 0),
        ("string()", Code.ARGUMENTS_IN_COLLECT, 0),
        ("regex(., '[0-9]+')", Code.UNANCHORED_PATTERN, 9),
        ("regex(., '^b(?=a)$')", Code.PATTERN, 9),
        ("regex(., '^(a$')", Code.PATTERN, 9),
        ("'2026-01-05' - /data/day", Code.DATE_AS_TEXT, 0),
        ("/data/day <= '2026-01-05'", Code.DATE_AS_TEXT, 13),
        ("/data/link[2]/name", Code.NUMBER_PREDICATE, 11),
        ("selected(., 1)", Code.UNQUOTED_CHOICE, 12),
        ("//link", Code.PATH_IN_COLLECT, 0),
        ("count(/data/a | /data/b)", Code.PATH_IN_COLLECT, 14),
        ("count(/data/group/*)", Code.PATH_IN_COLLECT, 18),
        ("../following-sibling::a", Code.PATH_IN_COLLECT, 3),
        ("string(current())", Code.PATH_IN_COLLECT, 7),
        ("/data/@id", Code.ATTRIBUTE, 6),
    ],
)
def test_finds(source: str, code: Code, position: int) -> None:
    (finding,) = lint(source)
    assert (finding.code, finding.position) == (code, position)
    assert "%(" not in str(finding.message)


@pytest.mark.parametrize(
    "source",
    [
        "selected(/data/stages, 'rnd') and not(selected(/data/stages, ''))",
        "regex(., '^[0-9]{8}$')",
        "regex(., /data/pattern)",
        "date('2026-01-05') <= today()",
        "/data/day = '2026-01-05'",
        "instance('stage')/root/item[name = current()/../stage]/label",
        "indexed-repeat(/data/link/name, /data/link, position(..) - 1)",
        "round(sum(/data/link/years) div count(/data/link), 1)",
        "coalesce(/data/a, /data/b)",
        "jr:choice-name(/data/a, ' /data/a ')",
        "pulldata('towns', 'name', 'code', /data/town)",
        "string-length() > 3",
    ],
)
def test_is_silent(source: str) -> None:
    assert lint(source) == []


def test_only_what_cannot_be_used_is_an_error() -> None:
    errors = ("1 +", "nosuch()", "pow(2)", "regex(., '^(a$')")
    warnings = ("floor(1)", "regex(., 'a')", "//a", "/data/link[2]")
    assert all(lint(source)[0].is_error for source in errors)
    assert not any(lint(source)[0].is_error for source in warnings)


def test_several_findings_stand_in_order() -> None:
    found = lint("floor(nosuch(1)) > '2026-01-05' or regex(., 'a')")
    assert [finding.code for finding in found] == [
        Code.NOT_IN_COLLECT,
        Code.UNKNOWN_FUNCTION,
        Code.DATE_AS_TEXT,
        Code.UNANCHORED_PATTERN,
    ]


def test_what_collect_takes_works_here() -> None:
    for function in FUNCTIONS.values():
        if function.collect is not None:
            assert function.arity[0] <= function.collect[0], function.name
