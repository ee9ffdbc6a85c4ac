"""Who may apply for what: eligible, conditional or not eligible, always with reasons.

Eligible means that the rules for applicants are met, not that a call is open. What is not known
leads to "if", never to a guess.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.funding.article import Article
from domain.funding.places import find_oblast
from domain.funding.rules import Area, Range, Reason, Rules
from domain.funding.vocabulary import ASSOCIATED, COMPANIES, MEMBER_STATES, Applicant
from domain.surveys.message import N_, Message, plural

Verdict = Literal["eligible", "conditional", "not_eligible"]
SME_EMPLOYEES = 249  # Recommendation 2003/361/EC: fewer than 250 people …
SME_TURNOVER = 50_000_000  # … and a turnover of at most EUR 50 million


class Profile(BaseModel):
    """Who asks. What is None is not known. Countries are ISO 3166 codes of two letters.

    `employees` are people, `turnover_eur` is of a year in euros, `trl` from 1 to 9; `partners` are
    the countries of organisations that would apply together with this one; `region` is free text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    org_type: Applicant | None = None
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    region: str | None = None
    employees: Annotated[int, Field(ge=0)] | None = None
    turnover_eur: Annotated[float, Field(ge=0)] | None = None
    sector: str | None = None
    trl: Annotated[int, Field(ge=1, le=9)] | None = None
    partners: list[Annotated[str, Field(pattern="^[A-Z]{2}$")]] | None = None
    need: list[str] | None = None

    @field_validator("country", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.strip().upper() if isinstance(value, str) else value

    @field_validator("partners", mode="before")
    @classmethod
    def _all_upper(cls, value: object) -> object:
        if isinstance(value, list):
            return [v.strip().upper() if isinstance(v, str) else v for v in value]
        return value


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on an article. A reason is a message, or the article's own words."""

    id: str
    verdict: Verdict
    reasons: Sequence[Message | Reason]


@dataclass
class _Findings:
    """What the rules say, one after the other; the worst decides."""

    met: list[Message | Reason] = field(default_factory=list)
    missing: list[Message | Reason] = field(default_factory=list)
    against: list[Message | Reason] = field(default_factory=list)

    def verdict(self) -> Verdict:
        if self.against:
            return "not_eligible"
        return "conditional" if self.missing else "eligible"

    def reasons(self) -> list[Message | Reason]:
        return self.against or self.missing or self.met


def judge_all(articles: Iterable[Article], profile: Profile) -> list[Judgement]:
    """A judgement on each article that has rules, in the articles' order."""
    return [
        judge(article.id, article.head.eligibility, profile)
        for article in articles
        if article.head.eligibility is not None
    ]


def judge(article_id: str, rules: Rules, profile: Profile) -> Judgement:
    """What the rules of one article say of a profile."""
    found = _Findings()
    _who(rules, profile, found)
    _where(rules, profile, found)
    _size(rules, profile, found)
    _maturity(rules.trl, profile.trl, found)
    _consortium(rules, profile, found)
    _areas(rules.areas, profile, found)
    return Judgement(article_id, found.verdict(), found.reasons())


def _who(rules: Rules, profile: Profile, found: _Findings) -> None:
    kind = profile.org_type
    if kind is None:
        found.missing.append(Message(N_("it depends on the type of organisation")))
    elif kind in rules.eligible:
        found.met.append(Message(N_("applicants of this type may apply")))
    elif conditions := [c for c in rules.conditional if kind in c.applicants]:
        found.missing += conditions
    else:
        named = [r for r in rules.refused if kind in r.applicants]
        general = [r for r in rules.refused if not r.applicants]
        refused = Message(N_("applicants of this type cannot apply"))
        found.against += named or general or [refused]


def _where(rules: Rules, profile: Profile, found: _Findings) -> None:
    if profile.country is None:
        if rules.places != ["ua", "member", "associated", "other"]:
            found.missing.append(Message(N_("it depends on the country")))
        return
    code = profile.country
    place = (
        "ua"
        if code == "UA"
        else "member"
        if code in MEMBER_STATES
        else "associated"
        if code in ASSOCIATED
        else "other"
    )
    if place not in rules.places:
        found.against.append(
            Message(
                N_("organisations in this country cannot apply: %(country)s"), {"country": code}
            )
        )


def _size(rules: Rules, profile: Profile, found: _Findings) -> None:
    people = profile.employees
    if rules.sme and profile.org_type in COMPANIES:
        if people is not None and people > SME_EMPLOYEES:
            reason = N_("for SMEs only: fewer than 250 people, and yours are %(people)s")
            found.against.append(Message(reason, {"people": str(people)}))
        elif profile.turnover_eur is not None and profile.turnover_eur > SME_TURNOVER:
            found.against.append(
                Message(N_("for SMEs only: a turnover of at most EUR 50 million a year"))
            )
        elif people is None:
            found.missing.append(
                Message(N_("if you are an SME: fewer than 250 people, at most EUR 50 million"))
            )
    if rules.employees is not None:
        if people is None:
            found.missing.append(Message(N_("it depends on how many people work for you")))
        elif rules.employees.max is not None and people > rules.employees.max:
            reason = N_("at most %(people)s people may work for an applicant")
            found.against.append(Message(reason, {"people": str(rules.employees.max)}))
        elif rules.employees.min is not None and people < rules.employees.min:
            reason = N_("at least %(people)s people must work for an applicant")
            found.against.append(Message(reason, {"people": str(rules.employees.min)}))


def _maturity(trl: Range | None, level: int | None, found: _Findings) -> None:
    if trl is None:
        return
    bounds = {"low": str(trl.min or 1), "high": str(trl.max or 9)}
    if level is None:
        found.missing.append(
            Message(N_("if the technology is between TRL %(low)s and %(high)s"), bounds)
        )
    elif trl.max is not None and level > trl.max:
        found.against.append(
            Message(N_("the technology is too far: TRL %(low)s to %(high)s is paid for"), bounds)
        )
    elif trl.min is not None and level < trl.min:
        found.missing.append(
            Message(N_("the technology is too early yet: TRL %(low)s is needed"), bounds)
        )


def _consortium(rules: Rules, profile: Profile, found: _Findings) -> None:
    need = rules.partners
    if need is None:
        return
    if profile.partners is None:
        found.missing.append(
            Message(
                N_("if you apply together: organisations from %(countries)s countries"),
                {"countries": str(need.countries)},
            )
        )
        return
    known = MEMBER_STATES | ASSOCIATED
    countries = {c for c in (profile.country or "UA", *profile.partners) if c in known}
    if (more := need.countries - len(countries)) > 0:
        one, many = plural(
            "add %(n)s partner from another country of the programme",
            "add %(n)s partners from other countries of the programme",
        )
        found.missing.append(Message(one, {}, many, more))
    if len(countries & MEMBER_STATES) < need.member_states:
        found.missing.append(Message(N_("add a partner from an EU member state")))
    if not found.missing:
        found.met.append(Message(N_("the partners come from enough countries")))


def _areas(areas: Sequence[Area], profile: Profile, found: _Findings) -> None:
    if not areas:
        return
    partners = set(profile.partners or ())
    if profile.country not in (None, "UA"):
        fitting = [area for area in areas if profile.country in area.partners]
        if not fitting:
            found.against.append(Message(N_("the country is in none of the programme areas")))
        elif profile.partners is None or "UA" not in partners:
            found.missing.append(Message(N_("add a partner from Ukraine")))
        else:
            found.missing.append(Message(N_("if both sides lie in the programme area")))
        return
    oblast = find_oblast(profile.region)
    if oblast is None:
        found.missing.append(Message(N_("if your oblast is in a programme area")))
        return
    fitting = [area for area in areas if oblast in area.oblasts]
    names = {"areas": ", ".join(area.name for area in fitting)}
    if not fitting:
        found.against.append(Message(N_("your oblast is in none of the programme areas")))
    elif any(partners & set(area.partners) for area in fitting):
        found.met.append(Message(N_("your oblast is in the area of %(areas)s"), names))
    else:
        countries = sorted({code for area in fitting for code in area.partners})
        found.missing.append(
            Message(
                N_("your oblast is in the area of %(areas)s; add a partner from %(countries)s"),
                {**names, "countries": ", ".join(countries)},
            )
        )
