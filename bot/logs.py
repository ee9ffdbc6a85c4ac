"""Structured logs on standard error, with no token and nobody's words in them."""

import logging
import re
import sys
from typing import Any

import structlog

TOKEN = re.compile(r"\d{3,}:[\w-]{20,}")
QUIET = ("httpx", "httpcore", "apscheduler", "aiogram.event", "telegram.ext")


def redact(text: str) -> str:
    """Replace whatever looks like a bot token."""
    return TOKEN.sub("<token>", text)


def _redact_line(_: object, __: str, line: Any) -> Any:
    """The last step: whatever a value was, here it is text."""
    return redact(line)


def configure_logs(level: str) -> None:
    """Send structlog's and the libraries' records through one formatter that hides tokens.

    httpx writes each URL at INFO, and a Bot API URL contains the token: it is held at WARNING.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if sys.stderr.isatty()
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.EventRenamer("event"),
                renderer,
                _redact_line,
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
