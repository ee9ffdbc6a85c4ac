"""Numbers as people write them in Ukraine and elsewhere."""

import re
import unicodedata
from decimal import Decimal

#: words after a number that multiply it; any other word makes it no number
_THOUSAND = ("тис", "тис.", "тисяч", "тисячі", "тисяча", "k", "к", "thousand")
_MILLION = ("млн", "млн.", "мільйон", "мільйони", "мільйонів", "m", "million")
_FACTORS = dict.fromkeys(_THOUSAND, 1_000) | dict.fromkeys(_MILLION, 1_000_000)
_AROUND = re.compile(r"^(?:~|≈|№|\u20b4|\$|€|£)?\s*(.*?)\s*(?:%|\u20b4|\$|€|£|грн\.?|uah)?$")
_NUMBER = re.compile(r"([+-]?)\s*([0-9][0-9 '.,]*|[.,][0-9]+)\s*([^\W\d_]+\.?)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[ '][0-9]{3})+(?:[.,][0-9]+)?")
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "’": "'", "ʼ": "'", "`": "'"})


def read_number(text: str, *, whole: bool) -> str | None:
    """The number as plain text ('1234.5'), None where it is none or may be two.

    Spaces and apostrophes group thousands; of point and comma together the last is the decimal
    one; one that comes twice groups. A single one is decimal, except that "1.234" beds, where a
    `whole` number is asked, are a thousand.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS).strip().lower()
    around = _AROUND.match(plain)
    match = _NUMBER.fullmatch(around[1] if around is not None else plain)
    if match is None:
        return None
    sign, digits, word = match[1], match[2].strip(), match[3]
    factor = 1 if word is None else _FACTORS.get(word)
    ungrouped = _without_groups(digits, whole=whole)
    if factor is None or ungrouped is None:
        return None
    number = Decimal(f"{sign}{ungrouped}") * factor
    return f"{number.normalize():f}" if number else "0"


def _without_groups(digits: str, *, whole: bool) -> str | None:
    if " " in digits or "'" in digits:
        if _GROUPED.fullmatch(digits) is None:
            return None
        return digits.replace(" ", "").replace("'", "").replace(",", ".")
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        decimal = max(digits.rfind("."), digits.rfind(","))
        group = "," if digits[decimal] == "." else "."
        if not _are_groups(digits[:decimal], group) or digits.count(digits[decimal]) > 1:
            return None
        return f"{digits[:decimal].replace(group, '')}.{digits[decimal + 1 :]}"
    sign = "." if points else ","
    if points + commas > 1 or (whole and points + commas == 1 and _are_groups(digits, sign)):
        return digits.replace(sign, "") if _are_groups(digits, sign) else None
    return digits.replace(",", ".").rstrip(".")


def _are_groups(digits: str, sign: str) -> bool:
    first, *rest = digits.split(sign)
    return 0 < len(first) <= 3 and first != "0" and all(len(group) == 3 for group in rest)
