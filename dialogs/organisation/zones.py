"""Time zones by the city that people know them by, in either language."""

import difflib
from functools import cache
from zoneinfo import available_timezones

from babel.core import Locale, get_global

from dialogs.i18n import LANGUAGES
from domain.people.profile import KYIV, Field, read

OFFERED = (KYIV, "Europe/Warsaw", "Europe/Berlin", "Europe/Oslo", "Europe/Madrid", "Europe/London")
"""Where those work who take part: Ukraine and the partners of the cluster."""

# CLDR has the old spelling for its key, and Babel's own look-up stumbles over that.
_CLDR = {KYIV: "Europe/Kiev"}


def city(zone: str, locale: Locale) -> str:
    """The city that an IANA zone is called after."""
    known = locale.time_zones.get(_CLDR.get(zone, zone), {})
    return str(known.get("city") or zone.rpartition("/")[2].replace("_", " "))


def find_zone(text: str) -> str | None:
    """The IANA zone that a city's name (in any of our languages) or the zone's name means."""
    value = read(Field.TIME_ZONE, text)
    return value if isinstance(value, str) else _cities().get(text.strip().casefold())


def like(text: str, most: int = 8) -> list[str]:
    """Zones whose city or name contains or resembles what was written, the nearest first."""
    wanted = text.strip().casefold()
    if len(wanted) < 2:
        return []
    close = difflib.get_close_matches(wanted, _cities(), most, 0.75)
    inside = sorted(name for name in _cities() if wanted in name)
    return list(dict.fromkeys(_cities()[name] for name in [*close, *inside]))[:most]


@cache
def _cities() -> dict[str, str]:
    """Zones by their cities, without the names that zones had before."""
    zones = sorted(available_timezones() - set(get_global("zone_aliases")))
    return {
        city(zone, Locale(language)).casefold(): zone
        for language in LANGUAGES
        for zone in zones
        if "/" in zone
    }
