"""The form model as it comes out of an XForm."""

import pytest

from domain.surveys.form import Kind, Question, Repeat, language_for
from domain.surveys.xform import FormError, compile_form
from domain.surveys.xlsform import check_workbook
from tests.domain.surveys.forms import FIXTURES, fixture, report, survey, workbook


def question(form_name: str, path: str) -> Question:
    element = fixture(form_name).by_path[path]
    assert isinstance(element, Question)
    return element


def test_the_form_knows_its_name_and_languages() -> None:
    form = fixture("clinic")
    assert (form.form_id, form.title, form.version) == ("clinic", "Clinics", "3")
    assert form.languages == ("English (en)", "Ukrainian (uk)")
    assert form.default_language == "Ukrainian (uk)"
    assert form.language("en") == "English (en)"
    assert form.language("de") == "Ukrainian (uk)"


def test_our_own_attributes_come_with_the_prefix_that_the_workbook_binds() -> None:
    form = fixture("clinic")
    assert form.custom == {"responses": "organisation"}
    assert question("clinic", "/data/about/name").profile == "name"
    assert question("clinic", "/data/about/beds").profile is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("text", Kind.TEXT),
        ("integer", Kind.INTEGER),
        ("decimal", Kind.DECIMAL),
        ("range", Kind.RANGE),
        ("date", Kind.DATE),
        ("time", Kind.TIME),
        ("datetime", Kind.DATETIME),
        ("one", Kind.CHOICE),
        ("several", Kind.CHOICES),
        ("order", Kind.RANK),
        ("place", Kind.CHOICE),
        ("sure", Kind.ACKNOWLEDGE),
        ("point", Kind.GEOPOINT),
        ("photo", Kind.IMAGE),
        ("voice", Kind.AUDIO),
        ("paper", Kind.FILE),
        ("film", Kind.VIDEO),
        ("fixed", Kind.NOTE),
        ("barcode", Kind.UNSUPPORTED),
        ("trace", Kind.UNSUPPORTED),
        ("shape", Kind.UNSUPPORTED),
    ],
)
def test_kinds(name: str, kind: Kind) -> None:
    assert question("types", f"/data/{name}").kind is kind


def test_what_is_silent_is_no_element() -> None:
    assert "/data/secret" not in fixture("types").by_path
    assert "/data/secret" in fixture("types").binds


def test_indexes_number_all_elements_in_document_order() -> None:
    form = fixture("household")
    assert [element.index for element in form.elements] == list(range(len(form.elements)))
    paths = [element.path for element in form.elements]
    assert (
        paths.index("/data/visit") < paths.index("/data/visit/day") < paths.index("/data/remark")
    )


def test_repeats_know_their_count_and_what_they_lie_in() -> None:
    form = fixture("household")
    person, gift = form.by_path["/data/person"], form.by_path["/data/visit/gift"]
    assert isinstance(person, Repeat)
    assert isinstance(gift, Repeat)
    assert person.count is not None
    assert gift.count is None
    assert gift.repeats == (form.by_path["/data/visit"].index, gift.index)


def test_a_missing_translation_is_no_text_of_a_dash() -> None:
    label = question("clinic", "/data/about/share").label
    assert label is not None
    assert set(label.variants) == {"English (en)"}


def test_or_other_speaks_ukrainian() -> None:
    form = fixture("clinic")
    label = question("clinic", "/data/about/kind_other").label
    assert label is not None
    assert label.parts("Ukrainian (uk)") == ("Уточніть, будь ласка.",)
    assert form.itext["kind-2"].parts("Ukrainian (uk)") == ("Інше",)
    assert form.itext["kind-2"].parts("English (en)") == ("Other",)


