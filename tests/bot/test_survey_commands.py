"""`lanka survey check` and `walk`, whose output strangers script against."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.survey_commands import app
from domain.surveys.xlsform import worker
from tests.domain.surveys.forms import FIXTURES, VALUE_CHAIN

FORM = FIXTURES / "household.md"


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner(env={"COLUMNS": "400"}).invoke(
        app, [str(argument) for argument in arguments]
    )
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"size": 1, "person": [{"who": "Оля", "age": "old"}], "visit": []}))
    return path


def test_check_of_a_valid_form() -> None:
    code, out, _ = run("check", VALUE_CHAIN, "--json")
    report = json.loads(out)
    assert code == 0
    assert (report["ok"], report["form_id"], report["questions"]) == (True, "value_chain", 56)


def test_check_of_a_broken_form() -> None:
    code, out, _ = run("check", FIXTURES / "mistakes.md", "--json")
    assert code == 1
    assert json.loads(out)["ok"] is False


def test_check_for_people() -> None:
    code, out, _ = run("check", FIXTURES / "types.md")
    assert code == 0
    assert "types" in out
    assert "geotrace" in out
    assert "places.csv" not in out


def test_walk(answers: Path) -> None:
    code, out, _ = run("walk", FORM, "--answers", answers, "--json", "--now", "2026-01-02T10:00")
    result = json.loads(out)
    assert code == 0
    assert list(result) == ["asked", "values", "relevant", "refused", "complete"]
    assert result["asked"][:3] == ["/data/size", "/data/person[1]/who", "/data/person[1]/age"]
    assert result["values"]["/data/person[1]/who"] == "Оля"
    assert result["refused"] == [
        {
            "path": "/data/person[1]/age",
            "value": "old",
            "message": "A whole number is needed, for example 12.",
        }
    ]
    assert result["complete"] is True


def test_the_clock_can_be_fixed(answers: Path) -> None:
    form = FIXTURES / "types.md"
    _, out, _ = run("walk", form, "--answers", answers, "--json", "--now", "2026-01-02T10:00")
    assert json.loads(out)["values"]["/data/start"] == "2026-01-02T10:00:00.000+02:00"


def test_walk_for_people(answers: Path) -> None:
    code, out, _ = run("walk", FORM, "--answers", answers)
    assert code == 0
    assert "refused /data/person[1]/age = old" in out


def test_walk_of_a_broken_form(answers: Path) -> None:
    code, out, err = run("walk", FIXTURES / "cycle.md", "--answers", answers, "--json")
    assert (code, out) == (1, "")
    assert "circle" in err


@pytest.mark.parametrize("content", ["not json", "[1, 2]"])
def test_answers_that_are_none_are_a_usage_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "answers.json"
    path.write_text(content)
    code, _, err = run("walk", FORM, "--answers", path)
    assert code == 2
    assert "answers.json" in err


def test_a_clock_that_is_none_is_a_usage_error(answers: Path) -> None:
    code, _, err = run("walk", FORM, "--answers", answers, "--now", "soon")
    assert code == 2
    assert "--now" in err


def test_a_file_that_is_not_there_is_a_usage_error() -> None:
    assert run("check", "nowhere.xlsx")[0] == 2


GARBAGE = {
    "empty.xlsx": b"",
    "cut.xlsx": b"PK\x03\x04" + b"\x00" * 400,
    "noise.xls": bytes(range(256)) * 8,
    "ole.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2_000,
    "nul.csv": b"survey\x00,type\xff\xfe",
    "no_rows.md": b"| survey |\n| | type | name | label |",
    "no_end.md": b"| survey |\n| | type | name | label |\n| | begin_repeat | r | R |",
    "deep.md": b"| survey |\n| | type | name | calculation |\n| | calculate | c | "
    + b"(" * 10_000
    + b"1"
    + b")" * 10_000
    + b" |",
    "circle.md": b"| survey |\n| | type | name | calculation |\n| | calculate | a | ${b} + 1 |\n"
    b"| | calculate | b | ${a} + 1 |",
    "pattern.md": b"| survey |\n| | type | name | label | constraint |\n"
    b"| | text | t | T | regex(., '^(a+)+(?=b)$') |",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_a_report_and_no_traceback(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(GARBAGE[name])
    code, out, err = run("check", file, "--json")
    report = json.loads(out)
    assert (code, report["ok"]) == (1, False)
    assert report["errors"]
    assert "Traceback" not in out + err


def test_a_form_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SECONDS", 0.0)
    code, out, _ = run("check", VALUE_CHAIN, "--json")
    assert code == 1
    assert "took too long" in json.loads(out)["errors"][0]["message"]
