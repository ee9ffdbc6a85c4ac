"""Files beside a form: lists of several formats, and what goes with labels."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from domain.surveys.form import Form, Question
from domain.surveys.preloads import metadata_of
from domain.surveys.response import Response
from domain.surveys.xlsform import check_workbook
from tests.domain.surveys.forms import NOW, survey, workbook

PLACES = """
|type|name|label|choice_filter|calculation|
| text | oblast | Oblast | | |
| select_one_from_file {file} | place | Place | oblast = ${{oblast}} | |
| calculate | label | | | instance('places')/root/item[name = ${{place}}]/label |
"""


def places(file: str, data: bytes) -> Form:
    checked = check_workbook(workbook(PLACES.format(file=file)), "places.md", {file: data})
    assert checked.form is not None, checked.errors
    return checked.form


CSV = "name,label,oblast\nkh,Харків,east\nlv,Львів,west\n"
XML = (
    "<root><item><name>kh</name><label>Харків</label><oblast>east</oblast></item>"
    "<item><name>lv</name><label>Львів</label><oblast>west</oblast></item></root>"
)


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("places.csv", CSV.encode()),
        ("places.csv", CSV.encode("utf-8-sig")),
        ("places.csv", CSV.replace(",", ";").encode("cp1251")),
        ("places.csv", CSV.replace("\n", "\r\n\r\n").encode()),
        ("places.xml", XML.encode()),
    ],
    ids=["utf-8", "with a mark", "Ukrainian Excel", "blank lines", "XML"],
)
def test_a_list_is_read_as_it_comes(file: str, data: bytes) -> None:
    response = Response(places(file, data), now=NOW)
    response.accept("/data/oblast", "west")
    assert [(one.code, one.label) for one in response.choices("/data/place")] == [("lv", "Львів")]
    assert response.accept("/data/place", "lv") is None
    assert response.value("/data/label") == "Львів"


def test_geojson_gives_its_points_as_answers_have_them() -> None:
    data = """{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "lv",
      "geometry": {"type": "Point", "coordinates": [24.03, 49.84]},
      "properties": {"title": "Львів", "beds": 120, "none": null}}]}"""
    rows = """
    |type|name|label|
    | select_one_from_file places.geojson | place | Place |
    """
    checked = check_workbook(workbook(rows), "g.md", {"places.geojson": data.encode()})
    assert checked.form is not None
    item = checked.form.instances["places"].children[0]
    cells = {cell.name: cell.text for cell in item.children}
    assert cells == {
        "geometry": "49.84 24.03 0 0",
        "title": "Львів",
        "beds": "120",
        "none": "",
        "id": "lv",
    }
    offered = Response(checked.form, now=NOW).choices("/data/place")
    assert [(one.code, one.label) for one in offered] == [("lv", "Львів")]


@pytest.mark.parametrize(
    "data", [b"", b"<root>", b'<!DOCTYPE a [<!ENTITY b "c">]><root>&b;</root>']
)
def test_what_is_no_xml_list_is_empty(data: bytes) -> None:
    assert Response(places("places.xml", data), now=NOW).choices("/data/place") == []


def test_what_is_no_geojson_is_empty() -> None:
    rows = "|type|name|label|\n| select_one_from_file p.geojson | p | P |"
    for data in (b"[]", b"{", b'{"features": [{"geometry": {"coordinates": "x"}}]}'):
        checked = check_workbook(workbook(rows), "g.md", {"p.geojson": data})
        assert checked.form is not None
        assert Response(checked.form, now=NOW).choices("/data/p") == []


def test_pictures_and_sounds_go_with_labels_and_choices() -> None:
    form = survey(
        """
        |type|name|label::uk|label::en|media::image::uk|media::audio|
        | select_one yn | q | Питання | Question | q_uk.png | q.mp3 |
        | note | only | | | only.png | |
        """,
        """
        |list_name|name|label::uk|label::en|media::image|
        | yn | y | Так | Yes | yes.png |
        | yn | n | Ні | No | |
        """,
    )
    question, note = form.by_path["/data/q"], form.by_path["/data/only"]
    assert isinstance(question, Question)
    assert isinstance(note, Question)
    assert question.label is not None
    assert question.label.files("uk") == {"image": "q_uk.png"}
    assert question.label.files("default") == {"audio": "q.mp3"}
    assert note.label is not None
    assert note.label.files("uk") == {"image": "only.png"}
    yes, no = Response(form, now=NOW, language="en").choices("/data/q")
    assert yes.text is not None
    assert yes.text.files("en", "default") == {"image": "yes.png"}
    assert no.text is not None
    assert not no.text.files("en", "default")
    assert set(form.media) == {"q_uk.png", "q.mp3", "only.png", "yes.png"}


def test_metadata_is_filled_in_at_the_first_load_and_at_the_end() -> None:
    form = survey("""
    |type|name|label|
    | start | start | |
    | end | end | |
    | today | today | |
    | username | username | |
    | deviceid | deviceid | |
    | phonenumber | phone | |
    | text | q | Q |
    """)
    known = metadata_of("secret:17", username="olena")
    response = Response(form, now=NOW, metadata=known)
    response.first_load()
    assert response.value("/data/start") == "2026-03-12T09:30:00.000+02:00"
    assert response.value("/data/today") == "2026-03-12"
    assert response.value("/data/username") == "olena"
    assert response.value("/data/deviceid").startswith("lanka:")
    assert "secret" not in response.value("/data/deviceid")
    assert response.value("/data/phone") == ""
    assert response.value("/data/end") == ""
    later = datetime(2026, 3, 12, 10, 0, tzinfo=ZoneInfo("Europe/Kyiv"))
    end = Response(form, response.answers, now=later, metadata=known)
    end.finish()
    assert end.value("/data/end") == "2026-03-12T10:00:00.000+02:00"


def test_a_device_is_told_from_others_and_stays_the_same() -> None:
    assert metadata_of("a")["deviceid"] == metadata_of("a")["deviceid"]
    assert metadata_of("a")["deviceid"] != metadata_of("b")["deviceid"]


PULL = """
|type|name|label|calculation|
| text | key | Key | |
| calculate | cell | | pulldata('beds', 'Number of Beds', 'name', ${key}) |
| calculate | none | | pulldata('beds', 'no_such', 'name', ${key}) |
"""


def test_pulldata_gives_the_first_row_that_has_the_key() -> None:
    data = b"name,Number of Beds\nlv,10\nkh,20\nkh,30\n"
    form = check_workbook(workbook(PULL), "p.md", {"beds.csv": data}).form
    assert form is not None
    response = Response(form, now=NOW)
    seen = []
    for key in ("kh", "od", "lv", ""):
        response.accept("/data/key", key)
        seen.append((response.value("/data/cell"), response.value("/data/none")))
    assert seen == [("20", ""), ("", ""), ("10", ""), ("", "")]
    assert not response.problems
