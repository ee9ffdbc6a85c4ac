"""The instance tree: places of namesakes, repeats, relevance, order."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.surveys.instance import Node


def partners(count: int = 3) -> Node:
    """/data with a question, instances of a repeat, and a question after them."""
    root = Node("data")
    Node("before", root)
    for number in range(1, count + 1):
        link = Node("link", root, repeat=True)
        Node("p_name", link, text=f"partner {number}")
    Node("after", root)
    return root


def test_path_has_indexes_of_repeats_alone() -> None:
    root = partners()
    Node("org", root)
    assert [node.path() for node in root.walk()] == [
        "/data",
        "/data/before",
        "/data/link[1]",
        "/data/link[1]/p_name",
        "/data/link[2]",
        "/data/link[2]/p_name",
        "/data/link[3]",
        "/data/link[3]/p_name",
        "/data/after",
        "/data/org",
    ]


def test_find_and_child() -> None:
    root = partners()
    found = root.find("link/p_name")
    assert found is not None
    assert found.text == "partner 1"
    assert root.find("link/nothing") is None
    assert root.find("nothing/p_name") is None
    assert root.child("nothing") is None


def test_a_new_instance_comes_after_the_last_and_is_blank_as_its_template() -> None:
    root = partners()
    template = Node("link")
    Node("p_name", template, datatype="int")
    added = root.add_instance(template)
    assert [child.name for child in root.children] == ["before", *["link"] * 4, "after"]
    assert added.path() == "/data/link[4]"
    name = added.child("p_name")
    assert name is not None
    assert (name.text, name.datatype, name.scope) == ("", "int", added)
    assert template.parent is None


def test_removing_an_instance_moves_the_later_ones_up() -> None:
    root = partners()
    second = root.by_name["link"][1]
    root.remove(second)
    assert second.parent is None
    assert [(link.index, link.find("p_name")) for link in root.by_name["link"]] == [
        (1, root.by_name["link"][0].child("p_name")),
        (2, root.by_name["link"][1].child("p_name")),
    ]
    assert root.by_name["link"][1].find("p_name") is not None
    assert [child.name for child in root.children] == ["before", "link", "link", "after"]


def test_removing_a_stranger_is_an_error() -> None:
    root = partners()
    with pytest.raises((KeyError, ValueError)):
        root.remove(Node("stranger"))


def test_relevance_reaches_everything_below() -> None:
    root = partners()
    link = root.by_name["link"][0]
    name = link.children[0]
    link.set_relevant(False)
    assert (name.relevant, name.value(), name.text) == (False, "", "partner 1")
    link.set_relevant(True)
    assert name.value() == "partner 1"


def test_scope_is_the_innermost_instance_also_for_what_is_attached_later() -> None:
    root = Node("data")
    group = Node("group")
    question = Node("question", group)
    link = Node("link", root, repeat=True)
    assert question.scope is None
    link.append(group)
    contact = Node("contact", group, repeat=True)
    mail = Node("mail", contact)
    assert [node.scope for node in (question, contact, mail)] == [link, contact, contact]


@given(st.lists(st.one_of(st.none(), st.integers(0, 30)), max_size=40))
def test_indexes_stay_right_whatever_is_added_and_removed(actions: list[int | None]) -> None:
    root = partners(2)
    template = Node("link")
    for action in actions:
        links = root.by_name["link"]
        if action is None:
            root.add_instance(template)
        elif links:
            root.remove(links[action % len(links)])
        assert [link.index for link in root.by_name["link"]] == list(
            range(1, len(root.by_name["link"]) + 1)
        )
        assert [c for c in root.children if c.name == "link"] == root.by_name["link"]
        assert (root.children[0].name, root.children[-1].name) == ("before", "after")


def test_a_thousand_instances_are_no_burden() -> None:
    root = partners(0)
    template = Node("link")
    Node("p_name", template)
    begin = time.process_time()
    for _ in range(1_000):
        root.add_instance(template)
    assert root.by_name["link"][-1].path() == "/data/link[1000]"
    assert time.process_time() - begin < 0.5


def test_a_reserved_place_is_kept_by_copies() -> None:
    plan = Node("data")
    Node("before", plan)
    plan.reserve("link")
    Node("after", plan)
    copy = plan.clone()
    copy.append(Node("link", repeat=True))
    assert [child.name for child in copy.children] == ["before", "link", "after"]
    assert [child.name for child in plan.children] == ["before", "after"]
