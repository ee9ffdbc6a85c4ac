"""Which texts the code hands to its translators, found by `ast` alone.

Babel reads Python's tokens, and before Python 3.12 a whole f-string is one token: it cannot see a
`tr("…")` inside. This reader can, so a text that Babel misses is noticed.
"""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

#: called by name, or as an attribute (`desk.tr(…)`): the first argument is a text
FIRST_ARGUMENT = {"tr", "T", "N_", "_", "html", "gettext"}
#: the first two arguments are a text's singular and plural
PLURAL = {"plural", "ngettext"}


@dataclass(frozen=True, slots=True)
class Text:
    """A text given to a translator. `msgid` is what a catalogue would have as its key."""

    line: int
    msgid: str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class NotLiteral:
    """A text that is put together where it is handed over: no catalogue can have it."""

    line: int
    source: str


def takers(trees: list[ast.Module]) -> set[str]:
    """Functions and classes that are given a `msgid`, with their subclasses."""
    found: set[str] = set()
    classes = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and _takes_msgid(node):
                found.add(node.name)
    for node in classes:
        fields = [n.target for n in node.body if isinstance(n, ast.AnnAssign)]
        methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
        if any(m.name == "__init__" and _takes_msgid(m) for m in methods) or any(
            isinstance(field, ast.Name) and field.id == "msgid" for field in fields[:1]
        ):
            found.add(node.name)
    size = 0
    while size != len(found):
        size = len(found)
        found |= {c.name for c in classes for b in c.bases if _name(b) in found}
    return found - {"__init__", "__call__", "html"}


def _takes_msgid(function: ast.FunctionDef) -> bool:
    arguments = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    return [a for a in arguments if a != "self"][:1] == ["msgid"]


def texts(tree: ast.Module, others: Collection[str] = ()) -> Iterator[Text | NotLiteral]:
    """Every text handed to a translator, or to one of the `others`, in a module."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name in PLURAL and len(node.args) >= 2:
            one, many = (list(_literals(argument)) for argument in node.args[:2])
            for singular, several in zip(one, many, strict=True):
                if singular is not None and several is not None:
                    yield Text(node.lineno, (singular, several))
                else:
                    yield NotLiteral(node.lineno, ast.unparse(node))
        elif (name in FIRST_ARGUMENT or name in others) and node.args:
            plural = next((k.value for k in node.keywords if k.arg == "plural"), None)
            for literal in _literals(node.args[0]):
                if literal is None:
                    yield NotLiteral(node.lineno, ast.unparse(node))
                elif isinstance(plural, ast.Constant) and isinstance(plural.value, str):
                    yield Text(node.lineno, (literal, plural.value))
                else:
                    yield Text(node.lineno, literal)


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _literals(argument: ast.expr) -> Iterator[str | None]:
    """The texts that an argument may be; None for one that is put together on the spot."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from _literals(argument.body)
        yield from _literals(argument.orelse)
    elif isinstance(argument, ast.JoinedStr | ast.BinOp):
        yield None
