"""The pages about the schema are those that the models make."""

import importlib.util
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from storage.models import Base
from tests.docs.pages import ROOT, read


@pytest.fixture(scope="module")
def make_schema() -> ModuleType:
    """`docs/make_schema.py`; docs is no package."""
    spec = importlib.util.spec_from_file_location("make_schema", ROOT / "docs/make_schema.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(make_schema: ModuleType) -> None:
    assert read("docs/schema.md") == make_schema.page(), "run `make schema`"


def test_the_picture_is_up_to_date(make_schema: ModuleType) -> None:
    assert read("docs/images/schema.svg") == make_schema.picture(), "run `make schema`"


def test_every_table_and_column_is_on_both() -> None:
    page = read("docs/schema.md")
    drawn = [
        element.text
        for element in ET.fromstring(read("docs/images/schema.svg")).iter()  # noqa: S314 - our own file
        if element.tag.endswith("}text")
    ]
    for table in Base.metadata.tables.values():
        assert f"### {table.name}\n" in page
        assert table.name in drawn
        for column in table.columns:
            assert f"| `{column.name}` |" in page
            assert column.name in drawn
