"""The codes of an organisation's profile and a contact's role, with their labels.

Codes and labels are those of the choice lists in `content/surveys/value_chain.xlsx`, so that a
profile can answer the survey and an answer can fill the profile; a test compares them. Labels are
English msgids; the Ukrainian stands in the catalogue. The order is that of the screens.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.surveys.message import N_

ORGANISATION_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "hospital": N_("Hospital / clinic"),
        "sme": N_("Manufacturer / SME"),
        "ngo": N_("NGO / charity"),
        "research": N_("Research institute / university"),
        "cluster": N_("Cluster / association"),
        "authority": N_("Public authority"),
        "other": N_("Other"),
    }
)
"""What kind of organisation it is: the list `org_type`. `other` comes with words of its own."""

OWNERSHIPS: Mapping[str, str] = MappingProxyType(
    {
        "public": N_("State or municipal"),
        "private": N_("Private"),
    }
)
"""Who owns it. The survey does not ask; eligibility does (a public hospital is no SME)."""

SIZES: Mapping[str, str] = MappingProxyType(
    {
        "1_9": N_("1–9"),
        "10_49": N_("10–49"),
        "50_249": N_("50–249"),
        "250": N_("250 or more"),
    }
)
"""How many people work there: the list `size`."""

OBLASTS: Mapping[str, str] = MappingProxyType(
    {
        "vinnytsia": N_("Vinnytsia"),
        "volyn": N_("Volyn"),
        "dnipropetrovsk": N_("Dnipropetrovsk"),
        "donetsk": N_("Donetsk"),
        "zhytomyr": N_("Zhytomyr"),
        "zakarpattia": N_("Zakarpattia"),
        "zaporizhzhia": N_("Zaporizhzhia"),
        "ivano_frankivsk": N_("Ivano-Frankivsk"),
        "kyiv_oblast": N_("Kyiv oblast"),
        "kirovohrad": N_("Kirovohrad"),
        "luhansk": N_("Luhansk"),
        "lviv": N_("Lviv"),
        "mykolaiv": N_("Mykolaiv"),
        "odesa": N_("Odesa"),
        "poltava": N_("Poltava"),
        "rivne": N_("Rivne"),
        "sumy": N_("Sumy"),
        "ternopil": N_("Ternopil"),
        "kharkiv": N_("Kharkiv"),
        "kherson": N_("Kherson"),
        "khmelnytskyi": N_("Khmelnytskyi"),
        "cherkasy": N_("Cherkasy"),
        "chernivtsi": N_("Chernivtsi"),
        "chernihiv": N_("Chernihiv"),
        "city_of_kyiv": N_("City of Kyiv"),
        "crimea": N_("Crimea"),
        "sevastopol": N_("Sevastopol"),
        "abroad": N_("Abroad"),
    }
)
"""Where the main site is: the list `oblast`, 24 oblasts, two cities, Crimea and abroad."""

CONTACT_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "head": N_("Head / director"),
        "deputy": N_("Deputy head"),
        "medical": N_("Medical lead"),
        "tech": N_("Technical / production lead"),
        "intl": N_("Partnerships / export manager"),
        "staff": N_("Specialist"),
    }
)
"""What a contact does there: the list `role`. What they may do is `person.Role`."""
