"""The variables of a form: what its questions are called, over all its versions."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.surveys.form import SELECTS, Form, Kind, Question, Repeat, Text
from domain.surveys.personal import named, with_derived

#: XLSForm's word for each kind of question; media take theirs from the file's type
TYPES = {
    Kind.CHOICE: "select_one",
    Kind.CHOICES: "select_multiple",
    Kind.RANK: "rank",
    Kind.TEXT: "text",
    Kind.INTEGER: "integer",
    Kind.DECIMAL: "decimal",
    Kind.RANGE: "range",
    Kind.DATE: "date",
    Kind.TIME: "time",
    Kind.DATETIME: "datetime",
    Kind.ACKNOWLEDGE: "acknowledge",
    Kind.GEOPOINT: "geopoint",
}
CALCULATE = "calculate"
#: what the form writes by itself without calculating it anew: `hidden`, and what a trigger sets
HIDDEN = "hidden"
#: types whose answer is one or several codes of a list
SEVERAL = frozenset({"select_multiple", "rank"})
CODED = SEVERAL | {"select_one", "range", "acknowledge"}
NUMERIC = frozenset({"integer", "decimal", "range", CALCULATE})
#: types that identify nobody by themselves
IMPERSONAL = CODED | NUMERIC | {"date", "time", "datetime"}
#: the types of nodes that nobody is asked for and that tell where or who somebody is
RECORDED = frozenset({"binary", "geopoint", "geotrace", "geoshape"})
#: steps of a range that are listed one by one; above it only its numbers are told
MOST_STEPS = 21


@dataclass(frozen=True, slots=True)
class Variable:
    """A question or calculation as results and files know it.

    - `name` is the question's name; where a form uses one in two groups, the later ones have
      their path below the root ('links/name').
    - `type` is XLSForm's.
    - `nodes` are its plain paths, one unless versions of the form put it in different groups.
    - `repeats` are the plain paths of the repeats around it, from the outside in.
    - `codes` with their labels, of all versions, those of the newest first.
    - `personal` says that it identifies a person or an organisation, or may: names, contacts,
      every free text, places, files, who and what device sent it; and what is worked out of one.
    - `tie` is the field of the organisation's profile that it is tied to; `role` is its part in
      the value chain (`domain.surveys.results.chain`) where the form says so (`lanka:result`).
    """

    name: str
    type: str
    nodes: tuple[str, ...]
    repeats: tuple[str, ...]
    label: Text | None
    codes: Mapping[str, Text | None]
    personal: bool = False
    tie: str | None = None
    role: str | None = None

    @property
    def several(self) -> bool:
        """Whether an answer holds several codes."""
        return self.type in SEVERAL

    @property
    def countable(self) -> bool:
        """Whether each of its values is counted: what has a list, and what the form works out."""
        return self.type in CODED or self.type == CALCULATE

    @property
    def numeric(self) -> bool:
        """Whether its answers can be numbers."""
        return self.type in NUMERIC

    @property
    def groups(self) -> bool:
        """Whether responses can be grouped by it: not by free text, dates, places and files."""
        return self.countable or self.type in ("integer", "decimal")


@dataclass(frozen=True, slots=True)
class Codebook:
    """The variables of a form in its order; `form` is its newest version.

    `metadata` is what the form notes by itself (start, end, today, username …): it stands in
    files, not in figures. `telling` are the plain paths of all that may identify somebody, also
    of what is no variable (a response's name).
    """

    form: Form
    variables: tuple[Variable, ...]
    metadata: tuple[Variable, ...] = ()
    by_name: Mapping[str, Variable] = field(default_factory=dict)
    telling: frozenset[str] = frozenset()

    def find(self, name: str) -> Variable | None:
        """The variable of that name."""
        return self.by_name.get(name)


def codebook(versions: Sequence[Form]) -> Codebook:
    """The codebook of a form from all its versions, the newest first."""
    found: dict[str, Variable] = {}
    for form in versions:
        for variable in _variables(form):
            known = found.get(variable.name)
            found[variable.name] = variable if known is None else _merged(known, variable)
    metadata = tuple({v.name: v for form in versions for v in _metadata(form)}.values())
    telling = frozenset(path for form in versions for path in _telling(form))
    return Codebook(versions[0], tuple(found.values()), metadata, found, telling)


def _metadata(form: Form) -> Iterator[Variable]:
    for path in _nodes(form):
        bind = form.binds.get(path)
        if bind is not None and bind.preload is not None and bind.preload[0] != "uid":
            kind, what = bind.preload
            yield Variable(
                name=path.rpartition("/")[2],
                type=what or kind,
                nodes=(path,),
                repeats=tuple(_repeats_around(form, path)),
                label=None,
                codes={},
                personal=kind not in ("timestamp", "date"),
            )


def choices_of(form: Form, question: Question) -> Iterator[tuple[str, Text | None]]:
    """All choices of a select, whatever its filter would show, with their labels."""
    if question.kind not in SELECTS:
        return
    if question.itemset is None:
        for choice in question.choices:
            yield choice.value, choice.label
        return
    itemset = question.itemset
    instance = form.instances.get(itemset.instance)
    for item in () if instance is None else instance.children:
        value, label = item.child(itemset.value), item.child(itemset.label)
        if value is not None and value.text:
            words = "" if label is None else label.text
            yield (
                value.text,
                form.itext.get(words)
                if itemset.itext
                else Text({"": (words,)})
                if words
                else None,
            )


def _variables(form: Form) -> Iterator[Variable]:
    paths = [path for path in _nodes(form) if _stands_for_itself(form, path)]
    uses = Counter(path.rpartition("/")[2] for path in paths)
    seen: set[str] = set()
    telling = _telling(form)
    for path in paths:
        name = path.rpartition("/")[2]
        if uses[name] > 1 and name in seen:
            name = path.split("/", 2)[2]
        seen.add(name)
        yield _variable(form, path, name, personal=path in telling)


def _telling(form: Form) -> set[str]:
    """The nodes that may hold what identifies somebody, and whatever is worked out of one."""
    asked = {
        question.path
        for question in form.questions
        if question.asked and _type(question) not in IMPERSONAL
    }
    recorded = {path for path, bind in form.binds.items() if bind.datatype in RECORDED}
    return with_derived(form, named(form) | asked | recorded)


def _nodes(form: Form) -> Iterator[str]:
    """The plain paths of all nodes in document order, each once."""
    seen: set[str] = set()
    waiting = [form.template]
    while waiting:
        blueprint = waiting.pop()
        if blueprint.place:
            waiting.append(form.repeats[blueprint.path])
            continue
        if blueprint.path not in seen:
            seen.add(blueprint.path)
            yield blueprint.path
        waiting.extend(reversed(blueprint.children))


def _stands_for_itself(form: Form, path: str) -> bool:
    """Whether a node is a question that is asked, or a value that the form itself has."""
    element = form.by_path.get(path)
    if isinstance(element, Question):
        return element.asked
    bind = form.binds.get(path)
    if element is not None or bind is None or bind.preload is not None:
        return False
    if bind.datatype in RECORDED or "/meta/" in path:
        return False
    counts_repeat = path.endswith("_count") and isinstance(
        form.by_path.get(path.removesuffix("_count")), Repeat
    )
    return not counts_repeat


def _variable(form: Form, path: str, name: str, *, personal: bool) -> Variable:
    element = form.by_path.get(path)
    question = element if isinstance(element, Question) else None
    kind = _type(question)
    if question is None and form.binds[path].calculate is None:
        kind = HIDDEN
    return Variable(
        name=name,
        type=kind,
        nodes=(path,),
        repeats=tuple(_repeats_around(form, path)),
        label=question.label if question else None,
        codes=_codes(form, question) if question else {},
        personal=personal,
        tie=question.profile if question else None,
        role=((question.bind if question else form.binds[path]).custom or {}).get("result"),
    )


def _type(question: Question | None) -> str:
    if question is None:
        return CALCULATE
    return TYPES.get(question.kind, question.kind.value)


def _codes(form: Form, question: Question) -> dict[str, Text | None]:
    if question.kind is Kind.ACKNOWLEDGE:
        return {"OK": None}
    if question.range is not None:
        return dict.fromkeys(_steps(question))
    codes: dict[str, Text | None] = {}
    for code, label in choices_of(form, question):
        codes.setdefault(code, label)
    return codes


def _steps(question: Question) -> Iterator[str]:
    assert question.range is not None  # noqa: S101 - for the type checker
    start, end, step = question.range.start, question.range.end, question.range.step
    count = int(abs(end - start) / step + 1e-9) + 1
    if count <= MOST_STEPS:
        sign = 1 if end >= start else -1
        for number in range(count):
            yield f"{round(start + sign * number * step, 9):.10g}"


def _repeats_around(form: Form, path: str) -> Iterator[str]:
    parts = path.split("/")
    for end in range(2, len(parts)):
        around = "/".join(parts[:end])
        if around in form.repeats:
            yield around


def _merged(newer: Variable, older: Variable) -> Variable:
    """One variable of two versions' ones: the newer's words, the paths and codes of both."""
    return Variable(
        name=newer.name,
        type=newer.type,
        nodes=tuple(dict.fromkeys([*newer.nodes, *older.nodes])),
        repeats=newer.repeats,
        label=newer.label or older.label,
        codes={**newer.codes, **{c: t for c, t in older.codes.items() if c not in newer.codes}},
        personal=newer.personal or older.personal,
        tie=newer.tie,
        role=newer.role,
    )
