"""Who may apply for what: eligible, conditional or not eligible, always with reasons.

Eligible means that the rules for applicants are met, not that a call is open. What is not known
leads to "if", never to a guess.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.funding.article import Article
from domain.funding.places import find_oblast
from domain.funding.rules import Area, Place, Range, Reason, Rules, Words
from domain.funding.vocabulary import ASSOCIATED, COMPANIES, MEMBER_STATES, Applicant
from domain.surveys.message import N_, Message, plural

Verdict = Literal["eligible", "conditional", "not_eligible"]
SME_EMPLOYEES = 249  # Recommendation 2003/361/EC: fewer than 250 people …
SME_TURNOVER = 50_000_000  # … and a turnover of at most EUR 50 million, or a balance of 43
SMALL_EMPLOYEES = 49  # a firm as small as that stays below the money's bounds, too


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
    """A verdict on an article. A reason is a message, or the article's own words.

    `source` is the page that the rules come from.
    """

    id: str
    verdict: Verdict
    reasons: Sequence[Message | Reason]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Several:
    """Several names in a sentence: of countries by their codes, or of areas."""

    names: tuple[Words | str, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.names))


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
    return [found for article in articles if (found := judge_article(article, profile))]


def judge_article(article: Article, profile: Profile) -> Judgement | None:
    """A judgement on one article; None where nobody applies (guidance)."""
    rules = article.head.eligibility
    if rules is None:
        return None
    found = judge(article.id, rules, profile)
    return replace(found, source=str(rules.source or article.head.url))


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
        return
    named = kind in rules.eligible or any(kind in c.applicants for c in rules.conditional)
    if named and rules.sme and kind in COMPANIES and (profile.employees or 0) > SME_EMPLOYEES:
        kind = "large_company"  # whatever it calls itself
    place = _place(profile.country)
    here = [
        c
        for c in rules.conditional
        if kind in c.applicants and (not c.places or place is None or place in c.places)
    ]
    if conditions := [c for c in here if not _says(profile, c.unless)]:
        found.missing += conditions
    elif here or kind in rules.eligible:
        found.met.append(Message(N_("applicants of this type may apply")))
    elif kind != profile.org_type:
        reason = N_("for SMEs only: fewer than 250 people, and yours are %(people)s")
        found.against.append(Message(reason, {"people": str(profile.employees)}))
    else:
        own = [r for r in rules.refused if kind in r.applicants]
        general = [r for r in rules.refused if not r.applicants]
        refused = Message(N_("applicants of this type cannot apply"))
        found.against += own or general or [refused]


def _says(profile: Profile, beginnings: Sequence[str]) -> bool:
    text = " ".join([profile.sector or "", *(profile.need or ())]).casefold()
    words = re.findall(r"[^\W_]+", text)
    return any(word.startswith(start) for word in words for start in beginnings)


def _place(code: str | None) -> Place | None:
    if code is None:
        return None
    if code == "UA":
        return "ua"
    return "member" if code in MEMBER_STATES else "associated" if code in ASSOCIATED else "other"


def _where(rules: Rules, profile: Profile, found: _Findings) -> None:
    place = _place(profile.country)
    if place is None:
        if len(rules.places) < len(get_args(Place)):
            found.missing.append(Message(N_("it depends on the country")))
    elif place not in rules.places:
        found.against.append(
            Message(
                N_("organisations in this country cannot apply: %(country)s"),
                {"country": profile.country or ""},
            )
        )


def _size(rules: Rules, profile: Profile, found: _Findings) -> None:
    if rules.sme and profile.org_type in COMPANIES:
        _money(profile, found)
    if rules.employees is None:
        return
    people, low, high = profile.employees, rules.employees.min, rules.employees.max
    if people is None:
        found.missing.append(Message(N_("it depends on how many people work for you")))
    elif high is not None and people > high:
        reason = N_("at most %(people)s people may work for an applicant")
        found.against.append(Message(reason, {"people": str(high)}))
    elif low is not None and people < low:
        reason = N_("at least %(people)s people must work for an applicant")
        found.against.append(Message(reason, {"people": str(low)}))


def _money(profile: Profile, found: _Findings) -> None:
    """Of the two bounds in money one is enough, and a profile knows only the turnover."""
    people, money = profile.employees, profile.turnover_eur
    if people is None:
        found.missing.append(
            Message(N_("if you are an SME: fewer than 250 people, at most EUR 50 million"))
        )
    elif people > SME_EMPLOYEES:
        return  # judged as a large company already
    elif money is not None and money > SME_TURNOVER:
        reason = N_(
            "your turnover is above EUR 50 million: you are an SME only if the balance sheet total"
            " is at most EUR 43 million"
        )
        found.missing.append(Message(reason))
    elif money is None and people > SMALL_EMPLOYEES:
        reason = N_(
            "if your turnover is at most EUR 50 million a year, or the balance sheet total at most"
            " EUR 43 million"
        )
        found.missing.append(Message(reason))


def _maturity(trl: Range | None, level: int | None, found: _Findings) -> None:
    """A level is a judgement, give or take one."""
    if trl is None:
        return
    low, high = trl.min or 1, trl.max or 9
    bounds = {"low": str(low), "high": str(high)}
    if level is None:
        reason = N_("if the technology is between TRL %(low)s and %(high)s")
        found.missing.append(Message(reason, bounds))
    elif level > high + 1:
        reason = N_("the technology is too far: TRL %(low)s to %(high)s is paid for")
        found.against.append(Message(reason, bounds))
    elif level < low - 1:
        reason = N_("the technology is too early yet: TRL %(low)s is needed")
        found.against.append(Message(reason, bounds))
    elif not low <= level <= high:
        reason = N_("if the work to be paid for is between TRL %(low)s and %(high)s")
        found.missing.append(Message(reason, bounds))


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
    countries = {c for c in (profile.country, *profile.partners) if c in known}
    more = max(need.countries - len(countries), 0)
    members = len(countries & MEMBER_STATES) >= need.member_states
    if more and members:
        one, many = plural(
            "add %(n)s partner from another country of the programme",
            "add %(n)s partners from %(n)s other countries of the programme",
        )
        found.missing.append(Message(one, {}, many, more))
    elif more:
        one, many = plural(
            "add %(n)s partner from another country, which has to be an EU member state",
            "add %(n)s partners from %(n)s other countries, at least one an EU member state",
        )
        found.missing.append(Message(one, {}, many, more))
    elif not members:
        found.missing.append(Message(N_("add a partner from an EU member state")))
    else:
        found.met.append(Message(N_("the partners come from enough countries")))


def _areas(areas: Sequence[Area], profile: Profile, found: _Findings) -> None:
    if not areas:
        return
    if profile.country not in (None, "UA"):
        _abroad(areas, profile, found)
        return
    oblast = find_oblast(profile.region)
    if oblast is None:
        found.missing.append(Message(N_("if your oblast is in a programme area")))
        return
    partners = set(profile.partners or ())
    sure = [area for area in areas if oblast in area.oblasts]
    likely = [area for area in areas if oblast in area.unconfirmed]
    together = [area for area in sure if partners & set(area.partners)]
    free = [area.name for area in together if area.condition is None]
    if not sure and not likely and profile.country is not None:
        found.against.append(Message(N_("your oblast is in none of the programme areas")))
    elif free:
        names = {"areas": Several(tuple(free))}
        found.met.append(Message(N_("your oblast is in the area of %(areas)s"), names))
    for area in [] if free else together or [*sure, *likely]:
        said = {"area": area.name, "countries": Several(tuple(area.partners))}
        if not partners & set(area.partners):
            text = N_("%(area)s: your oblast is in the area; add a partner from: %(countries)s")
            found.missing.append(Message(text, said))
        if area in likely:
            text = N_("%(area)s: confirm with the programme that your oblast is in the area")
            found.missing.append(Message(text, said))
        if area.condition is not None:
            found.missing.append(area.condition)


def _abroad(areas: Sequence[Area], profile: Profile, found: _Findings) -> None:
    if not any(profile.country in area.partners for area in areas):
        found.against.append(Message(N_("the country is in none of the programme areas")))
    elif "UA" not in (profile.partners or ()):
        found.missing.append(Message(N_("add a partner from Ukraine")))
    else:
        found.missing.append(Message(N_("if both sides lie in the programme area")))
