"""An event as somebody describes it, in YAML or a dialogue; checked before anything changes.

Every problem is a sentence for whoever wrote it; a description with a problem changes nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import yaml

from domain.events.event import Event, EventState, Mode, Taken
from domain.events.materials import KINDS, Audience
from domain.surveys.message import N_, Message

LANGUAGES = ("uk", "en")
ALIASES = {"Europe/Kiev": "Europe/Kyiv"}  # both are written; one is kept
MOST = 100_000  # seats
TITLE_LIMIT, TEXT_LIMIT = 200, 2000

NOT_YAML = N_("This is not YAML: %(why)s")
NO_MAPPING = N_("The file must describe one event: keys and values.")
UNKNOWN_KEY = N_("Nobody knows the key “%(key)s”.")
MISSING = N_("“%(key)s” is missing.")
NO_SLUG = N_("“id” takes small Latin letters, digits and dashes, such as barcelona-deep-dive.")
NO_TEXT = N_("“%(key)s” takes a text, or one for each of the languages uk and en.")
TOO_LONG = N_("“%(key)s” is too long: %(length)s characters, %(limit)s at most.")
NO_ZONE = N_("There is no time zone “%(zone)s”. It looks like this: Europe/Kyiv.")
NO_MOMENT = N_("“%(key)s” takes a date and a time, such as 2027-03-10 14:00.")
NO_SUCH_TIME = N_("%(time)s does not exist in %(zone)s: the clocks are put forward then.")
PAST = N_("The event would be in the past: %(time)s (%(zone)s).")
END_BEFORE_START = N_("The end must be after the start.")
CLOSES_LATE = N_("Registration must close before the event ends.")
NEEDS_DATES = N_("An event needs its start and end before it is published.")
NO_MODES = N_("“capacity” takes onsite, online or both, each with a number of seats.")
NO_NUMBER = N_("“%(key)s” takes a whole number from 1 to %(most)s.")
BELOW_TAKEN = N_(
    "%(taken)s seats (%(mode)s) are taken already: the capacity cannot be %(capacity)s."
)
MODE_IN_USE = N_("Somebody is registered for “%(mode)s”: it cannot be taken away.")
NO_LINK = N_("“%(key)s” takes a link that begins with https://")
NO_LANGUAGES = N_("“languages” takes a list of language codes, such as [uk, en].")
NO_FLAG = N_("“%(key)s” takes true or false.")
NO_MATERIALS = N_(
    "“materials” takes a list; each has a kind (agenda, slides, recording), a url, and may have"
    " who sees it (everyone, confirmed, attended)."
)
NEEDS_TITLE = N_("An event needs a title before it is published.")
NEEDS_MODE = N_("An event needs a way to take part, onsite or online, before it is published.")
JOIN_NEEDED = N_("An event that is held online needs “join_url”, the link of the call.")
IS_CANCELLED = N_("This event was cancelled: it cannot be changed any more.")

KEYS = (
    *("id", "title", "description", "organiser", "languages", "zone", "start", "end", "place"),
    *("join_url", "capacity", "organisation_limit", "approval", "claim_hours"),
    *("registration_closes", "questions", "materials", "publish"),
)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")


@dataclass(frozen=True, slots=True)
class Definition:
    """What an event should be. Moments are aware; `questions` names an XLSForm beside the file."""

    slug: str
    title: Mapping[str, str]
    zone: str
    description: Mapping[str, str] = field(default_factory=dict)
    organiser: str = "Clusters4Health"
    languages: tuple[str, ...] = LANGUAGES
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: Mapping[str, str] = field(default_factory=dict)
    join_url: str | None = None
    capacity: Mapping[Mode, int | None] = field(default_factory=dict)
    organisation_limit: int | None = None
    approval: bool = False
    claim_hours: int = 24
    registration_closes_at: datetime | None = None
    questions: str | None = None
    materials: tuple[Mapping[str, str], ...] = ()
    publish: bool = False


class DefinitionError(ValueError):
    """An event that cannot be as described; `problems` say why, one sentence each."""

    def __init__(self, problems: Sequence[Message]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class _Plain(yaml.SafeLoader):
    """Reads YAML without aliases: an event repeats nothing, and ten lines of them stand for more
    words than memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*) are not read here")
        return super().compose_node(parent, index)


