"""One vocabulary for who applies: the profile's, the survey's, the articles' and `match`'s words.

| articles and `match` | profile and survey | ownership | size |
| --- | --- | --- | --- |
| public_hospital | hospital | public, or not known | – |
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
