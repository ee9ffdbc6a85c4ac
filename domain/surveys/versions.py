"""Two versions of a form: what changed, and which answers of one fit the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.surveys.form import SELECTS, Bind, Form, Question, Repeat, Text
from domain.surveys.interview import Given
from domain.surveys.message import N_, Message
from domain.surveys.response import NO_LONGER_ASKED, Response
from domain.surveys.tree import plain_path

GONE = N_("The new version does not ask this.")
OTHER_KIND = N_("The question has another type now.")


class Change(StrEnum):
    """How a question differs between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    TYPE = "type"
    CHOICES = "choices"
    LOGIC = "logic"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Difference:
    """A change of the question or calculation at a path of the new form (removed: of the old).

    `detail` is in the words of the form: '→' between types, '+code −code' for choices, columns
    for logic, languages for labels.
    """

    change: Change
    path: str
    detail: str = ""

    @property
    def name(self) -> str:
        """The name in the XLSForm."""
        return self.path.rpartition("/")[2]

    def as_json(self) -> dict[str, str]:
        """The shape in `lanka survey diff --json`."""
        return {"change": str(self.change), "path": self.path, "detail": self.detail}


def compare(old: Form, new: Form) -> list[Difference]:
    """All differences, in the order of the new form, then what it no longer has."""
    before, after = _nodes(old), _nodes(new)
    moved = dict(_moves(before, after))
    found: list[Difference] = []
    for path in after:
        source = moved.get(path, path)
        if source not in before:
            found.append(Difference(Change.ADDED, path))
            continue
        if source != path:
            found.append(Difference(Change.MOVED, path, f"{source} → {path}"))
        found += _changes(old, before[source], new, after[path], path)
    gone = [path for path in before if path not in after and path not in moved.values()]
    return found + [Difference(Change.REMOVED, path) for path in gone]


_Node = tuple[Question | None, Bind | None]


def _nodes(form: Form) -> dict[str, _Node]:
    """Questions, notes, calculations: what has a value or is shown, by path in order."""
    nodes: dict[str, _Node] = {q.path: (q, q.bind) for q in form.questions}
    for path, bind in form.binds.items():
        if path not in form.by_path and bind.calculate is not None and "/meta/" not in path:
            nodes[path] = (None, bind)
    return nodes


def _moves(before: Mapping[str, _Node], after: Mapping[str, _Node]) -> Iterator[tuple[str, str]]:
    """(new path, old path) of nodes that kept a name that is unique, in another group."""
    old = _by_name(path for path in before if path not in after)
    for name, path in _by_name(path for path in after if path not in before).items():
        if name in old:
            yield path, old[name]


