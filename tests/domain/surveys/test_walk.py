"""Walks: a form played with given answers."""

from collections.abc import Mapping

import pytest

from domain.surveys.instance import Node
from domain.surveys.logic import Logic
from domain.surveys.order import Step
from domain.surveys.walk import Walk, walk
from tests.domain.surveys.forms import NOW, VALUE_CHAIN, compiled, fixture, survey

CLINIC: Mapping[str, object] = {
    "agree": True,
    "name": "Перша лікарня",
    "region": "lviv",
    "town": "stryi",
    "kind": "other",
    "kind_other": "Шпиталь",
    "beds": 120,
    "share": 12.5,
    "opened": "1999-05-01",
    "staff": 3,
    "devices": 5,
    "money": 0.25,
    "most": ["staff", "money"],
    "why": "Бракує людей",
}


def played(form: str, answers: Mapping[str, object]) -> Walk:
    return walk(fixture(form), answers, now=NOW)


def test_every_question_is_put_once_in_order() -> None:
    done = played("clinic", CLINIC)
    assert [path.rpartition("/")[2] for path in done.asked] == [*CLINIC]
    assert done.refused == []
    result = done.as_json()
    assert result["complete"] is True
    assert result["values"]["/data/score"] == "8"  # type: ignore[index]
    assert result["values"]["/data/most"] == "staff money"  # type: ignore[index]


def test_values_and_relevance_hold_every_node() -> None:
    result = played("clinic", {}).as_json()
    names = {entry.path for entry in played("clinic", {}).response.entries()} - {"/data"}
    assert set(result["values"]) == set(result["relevant"]) == names  # type: ignore[call-overload]
    assert result["relevant"]["/data/about/name"] is False  # type: ignore[index]
    assert result["values"]["/data/about/opened"] == ""  # type: ignore[index]
    assert result["asked"] == ["/data/agree"]
    assert result["complete"] is False


def test_what_is_refused_is_left_empty_and_the_walk_goes_on() -> None:
    done = played("clinic", {**CLINIC, "beds": 9000, "town": "odesa_city"})
    assert [(one.path, one.value, str(one.message)) for one in done.refused] == [
        ("/data/about/town", "odesa_city", "“odesa_city” is not one of the answers offered."),
        ("/data/about/beds", "9000", "From 0 to 5000"),
    ]
    assert "/data/about/share" not in done.asked
    assert not done.response.complete


def test_repeats_take_lists_of_objects() -> None:
    done = played(
        "household",
        {
            "size": 2,
            "person": [{"who": "Оля", "age": 40}, {"who": "Іван", "age": 7, "school": "№ 3"}],
            "visit": [
                {"day": "2026-01-01", "gift": [{"what": "books"}, {"what": "tea"}]},
                {"day": "2026-02-02", "gift": []},
            ],
        },
    )
    values = {entry.path: entry.value for entry in done.response.entries()}
    assert values["/data/person[2]/school"] == "№ 3"
    assert values["/data/visit[1]/gift[2]/what"] == "tea"
    assert values["/data/visit[2]/day"] == "2026-02-02"
    assert "/data/visit[2]/gift[1]" not in values
    assert "/data/visit[3]" not in values
    assert done.asked.index("/data/visit[1]/gift[2]/what") < done.asked.index("/data/visit[2]/day")


def test_a_repeat_has_as_many_instances_as_the_list() -> None:
    none = played("household", {"size": 1, "visit": []})
    assert not any("visit[" in entry.path for entry in none.response.entries())
    first = played("household", {"size": 1})
    assert first.response.relevant("/data/visit[1]/gift[1]/what")


def test_paths_are_keys_where_names_are_not_unique() -> None:
    form = survey(
        """
        type | name | label
        begin_group | a | A
        text | note | One
        end_group | |
        begin_group | b | B
        text | note | Two
        end_group | |
        """
    )
    done = walk(form, {"/data/a/note": "one", "/data/b/note": "two"}, now=NOW)
    assert done.response.value("/data/a/note") == "one"
    assert done.response.value("/data/b/note") == "two"


def test_a_question_that_opens_behind_is_put_at_the_end() -> None:
    form = survey(
        """
        type | name | label | relevant
        text | why | Why? | ${more} = 'yes'
        text | more | More? |
        text | last | Last? |
        """
    )
    done = walk(form, {"more": "yes", "why": "so", "last": "done"}, now=NOW)
    assert done.asked == ["/data/more", "/data/last", "/data/why"]
    assert done.response.value("/data/why") == "so"


# -- the value-chain survey, by type of organisation

