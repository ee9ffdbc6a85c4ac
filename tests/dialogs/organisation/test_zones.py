"""Time zones by their cities."""

from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel.core import Locale

from dialogs.organisation.zones import OFFERED, _cities, city, find_zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Київ", "Europe/Kyiv"),
        (" kyiv ", "Europe/Kyiv"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Варшава", "Europe/Warsaw"),
        ("New York", "America/New_York"),
        ("Нью-Йорк", "America/New_York"),
        ("America/New_York", "America/New_York"),
        ("Рівне", None),
        ("", None),
    ],
)
def test_a_zone_is_found_by_its_city(text: str, zone: str | None) -> None:
    assert find_zone(text) == zone


def test_every_city_leads_to_a_zone_that_exists() -> None:
    assert set(_cities().values()) <= available_timezones()


def test_offered_zones_have_names_in_both_languages() -> None:
    for zone in OFFERED:
        ZoneInfo(zone)
        for language in ("uk", "en"):
            assert find_zone(city(zone, Locale(language))) == zone
    assert city("Europe/Kyiv", Locale("uk")) == "Київ"
