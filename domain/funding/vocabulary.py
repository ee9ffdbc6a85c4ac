"""One vocabulary for who applies: the profile's, the survey's, the articles' and `match`'s words.

| articles and `match` | profile and survey | ownership | size |
| --- | --- | --- | --- |
| public_hospital | hospital | public (asked where it is not known) | – |
| private_clinic | hospital | private | – |
| sme | sme | – | below 250 people, or not known |
| startup | sme | – | – (never guessed: a profile says so itself) |
| large_company | sme | – | 250 people or more |
| ngo | ngo | – | – |
| university, research_institute | research | – | – (both are tried) |
| cluster | cluster | – | – |
| public_authority | authority | – | – |
| individual_researcher, aspiring_entrepreneur | – | – | – (a person, not an organisation) |
"""

from collections.abc import Mapping
from typing import Literal

Applicant = Literal[
    "public_hospital",
    "private_clinic",
    "sme",
    "startup",
    "large_company",
    "ngo",
    "university",
    "research_institute",
    "cluster",
    "public_authority",
    "individual_researcher",
    "aspiring_entrepreneur",
]
#: what an organisation of the profile's and the survey's type may be
SIMPLE: Mapping[str, Applicant] = {
    "sme": "sme",
    "ngo": "ngo",
    "cluster": "cluster",
    "authority": "public_authority",
}
COMPANIES: frozenset[Applicant] = frozenset({"private_clinic", "sme", "startup"})

#: ISO 3166 codes, of November 2026
MEMBER_STATES = frozenset(
    """AT BE BG HR CY CZ DE DK EE ES FI FR GR HU IE IT LT LU LV MT NL PL PT RO SE SI SK
    """.split()  # noqa: SIM905 - a table that is read at one look
)
#: associated to Horizon Europe, the programme whose list most of the others follow
ASSOCIATED = frozenset(
    """AL AM BA CA CH FO GB GE IL IS KR MD ME MK NO NZ RS TN TR UA XK
    """.split()  # noqa: SIM905
)


def applicant_of(kind: str | None, ownership: str | None, size: str | None) -> Applicant | None:
    """Who an organisation with this profile applies as; None where the profile does not tell.

    The codes are those of `domain.people.vocabulary`. A research body may be a university or an
    institute: nobody but itself knows.
    """
    if kind == "hospital" and ownership is not None:
        return "private_clinic" if ownership == "private" else "public_hospital"
    if kind == "sme" and size == "250":
        return "large_company"
    return SIMPLE.get(kind or "")


def most_employees(size: str | None) -> int | None:
    """The most people that a size of the profile stands for; None where it has no upper bound."""
    return {"1_9": 9, "10_49": 49, "50_249": 249}.get(size or "")