def parse(source: str | bytes) -> Definition:
    """The event that a YAML file describes; DefinitionError names everything that is wrong."""
    try:
        found = yaml.load(source, _Plain)  # noqa: S506 - a SafeLoader that reads less
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise DefinitionError([Message(NOT_YAML, {"why": why})]) from error
    if not isinstance(found, dict):
        raise DefinitionError([Message(NO_MAPPING)])
    reader = _Reader(found)
    definition = reader.read()
    if reader.problems:
        raise DefinitionError(reader.problems)
    return definition


def wall_time(local: datetime, zone: str) -> datetime | Message:
    """A wall time in a zone as a moment; the first of two where clocks are put back."""
    moment = local.replace(tzinfo=ZoneInfo(zone))
    back = moment.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
    if back.replace(tzinfo=None) != local:
        return Message(NO_SUCH_TIME, {"time": f"{local:%Y-%m-%d %H:%M}", "zone": zone})
    return moment


def zone_name(text: str) -> str | Message:
    """The IANA zone of that name."""
    zone = ALIASES.get(text, text)
    if zone not in available_timezones():
        return Message(NO_ZONE, {"zone": text})
    return zone


def check(
    wanted: Definition, now: datetime, before: Event | None = None, taken: Taken | None = None
) -> list[Message]:
    """Why the event cannot be like this (now); `before` and `taken` are what it is already."""
    if before is not None and before.state is EventState.CANCELLED:
        return [Message(IS_CANCELLED)]
    problems = _dates(wanted, now, before)
    held = (taken or Taken()).by_mode
    for mode in Mode:
        count = held.get(mode, 0)
        if count and mode not in wanted.capacity:
            problems.append(Message(MODE_IN_USE, {"mode": mode.value}))
            continue
        capacity = wanted.capacity.get(mode)
        if capacity is not None and count > capacity:
            values = {"taken": count, "mode": mode.value, "capacity": capacity}
            problems.append(Message(BELOW_TAKEN, values))
    if wanted.publish and not any(wanted.title.values()):
        problems.append(Message(NEEDS_TITLE))
    if wanted.publish and not wanted.capacity:
        problems.append(Message(NEEDS_MODE))
    if wanted.publish and Mode.ONLINE in wanted.capacity and not wanted.join_url:
        problems.append(Message(JOIN_NEEDED))
    return problems


def _dates(wanted: Definition, now: datetime, before: Event | None) -> list[Message]:
    start, end = wanted.starts_at, wanted.ends_at
    if start is None or end is None:
        return [Message(NEEDS_DATES)] if wanted.publish or start or end else []
    if end <= start:
        return [Message(END_BEFORE_START)]
    problems = []
    moved = before is None or (before.starts_at, before.ends_at) != (start, end)
    opens = wanted.publish and before is not None and before.state is EventState.DRAFT
    if (moved or opens) and start <= now:
        local = start.astimezone(ZoneInfo(wanted.zone))
        problems.append(Message(PAST, {"time": f"{local:%Y-%m-%d %H:%M}", "zone": wanted.zone}))
    closes = wanted.registration_closes_at
    if closes is not None and closes > end:
        problems.append(Message(CLOSES_LATE))
    return problems


