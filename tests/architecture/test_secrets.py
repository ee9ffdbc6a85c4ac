"""The check for secrets finds one, and none in the project."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAIN = runpy.run_path(str(ROOT / ".ci" / "secrets.py"))["main"]
SECRETS = (
    "1234567890:" + "Ab1_-" * 7,
    "-----BEGIN RSA " + "PRIVATE KEY-----",
    "AKIA" + "ABCDEFGH12345678",
    "ghp_" + "a1B2" * 9,
)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_found_and_not_printed(
    secret: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "settings.txt"
    file.write_text(f"first\nKEY={secret}\n")
    assert MAIN([str(file)]) == 1
    said = capsys.readouterr().out
    assert f"{file}:2:" in said
    assert secret not in said


def test_a_harmless_file_passes(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("12:30 and 1234567890:short, AKIA, -----BEGIN CERTIFICATE-----")
    assert MAIN([str(file)]) == 0
