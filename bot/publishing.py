"""Publishes the forms that lie in `content/surveys/`, once each."""

import asyncio
import hashlib
from datetime import datetime
from pathlib import Path

import structlog

from bot.settings import ROOT
from domain.surveys.xform import compile_form
from storage import forms
from storage.database import Database

SURVEYS = ROOT / "content" / "surveys"

log = structlog.get_logger()


async def publish_content(db: Database, now: datetime, folder: Path = SURVEYS) -> None:
    """Publish each workbook of the folder that was not published before.

    A broken one is logged and left out: it must not keep the others, or the bot, from starting.
    """
    workbooks = await asyncio.to_thread(lambda: sorted(folder.glob("*.xlsx")))
    for path in workbooks:
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if not await forms.is_published(db, digest):
            await _publish(db, path, content, digest, now)


async def _publish(db: Database, path: Path, content: bytes, digest: str, now: datetime) -> None:
    # pyxform takes half a second to import, and is needed only when a form is new.
    from domain.surveys.xlsform import WorkbookError, read_workbook

    try:
        conversion = await asyncio.to_thread(read_workbook, content, path.name)
    except WorkbookError as error:
        log.error("form not published", file=path.name, problems=str(error))
        return
    workbook = forms.Workbook(path.name, content, conversion.xform, digest)
    form = compile_form(conversion.xform)
    await forms.publish(db, form, workbook, now)
    log.info("form published", form_id=form.form_id, version=form.version)
