"""Responses from elsewhere: exports of KoboToolbox and ODK Central, played into our form.

    export = read_export(data, "value_chain.xlsx", form)
    for submission in export.submissions:
        played = play(form, submission, now)

Both export codes, one row for each submission, and repeats as tables of their own.
"""

from domain.surveys.imports.play import Played, Refused, play
from domain.surveys.imports.submissions import Export, Part, Submission, read_export
from domain.surveys.imports.tables import ExportError

__all__ = [
    "Export",
    "ExportError",
    "Part",
    "Played",
    "Refused",
    "Submission",
    "play",
    "read_export",
]
