"""Time zones by the city that people know them by, in either language."""

from babel.core import Locale
from babel.dates import get_timezone_location

from dialogs.i18n import LANGUAGES, Translator
from domain.people.profile import KYIV, Field, read

OFFERED = (KYIV, "Europe/Warsaw", "Europe/Berlin", "Europe/Oslo", "Europe/Madrid", "Europe/London")
"""Where those work who take part: Ukraine and the partners of the cluster."""

# CLDR keeps the old spelling as the key, and knows the Ukrainian name under that alone.
_CLDR = {KYIV: "Europe/Kiev"}


def city(zone: str, locale: Locale) -> str:
    """The city that an IANA zone is called after."""
    if zone == KYIV and locale.language == "en":
        return "Kyiv"
    return str(get_timezone_location(_CLDR.get(zone, zone), locale=locale, return_city=True))


def find_zone(text: str, tr: Translator) -> str | None:
    """The IANA zone that a city's name or the zone's own name means."""
    value = read(Field.TIME_ZONE, text)
    if isinstance(value, str):
        return value
    wanted = text.strip().casefold()
    for locale in (tr.locale, *(Locale(language) for language in LANGUAGES)):
        for zone in (*OFFERED, *locale.time_zones):
            if "/" in zone and city(zone, locale).casefold() == wanted:
                found = read(Field.TIME_ZONE, zone)
                return found if isinstance(found, str) else None
    return None
