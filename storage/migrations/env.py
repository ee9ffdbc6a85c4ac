"""Alembic's entry: runs on the connection that `storage.schema` holds the lock on."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.models import Base
from storage.models.base import Moment


def render(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Write our moments as what they are in the database, so that migrations import no model."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render,
)
context.run_migrations()
