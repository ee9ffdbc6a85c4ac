"""Finds an oblast in free text: in Ukrainian or English, inflected, or by its main towns."""

import re
import unicodedata
from collections.abc import Mapping

# The beginnings of words that name an oblast: its name, its centre, and towns that write to us.
OBLASTS: Mapping[str, tuple[str, ...]] = {
    "vinnytsia": ("вінниц", "вінни", "vinnyts", "vinnits"),
    "volyn": ("волин", "луцьк", "луцьку", "volyn", "lutsk", "ковел", "kovel"),
    "dnipropetrovsk": ("дніпро", "dnipro", "кривий ріг", "кривого рогу", "kryvyi", "нікопол"),
    "donetsk": ("донец", "донеч", "donets", "краматорс", "kramators", "маріупол", "mariupol"),
    "zhytomyr": ("житомир", "zhytomyr", "бердичів", "бердичев"),
    "zakarpattia": (
        "закарпат",
        "ужгород",
        "мукачев",
        "zakarpat",
        "transcarpath",
        "uzhhorod",
        "uzhgorod",
        "mukachev",
    ),
    "zaporizhzhia": ("запоріж", "zaporizh", "zaporozh"),
    "ivano_frankivsk": ("івано франків", "прикарпат", "ivano frankivs", "коломи", "kolomy"),
    "city_of_kyiv": ("київ", "києв", "kyiv", "kiev"),
    "kyiv_oblast": (
        "київськ област",
        "київщин",
        "kyiv oblast",
        "kyiv region",
        "бровар",
        "ірпін",
        "буч",
        "brovary",
        "irpin",
        "bucha",
        "біла церква",
        "білої церкви",
        "bila tserkva",
    ),
    "kirovohrad": ("кіровоград", "кропивниц", "kirovohrad", "kropyvnyts"),
    "luhansk": ("луган", "luhans", "lugans", "сєвєродонец"),
    "lviv": ("львів", "львов", "lviv", "lvov", "дрогобич", "стрий", "drohobych", "трускав"),
    "mykolaiv": ("микола", "mykolai", "mykolaiv", "nikolaev"),
    "odesa": ("одес", "odes", "ізмаїл", "izmail", "чорноморськ"),
    "poltava": ("полтав", "poltav", "кременч", "kremench"),
    "rivne": ("рівн", "rivne", "rovno", "дубно"),
    "sumy": ("сум", "sumy", "конотоп", "шостк"),
    "ternopil": ("терноп", "ternop"),
    "kharkiv": ("харків", "харков", "kharkiv", "kharkov"),
    "kherson": ("херсон", "kherson"),
    "khmelnytskyi": ("хмельни", "khmelny", "кам янець подільськ", "kamianets"),
    "cherkasy": ("черкас", "cherkas", "уман", "uman"),
    "chernivtsi": ("чернівц", "чернівец", "буковин", "chernivts", "bukovyn"),
    "chernihiv": ("черніг", "chernihiv", "chernigov", "ніжин", "nizhyn"),
    "crimea": ("крим", "crimea", "krym"),
    "sevastopol": ("севастопол", "sevastopol"),
}
# Whoever says so is not there any more.
AWAY = re.compile(r"\b(displaced|living in|moved to|relocated|виїха|мешкає в|переїхал|живе в)")
# Beginnings that are also those of other words stand for a place only as a whole word.
WHOLE = {
    "сум": r"сум(и|ах|ами|ськ\w*|щин\w*)",
    "sumy": "sumy",
    "буч": r"буч[аіиу]",
    "уман": r"умані?",
    "uman": "uman",
    "крим": r"крим(у|і|ськ\w*)?",
    "рівн": r"рівн(е|ого|ому|енськ\w*|енщин\w*)",
    "микола": r"микола(їв|єв)\w*",
    "odes": r"odes+a\w*",
    "стрий": r"стри[йює]\w?",
}


def find_oblast(region: str | None) -> str | None:
    """The oblast that a text names, None where it names none, or several, or somewhere abroad.

    The codes are the profile's.
    """
    if not region:
        return None
    text = " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", region).casefold()))
    if AWAY.search(text):
        return None
    found = {name for name, starts in OBLASTS.items() if any(_names(s, text) for s in starts)}
    if "kyiv_oblast" in found:
        found.discard("city_of_kyiv")
    return found.pop() if len(found) == 1 else None


def _names(start: str, text: str) -> bool:
    pattern = WHOLE.get(start)
    return re.search(rf"\b{pattern}\b" if pattern else rf"\b{re.escape(start)}", text) is not None
