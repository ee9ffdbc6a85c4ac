"""How a calculated value is kept as an answer.

JavaRosa keeps a calculation by the type of its *result*, whatever the bind says of it: a text bind
(every XLSForm `calculate`) that got a number is a number for the expressions that read it next.
"""

from datetime import date, datetime, tzinfo

from domain.surveys.xpath.dates import as_datetime, local_day
from domain.surveys.xpath.numbers import double_text, java_int, java_long
from domain.surveys.xpath.values import Scalar, to_boolean

_WHOLE = 1e-9
_INT_LIMIT = 2**31


def stored(value: Scalar, datatype: str, zone: tzinfo) -> tuple[str, str]:
    """The text of a calculated value, and the type that its node has from then on.

    `datatype` is the bind's. A blank and NaN are '', with the bind's type.
    """
    if value == "" or value != value:
        return "", datatype
    if datatype == "boolean" or isinstance(value, bool):
        return "1" if to_boolean(value) else "0", "boolean"
    if isinstance(value, float):
        return _stored_number(value, datatype)
    if isinstance(value, str):
        return value, datatype
    return _stored_instant(value, datatype, zone)


def _stored_number(number: float, datatype: str) -> tuple[str, str]:
    whole = java_long(number)
    if datatype == "int":
        return str(java_int(number)), "int"
    if abs(number - whole) < _WHOLE:
        return str(whole), "int"
    return double_text(number), "decimal"


def _stored_instant(instant: date | datetime, datatype: str, zone: tzinfo) -> tuple[str, str]:
    if datatype == "date":
        return local_day(instant).isoformat(), "date"
    text = as_datetime(instant, zone).isoformat(timespec="milliseconds")
    if datatype == "time":
        return text.partition("T")[2], "time"
    return text, "dateTime"
