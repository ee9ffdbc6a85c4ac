"""XLSForm workbooks: read, checked, converted to XForm XML by pyxform.

    report = check_workbook(data, "survey.xlsx")
    if report.form is not None: ...

Importing this package does not import pyxform, which takes a third of a second.
"""

from domain.surveys.xlsform.check import Report, Unsupported, check_workbook, read_workbook
from domain.surveys.xlsform.problems import Problem, WorkbookError

__all__ = ["Problem", "Report", "Unsupported", "WorkbookError", "check_workbook", "read_workbook"]
