"""The directory as XLSX: only what organisations agreed to show."""

import io
from collections.abc import Sequence

from dialogs.exports.files import FORMULA
from dialogs.exports.labels import Labels
from dialogs.i18n import Translator
from domain.surveys.results.chain import Chain
from domain.surveys.results.codebook import Variable
from storage.shown import Entry


def write_directory(
    entries: Sequence[Entry], parts: Chain, labels: Labels, tr: Translator
) -> bytes:
    """A workbook with a row for each organisation, in words of the reader's language."""
    import xlsxwriter  # type: ignore[import-untyped]

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(tr("Directory"))
        bold, quoted = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
        sheet.freeze_panes(1, 0)
        header = [
            tr("Organisation"), tr("Type"), tr("Oblast"), tr("Links of the chain"), tr("Offers"),
            tr("Looks for"), tr("E-mail"),
        ]  # fmt: skip
        for place, words in enumerate(header):
            sheet.write_string(0, place, words, bold)
        for line, entry in enumerate(entries, 1):
            cells = [
                entry.name,
                _words(parts.org_type, (entry.type,), labels),
                _words(parts.oblast, (entry.oblast,), labels),
                _words(parts.stages, entry.stages, labels),
                _words(parts.offer, entry.offer, labels),
                entry.seek,
                entry.email,
            ]
            for place, cell in enumerate(cells):
                sheet.write_string(line, place, cell, quoted if cell.startswith(FORMULA) else None)
        sheet.set_column(0, len(header) - 1, 28)
    return out.getvalue()


def _words(variable: Variable | None, codes: Sequence[str], labels: Labels) -> str:
    return ", ".join(labels.code(variable, code) if variable else code for code in codes if code)
