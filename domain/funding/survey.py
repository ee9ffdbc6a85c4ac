"""Which answers to a survey fill in “Am I eligible?”: `survey.yaml` beside the articles.

By form id and field, the question's name and what its options mean. What is wrong in the file is
named and left out; the rest counts.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.funding.article import Fault
from domain.funding.eligibility import Profile
from domain.funding.rules import Words

FILE = "survey.yaml"
Filled = Literal["country", "region", "employees", "turnover_eur", "sector", "trl", "need"]
LISTS = frozenset({"need"})


class Source(BaseModel):
    """The question that fills a field; without `codes` its answer is the value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Annotated[str, Field(min_length=1)]
    codes: dict[str, Words] = {}


Mapped = Mapping[str, Mapping[str, Source]]  # form id, field


def read_survey(folder: Path) -> tuple[Mapped, list[Fault]]:
    """The file of a folder, and what is wrong with it; a folder without one fills nothing."""
    try:
        content = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return {}, [Fault(FILE, "file", f"cannot be read: {type(error).__name__}")]
    if not isinstance(content, dict):
        return {}, [Fault(FILE, "file", "expects form ids, each with fields")]
    found: dict[str, dict[str, Source]] = {}
    faults: list[Fault] = []
    for form, fields in content.items():
        for field, raw in fields.items() if isinstance(fields, dict) else [("", fields)]:
            if field not in get_args(Filled):
                known = ", ".join(get_args(Filled))
                faults.append(Fault(FILE, f"{form}.{field}", f"is no field; known are {known}"))
                continue
            try:
                found.setdefault(str(form), {})[field] = Source.model_validate(raw)
            except ValidationError as error:
                faults += [
                    Fault(FILE, ".".join(map(str, (form, field, *one["loc"]))), one["msg"])
                    for one in error.errors()
                ]
    return found, faults


def filled(fields: Mapping[str, Source], answers: Mapping[str, str], lang: str) -> dict[str, Any]:
    """The fields that the answers to one form fill, by the question's name.

    `lang` is the reader's. What does not fit the field (a TRL of 12) says nothing.
    """
    values: dict[str, Any] = {}
    for field, source in fields.items():
        answer = (answers.get(source.question) or "").strip()
        if not answer:
            continue
        said = [answer]
        if source.codes:
            meant = [source.codes[code] for code in answer.split() if code in source.codes]
            said = list(dict.fromkeys(getattr(words, lang) for words in meant))
        value: Any = said if field in LISTS else ", ".join(said)
        if value and (fits := _fits(field, value)) is not None:
            values[field] = fits
    return values


def _fits(field: str, value: Any) -> Any:
    try:
        return getattr(Profile.model_validate({field: value}), field)
    except ValidationError:
        return None