class _Reader:
    """Reads the keys of a mapping one by one, collecting what is wrong."""

    def __init__(self, found: Mapping[Any, Any]) -> None:
        self.found = found
        self.problems = [
            Message(UNKNOWN_KEY, {"key": str(key)}) for key in found if key not in KEYS
        ]

    def read(self) -> Definition:
        zone = self.zone()
        return Definition(
            slug=self.slug(),
            title=self.text("title", TITLE_LIMIT, needed=True),
            zone=zone,
            description=self.text("description", TEXT_LIMIT),
            organiser=self.plain("organiser") or "Clusters4Health",
            languages=self.languages(),
            starts_at=self.moment("start", zone),
            ends_at=self.moment("end", zone),
            place=self.text("place", TITLE_LIMIT),
            join_url=self.link("join_url", self.found.get("join_url")),
            capacity=self.capacity(),
            organisation_limit=self.number("organisation_limit", None),
            approval=self.flag("approval"),
            claim_hours=self.number("claim_hours", 24, most=24 * 14) or 24,
            registration_closes_at=self.moment("registration_closes", zone),
            questions=self.plain("questions"),
            materials=self.materials(),
            publish=self.flag("publish"),
        )

    def problem(self, msgid: str, **values: str | int) -> None:
        self.problems.append(Message(msgid, values))

    def slug(self) -> str:
        value = self.found.get("id")
        if not isinstance(value, str) or not _SLUG.fullmatch(value):
            self.problem(NO_SLUG)
            return ""
        return value

    def plain(self, key: str) -> str | None:
        value = self.found.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.problem(NO_TEXT, key=key)
            return None
        if len(value) > TITLE_LIMIT:
            self.problem(TOO_LONG, key=key, length=len(value), limit=TITLE_LIMIT)
        return value.strip()

    def text(self, key: str, limit: int, *, needed: bool = False) -> dict[str, str]:
        value = self.found.get(key)
        if value is None:
            if needed:
                self.problem(MISSING, key=key)
            return {}
        texts = dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value
        if not isinstance(texts, dict) or not all(
            language in LANGUAGES and isinstance(one, str) and one.strip()
            for language, one in texts.items()
        ):
            self.problem(NO_TEXT, key=key)
            return {}
        for one in texts.values():
            if len(one) > limit:
                self.problem(TOO_LONG, key=key, length=len(one), limit=limit)
        return {language: one.strip() for language, one in texts.items()}

    def zone(self) -> str:
        value = self.found.get("zone")
        if value is None:
            self.problem(MISSING, key="zone")
            return "UTC"
        zone = zone_name(str(value))
        if isinstance(zone, Message):
            self.problems.append(zone)
            return "UTC"
        return zone

    def moment(self, key: str, zone: str) -> datetime | None:
        value = self.found.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                value = None
        if not isinstance(value, datetime) or value.tzinfo is not None:
            # A date alone has no time of day; an offset could contradict the zone.
            self.problem(NO_MOMENT, key=key)
            return None
        moment = wall_time(value, zone)
        if isinstance(moment, Message):
            self.problems.append(moment)
            return None
        return moment

    def link(self, key: str, value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or not re.fullmatch(r"https://[^\s/]+\.\S+", value):
            self.problem(NO_LINK, key=key)
            return None
        return value

    def number(self, key: str, default: int | None, most: int = MOST) -> int | None:
        value = self.found.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            self.problem(NO_NUMBER, key=key, most=most)
            return default
        return value

    def capacity(self) -> dict[Mode, int | None]:
        value = self.found.get("capacity")
        if not isinstance(value, dict) or not value or not set(value) <= set(Mode):
            self.problem(NO_MODES)
            return {}
        seats: dict[Mode, int | None] = {}
        for mode in Mode:
            if mode in value:
                count = value[mode]
                whole = isinstance(count, int) and not isinstance(count, bool)
                if count is not None and not (whole and 1 <= count <= MOST):
                    self.problem(NO_NUMBER, key=f"capacity.{mode.value}", most=MOST)
                seats[mode] = count
        return seats

    def flag(self, key: str) -> bool:
        value = self.found.get(key, False)
        if not isinstance(value, bool):
            self.problem(NO_FLAG, key=key)
        return bool(value)

    def languages(self) -> tuple[str, ...]:
        value = self.found.get("languages", list(LANGUAGES))
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(one, str) and re.fullmatch("[a-z]{2}", one) for one in value)
        ):
            self.problem(NO_LANGUAGES)
            return LANGUAGES
        return tuple(value)

    def materials(self) -> tuple[Mapping[str, str], ...]:
        value = self.found.get("materials", [])
        if not isinstance(value, list):
            self.problem(NO_MATERIALS)
            return ()
        made = []
        for one in value:
            if not isinstance(one, dict) or one.get("kind") not in KINDS or "url" not in one:
                self.problem(NO_MATERIALS)
                return ()
            url = self.link("materials", one["url"])
            material = {"kind": str(one["kind"]), "url": url or ""}
            if "who" in one:
                if one["who"] not in list(Audience):
                    self.problem(NO_MATERIALS)
                    return ()
                material["who"] = str(one["who"])
            made.append(material)
        return tuple(made)
