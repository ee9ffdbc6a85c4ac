"""Which nodes of a form hold what tells a person from others, and what follows from them."""

from collections.abc import Iterator, Set
from posixpath import normpath

from domain.surveys.form import Form
from domain.surveys.xpath import Expression

#: how an author says yes in a column of their own
_YES = frozenset({"yes", "true", "true()", "1"})


def named(form: Form) -> set[str]:
    """The plain paths that hold who answers: their account (`username`, `deviceid` …), and what
    the form's author marked so (`bind::lanka:personal`)."""
    return {
        path
        for path, bind in form.binds.items()
        if (bind.preload and bind.preload[0] == "property")
        or (bind.custom or {}).get("personal") in _YES
    }


def with_derived(form: Form, sources: Set[str]) -> set[str]:
    """These nodes, and all that is worked out of one of them, however little of it is left: by a
    calculation, a default or a trigger."""
    found = set(sources)
    read = list(_read(form))
    while more := {path for path, others in read if _meets(others, found)} - found:
        found |= more
    return found


def _meets(references: Set[str], found: Set[str]) -> bool:
    """Whether one of the references, which may end in '/*', is to one of the paths found."""
    if references & found:
        return True
    around = tuple(one.rstrip("*") for one in references if one.endswith("/*"))
    return bool(around) and any(path.startswith(around) for path in found)


def _read(form: Form) -> Iterator[tuple[str, set[str]]]:
    for path, bind in form.binds.items():
        if bind.calculate is not None:
            yield path, _seen(path, bind.calculate)
    for one in form.setvalues:
        if one.value is not None:
            yield one.path, _seen(one.path, one.value)


def _seen(path: str, expression: Expression) -> set[str]:
    """The plain paths that an expression looks at from a path."""
    relative = expression.relative_references
    return {*expression.references, *(normpath(f"{path}/{one}") for one in relative)}