SHORT: Mapping[str, object] = {
    "consent": "yes",
    "org_name": "Ланка",
    "oblast": "lviv",
    "size": "10_49",
    "role": "head",
    "stages": "rnd",
    "fields": ["endo"],
    "disrupted": "no",
    **{f"bn_{name}": 3 for name in ("inputs", "skills", "finance", "cert", "logistics", "demand")},
    "n_links": 0,
    "beds": 100,
    "h_modern": "icu",
    "h_train": "mgmt",
    "h_pilot": "yes",
    "s_class": "I",
    "s_cert": "ce_mdr",
    "s_import": 10,
    "s_export": 10,
    "s_invest": "no",
    "n_act": "train",
    "r_trl": 4,
    "r_contracts": 2,
    "r_bar": "money",
    "intl": "none",
    "cycle": "train rnd proto cert prod",
    "publish": "no",
    "org_type_other": "Фонд",
}
LONG: Mapping[str, object] = {
    **SHORT,
    "stages": "rnd mfg cert",
    "main_stage": "mfg",
    "disrupted": "partly",
    "disrupted_stages": "mfg",
    "causes": ["energy", "money"],
    "recovery": "half",
    "n_links": 2,
    "link": [
        {
            "p_name": name,
            "p_type": "sme",
            "p_stage": "mfg",
            "p_country": "ua",
            "p_state": "weak",
        }
        for name in ("Перший", "Другий")
    ],
    "weak_why": "Логістика",
    "s_cert": "none",
    "s_certbar": ["cost", "docs"],
    "intl": "partner",
    "publish": "yes",
    "email": "lanka@example.org",
}
SECTORS = frozenset({"hospital", "sme", "ngo", "research"})


@pytest.mark.parametrize(
    ("org_type", "short", "long"),
    [
        ("hospital", 29, 46),
        ("sme", 30, 48),
        ("ngo", 27, 44),
        ("research", 28, 45),
        ("cluster", 24, 41),
        ("authority", 24, 41),
        ("other", 25, 42),
    ],
)
def test_each_type_of_organisation_has_its_own_way(org_type: str, short: int, long: int) -> None:
    form = compiled(VALUE_CHAIN)
    for answers, count in ((SHORT, short), (LONG, long)):
        done = walk(form, {**answers, "org_type": org_type}, now=NOW)
        assert done.refused == []
        assert done.response.complete
        assert len(done.asked) == count
        branches = {path.split("/")[2] for path in done.asked} & SECTORS
        assert branches == SECTORS & {org_type}
        assert done.response.value("/data/bn_score") == "18"
        assert done.response.value("/data/coop/full_cycle") == "yes"


def test_no_consent_asks_nothing_more() -> None:
    done = walk(compiled(VALUE_CHAIN), {"consent": "no"}, now=NOW)
    assert done.asked == ["/data/consent"]
    assert done.response.complete


ROWS = """
type | name | label | calculation | relevant | repeat_count | default
integer | n | N | | | |
begin_repeat | r | R | | | {count} |
text | a | A {output} | | | | concat('a', position(..))
integer | b | B | | ${{a}} != '' | |
calculate | c | | ${{b}} * 2 | | |
text | why | Why | | ../c > 10 | |
end_repeat | | | | | |
calculate | total | | sum(${{c}}) | | |
"""


def evaluated(count: str, instances: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many times an expression is evaluated for a node in a walk through so many instances."""
    form = survey(ROWS.format(count=count, output="${a}"))
    seen = 0
    take = Logic._take

    def counting(self: Logic, step: Step, nodes: list[Node]) -> None:
        nonlocal seen
        seen += len(nodes)
        take(self, step, nodes)

    with monkeypatch.context() as patched:
        patched.setattr(Logic, "_take", counting)
        rows = [{"b": place % 9} for place in range(instances)]
        done = walk(form, {"n": instances, "r": rows}, now=NOW)
    assert done.refused == []
    assert done.response.value("/data/total") == str(
        sum(2 * (place % 9) for place in range(instances))
    )
    return seen


@pytest.mark.parametrize("count", ["${n}", ""])
def test_a_walk_through_a_thousand_instances_is_linear(
    count: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = (evaluated(count, instances, monkeypatch) for instances in (100, 1_000))
    assert many < 11 * few


@pytest.mark.parametrize("count", ["${n}", ""])
def test_instances_past_the_limit_are_refused_aloud(count: str) -> None:
    form = survey(ROWS.format(count=count, output="x"))
    done = walk(form, {"n": 1_003, "r": [{}] * 1_003}, now=NOW)
    path = "/data/n" if count else "/data/r"
    assert [(one.path, one.value, str(one.message)) for one in done.refused] == [
        (path, "1003", "There is room for 1000 entries here at most.")
    ]
