"""Reads tokens into a syntax tree.

The grammar is XPath 1.0's. Nesting is limited, and chains of operators do not nest, so that no
source can exhaust the stack here, in the compiler or in the evaluation.
"""

from domain.surveys.message import N_
from domain.surveys.xpath.errors import XPathError
from domain.surveys.xpath.lexer import (
    END,
    NAME,
    NUMBER,
    OPERATOR,
    PATH,
    STRING,
    SYMBOL,
    Token,
    tokenize,
)
from domain.surveys.xpath.syntax import (
    Call,
    Filter,
    Literal,
    Negation,
    Operation,
    Path,
    Step,
    Syntax,
    is_instance_call,
)

MAX_LENGTH = 20_000
MAX_DEPTH = 120

_PRECEDENCE = {
    "or": 0,
    "and": 1,
    "=": 2,
    "!=": 2,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "div": 5,
    "mod": 5,
}
_NODE_TESTS = frozenset(("node", "text", "comment", "processing-instruction"))
_PLAIN_AXES = frozenset(("child", "parent", "self"))
AXES = frozenset(
    (
        "ancestor",
        "ancestor-or-self",
        "attribute",
        "child",
        "descendant",
        "descendant-or-self",
        "following-sibling",
        "parent",
        "preceding-sibling",
        "self",
    )
)


def parse(source: str) -> Syntax:
    """The syntax tree of a source. Raises XPathError with the place of the mistake."""
    if len(source) > MAX_LENGTH:
        raise XPathError(
            N_("the expression is longer than %(most)s characters"), MAX_LENGTH, most=MAX_LENGTH
        )
    parser = _Parser(tokenize(source))
    tree = parser.expression()
    parser.expect_end()
    return tree


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    # -- tokens

    def at(self, symbol: str) -> bool:
        token = self.tokens[self.place]
        return token.text == symbol and token.kind == SYMBOL

    def expect(self, symbol: str) -> None:
        if not self.at(symbol):
            raise self.unexpected(symbol)
        self.place += 1

    def expect_end(self) -> None:
        if self.tokens[self.place].kind != END:
            raise self.unexpected()

    def unexpected(self, missing: str | None = None) -> XPathError:
        """The error for the token that stands here, and what should stand before it."""
        token = self.tokens[self.place]
        if token.kind == END:
            return XPathError(N_("the expression ends too early"), token.position)
        if missing is None:
            return XPathError(N_("unexpected: %(text)s"), token.position, text=token.text)
        return XPathError(
            N_("%(missing)s is missing before %(text)s"),
            token.position,
            missing=missing,
            text=token.text,
        )

    # -- grammar

    def expression(self) -> Syntax:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise XPathError(
                N_("nested deeper than %(most)s levels"),
                self.tokens[self.place].position,
                most=MAX_DEPTH,
            )
        operands = [self.operand()]
        operators: list[str] = []
        while (token := self.tokens[self.place]).kind == OPERATOR and token.text != "|":
            self.place += 1
            operators.append(token.text)
            operands.append(self.operand())
        self.depth -= 1
        return _join(operands, operators)

    def operand(self) -> Syntax:
        start = self.tokens[self.place].position
        signs = 0
        while self.at("-"):
            self.place += 1
            signs += 1
        tree = self.union()
        if not signs:
            return tree
        # '--a' is not a: minus makes a number of it
        for _ in range(2 - signs % 2):
            tree = Negation(tree, start)
        return tree

    def union(self) -> Syntax:
        first = self.path()
        token = self.tokens[self.place]
        if token.kind != OPERATOR or token.text != "|":
            return first
        operands = [first]
        while (following := self.tokens[self.place]).kind == OPERATOR and following.text == "|":
            self.place += 1
            operands.append(self.path())
        return Operation(operands, ["|"] * (len(operands) - 1), token.position)

    def path(self) -> Syntax:
        token = self.tokens[self.place]
        if token.kind == PATH:
            self.place += 1
            return Path(True, None, _plain_steps(token), token.position)
        origin = self.primary(token)
        if origin is None:
            absolute = self.at("/") or self.at("//")
            steps = _parents_first(self.steps(absolute), absolute=absolute)
            return Path(absolute, None, steps, token.position)
        predicates = self.predicates()
        if predicates:
            origin = Filter(origin, predicates, token.position)
        if self.at("/") or self.at("//"):
            steps = _parents_first(self.steps(True), absolute=is_instance_call(origin))
            return Path(False, origin, steps, token.position)
        return origin

    def primary(self, token: Token) -> Syntax | None:
        """A literal, a call or a parenthesis; None where a path begins."""
        if token.kind == STRING:
            self.place += 1
            return Literal(token.text, token.position)
        if token.kind == NUMBER:
            self.place += 1
            return Literal(float(token.text), token.position)
        if token.kind == SYMBOL and token.text == "(":
            self.place += 1
            tree = self.expression()
            self.expect(")")
            return tree
        if token.kind == NAME and token.text not in _NODE_TESTS:
            following = self.tokens[self.place + 1]
            if following.kind == SYMBOL and following.text == "(":
                return self.call(token)
        return None

    def call(self, name: Token) -> Call:
        self.place += 2
        arguments: list[Syntax] = []
        if not self.at(")"):
            arguments.append(self.expression())
            while self.at(","):
                self.place += 1
                arguments.append(self.expression())
        self.expect(")")
        return Call(name.text, arguments, name.position)

    def steps(self, separated: bool) -> list[Step]:
        """Steps of a path; `separated` where it begins with a slash ('/' alone is the root)."""
        steps: list[Step] = []
        if not separated:
            steps.append(self.step())
        elif self.at("/") and not self.step_follows():
            self.place += 1
            return steps
        while self.at("/") or self.at("//"):
            slash = self.tokens[self.place]
            self.place += 1
            if slash.text == "//":
                steps.append(Step("descendant-or-self", "node()", [], slash.position))
            steps.append(self.step())
        return steps

    def step_follows(self) -> bool:
        token = self.tokens[self.place + 1]
        return token.kind == NAME or (token.kind == SYMBOL and token.text in (".", "..", "@"))

    def step(self) -> Step:
        token = self.tokens[self.place]
        self.place += 1
        if token.kind == SYMBOL and token.text == ".":
            return Step("self", "node()", self.predicates(), token.position)
        if token.kind == SYMBOL and token.text == "..":
            return Step("parent", "node()", self.predicates(), token.position)
        axis = "child"
        test = token
        if token.kind == SYMBOL and token.text == "@":
            axis = "attribute"
            test = self.tokens[self.place]
            self.place += 1
        elif token.kind == NAME and self.at("::"):
            axis = token.text
            if axis not in AXES:
                raise XPathError(N_("there is no axis %(axis)s"), token.position, axis=axis)
            self.place += 1
            test = self.tokens[self.place]
            self.place += 1
        if test.kind != NAME:
            self.place -= 1
            raise self.unexpected()
        name = test.text
        if name in _NODE_TESTS and self.at("("):
            self.place += 1
            self.expect(")")
            name += "()"
        return Step(axis, name, self.predicates(), token.position)

    def predicates(self) -> list[Syntax]:
        predicates: list[Syntax] = []
        while self.at("["):
            self.place += 1
            predicates.append(self.expression())
            self.expect("]")
        return predicates


