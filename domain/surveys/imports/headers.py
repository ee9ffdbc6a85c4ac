"""Which column of an export belongs to which node of the form.

A header is the name of a node, alone or after the groups around it, joined by "/" (KoboToolbox),
"-" (ODK Central), "." or ":"; a choice of a select-multiple adds its code the same way. In an
export of labels these stand in place of names and codes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.surveys.form import Form, Kind, Question, Repeat
from domain.surveys.imports.labels import Spelling, choices_by_label, questions_by_label
from domain.surveys.imports.labels import header as as_header

SEPARATORS = ("/", "-", ".", ":", "::")
_TRUE = frozenset({"1", "1.0", "true", "yes", "так"})


@dataclass(frozen=True, slots=True)
class Columns:
    """What the headers of a table are.

    - `nodes`: plain paths by header.
    - `split`: (path, code) by header, for the columns of single choices.
    - `places`: (path, part) by header, for the four parts of a location.
    - `unknown`: headers that are neither, without those that the exporter adds itself.
    """

    nodes: Mapping[str, str]
    split: Mapping[str, tuple[str, str]]
    places: Mapping[str, tuple[str, int]]
    unknown: tuple[str, ...]

    def values(self, cells: Mapping[str, str], spelling: Spelling) -> dict[str, str]:
        """The values of a row by plain path; a joined column outranks the split ones."""
        values = {
            path: spelling.of(path, text)
            for header, path in self.nodes.items()
            if (text := cells.get(header, ""))
        }
        chosen: dict[str, list[str]] = {}
        for header, (path, code) in self.split.items():
            if path not in values and cells.get(header, "").lower() in _TRUE:
                chosen.setdefault(path, []).append(code)
        places: dict[str, list[str]] = {}
        for header, (path, part) in self.places.items():
            if path not in values and cells.get(header):
                places.setdefault(path, ["", "", "0", "0"])[part] = cells[header]
        located = {path: " ".join(parts) for path, parts in places.items() if all(parts[:2])}
        return values | {path: " ".join(codes) for path, codes in chosen.items()} | located


#: what KoboToolbox and ODK Central add to their tables
_ADDED = frozenset(
    [
        "KEY",
        "PARENT_KEY",
        "SubmissionDate",
        "SubmitterID",
        "SubmitterName",
        "AttachmentsPresent",
        "AttachmentsExpected",
        "Status",
        "ReviewState",
        "DeviceID",
        "Edits",
        "FormVersion",
        "instanceID",
        "instanceName",
        "formhub/uuid",
        "meta/instanceID",
        "meta/instanceName",
        "meta/rootUuid",
        "meta-instanceID",
        "meta-instanceName",
        "meta-deprecatedID",
    ]
)
_PLACE = ("latitude", "longitude", "altitude", "accuracy", "precision")


def columns(form: Form, root: str, headers: Sequence[str]) -> Columns:
    """Recognise the headers of the table of submissions or of a repeat; `root` is its path."""
    paths = list(_paths(form, root))
    keys = _keys(paths)
    nodes: dict[str, str] = {}
    split: dict[str, tuple[str, str]] = {}
    places: dict[str, tuple[str, int]] = {}
    unknown: list[str] = []
    for header in dict.fromkeys(headers):
        path = keys.get(header)
        if path is not None:
            nodes[header] = path
        elif (choice := _choice(form, keys, header)) is not None:
            split[header] = choice
        elif (place := _place(form, keys, header)) is not None:
            places[header] = place
        elif header and not _is_added(header):
            unknown.append(header)
    if unknown:  # names come first; labels are many and are seldom headers
        labels = questions_by_label(form, paths)
        choices = choices_by_label(form, labels)
        taken = {*nodes.values()}
        nodes |= {
            one: path
            for one in unknown
            if (path := labels.get(as_header(one), "")) and path not in taken
        }
        split |= {one: choices[as_header(one)] for one in unknown if as_header(one) in choices}
        unknown = [one for one in unknown if one not in nodes and one not in split]
    return Columns(nodes, split, places, tuple(unknown))


def _is_added(header: str) -> bool:
    return header.startswith(("_", "SET-OF-")) or header in _ADDED


def _keys(paths: Iterable[str]) -> dict[str, str]:
    """Paths by every header that can mean them; one that could mean two means none."""
    candidates: dict[str, set[str]] = {}
    exact: dict[str, str] = {}
    for path in paths:
        parts = path.split("/")[2:]
        for separator in SEPARATORS:
            exact[separator.join(parts)] = path
            for start in range(len(parts)):
                candidates.setdefault(separator.join(parts[start:]), set()).add(path)
    unique = {header: min(paths) for header, paths in candidates.items() if len(paths) == 1}
    return unique | exact


def _paths(form: Form, root: str) -> Iterable[str]:
    """The nodes that have a column in the table: those with no other repeat between."""
    repeats = sorted(
        (e.path for e in form.elements if isinstance(e, Repeat) and e.path != root),
        key=len,
    )
    inside = [path for path in repeats if path.startswith(f"{root}/")]
    for path in form.binds:
        if path.startswith(f"{root}/") and not any(
            path == repeat or path.startswith(f"{repeat}/") for repeat in inside
        ):
            yield path
    for question in form.questions:  # a question may have no bind of its own
        if question.path not in form.binds and question.path.startswith(f"{root}/"):
            yield question.path


def _choice(form: Form, keys: Mapping[str, str], header: str) -> tuple[str, str] | None:
    for separator in SEPARATORS:
        before, found, code = header.rpartition(separator)
        question = form.by_path.get(keys.get(before, "")) if found else None
        if isinstance(question, Question) and question.kind is Kind.CHOICES and code:
            return question.path, code
    return None


def _place(form: Form, keys: Mapping[str, str], header: str) -> tuple[str, int] | None:
    before, _, part = header.lstrip("_").replace("-", "_").rpartition("_")
    if part.lower() not in _PLACE:
        return None
    plain = header.lstrip("_")[: len(before)]
    question = form.by_path.get(keys.get(plain, ""))
    if isinstance(question, Question) and question.kind is Kind.GEOPOINT:
        return question.path, min(_PLACE.index(part.lower()), 3)
    return None
