"""Storage is tried on both databases."""

from tests.databases import (
    database_url,
    db,
    migrated_postgres,
    migrated_sqlite,
    postgres,
    postgres_url,
    sqlite_url,
)

__all__ = [
    "database_url",
    "db",
    "migrated_postgres",
    "migrated_sqlite",
    "postgres",
    "postgres_url",
    "sqlite_url",
]
