"""The words of XLSForm: headers with their aliases and languages, question types."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

_ALIASES = {
    "relevance": "relevant",
    "bind::relevant": "relevant",
    "calculate": "calculation",
    "bind::calculate": "calculation",
    "bind::constraint": "constraint",
    "bind::required": "required",
    "readonly": "read_only",
    "bind::readonly": "read_only",
    "command": "type",
    "tag": "name",
    "constraining_message": "constraint_message",
    "bind::jr:constraintmsg": "constraint_message",
    "requiredmsg": "required_message",
    "bind::jr:requiredmsg": "required_message",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "control::appearance": "appearance",
}
_CHOICE_ALIASES = {"list name": "list_name"}
_COMMON_ALIASES = {"caption": "label", "value": "name"}
#: columns that name a file which goes with a label
MEDIA = frozenset({"image", "big-image", "audio", "video"})
#: columns whose header may end in a language
_TRANSLATED = frozenset(
    {"label", "hint", "guidance_hint", "constraint_message", "required_message"} | MEDIA
)
#: columns that hold expressions, or text that may refer to questions
REFERRING = frozenset(
    {"label", "hint", "guidance_hint", "constraint_message", "required_message", "relevant"}
    | {"constraint", "required", "calculation", "choice_filter", "default", "read_only"}
    | {"repeat_count", "trigger", "appearance"}
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column by XLSForm's name for it; `language` is '' where the header has none."""

    name: str
    language: str = ""


@cache
def column(header: str) -> Column:
    """The column that a header of the survey sheet stands for."""
    return _column(header, _ALIASES | _COMMON_ALIASES)


@cache
def choice_column(header: str) -> Column:
    """The column that a header of the choices sheet stands for."""
    return _column(header, _CHOICE_ALIASES | _COMMON_ALIASES)


def choice_cells(cells: Mapping[str, str]) -> dict[str, str]:
    """A row of the choices sheet by the names of its columns; of several languages the last."""
    return {choice_column(header).name: str(value).strip() for header, value in cells.items()}


def _column(header: str, aliases: Mapping[str, str]) -> Column:
    words = " ".join(header.split())
    parts = [part.strip() for part in words.split("::" if "::" in words else ":")]
    if parts[0].lower() == "media" and len(parts) > 1:
        parts = parts[1:]
    name = _known(parts[0], aliases)
    if name in _TRANSLATED:
        return Column(name, parts[1] if len(parts) > 1 else "")
    return Column(_known("::".join(parts) if "::" in words else words, aliases))


def _known(words: str, aliases: Mapping[str, str]) -> str:
    plain = words.lower()
    name = plain.replace(" ", "_")
    return aliases.get(plain) or aliases.get(name) or name


_SELECT = re.compile(
    r"(?P<select>(?:add )?select[ _]?(?:one|1|multiple|all that apply)(?: prompt using| from)?"
    r"(?:[ _]from[ _]file|[ _]external)?|rank)\s+(?P<list>\S+)"
    r"(?P<other>\s+(?:or[ _]specify[ _]other|or[ _]other))?"
)
_CONTROL = re.compile(
    r"(?P<edge>begin|end)[ _](?P<control>group|lgroup|repeat|loop|looped group)\b.*"
)
#: types that a chat cannot take although no control shows them
BACKGROUND = frozenset({"background-audio", "start-geopoint", "background-geopoint", "osm"})


@dataclass(frozen=True, slots=True)
class Type:
    """A cell of the type column, taken apart.

    - `name`: 'select_one', 'select_multiple', 'rank', else as it is written.
    - `list_name` of a select; `other` where it adds "Other"; `file` where its list is a file.
    - `control` of the rows that begin and end one: 'group', 'repeat' or 'loop'; `edge` is 'begin'
      or 'end'.
    """

    name: str
    list_name: str = ""
    other: bool = False
    file: bool = False
    control: str = ""
    edge: str = ""


@cache
def question_type(cell: str) -> Type:
    """Take a type apart."""
    words = " ".join(cell.split())
    control = _CONTROL.fullmatch(words)
    if control is not None:
        repeats = control["control"] in ("repeat", "lgroup", "looped group")
        name = "repeat" if repeats else control["control"]
        return Type(words, control=name, edge=control["edge"])
    select = _SELECT.fullmatch(words)
    if select is not None:
        command = select["select"]
        many = "multiple" in command or "all that" in command
        name = "rank" if command == "rank" else "select_multiple" if many else "select_one"
        file = "file" in command or "external" in command
        return Type(name, select["list"], select["other"] is not None, file)
    return Type(words)


@cache
def known_types() -> frozenset[str]:
    """The names of all types that pyxform takes, besides selects and groups."""
    from pyxform import aliases  # type: ignore[import-untyped]
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT  # type: ignore[import-untyped]

    return frozenset(QUESTION_TYPE_DICT) | frozenset(aliases.settings_header)


@cache
def shown_types() -> frozenset[str]:
    """Those of them that a person sees."""
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    return frozenset(
        name
        for name, parts in QUESTION_TYPE_DICT.items()
        if parts.get("control", {}).get("tag", "action") != "action"
    ) - {"background-geopoint"}


@cache
def known_columns() -> frozenset[str]:
    """The columns of the survey sheet, as `column` names them."""
    return (
        REFERRING
        | _TRANSLATED
        | frozenset({"type", "name", "parameters", "disabled", "save_to", "body", "instance"})
        | frozenset({"bind", "control", "autoplay", "query", "intent", "repeat_count", "media"})
    )
