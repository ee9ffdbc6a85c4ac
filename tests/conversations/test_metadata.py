"""What a form notes by itself about who answers and when: from the chat into every file.

Kobo's names and values: start, end, today, username, deviceid … Who may not see personal data gets
none of who it was, nor of what the form works out of that.
"""

import csv
import hashlib
import hmac
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.compose import Program
from dialogs.exports import export
from dialogs.exports.tables import Choices
from domain.surveys.imports.play import play
from domain.surveys.imports.submissions import read_export
from domain.surveys.preloads import metadata_of
from domain.surveys.xlsform import check_workbook
from storage import erasing, forms, people, results
from tests.conversations.conftest import OLENA, SOFIA, Welcome
from tests.conversations.harness import Clock
from tests.conversations.test_authoring import send
from tests.conversations.test_preview import stored
from tests.domain.surveys.forms import workbook

FORM = workbook(
    """
type | name | label | calculation | trigger | default | parameters
start | began | | | | |
end | ended | | | | |
today | day | | | | |
username | who | | | | |
deviceid | device | | | | |
phonenumber | phone | | | | |
email | mail | | | | |
audit | audit | | | | | location-priority=balanced location-min-interval=60 location-max-age=120
hidden | source | | | | leaflet |
calculate | greeting | | concat('Person ', ${who}) | | |
calculate | copied | | ${who} | ${word} | |
calculate | length | | string-length('abc') | | |
note | hello | You are ${who}. | | | |
text | word | A word? | | | |
select_one yn | fine | Fine? | | | |
""",
    "list_name | name | label\nyn | yes | Yes\nyn | no | No",
) + (
    b"\n| settings |\n| | form_id | instance_name |\n| | noted | concat(${who}, ' ', ${word}) |\n"
)
SECRETS = ("olena_koval", "Таємне")


@pytest.fixture
async def files(bot: Program, welcome: Welcome, clock: Clock, tmp_path: Path) -> Any:
    """Makes a file of the one response, with personal data or without."""
    sofia = await welcome(SOFIA, "en", None)
    await send(sofia, FORM, "noted.md")
    await sofia.press("✅ Publish")
    await sofia.press("👥 Who answers")
    await sofia.press("One response of each organisation")
    survey = await forms.by_form_id(bot.app.db, "noted")
    assert survey is not None
    olena = await welcome(OLENA, "en")
    await olena.start(f"s{survey.token}")
    await olena.press("▶ Start")
    assert "You are" in olena.text
    await olena.write("Таємне")
    clock.advance(minutes=5)
    await olena.press("Yes")
    await olena.press("📨 Submit")

    async def make(kind: str, *, personal: bool) -> bytes:
        file = tmp_path / f"noted.{kind}"
        study = await results.study(bot.app.db, bot.app.forms, survey)
        await export(bot.app.db, study, file, kind, Choices("uk", personal=personal))
        return file.read_bytes()

    return make


def of_xlsx(content: bytes) -> dict[str, str]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    header, row = sheet.iter_rows(values_only=True)
    return {str(k): str(v) for k, v in zip(header, row, strict=True) if v is not None}


def of_csv(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read(archive.namelist()[0]).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    return {k: v for k, v in row.items() if v}


def of_jsonl(content: bytes) -> dict[str, str]:
    return {k: str(v) for k, v in json.loads(content).items()}


def of_xml(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [name] = archive.namelist()
        root = ET.fromstring(archive.read(name))  # noqa: S314 - our own file
    return {one.tag: one.text for one in root.iter() if one.text and one.text.strip()}


READERS = {"xlsx": of_xlsx, "csv": of_csv, "jsonl": of_jsonl, "xml": of_xml}


@pytest.mark.parametrize("kind", READERS)
async def test_metadata_stand_in_every_file(files: Any, bot: Program, kind: str) -> None:
    found = READERS[kind](await files(kind, personal=True))
    assert found["day"] == "2026-11-24"
    assert datetime.fromisoformat(found["began"]) == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert datetime.fromisoformat(found["ended"]) == datetime(2026, 11, 24, 8, 5, tzinfo=UTC)
    assert found["began"].endswith("+02:00")
    assert found["who"] == "olena_koval"
    device = hmac.digest(bot.app.secret, str(OLENA).encode(), hashlib.sha256).hex()
    assert found["device"] == metadata_of(device)["deviceid"]
    assert found["greeting"] == "Person olena_koval"
    assert found["copied"] == "olena_koval"
    assert found["source"] == "leaflet"
    assert found["length"] == "3"
    assert not {"phone", "mail"} & found.keys(), "nobody told them"


@pytest.mark.parametrize("kind", READERS)
async def test_without_personal_data_nobody_is_told_apart(
    files: Any, bot: Program, kind: str
) -> None:
    content = await files(kind, personal=False)
    found = READERS[kind](content)
    assert found["day"] == "2026-11-24"
    assert found["fine"] == "yes"
    assert found["length"] == "3"
    assert not {"who", "device", "greeting", "copied", "instanceName", "word"} & found.keys()
    told = " ".join(found.values())
    assert not [secret for secret in SECRETS if secret in told]


async def test_they_come_back_from_a_file(files: Any) -> None:
    """What a file says about who and when is not overwritten by who imports it, and when."""
    content = await files("xlsx", personal=True)
    form = check_workbook(FORM, "noted.md").form
    assert form is not None
    export = read_export(content, "noted.xlsx", form)
    [submission] = export.submissions
    made = play(form, submission, datetime(2027, 1, 1, tzinfo=UTC))
    assert not made.refused
    wrote = of_xlsx(content)
    for name in ("began", "ended", "day", "who", "device", "source", "copied"):
        assert made.answers[f"/data/{name}"] == wrote[name], name
    assert not {"/data/phone", "/data/mail"} & made.answers.keys()
    assert not made.notes, "calculations come out as they did"


async def test_who_is_forgotten_is_in_no_metadata_either(
    files: Any, bot: Program, clock: Clock
) -> None:
    """The organisation's answers stay, without the account that gave them."""
    person = await people.find(bot.app.db, OLENA)
    assert person is not None
    assert await erasing.forget(bot.app.db, bot.app.forms, person.id, clock())
    found = of_jsonl(await files("jsonl", personal=True))
    assert found["word"] == "Таємне"
    assert found["day"] == "2026-11-24"
    assert not {"who", "device", "greeting", "copied"} & found.keys()
    assert "olena_koval" not in str(found)


async def test_a_preview_notes_the_organiser_and_keeps_nothing(
    bot: Program, welcome: Welcome
) -> None:
    sofia = await welcome(SOFIA, "en", None)
    await send(sofia, FORM, "noted.md")
    await sofia.press("👁 Preview")
    await sofia.press("Hospital / clinic")
    assert "You are" in sofia.text
    assert await stored(bot) == 0