def _by_name(paths: Iterator[str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(path.rpartition("/")[2], []).append(path)
    return {name: where[0] for name, where in found.items() if len(where) == 1}


def _changes(old: Form, was: _Node, new: Form, now: _Node, path: str) -> Iterator[Difference]:
    kinds = [_kind(node) for node in (was, now)]
    if kinds[0] != kinds[1]:
        yield Difference(Change.TYPE, path, f"{kinds[0]} → {kinds[1]}")
    codes = [codes_of(form, node[0]) for form, node in ((old, was), (new, now))]
    if codes[0] != codes[1]:
        added = [f"+{code}" for code in codes[1] if code not in codes[0]]
        removed = [f"−{code}" for code in codes[0] if code not in codes[1]]
        yield Difference(Change.CHOICES, path, " ".join([*added, *removed]))
    logic = [name for name, one, two in _logic(was, now) if one != two]
    if logic:
        yield Difference(Change.LOGIC, path, ", ".join(logic))
    languages = _relabelled(was[0], now[0])
    if languages:
        yield Difference(Change.LABEL, path, ", ".join(languages))


def _kind(node: _Node) -> str:
    question, bind = node
    return str(question.kind) if question else f"calculate {bind.datatype if bind else ''}".strip()


def codes_of(form: Form, question: Question | None) -> list[str]:
    """The codes of all choices that a select can ever offer; none for other questions."""
    if question is None or question.kind not in SELECTS:
        return []
    if question.itemset is None:
        return [choice.value for choice in question.choices]
    root = form.instances.get(question.itemset.instance)
    items = root.children if root is not None else ()
    values = (item.find(question.itemset.value) for item in items)
    return list(dict.fromkeys(value.text for value in values if value is not None))


def _logic(was: _Node, now: _Node) -> Iterator[tuple[str, str, str]]:
    sources = [_sources(node) for node in (was, now)]
    for name in sources[0]:
        yield name, sources[0][name], sources[1][name]


def _sources(node: _Node) -> dict[str, str]:
    question, bind = node
    itemset = question.itemset if question is not None else None
    expressions = {
        "relevant": bind and bind.relevant,
        "constraint": bind and bind.constraint,
        "required": bind and bind.required,
        "read_only": bind and bind.readonly,
        "calculation": bind and bind.calculate,
        "choice_filter": itemset and itemset.nodeset,
    }
    return {
        name: " ".join(expression.source.split()) if expression else ""
        for name, expression in expressions.items()
    }


def _relabelled(was: Question | None, now: Question | None) -> list[str]:
    if was is None or now is None:
        return []
    old, new = _words(was.label), _words(now.label)
    changed = (language for language in {**old, **new} if old.get(language) != new.get(language))
    return [language or "default" for language in changed]


def _words(text: Text | None) -> dict[str, str]:
    """A text by language; expressions in it stand for themselves."""
    if text is None:
        return {}
    return {
        language: "".join(
            p if isinstance(p, str) else f"${{{p.expression.source}}}" for p in parts
        )
        for language, parts in text.variants.items()
    }


@dataclass(frozen=True, slots=True)
class Lost:
    """An answer that does not fit the new version."""

    path: str
    value: str
    reason: Message


@dataclass(frozen=True, slots=True)
class Move:
    """What moving a response to another version does: new texts by path, and what is lost."""

    values: Mapping[str, str | None]
    lost: Sequence[Lost]
    kept: int


def plan_move(old: Form, new: Form, given: Mapping[str, Given], now: datetime) -> Move:
    """Which answers of a response fit another version of its form.

    `values` holds what differs from `given` afterwards: None for what is taken back, texts for
    answers that stand at another path now.
    """
    moved = {source: path for path, source in _moves(_nodes(old), _nodes(new))}
    values: dict[str, str | None] = {}
    texts: dict[str, str] = {}
    counts: dict[str, int] = {}
    origin: dict[str, str] = {}
    lost: list[Lost] = []
    for path, one in given.items():
        plain = plain_path(path)
        target = moved.get(plain, plain)
        there = path if target == plain else target if "[" not in path else ""
        element = new.by_path.get(target)
        if isinstance(element, Repeat) and not path.endswith("]"):
            counts[path] = int(one.value or 0)
        elif one.value is None:
            continue
        elif not there or (element is None and target not in new.binds):
            lost.append(Lost(path, one.value, Message(GONE)))
        elif isinstance(element, Question) and _kind_at(old, plain) not in ("", element.kind):
            lost.append(Lost(path, one.value, Message(OTHER_KIND)))
        else:
            texts[there], origin[there] = one.value, path
    texts = _accepted(new, texts, counts, origin, lost, now)
    values |= {one.path: None for one in lost}
    for path, source in origin.items():
        if path != source and path in texts:
            values |= {source: None, path: texts[path]}
    asked = [path for path in texts if isinstance(new.by_path.get(plain_path(path)), Question)]
    return Move(values, lost, len(asked))


def _kind_at(form: Form, plain: str) -> str:
    element = form.by_path.get(plain)
    return str(element.kind) if isinstance(element, Question) else ""


def _accepted(
    form: Form,
    texts: dict[str, str],
    counts: Mapping[str, int],
    origin: Mapping[str, str],
    lost: list[Lost],
    now: datetime,
) -> dict[str, str]:
    """The texts that the form takes; what it does not is added to `lost`.

    What is not relevant is kept, as everywhere, in case it becomes so.
    """
    response = Response(form, texts, counts, now=now)
    for path in list(texts):
        question = form.by_path.get(plain_path(path))
        if not isinstance(question, Question) or not question.asked:
            continue
        refusal = response.accept(path, texts[path])
        if refusal is not None and refusal.msgid != NO_LONGER_ASKED:
            lost.append(Lost(origin[path], texts.pop(path), refusal))
            response.clear(path)
    return texts
