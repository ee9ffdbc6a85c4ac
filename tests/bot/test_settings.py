"""Settings: what is wrong is named with what would be right, and no secret is ever repeated."""

import traceback

import pytest

from bot.settings import SettingsError, load_settings

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but a token; what the machine has set is out of the way."""
    for name in ("TELEGRAM_API_URL", "DATABASE_URL", "OWNER_IDS", "NOTIFIER", "LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)


def test_defaults_need_nothing_but_the_token() -> None:
    settings = load_settings(_env_file=None)
    assert settings.bot_token.get_secret_value() == TOKEN
    assert str(settings.telegram_api_url) == "https://api.telegram.org/"
    assert settings.database_url == "sqlite+aiosqlite:///data/lanka.sqlite3"
    assert settings.owner_ids == frozenset()
    assert settings.log_level == "INFO"


@pytest.mark.parametrize("ids", ["1001,1002", "1001 1002", " 1001, 1002 ", "1001,1002,"])
def test_owners_are_read_as_people_write_lists(ids: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNER_IDS", ids)
    assert load_settings(_env_file=None).owner_ids == {1001, 1002}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BOT_TOKEN", "", "BotFather"),
        ("BOT_TOKEN", "my-sikret-token", "BotFather"),
        ("BOT_TOKEN", "sikret:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "BotFather"),
        ("TELEGRAM_API_URL", "sikret", "valid URL"),
        ("TELEGRAM_API_URL", "ftp://sikret", "'http' or 'https'"),
        ("DATABASE_URL", "mysql://user:sikret@host/name", "postgresql+asyncpg://"),
        ("DATABASE_URL", "postgresql://user:sikret@host/name", "postgresql+asyncpg://"),
        ("DATABASE_URL", "sikret.sqlite3", "sqlite+aiosqlite:///"),
        ("OWNER_IDS", "1001,@sikret", "numbers with commas"),
        ("NOTIFIER", "SIKRET", "'inside' or 'apart'"),
        ("LOG_LEVEL", "SIKRET", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
    ],
)
def test_a_wrong_value_names_the_variable_and_what_it_expects(
    name: str, value: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings(_env_file=None)
    [line] = str(caught.value).splitlines()
    assert line.startswith(f"{name}: ")
    assert expected in line
    everything = "".join(traceback.format_exception(caught.value))
    assert "sikret" not in everything.lower(), "values stay out, they may be secrets"
    assert TOKEN not in everything


def test_a_missing_token_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    with pytest.raises(SettingsError, match="BOT_TOKEN"):
        load_settings(_env_file=None)


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "x")
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    with pytest.raises(SettingsError) as caught:
        load_settings(_env_file=None)
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "BOT_TOKEN",
        "LOG_LEVEL",
    ]


def test_the_token_is_not_in_what_settings_print() -> None:
    settings = load_settings(_env_file=None)
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        assert TOKEN not in text
        assert TOKEN.partition(":")[2] not in text