def test_all_broken_expressions_are_reported_at_once() -> None:
    xform = report(FIXTURES / "clinic.md").xform
    broken = xform.replace("string-length(.) &gt;= 3", "string-length(").replace(
        "count-selected(.) &lt;= 2", "wibble(.)"
    )
    with pytest.raises(FormError) as caught:
        compile_form(broken)
    assert [(fault.path, fault.column) for fault in caught.value.faults] == [
        ("/data/about/name", "constraint"),
        ("/data/most", "constraint"),
    ]


@pytest.mark.parametrize(
    "text", ["", "hello", "<html/>", "<h:html xmlns:h='x'><h:head/></h:html>"]
)
def test_what_is_no_xform_is_refused(text: str) -> None:
    with pytest.raises(FormError):
        compile_form(text)


@pytest.mark.parametrize(
    ("code", "languages", "found"),
    [
        ("uk", ["English (en)", "Українська (uk)"], "Українська (uk)"),
        ("uk", ["English", "Ukrainian"], "Ukrainian"),
        ("uk", ["en", "uk"], "uk"),
        ("en", ["Українська (uk)", "English (en-GB)"], "English (en-GB)"),
        ("uk", ["English", "Русский (ru)"], None),
        ("uk", [], None),
    ],
)
def test_a_language_code_finds_the_forms_own_name(
    code: str, languages: list[str], found: str | None
) -> None:
    assert language_for(code, languages) == found


# Logic of a, b and of a group or repeat around them; the verdicts are JavaRosa's own (ODK Validate
# 1.20.0), asked form by form.
CYCLES = {
    "calculate | a | | | ${a} + 1 | |": True,
    "calculate | a | | | if(. = '', 1, .) | |": True,
    "calculate | a | | | once(${a}) | |": True,
    "text | a | A | ${a} != 'x' | | |": True,
    "text | a | A | | | ${a} = '' |": True,
    "text | a | A | | | | ${a} != ''": True,
    "begin_group | r | R | ${a} != 'x' | | |;text | a | A | | | |;end_group": True,
    "begin_repeat | r | R | count(${r}) < 3 | | |;text | a | A | | | |;end_repeat": True,
    "begin_repeat | r | R | | | |;text | a | A | count(${r}) > 1 | | |;end_repeat": False,
    "begin_repeat | r | R | | | |;integer | b | B | | | |;calculate | a | | | "
    "indexed-repeat(${a}, ${r}, position(..) - 1) + ${b} | |;end_repeat": True,
    "begin_repeat | r | R | | | |;integer | b | B | | | |;calculate | a | | | "
    "${b} div sum(${b}) | |;end_repeat": False,
    "text | a | A | ${b} != '' | | |;text | b | B | | | ${a} != '' |": True,
    "text | a | A | ${b} != '' | | |;text | b | B | | | |": False,
}


@pytest.mark.parametrize(("rows", "cyclic"), CYCLES.items())
def test_cycles_are_those_that_javarosa_sees(rows: str, cyclic: bool) -> None:
    header = "type | name | label | relevant | calculation | required | read_only"
    table = "\n".join([header, *rows.split(";"), "text | z | Z | | | |"])
    checked = check_workbook(workbook(table), "cycle.md")
    assert any("circle" in str(problem.message) for problem in checked.errors) is cyclic
    assert (checked.form is None) is cyclic


def test_repeated_bounds_may_run_down() -> None:
    bounds = question("types", "/data/range").range
    assert bounds is not None
    assert (bounds.start, bounds.end, bounds.step) == (5.0, 1.0, 2.0)


def test_choices_of_a_file_beside_the_form() -> None:
    places = fixture("types").instances["places"]
    assert [item.find("name") is not None for item in places.children] == [True, True]
    assert fixture("types").files == ("places.csv",)


def test_groups_inside_field_lists_and_outputs_compile() -> None:
    form = survey(
        """
        type | name | label | appearance
        text | who | Who |
        begin_group | outer | For ${who} | field-list
        begin_group | inner | |
        text | what | What, ${who}? |
        end_group | | |
        end_group | | |
        """
    )
    assert form.by_path["/data/outer/inner/what"].index == 3
