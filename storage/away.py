"""What a database is found to be when a statement fails: away, or unwilling."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
    }
)
# SQLSTATEs of connections that broke, a server without room, one that stops or starts, and of
# transactions that were rolled back in favour of another.
POSTGRES_AWAY = ("08", "53", "57P", "40")


class AwayError(SQLAlchemyError):
    """The database does not answer, is locked by another program, or its disk is full: the same
    may succeed later. Where a connection broke while it committed, it may have succeeded."""


class RefusedError(SQLAlchemyError):
    """The database refuses a prepared statement: it was wrong, or broke a rule of the schema."""


@contextmanager
def telling_away() -> Iterator[None]:
    """Tell a database that is away from a statement that it refuses."""
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        if isinstance(error, PoolTimeoutError) or _is_away(error):
            raise AwayError(str(error.__class__.__name__)) from error
        raise
    except sqlite3.Error as error:
        if _is_busy(error):
            raise AwayError(error.sqlite_errorname) from error
        raise RefusedError(str(error)) from error
    except OSError as error:
        # Refusals of our own are PermissionErrors; what a driver raises is about its connection.
        if isinstance(error, PermissionError) and error.errno is None:
            raise
        raise AwayError(str(error)) from error


def _is_away(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        return _is_busy(error.orig)
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state.startswith(POSTGRES_AWAY)


def _is_busy(error: sqlite3.Error) -> bool:
    # what sqlite3 itself complains of has no code
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in SQLITE_AWAY
