"""What `/readyz` asks: whether the schema is the one that this program expects."""

from alembic.script import ScriptDirectory

from storage import schema
from storage.database import Database


async def test_a_schema_is_current_only_with_every_migration(db: Database) -> None:
    assert await schema.is_current(db)
    await schema.downgrade(db, "-1")
    assert not await schema.is_current(db)
    await schema.downgrade(db, "base")
    assert not await schema.is_current(db)
    await schema.upgrade(db)
    assert await schema.is_current(db)


def test_the_newest_migration_is_the_one_that_alembic_finds() -> None:
    """A start reads the files itself: Alembic takes 0.1 s to import."""
    assert schema.heads() == set(ScriptDirectory(str(schema.MIGRATIONS)).get_heads())
