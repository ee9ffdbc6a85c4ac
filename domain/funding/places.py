"""Finds an oblast in free text: in Ukrainian or English, inflected, or by its main towns."""

import re
import unicodedata
from collections.abc import Mapping

# The beginnings of words that name an oblast: its name, its centre, and towns that write to us.
OBLASTS: Mapping[str, tuple[str, ...]] = {
    "vinnytsia": ("вінниц", "вінни", "vinnyts", "vinnits"),
    "volyn": (
        "волин",
        "луцьк",
        "луцк",
        "volyn",
        "lutsk",
        "ковел",
        "kovel",
        "нововолин",
        "novovolyn",
    ),
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
        "хуст",
        "khust",
        "берегов",
        "berehov",
        "рахів",
        "рахов",
        "rakhiv",
        "тячів",
        "тячев",
        "tiachiv",
        "tyachiv",
        "виноградов",
        "виноградів",
        "vynohradiv",
        "свалява",
        "сваляв",
        "svaliav",
    ),
    "zaporizhzhia": ("запоріж", "zaporizh", "zaporozh"),
    "ivano_frankivsk": (
        "івано франків",
        "ивано франков",
        "франківськ",
        "франківщин",
        "прикарпат",
        "ivano frankivs",
        "frankivs",
        "коломи",
        "kolomy",
        "калуш",
        "kalush",
        "надвірн",
        "nadvirn",
        "яремч",
        "yaremch",
        "болехів",
        "болехов",
        "bolekhiv",
    ),
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
    "lviv": (
        "львів",
        "львов",
        "lviv",
        "l viv",
        "lvov",
        "дрогобич",
        "стрий",
        "stryi",
        "stryy",
        "drohobych",
        "трускав",
        "truskav",
        "самбір",
        "самбор",
        "sambir",
        "явор",
        "yavoriv",
        "шептицьк",
        "sheptytsk",
        "червоноград",
        "chervonohrad",
    ),
    "mykolaiv": ("микола", "mykolai", "mykolaiv", "nikolaev"),
    "odesa": (
        "одес",
        "odes",
        "ізмаїл",
        "izmail",
        "чорноморськ",
        "chornomorsk",
        "білгород дністров",
        "bilhorod dnistr",
        "болград",
        "bolhrad",
        "рені",
        "reni",
    ),
    "poltava": ("полтав", "poltav", "кременч", "kremench"),
    "rivne": (
        "рівн",
        "ровно",
        "rivne",
        "rovno",
        "дубно",
        "dubno",
        "сарн",
        "sarny",
        "вараш",
        "varash",
        "острог",
        "остроз",
        "ostroh",
        "здолбунів",
        "здолбунов",
        "zdolbuniv",
    ),
    "sumy": ("сум", "sumy", "конотоп", "шостк"),
    "ternopil": (
        "терноп",
        "ternop",
        "кременец",
        "кременц",
        "kremenets",
        "чортків",
        "чортков",
        "chortkiv",
        "бережан",
        "berezhan",
    ),
    "kharkiv": ("харків", "харков", "kharkiv", "kharkov"),
    "kherson": ("херсон", "kherson"),
    "khmelnytskyi": ("хмельни", "khmelny", "кам янець подільськ", "kamianets"),
    "cherkasy": ("черкас", "cherkas", "уман", "uman"),
    "chernivtsi": (
        "чернівц",
        "чернівец",
        "черновц",
        "черновиц",
        "буковин",
        "chernivts",
        "bukovyn",
        "bukovin",
        "вижниц",
        "vyzhnyts",
        "хотин",
        "khotyn",
        "новоселиц",
        "novoselyts",
    ),
    "chernihiv": ("черніг", "chernihiv", "chernigov", "ніжин", "nizhyn"),
    "crimea": ("крим", "crimea", "krym"),
    "sevastopol": ("севастопол", "sevastopol"),
}
# Whoever says so is not there any more.
AWAY = re.compile(
    r"\b(displaced|living in|moved|relocated|виїха|мешкає в|переїха|переміщен|релоков|живе в)"
)
LEFT = re.compile(
    r"\b(?:from|з|із|зі) \w+(?: (?:франк|frank|церк|tserk)\w*)?"
)  # whence: what remains says where they are now
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
    "хуст": r"хуст(а|і|у|ом|ськ\w*)?",
    "явор": r"явор(ів|ов\w*)",
    "рені": "рені",
    "reni": "reni",
    "сарн": r"сарн(и|ах|ами|енськ\w*)",
    "самбір": r"самбір(ськ\w*)?",
    "самбор": r"самбор[іаук]\w*",
    "калуш": r"калуш(а|і|у|ськ\w*)?",
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
        text, left = LEFT.subn("", text)
        if not left:
            return None
    found = {name for name, starts in OBLASTS.items() if any(_names(s, text) for s in starts)}
    if "kyiv_oblast" in found:
        found.discard("city_of_kyiv")
    return found.pop() if len(found) == 1 else None


def _names(start: str, text: str) -> bool:
    pattern = WHOLE.get(start)
    return re.search(rf"\b{pattern}\b" if pattern else rf"\b{re.escape(start)}", text) is not None
