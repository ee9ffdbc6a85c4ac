"""Publishes the forms that lie in `content/surveys/`, once each."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.settings import ROOT
from storage import forms
from storage.database import Database

if TYPE_CHECKING:
    from domain.surveys.xlsform import Report

SURVEYS = ROOT / "content" / "surveys"

log = structlog.get_logger()


async def publish_content(db: Database, now: datetime, folder: Path = SURVEYS) -> None:
    """Publish each workbook of the folder that was not published before.

    A broken one is logged and left out: it must not keep the others, or the bot, from starting.
    """
    workbooks = await asyncio.to_thread(lambda: sorted(folder.glob("*.xlsx")))
    for path in workbooks:
        content = path.read_bytes()
        if not await forms.is_published(db, forms.digest(content, {})):
            await _publish(db, path, content, now)


async def _publish(db: Database, path: Path, content: bytes, now: datetime) -> None:
    report, workbook = await prepare(content, path.name, {})
    if report.form is None or workbook is None:
        problems = "; ".join(str(problem.message) for problem in report.errors)
        log.error("form not published", file=path.name, problems=problems)
        return
    await forms.publish(db, report.form, workbook, now)
    log.info("form published", form_id=report.form.form_id, version=report.form.version)


async def prepare(
    content: bytes, name: str, beside: Mapping[str, bytes]
) -> "tuple[Report, forms.Workbook | None]":
    """Check a workbook, and where it is valid, what to publish of it.

    `beside` are the files that may belong to it; those that it names go with it. Checked as the
    chat does it: in a process of its own, with its limits of time and memory.
    """
    # what it imports takes half a second, and is needed only when a form is new
    from domain.surveys.xlsform.worker import check_apart

    report = await check_apart(content, name, beside)
    if report.form is None:
        return report, None
    files = forms.belonging(report.form, beside)
    digest = forms.digest(content, files)
    return report, forms.Workbook(name, content, report.xform, digest, files)
