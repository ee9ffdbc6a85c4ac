"""The program's settings, read from the environment or a file `.env`."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from domain.people.retention import DAYS, Kind, read_days

ROOT = Path(__file__).resolve().parent.parent
DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")


WORDS = {"missing": "is not set; BotFather gives it, such as 123456:ABC-DEF…"}  # the token alone


class SettingsError(Exception):
    """A setting is wrong; the text names the variable and what it expects, never its value."""


def _token(value: SecretStr) -> SecretStr:
    number, _, secret = value.get_secret_value().partition(":")
    if not number.isdecimal() or not secret:
        raise ValueError("expects the token that BotFather gives, such as 123456:ABC-DEF…")
    return value


def _database_url(value: str) -> str:
    try:
        driver = make_url(value).drivername
    except ArgumentError:
        driver = ""
    if driver not in DRIVERS:
        raise ValueError(
            "expects sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME"
        )
    return value


def _ids(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return frozenset(int(part) for part in value.replace(",", " ").split())
    except ValueError as error:
        raise ValueError("expects Telegram ids, numbers with commas between them") from error


def _retention(value: Any) -> Any:
    return read_days(value) if isinstance(value, str) else value


class Settings(BaseSettings):
    """What the operator can set; the README's table lists the same."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    bot_token: Annotated[SecretStr, AfterValidator(_token)]
    telegram_api_url: HttpUrl = HttpUrl("https://api.telegram.org")
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        default="sqlite+aiosqlite:///data/lanka.sqlite3",
        repr=False,  # it may hold a password
    )
    owner_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)] = Field(
        default=frozenset()
    )
    telegram_rate: Annotated[int, Field(ge=1, le=1000)] = 30
    telegram_reserve: Annotated[int, Field(ge=0, le=999)] = 10
    broadcast_approval_above: Annotated[int, Field(ge=0)] = 200
    webhook_url: HttpUrl | None = None
    http_host: str = "127.0.0.1"
    http_port: Annotated[int | None, Field(ge=0, le=65535, validate_default=True)] = None
    flood_burst: Annotated[int, Field(ge=0)] = 40
    flood_rate: Annotated[float, Field(gt=0)] = 2.0
    notifier: Literal["inside", "apart"] = "inside"
    retention_days: Annotated[
        dict[Kind, int], NoDecode, BeforeValidator(_retention), Field(validate_default=True)
    ] = Field(default_factory=lambda: dict(DAYS))
    cache_dir: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("http_port")
    @classmethod
    def _webhooks_need_a_port(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is None and info.data.get("webhook_url") is not None:
            raise ValueError("expects a port where WEBHOOK_URL is set, for Telegram to come to")
        return value

    @field_validator("telegram_reserve")
    @classmethod
    def _leaves_something(cls, value: int, info: ValidationInfo) -> int:
        if value >= info.data.get("telegram_rate", value + 1):
            raise ValueError("expects less than TELEGRAM_RATE, or nothing leaves on its own")
        return value


def load_settings(**given: Any) -> Settings:
    """Read the settings; what is `given` outranks the environment.

    Raises `SettingsError` that names each wrong variable and what it expects.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, e['loc'])).upper()}: {WORDS.get(e['type'], e['msg'])}".replace(
                "Value error, ", ""
            )
            for e in error.errors()
        ]
        # `from None`: the original holds the values, and one of them is the token.
        raise SettingsError("\n".join(lines)) from None


def database_url() -> str:
    """DATABASE_URL alone, for commands that need no bot."""
    return for_a_command().database_url


def for_a_command() -> Settings:
    """The settings for a command that needs no bot, and so no token."""
    return load_settings(bot_token="0:unused")  # noqa: S106 - not a secret