def _plain_steps(token: Token) -> list[Step]:
    steps = []
    place = token.position
    for name in token.text[1:].split("/"):
        place += 1
        steps.append(Step("child", name, [], place))
        place += len(name)
    return steps


def _parents_first(steps: list[Step], *, absolute: bool) -> list[Step]:
    """Steps as JavaRosa takes them, for which `..` leads up from where the path starts.

    'a/../b' is '../a/b', and '/data/a/../b' is '/data/a/b', since from the root nothing is up.
    """
    up = [step for step in steps if _leads_up(step)]
    if not up or any(step.axis not in _PLAIN_AXES for step in steps):
        return steps
    down = [step for step in steps if not _leads_up(step)]
    return down if absolute and down else up + down


def _leads_up(step: Step) -> bool:
    return step.axis == "parent" and step.test == "node()"


def _join(operands: list[Syntax], operators: list[str]) -> Syntax:
    """Operands and operators as read, grouped by precedence into chains."""
    if not operators:
        return operands[0]
    levels = [_PRECEDENCE[operator] for operator in operators]
    lowest = min(levels)
    if max(levels) == lowest:
        return Operation(operands, operators, operands[0].position)
    joined: list[Syntax] = []
    between: list[str] = []
    start = 0
    for place, level in enumerate(levels):
        if level == lowest:
            joined.append(_join(operands[start : place + 1], operators[start:place]))
            between.append(operators[place])
            start = place + 1
    joined.append(_join(operands[start:], operators[start:]))
    return Operation(joined, between, operands[0].position)
