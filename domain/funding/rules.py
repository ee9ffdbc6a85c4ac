"""Who an instrument is for, as data in its article: small, typed, and without code."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, model_validator

from domain.funding.places import OBLASTS
from domain.funding.vocabulary import Applicant

Place = Literal["ua", "member", "associated", "other"]


class Rule(BaseModel):
    """Strict, as the rest of an article is."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _oblast(name: str) -> str:
    if name not in OBLASTS:
        raise ValueError(f"there is no oblast {name}; known are {', '.join(OBLASTS)}")
    return name


def _country(code: str) -> str:
    if not (len(code) == 2 and code.isalpha() and code.isupper()):
        raise ValueError(f"{code}: expects a country's two letters, such as PL")
    return code


Oblast = Annotated[str, AfterValidator(_oblast)]
Country = Annotated[str, AfterValidator(_country)]


class Reason(Rule):
    """What holds for some applicants, in words in both languages.

    Without `applicants` it holds for everybody whom the rules do not name. With `places` it holds
    for applicants there alone. `unless` are beginnings of words: a profile whose sector or need
    has one of them meets the condition.
    """

    applicants: list[Applicant] = []
    places: list[Place] = []
    unless: list[Annotated[str, Field(min_length=3)]] = []
    uk: str
    en: str


class Words(Rule):
    """A few words in both languages; what is written once is the same in both."""

    uk: str
    en: str

    @model_validator(mode="before")
    @classmethod
    def _once_for_both(cls, given: object) -> object:
        return {"uk": given, "en": given} if isinstance(given, str) else given

    def __str__(self) -> str:
        return self.en


class Partners(Rule):
    """The smallest consortium: independent organisations from so many countries, one's own too.

    Only member states and countries associated to the programme count; at least `member_states` of
    them are in the EU.
    """

    countries: Annotated[int, Field(ge=2, le=10)]
    member_states: Annotated[int, Field(ge=0, le=5)] = 1


class Area(Rule):
    """A cross-border programme: its oblasts in Ukraine, and the countries of its partners.

    For the `unconfirmed` oblasts no source was seen; `condition` is what else has to be.
    """

    name: Words
    oblasts: Annotated[list[Oblast], Field(min_length=1)]
    unconfirmed: list[Oblast] = []
    partners: Annotated[list[Country], Field(min_length=1)]
    condition: Reason | None = None


class Range(Rule):
    """From and to, both included; what is left out has no bound."""

    min: int | None = None
    max: int | None = None

    @model_validator(mode="after")
    def _bounded(self) -> "Range":
        if self.min is None and self.max is None:
            raise ValueError("needs min or max")
        return self


class Rules(Rule):
    """The rules of one instrument.

    `eligible` applicants may apply; for `conditional` ones a condition stands in words that the
    profile cannot answer; all others may not, with the reason that `refused` gives. An eligible
    applicant may have conditions, too, that hold in some places or unless the profile says so. The
    further rules narrow this. `places` are where the applicant has to be; without it, in Ukraine
    or another country of the programme. `source` is where the rules stand, if not on the
    article's official page.
    """

    source: HttpUrl | None = None

    eligible: list[Applicant] = []
    conditional: list[Reason] = []
    refused: list[Reason] = []
    places: Annotated[list[Place], Field(min_length=1)] = ["ua", "member", "associated"]
    sme: bool = False
    employees: Range | None = None
    trl: Range | None = None
    partners: Partners | None = None
    areas: list[Area] = []

    @model_validator(mode="after")
    def _once(self) -> "Rules":
        always = [
            one for c in self.conditional if not (c.places or c.unless) for one in c.applicants
        ]
        named = [*self.eligible, *always]
        twice = sorted({name for name in named if named.count(name) > 1})
        if twice:
            raise ValueError(f"named twice: {', '.join(twice)}")
        if any(not reason.applicants for reason in self.conditional):
            raise ValueError("a condition says for which applicants it holds")
        return self
