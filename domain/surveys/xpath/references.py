"""What an expression looks at: the paths that it may read and the functions that it calls."""

from dataclasses import dataclass, field

from domain.surveys.xpath.syntax import (
    Call,
    Filter,
    Literal,
    Negation,
    Operation,
    Path,
    Step,
    Syntax,
    is_current_call,
    simple_names,
)

#: an operator takes an eighth of a step; calls take longer, those of some functions much longer
LOAD_A_STEP = 8
_CALL, _SLOW_CALL = 6, 20
_SLOW = frozenset(
    {
        "date",
        "date-time",
        "decimal-date-time",
        "decimal-time",
        "digest",
        "format-date",
        "format-date-time",
        "jr:choice-name",
        "round",
        "uuid",
    }
)


@dataclass(slots=True)
class References:
    """Paths without predicates. A path that ends in '/*' or '//' means everything below there."""

    absolute: set[str] = field(default_factory=set)
    relative: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    instances: set[str] = field(default_factory=set)
    #: whether it may look into other instances of the repeats that its paths name
    wide: bool = False
    #: how much its operators, calls and steps are together, in parts of a step
    load: int = 0


def collect(tree: Syntax) -> References:
    """The references of a syntax tree."""
    found = References()
    _visit(tree, "", found)
    return found


def _visit(tree: Syntax, base: str | None, found: References) -> None:
    """`base` is the path that relative ones start from: '' the context, None another instance."""
    if isinstance(tree, Path):
        _visit_path(tree, base, found)
    elif isinstance(tree, Call):
        found.functions.add(tree.name)
        found.load += _SLOW_CALL if tree.name in _SLOW else _CALL
        found.wide = found.wide or tree.name == "indexed-repeat"
        if tree.name == "instance" and isinstance(tree.arguments[0], Literal):
            found.instances.add(str(tree.arguments[0].value))
        for argument in tree.arguments:
            _visit(argument, base, found)
    elif isinstance(tree, Operation):
        found.load += len(tree.operators)
        for operand in tree.operands:
            _visit(operand, base, found)
    elif isinstance(tree, Negation):
        _visit(tree.operand, base, found)
    elif isinstance(tree, Filter):
        found.wide = True
        _visit(tree.operand, base, found)
        for predicate in tree.predicates:
            _visit(predicate, None, found)


def _visit_path(path: Path, base: str | None, found: References) -> None:
    place: str | None
    found.load += len(path.steps) // 2
    names = simple_names(path) if path.absolute else None
    if names is not None:
        found.absolute.add("/" + "/".join(names[1]))
        return
    if path.absolute:
        place = "/"
    elif path.origin is None:
        place = base
    elif is_current_call(path.origin):
        found.functions.add("current")
        place = ""
    else:
        _visit(path.origin, base, found)
        place = None
    for step in path.steps:
        place = _advance(place, step)
        for predicate in step.predicates:
            found.wide = found.wide or place is not None
            _visit(predicate, place, found)
    if place is not None:
        found.wide = found.wide or place.endswith(("/*", "//"))
        (found.absolute if place.startswith("/") else found.relative).add(place or ".")


def _advance(place: str | None, step: Step) -> str | None:
    if place is None or place.endswith("//") or step.axis in ("self", "attribute"):
        return place
    if step.axis == "child":
        return f"{place.rstrip('/')}/{step.test}" if place else step.test
    if step.axis == "parent":
        head, _, last = place.rpartition("/")
        if last in ("", ".."):
            return f"{place}/.." if place else ".."
        return head if head or not place.startswith("/") else "/"
    return f"{place}//" if place != "/" else "//"
